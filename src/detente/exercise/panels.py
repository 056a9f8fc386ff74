"""What stands beside the maps: the numbered table of encounters, the week as a strip, and the key to the colours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from detente.exercise.atlas import COLOURS, INK, PALE, UNANNOUNCED
from detente.notices.notice import Notice
from detente.quantities import UtcMs
from detente.tracks.position import PositionReport

LETTERS = "ABCD"
ROWS_MAX = 60
_DAY_MS = 86_400_000


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


def draw_table(axes: Axes, encounters: Sequence[Encounter], groups: Sequence[Sequence[int]]) -> None:
    """The encounters by number, with the letter of their close-up; what does not fit is counted."""
    letters = {index: letter for letter, group in zip(LETTERS, groups, strict=False) for index in group}
    axes.set_axis_off()
    shown = encounters[:ROWS_MAX]
    columns = (0.05, 0.08, 0.12, 0.41, 0.72, 0.83, 0.87)
    sides = ("right", "left", "left", "left", "right", "right", "left")
    heads = ("", "", "day, UTC", "aircraft", "NM", "ft", "announced")
    step = 1.0 / (ROWS_MAX + 3)

    def row(index: float, texts: Iterable[str], **style: Any) -> None:
        for x, side, text in zip(columns, sides, texts, strict=True):
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


def draw_time(
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
        axes.axvspan(
            middle_ms - half_ms, middle_ms + half_ms, color=UNANNOUNCED, alpha=0.5, linewidth=0, zorder=5
        )
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


def draw_legend(axes: Axes, parties: tuple[str, str]) -> None:
    handles = [
        Patch(facecolor=colour, alpha=0.35, edgecolor=colour, label=f"{party}: notices, tracks")
        for party, colour in zip(parties, COLOURS, strict=True)
    ]
    handles += [
        Patch(facecolor=INK, label="encounters, announced in hindsight"),
        Patch(facecolor=UNANNOUNCED, label="encounters, not announced"),
    ]
    axes.legend(handles=handles, loc="upper right", fontsize=8.5, framealpha=0.92, edgecolor="#c3ccd2")
