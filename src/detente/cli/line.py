"""Commands of the hot line: its state, checks by hand, any message of the catalogue, and what was said."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from detente.adapters.home import Home, open_home
from detente.cli.line_shown import show_draft, show_fields, show_status, transcript_line
from detente.cli.ordering import give_order
from detente.errors import OperatorError

app = typer.Typer(help="The hot line: its state, checks, messages and transcript.", no_args_is_help=True)

HomeArgument = Annotated[Path, typer.Argument(help="The party's home folder; its node must run.")]
RefArgument = Annotated[str, typer.Argument(help="The entry, as `detente owed` names it: PARTY#number.")]
AsJson = Annotated[bool, typer.Option("--json", help="Plain JSON for programs.")]
To = Annotated[
    list[str] | None, typer.Option(help="A post, or a party for its air desk; else everybody concerned.")
]
PrecedenceOption = Annotated[
    str | None, typer.Option(help="ALERT, PRIORITY, ROUTINE or ADMIN: it can be raised, never lowered.")
]
Exercise = Annotated[bool, typer.Option("--exercise", help="Marked EXERCISE; it changes nothing live.")]
Yes = Annotated[bool, typer.Option("--yes", help="Send without the question.")]

ECHO_S = 60
POLL_S = 1.0
NEGATIVE_NUMBERS = {"ignore_unknown_options": True}
"""A longitude such as -121.4 is no option."""


@app.callback()
def _line() -> None:
    """The hot line: its state, checks, messages and transcript."""


@app.command()
def status(home: HomeArgument, as_json: AsJson = False) -> None:
    """Show the line to each peer: what was declared, and what the checks of each path show."""
    told = give_order(open_home(home), "line_status")
    if as_json:
        told.pop("ok")
        print(json.dumps(told, indent=2))
        return
    show_status(Console(highlight=False), told)


@app.command()
def check(
    home: HomeArgument,
    path: Annotated[str, typer.Argument(help="The path, as the memorandum names it.")],
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Do not wait for the echo.")] = False,
    wait_s: Annotated[int, typer.Option(help="How long to wait for the echo.")] = ECHO_S,
    as_json: AsJson = False,
) -> None:
    """Check a path by hand: read the text out over it, and wait until the other watch echoes it."""
    opened = open_home(home)
    told = give_order(opened, "line_check", path=path)
    if not as_json:
        print(f"{told['ref']}: read out over {path}: {told['text_id']}")
        print(f"They answer with: detente line answer HOME {told['ref']} --quality 1..5")
    echo = None if no_wait else _wait_for_echo(opened, told["ref"], wait_s)
    if as_json:
        print(json.dumps({**told, "echo": None if echo is None else echo["body"]}, indent=2))
    elif echo is not None:
        heard = echo["body"]
        print(f"{path} is good: {echo['from']} echoed {heard['text_id']}, readability {heard['quality']}.")
    if echo is None and not no_wait:
        if not as_json:
            _complain(f"No echo of {told['ref']} over {path} within {wait_s} s: the path is NOT proven.")
            _complain("Do this: try another path (detente line status), or call a post on another channel.")
        raise typer.Exit(1)


@app.command(context_settings=NEGATIVE_NUMBERS)
def say(
    home: HomeArgument,
    code: Annotated[str, typer.Argument(help="A code of the catalogue, for example OUT.")],
    fields: Annotated[list[str] | None, typer.Argument(metavar="FIELD=VALUE...", help="Its fields.")] = None,
    to: To = None,
    reply_to: Annotated[str | None, typer.Option(help="The entry that it is about: PARTY#number.")] = None,
    precedence: PrecedenceOption = None,
    exercise: Exercise = False,
    yes: Yes = False,
    help_fields: Annotated[
        bool, typer.Option("--help-fields", help="Show the fields of the code and what each may be.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say any message of the catalogue: see it as the other side will read it, then send it.

    For example: detente line say HOME OUT what=path name=data-1 start=now end=+2h alternate=phone-1.
    Places are LAT LON in degrees or MGRS, times now, +30m or 2030-01-01T00:00:00Z, levels FL250 or "3000ft AMSL".
    Notices go by `detente notices`, incidents by `detente incident`.
    """
    opened = open_home(home)
    if help_fields:
        told = give_order(opened, "fields", code=code)
        if as_json:
            print(json.dumps(told["fields"], indent=2))
        else:
            show_fields(Console(highlight=False), told)
        return
    order = {"to": to or [], "reply_to": reply_to, "precedence": precedence, "exercise": exercise}
    _draft_and_say(opened, code, _pairs(code, fields or []), order, yes=yes, as_json=as_json)


