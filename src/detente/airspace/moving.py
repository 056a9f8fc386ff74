"""How near a block that moves comes to a shape that stays, or to another that moves, while both are there.

A block's centre goes along geodesic edges by its times, and may be early or late: at time t it may be wherever
its times put it between t - `late_ms` and t + `early_ms`. Two facts make the question one of plain geometry:

1. Against a shape that stays for a window, a block is the corridor of that part of its path which it may pass
   within the window: `section`, then `nearness`.
2. Two centres by their own clocks s and u may both be somewhere within `time_ms` exactly if s - u lies in one
   interval: from -(time + late of a + early of b) to time + early of a + late of b. For two straight pieces at even
   speed the squared distance is a convex quadratic in s and u over a rectangle cut by that band, so its
   least value is at the point where both derivatives vanish, or on one of six edges: closed form.

A piece of a geodesic at even speed leaves its chord at even speed by at most L²/8R, along the way too (the error
bound of linear interpolation), so the same cutting as in `nearness` gives the same promise: never too far, and
at most `MARGIN_M` + `RESOLUTION_M` and the shortfall of `arc_over_m` too near.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.airspace.geodesy import Floats, arc_over_m, inverse, leaving_m
from detente.airspace.nearness import MARGIN_M, RESOLUTION_M, TOUCH_M, every_pair, halfway
from detente.airspace.outline import Outline, outline_of, outline_through, straight_m
from detente.airspace.shapes import MovingBlock

_Indices = NDArray[np.int64]

_ARITHMETIC_M = 0.001
_CUT_INTO = 4
_BAND_MS = 1e-3
"""The band is this much wider on each side, so that rounding cannot empty it: 2 micrometres at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Passing:
    """The gap between two blocks: at least `gap_m`; where it is, and when each passes there by its own times."""

    gap_m: float
    lat_deg: float
    lon_deg: float
    first_ms: float
    second_ms: float


def section(block: MovingBlock, *, from_ms: float, until_ms: float) -> Outline | None:
    """Everything that a block may be within at some moment of a window, as an outline; None if it is not there."""
    times_ms = np.array(block.times_ms, dtype=np.float64)
    begin_ms = max(times_ms[0], from_ms - block.late_ms)
    end_ms = min(times_ms[-1], until_ms + block.early_ms)
    if begin_ms > end_ms:
        return None
    whole = outline_of(block)
    first = min(int(np.searchsorted(times_ms, begin_ms, side="right")) - 1, len(times_ms) - 2)
    last = max(first, int(np.searchsorted(times_ms, end_ms, side="left")) - 1)
    edges = np.arange(first, last + 1)
    spans_ms = np.diff(times_ms)[edges]
    starts = np.maximum(0.0, (begin_ms - times_ms[edges]) / spans_ms)
    ends = np.minimum(1.0, (end_ms - times_ms[edges]) / spans_ms)
    lat_deg, lon_deg = whole.along(np.append(edges, last), np.append(starts, ends[-1]))
    ahead_deg, ahead_m = inverse(
        lat_deg[:-1], lon_deg[:-1], whole.lat_deg[edges + 1], whole.lon_deg[edges + 1]
    )
    return outline_through(
        lat_deg,
        lon_deg,
        azimuth_deg=np.where(ahead_m > _ARITHMETIC_M, ahead_deg, whole.azimuth_deg[edges]),
        length_m=whole.length_m[edges] * np.maximum(0.0, ends - starts),
        filled=False,
        radius_m=whole.radius_m,
    )


