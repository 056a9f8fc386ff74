"""Every door of the API in one table: path, who may, what it takes, what it does. All else is drawn from it.

The routes, the checks of role and body, the OpenAPI text, the paper `docs/api.md` and the tests walk over these rows;
a door that is not here does not exist. `order` names an order of the desk, which judges it as for the command line;
`act` is something of the API itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from detente.api import bodies as b
from detente.api.roles import ACCOUNTS, ANYONE, COMMAND, EVERY, LOGBOOK, WATCH, Role


@dataclass(frozen=True, kw_only=True)
class Door:
    """One method of one path.

    Args:
        summary: one sentence for people.
        roles: who may; empty: anyone, and `act` looks for itself.
        takes: the query of a GET, the JSON body of a POST; names in braces in the path are among its fields.
        is_order: it changes something on the line, so it asks for an Idempotency-Key and stands in the logbook.
        answers: what stands in the answer at least.
        example: a body or query that could be sent.
    """

    method: Literal["GET", "POST"]
    path: str
    summary: str
    roles: frozenset[Role] = EVERY
    takes: type[b.Body] = b.Nothing
    order: str | None = None
    act: str | None = None
    is_order: bool = False
    answers: tuple[str, ...] = ()
    example: dict[str, Any] = field(default_factory=dict)


def _read(path: str, order: str, summary: str, *answers: str, **more: Any) -> Door:
    return Door(method="GET", path=f"/api/{path}", order=order, summary=summary, answers=answers, **more)


def _give(path: str, order: str, summary: str, takes: type[b.Body], **more: Any) -> Door:
    more = {"roles": WATCH, "answers": ("message", "ref"), **more}
    return Door(
        method="POST", path=f"/api/{path}", order=order, summary=summary, takes=takes, is_order=True, **more
    )


def _own(method: Literal["GET", "POST"], path: str, act: str, summary: str, **more: Any) -> Door:
    return Door(method=method, path=path, act=act, summary=summary, **more)


_REF = {"ref": "COAST#12"}
_ITEMS: dict[str, Any] = {"takes": b.Items, "answers": ("features", "numberMatched")}

READS = (
    _read("status", "status", "The node in counts, warnings first.", "party", "warnings", "peers", "now_utc"),
    _read(
        "line", "line_status", "Each peer: declared and observed, paths, clock, watch.", "peers", "warnings"
    ),
    _read("watch", "watch", "Who keeps which post.", "posts", "unkept"),
    _read("owed", "owed", "What is owed in both directions, the earliest due first.", "owed"),
    _read("notices", "notices", "Every notice held, own and foreign.", "notices"),
    _read("conflicts", "conflicts", "Every conflict known.", "conflicts"),
    _read("findings", "findings", "Conflicts, NOT CHECKED, borders, proposals.", "conflicts", "not_checked"),
    _read("held", "held", "Notices in force in full, page by page.", "notices", "total", takes=b.Held),
    _own(
        "GET",
        "/api/transcript",
        "transcript",
        "The hot line's newest entries, in a language.",
        takes=b.Transcript,
        answers=("entries", "sizes"),
    ),
    _own("GET", "/api/alarms", "alarms", "What sounds, and who took note of it.", answers=("alarms",)),
    _read(
        "frequencies",
        "frequencies",
        "What to call at a place and a level, who listens, since when it is proven.",
        "sectors",
        "guard_khz",
        takes=b.Place,
        example={"lat": 36.1, "lon": 37.2, "level": "FL250"},
    ),
    _read("ticker", "ticker", "The newest statements in short.", "entries", takes=b.Number),
    _read("codes", "codes", "The codes that a watch may say.", "codes"),
    _read("incidents", "incidents", "Incidents in short, and matches that are open.", "incidents", "matches"),
    _read("logbook", "log", "The logbook's newest lines.", "lines", takes=b.Number, roles=LOGBOOK),
    _own("GET", "/api/codes/{code}", "fields", "The fields of a code.", answers=("code", "fields")),
    _own("GET", "/api/incidents/{number}", "incident", "One incident whole.", answers=("incident",)),
    _own(
        "GET",
        "/api/ways",
        "ways",
        "Ways out of a notice's conflicts, for each side, cheapest first.",
        roles=WATCH,
        takes=b.OneEntry,
        answers=("offers", "none"),
        example=_REF,
    ),
    _own("GET", "/api/events", "events", "The event stream, resumed by Last-Event-ID.", takes=b.After),
    _own("GET", "/collections", "collections", "The feeds for GIS tools.", answers=("collections",)),
    _own(
        "GET",
        "/collections/notices/items",
        "notices_geo",
        "Notices as GeoJSON.",
        takes=b.Items,
        answers=("features",),
    ),
    _own(
        "GET",
        "/collections/tracks/items",
        "tracks_geo",
        "Tracks as GeoJSON.",
        takes=b.Items,
        answers=("features",),
    ),
)

ORDERS = (
    _give("acknowledge", "acknowledge", "Acknowledge at a level.", b.Acknowledged, example=_REF),
    _give("read-back", "read_back", "Read a notice back.", b.OneEntry, example=_REF),
    _give("answer", "answer", "Answer a query or an alert.", b.Answered, example={**_REF, "answer": "yes"}),
    _give(
        "say",
        "say",
        "Say a message of the catalogue; what binds beyond this watch, a commander only.",
        b.Said,
        example={"code": "CLR", "body": {}, "to": ["COAST"], "reply_to": "COAST#12"},
    ),
    _give(
        "notices",
        "send_geojson",
        "Send notices drawn in GeoJSON.",
        b.Noticed,
        answers=("sent",),
        example={"text": '{"type":"FeatureCollection","features":[]}'},
    ),
    _give(
        "propose", "propose", "Propose a way out.", b.Proposed, example={**_REF, "change": {"shift_s": 600}}
    ),
    _give("accept", "accept", "Accept a proposal.", b.OneEntry, example=_REF),
    _give("refuse", "refuse", "Refuse a proposal or a conflict.", b.Refused, example=_REF),
    _give("watch/take", "take_watch", "Take a post.", b.Taken, example={"post": "sierra.air"}),
    _give("watch/hand-over", "hand_over", "Leave a post.", b.Post, example={"post": "sierra.air"}),
    _give("line/check", "line_check", "Check a path by hand.", b.Path, example={"path": "data-1"}),
    _give(
        "line/answer-check",
        "answer_check",
        "Echo a peer's line check.",
        b.CheckAnswered,
        example={**_REF, "quality": 5},
    ),
    _give(
        "incidents",
        "open_incident",
        "Report an incident.",
        b.IncidentOpened,
        answers=("message", "ref", "number"),
        example={"category": "proximity", "event": "now", "at": "39.9 -121.4"},
    ),
    _give(
        "incidents/state",
        "state_incident",
        "Make the own full statement.",
        b.IncidentStated,
        roles=COMMAND,
        example={"number": "FIRES-2020-2020-09-08-SIERRA-01"},
    ),
    _give(
        "incidents/protest",
        "protest_incident",
        "Protest that an article was broken.",
        b.Protested,
        roles=COMMAND,
        example={"number": "FIRES-2020-2020-09-08-SIERRA-01", "article": "A1"},
    ),
    _give(
        "incidents/match",
        "match_incident",
        "Accept that two numbers are one incident.",
        b.Matched,
        roles=COMMAND,
        example={
            "number": "FIRES-2020-2020-09-08-SIERRA-01",
            "other": "FIRES-2020-2020-09-08-COAST-01",
        },
    ),
    Door(
        method="POST",
        path="/api/draft",
        order="draft",
        summary="A message from what was typed, as both sides will read it; nothing is said.",
        roles=WATCH,
        takes=b.Drafted,
        answers=("code", "body", "to", "text"),
        example={"code": "QRY", "fields": {"at": "39.9 -121.4"}},
    ),
)

NOTES = (
    _own(
        "POST",
        "/api/alarms/note",
        "note_alarm",
        "Take note of one alarm: it is silent, and stays.",
        roles=WATCH,
        takes=b.AlarmNoted,
        answers=("message", "id"),
    ),
)

SOCKET = _own(
    "GET",
    "/api/voice",
    "voice",
    "A WebSocket to hear every channel of the net, and to talk with the role of a watch.",
)

VOICE = (
    SOCKET,
    _own(
        "GET",
        "/api/voice/kept",
        "voice_kept",
        "The newest recordings that are kept here.",
        takes=b.Number,
        answers=("kept",),
    ),
    _own("GET", "/api/voice/kept/{digest}", "voice_recording", "One recording, to be played."),
    _read(
        "radio/calls",
        "calls",
        "Calls on real radio that were logged, and since when each channel is proven.",
        "calls",
        "proofs",
        takes=b.Number,
    ),
    _give(
        "radio/calls",
        "log_call",
        "Log a call that was made on a frequency.",
        b.CallLogged,
        answers=("message",),
        example={"channel_khz": 123975, "called": "COAST/tanker", "readability": 4},
    ),
    _own("GET", "/api/voice/net", "voice_net", "The net: channels, floors, links.", answers=("is_agreed",)),
)

ACCESS = (
    _own("POST", "/api/login", "login", "Begin a session.", roles=ANYONE, takes=b.Login, answers=("csrf",)),
    _own("POST", "/api/first", "first", "Make the first account.", roles=ANYONE, takes=b.First),
    _own("GET", "/api/session", "session", "Whose session this is.", roles=ANYONE, answers=("account",)),
    _own("POST", "/api/logout", "logout", "End the session."),
    _own("POST", "/api/password", "password", "Change the own password.", takes=b.PasswordChanged),
    _own("GET", "/api/accounts", "accounts", "Who has an account.", roles=ACCOUNTS, answers=("accounts",)),
    _own("POST", "/api/accounts", "add_account", "Add an account.", roles=ACCOUNTS, takes=b.AccountAdded),
    _own(
        "POST",
        "/api/accounts/change",
        "change_account",
        "Another role or password; shut out or let in.",
        roles=ACCOUNTS,
        takes=b.AccountChanged,
    ),
)

PLAIN = (
    _own("GET", "/api/openapi.json", "openapi", "This description, as OpenAPI 3.1.", roles=ANYONE),
    _own("GET", "/healthz", "health", "Whether the process answers.", roles=ANYONE, answers=("ok",)),
    _own("GET", "/readyz", "ready", "Whether store, clock and peers are good.", roles=ANYONE),
    _own("GET", "/metrics", "metrics", "Counts for Prometheus; no plans, no places.", roles=ANYONE),
)

DOORS: tuple[Door, ...] = (*READS, *ORDERS, *NOTES, *VOICE, *ACCESS, *PLAIN)
