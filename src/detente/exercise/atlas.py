"""What every map of the picture is drawn from: coast, tracks and outlines as plain lines in degrees.

Maps are plain graticules, one degree of longitude drawn as long as it is at the map's middle. Land is the
Natural Earth extract in `data/` (public domain); it is for orientation only.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from numpy.typing import NDArray

from detente.airspace.shapes import DEGREES_E7, Circle, Polygon, Shape, points_of
from detente.encounters.motion import metres_per_degree
from detente.tracks.position import PositionReport

SEA, LAND, SHORE, GRID = "#dfe8ee", "#f7f5f0", "#9aa5ad", "#c3ccd2"
COLOURS = ("#0072b2", "#d55e00")
INK, PALE, UNANNOUNCED = "#1c2429", "#5c6870", "#c2185b"
BREAK_S = 300.0
"""A track is not drawn across a longer silence."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A named point for orientation."""

    name: str
    lat_deg: float
    lon_deg: float


@dataclass(frozen=True, kw_only=True)
class Window:
    """What one map shows, degrees."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, lat_deg: float, lon_deg: float) -> bool:
        """Whether a place is on the map."""
        return self.south <= lat_deg <= self.north and self.west <= lon_deg <= self.east

    def shaped(self, width_by_height: float) -> Window:
        """The same middle, grown on one side until it fills a frame of this shape."""
        middle_lat, middle_lon = (self.south + self.north) / 2.0, (self.west + self.east) / 2.0
        squeeze = math.cos(math.radians(middle_lat))
        high, wide = self.north - self.south, (self.east - self.west) * squeeze
        high, wide = max(high, wide / width_by_height), max(wide, high * width_by_height)
        return Window(
            south=middle_lat - high / 2.0,
            north=middle_lat + high / 2.0,
            west=middle_lon - wide / squeeze / 2.0,
            east=middle_lon + wide / squeeze / 2.0,
        )


def around(places: Sequence[tuple[float, float]], *, margin_deg: float) -> Window:
    """The window around some places (latitude, longitude)."""
    return Window(
        south=min(lat for lat, _ in places) - margin_deg,
        north=max(lat for lat, _ in places) + margin_deg,
        west=min(lon for _, lon in places) - margin_deg,
        east=max(lon for _, lon in places) + margin_deg,
    )


def draw_ground(axes: Axes, window: Window, *, step_deg: float, land: str = "west-coast") -> None:
    """Sea, land, shore, graticule and frame; `land` names a file in `data/`."""
    axes.set_facecolor(SEA)
    axes.add_collection(PolyCollection(_land(land), facecolor=LAND, edgecolor=SHORE, linewidth=0.7, zorder=0))
    axes.set_xlim(window.west, window.east)
    axes.set_ylim(window.south, window.north)
    axes.set_aspect(1.0 / math.cos(math.radians((window.south + window.north) / 2.0)))
    axes.set_xticks(_steps(window.west, window.east, step_deg))
    axes.set_yticks(_steps(window.south, window.north, step_deg))
    decimals = max(0, math.ceil(-math.log10(step_deg) - 1e-9))
    axes.xaxis.set_major_formatter(lambda lon, _: f"{abs(lon):.{decimals}f}°{'W' if lon < 0 else 'E'}")
    axes.yaxis.set_major_formatter(lambda lat, _: f"{abs(lat):.{decimals}f}°{'N' if lat >= 0 else 'S'}")
    axes.tick_params(labelsize=7, length=2, colors="#4d5a63", pad=2)
    axes.grid(color=GRID, linewidth=0.5, zorder=0.5)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_color("#7d8a93")


def draw_scale(axes: Axes, window: Window, length_nm: int) -> None:
    """A bar of so many nautical miles in the lower left corner."""
    high, wide = window.north - window.south, window.east - window.west
    lat_deg, lon_deg = window.south + 0.035 * high, window.west + 0.04 * wide
    length_deg = length_nm * 1852.0 / metres_per_degree(lat_deg)[1]
    axes.plot([lon_deg, lon_deg + length_deg], [lat_deg] * 2, color="#222", linewidth=2.2, zorder=8)
    axes.text(
        lon_deg, lat_deg + 0.012 * high, f"{length_nm} NM", fontsize=7, color="#222", va="bottom", zorder=8
    )


def draw_outlines(axes: Axes, shapes: Iterable[Shape], colour: str, *, shade: float) -> None:
    """Translucent areas with thin edges; where several lie over each other it is darker."""
    rings = [ring_deg(shape) for shape in shapes]
    axes.add_collection(PolyCollection(rings, facecolor=colour, edgecolor="none", alpha=shade, zorder=2))
    axes.add_collection(
        PolyCollection(rings, facecolor="none", edgecolor=colour, alpha=0.55, linewidth=0.6, zorder=2.5)
    )


def draw_tracks(
    axes: Axes, reports: Iterable[PositionReport], colour_of: Mapping[str, str], *, width: float
) -> None:
    """Thin lines between reports of one aircraft, in the colour of its party."""
    lines: dict[str, list[NDArray[np.float64]]] = {}
    last: dict[str, PositionReport] = {}
    for report in reports:
        before = last.get(report.aircraft)
        last[report.aircraft] = report
        if before is not None and report.time_ms - before.time_ms <= BREAK_S * 1000.0:
            lines.setdefault(colour_of[report.aircraft], []).append(
                np.array([(before.lon_deg, before.lat_deg), (report.lon_deg, report.lat_deg)])
            )
    for colour, segments in lines.items():
        axes.add_collection(
            LineCollection(segments, colors=colour, linewidths=width, alpha=0.6, zorder=3, capstyle="round")
        )


def ring_deg(shape: Shape) -> NDArray[np.float64]:
    """The outline of a shape for drawing: longitude and latitude, shape (n, 2)."""
    points = np.array([(point.lon_e7 / DEGREES_E7, point.lat_e7 / DEGREES_E7) for point in points_of(shape)])
    if isinstance(shape, Polygon):
        return points
    radius_m = (shape.radius_cm if isinstance(shape, Circle) else shape.half_width_cm) / 100.0
    north_m, east_m = metres_per_degree(float(points[:, 1].mean()))
    skeleton = shapely.LineString(points * (east_m, north_m)) if len(points) > 1 else None
    grown = shapely.buffer(skeleton or shapely.Point(points[0] * (east_m, north_m)), radius_m)
    outline: NDArray[np.float64] = shapely.get_coordinates(shapely.get_exterior_ring(grown)) / (
        east_m,
        north_m,
    )
    return outline


def _land(name: str) -> list[NDArray[np.float64]]:
    data = (resources.files("detente.exercise") / "data" / f"{name}.geojson").read_bytes()
    return [np.array(feature["geometry"]["coordinates"][0]) for feature in json.loads(data)["features"]]


def _steps(low: float, high: float, step: float) -> list[float]:
    return [step * index for index in range(math.ceil(low / step), math.floor(high / step) + 1)]
