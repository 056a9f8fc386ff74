"""What may stand in a request, door by door: named fields with a size each, and nothing else.

What a field means is judged behind the door, by the same orders that the command line gives. Fields that are left
out are left to the order's own default.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

from detente.wire.limits import FREE_TEXT_CHARS_MAX, GEOJSON_BYTES_MAX, POSTS_PER_STATEMENT_MAX

Entry: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200, description="An entry: PARTY#number.")]
Word: TypeAlias = Annotated[str, Meta(min_length=1, max_length=80)]
Free: TypeAlias = Annotated[str, Meta(max_length=FREE_TEXT_CHARS_MAX)]
Typed: TypeAlias = Annotated[str, Meta(max_length=4_000)]
Words: TypeAlias = Annotated[tuple[Word, ...], Meta(max_length=POSTS_PER_STATEMENT_MAX)]
Entries: TypeAlias = Annotated[tuple[Entry, ...], Meta(max_length=64)]
Password: TypeAlias = Annotated[str, Meta(max_length=256)]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=32, pattern="^[a-z][a-z0-9_.-]*$")]
Count: TypeAlias = Annotated[int, Meta(ge=1, le=500)]


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every request: unknown fields are refused, what is left out stays out."""


class Nothing(Body, frozen=True, kw_only=True):
    """No field."""


class Number(Body, frozen=True, kw_only=True):
    """How many rows, the newest."""

    count: Count = 20


class OneEntry(Body, frozen=True, kw_only=True):
    """The entry that is meant."""

    ref: Entry


class Held(Body, frozen=True, kw_only=True):
    """A notice or CON, for what its ways out depend on; how many rows to skip."""

    ref: Entry | None = None
    skip: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class Place(Body, frozen=True, kw_only=True):
    """A place in degrees and a level, as FL250 or "1500 AMSL"; for one class, or PARTY/class, or everybody."""

    lat: Annotated[float, Meta(ge=-90.0, le=90.0)]
    lon: Annotated[float, Meta(ge=-180.0, le=180.0)]
    level: Annotated[str, Meta(min_length=1, max_length=20)]
    of_class: Annotated[str, Meta(max_length=80)] | None = None
    language: Annotated[str, Meta(max_length=12)] | None = None


class Transcript(Body, frozen=True, kw_only=True):
    """How many rows, in which language, and in which second one beside it."""

    count: Count = 100
    language: Annotated[str, Meta(max_length=12)] | None = None
    beside: Annotated[str, Meta(max_length=12)] | None = None


class InLanguage(Body, frozen=True, kw_only=True):
    """In which language."""

    language: Annotated[str, Meta(max_length=12)] | None = None


class EntryInLanguage(InLanguage, frozen=True, kw_only=True):
    """The entry that is meant, in which language, and in which second one beside it."""

    ref: Entry
    beside: Annotated[str, Meta(max_length=12)] | None = None


class Window(Body, frozen=True, kw_only=True):
    """From when on and before when, ISO 8601 with a zone; what is left out is all that is held."""

    from_utc: Annotated[str, Meta(max_length=40)] | None = None
    until_utc: Annotated[str, Meta(max_length=40)] | None = None


class Items(Body, frozen=True, kw_only=True):
    """A page of a collection; `bbox` is west,south,east,north in degrees; `outline` makes rings of all shapes.

    `ended_within_s`: notices that were over no longer ago than that too.
    """

    limit: Annotated[int, Meta(ge=1, le=10_000)] = 1_000
    offset: Annotated[int, Meta(ge=0, le=10_000_000)] = 0
    bbox: Annotated[str, Meta(max_length=120)] | None = None
    outline: bool = False
    ended_within_s: Annotated[int, Meta(ge=0, le=86_400)] = 0


class After(Body, frozen=True, kw_only=True):
    """The id of the last event seen, for who cannot send the header Last-Event-ID."""

    after: Annotated[str, Meta(max_length=40)] | None = None


class AlarmNoted(Body, frozen=True, kw_only=True):
    """The alarm."""

    id: Annotated[str, Meta(min_length=1, max_length=500)]


class Acknowledged(Body, frozen=True, kw_only=True):
    """A level, one after the other; for `passed`, to which post or crew."""

    ref: Entry
    level: Literal["understood", "passed", "in_effect"] = "understood"
    passed_to: Word | None = None
    post: Word | None = None


