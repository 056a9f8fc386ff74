"""How near two shapes are: never said to be farther than they are, and at most 4 cm nearer at 30 NM.

The slow, obvious reference. Each edge is replaced by its chord, a straight line through the Earth; two chords
are measured exactly, and two geodesics can be nearer than their chords only by what they leave them
(`geodesy.leaving_m`). Where that is too coarse, edges are cut into four and measured again. At the end
the straight distance becomes a distance over the surface (`geodesy.arc_over_m`). No projection, no special
cases at the antimeridian or the poles.

A polygon's inside counts: if the ring of one surrounds a vertex of the other, they touch. Whether it does is
the sum of the turns of the bearing from that vertex along the ring: a full turn, or none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.airspace.geodesy import Floats, arc_over_m, destination, earth_centred_m, inverse, leaving_m
from detente.airspace.outline import Outline, straight_m

MARGIN_M = 0.02
"""Two positions rounded to 1e-7 degree (8 mm each), and the rounding of the arithmetic itself."""

RESOLUTION_M = 0.01
"""A measured distance may be this much too short."""

TOUCH_M = 1.0
"""Nearer than this is not told apart from touching: distances are stated in whole metres, rounded down."""

_ARITHMETIC_M = 0.001
_CUT_INTO = 4

_Indices = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Nearness:
    """The gap between two shapes: at least `gap_m`; and where it is, degrees."""

    gap_m: float
    lat_deg: float
    lon_deg: float


def nearness(a: Outline, b: Outline, *, within_m: float) -> Nearness | None:
    """The gap between two shapes if it may be `within_m` or less; None if it certainly is more.

    Returns: a gap never longer than the true one, and shorter by at most `MARGIN_M`, `RESOLUTION_M` and the
    shortfall of `arc_over_m`; 0 if they touch or overlap, or are nearer than both `TOUCH_M` and `within_m`.
    """
    radii_m = a.radius_m + b.radius_m
    reach_m = within_m + radii_m + MARGIN_M
    apart_m = straight_m(a, b)
    if apart_m > 0.0 and arc_over_m(apart_m) > reach_m:
        return None
    for outer, inner in ((a, b), (b, a)):
        if outer.filled and bool(surrounds(outer, inner.lat_deg[:1], inner.lon_deg[:1])[0]):
            return Nearness(gap_m=0.0, lat_deg=float(inner.lat_deg[0]), lon_deg=float(inner.lon_deg[0]))
    edges_a, edges_b = every_pair(a, b)
    found = nearest_edges(a, b, edges_a, edges_b, beyond_m=reach_m, enough_m=radii_m + min(TOUCH_M, within_m))
    if found is None:
        return None
    over_m = arc_over_m(found.straight_m)
    if over_m > reach_m:
        return None
    lat_deg, lon_deg = halfway(found.place_a_deg, found.place_b_deg, a.radius_m, b.radius_m)
    return Nearness(gap_m=max(0.0, over_m - radii_m - MARGIN_M), lat_deg=lat_deg, lon_deg=lon_deg)


def halfway(
    place_a_deg: tuple[float, float], place_b_deg: tuple[float, float], radius_a_m: float, radius_b_m: float
) -> tuple[float, float]:
    """The middle of what lies between two shapes, or of what they share, between the nearest places of both."""
    azimuth_deg, length_m = inverse(*place_a_deg, *place_b_deg)
    halfway_m = min(max((radius_a_m + length_m - radius_b_m) / 2.0, 0.0), length_m)
    return destination(*place_a_deg, bearing_deg=azimuth_deg, distance_m=halfway_m)


def nearest_places(a: Outline, b: Outline) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """The two places, degrees, at which two shapes are nearest, to look at; None where they touch or overlap."""
    for outer, inner in ((a, b), (b, a)):
        if outer.filled and bool(surrounds(outer, inner.lat_deg[:1], inner.lon_deg[:1])[0]):
            return None
    found = nearest_edges(a, b, *every_pair(a, b), beyond_m=np.inf, enough_m=a.radius_m + b.radius_m)
    assert found is not None, "nothing is beyond infinity"
    azimuth_deg, length_m = inverse(*found.place_a_deg, *found.place_b_deg)
    if length_m <= a.radius_m + b.radius_m:
        return None
    on_a = destination(*found.place_a_deg, bearing_deg=azimuth_deg, distance_m=a.radius_m)
    on_b = destination(*found.place_a_deg, bearing_deg=azimuth_deg, distance_m=length_m - b.radius_m)
    return on_a, on_b


def surrounds(ring: Outline, lat_deg: Floats, lon_deg: Floats) -> NDArray[np.bool_]:
    """Whether points that do not lie on a ring are inside it; shape (n,) in and out.

    Exact for geodesic edges: seen from a point, an edge turns the bearing by less than half a circle. The
    same holds seen from the other side of the Earth, so only points within the ring's ball are asked.
    """
    inside = np.zeros(len(lat_deg), dtype=np.bool_)
    from_centre_m = earth_centred_m(lat_deg, lon_deg) - np.array(ring.ball_centre_m)
    near = np.flatnonzero((from_centre_m * from_centre_m).sum(axis=1) <= (ring.ball_radius_m + TOUCH_M) ** 2)
    if not len(near):
        return inside
    vertices = len(ring.lat_deg)
    azimuth_deg, _ = inverse(
        np.repeat(lat_deg[near], vertices),
        np.repeat(lon_deg[near], vertices),
        np.tile(ring.lat_deg, len(near)),
        np.tile(ring.lon_deg, len(near)),
    )
    azimuth_deg = azimuth_deg.reshape(len(near), vertices)
    turns_deg = np.roll(azimuth_deg, -1, axis=1) - azimuth_deg
    turns_deg -= 360.0 * np.round(turns_deg / 360.0)
    inside[near] = np.abs(turns_deg.sum(axis=1)) > 180.0
    return inside


def every_pair(a: Outline, b: Outline) -> tuple[_Indices, _Indices]:
    """Every edge of one outline with every edge of the other."""
    first, second = np.indices((len(a.length_m), len(b.length_m)))
    return first.ravel(), second.ravel()


@dataclass(frozen=True, kw_only=True, slots=True)
class NearestEdges:
    """The least straight distance between edges, never too long; and the two places, degrees."""

    straight_m: float
    place_a_deg: tuple[float, float]
    place_b_deg: tuple[float, float]


def nearest_edges(
    a: Outline, b: Outline, edges_a: _Indices, edges_b: _Indices, *, beyond_m: float, enough_m: float
) -> NearestEdges | None:
    """The straight distance between the nearest of the given pairs of edges.

    Args:
        edges_a, edges_b: pairs of edges, each shape (n,).
        beyond_m: None is returned when every pair is certainly farther apart.
        enough_m: refining stops once some pair is certainly nearer; the answer is then 0.
    Returns: at most `RESOLUTION_M` less than the true straight distance.
    """
    edges_a, edges_b = _plausible(a, b, edges_a, edges_b, beyond_m)
    from_a, from_b, width = np.zeros(len(edges_a)), np.zeros(len(edges_b)), 1.0
    least_m = best_m = np.inf
    place = (0, 0.0, 0, 0.0)
    while len(edges_a):
        straight_m, on_a, on_b = _between_chords(
            a.at_m(edges_a, from_a),
            a.at_m(edges_a, from_a + width),
            b.at_m(edges_b, from_b),
            b.at_m(edges_b, from_b + width),
        )
        slack_m = leaving_m(a.length_m[edges_a] * width) + leaving_m(b.length_m[edges_b] * width)
        lower_m = np.maximum(0.0, straight_m - slack_m - _ARITHMETIC_M)
        nearest = int(np.argmin(straight_m + slack_m))
        if straight_m[nearest] + slack_m[nearest] < best_m:
            best_m = float(straight_m[nearest] + slack_m[nearest])
            place = (
                int(edges_a[nearest]),
                float(from_a[nearest] + width * on_a[nearest]),
                int(edges_b[nearest]),
                float(from_b[nearest] + width * on_b[nearest]),
            )
        if best_m <= enough_m:
            least_m = 0.0
            break
        cut = (lower_m < best_m - RESOLUTION_M) & (lower_m <= beyond_m)
        least_m = min(least_m, float(lower_m[~cut].min(initial=np.inf)))
        edges_a, from_a, edges_b, from_b = _cut(
            a, b, edges_a[cut], from_a[cut], edges_b[cut], from_b[cut], width
        )
        width /= _CUT_INTO
    if least_m > beyond_m:
        return None
    edge_a, fraction_a, edge_b, fraction_b = place
    return NearestEdges(
        straight_m=least_m,
        place_a_deg=_place(a, edge_a, fraction_a),
        place_b_deg=_place(b, edge_b, fraction_b),
    )


def _plausible(
    a: Outline, b: Outline, edges_a: _Indices, edges_b: _Indices, beyond_m: float
) -> tuple[_Indices, _Indices]:
    """Without the pairs whose middles are too far apart to matter; needed only where there are many."""
    if len(edges_a) <= 64:
        return edges_a, edges_b
    middles_a, middles_b = (
        one.at_m(np.arange(len(one.length_m)), np.full(len(one.length_m), 0.5)) for one in (a, b)
    )
    between_m = np.sqrt(((middles_a[edges_a] - middles_b[edges_b]) ** 2).sum(axis=1))
    halves_m = (a.length_m[edges_a] + b.length_m[edges_b]) / 2.0 + _ARITHMETIC_M
    keep = between_m - halves_m <= min(beyond_m, float(between_m.min()))
    return edges_a[keep], edges_b[keep]


def _cut(
    a: Outline, b: Outline, edges_a: _Indices, from_a: Floats, edges_b: _Indices, from_b: Floats, width: float
) -> tuple[_Indices, Floats, _Indices, Floats]:
    """Each pair of pieces as the sixteen pairs of their quarters; a circle's centre is not cut."""
    steps_a, steps_b = (
        np.arange(_CUT_INTO if one.length_m.any() else 1) * (width / _CUT_INTO) for one in (a, b)
    )
    parts_a, parts_b = len(steps_a), len(steps_b)
    return (
        np.repeat(edges_a, parts_a * parts_b),
        (from_a[:, None] + np.repeat(steps_a, parts_b)).ravel(),
        np.repeat(edges_b, parts_a * parts_b),
        (from_b[:, None] + np.tile(steps_b, parts_a)).ravel(),
    )


