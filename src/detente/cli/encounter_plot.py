"""One page that an investigator puts into a report: the plan, the profile, how near it was, and what was said when.

Colours are the Okabe-Ito set, which also reads in grey; alert levels differ by height as well as by colour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from detente.encounters.configuration import Configuration
from detente.encounters.daa_file import Flown, Step
from detente.encounters.evaluation import Judged
from detente.encounters.plane import Geometry, on_plane
from detente.errors import OperatorError
from detente.quantities import METRES_PER_FT, METRES_PER_NM

INK, PALE, GRID = "#222222", "#666666", "#dddddd"
OWN = "#0072B2"
OTHERS = ("#7B3294", "#009E73", "#CC79A7", "#56B4E9", "#8C564B")
LEVELS = {1: ("preventive", "#F0E442"), 2: ("corrective", "#E69F00"), 3: ("warning", "#D55E00")}
DRAWN_MAX = len(OTHERS)
MARK_EVERY_S = 20.0
DPI = 150


def draw(
    steps: Sequence[Step],
    judged: Sequence[Judged],
    configuration: Configuration,
    into: Path,
    *,
    geometry: Geometry,
    title: str,
) -> None:
    """Write the picture as a PNG.

    Raises:
        OperatorError: there is no traffic, or more than can be told apart, or the file cannot be written.
    """
    names = list(dict.fromkeys(one.traffic for one in judged))
    if not 0 < len(names) <= DRAWN_MAX:
        raise OperatorError(
            "nothing_to_draw",
            f"The encounter has {len(names)} aircraft beside ownship; 1 to {DRAWN_MAX} can be drawn.",
        )
    colours = dict(zip(names, OTHERS, strict=False))
    courses = _courses(steps, geometry)
    figure = Figure(figsize=(11.7, 8.3), dpi=DPI, facecolor="white", layout="constrained")
    grid = figure.add_gridspec(4, 2, width_ratios=(1.0, 1.15), height_ratios=(1.0, 1.0, 1.0, 0.5))
    plan = figure.add_subplot(grid[:3, 0])
    profile = figure.add_subplot(grid[3, 0])
    across = figure.add_subplot(grid[0, 1])
    above = figure.add_subplot(grid[1, 1], sharex=across)
    ahead = figure.add_subplot(grid[2, 1], sharex=across)
    said = figure.add_subplot(grid[3, 1], sharex=across)
    figure.suptitle(title, fontsize=12, color=INK, fontweight="bold", x=0.01, ha="left")
    _draw_plan(plan, courses, colours, judged)
    _draw_profile(profile, courses, colours)
    _draw_gap(across, judged, colours, configuration, vertical=False)
    _draw_gap(above, judged, colours, configuration, vertical=True)
    _draw_ahead(ahead, judged, colours, configuration)
    _draw_said(said, judged, colours)
    FigureCanvasAgg(figure)
    try:
        figure.savefig(into, format="png")
    except OSError as why:
        raise OperatorError(
            "picture_unwritable", f"The picture cannot be written into {into}: {why.strerror}."
        ) from None


def _courses(steps: Sequence[Step], geometry: Geometry) -> dict[str, NDArray[np.float64]]:
    """Of each aircraft, rows of time, east, north and altitude (s, nmi, nmi, ft) on the first ownship's plane."""
    origin = steps[0].own
    rows: dict[str, list[tuple[float, float, float, float]]] = {}
    for step in steps:
        for flown in (step.own, *step.traffic):
            east, north = _place(origin, flown, geometry)
            rows.setdefault(flown.name, []).append(
                (flown.time_s, east / METRES_PER_NM, north / METRES_PER_NM, flown.height_m / METRES_PER_FT)
            )
    return {name: np.array(course) for name, course in rows.items()}


def _place(origin: Flown, flown: Flown, geometry: Geometry) -> tuple[float, float]:
    if origin.place_deg is None or flown.place_deg is None:
        return flown.place_m
    state = on_plane(origin.place_deg, flown.place_deg, flown.height_m, flown.velocity_mps, geometry=geometry)
    return float(state[0]), float(state[1])


