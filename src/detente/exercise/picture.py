"""The week in one picture: who announced what, who flew where, where they met, and when the line was cut.

Two colours that colour-blind people tell apart (Okabe and Ito): notices translucent, tracks thin. Encounters
carry the numbers of the table beside them; the busiest places are shown larger. An encounter counts as
announced if a conflict stated before it joins two notices that held the two aircraft; where notices were
drawn from the day as flown that is hindsight, and the picture says so.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from detente.airspace.shapes import DEGREES_E7, points_of
from detente.encounters.motion import metres_per_degree
from detente.exercise.atlas import (
    Window,
    around,
    draw_ground,
    draw_outlines,
    draw_scale,
    draw_tracks,
)
from detente.notices.notice import Notice
from detente.quantities import METRES_PER_NM, UtcMs
from detente.tracks.position import PositionReport

CITATION = (
    "Traffic: traffic 2.13, X. Olive, MIT (doi 10.21105/joss.01518); positions originally collected by the "
    "OpenSky Network, Schäfer et al., IPSN 2014.   Coast: Natural Earth (public domain).   The split into two "
    "agencies and their notices are ours.   Information only, not for navigation."
)
HINDSIGHT = (
    "NM and ft: where both together were closest to the minima.\n"
    "Announced: a conflict stated earlier joins two notices that held the two\n"
    "aircraft. In hindsight: the notices were drawn from the day as flown."
)
COLOURS = ("#0072b2", "#d55e00")
INK, PALE, UNANNOUNCED = "#1c2429", "#5c6870", "#c2185b"
ROWS_MAX = 60
CLOSE_UPS = 4
_DPI = 100
_WIDTH_PX, _HEIGHT_PX = 2000, 1300
_TOGETHER_NM = 20.0
_NEAR_NM = 40.0
_DAY_MS = 86_400_000
_LETTERS = "ABCDEFGH"


@dataclass(frozen=True, kw_only=True)
class Encounter:
    """One line of the table: when and where two aircraft were closest, by what names they are shown."""

    time_ms: UtcMs
    lat_deg: float
    lon_deg: float
    names: tuple[str, str]
    miss_nm: float
    miss_ft: float
    is_announced: bool


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A time without a line."""

    from_ms: UtcMs
    until_ms: UtcMs


@dataclass(frozen=True, kw_only=True)
class Place:
    """A named point for orientation."""

    name: str
    lat_deg: float
    lon_deg: float


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
        _LETTERS,
        groups[:CLOSE_UPS],
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
    _draw_table(figure.add_axes((0.735, 0.205, 0.255, 0.735)), encounters, groups[:CLOSE_UPS])
    _draw_time(
        figure.add_axes((0.070, 0.052, 0.915, 0.112)), parties, notices, encounters, cuts, reports, colour
    )
    _draw_legend(main, parties)
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


def _draw_table(axes: Axes, encounters: Sequence[Encounter], groups: Sequence[Sequence[int]]) -> None:
    """The encounters by number, with the letter of their close-up; what does not fit is counted."""
    letters = {index: letter for letter, group in zip(_LETTERS, groups, strict=False) for index in group}
    axes.set_axis_off()
    shown = encounters[:ROWS_MAX]
    columns = (0.05, 0.08, 0.12, 0.41, 0.72, 0.83, 0.87)
    sides = ("right", "left", "left", "left", "right", "right", "left")
    heads = ("", "", "September, UTC", "aircraft", "NM", "ft", "announced")
    step = 1.0 / (ROWS_MAX + 3)

    def row(index: float, texts: Iterable[str], **style: Any) -> list[Text]:
        return [
            axes.text(
                x,
                1.0 - index * step,
                text,
                ha=side,
                va="top",
                fontsize=8.2,
                transform=axes.transAxes,
                **style,
            )
            for x, side, text in zip(columns, sides, texts, strict=True)
        ]

    row(0, heads, color=PALE, weight="bold")
    for index, one in enumerate(shown, start=1):
        moment = datetime.fromtimestamp(one.time_ms / 1000, tz=UTC)
        row(
            index + 0.4,
            (
                str(index),
                letters.get(index - 1, ""),
                moment.strftime("%d  %H:%M:%S"),
                " · ".join(one.names),
                f"{one.miss_nm:.2f}",
                f"{one.miss_ft:.0f}",
                "yes" if one.is_announced else "no",
            ),
            color=INK if one.is_announced else UNANNOUNCED,
        )
    if len(encounters) > len(shown):
        row(
            len(shown) + 1.4, ("", "", f"and {len(encounters) - len(shown)} more", "", "", "", ""), color=PALE
        )