@app.command(context_settings=NEGATIVE_NUMBERS)
def ask(
    home: HomeArgument,
    place: Annotated[
        list[str],
        typer.Argument(
            metavar="PLACE",
            help="LAT LON in degrees (39.9 -121.4 or 39.9N 121.4W), or MGRS (10SFK3677717883).",
        ),
    ],
    at: Annotated[str, typer.Option(help="When it was there: now, -30s, or ISO 8601 with a zone.")] = "now",
    level: Annotated[str, typer.Option(help='Its level, for example FL250 or "3000ft AMSL".')] = "",
    track: Annotated[str, typer.Option(help="Its track over ground, whole degrees.")] = "",
    speed: Annotated[str, typer.Option(help="Its ground speed, whole knots.")] = "",
    to: To = None,
    urgent: Annotated[bool, typer.Option("--urgent", help="As an ALERT: on all paths, at once.")] = False,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Ask "is this yours?" of an aircraft at a place. It is sent at once."""
    fields = {"at": " ".join(place), "at_ms": at, "level": level, "track_deg": track, "speed_kt": speed}
    order = {"to": to or [], "precedence": "ALERT" if urgent else None, "exercise": exercise}
    _draft_and_say(open_home(home), "QRY", fields, order, yes=True, as_json=as_json)


@app.command()
def answer(
    home: HomeArgument,
    ref: RefArgument,
    say: Annotated[
        str | None, typer.Argument(metavar="ANSWER", help="yes, no, unknown, approve, unable or standby.")
    ] = None,
    action: Annotated[
        str, typer.Option(help="What our aircraft does: none, turn, climb, descend, hold, ...")
    ] = "none",
    quality: Annotated[
        int | None, typer.Option(help="To a line check: how its text was heard, 1 (none) to 5 (perfect).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question or an alert; or, with --quality, a line check whose text you heard."""
    if (say is None) == (quality is None):
        raise OperatorError(
            "usage",
            "One thing answers: a word to a question or an alert, --quality to a line check.",
            cure=f"detente line answer HOME {ref} yes   or   detente line answer HOME {ref} --quality 4",
        )
    if quality is not None:
        told = give_order(open_home(home), "answer_check", ref=ref, quality=quality)
    else:
        told = give_order(open_home(home), "answer", ref=ref, answer=say, action=action)
    _tell(told, as_json=as_json)


@app.command()
def acknowledge(
    home: HomeArgument,
    ref: RefArgument,
    level: Annotated[str, typer.Argument(help="understood, passed or in_effect.")] = "understood",
    passed_to: Annotated[str | None, typer.Option(help="For `passed`: to which post or crew.")] = None,
    post: Annotated[str | None, typer.Option(help="Which post of ours says so; else the air desk.")] = None,
    as_json: AsJson = False,
) -> None:
    """Acknowledge a statement at a level: levels rise one by one."""
    told = give_order(open_home(home), "acknowledge", ref=ref, level=level, passed_to=passed_to, post=post)
    _tell(told, as_json=as_json)


@app.command()
def log(
    home: HomeArgument,
    count: Annotated[int, typer.Option(help="How many of the newest lines, at most 500.")] = 20,
    language: Annotated[
        str | None, typer.Option(help="The language of the text, for example fr; else the line's first.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Go on with what comes, until Ctrl-C.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the joint transcript, the same on both sides: who said what, and how far it has come."""
    opened, console = open_home(home), Console(highlight=False)
    told = give_order(opened, "transcript", count=count, language=language)
    if as_json and not follow:
        print(json.dumps(told["entries"], indent=2))
        return
    _print_rows(console, told["entries"], as_json=as_json)
    if not told["entries"]:
        console.print("Nothing has been said yet.")
    try:
        while follow:
            time.sleep(POLL_S)
            told = give_order(opened, "transcript", count=500, language=language, after=told["sizes"])
            _print_rows(console, told["entries"], as_json=as_json)
    except KeyboardInterrupt:
        return


def _draft_and_say(
    home: Home, code: str, fields: dict[str, str], order: dict[str, Any], *, yes: bool, as_json: bool
) -> None:
    draft = give_order(home, "draft", code=code, fields=fields, **order)
    console = Console(highlight=False, stderr=as_json)
    show_draft(console, draft)
    if not yes and not (sys.stdin.isatty() and typer.confirm("Send it?")):
        raise OperatorError(
            "not_confirmed", "Nothing was said.", cure="Run it again and confirm, or add --yes."
        )
    told = give_order(
        home,
        "say",
        code=code,
        body=draft["body"],
        to=draft["to"],
        precedence=draft["precedence"],
        reply_to=draft["reply_to"],
        exercise=draft["exercise"],
    )
    if told["no_reply_owed"]:
        told["message"] += " The line is suspended: NO REPLY IS OWED."
    _tell(told, as_json=as_json)


def _tell(told: dict[str, Any], *, as_json: bool) -> None:
    told.pop("ok")
    print(json.dumps(told, indent=2) if as_json else f"{told['message']} It is {told['ref']}.")


def _pairs(code: str, fields: list[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for field in fields:
        name, sign, value = field.partition("=")
        if not sign or name in pairs:
            raise OperatorError(
                "not_a_field",
                f"{field[:60]!r} is not a field of its own, written name=value.",
                cure=f"See `detente line say HOME {code} --help-fields`; free words go by the other channel.",
            )
        pairs[name] = value
    return pairs


def _wait_for_echo(home: Home, ref: str, wait_s: int) -> dict[str, Any] | None:
    """The answer to a line check; None where none comes in time."""
    console = Console(highlight=False, stderr=True)
    ends = time.monotonic() + wait_s
    sizes: dict[str, int] = {}
    with console.status("") as shown:
        while (left_s := ends - time.monotonic()) > 0:
            shown.update(f"waiting for the echo: {left_s:.0f} s left")
            told = give_order(home, "transcript", count=100, after=sizes)
            for row in told["entries"]:
                if row["code"] == "LCR" and row["reply_to"] == ref and row["body"] is not None:
                    found: dict[str, Any] = row
                    return found
            sizes = told["sizes"]
            time.sleep(min(POLL_S, max(0.0, left_s)))
    return None


def _print_rows(console: Console, rows: list[dict[str, Any]], *, as_json: bool) -> None:
    for row in rows:
        if as_json:
            print(json.dumps(row), flush=True)
        else:
            console.print(transcript_line(row), soft_wrap=True)


def _complain(text: str) -> None:
    Console(highlight=False, stderr=True).print(text, style="bold red", markup=False, soft_wrap=True)
