"""What a node knows, as one frozen value that the record alone rebuilds (but for links and live tracks)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from detente.conflicts.borders import Border
from detente.conflicts.decide import Conflict
from detente.encounters.own_flights import Warned
from detente.frequencies.changes import ChannelChange
from detente.frequencies.proof import Proof
from detente.incidents.register import Register
from detente.line.bodies import Alert, Proposal, Query
from detente.memorandum.desks import desk_of
from detente.memorandum.model import Memorandum
from detente.node.effects import Say
from detente.node.line_held import (
    ClockHeld,
    LapseHeld,
    OutageHeld,
    OwnEnd,
    PathHeld,
    SuspensionHeld,
    WatchHeld,
)
from detente.node.open_item import OpenItem
from detente.notices.admit import Admitted, Refused
from detente.notices.notice import Notice
from detente.quantities import Digest, PartyId, PostId, UtcMs
from detente.record.statement import Ref

ReadBackState = Literal["owed", "sent", "correct", "negative"]


@dataclass(frozen=True, kw_only=True)
class NoticeHeld:
    """A notice of either side, and what has been said of it."""

    ref: Ref
    party: PartyId
    notice: Notice
    verdict: Admitted | Refused
    heard_ms: UtcMs
    read_backs: Mapping[PartyId, ReadBackState] = field(default_factory=dict)
    """By each party that has read it back: what its author says of that."""
    refused_by: Mapping[PartyId, str] = field(default_factory=dict)
    borders: tuple[Border, ...] = ()
    """What it meets at boundaries and special areas."""
    received_ms: UtcMs | None = None
    """The first time that a receiver has signed for it."""
    amends: Ref | None = None
    replaced_by: Ref | None = None
    over_ms: UtcMs | None = None
    """When it was replaced or withdrawn whole."""

    @property
    def read_back(self) -> ReadBackState:
        """The worst of what was read back; `owed` where nobody has."""
        worst: tuple[ReadBackState, ...] = ("negative", "sent", "correct")
        return next((word for word in worst if word in self.read_backs.values()), "owed")

    @property
    def counts(self) -> bool:
        """Whether conflicts are looked for: our own admission decides.

        Another side that refused it still flies; its word must not stop our looking.
        """
        return isinstance(self.verdict, Admitted) and self.over_ms is None

    @property
    def announced_ms(self) -> UtcMs:
        """When it was announced, the same on both sides once it is receipted."""
        return self.heard_ms if self.received_ms is None else self.received_ms

    @property
    def until_ms(self) -> int:
        """When it is over: the last end of an admitted notice; one that is refused never began."""
        if self.over_ms is not None:
            return self.over_ms
        if isinstance(self.verdict, Refused):
            return self.heard_ms
        return max(volume.end_ms for volume in self.notice.volumes)


@dataclass(frozen=True, kw_only=True)
class ConflictHeld:
    """Two notices of different parties nearer than the agreed figures."""

    own: Ref
    foreign: Ref
    party: PartyId
    conflict: Conflict
    found_ms: UtcMs
    stated_by: frozenset[PartyId] = frozenset()
    stated_in: tuple[Ref, ...] = ()
    """The CONs."""


@dataclass(frozen=True, kw_only=True)
class ProposalHeld:
    """A way out that was proposed for a notice in force, to whom, and what they say of it: `accepted`, or why not."""

    ref: Ref
    party: PartyId
    proposal: Proposal
    of: Ref | None
    to: tuple[PartyId, ...]
    answers: Mapping[PartyId, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AlertHeld:
    """One encounter of an own and a foreign aircraft, from raised to over.

    `statement` is where the question stands once it is committed; `parted_ms` is set where the encounter was
    over before that, so that what is still said of it is cleared at once.
    """

    own: str
    foreign: str
    raised_ms: UtcMs
    to: tuple[PostId, ...]
    question: Query | Alert
    statement: Ref | None = None
    answer: str | None = None
    parted_ms: UtcMs | None = None


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What is counted of notices between two looks at all of them (`keeping`)."""

    open_at_most: Mapping[PartyId, int] = field(default_factory=dict)
    """By party; never too low."""
    counted_ms: int = 0
    taken: int = 0
    """Notices since the last sweep."""
    swept_ms: int = 0