def _draw_plan(
    axes: Axes,
    courses: Mapping[str, NDArray[np.float64]],
    colours: Mapping[str, str],
    judged: Sequence[Judged],
) -> None:
    own = judged[0].own
    levels = {(one.time_s, one.traffic): one.level for one in judged}
    worst: dict[float, int] = {}
    for (time_s, _), level in levels.items():
        worst[time_s] = max(worst.get(time_s, 0), level)
    for name, course in courses.items():
        colour = OWN if name == own else colours[name]
        axes.plot(course[:, 1], course[:, 2], color=colour, linewidth=1.6, label=name, zorder=3)
        axes.plot(course[0, 1], course[0, 2], "o", color=colour, markersize=5, zorder=4)
        _point_forward(axes, course, colour)
        for level, (_, shade) in LEVELS.items():
            at = [
                (worst.get(row[0], 0) if name == own else levels.get((row[0], name), 0)) == level
                for row in course
            ]
            axes.plot(
                course[at, 1],
                course[at, 2],
                linestyle="none",
                marker="o",
                color=shade,
                markersize=6.5,
                alpha=0.5,
                markeredgewidth=0.0,
                zorder=2,
            )
        marked = [row for row in course if abs(row[0] / MARK_EVERY_S - round(row[0] / MARK_EVERY_S)) < 1e-6]
        for row in marked:
            axes.plot(row[1], row[2], marker="|", color=colour, markersize=7, zorder=4)
            axes.annotate(
                f"{row[0]:g}",
                (row[1], row[2]),
                textcoords="offset points",
                xytext=_beside(course, 9.0 if name == own else -9.0),
                fontsize=6.5,
                color=colour,
                ha="center",
                va="center",
            )
    nearest = min(judged, key=lambda one: one.measures.range_m)
    ends = [
        course[np.argmin(np.abs(course[:, 0] - nearest.time_s)), 1:3]
        for name, course in courses.items()
        if name in (own, nearest.traffic)
    ]
    axes.plot(*np.array(ends).T, color=INK, linewidth=1.0, linestyle=(0, (2, 1.5)), zorder=5)
    axes.set_aspect("equal", adjustable="datalim")
    axes.set_xlabel("east of ownship's first place, nmi", fontsize=8, color=PALE)
    axes.set_ylabel("north, nmi", fontsize=8, color=PALE)
    axes.set_title(
        f"Plan. Dashed: nearest, {nearest.measures.range_m / METRES_PER_NM:.2f} nmi and "
        f"{nearest.measures.height_m / METRES_PER_FT:.0f} ft at {nearest.time_s:g} s. Numbers: seconds",
        fontsize=8.5,
        loc="left",
        color=INK,
    )
    axes.legend(fontsize=8, frameon=False, loc="best")
    _plain(axes)


def _beside(course: NDArray[np.float64], points: float) -> tuple[float, float]:
    """So many points to the left of a course as a whole."""
    east, north = course[-1, 1:3] - course[0, 1:3]
    length = float(np.hypot(east, north))
    return (0.0, points) if length == 0.0 else (-points * north / length, points * east / length)


def _point_forward(axes: Axes, course: NDArray[np.float64], colour: str) -> None:
    """An arrow head at the end of a course."""
    if len(course) > 1 and not np.allclose(course[-1, 1:3], course[-2, 1:3]):
        axes.annotate(
            "",
            xy=tuple(course[-1, 1:3]),
            xytext=tuple(course[-2, 1:3]),
            arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.6},
            zorder=4,
        )


def _draw_profile(axes: Axes, courses: Mapping[str, NDArray[np.float64]], colours: Mapping[str, str]) -> None:
    for name, course in courses.items():
        own = name not in colours
        axes.plot(
            course[:, 0],
            course[:, 3],
            color=colours.get(name, OWN),
            linewidth=3.0 if own else 1.4,
            linestyle="-" if own else "--",
            alpha=0.6 if own else 1.0,
        )
    low, high = axes.get_ylim()
    if high - low < 1_000.0:
        axes.set_ylim(0.5 * (low + high) - 500.0, 0.5 * (low + high) + 500.0)
    axes.set_title("Profile: altitude, ft", fontsize=8.5, loc="left", color=INK)
    axes.set_xlabel("time, s", fontsize=8, color=PALE)
    _plain(axes)


