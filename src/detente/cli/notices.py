"""`detente notices`: what two files of notices mean to each other under a memorandum, before anyone sends."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from detente.adapters.home import open_home
from detente.cli.notices_held import border_text
from detente.cli.ordering import give_order
from detente.conflicts.borders import Border, borders
from detente.conflicts.decide import Conflict, NotChecked, decide
from detente.errors import OperatorError, PeerError
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template, template_names
from detente.notices.admit import Admitted, Refused, admit
from detente.notices.conformance import Plan
from detente.notices.geojson import named_notices_from_geojson
from detente.notices.notice import Notice
from detente.quantities import METRES_PER_NM, UtcMs, minute_text, parse_utc_text, utc_text
from detente.wire.limits import GEOJSON_BYTES_MAX, MEMORANDUM_BYTES_MAX

app = typer.Typer(help="Notices of airspace use.", no_args_is_help=True)


@dataclass(frozen=True, kw_only=True)
class _Judged:
    """One notice of one file; `notice` is None where the file itself was refused."""

    name: str
    notice: Notice | None
    verdict: Admitted | Refused
    borders: tuple[Border, ...] = ()


@app.callback()
def _notices() -> None:
    """Notices of airspace use."""


@app.command()
def check(
    first: Annotated[Path, typer.Argument(metavar="A.geojson", help="Notices of one party.")],
    second: Annotated[Path, typer.Argument(metavar="B.geojson", help="Notices of the other party.")],
    memorandum: Annotated[str, typer.Option(help="Path of a memorandum, or the name of a template.")],
    parties: Annotated[
        tuple[str, str] | None,
        typer.Option(help="Whose notices each file has; else the memorandum's first two parties."),
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="Judge lead times as received at this time (ISO 8601); else now.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for programs.")] = False,
) -> None:
    """Judge the notices of two files and find the conflicts between them.

    Exit code 0: nothing was found; 1: conflicts, refusals, or notices that cross or come too near to a boundary or
    special area; 2: the command was used wrongly. Pairs for which only airmanship was agreed are NOT CHECKED, which
    is not clear.
    """
    terms = _memorandum(memorandum)
    now_ms = _moment(at)
    ours, theirs = (
        _judge(path, party, terms, now_ms)
        for path, party in zip((first, second), _parties(parties, terms), strict=True)
    )
    pairs = [
        (one.name, other.name, verdict)
        for one in ours
        for other in theirs
        if one.notice is not None
        and other.notice is not None
        and not isinstance(one.verdict, Refused)
        and not isinstance(other.verdict, Refused)
        and (verdict := decide(one.notice, other.notice, terms)) is not None
    ]
    if as_json:
        print(json.dumps(_as_json(ours + theirs, pairs), indent=2))
    else:
        _show(Console(highlight=False, soft_wrap=False), ours + theirs, pairs)
    bad = any(isinstance(one.verdict, Refused) or one.borders for one in ours + theirs) or any(
        isinstance(verdict, Conflict) for _, _, verdict in pairs
    )
    raise typer.Exit(1 if bad else 0)


@app.command()
def send(
    home: Annotated[Path, typer.Argument(help="The party's home; its node must run.")],
    file: Annotated[Path, typer.Argument(metavar="NOTICES.geojson", help="The notices to send.")],
    plan: Annotated[
        list[Path] | None,
        typer.Option(help="A private plan that must lie inside; it never leaves this machine. Repeatable."),
    ] = None,
    amends: Annotated[
        str | None, typer.Option(help="The own notice whose place it takes: PARTY#number.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list for programs.")] = False,
) -> None:
    """Send notices through the running node: guard, admission and conformance first, then the journal.

    A notice is a GeoJSON feature, longitude first: Polygon, Point with radius_nm, or LineString with half_width_nm
    (and times, one for each position, for a block that moves).
    For example: {"type": "Feature", "geometry": {"type": "Point", "coordinates": [-121.4, 39.9]}, "properties":
    {"kind": "routine", "class": "tanker", "radius_nm": 5, "floor": "FL040", "ceiling": "FL090",
    "start": "2020-09-08T03:00:00Z", "end": "2020-09-08T05:00:00Z", "count_band": "2-4", "transponder": "on",
    "frequency_monitored_khz": [123975], "movement": "within"}}. Kinds: routine, track, hazard (with hazard_kind),
    relief, relief_emergency, crossing, sar_fire_medical, popup.
    """
    plans = [_plan(path) for path in plan or ()]
    text = _read(file, GEOJSON_BYTES_MAX, "file of notices").decode("utf-8", "replace")
    sent = give_order(open_home(home), "send_geojson", text=text, plans=plans, amends=amends)["sent"]
    if as_json:
        print(json.dumps(sent, indent=2))
        return
    for told in sent:
        print(f"{told['name']}: {told['message']} It is {told['ref']}.")


def _plan(path: Path) -> object:
    """A plan in its own small form: {"datum": "palt" or "hae", "points": [{lat_e7, lon_e7, time_ms, level}]}."""
    try:
        return msgspec.to_builtins(msgspec.json.decode(_read(path, GEOJSON_BYTES_MAX, "plan"), type=Plan))
    except msgspec.DecodeError as why:
        raise OperatorError(
            "plan", f"The plan {path} cannot be read: {why}.", cure="See `detente.notices.conformance.Plan`."
        ) from why


def _memorandum(name: str) -> Memorandum:
    if name in template_names():
        data = template(name)
    else:
        data = _read(Path(name), MEMORANDUM_BYTES_MAX, "memorandum")
    read = read_memorandum(data)
    if isinstance(read, Memorandum):
        return read
    problems = "; ".join(f"{problem.path}: {problem.message}" for problem in read[:3])
    raise OperatorError("problems", f"The memorandum cannot be used: {problems}.", cure=read[0].cure)


def _moment(text: str | None) -> UtcMs:
    if text is None:
        return UtcMs(time.time_ns() // 1_000_000)
    try:
        return parse_utc_text(text)
    except (ValueError, OverflowError) as why:
        raise OperatorError(
            "usage", f"{text[:40]!r} is not a time.", cure="Write it like 2030-01-01T00:00:00Z."
        ) from why


def _read(path: Path, bytes_max: int, what: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(bytes_max + 1)
    except OSError as why:
        raise OperatorError(
            "no_file", f"The {what} {str(path)!r} cannot be read: {why.strerror}.", cure="Check the path."
        ) from why


def _parties(named: tuple[str, str] | None, terms: Memorandum) -> tuple[str, str]:
    known = [party.id for party in terms.party]
    first, second = named or (known[0], known[1])
    for name in (first, second):
        if name not in known:
            raise OperatorError(
                "unknown_party",
                f"{name[:40]!r} is no party to it.",
                cure=f"Write one of: {', '.join(known)}.",
            )
    return first, second


def _judge(path: Path, party: str, terms: Memorandum, now_ms: UtcMs) -> list[_Judged]:
    data = _read(path, GEOJSON_BYTES_MAX, "file of notices")
    try:
        named = named_notices_from_geojson(data, terms)
    except PeerError as why:
        refused = Refused(code=why.code, message=str(why), field=None)
        return [_Judged(name=path.name, notice=None, verdict=refused)]
    return [_judged(f"{path.stem}: {name}", notice, party, terms, now_ms) for name, notice in named]


def _judged(name: str, notice: Notice, party: str, terms: Memorandum, now_ms: UtcMs) -> _Judged:
    verdict = admit(notice, terms, now_ms=now_ms)
    found = borders(notice, party=party, memorandum=terms) if isinstance(verdict, Admitted) else ()
    return _Judged(name=name, notice=notice, verdict=verdict, borders=found)


def _as_json(judged: list[_Judged], pairs: list[tuple[str, str, Conflict | NotChecked]]) -> dict[str, object]:
    return {
        "admitted": [
            {
                "notice": one.name,
                "stamp": one.verdict.stamp,
                "precedence": one.verdict.precedence,
                "lead_s": one.verdict.lead_s,
            }
            for one in judged
            if isinstance(one.verdict, Admitted)
        ],
        "refused": [
            {"notice": one.name, "code": one.verdict.code, "message": one.verdict.message}
            for one in judged
            if isinstance(one.verdict, Refused)
        ],
        "conflicts": [
            {
                "notices": [one, other],
                "article": verdict.article,
                "mode": verdict.mode,
                "lateral_gap_m": verdict.lateral_gap_m,
                "lateral_min_m": verdict.lateral_min_m,
                "vertical_gap_ft": verdict.vertical_gap_ft,
                "vertical_min_ft": verdict.vertical_min_ft,
                "time_gap_s": verdict.time_gap_s,
                "time_min_s": verdict.time_min_s,
                "lat_deg": verdict.where.lat_e7 / 1e7,
                "lon_deg": verdict.where.lon_e7 / 1e7,
                "from": utc_text(verdict.from_ms),
                "until": utc_text(verdict.until_ms),
            }
            for one, other, verdict in pairs
            if isinstance(verdict, Conflict)
        ],
        "borders": [
            {"notice": one.name, **msgspec.to_builtins(border)} for one in judged for border in one.borders
        ],
        "not_checked": [
            {"notices": [one, other], "reason": verdict.reason, "article": verdict.article}
            for one, other, verdict in pairs
            if isinstance(verdict, NotChecked)
        ],
    }


def _show(
    console: Console, judged: list[_Judged], pairs: list[tuple[str, str, Conflict | NotChecked]]
) -> None:
    for one in judged:
        if isinstance(one.verdict, Refused):
            console.print(
                f"[bold red]REFUSED[/] {_plain(one.name)}: {one.verdict.code}: {_plain(one.verdict.message)}"
            )
        elif one.verdict.stamp == "LATE":
            console.print(
                f"[bold yellow]LATE[/] {_plain(one.name)}: "
                f"lead {one.verdict.lead_s} s, goes as {one.verdict.precedence}"
            )
        for border in one.borders:
            text = border_text(one.name, msgspec.to_builtins(border))
            console.print(f"[yellow]{_plain(text)}[/]", soft_wrap=True)
    for one_name, other_name, verdict in pairs:
        if isinstance(verdict, NotChecked):
            why = (
                "airmanship only"
                if verdict.reason == "airmanship_only"
                else "no row for this pair of classes"
            )
            console.print(
                f"[bold yellow]NOT CHECKED[/]: {why} ({verdict.article}): "
                f"{_plain(one_name)} and {_plain(other_name)}"
            )
    conflicts = [(one, other, found) for one, other, found in pairs if isinstance(found, Conflict)]
    if conflicts:
        console.print(_table(conflicts))
    checked = [one for one in judged if isinstance(one.verdict, Admitted)]
    if conflicts:
        console.print(f"[bold red]{len(conflicts)} conflict{'s' if len(conflicts) > 1 else ''}[/]")
    elif len(checked) < len(judged):
        console.print(
            "[bold]No conflict among the notices that were admitted; the refused ones were not checked.[/]"
        )
    elif pairs:
        console.print("[bold]No conflict among the pairs that have figures; NOT CHECKED is not clear.[/]")
    else:
        console.print(f"[bold green]No conflict[/] between {len(checked)} notices.")


def _table(conflicts: list[tuple[str, str, Conflict]]) -> Table:
    table = Table(title="Conflicts")
    for name in ("notices", "lateral gap", "vertical gap", "when", "where", "article"):
        table.add_column(name, overflow="fold")
    for one, other, found in sorted(conflicts, key=lambda row: row[2].from_ms):
        apart = f"\n{found.time_gap_s} s between windows" if found.time_gap_s else ""
        table.add_row(
            f"{_plain(one)}\n{_plain(other)}",
            f"{_nm(found.lateral_gap_m)} NM\nminimum {_nm(found.lateral_min_m)}",
            f"{found.vertical_gap_ft} ft\nminimum {found.vertical_min_ft}",
            f"{minute_text(found.from_ms)}\n{minute_text(found.until_ms + 59_999)}{apart}",
            f"{found.where.lat_e7 / 1e7:.4f}\n{found.where.lon_e7 / 1e7:.4f}",
            f"{found.article}\n{found.mode}",
        )
    return table


def _nm(length_m: int) -> str:
    return f"{length_m / METRES_PER_NM:.2f}"


def _plain(text: str) -> str:
    """A stranger's text, without what a terminal or rich would act on."""
    return "".join(letter if letter.isprintable() else "?" for letter in text).replace("[", "\\[")