def _between_chords(p: Floats, q: Floats, r: Floats, s: Floats) -> tuple[Floats, Floats, Floats]:
    """Distance between the straight segments pq and rs, each (n, 3), and the fractions of its ends on them.

    The least of five: each end against the other segment, and the two lines where both are met between
    their ends. Near-parallel lines give the fifth badly and the four well.
    """
    along, across, gap = q - p, s - r, p - r
    aa, bb, ab = _dot(along, along), _dot(across, across), _dot(along, across)
    ag, bg = _dot(along, gap), _dot(across, gap)
    spread = aa * bb - ab * ab
    zero, one = np.zeros(len(p)), np.ones(len(p))
    on_a = np.stack((zero, one, _ratio(-ag, aa), _ratio(ab - ag, aa), _ratio(ab * bg - bb * ag, spread)))
    on_b = np.stack((_ratio(bg, bb), _ratio(ab + bg, bb), zero, one, _ratio(aa * bg - ab * ag, spread)))
    apart = gap + on_a[..., None] * along - on_b[..., None] * across
    squared = (apart * apart).sum(axis=-1)
    least = squared.argmin(axis=0)
    rows = np.arange(len(p))
    return np.sqrt(squared[least, rows]), on_a[least, rows], on_b[least, rows]


def _dot(a: Floats, b: Floats) -> Floats:
    product: Floats = np.einsum("ij,ij->i", a, b)
    return product


def _ratio(above: Floats, below: Floats) -> Floats:
    """above / below kept within 0 and 1; 0 where a segment has no length or two are parallel."""
    safe = np.where(below > 0.0, below, 1.0)
    return np.clip(np.where(below > 0.0, above / safe, 0.0), 0.0, 1.0)


def _place(outline: Outline, edge: int, fraction: float) -> tuple[float, float]:
    lat_deg, lon_deg = outline.along(np.array([edge]), np.array([fraction]))
    return float(lat_deg[0]), float(lon_deg[0])