def _draw_gap(
    axes: Axes,
    judged: Sequence[Judged],
    colours: Mapping[str, str],
    configuration: Configuration,
    *,
    vertical: bool,
) -> None:
    unit = METRES_PER_FT if vertical else METRES_PER_NM
    for name, colour in colours.items():
        mine = [one for one in judged if one.traffic == name]
        now = [(one.measures.height_m if vertical else one.measures.range_m) / unit for one in mine]
        then = [(one.measures.vmd_m if vertical else one.measures.hmd_m) / unit for one in mine]
        times = [one.time_s for one in mine]
        axes.plot(times, now, color=colour, linewidth=1.6, label=f"{name}, now")
        axes.plot(times, then, color=colour, linewidth=1.0, linestyle=":", label="foreseen at its least")
    levels = configuration.levels()
    limits = sorted({level.height_m if vertical else level.radius_m for level in levels} - {0.0})
    for limit in limits:
        axes.axhline(limit / unit, color=INK, linewidth=0.8, linestyle=(0, (4, 2)))
        axes.annotate(
            f"{limit / unit:.4g}",
            (1.0, limit / unit),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            xytext=(-2, 2),
            fontsize=7,
            color=INK,
            ha="right",
        )
    top = max(axes.get_ylim()[1], 1.6 * max(limits, default=0.0) / unit if vertical else 0.0)
    axes.set_ylim(-0.03 * top, top)
    what = "Vertical separation, ft" if vertical else "Horizontal separation, nmi"
    axes.set_title(f"{what}. Dashed: thresholds of the volumes", fontsize=8.5, loc="left", color=INK)
    axes.legend(fontsize=7, frameon=False, loc="upper right" if not vertical else "lower right", ncols=2)
    _plain(axes)


def _draw_ahead(
    axes: Axes, judged: Sequence[Judged], colours: Mapping[str, str], configuration: Configuration
) -> None:
    for name, colour in colours.items():
        mine = [one for one in judged if one.traffic == name]
        for number in range(len(mine[0].entry_s)):
            entry = [one.entry_s[number] if np.isfinite(one.entry_s[number]) else np.nan for one in mine]
            axes.plot(
                [one.time_s for one in mine],
                entry,
                color=colour,
                linewidth=1.6 - 0.4 * number,
                linestyle=("-", "--", ":")[min(number, 2)],
                label=f"to volume {number + 1}",
            )
    for number, level in enumerate(configuration.levels(), 1):
        shade = LEVELS.get(number, LEVELS[3])[1]
        axes.axhline(level.alert_s, color=shade, linewidth=1.6, alpha=0.8, zorder=1)
        axes.annotate(
            f"{LEVELS.get(number, LEVELS[3])[0]} at {level.alert_s:g} s",
            (0.0, level.alert_s),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            xytext=(3 + 95 * (number % 2), -8),
            fontsize=6.5,
            color=INK,
        )
    top = axes.get_ylim()[1]
    axes.set_ylim(-0.03 * top, top)
    axes.set_title(
        "Seconds to each volume by straight flight. Lines across: alert times",
        fontsize=8.5,
        loc="left",
        color=INK,
    )
    axes.legend(fontsize=7, frameon=False, loc="upper right", ncols=3)
    _plain(axes)


def _draw_said(axes: Axes, judged: Sequence[Judged], colours: Mapping[str, str]) -> None:
    for name, colour in colours.items():
        mine = [one for one in judged if one.traffic == name]
        times = np.array([one.time_s for one in mine])
        level = np.array([one.level for one in mine])
        axes.step(times, level, where="post", color=colour, linewidth=1.2, zorder=3)
        ends = np.append(times[1:], times[-1])
        for number, (_, shade) in LEVELS.items():
            at = level == number
            axes.bar(
                times[at],
                np.full(int(at.sum()), number),
                (ends - times)[at],
                align="edge",
                color=shade,
                alpha=0.7,
                linewidth=0.0,
            )
        raw = np.array([one.raw_level for one in mine])
        if (raw != level).any():
            axes.plot(
                times[raw != level], raw[raw != level], ".", color=INK, markersize=3, label="unsteadied"
            )
            axes.legend(fontsize=7, frameon=False, loc="upper left")
    axes.set_yticks([0, 1, 2, 3], ["none", *(name for name, _ in LEVELS.values())])
    axes.set_ylim(0.0, 3.3)
    axes.set_title("Alert level", fontsize=8.5, loc="left", color=INK)
    axes.set_xlabel("time, s", fontsize=8, color=PALE)
    _plain(axes)


def _plain(axes: Axes) -> None:
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=7.5, colors=PALE)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(GRID)
