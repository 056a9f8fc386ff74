"""`detente encounters predict`: every pair of a whole sky that will come too near, from one moment of a recording."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from detente.adapters.recorded import read_recorded
from detente.airspace.geodesy import destination
from detente.cli.tracks_shown import wide_console
from detente.errors import OperatorError
from detente.quantities import METRES_PER_FT, METRES_PER_NM, parse_utc_text, utc_text
from detente.tracks.position import PositionReport

if TYPE_CHECKING:
    from detente.encounters.whole_sky import Flights


def predicted(
    file: Annotated[
        Path, typer.Argument(help="A recording, plain or gzip, of any format of `detente tracks`.")
    ],
    at: Annotated[
        str, typer.Option(help="The moment, UTC, as 2021-10-07T13:00:00Z; the last one if left out.")
    ] = "",
    lateral_nm: Annotated[float, typer.Option(min=0.001, help="Nearer than this, NM,")] = 5.0,
    vertical_ft: Annotated[
        float, typer.Option(min=1.0, help="and than this, ft, at the same moment,")
    ] = 1_000.0,
    ahead_s: Annotated[float, typer.Option(min=1.0, help="within so many seconds.")] = 300.0,
    age_s: Annotated[float, typer.Option(min=0.0, help="Reports older than this are not flown on.")] = 60.0,
    format_name: Annotated[
        str, typer.Option("--format", help="The format; auto guesses from the content.")
    ] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for programs.")] = False,
) -> None:
    """Each aircraft flown on straight from its last report, all pairs at once, on WGS 84 and pressure altitude."""
    from detente.encounters.whole_sky import near_pairs  # numba takes half a second

    with Console(stderr=True).status("reading the recording"):
        reports = read_recorded(file, format_name=format_name).reports
    at_ms = _moment(at, reports)
    sky = _at(reports, at_ms, age_s)
    found = near_pairs(
        _flown_on(sky, at_ms),
        lateral_m=lateral_nm * METRES_PER_NM,
        vertical_ft=vertical_ft,
        lookahead_s=ahead_s,
    )
    rows = [
        {
            "a": sky[a].aircraft,
            "b": sky[b].aircraft,
            "call_signs": [sky[a].call_sign, sky[b].call_sign],
            "in_s": round(start_s, 1),
            "for_s": round(end_s - start_s, 1),
            "nearest_in_s": round(nearest_s, 1),
            "nm": round(miss_m / METRES_PER_NM, 3),
            "ft": round(apart_ft),
        }
        for (a, b), start_s, end_s, nearest_s, miss_m, apart_ft in zip(
            found.numbers.tolist(),
            found.start_s.tolist(),
            found.end_s.tolist(),
            found.nearest_s.tolist(),
            found.miss_m.tolist(),
            found.apart_ft.tolist(),
            strict=True,
        )
    ]
    told: dict[str, Any] = {
        "at": utc_text(at_ms),
        "geometry": "WGS 84, straight flight; pressure altitude",
        "aircraft": len(sky),
        "pairs": sorted(rows, key=lambda row: (row["in_s"], row["a"], row["b"])),
    }
    if as_json:
        print(json.dumps(told, indent=2))
    else:
        _show(told)


def _moment(at: str, reports: tuple[PositionReport, ...]) -> int:
    if not reports:
        raise OperatorError(
            "empty_recording", "It has no position that can be used.", cure="Name another file."
        )
    if not at:
        return reports[-1].time_ms
    try:
        return parse_utc_text(at)
    except ValueError as why:
        raise OperatorError(
            "bad_time", f"{at!r} is no time.", cure="Write UTC as 2021-10-07T13:00:00Z."
        ) from why


def _at(reports: tuple[PositionReport, ...], at_ms: int, age_s: float) -> list[PositionReport]:
    """The last report with a level of each aircraft that flies at a moment."""
    last: dict[str, PositionReport] = {}
    for report in reports:
        if report.time_ms > at_ms:
            break
        if report.level_palt_ft is not None and not report.is_on_ground:
            last[report.aircraft] = report
    return [one for one in last.values() if at_ms - one.time_ms <= age_s * 1000.0]


def _flown_on(sky: list[PositionReport], at_ms: int) -> Flights:
    """All at one moment, straight on from where they were last heard; without a speed or track they stand."""
    from detente.encounters.whole_sky import flights

    age_s = np.array([(at_ms - one.time_ms) / 1000.0 for one in sky])
    is_moving = np.array([None not in (one.ground_speed_mps, one.track_deg) for one in sky], dtype=bool)
    speed_mps = np.where(is_moving, np.array([one.ground_speed_mps or 0.0 for one in sky]), 0.0)
    track_deg = np.array([one.track_deg or 0.0 for one in sky])
    climb_ftps = np.array([(one.vertical_rate_mps or 0.0) / METRES_PER_FT for one in sky])
    level_ft = np.array([one.level_palt_ft or 0.0 for one in sky])
    lat_deg, lon_deg = destination(
        np.array([one.lat_deg for one in sky]),
        np.array([one.lon_deg for one in sky]),
        bearing_deg=track_deg,
        distance_m=speed_mps * age_s,
    )
    return flights(
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        level_palt_ft=level_ft + climb_ftps * age_s,
        track_deg=track_deg,
        ground_speed_mps=speed_mps,
        climb_ftps=climb_ftps,
    )


def _show(told: dict[str, Any]) -> None:
    console = wide_console()
    if told["pairs"]:
        table = Table(box=box.SIMPLE_HEAD)
        for heading in ("aircraft", "and", "in, s", "for, s", "nearest in, s", "NM", "ft"):
            table.add_column(heading, justify="left" if heading in ("aircraft", "and") else "right")
        for row in told["pairs"]:
            signs = zip(("a", "b"), row["call_signs"], strict=True)
            table.add_row(
                *(Text(f"{row[side]} {sign}".strip()) for side, sign in signs),
                *(f"{row[name]:.0f}" for name in ("in_s", "for_s", "nearest_in_s")),
                f"{row['nm']:.2f}",
                str(row["ft"]),
            )
        console.print(table)
    console.print(
        f"{len(told['pairs'])} pairs of {told['aircraft']} aircraft at {told['at']} ({told['geometry']})."
    )