@dataclass(frozen=True, kw_only=True)
class State:
    """The node's whole knowledge."""

    me: PartyId
    memorandum: Memorandum
    identity: Digest
    now_ms: UtcMs
    own_origin: str = ""
    own_size: int = 0
    heard: Mapping[PartyId, int] = field(default_factory=dict)
    receipted: Mapping[PartyId, int] = field(default_factory=dict)
    notices: Mapping[Ref, NoticeHeld] = field(default_factory=dict)
    stamps: Mapping[Ref, Mapping[PartyId, str]] = field(default_factory=dict)
    """By notice and receiver: the stamp by the time inside its cosignature. Both nodes have the same."""
    conflicts: Mapping[tuple[Ref, Ref], ConflictHeld] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    proposals: Mapping[Ref, ProposalHeld] = field(default_factory=dict)
    """By statement; those of a notice that is no longer in force are gone."""
    alerts: Mapping[tuple[str, str], AlertHeld] = field(default_factory=dict)
    alerts_over: int = 0
    own_warnings: Mapping[tuple[str, str, str], tuple[Warned, UtcMs]] = field(default_factory=dict)
    """By aircraft, kind and what it is about: what the own watch is told of own aircraft, and since when."""
    known_aircraft: Mapping[str, tuple[PartyId, UtcMs]] = field(default_factory=dict)
    open_items: Mapping[tuple[Ref, PartyId], OpenItem] = field(default_factory=dict)
    """By statement and by the party that owes."""
    passed_items: Mapping[tuple[Ref, PartyId], OpenItem] = field(default_factory=dict)
    """Closed with P: of these somebody may still say E, for a day."""
    paths: Mapping[tuple[PartyId, str], PathHeld] = field(default_factory=dict)
    own_end: OwnEnd | None = None
    tried_ms: Mapping[PartyId, UtcMs] = field(default_factory=dict)
    """When every path to a peer was last tried."""
    clocks: Mapping[PartyId, ClockHeld] = field(default_factory=dict)
    watches: Mapping[PostId, WatchHeld] = field(default_factory=dict)
    radio_good_ms: Mapping[PartyId, UtcMs] = field(default_factory=dict)
    """The last radio check with each peer that was answered."""
    radio_proofs: Mapping[tuple[str, int, str, str, str], Proof] = field(default_factory=dict)
    """The newest radio check of each two ends on each channel of each sector."""
    channel_changes: Mapping[Ref, ChannelChange] = field(default_factory=dict)
    acknowledged_ahead: Mapping[Ref, Mapping[PartyId, UtcMs]] = field(default_factory=dict)
    """Acknowledgements of entries of other parties that are not here yet, for they may be changes of channels."""
    suspensions: tuple[SuspensionHeld, ...] = ()
    outages: tuple[OutageHeld, ...] = ()
    lapses: Mapping[str, LapseHeld] = field(default_factory=dict)
    """By permission."""
    opened_ms: UtcMs | None = None
    """When the own journal began: checks by hand are due from then."""
    started_ms: UtcMs | None = None
    """When this run began: no machine check can be missed before."""
    woke_ms: UtcMs | None = None
    """When a conductor last let time leap, likewise."""
    early: frozenset[Ref] = frozenset()
    """ALERTs that were raised ahead of their place."""
    forked: frozenset[str] = frozenset()
    """Journals of which two pasts are signed."""
    register: Register = field(default_factory=Register)
    """What both sides have said of incidents and of alerts; dossiers are computed from it."""
    disk_is_full: bool = False
    """Whether the store takes nothing now."""
    store_is_away: bool = False
    """Whether that is because its server does not answer."""
    said_by_code: Mapping[str, int] = field(default_factory=dict)
    heard_by_code: Mapping[str, int] = field(default_factory=dict)
    answered_ahead: frozenset[tuple[Ref, str]] = frozenset()
    """What we said of statements that are not here, by statement and code: a peer gave our own words back first."""
    unsaid: tuple[Say, ...] = ()
    """What peers' statements made us say and that does not stand in our journal yet."""

    @property
    def peers(self) -> tuple[PartyId, ...]:
        """Every other party, in the order of the memorandum."""
        return tuple(PartyId(party.id) for party in self.memorandum.party if party.id != self.me)

    def desk_of(self, party: PartyId) -> PostId:
        """Where a party is addressed first."""
        return desk_of(self.memorandum, party)

    def open_notices_of(self, party: PartyId) -> int:
        """How many notices of a party are not over yet; the memorandum limits them."""
        return sum(1 for held in self.notices.values() if held.party == party and held.until_ms > self.now_ms)

    def party_of(self, post: str) -> PartyId | None:
        """Whose post it is; None for a post the memorandum does not know."""
        for known in self.memorandum.post:
            if known.id == post:
                return PartyId(known.party)
        return None
