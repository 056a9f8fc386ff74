"""The three outlines that a notice may have: polygon, circle, corridor. Nothing else can be drawn.

Edges of polygons and corridors are geodesics, the shortest lines on WGS 84 (ASTM F3548-21); a polygon is the
smaller side of its ring, closes itself, and has no holes. A corridor is everything within its half width of
its path, so its ends are round. Radii are whole centimetres, rounded up by whoever draws.
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


Shape: TypeAlias = Polygon | Circle | Corridor


def points_of(shape: Shape) -> tuple[Point, ...]:
    """Every point that was drawn, in order."""
    return (shape.centre,) if isinstance(shape, Circle) else shape.points
