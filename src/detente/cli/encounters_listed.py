"""`detente encounters list`: who came near whom in a recording, measured between reports, for an investigator."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from detente.adapters.recorded import read_recorded
from detente.cli.tracks_shown import wide_console
from detente.encounters.approach import Approach
from detente.encounters.episodes import Episode, episodes
from detente.encounters.motion import Minima
from detente.quantities import utc_text
from detente.tracks.position import PositionReport

MAX_GAP_S, APART_S = 90, 120


def listed(
    file: Annotated[
        Path, typer.Argument(help="A recording, plain or gzip, of any format of `detente tracks`.")
    ],
    lateral_nm: Annotated[float, typer.Option(min=0.001, help="Nearer than this, NM,")] = 1.0,
    vertical_ft: Annotated[
        float, typer.Option(min=1.0, help="and than this, ft, at the same moment.")
    ] = 500.0,
    above_ft: Annotated[
        float | None, typer.Option(help="Leave out what is lower than this pressure altitude, ft.")
    ] = None,
    format_name: Annotated[
        str, typer.Option("--format", help="The format; auto guesses from the content.")
    ] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for programs.")] = False,
) -> None:
    """Every encounter of a recording: which two, when, for how long, and how near they came.

    Positions are interpolated across gaps of up to 90 s; two episodes of a pair less than 120 s apart are one.
    """
    console = Console(stderr=True)
    with console.status("reading the recording") as status:
        recorded = read_recorded(file, format_name=format_name)
        status.update("measuring every pair")
        flown = [one for one in recorded.reports if _is_in(one, above_ft)]
        found = episodes(
            flown,
            minima=Minima(lateral_nm=lateral_nm, vertical_ft=vertical_ft),
            max_gap_s=MAX_GAP_S,
            apart_s=APART_S,
        )
    names = {report.aircraft: report.call_sign for report in flown if report.call_sign}
    told: dict[str, Any] = {
        "lateral_nm": lateral_nm,
        "vertical_ft": vertical_ft,
        "reports": len(flown),
        "rejected": dict(recorded.rejected),
        "pairs": len({(one.a, one.b) for one in found}),
        "aircraft": len({name for one in found for name in (one.a, one.b)}),
        "episodes": [_row(one, names) for one in found],
    }
    if as_json:
        print(json.dumps(told, indent=2))
        return
    _show(told)


def _is_in(report: PositionReport, above_ft: float | None) -> bool:
    if report.level_palt_ft is None or report.is_on_ground:
        return False
    return above_ft is None or report.level_palt_ft >= above_ft


def _row(one: Episode, names: dict[str, str]) -> dict[str, Any]:
    return {
        "a": one.a,
        "b": one.b,
        "call_signs": [names.get(one.a, ""), names.get(one.b, "")],
        "from": utc_text(one.start_ms),
        "until": utc_text(one.end_ms),
        "from_ms": one.start_ms,
        "until_ms": one.end_ms,
        "seconds_under": round(one.under_s, 2),
        "closest": _moment(one.closest),
        "least_lateral": _moment(one.nearest),
    }


def _moment(at: Approach) -> dict[str, Any]:
    return {
        "at": utc_text(at.closest_ms),
        "nm": round(at.miss_nm, 3),
        "ft": round(at.miss_ft),
        "lat_deg": round(at.lat_deg, 5),
        "lon_deg": round(at.lon_deg, 5),
    }


def _show(told: dict[str, Any]) -> None:
    console = wide_console()
    rows: Sequence[dict[str, Any]] = told["episodes"]
    if rows:
        table = Table(box=box.SIMPLE_HEAD)
        for heading in ("aircraft", "and", "from", "under, s", "closest", "at", "where"):
            table.add_column(
                heading,
                justify="right" if heading == "under, s" else "left",
            )
        for row in rows:
            closest = row["closest"]
            table.add_row(
                *(
                    Text(f"{row[side]} {sign}".strip())
                    for side, sign in zip(("a", "b"), row["call_signs"], strict=True)
                ),
                f"{row['from'][:19].replace('T', ' ')}Z",
                f"{row['seconds_under']:.0f}",
                f"{closest['nm']:.2f} NM {closest['ft']} ft",
                f"{closest['at'][11:19]}Z",
                f"{closest['lat_deg']:.3f} {closest['lon_deg']:.3f}",
            )
        console.print(table)
    console.print(
        f"{len(rows)} encounters of {told['pairs']} pairs of {told['aircraft']} aircraft under "
        f"{told['lateral_nm']:g} NM and {told['vertical_ft']:g} ft; {told['reports']:,} reports."
    )