class Answered(Body, frozen=True, kw_only=True):
    """The answer to a query or an alert, and what our aircraft does."""

    ref: Entry
    answer: Word
    action: Word = "none"


class Drafted(Body, frozen=True, kw_only=True):
    """A message as it is typed into a form: field names and texts."""

    code: Word
    fields: Annotated[dict[Word, Typed], Meta(max_length=64)]
    to: Words = ()
    precedence: Word | None = None
    reply_to: Entry | None = None
    exercise: bool = False


class Said(Body, frozen=True, kw_only=True):
    """A message in its wire form, as a draft has given it.

    For an ALERT, and for this node alone: `aircraft` of our own tracks that it was filled from, and `beside`, the
    ALERT of another that is known to whoever says this all the same.
    """

    code: Word
    body: dict[str, Any]
    to: Words = ()
    precedence: Word | None = None
    reply_to: Entry | None = None
    exercise: bool = False
    aircraft: Word | None = None
    beside: Entry | None = None


class Noticed(Body, frozen=True, kw_only=True):
    """GeoJSON as text; own plans that must lie inside stay on this node; the notice that it takes the place of."""

    text: Annotated[str, Meta(min_length=2, max_length=GEOJSON_BYTES_MAX)]
    plans: Annotated[tuple[dict[str, Any], ...], Meta(max_length=64)] = ()
    amends: Entry | None = None


class Proposed(Body, frozen=True, kw_only=True):
    """One of the ways out that were offered, in its wire form."""

    ref: Entry
    change: dict[str, Any]


class Refused(Body, frozen=True, kw_only=True):
    """The proposal or conflict that cannot be taken, and a reason code."""

    ref: Entry
    reason: Word = "unable"
    field: Word | None = None


class Taken(Body, frozen=True, kw_only=True):
    """The post, and what of the memorandum's words about it is otherwise today."""

    post: Word
    languages: Words = ()
    interpreter: Word | None = None
    roles: Words = ()


class Post(Body, frozen=True, kw_only=True):
    """The post."""

    post: Word


class Path(Body, frozen=True, kw_only=True):
    """The path of the line."""

    path: Word


class CheckAnswered(Body, frozen=True, kw_only=True):
    """The peer's line check, and how well it was read, 1 to 5."""

    ref: Entry
    quality: Annotated[int, Meta(ge=1, le=5)]


class CallLogged(Body, frozen=True, kw_only=True):
    """A call on a real frequency: who called whom, and how the answer was read, 0 where nobody answered."""

    channel_khz: Annotated[int, Meta(ge=1, le=999_999)]
    called: Word
    readability: Annotated[int, Meta(ge=0, le=5)] = 0
    caller: Word | None = None
    at: Word = "now"


class IncidentOpened(Body, frozen=True, kw_only=True):
    """A first report: what it was, when and where, and the entries that speak of it."""

    category: Word
    event: Word = "now"
    at: Word | None = None
    articles: Words = ()
    passing: dict[str, Any] | None = None
    entries: Entries = ()
    text: Free = ""
    same_as: Entry | None = None
    to: Words = ()


class IncidentStated(Body, frozen=True, kw_only=True):
    """The own full statement."""

    number: Entry
    entries: Entries = ()
    attachments: Annotated[tuple[dict[str, Any], ...], Meta(max_length=64)] = ()
    text: Free = ""
    closes: bool = False


class Protested(Body, frozen=True, kw_only=True):
    """The article that was broken."""

    number: Entry
    article: Word


class Matched(Body, frozen=True, kw_only=True):
    """Two numbers of one incident."""

    number: Entry
    other: Entry


class Login(Body, frozen=True, kw_only=True):
    """Who it is."""

    account: Annotated[str, Meta(max_length=64)]
    password: Password


class First(Body, frozen=True, kw_only=True):
    """The word of the link that the node printed, and the first administrator."""

    word: Annotated[str, Meta(max_length=64)]
    account: Name
    password: Password


class PasswordChanged(Body, frozen=True, kw_only=True):
    """The own password, before and from now on."""

    old: Password
    new: Password


class AccountAdded(Body, frozen=True, kw_only=True):
    """A new account."""

    account: Name
    role: Word
    password: Password


class AccountChanged(Body, frozen=True, kw_only=True):
    """What is to be otherwise about an account."""

    account: Name
    role: Word | None = None
    password: Password | None = None
    disabled: bool | None = None
