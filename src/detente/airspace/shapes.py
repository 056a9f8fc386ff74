"""The outlines that a notice may have: polygon, circle, corridor, and a block that moves. Nothing else can be drawn.

Edges of polygons and corridors are geodesics, the shortest lines on WGS 84 (ASTM F3548-21); a polygon is the
smaller side of its ring, closes itself, and has no holes. A corridor is everything within its half width of
its path, so its ends are round. A moving block is a disc that goes along such a path by the clock (a moving altitude
reservation). Radii are whole centimetres, rounded up by whoever draws.
"""

from __future__ import annotations

from typing import TypeAlias

from detente.wire import Record

DEGREES_E7 = 10_000_000


class Point(Record, frozen=True, kw_only=True):
    """A position on WGS 84, to the nearest 1e-7 degree (at most 8 mm away)."""

    lat_e7: int
    lon_e7: int


class Polygon(Record, frozen=True, kw_only=True, tag="polygon", tag_field="shape"):
    """The inside of a ring and the ring itself; the last point is joined to the first."""

    points: tuple[Point, ...]


class Circle(Record, frozen=True, kw_only=True, tag="circle", tag_field="shape"):
    """Everything within a radius of a point."""

    centre: Point
    radius_cm: int


class Corridor(Record, frozen=True, kw_only=True, tag="corridor", tag_field="shape"):
    """Everything within half a width of an open path."""

    points: tuple[Point, ...]
    half_width_cm: int


class MovingBlock(Record, frozen=True, kw_only=True, tag="moving_block", tag_field="shape"):
    """Everything within half a width of a place that moves along a path.

    The place passes point k at `times_ms[k]`, and goes at even speed between; the whole may be up to `early_ms`
    before and `late_ms` after its times. It is there from the first time less `early_ms` to the last and `late_ms`.
    """

    points: tuple[Point, ...]
    times_ms: tuple[int, ...]
    half_width_cm: int
    early_ms: int
    late_ms: int


Shape: TypeAlias = Polygon | Circle | Corridor | MovingBlock


def points_of(shape: Shape) -> tuple[Point, ...]:
    """Every point that was drawn, in order."""
    return (shape.centre,) if isinstance(shape, Circle) else shape.points
