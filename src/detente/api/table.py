"""Every door of the API in one table: path, who may, what it takes, what it does. All else is drawn from it.

The routes, the checks of role and body, the OpenAPI text, the paper `docs/api.md` and the tests walk over these rows;
a door that is not here does not exist. `order` names an order of the desk, which judges it as for the command line;
`act` is something of the API itself.
"""

from __future__ import annotations

from typing import Any

from detente.api import bodies as b
from detente.api.door import Door, give, own, read
from detente.api.doors_map import MAP
from detente.api.doors_voice import VOICE
from detente.api.roles import ACCOUNTS, ANYONE, COMMAND, LOGBOOK, WATCH

_REF = {"ref": "COAST#12"}
_ITEMS: dict[str, Any] = {"takes": b.Items, "answers": ("features", "numberMatched")}

READS = (
    read("status", "status", "The node in counts, warnings first.", "party", "warnings", "peers", "now_utc"),
    read(
        "line", "line_status", "Each peer: declared and observed, paths, clock, watch.", "peers", "warnings"
    ),
    read("watch", "watch", "Who keeps which post.", "posts", "unkept"),
    read("owed", "owed", "What is owed in both directions, the earliest due first.", "owed"),
    read("notices", "notices", "Every notice held, own and foreign.", "notices"),
    read("conflicts", "conflicts", "Every conflict known.", "conflicts"),
    read("findings", "findings", "Conflicts, NOT CHECKED, borders, proposals.", "conflicts", "not_checked"),
    read("held", "held", "Notices in force in full, page by page.", "notices", "total", takes=b.Held),
    own(
        "GET",
        "/api/transcript",
        "transcript",
        "The hot line's newest entries, in a language.",
        takes=b.Transcript,
        answers=("entries", "sizes"),
    ),
    own("GET", "/api/alarms", "alarms", "What sounds, and who took note of it.", answers=("alarms",)),
    read(
        "frequencies",
        "frequencies",
        "What to call at a place and a level, who listens, since when it is proven.",
        "sectors",
        "guard_khz",
        takes=b.Place,
        example={"lat": 36.1, "lon": 37.2, "level": "FL250"},
    ),
    read("ticker", "ticker", "The newest statements in short.", "entries", takes=b.Number),
    read("codes", "codes", "The codes that a watch may say.", "codes"),
    read("incidents", "incidents", "Incidents in short, and matches that are open.", "incidents", "matches"),
    read("logbook", "log", "The logbook's newest lines.", "lines", takes=b.Number, roles=LOGBOOK),
    own("GET", "/api/codes/{code}", "fields", "The fields of a code.", answers=("code", "fields")),
    own("GET", "/api/incidents/{number}", "incident", "One incident whole.", answers=("incident",)),
    own(
        "GET",
        "/api/ways",
        "ways",
        "Ways out of a notice's conflicts, for each side, cheapest first.",
        roles=WATCH,
        takes=b.EntryInLanguage,
        answers=("offers", "none"),
        example=_REF,
    ),
    own("GET", "/api/events", "events", "The event stream, resumed by Last-Event-ID.", takes=b.After),
    own("GET", "/collections", "collections", "The feeds for GIS tools.", answers=("collections",)),
    own(
        "GET",
        "/collections/notices/items",
        "notices_geo",
        "Notices as GeoJSON.",
        takes=b.Items,
        answers=("features",),
    ),
    own(
        "GET",
        "/collections/tracks/items",
        "tracks_geo",
        "Tracks as GeoJSON.",
        takes=b.Items,
        answers=("features",),
    ),
)

