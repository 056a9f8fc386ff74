"""What stands beside and below the map of the played day: frequencies, the meeting's clocks, the day as a strip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from detente.exercise.atlas import INK, PALE, UNANNOUNCED
from detente.exercise.syria_areas import at_ms
from detente.exercise.syria_flights import Flight
from detente.exercise.syria_summary import Played
from detente.exercise.syria_terms import PARTIES
from detente.line.figures import channel_text
from detente.memorandum.model import Memorandum
from detente.quantities import parse_utc_text

_GOOD = "#1b7837"
_MINUTE_MS = 60_000
_HOUR_MS = 3_600_000
_CLOCKS_MAX = 9
_CODES = ("QRY", "ALR")


def draw_frequencies(axes: Axes, played: Played, memorandum: Memorandum) -> None:
    """The channels of each sector in the order in which they are called, and whether the plan is proven."""
    headings = sorted({report.heading for report in played.plan_after.values()})
    axes.set_axis_off()
    _head(axes, f"Frequencies: the plan is {' / '.join(headings)} by today's radio checks")
    rows = [("sector", "first", "second", "guard")]
    for sector in memorandum.sector:
        here = [one for one in memorandum.channel if sector.id in one.sectors]
        calls = [channel_text(one.name_khz) for one in here if one.use != "guard"]
        guard = " / ".join(channel_text(one.name_khz) for one in here if one.use == "guard")
        rows.append((sector.id, calls[0], calls[1], guard))
    for place, row in enumerate(rows):
        is_head = place == 0
        for x, words in zip((0.0, 0.20, 0.40, 0.60), row, strict=True):
            is_channel = not is_head and x in (0.20, 0.40)
            axes.text(
                x, 0.70 - 0.27 * place, words, transform=axes.transAxes, va="center",
                fontsize=9 if is_head else 15 if is_channel else 11,
                color=PALE if is_head else INK, weight="bold" if is_channel else "normal",
            )  # fmt: skip


def draw_clocks(axes: Axes, summary: Mapping[str, Any]) -> None:
    """What was asked in the meeting, how long each answer took, and how long it was allowed."""
    rows = [row for row in summary["clocks"] if row["asked"] in _CODES][:_CLOCKS_MAX]
    axes.set_axis_off()
    _head(
        axes,
        f"The clocks of the meeting; of the whole day {summary['clocks_met']} met,"
        f" {summary['clocks_missed']} missed",
    )
    longest_s = max((row["within_s"] for row in rows), default=1)
    top, step = 0.80, 0.80 / max(1, _CLOCKS_MAX)
    for place, row in enumerate(rows):
        y = top - step * (place + 0.5)
        what = "is this yours?" if row["asked"] == "QRY" else "ALERT, your aircraft"
        words = f"{row['asked_utc'][11:19]}  {what}"
        axes.text(0.0, y, words, transform=axes.transAxes, va="center", fontsize=9.5, color=INK)
        did = {"understood": "understood by", "answered": "answered by", "passed": "passed to crews by"}
        axes.text(
            0.30,
            y,
            f"{did[row['step']]} {row['by']}",
            transform=axes.transAxes,
            va="center",
            fontsize=9.5,
            color=INK,
        )
        left, width = 0.545, 0.30
        axes.barh(y, width * row["within_s"] / longest_s, left=left, height=step * 0.62, color="#d9e0e4")
        shade = _GOOD if row["met"] else UNANNOUNCED
        axes.barh(y, width * row["took_s"] / longest_s, left=left, height=step * 0.62, color=shade)
        axes.text(
            0.86, y, f"{row['took_s']:.0f} s of {row['within_s']} s", transform=axes.transAxes, va="center",
            fontsize=9.5, color=shade, weight="bold",
        )  # fmt: skip
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(0.0, 1.0)


def draw_time(axes: Axes, played: Played, summary: Mapping[str, Any], colour: Mapping[str, str]) -> None:
    """The day: how many of each side are in the air, windows of notices, and what was said when."""
    start_ms, end_ms = at_ms("02:15"), at_ms("14:35")
    minutes = np.arange(start_ms, end_ms, _MINUTE_MS)
    flying = {party: _flying(played.flown, party, minutes) for party in PARTIES}
    most = max(int(counts.max()) for counts in flying.values())
    for height, (party, counts) in zip((1.0, 0.0), flying.items(), strict=True):
        axes.fill_between(
            minutes,
            height,
            height + 0.9 * counts / max(most, 1),
            color=colour[party],
            alpha=0.55,
            linewidth=0,
        )
        words = f"up to {int(counts.max())} at once"
        axes.text(at_ms("13:54"), height + 0.3, words, fontsize=9, color=colour[party], weight="bold")
    for index, (at, words) in enumerate(_moments(summary)):
        is_alarm = words.startswith(("ALERT", "is this"))
        shade = UNANNOUNCED if is_alarm else INK
        axes.plot([at, at], [0.0, 2.08], color=shade, linewidth=1.3 if is_alarm else 0.8, alpha=0.8)
        axes.text(at, 2.16 + 0.34 * (index % 2), words, fontsize=8.8, color=shade, ha="left", va="bottom",
                  weight="bold" if is_alarm else "normal")  # fmt: skip
    axes.set_xlim(start_ms, end_ms)
    axes.set_ylim(0.0, 2.9)
    axes.set_yticks([1.45, 0.45], [f"{party}\nin the air" for party in PARTIES], fontsize=9, color=INK)
    hours = list(range(at_ms("03:00"), end_ms + 1, _HOUR_MS))
    axes.set_xticks(hours, [f"{3 + place:02d}:00" for place in range(len(hours))], fontsize=9, color=INK)
    axes.grid(axis="x", color="#c3ccd2", linewidth=0.5)
    axes.tick_params(length=0)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _flying(flown: Sequence[Flight], party: str, at_ms: NDArray[np.int64]) -> NDArray[np.float64]:
    """How many flights of a party are in the air at each moment."""
    begins = np.array([flight.way[0].time_ms for flight in flown if flight.party == party])
    ends = np.array([flight.way[-1].time_ms for flight in flown if flight.party == party])
    is_flying = (begins[:, None] <= at_ms) & (at_ms <= ends[:, None])
    counts: NDArray[np.float64] = is_flying.sum(axis=0).astype(np.float64)
    return counts


def _moments(summary: Mapping[str, Any]) -> Sequence[tuple[int, str]]:
    """The first line of what a person would look for, by time."""
    wanted: Iterable[tuple[str, str]] = (
        ("is on watch", "watch, line check"),
        ("the plan is PROVEN", "radio check, notices"),
        ("hazard notice", "hazard notice for 9 Nov"),
        ("crossing L1", "crossing asked"),
        ("is this yours?", "is this yours?"),
        ("COMMON CHANNEL", "ALERT"),
        ("the record is VERIFIED", "record verified"),
    )
    found = []
    for mark, words in wanted:
        step = next((one for one in summary["steps"] if mark in one["text"]), None)
        if step is not None:
            found.append((int(parse_utc_text(step["utc"])), words))
    return found


def _head(axes: Axes, words: str) -> None:
    axes.text(0.0, 1.0, words, transform=axes.transAxes, fontsize=10.5, color=INK, weight="bold", va="top")
