"""The played day in one picture: where each side said it would fly and flew, the line between, the meeting.

Two colours that colour-blind people tell apart (Okabe and Ito). On the map every area is the notice as it was sent;
tracks are the synthetic flights. Beside it stand the meeting seen close, the frequencies of each sector, and the
clocks of the meeting; below, the day as a strip. That it is invented is said in the title and on the map.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Polygon as Patch
from matplotlib.patheffects import withStroke

from detente.exercise.atlas import (
    COLOURS,
    INK,
    PALE,
    UNANNOUNCED,
    Window,
    draw_ground,
    draw_outlines,
    draw_scale,
    draw_tracks,
    ring_deg,
)
from detente.exercise.syria_areas import CIVIL_ROUTES, GATE, HAZARD
from detente.exercise.syria_flights import Flight, reports
from detente.exercise.syria_panels import draw_clocks, draw_frequencies, draw_time
from detente.exercise.syria_summary import Played
from detente.exercise.syria_terms import PARTIES, boundary_of
from detente.line.figures import channel_text
from detente.memorandum.model import Memorandum

TITLE = "Two coalitions, one sky, one line between them: a SYNTHETIC day, 5 November 2015"
SUBTITLE = (
    "Flights, areas, the line L1 and the people are invented. Terms: the template syria-2015, most of them our"
    " assumptions. Nobody's real procedures, channels or flights."
)
FOOT = (
    "Made by two real node processes on one conducted clock; every statement stands in a record verified offline."
    "   Map: Natural Earth (public domain), for orientation only; its lines say nothing of who claims what."
    "   Information only, not for navigation."
)
_DPI = 100
_WIDTH_PX, _HEIGHT_PX = 2000, 1300
_HALO = [withStroke(linewidth=2.6, foreground="white")]
_CIVIL, _HAZARD = "#6b7780", "#7b3294"
_WHOLE = Window(south=31.75, north=37.75, west=34.9, east=42.85)
_CLOSE = Window(south=35.8, north=36.65, west=37.15, east=38.85)
_LABELS = {
    "E-A": (36.40, 36.75),
    "E-B": (33.82, 37.75),
    "E-C": (33.36, 37.35),
    "E-D": (34.95, 36.42),
    "E-E": (35.95, 37.92),
    "W-A": (36.62, 40.55),
    "W-B": (34.80, 41.05),
    "W-C": (37.22, 40.30),
    "W-D": (34.83, 40.00),
    "W-X": (37.00, 36.92),
}
"""Where each notice's words stand: beside what is drawn, so that both are read."""


