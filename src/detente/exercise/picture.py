"""The week in one picture: who announced what, who flew where, where they met, and when the line was cut.

Two colours that colour-blind people tell apart (Okabe and Ito): notices translucent, tracks thin. Encounters
carry the numbers of the table beside them; the busiest places are shown larger. An encounter counts as
announced if a conflict stated before it joins two notices that held the two aircraft; where notices were
drawn from the day as flown that is hindsight, and the picture says so.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from detente.airspace.shapes import DEGREES_E7, points_of
from detente.encounters.motion import metres_per_degree
from detente.exercise.atlas import (
    COLOURS,
    INK,
    PALE,
    UNANNOUNCED,
    Place,
    Window,
    around,
    draw_ground,
    draw_outlines,
    draw_scale,
    draw_tracks,
)
from detente.exercise.panels import LETTERS, Cut, Encounter, draw_legend, draw_table, draw_time
from detente.notices.notice import Notice
from detente.quantities import METRES_PER_NM
from detente.tracks.position import PositionReport

__all__ = ["Cut", "Encounter", "Place", "draw"]

CITATION = (
    "Traffic: traffic 2.13, X. Olive, MIT (doi 10.21105/joss.01518); positions originally collected by the "
    "OpenSky Network, Schäfer et al., IPSN 2014.   Coast: Natural Earth (public domain).   The split into two "
    "agencies and their notices are ours.   Information only, not for navigation."
)
HINDSIGHT = (
    "NM and ft: how far apart, across and in height, at the time given.\n"
    "Announced: a conflict stated earlier joins two notices that held the two\n"
    "aircraft. In hindsight: the notices were drawn from the day as flown."
)
_DPI = 100
_WIDTH_PX, _HEIGHT_PX = 2000, 1300
_TOGETHER_NM = 20.0
_NEAR_NM = 40.0


def draw(
    *,
    title: str,
    parties: tuple[str, str],
    reports: Sequence[PositionReport],
    party_of: Mapping[str, str],
    notices: Sequence[tuple[str, Notice]],
    encounters: Sequence[Encounter],
    cuts: Sequence[Cut] = (),
    places: Sequence[Place] = (),
) -> bytes:
    """The picture as PNG bytes, 2000 by 1300 pixels; the same input gives the same picture.

    Args:
        party_of: of every aircraft in `reports`.
        notices: with the party that announced each.
        encounters: between the parties, in any order; they are numbered by time.
    """
    encounters = sorted(encounters, key=lambda one: (one.time_ms, one.names))
    colour = dict(zip(parties, COLOURS, strict=True))
    colour_of = {aircraft: colour[party] for aircraft, party in party_of.items()}
    figure = Figure(figsize=(_WIDTH_PX / _DPI, _HEIGHT_PX / _DPI), dpi=_DPI, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    frame = _Frame(
        figure=figure, reports=reports, notices=notices, colour=colour, colour_of=colour_of, places=places
    )
    figure.text(0.027, 0.957, title, fontsize=21, color=INK, weight="bold", va="bottom")
    figure.text(
        0.027, 0.951, _summary(parties, notices, encounters, cuts), fontsize=11.5, color=PALE, va="top"
    )
    groups = _gathered(encounters)
    whole = around(_all_places(notices, encounters, reports), margin_deg=0.35)
    main, _ = frame.map((0.027, 0.205, 0.375, 0.715), whole, step_deg=2.0, scale_nm=100, width=0.35)
    _draw_counts(main, encounters, groups)
    for letter, group, corner in zip(
        LETTERS,
        groups,
        ((0.430, 0.578), (0.585, 0.578), (0.430, 0.205), (0.585, 0.205)),
        strict=False,
    ):
        spots = [(encounters[index].lat_deg, encounters[index].lon_deg) for index in group]
        axes, shown = frame.map(
            (*corner, 0.135, 0.342), around(spots, margin_deg=0.09), step_deg=0.2, scale_nm=5, width=0.55
        )
        where = _near(spots[0], places)
        axes.set_title(f"{letter}   {len(group)} encounters{where}", fontsize=9, loc="left", color=INK, pad=4)
        _draw_numbers(axes, encounters, shown)
        _draw_box(main, shown, letter)
    draw_table(figure.add_axes((0.735, 0.205, 0.255, 0.735)), encounters, groups)
    draw_time(
        figure.add_axes((0.070, 0.052, 0.915, 0.112)), parties, notices, encounters, cuts, reports, colour
    )
    draw_legend(main, parties)
    figure.text(0.743, 0.203, HINDSIGHT, fontsize=8.2, color=PALE, va="bottom")
    figure.text(0.027, 0.012, CITATION, fontsize=7.6, color=PALE)
    out = io.BytesIO()
    canvas.print_figure(out, format="png", metadata={"Software": None})
    return out.getvalue()


@dataclass(frozen=True, kw_only=True)
class _Frame:
    """What all maps of one picture share."""

    figure: Figure
    reports: Sequence[PositionReport]
    notices: Sequence[tuple[str, Notice]]
    colour: Mapping[str, str]
    colour_of: Mapping[str, str]
    places: Sequence[Place]

    def map(
        self,
        rect: tuple[float, float, float, float],
        window: Window,
        *,
        step_deg: float,
        scale_nm: int,
        width: float,
    ) -> tuple[Axes, Window]:
        """A map in a part of the figure, and the window that fills it."""
        axes = self.figure.add_axes(rect)
        window = window.shaped(rect[2] * _WIDTH_PX / (rect[3] * _HEIGHT_PX))
        draw_ground(axes, window, step_deg=step_deg)
        for party, colour in self.colour.items():
            shapes = [
                volume.shape for owner, notice in self.notices if owner == party for volume in notice.volumes
            ]
            draw_outlines(axes, shapes, colour, shade=0.05)
        draw_tracks(axes, self.reports, self.colour_of, width=width)
        for place in self.places:
            if window.holds(place.lat_deg, place.lon_deg):
                axes.plot(place.lon_deg, place.lat_deg, marker="^", markersize=4, color=INK, zorder=6)
                axes.annotate(
                    place.name,
                    (place.lon_deg, place.lat_deg),
                    xytext=(-1, -5),
                    textcoords="offset points",
                    fontsize=7,
                    color=INK,
                    ha="right",
                    va="top",
                    zorder=11,
                    path_effects=[withStroke(linewidth=2.0, foreground="white")],
                )
        draw_scale(axes, window, scale_nm)
        return axes, window


def _summary(
    parties: tuple[str, str],
    notices: Sequence[tuple[str, Notice]],
    encounters: Sequence[Encounter],
    cuts: Sequence[Cut],
) -> str:
    told = sum(one.is_announced for one in encounters)
    counts = [sum(owner == party for owner, _ in notices) for party in parties]
    cut = f"   ·   the line cut {len(cuts)}×" if cuts else ""
    return (
        f"{parties[0]} announced {counts[0]} notices, {parties[1]} {counts[1]}   ·   {len(encounters)} encounters "
        f"under the minima between them, {told} announced in hindsight{cut}"
    )


def _all_places(
    notices: Sequence[tuple[str, Notice]], encounters: Sequence[Encounter], reports: Sequence[PositionReport]
) -> list[tuple[float, float]]:
    """What the large map must show: everything announced and met; without either, everything flown."""
    announced = [
        (point.lat_e7 / DEGREES_E7, point.lon_e7 / DEGREES_E7)
        for _, notice in notices
        for volume in notice.volumes
        for point in points_of(volume.shape)
    ]
    met = [(one.lat_deg, one.lon_deg) for one in encounters]
    return announced + met or [(one.lat_deg, one.lon_deg) for one in reports] or [(0.0, 0.0)]


def _gathered(encounters: Sequence[Encounter]) -> list[list[int]]:
    """Indices of encounters that lie together, the largest group first."""
    spots = [(one.lat_deg, one.lon_deg) for one in encounters]
    groups: list[list[int]] = []
    for index, spot in enumerate(spots):
        near = [
            group for group in groups if any(_apart_nm(spot, spots[other]) < _TOGETHER_NM for other in group)
        ]
        groups = [group for group in groups if group not in near]
        groups.append(sorted([index, *(other for group in near for other in group)]))
    return sorted(groups, key=lambda group: (-len(group), group[0]))


def _apart_nm(one: tuple[float, float], other: tuple[float, float]) -> float:
    north_m, east_m = metres_per_degree((one[0] + other[0]) / 2.0)
    return math.hypot((one[0] - other[0]) * north_m, (one[1] - other[1]) * east_m) / METRES_PER_NM


def _near(spot: tuple[float, float], places: Sequence[Place]) -> str:
    """The named place within `_NEAR_NM` of a spot, for a title."""
    by_distance = sorted((_apart_nm(spot, (one.lat_deg, one.lon_deg)), one.name) for one in places)
    return f", {by_distance[0][1]}" if by_distance and by_distance[0][0] < _NEAR_NM else ""


def _draw_counts(axes: Axes, encounters: Sequence[Encounter], groups: Sequence[Sequence[int]]) -> None:
    for group in groups:
        lat_deg = sum(encounters[index].lat_deg for index in group) / len(group)
        lon_deg = sum(encounters[index].lon_deg for index in group) / len(group)
        told = all(encounters[index].is_announced for index in group)
        axes.scatter(
            [lon_deg],
            [lat_deg],
            s=150 + 14 * len(group),
            color=INK if told else UNANNOUNCED,
            edgecolor="white",
            zorder=9,
        )
        axes.text(
            lon_deg,
            lat_deg,
            str(len(group)),
            color="white",
            fontsize=9,
            weight="bold",
            ha="center",
            va="center_baseline",
            zorder=10,
        )


def _draw_box(axes: Axes, window: Window, letter: str) -> None:
    axes.add_patch(
        Rectangle(
            (window.west, window.south),
            window.east - window.west,
            window.north - window.south,
            fill=False,
            edgecolor=INK,
            linewidth=1.0,
            zorder=8,
        )
    )
    axes.text(
        window.east + 0.06, window.north, letter, fontsize=11, weight="bold", color=INK, va="top", zorder=9
    )


def _draw_numbers(axes: Axes, encounters: Sequence[Encounter], window: Window) -> None:
    """A point for each encounter, its number beside it where there is room."""
    to_pixels = axes.transData.transform
    taken: list[tuple[float, float]] = []
    shown = [
        (number, one)
        for number, one in enumerate(encounters, start=1)
        if window.holds(one.lat_deg, one.lon_deg)
    ]
    spots = [tuple(to_pixels((one.lon_deg, one.lat_deg))) for _, one in shown]
    for (number, one), (x, y) in zip(shown, spots, strict=True):
        colour = INK if one.is_announced else UNANNOUNCED
        axes.plot(
            one.lon_deg,
            one.lat_deg,
            marker="o",
            markersize=5,
            color=colour,
            markeredgecolor="white",
            zorder=9,
        )
        dx, dy = _free_spot(x, y, spots, taken, axes)
        taken.append((x + dx, y + dy))
        axes.annotate(
            str(number),
            (one.lon_deg, one.lat_deg),
            xytext=(dx * 72 / _DPI, dy * 72 / _DPI),
            textcoords="offset points",
            fontsize=8,
            weight="bold",
            color=colour,
            ha="center",
            va="center",
            zorder=10,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.5, "shrinkA": 4, "shrinkB": 2},
            bbox={"boxstyle": "round,pad=0.12", "facecolor": "white", "alpha": 0.75, "edgecolor": "none"},
        )


def _free_spot(
    x: float, y: float, spots: Sequence[tuple[float, ...]], taken: Sequence[tuple[float, float]], axes: Axes
) -> tuple[float, float]:
    """Pixels from a point to the nearest room for a number: not on a point, not on another number, in the map."""
    box = axes.get_window_extent()
    for radius in range(14, 160, 6):
        for turn in range(16):
            dx, dy = radius * math.cos(turn * math.pi / 8.0), radius * math.sin(turn * math.pi / 8.0)
            at_x, at_y = x + dx, y + dy
            if not (box.x0 + 12 < at_x < box.x1 - 12 and box.y0 + 10 < at_y < box.y1 - 10):
                continue
            if any(abs(at_x - other[0]) < 11 and abs(at_y - other[1]) < 10 for other in spots):
                continue
            if all(abs(at_x - other[0]) > 19 or abs(at_y - other[1]) > 14 for other in taken):
                return dx, dy
    return 14.0, 0.0
