"""Whether one shape lies inside another, and how far points lie outside a shape.

These serve admission and the private conformance check, not conflicts: they are good to `TOLERANCE_M`, so
that a volume drawn along the edge of its area is inside it.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely

from detente.airspace.geodesy import Floats, arcs_over_m, earth_centred_m
from detente.airspace.nearness import every_pair, nearest_edges, surrounds
from detente.airspace.outline import outline_of
from detente.airspace.plane import cut_evenly, onto_plane_m, skeleton_on_plane_m
from detente.airspace.shapes import MovingBlock, Polygon, Shape

TOLERANCE_M = 10.0

_PIECE_M = 5_000.0
"""A geodesic of this length leaves its chord by half a metre at most."""


_PAIRS_AT_ONCE = 500_000


def is_inside(inner: Shape, outer: Polygon) -> bool:
    """Whether a shape lies inside a polygon, to `TOLERANCE_M`; sharing an edge is inside."""
    inside, around = outline_of(inner), outline_of(outer)
    if isinstance(inner, Polygon):
        ring = shapely.Polygon(skeleton_on_plane_m(inside, around=around))
        return bool(shapely.covers(_on_plane(outer, TOLERANCE_M), ring))
    if not bool(surrounds(around, inside.lat_deg[:1], inside.lon_deg[:1])[0]):
        return False
    edges_a, edges_b = every_pair(inside, around)
    room_m = max(0.0, inside.radius_m - TOLERANCE_M)
    return nearest_edges(inside, around, edges_a, edges_b, beyond_m=room_m, enough_m=room_m) is None


def outside_m(shape: Shape, lat_deg: Floats, lon_deg: Floats) -> Floats:
    """How far points lie outside a shape, metres, to one metre; 0 inside. Shape (n,) in and out."""
    outline = outline_of(shape)
    starts_m, ends_m = _chords_m(shape)
    points_m = earth_centred_m(lat_deg, lon_deg)
    blocks = range(0, len(points_m), max(1, _PAIRS_AT_ONCE // len(starts_m)))
    straight_m = np.concatenate(
        [_to_chords_m(points_m[block : block + blocks.step], starts_m, ends_m) for block in blocks]
    )
    beyond_m: Floats = np.maximum(0.0, arcs_over_m(straight_m) - outline.radius_m)
    if isinstance(shape, Polygon):
        places_m = onto_plane_m(lat_deg, lon_deg, around=outline)
        beyond_m[shapely.contains_xy(_on_plane(shape, 0.0), places_m)] = 0.0
    return beyond_m


def outside_block_m(block: MovingBlock, lat_deg: Floats, lon_deg: Floats, time_ms: Floats) -> Floats:
    """How far points lie at their times outside a block that moves, metres, to a metre; infinite if it is nowhere.

    Args: each shape (n,).
    """
    outline = outline_of(block)
    edges, fractions, widths = cut_evenly(outline, _PIECE_M)
    starts_m, ends_m = outline.at_m(edges, fractions), outline.at_m(edges, fractions + widths)
    clock_ms = np.array(block.times_ms, dtype=np.float64)
    lasts_ms = np.diff(clock_ms)[edges]
    begins_ms = clock_ms[edges] + lasts_ms * fractions
    points_m = earth_centred_m(lat_deg, lon_deg)
    found = []
    step = max(1, _PAIRS_AT_ONCE // len(edges))
    for start in range(0, len(points_m), step):
        some = slice(start, start + step)
        since_ms = time_ms[some, None] - begins_ms
        low = (since_ms - block.late_ms) / (lasts_ms * widths)
        high = (since_ms + block.early_ms) / (lasts_ms * widths)
        found.append(_to_chords_m(points_m[some], starts_m, ends_m, shares=(low, high)))
    straight_m = np.concatenate(found)
    beyond_m: Floats = np.where(
        np.isfinite(straight_m), np.maximum(0.0, arcs_over_m(straight_m) - outline.radius_m), np.inf
    )
    return beyond_m


def _to_chords_m(
    points_m: Floats, starts_m: Floats, ends_m: Floats, shares: tuple[Floats, Floats] | None = None
) -> Floats:
    """Straight distance from each point to the nearest of some chords, or of parts of them; infinite without any."""
    along_m = ends_m - starts_m
    squared = np.maximum((along_m * along_m).sum(axis=1), 1e-12)
    from_start_m = points_m[:, None, :] - starts_m
    low, high = shares or (np.zeros(1), np.ones(1))
    low, high = np.maximum(low, 0.0), np.minimum(high, 1.0)
    fraction = np.minimum(np.maximum((from_start_m * along_m).sum(axis=2) / squared, low), high)
    apart_m = from_start_m - fraction[..., None] * along_m
    squared_m2 = np.where(low <= high, (apart_m * apart_m).sum(axis=2), np.inf)
    nearest_m: Floats = np.sqrt(squared_m2.min(axis=1))
    return nearest_m


@lru_cache(maxsize=1024)
def _chords_m(shape: Shape) -> tuple[Floats, Floats]:
    """Earth-centred ends of the chords of a shape's skeleton, each shape (n, 3)."""
    outline = outline_of(shape)
    edges, fractions, widths = cut_evenly(outline, _PIECE_M)
    return outline.at_m(edges, fractions), outline.at_m(edges, fractions + widths)


@lru_cache(maxsize=256)
def _on_plane(polygon: Polygon, margin_m: float) -> shapely.Geometry:
    """A polygon on the plane around its own middle, grown by a margin, prepared for many questions."""
    outline = outline_of(polygon)
    area = shapely.Polygon(skeleton_on_plane_m(outline, around=outline))
    if margin_m:
        area = area.buffer(margin_m)
    shapely.prepare(area)
    return area