ORDERS = (
    give("acknowledge", "acknowledge", "Acknowledge at a level.", b.Acknowledged, example=_REF),
    give("read-back", "read_back", "Read a notice back.", b.OneEntry, example=_REF),
    give("answer", "answer", "Answer a query or an alert.", b.Answered, example={**_REF, "answer": "yes"}),
    give(
        "say",
        "say",
        "Say a message of the catalogue; what binds beyond this watch, a commander only. An ALERT that says no more "
        "than another's of the last half minute is answered with that (`raised_already`), unless `beside` names one.",
        b.Said,
        example={
            "code": "ALR",
            "body": {
                "what": "approaching",
                "at": {"lat_e7": 399_000_000, "lon_e7": -1_214_000_000},
                "at_ms": 1_599_523_200_000,
                "level": {"datum": "palt", "value": 8_500},
                "track_deg": 90,
                "call_on_khz": None,
                "ask": "turn",
            },
            "to": ["COAST"],
            "aircraft": "a00002",
            "beside": "SIERRA#12",
        },
    ),
    give(
        "notices",
        "send_geojson",
        "Send notices drawn in GeoJSON.",
        b.Noticed,
        answers=("sent",),
        example={"text": '{"type":"FeatureCollection","features":[]}'},
    ),
    give(
        "propose", "propose", "Propose a way out.", b.Proposed, example={**_REF, "change": {"shift_s": 600}}
    ),
    give("accept", "accept", "Accept a proposal.", b.OneEntry, example=_REF),
    give("refuse", "refuse", "Refuse a proposal or a conflict.", b.Refused, example=_REF),
    give("watch/take", "take_watch", "Take a post.", b.Taken, example={"post": "sierra.air"}),
    give("watch/hand-over", "hand_over", "Leave a post.", b.Post, example={"post": "sierra.air"}),
    give("line/check", "line_check", "Check a path by hand.", b.Path, example={"path": "data-1"}),
    give(
        "line/answer-check",
        "answer_check",
        "Echo a peer's line check.",
        b.CheckAnswered,
        example={**_REF, "quality": 5},
    ),
    give(
        "incidents",
        "open_incident",
        "Report an incident.",
        b.IncidentOpened,
        answers=("message", "ref", "number"),
        example={"category": "proximity", "event": "now", "at": "39.9 -121.4"},
    ),
    give(
        "incidents/state",
        "state_incident",
        "Make the own full statement.",
        b.IncidentStated,
        roles=COMMAND,
        example={"number": "FIRES-2020-2020-09-08-SIERRA-01"},
    ),
    give(
        "incidents/protest",
        "protest_incident",
        "Protest that an article was broken.",
        b.Protested,
        roles=COMMAND,
        example={"number": "FIRES-2020-2020-09-08-SIERRA-01", "article": "A1"},
    ),
    give(
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
    own(
        "POST",
        "/api/alarms/note",
        "note_alarm",
        "Take note of one alarm: it is silent, and stays.",
        roles=WATCH,
        takes=b.AlarmNoted,
        answers=("message", "id"),
    ),
)

PANELS = (
    own(
        "GET",
        "/api/entry",
        "entry",
        "One entry in words, in a language or two.",
        takes=b.EntryInLanguage,
        answers=("ref", "title", "lines"),
        example=_REF,
    ),
    own(
        "GET",
        "/api/read-back",
        "read_back_compared",
        "A read-back beside what was sent, and the field that differs.",
        takes=b.EntryInLanguage,
        answers=("sent", "understood", "differs"),
        example=_REF,
    ),
    own(
        "GET",
        "/api/brief",
        "brief",
        "For who takes the watch: the log since the last one, posts, radio checks due.",
        takes=b.InLanguage,
        answers=("since_utc", "posts", "entries", "radio"),
    ),
    own(
        "GET",
        "/api/incidents/{number}/timeline",
        "incident_timeline",
        "All that was said of an incident, by both sides, in order; the speech kept of that time; own notes.",
        takes=b.InLanguage,
        answers=("from_utc", "until_utc", "entries", "left_away", "is_cut", "speech", "logbook"),
    ),
    own(
        "GET",
        "/api/incidents/{number}/bundle",
        "bundle",
        "The evidence of an incident as one zip file, as `detente incident bundle` writes it; noted in the logbook.",
        roles=LOGBOOK | WATCH,
    ),
    own(
        "GET",
        "/api/statistics",
        "statistics",
        "Counts for the working group, answers against their clocks, line, radio and notices.",
        takes=b.Window,
        answers=("counted", "answers", "line"),
    ),
    own(
        "GET",
        "/api/statistics/csv",
        "statistics_csv",
        "The counts for the working group as a table for a spreadsheet.",
        takes=b.Window,
    ),
)

ACCESS = (
    own("POST", "/api/login", "login", "Begin a session.", roles=ANYONE, takes=b.Login, answers=("csrf",)),
    own("POST", "/api/first", "first", "Make the first account.", roles=ANYONE, takes=b.First),
    own("GET", "/api/session", "session", "Whose session this is.", roles=ANYONE, answers=("account",)),
    own("POST", "/api/logout", "logout", "End the session."),
    own("POST", "/api/password", "password", "Change the own password.", takes=b.PasswordChanged),
    own("GET", "/api/accounts", "accounts", "Who has an account.", roles=ACCOUNTS, answers=("accounts",)),
    own("POST", "/api/accounts", "add_account", "Add an account.", roles=ACCOUNTS, takes=b.AccountAdded),
    own(
        "POST",
        "/api/accounts/change",
        "change_account",
        "Another role or password; shut out or let in.",
        roles=ACCOUNTS,
        takes=b.AccountChanged,
    ),
)

PLAIN = (
    own("GET", "/api/openapi.json", "openapi", "This description, as OpenAPI 3.1.", roles=ANYONE),
    own("GET", "/healthz", "health", "Whether the process answers.", roles=ANYONE, answers=("ok",)),
    own("GET", "/readyz", "ready", "Whether store, clock and peers are good.", roles=ANYONE),
    own("GET", "/metrics", "metrics", "Counts for Prometheus; no plans, no places.", roles=ANYONE),
)

DOORS: tuple[Door, ...] = (*READS, *ORDERS, *MAP, *NOTES, *PANELS, *VOICE, *ACCESS, *PLAIN)