def draw(played: Played, summary: Mapping[str, Any], memorandum: Memorandum) -> bytes:
    """The picture as PNG bytes, 2000 by 1300 pixels; the same day gives the same picture."""
    figure = Figure(figsize=(_WIDTH_PX / _DPI, _HEIGHT_PX / _DPI), dpi=_DPI, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    colour = dict(zip(PARTIES, COLOURS, strict=True))
    figure.text(0.027, 0.960, TITLE, fontsize=20, color=INK, weight="bold", va="bottom")
    figure.text(0.027, 0.954, SUBTITLE, fontsize=11, color=UNANNOUNCED, va="top")
    figure.text(0.027, 0.012, FOOT, fontsize=7.8, color=PALE)
    main, window = _map(figure, (0.027, 0.235, 0.545, 0.685), _WHOLE, played, colour, step_deg=1.0)
    _draw_sectors(main, memorandum)
    _draw_line(main, memorandum, is_close=False)
    _draw_names(main, played, colour)
    _draw_points(main, memorandum)
    _draw_meeting(main, summary, is_close=False)
    draw_scale(main, window, 50)
    _draw_key(main, played, colour)
    close, near = _map(figure, (0.605, 0.575, 0.375, 0.345), _CLOSE, played, colour, step_deg=0.5)
    _draw_line(close, memorandum, is_close=True)
    _draw_meeting(close, summary, is_close=True)
    _draw_close_names(close, played.flown, colour)
    draw_scale(close, near, 10)
    close.set_title("The meeting, seen close", fontsize=10.5, loc="left", color=INK, weight="bold", pad=5)
    draw_frequencies(figure.add_axes((0.605, 0.415, 0.375, 0.125)), played, memorandum)
    draw_clocks(figure.add_axes((0.605, 0.225, 0.375, 0.175)), summary)
    draw_time(figure.add_axes((0.085, 0.050, 0.895, 0.140)), played, summary, colour)
    out = io.BytesIO()
    canvas.print_figure(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _map(
    figure: Figure,
    rect: tuple[float, float, float, float],
    window: Window,
    played: Played,
    colour: Mapping[str, str],
    *,
    step_deg: float,
) -> tuple[Axes, Window]:
    """Ground, notices and tracks in a part of the figure, and the window that fills it."""
    axes = figure.add_axes(rect)
    window = window.shaped(rect[2] * _WIDTH_PX / (rect[3] * _HEIGHT_PX))
    draw_ground(axes, window, step_deg=step_deg, land="levant")
    for party in PARTIES:
        areas = [area for area, _ in played.notices if area.party == party and area is not HAZARD]
        shapes = [volume.shape for area in areas for volume in area.notice().volumes]
        draw_outlines(axes, shapes, colour[party], shade=0.09)
    rings = [ring_deg(volume.shape) for volume in HAZARD.notice().volumes]
    axes.add_collection(
        PolyCollection(rings, facecolor="#7b329422", edgecolor=_HAZARD, hatch="///", linewidth=1.4, zorder=4)
    )
    for route in CIVIL_ROUTES:
        axes.plot(
            [lon for _, lon in route], [lat for lat, _ in route], color=_CIVIL, linewidth=1.0, dashes=(6, 4)
        )
    colour_of = {flight.aircraft: colour.get(flight.party, _CIVIL) for flight in played.flown}
    flown = [report for report in reports(played.flown) if colour_of[report.aircraft] != _CIVIL]
    draw_tracks(axes, flown, colour_of, width=0.7)
    meeting = {one.aircraft for one in played.flown if one.drifts or one.area == "W-X"}
    draw_tracks(axes, [one for one in flown if one.aircraft in meeting], colour_of, width=1.6)
    return axes, window


def _draw_sectors(axes: Axes, memorandum: Memorandum) -> None:
    for sector in memorandum.sector:
        ring = [(float(point.lon), float(point.lat)) for point in sector.polygon]
        axes.add_patch(Patch(ring, fill=False, edgecolor="#4d5a63", linewidth=1.1, linestyle=":", zorder=5))
        north = max(lat for _, lat in ring)
        east = max(lon for lon, _ in ring)
        here = [one for one in memorandum.channel if sector.id in one.sectors and one.use != "guard"]
        channels = "  ".join(channel_text(one.name_khz) for one in here)
        words = f"sector {sector.id}\n{channels}"
        _write(axes, east - 0.06, north - 0.06, words, INK, size=11, ha="right", va="top", bold=True)


def _draw_line(axes: Axes, memorandum: Memorandum, *, is_close: bool) -> None:
    """The boundary of the exercise, and the gate of the crossing."""
    line = boundary_of(memorandum).line
    lons, lats = [float(one.lon) for one in line], [float(one.lat) for one in line]
    axes.plot(lons, lats, color="white", linewidth=5.0, zorder=6, solid_capstyle="butt")
    axes.plot(lons, lats, color=INK, linewidth=2.4, zorder=6.1, dashes=(5, 1.2, 1, 1.2))
    axes.plot(GATE[1], GATE[0], marker="D", markersize=8 if is_close else 6, color=INK, zorder=9)
    if is_close:
        _write(axes, GATE[1] - 0.03, GATE[0] - 0.11, "gate of the crossing", INK, size=9, ha="right")
        _write(axes, 38.61, 36.56, "L1", INK, size=12, ha="left", bold=True)
    else:
        _write(
            axes, lons[1] + 0.05, lats[1] + 0.08, "L1 (our assumption)", INK, size=9.5, ha="left", bold=True
        )


def _draw_names(axes: Axes, played: Played, colour: Mapping[str, str]) -> None:
    """Each notice by class and levels, at the middle of its first volume; routes and hazard by what they are."""
    for area, _ in played.notices:
        if area is HAZARD:
            continue
        lat, lon = _LABELS[area.name]
        words = f"{area.class_}\nFL{area.floor_ft // 100:03d}-{area.ceiling_ft // 100:03d}"
        _write(axes, lon, lat, words, colour[area.party], size=9, bold=True)
    _write(
        axes,
        38.30,
        34.66,
        "HAZARD announced by EAST for\n9 Nov 06-09 UTC, FL000-450",
        _HAZARD,
        size=9,
        bold=True,
    )
    _write(axes, 37.55, 32.45, "civil routes (invented)", _CIVIL, size=8.5, ha="right")
    for party, lon in (("EAST", 36.05), ("WEST", 41.75)):
        axes.text(
            lon,
            33.05,
            party,
            fontsize=34,
            color=colour[party],
            alpha=0.30,
            weight="bold",
            ha="center",
            zorder=1.5,
        )


def _draw_points(axes: Axes, memorandum: Memorandum) -> None:
    for point in memorandum.reference_point:
        lat, lon = float(point.at.lat), float(point.at.lon)
        axes.plot(lon, lat, marker="^", markersize=6, color=INK, zorder=8)
        _write(axes, lon + 0.05, lat - 0.02, point.id, INK, size=9, ha="left", va="top")


def _draw_meeting(axes: Axes, summary: Mapping[str, Any], *, is_close: bool) -> None:
    """Where the two came near, and where the ALERT saw the other; on the whole map one ring round both."""
    alert = summary["alerts"][0] if summary["alerts"] else None
    measured = {party: found[0] for party, found in summary["encounters"].items() if found}
    if not is_close:
        if alert is not None:
            axes.plot(
                alert["lon"], alert["lat"], marker="o", markersize=22, fillstyle="none", markeredgewidth=2.4,
                color=UNANNOUNCED, zorder=10,
            )  # fmt: skip
            _write(
                axes, alert["lon"] - 0.1, alert["lat"] + 0.22, "encounter", UNANNOUNCED, size=10, bold=True
            )
        return
    if measured:
        near = next(iter(measured.values()))
        axes.plot(near["lon"], near["lat"], marker="X", markersize=11, color=UNANNOUNCED, zorder=10)
        claims = ", ".join(f"{one['miss_nm']:.2f} NM by {party}" for party, one in measured.items())
        _point_at(
            axes,
            (near["lon"], near["lat"]),
            (-230, 48),
            f"{near['utc'][11:19]}  passed, {near['miss_ft']} ft apart\n{claims}",
        )
    if alert is not None:
        axes.plot(alert["lon"], alert["lat"], marker="o", markersize=11, color=UNANNOUNCED, zorder=10)
        channel = channel_text(alert["call_on_khz"])
        words = f"{alert['utc'][11:19]}  ALERT: call on {channel}\nit descends before the second"
        _point_at(axes, (alert["lon"], alert["lat"]), (-30, -92), words)


def _draw_close_names(axes: Axes, flown: Sequence[Flight], colour: Mapping[str, str]) -> None:
    crossing = sorted((one.way[0].time_ms, one.call_sign) for one in flown if one.area == "W-X")
    (_, first), (_, second) = crossing
    _write(
        axes, 38.40, 36.395, f"◀ {first}, and {second} six minutes behind", colour["WEST"], size=9, bold=True
    )
    for flight in flown:
        if flight.drifts:
            _write(
                axes,
                37.66,
                36.15,
                f"{flight.call_sign} drifts out of its notice",
                colour["EAST"],
                size=9,
                ha="left",
                bold=True,
            )
    _write(axes, 37.40, 35.93, "uncrewed\nFL180-200", colour["EAST"], size=9, bold=True)


def _draw_key(axes: Axes, played: Played, colour: Mapping[str, str]) -> None:
    """Who is who, in the lower right corner of the map, over what nobody flies in."""
    rows = [
        (colour["EAST"], f"EAST: {_flights(played, 'EAST')} flights, {_notices(played, 'EAST')} notices"),
        (colour["WEST"], f"WEST: {_flights(played, 'WEST')} flights, {_notices(played, 'WEST')} notices"),
        (INK, "areas: the notices as sent; lines: flights, all SYNTHETIC"),
    ]
    for place, (shade, words) in enumerate(rows):
        axes.text(
            0.985, 0.085 - 0.030 * place, words, transform=axes.transAxes, fontsize=10, color=shade, weight="bold",
            ha="right", va="center", zorder=12, path_effects=_HALO,
        )  # fmt: skip


def _flights(played: Played, party: str) -> int:
    return sum(flight.party == party for flight in played.flown)


def _notices(played: Played, party: str) -> int:
    return sum(area.party == party for area, _ in played.notices)


def _point_at(axes: Axes, place: tuple[float, float], offset: tuple[int, int], words: str) -> None:
    axes.annotate(
        words,
        place,
        xytext=offset,
        textcoords="offset points",
        fontsize=9.5,
        color=UNANNOUNCED,
        weight="bold",
        zorder=12,
        path_effects=_HALO,
        arrowprops={"arrowstyle": "-", "color": UNANNOUNCED, "linewidth": 1.2},
    )


def _write(
    axes: Axes,
    lon: float,
    lat: float,
    words: str,
    shade: str,
    *,
    size: float,
    ha: str = "center",
    va: str = "center",
    bold: bool = False,
) -> None:
    axes.text(
        lon, lat, words, fontsize=size, color=shade, ha=ha, va=va, zorder=11, path_effects=_HALO,
        weight="bold" if bold else "normal", clip_on=True, linespacing=1.15,
    )  # fmt: skip