def passing(a: MovingBlock, b: MovingBlock, *, within_m: float, time_ms: int) -> Passing | None:
    """The gap between two blocks at moments at most `time_ms` apart, if it may be `within_m` or less."""
    outline_a, outline_b = outline_of(a), outline_of(b)
    radii_m = outline_a.radius_m + outline_b.radius_m
    reach_m = within_m + radii_m + MARGIN_M
    apart_m = straight_m(outline_a, outline_b)
    if apart_m > 0.0 and arc_over_m(apart_m) > reach_m:
        return None
    base_ms = min(a.times_ms[0], b.times_ms[0])
    pieces = _whole(outline_a, outline_b, _since(a, base_ms), _since(b, base_ms))
    band_ms = (
        -(time_ms + a.late_ms + b.early_ms) - _BAND_MS,
        time_ms + a.early_ms + b.late_ms + _BAND_MS,
    )
    least_m, best_m, place = np.inf, np.inf, None
    while True:
        pieces = pieces.only(pieces.may_meet(band_ms))
        if not len(pieces.edges_a):
            break
        between_m, on_a, on_b = pieces.least_m(band_ms)
        slack_m = pieces.slack_m()
        lower_m = np.maximum(0.0, between_m - slack_m - _ARITHMETIC_M)
        nearest = int(np.argmin(between_m + slack_m))
        if between_m[nearest] + slack_m[nearest] < best_m:
            best_m = float(between_m[nearest] + slack_m[nearest])
            place = pieces.place(nearest, float(on_a[nearest]), float(on_b[nearest]))
        if best_m <= radii_m + min(TOUCH_M, within_m):
            least_m = 0.0
            break
        cut = (lower_m < best_m - RESOLUTION_M) & (lower_m <= reach_m)
        least_m = min(least_m, float(lower_m[~cut].min(initial=np.inf)))
        pieces = pieces.only(cut).quartered()
    if place is None or least_m > reach_m or arc_over_m(least_m) > reach_m:
        return None
    place_a, place_b, first_ms, second_ms = place
    lat_deg, lon_deg = halfway(place_a, place_b, outline_a.radius_m, outline_b.radius_m)
    return Passing(
        gap_m=max(0.0, arc_over_m(least_m) - radii_m - MARGIN_M),
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        first_ms=base_ms + first_ms,
        second_ms=base_ms + second_ms,
    )


def _since(block: MovingBlock, base_ms: int) -> Floats:
    return np.array([when_ms - base_ms for when_ms in block.times_ms], dtype=np.float64)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pieces:
    """Pairs of equal shares of edges, arrays of shape (n,): which edges, and where they start; how wide all are."""

    a: Outline
    b: Outline
    times_a_ms: Floats
    times_b_ms: Floats
    edges_a: _Indices
    edges_b: _Indices
    from_a: Floats
    from_b: Floats
    width: float

    def only(self, keep: NDArray[np.bool_]) -> _Pieces:
        return replace(
            self,
            edges_a=self.edges_a[keep],
            edges_b=self.edges_b[keep],
            from_a=self.from_a[keep],
            from_b=self.from_b[keep],
        )

    def quartered(self) -> _Pieces:
        width = self.width / _CUT_INTO
        steps = np.arange(_CUT_INTO) * width
        each = _CUT_INTO * _CUT_INTO
        return replace(
            self,
            edges_a=np.repeat(self.edges_a, each),
            edges_b=np.repeat(self.edges_b, each),
            from_a=(self.from_a[:, None] + np.repeat(steps, _CUT_INTO)).ravel(),
            from_b=(self.from_b[:, None] + np.tile(steps, _CUT_INTO)).ravel(),
            width=width,
        )

    def slack_m(self) -> Floats:
        return leaving_m(self.a.length_m[self.edges_a] * self.width) + leaving_m(
            self.b.length_m[self.edges_b] * self.width
        )

    def clocks_ms(self) -> tuple[Floats, Floats, Floats, Floats]:
        """When each piece of a starts and how long it takes, and the same of b."""
        lasts_a, lasts_b = np.diff(self.times_a_ms)[self.edges_a], np.diff(self.times_b_ms)[self.edges_b]
        return (
            self.times_a_ms[self.edges_a] + lasts_a * self.from_a,
            lasts_a * self.width,
            self.times_b_ms[self.edges_b] + lasts_b * self.from_b,
            lasts_b * self.width,
        )

    def may_meet(self, band_ms: tuple[float, float]) -> NDArray[np.bool_]:
        """Whether some moment of a less some moment of b lies in the band."""
        start_a, lasts_a, start_b, lasts_b = self.clocks_ms()
        return (start_a + lasts_a - start_b >= band_ms[0]) & (start_a - start_b - lasts_b <= band_ms[1])

    def least_m(self, band_ms: tuple[float, float]) -> tuple[Floats, Floats, Floats]:
        """Least straight distance of each pair within the band, and the shares of the pieces where it is."""
        start_a, lasts_a, start_b, lasts_b = self.clocks_ms()
        p, r = self.a.at_m(self.edges_a, self.from_a), self.b.at_m(self.edges_b, self.from_b)
        along = self.a.at_m(self.edges_a, self.from_a + self.width) - p
        across = self.b.at_m(self.edges_b, self.from_b + self.width) - r
        return _least_in_band(
            p - r,
            along,
            across,
            lasts_a,
            lasts_b,
            band_ms[0] - start_a + start_b,
            band_ms[1] - start_a + start_b,
        )

    def place(
        self, pair: int, on_a: float, on_b: float
    ) -> tuple[tuple[float, float], tuple[float, float], float, float]:
        """Where the two are, degrees, and when, milliseconds, at shares of one pair of pieces."""
        edge_a, edge_b = self.edges_a[pair : pair + 1], self.edges_b[pair : pair + 1]
        share_a = self.from_a[pair : pair + 1] + self.width * on_a
        share_b = self.from_b[pair : pair + 1] + self.width * on_b
        (lat_a, lon_a), (lat_b, lon_b) = self.a.along(edge_a, share_a), self.b.along(edge_b, share_b)
        lasts_a, lasts_b = np.diff(self.times_a_ms)[edge_a], np.diff(self.times_b_ms)[edge_b]
        return (
            (float(lat_a[0]), float(lon_a[0])),
            (float(lat_b[0]), float(lon_b[0])),
            float((self.times_a_ms[edge_a] + lasts_a * share_a)[0]),
            float((self.times_b_ms[edge_b] + lasts_b * share_b)[0]),
        )


