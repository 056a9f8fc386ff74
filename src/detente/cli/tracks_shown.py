"""Positions and tracks as tables and as rows for programs: units in every name, the datum with every height."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from detente.quantities import METRES_PER_FT, MPS_PER_KT, utc_text
from detente.tracks.position import PositionReport
from detente.tracks.tracker import Track

REPORTS_SHOWN = 40
TRACKS_SHOWN = 60
WIDTH_PIPED = 130
_STYLES = {"live": "", "coasting": "yellow", "lost": "dim"}
_WHOSE = {"own": "own", "foreign": "foreign", "third_party": "third"}


def wide_console() -> Console:
    """As wide as the terminal; into a file or a pipe, wide enough for every column."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDTH_PIPED)


def report_row(report: PositionReport) -> dict[str, Any]:
    """A report for a program."""
    return {"kind": "report", **msgspec.to_builtins(report)}


def track_row(track: Track) -> dict[str, Any]:
    """A track for a program, without the raw report."""
    row: dict[str, Any] = msgspec.to_builtins(track)
    del row["last"]
    return {"kind": "track", **row, "source": track.last.source, "is_on_ground": track.last.is_on_ground}


def show_reports(console: Console, reports: Sequence[PositionReport]) -> None:
    """The first and the last ones; a program asks for all of them with --json."""
    table = _table(
        "time (UTC)", "aircraft", "call sign", "lat", "lon", "FL", "HAE ft", "kt", "track", "ft/min"
    )
    half = REPORTS_SHOWN // 2
    shown = reports if len(reports) <= REPORTS_SHOWN else (*reports[:half], None, *reports[-half:])
    for report in shown:
        if report is None:
            table.add_row(f"… {len(reports) - 2 * half:,} more")
            continue
        table.add_row(
            utc_text(report.time_ms),
            escape(report.aircraft),
            report.call_sign,
            f"{report.lat_deg:.5f}",
            f"{report.lon_deg:.5f}",
            _level(report.level_palt_ft, is_on_ground=report.is_on_ground),
            _number(report.height_hae_m, METRES_PER_FT),
            _number(report.ground_speed_mps, MPS_PER_KT),
            _number(report.track_deg, 1.0),
            _number(report.vertical_rate_mps, METRES_PER_FT / 60.0),
        )
    console.print(table)


def tracks_table(
    rows: Sequence[Mapping[str, Any]], now_ms: int, *, in_all: int = 0, caption: str = ""
) -> Table:
    """Rows of tracks, those heard last first; the age of each is always there."""
    newest = sorted(rows, key=lambda row: (row["age_s"], row["aircraft"]))
    table = _table(
        "aircraft", "call sign", "whose", "state", "age s", "lat", "lon", "FL", "± ft", "kt", "track", "± m"
    )
    in_all = max(in_all, len(newest))
    table.title = f"{in_all:,} tracks at {utc_text(now_ms)}"
    hidden = in_all - min(len(newest), TRACKS_SHOWN)
    table.caption = "; ".join(one for one in (escape(caption), f"{hidden:,} more" if hidden else "") if one)
    for row in newest[:TRACKS_SHOWN]:
        table.add_row(
            escape(row["aircraft"]),
            row["call_sign"],
            _WHOSE[row["whose"]],
            row["state"] + (" disputed" if row["is_disputed"] else ""),
            f"{row['age_s']:,.0f}",
            f"{row['lat_deg']:.4f}",
            f"{row['lon_deg']:.4f}",
            _level(row["level_palt_ft"], is_on_ground=row["is_on_ground"]),
            _number(row["level_error_ft"], 1.0),
            _number(row["ground_speed_mps"], MPS_PER_KT),
            _number(row["track_deg"], 1.0),
            _number(row["error_m"], 1.0),
            style=_STYLES[row["state"]],
        )
    return table


def show_counts(
    console: Console, form: str, reports: int, rejected: Mapping[str, int], unused: Mapping[str, int]
) -> None:
    """What became of everything that was heard: nothing is dropped in silence."""
    console.print(f"{form}: {reports:,} positions taken.")
    for name, counts in (("Rejected", rejected), ("Without a position", unused)):
        if counts:
            told = ", ".join(f"{reason} {count:,}" for reason, count in Counter(counts).most_common())
            console.print(f"{name}: {told}.")


def _table(*columns: str) -> Table:
    return Table(*columns, box=box.SIMPLE)


def _level(level_ft: float | None, *, is_on_ground: bool | None) -> str:
    if level_ft is None:
        return "ground" if is_on_ground else ""
    return f"{level_ft / 100.0:.0f}"


def _number(value: float | None, unit: float) -> str:
    return "" if value is None else f"{value / unit:,.0f}"
