"""What is said of the line itself: opening, checks, watch, rungs, radio, outage, suspension, incidents, keys."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from detente.airspace.shapes import Point
from detente.line.terms import FieldName, Name, Text
from detente.quantities import Digest
from detente.record.statement import Head, Ref
from detente.wire import Record
from detente.wire.limits import VOICE_SEQUENCE_MAX, VOX_TRANSMISSIONS_MAX

IncidentNumber = Annotated[
    str, msgspec.Meta(pattern=r"\A[A-Za-z0-9._-]{1,80}-[0-9]{8}-[A-Za-z0-9._-]{1,80}-[0-9]{2}\Z")
]
"""`<memorandum>-<date>-<party>-<nn>`: the first reporter makes it, and no server is asked."""

Role = Literal["air_desk", "duty", "senior", "alternate"]
ObservedState = Literal["untested", "open", "late", "silent", "own_fault"]


class CardName(Record, frozen=True, kw_only=True):
    """Which card a party is known by: SHA-256 over its name and root keys."""

    party: str
    root_card_sha256: Digest


class Opening(Record, frozen=True, kw_only=True):
    """OPN, entry 0 of every journal: the memorandum in force and the cards of its parties.

    `previous` is the last known head of the journal that this one follows; None for a party's first.
    """

    identity: Digest
    cards: tuple[CardName, ...]
    previous: Head | None


class LineCheck(Record, frozen=True, kw_only=True):
    """LCK: a check of one path; heads of all journals stand in the statement's header."""

    path: Name
    kind: Literal["machine", "human"]
    text_id: Name
    clock_ms: int


class LineCheckReply(Record, frozen=True, kw_only=True):
    """LCR: the echo, with the offset of the two clocks as seen by the replying end."""

    path: Name
    text_id: Name
    quality: Annotated[int, msgspec.Meta(ge=1, le=5)]
    clock_offset_ms: int


class Fork(Record, frozen=True, kw_only=True):
    """FRK: the author of a journal signed two pasts of it; the proof is kept, and it is cosigned no more."""

    journal: str


class WatchChange(Record, frozen=True, kw_only=True):
    """WCH: who keeps a post now, by role and language, never by name.

    `check` is the LCR that a hand-over rests on.
    """

    what: Literal["taken", "handed_over"]
    post: Name
    roles: tuple[Role, ...]
    languages: tuple[Name, ...]
    interpreter: Literal["on_watch", "on_call", "none"]
    open_items: int
    check: Ref | None


class Rung(Record, frozen=True, kw_only=True):
    """RNG: a machine rang a post about the entry that `reply_to` names; both records show each rung and second."""

    post: Name
    role: Role
    why: Literal["not_delivered", "not_understood", "answer_overdue", "pass_overdue", "repeated"]
    at_ms: int
    radio_prompt: bool


class LineState(Record, frozen=True, kw_only=True):
    """LST: what the checks of a path to a party show from a moment on.

    The cause is not known unless an OUT covers it.
    """

    party: Name
    path: Name
    state: ObservedState
    since_ms: int
    cause: Literal["not_known", "outage"]


class RadioCheck(Record, frozen=True, kw_only=True):
    """RCK: who called whom on a channel, and how it was heard: 1 (none) to 5 (perfect), 0 where nobody answered."""

    channel_khz: int
    sector: Name
    caller: Name
    called: Name
    how: Literal["air_air", "air_ground", "bench"]
    readability: Annotated[int, msgspec.Meta(ge=0, le=5)]
    at_ms: int


class Spoken(Record, frozen=True, kw_only=True):
    """One transmission on the net, by the talker's node; `sha256` names its recording, which hearers may have too."""

    post: Name
    channel_khz: int
    start_ms: int
    length_ms: int
    packets: Annotated[int, msgspec.Meta(ge=1, le=VOICE_SEQUENCE_MAX + 1)]
    transmission: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{16}\Z")]
    sha256: Digest


