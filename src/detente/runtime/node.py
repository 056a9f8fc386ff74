"""One node at work: takes events, asks `step`, and carries the effects out, statement by statement.

A statement is committed before anything else happens with it; on a full disk what could not be said
waits here and is said when there is room, and only ALERTs go on, out of the store's reserve.
Takes: ports and a keeper. Gives: a node that orders, requests and positions can be given to.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from detente.alerts.matching import can_tell, match_own
from detente.encounters.motion import Minima
from detente.encounters.watcher import Watcher
from detente.errors import DamageError
from detente.line.wording import plain
from detente.memorandum.model import Memorandum
from detente.node.effects import Effect, MatchOwn, Reply, Say, Write
from detente.node.events import (
    DiskChanged,
    Encountered,
    Event,
    Forked,
    Heard,
    OwnMatched,
    Receipted,
    Said,
    Started,
)
from detente.node.state import State
from detente.node.step import step
from detente.ports import Clock, LinkRequest, LinkResponse, LogLine, Store
from detente.quantities import PartyId, UtcMs
from detente.runtime.delivery import answer
from detente.runtime.keeper import Entry, Keeper
from detente.tracks.position import PositionReport

TICKER_LINES = 50
_KEPT_FOR_LATER = Reply(
    ok=False,
    code="disk_full",
    message="The disk is full: it waits, while this node runs, and is said when there is room.",
)


class Node:
    """A party's node, without sockets: one loop calls it, nothing in it waits.

    Args:
        own_aircraft: the own list of the memorandum's own rule; it stays here.
    """

    def __init__(self, *, keeper: Keeper, store: Store, clock: Clock, own_aircraft: frozenset[str]) -> None:
        self.keeper = keeper
        self.ticker: deque[Entry] = deque(maxlen=TICKER_LINES)
        self._store = store
        self._clock = clock
        self._own_aircraft = own_aircraft
        self._unsaid: deque[Say] = deque()
        self._last_report: dict[str, PositionReport] = {}
        memorandum = keeper.agreement.memorandum
        self.watcher = _watcher_of(memorandum, own_aircraft)
        self.state = State(
            me=keeper.me,
            memorandum=memorandum,
            identity=keeper.agreement.identity,
            now_ms=UtcMs(0),
        )
        self._remember(keeper.history)

    def start(self) -> None:
        """Say what is owed since the last run."""
        self.happen(Started(at_ms=self._clock.now_ms()))

    def happen(self, event: Event) -> tuple[Reply, ...]:
        """Take one event and carry out everything that follows from it; replies are for the operator."""
        events: deque[Event] = deque([event])
        replies: list[Reply] = []
        waiting = len(self._unsaid)
        while events:
            self.state, effects = step(self.state, events.popleft())
            for effect in effects:
                events.extend(self._carry_out(effect, replies))
        if len(self._unsaid) > waiting:
            return tuple(_KEPT_FOR_LATER if reply.ok else reply for reply in replies)
        return tuple(replies)

    def serve(self, peer: PartyId, request: LinkRequest) -> LinkResponse:
        """Answer an authenticated peer; what it said is taken up after the commit."""
        response = answer(self.keeper, self._clock, peer, request, self._heard)
        if response.status == 409:
            self._tell_forks()
        if response.status == 507:
            self._disk(is_full=True)
        return response

    def receipted(self, peer: PartyId, size: int) -> None:
        """A peer's receipt is committed."""
        self.happen(Receipted(at_ms=self._clock.now_ms(), peer=peer, size=size))

    def see(self, reports: Iterable[PositionReport]) -> None:
        """Take positions in the order of their times."""
        for report in reports:
            if report.aircraft in self._own_aircraft:
                self._last_report[report.aircraft] = report
            for finding in self.watcher.see(report):
                self.happen(Encountered(at_ms=self._clock.now_ms(), finding=finding))

    def look(self) -> None:
        """Let time pass: alerts whose aircraft have parted are cleared, and a full disk is tried again."""
        for finding in self.watcher.flush(self._clock.now_ms()):
            self.happen(Encountered(at_ms=self._clock.now_ms(), finding=finding))
        self._say_unsaid()

    @property
    def unreceipted(self) -> int:
        """The most entries that any peer has not cosigned, and what could not be said yet."""
        waits = [self.keeper.unreceipted(peer) for peer in self.keeper.peers]
        return max(waits, default=0) + len(self._unsaid)

    def _remember(self, history: Iterable[Entry]) -> None:
        """Rebuild the state from the record, each entry at its own time; nothing is said again."""
        for entry in history:
            self.state, _ = step(self.state, self._event_of(entry))
        for peer in self.keeper.peers:
            size = self.keeper.own.cosigned_size(peer)
            self.state, _ = step(self.state, Receipted(at_ms=self._clock.now_ms(), peer=peer, size=size))

    def _carry_out(self, effect: Effect, replies: list[Reply]) -> list[Event]:
        match effect:
            case Say():
                return self._say(effect)
            case Write():
                self.write(effect)
                return []
            case MatchOwn():
                question = effect.question
                own, at_ms = self._last_report.values(), UtcMs(question.at_ms)
                found = match_own(own, at=question.at, at_ms=at_ms, level=question.level)
                told = can_tell(own, at_ms=at_ms)
                return [OwnMatched(at_ms=self._clock.now_ms(), ref=effect.ref, match=found, can_tell=told)]
            case Reply():
                replies.append(effect)
                return []

    def _say(self, say: Say) -> list[Event]:
        if self._unsaid and say.precedence != "ALERT":
            self._unsaid.append(say)
            return []
        try:
            entry = self.keeper.say(say)
        except DamageError as why:
            if why.code != "disk_full":
                raise
            self._unsaid.append(say)
            return [DiskChanged(at_ms=self._clock.now_ms(), is_full=True)]
        self.ticker.append(entry)
        return [self._event_of(entry)]

    def _say_unsaid(self) -> None:
        """ALERTs first, then in the order in which they were to be said."""
        waiting = deque(sorted(self._unsaid, key=lambda say: say.precedence != "ALERT"))
        self._unsaid = deque()
        while waiting:
            for event in self._say(waiting.popleft()):
                self.happen(event)
            if self._unsaid:
                self._unsaid.extend(waiting)
                return
        if self.state.disk_is_full and self.write(Write(kind="disk", text="The disk has room again.")):
            self._disk(is_full=False)

    def _disk(self, *, is_full: bool) -> None:
        if self.state.disk_is_full != is_full:
            self.happen(DiskChanged(at_ms=self._clock.now_ms(), is_full=is_full))

    def _tell_forks(self) -> None:
        for journal in sorted(self.keeper.forked - self.state.forked):
            self.happen(Forked(at_ms=self._clock.now_ms(), journal=journal))

    def _heard(self, entry: Entry) -> None:
        self.ticker.append(entry)
        self.happen(self._event_of(entry))

    def _event_of(self, entry: Entry) -> Said | Heard:
        if entry.party == self.keeper.me:
            return Said(at_ms=entry.committed_ms, ref=entry.ref, statement=entry.statement)
        return Heard(at_ms=entry.committed_ms, party=entry.party, ref=entry.ref, statement=entry.statement)

    def write(self, write: Write) -> bool:
        """Keep a line in the logbook; False where the disk is full."""
        try:
            self._store.log(LogLine(at_ms=self._clock.now_ms(), kind=write.kind, text=plain(write.text)))
        except DamageError as why:
            if why.code != "disk_full":
                raise
            self._disk(is_full=True)
            return False
        return True


def _watcher_of(memorandum: Memorandum, own_aircraft: frozenset[str]) -> Watcher:
    """Live tracks have no agreed class, so the widest figures of any pair of classes are watched for."""
    rows = [row for row in memorandum.separation if row.mode == "figures"]
    minima = (
        Minima(
            lateral_nm=max(float(row.lateral_nm or 0) for row in rows),
            vertical_ft=max(float(row.vertical_ft or 0) for row in rows),
        )
        if rows
        else None
    )
    return Watcher(
        is_own=own_aircraft.__contains__,
        minima_of=lambda _own, _foreign: minima,
        rules=memorandum.tracks,
    )