def _whole(a: Outline, b: Outline, times_a_ms: Floats, times_b_ms: Floats) -> _Pieces:
    edges_a, edges_b = every_pair(a, b)
    zero = np.zeros(len(edges_a))
    return _Pieces(
        a=a,
        b=b,
        times_a_ms=times_a_ms,
        times_b_ms=times_b_ms,
        edges_a=edges_a,
        edges_b=edges_b,
        from_a=zero,
        from_b=zero,
        width=1.0,
    )


def _least_in_band(
    gap: Floats, along: Floats, across: Floats, lasts_a: Floats, lasts_b: Floats, low: Floats, high: Floats
) -> tuple[Floats, Floats, Floats]:
    """Least |gap + x along - y across| for x and y from 0 to 1 and low <= x lasts_a - y lasts_b <= high.

    Args: vectors shape (n, 3), others (n,); lasts_* positive, the region not empty.
    Returns: the distance, x and y, each shape (n,).
    """
    aa, bb, ab = _dot(along, along), _dot(across, across), _dot(along, across)
    ag, bg = _dot(along, gap), _dot(across, gap)
    zero, one = np.zeros(len(gap)), np.ones(len(gap))
    tried: list[tuple[Floats, Floats, NDArray[np.bool_]]] = []
    spread = aa * bb - ab * ab
    flat = spread <= 1e-12 * aa * bb
    safe = np.where(flat, 1.0, spread)
    x, y = (ab * bg - bb * ag) / safe, (aa * bg - ab * ag) / safe
    here = x * lasts_a - y * lasts_b
    tried.append((x, y, ~flat & (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1) & (here >= low) & (here <= high)))
    for x in (zero, one):
        bottom = np.maximum(0.0, (x * lasts_a - high) / lasts_b)
        top = np.minimum(1.0, (x * lasts_a - low) / lasts_b)
        tried.append((x, _between(_ratio(bg + x * ab, bb), bottom, top), bottom <= top))
    for y in (zero, one):
        bottom = np.maximum(0.0, (low + y * lasts_b) / lasts_a)
        top = np.minimum(1.0, (high + y * lasts_b) / lasts_a)
        tried.append((_between(_ratio(y * ab - ag, aa), bottom, top), y, bottom <= top))
    for edge in (low, high):
        # On this side of the band x = (edge + y lasts_b) / lasts_a, so all is a function of y.
        start, turn = gap + along * (edge / lasts_a)[:, None], along * (lasts_b / lasts_a)[:, None] - across
        bottom, top = np.maximum(0.0, -edge / lasts_b), np.minimum(1.0, (lasts_a - edge) / lasts_b)
        y = _between(_ratio(-_dot(turn, start), _dot(turn, turn)), bottom, top)
        tried.append((np.clip((edge + y * lasts_b) / lasts_a, 0.0, 1.0), y, bottom <= top))
    xs, ys = np.stack([x for x, _, _ in tried]), np.stack([y for _, y, _ in tried])
    apart = gap + xs[..., None] * along - ys[..., None] * across
    squared = np.where(np.stack([sound for _, _, sound in tried]), (apart * apart).sum(axis=-1), np.inf)
    least, rows = squared.argmin(axis=0), np.arange(len(gap))
    return np.sqrt(squared[least, rows]), xs[least, rows], ys[least, rows]


def _between(value: Floats, low: Floats, high: Floats) -> Floats:
    kept: Floats = np.minimum(np.maximum(value, low), np.maximum(low, high))
    return kept


def _ratio(above: Floats, below: Floats) -> Floats:
    """above / below, 0 where a piece has no length."""
    return np.where(below > 0.0, above / np.where(below > 0.0, below, 1.0), 0.0)


def _dot(a: Floats, b: Floats) -> Floats:
    product: Floats = np.einsum("ij,ij->i", a, b)
    return product