def _draw_time(
    axes: Axes,
    parties: tuple[str, str],
    notices: Sequence[tuple[str, Notice]],
    encounters: Sequence[Encounter],
    cuts: Sequence[Cut],
    reports: Sequence[PositionReport],
    colour: Mapping[str, str],
) -> None:
    """The week as a strip: windows of notices, encounters, cuts of the line."""
    times = [
        when
        for _, notice in notices
        for volume in notice.volumes
        for when in (volume.start_ms, volume.end_ms)
    ]
    times += [report.time_ms for report in (*reports[:1], *reports[-1:])]
    times += [when for cut in cuts for when in (cut.from_ms, cut.until_ms)]
    start_ms = min(times, default=0) // _DAY_MS * _DAY_MS
    end_ms = -(-max(times, default=_DAY_MS) // _DAY_MS) * _DAY_MS
    for height, party in zip((1.0, 0.0), parties, strict=True):
        windows = [
            (volume.start_ms, volume.end_ms - volume.start_ms)
            for owner, notice in notices
            if owner == party
            for volume in notice.volumes
        ]
        axes.broken_barh(windows, (height + 0.08, 0.84), facecolor=colour[party], alpha=0.16, linewidth=0)
    for one in encounters:
        axes.plot(
            one.time_ms,
            2.5,
            marker="|",
            markersize=15,
            markeredgewidth=1.3,
            color=INK if one.is_announced else UNANNOUNCED,
        )
    for cut in cuts:
        middle_ms = (cut.from_ms + cut.until_ms) / 2.0
        least_ms = 0.0015 * (end_ms - start_ms)
        half_ms = max(cut.until_ms - cut.from_ms, least_ms) / 2.0
        axes.axvspan(middle_ms - half_ms, middle_ms + half_ms, color=UNANNOUNCED, alpha=0.85, zorder=5)
        axes.annotate(
            "line cut",
            (middle_ms, 3.0),
            xytext=(0, 3),
            textcoords="offset points",
            fontsize=8.5,
            color=UNANNOUNCED,
            ha="center",
            va="bottom",
            annotation_clip=False,
        )
    axes.set_xlim(start_ms, end_ms)
    axes.set_ylim(0.0, 3.0)
    axes.set_yticks([2.5, 1.5, 0.5], ["encounters", *parties], fontsize=9, color=INK)
    days = range(start_ms, end_ms + 1, _DAY_MS)
    axes.set_xticks(list(days), ["" for _ in days])
    for day_ms in days[:-1]:
        label = datetime.fromtimestamp(day_ms / 1000, tz=UTC).strftime("%a %d %b")
        axes.text(day_ms + _DAY_MS / 2.0, -0.12, label, fontsize=9, color=INK, ha="center", va="top")
    axes.grid(axis="x", color=PALE, linewidth=0.6)
    axes.tick_params(length=0)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)


def _draw_legend(axes: Axes, parties: tuple[str, str]) -> None:
    handles = [
        Patch(facecolor=colour, alpha=0.35, edgecolor=colour, label=f"{party}: notices, tracks")
        for party, colour in zip(parties, COLOURS, strict=True)
    ]
    handles += [
        Patch(facecolor=INK, label="encounters, announced in hindsight"),
        Patch(facecolor=UNANNOUNCED, label="encounters, not announced"),
    ]
    axes.legend(handles=handles, loc="upper right", fontsize=8.5, framealpha=0.92, edgecolor="#c3ccd2")