class VoiceKept(Record, frozen=True, kw_only=True):
    """VOX: what the author's posts have said on the net and its node has kept, in the order in which it ended."""

    spoken: Annotated[tuple[Spoken, ...], msgspec.Meta(min_length=1, max_length=VOX_TRANSMISSIONS_MAX)]


class FrequencyChange(Record, frozen=True, kw_only=True):
    """FRQ: a channel changes, fails or is disturbed; `fall_back_khz` is where everybody goes meanwhile.

    `tone_dhz` is the new tone in tenths of a hertz: null leaves it as it is, 0 takes it away.
    """

    what: Literal["change", "failure", "interference"]
    channel_khz: int
    new_khz: int | None
    tone_dhz: Annotated[int, msgspec.Meta(ge=0, le=30_000)] | None
    sector: Name
    effective_ms: int
    fall_back_khz: int | None


class Outage(Record, frozen=True, kw_only=True):
    """OUT: a path or a post will not, or does not, serve in a window; what serves instead."""

    what: Literal["path", "post"]
    name: Name
    start_ms: int
    end_ms: int
    alternate: Name | None


class Suspension(Record, frozen=True, kw_only=True):
    """SUS: a party suspends a scope from a moment on, for a reason of the memorandum's list; the floor remains."""

    scope: Name
    effective_ms: int
    reason: Name


class Resumption(Record, frozen=True, kw_only=True):
    """RES: the suspension that `reply_to` names ends; line check and radio check come first."""

    scope: Name
    effective_ms: int


class Passing(Record, frozen=True, kw_only=True):
    """How near two aircraft came, as the reporter saw it: the class of each, and both distances at the nearest.

    Whether that is `proximity` is not for the reporter: the figures that the memorandum has for these two say it.
    """

    own_class: Name
    other_class: Name
    lateral_m: int
    vertical_ft: int


class IncidentReport(Record, frozen=True, kw_only=True):
    """INC1: the first report of an incident, as its reporter saw it. A receipt of it admits nothing.

    Said again with `same_as`, it accepts that the two numbers are one incident.
    """

    number: IncidentNumber
    same_as: IncidentNumber | None
    category: Name
    articles: tuple[Name, ...]
    at: Point | None
    at_ms: int
    passing: Passing | None
    entries: tuple[Ref, ...]
    text: Text


class Attachment(Record, frozen=True, kw_only=True):
    """A file that stays where it is until it is asked for: its hash binds it now."""

    name: Name
    sha256: Digest
    length: int


class IncidentStatement(Record, frozen=True, kw_only=True):
    """INC2: one side's full statement; the entries it rests on, and the hashes of what it keeps.

    `closes` says that this side has said all it has to say. The newest statement of a side counts.
    """

    number: IncidentNumber
    entries: tuple[Ref, ...]
    attachments: tuple[Attachment, ...]
    closes: bool
    text: Text


class Protest(Record, frozen=True, kw_only=True):
    """PRT: an article is held to be broken. It never rings."""

    number: IncidentNumber
    article: Name


class WorkingGroup(Record, frozen=True, kw_only=True):
    """WGM: the working group is called, or its agenda, statistics or record are laid down by hash."""

    what: Literal["call", "agenda", "statistics", "record"]
    at_ms: int
    document: Attachment | None


class Correction(Record, frozen=True, kw_only=True):
    """COR: one field of the own message that `reply_to` names was wrong; a notice is amended by AMD instead."""

    field: FieldName
    value: Text


class KeyChange(Record, frozen=True, kw_only=True):
    """KEY: from the next entry on, the author's working keys are those of this card, base64 of its envelope.

    The root key, which the memorandum names, is the same and signed it.
    """

    card: Annotated[str, msgspec.Meta(max_length=40_000)]
    revoked: tuple[Literal["statements", "journal", "cosigner", "sealing", "tls"], ...]
    reason: Literal["scheduled", "lost", "compromised"]
