"""One node at work: takes events, asks `step`, and carries the effects out, statement by statement.

A statement is committed before anything else happens with it; on a full disk what could not be said
waits here and is said when there is room, and only ALERTs go on, out of the store's reserve.
Takes: ports and a keeper. Gives: a node that orders, requests and positions can be given to.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from detente.alerts.matching import can_tell, match_own
from detente.encounters.own_flights import OwnFlights
from detente.encounters.watcher import watcher_of
from detente.errors import DamageError
from detente.line.wording import plain
from detente.node import events
from detente.node.amending import first_of
from detente.node.effects import Effect, MatchOwn, Reply, Ring, Say, SelfTest, TryAllPaths, Warn, Write
from detente.node.entries import is_said
from detente.node.events import (
    DeliveredEarly,
    DiskChanged,
    Encountered,
    Event,
    Forked,
    Heard,
    HeardEarly,
    OwnFlown,
    OwnMatched,
    Receipted,
    Said,
    Started,
    Tick,
)
from detente.node.keeping import SWEEP_MS
from detente.node.state import State
from detente.node.step import step
from detente.node.views_line import short_ref
from detente.notices.notice import Notice
from detente.ports import Clock, LinkRequest, LinkResponse, LogLine, Store
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Ref
from detente.runtime.answering import answer
from detente.runtime.journal import Entry
from detente.runtime.keeper import Keeper, Receipt
from detente.runtime.memory import Memory
from detente.runtime.news import News
from detente.runtime.outside import Nobody, Outside
from detente.runtime.sky import Progress
from detente.runtime.witness import Cosigned
from detente.tracks.position import PositionReport

ASK_MS = 10_000
"""How long a store that may be an older copy waits for a peer before it opens a new generation."""

CLOCK_STEP_MS = 2_000
"""A step back of the clock by more than this makes every last report one from the future."""

_NO_ROOM = Reply(
    ok=False,
    code="disk_full",
    message="The disk is full: it waits, while this node runs, and is said when there is room.",
)

_NO_STORE = Reply(
    ok=False,
    code="store_away",
    message="The store's server does not answer: it waits, while this node runs, and is said when that is back.",
)

_ASKING = Reply(
    ok=False,
    code="asking_peers",
    message="The store may be an older copy: a peer is asked first what it holds of our journal; then it is said.",
)


class Node:
    """A party's node, without sockets: one loop calls it, nothing in it waits.

    Args:
        own_aircraft: the own list of the memorandum's own rule; it stays here, and so do the call signs.
        own_call_signs: they count only where the rule is `own_list_then_call_sign`; one that was heard stays own.
        tell: hears how far the start has come.
    """

    def __init__(
        self,
        *,
        keeper: Keeper,
        store: Store,
        clock: Clock,
        own_aircraft: frozenset[str],
        own_call_signs: frozenset[str] = frozenset(),
        outside: Outside | None = None,
        tell: Progress | None = None,
    ) -> None:
        self.keeper = keeper
        self.outside: Outside = outside or Nobody()
        self._started_ms: UtcMs | None = None
        self._swept_ms = self._looked_ms = UtcMs(0)
        self.news = News()
        self._store = store
        self._clock = clock
        self._own = {aircraft.lower() for aircraft in own_aircraft}
        self._own_call_signs = frozenset(own_call_signs)
        self._unsaid: deque[Say] = deque()
        self._last_report: dict[str, PositionReport] = {}
        memorandum = keeper.agreement.memorandum
        self.watcher = watcher_of(memorandum, self._own)
        self._own_in_force: tuple[object, Sequence[tuple[str, Notice]]] = (None, ())
        self._own_flights = OwnFlights(party=keeper.me, memorandum=memorandum)
        blank = State(
            me=keeper.me, memorandum=memorandum, identity=keeper.agreement.identity, now_ms=UtcMs(0)
        )
        self._memory = Memory(keeper=keeper, store=store, clock=clock)
        self.state = self._memory.remember(blank, tell)

    def start(self) -> None:
        """Say what is owed since the last run, and what is kept as proof and was not told."""
        self._started_ms = self._clock.now_ms()
        self.happen(Started(at_ms=self._started_ms))
        self._tell_forks()

    def happen(self, event: Event) -> tuple[Reply, ...]:
        """Take one event and carry out everything that follows from it; replies are for the operator."""
        self._take_back()
        return self._happen(event)

    def _happen(self, event: Event) -> tuple[Reply, ...]:
        events: deque[Event] = deque([event])
        replies: list[Reply] = []
        waiting = len(self._unsaid)
        while events:
            happening = self._memory.sky.with_near(events.popleft())
            self.state, effects = step(self.state, happening)
            self._memory.sky.follow(self.state, happening)
            for effect in effects:
                if not isinstance(effect, Say):
                    events.extend(self._carry_out(effect, replies))
            events.extend(self._say([effect for effect in effects if isinstance(effect, Say)]))
        if len(self._unsaid) > waiting:
            waits_for_store = _NO_STORE if self.state.store_is_away else _NO_ROOM
            kept = _ASKING if self.keeper.must_ask else waits_for_store
            return tuple(kept if reply.ok else reply for reply in replies)
        return tuple(replies)

    def say(self, *says: Say) -> None:
        """Make statements, committed together, and take up what follows from them, without any order."""
        self._take_back()
        for event in self._say(says):
            self.happen(event)

    def serve(self, peer: PartyId, request: LinkRequest) -> LinkResponse:
        """Answer an authenticated peer; what it said is taken up after the commit."""
        response = answer(self.keeper, self._clock, peer, request, self)
        self._tell_forks()
        return response

    def receipted(self, peer: PartyId, receipt: Receipt) -> None:
        """A conversation with a peer went to its end: what it gave back is taken up, its receipt is committed."""
        self.happen(
            Receipted(
                at_ms=self._clock.now_ms(),
                peer=peer,
                size=receipt.size,
                signed_ms=receipt.signed_ms or None,
            )
        )

    def heard(self, entry: Entry) -> None:
        """A peer's statement is committed."""
        self.happen(self._memory.event_of(entry))
        self.news.tell("heard", entry=entry)
        self._ring_at_once(entry)

    def heard_early(self, entry: Entry) -> None:
        """An ALERT is committed ahead of its place."""
        self.news.tell("early", entry=entry)
        self.happen(
            HeardEarly(at_ms=entry.committed_ms, party=entry.party, ref=entry.ref, statement=entry.statement)
        )
        self._ring_at_once(entry)

    def delivered_early(self, peer: PartyId, ref: Ref, signed_ms: UtcMs) -> None:
        """A peer's signed word that it holds our ALERT."""
        self.happen(DeliveredEarly(at_ms=self._clock.now_ms(), peer=peer, ref=ref, signed_ms=signed_ms))

    def cosigned(self, peer: PartyId, cosigned: Cosigned) -> None:
        """We cosigned a peer's journal."""
        self.happen(
            events.Cosigned(
                at_ms=self._clock.now_ms(),
                origin=cosigned.origin,
                party=peer,
                size=cosigned.size,
                signed_ms=cosigned.signed_ms,
            )
        )

    def see(self, reports: Iterable[PositionReport]) -> None:
        """Take positions in the order of their times."""
        for report in reports:
            if report.aircraft not in self._own and self._is_own_call_sign(report.call_sign):
                self._own.add(report.aircraft)
            if report.aircraft in self._own:
                self._last_report[report.aircraft] = report
                for own in self._own_flights.see(report, self._own_notices()):
                    self.happen(OwnFlown(at_ms=self._clock.now_ms(), finding=own))
            for finding in self.watcher.see(report):
                self.happen(Encountered(at_ms=self._clock.now_ms(), finding=finding))

    def may_meet(self, notice: Notice) -> tuple[Ref, ...] | None:
        """The notices that one of ours can be in conflict with, were it sent; None where no index can say."""
        return self._memory.sky.near(notice, self.keeper.me)

    def look(self) -> None:
        """Let time pass: clocks and rungs move, over alerts are cleared, a full disk is tried again."""
        now_ms = self._clock.now_ms()
        self._take_back()
        if self.keeper.must_ask and self._started_ms is not None and now_ms - self._started_ms > ASK_MS:
            self.write(
                Write(kind="restore", text="No peer answered: a new generation of our journal is opened.")
            )
            self.happen(self._memory.event_of(self.keeper.open_generation()))
        self.happen(Tick(at_ms=now_ms))
        for finding in self.watcher.flush(now_ms):
            self.happen(Encountered(at_ms=now_ms, finding=finding))
        for own in self._own_flights.flush(now_ms):
            self.happen(OwnFlown(at_ms=now_ms, finding=own))
        self._say_unsaid()
        self._memory.keep(self.state, self.outside)
        self._look_at_sky(now_ms)

    def _own_notices(self) -> Sequence[tuple[str, Notice]]:
        """Own notices in force, by the first name of each, for an amended one is flown under still.

        Gathered anew when any notice has changed.
        """
        if self._own_in_force[0] is not self.state.notices:
            mine = [
                (short_ref(first_of(self.state, held)), held.notice)
                for held in self.state.notices.values()
                if held.party == self.keeper.me and held.counts
            ]
            self._own_in_force = self.state.notices, mine
        return self._own_in_force[1]

    def close(self) -> None:
        """Keep the state as it is, so that the next start need not replay what came since the last time."""
        self._memory.keep_now(self.state)

    def _is_own_call_sign(self, call_sign: str) -> bool:
        by_call_sign = self.state.memorandum.tracks.own_rule == "own_list_then_call_sign"
        return by_call_sign and call_sign in self._own_call_signs

    def _look_at_sky(self, now_ms: UtcMs) -> None:
        """Begin the indices of notices and of aircraft once there are enough, and take out what is over."""
        sky, watcher = self._memory.sky, self.watcher
        if now_ms < self._looked_ms - CLOCK_STEP_MS:
            self.write(Write(kind="clock", text="The clock went back: aircraft are heard anew."))
            watcher.forget()
        self._looked_ms = now_ms
        if watcher.must_warm():
            self.outside.work(watcher.warm, lambda _: watcher.begin_index())
        if sky.must_warm(self.state):
            self.outside.work(sky.warm, lambda _: sky.fill(self.state))
        if now_ms - self._swept_ms >= SWEEP_MS:
            self._swept_ms = now_ms
            sky.sweep(self.state)

    @property
    def ticker(self) -> list[Entry]:
        """The newest entries, said and heard, the oldest first."""
        return [item.entry for item in self.news.after(0) if item.entry is not None]

    @property
    def unreceipted(self) -> int:
        """The most entries that any peer has not cosigned, and what could not be said yet."""
        waits = [self.keeper.unreceipted(peer) for peer in self.keeper.peers]
        return max(waits, default=0) + len(self._unsaid)

    @property
    def unsaid(self) -> int:
        """What was ordered, and waits until the store takes it."""
        return len(self._unsaid)

    def _ring_at_once(self, entry: Entry) -> None:
        """The first rung of an ALERT waits for no second to pass."""
        if entry.statement.precedence == "ALERT":
            self.happen(Tick(at_ms=self._clock.now_ms()))

    def _take_back(self) -> None:
        """Own statements that a peer gave back are part of what we know, before anything else happens."""
        while self.keeper.restored:
            entry = self.keeper.restored.pop(0)
            self._unsaid = deque(say for say in self._unsaid if not is_said(say, entry.statement))
            self._happen(self._memory.event_of(entry))

    def _carry_out(self, effect: Effect, replies: list[Reply]) -> list[Event]:
        match effect:
            case Say():
                return list(self._say([effect]))
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
            case Ring():
                self.news.tell("ring", ring=effect)
                self.outside.ring(effect)
                return []
            case Warn():
                self.news.tell("own", text=effect.text)
                self.outside.warn(effect.text)
                return []
            case SelfTest():
                self.outside.self_test()
                return []
            case TryAllPaths():
                self.outside.try_all_paths(effect.peer)
                return []

    def _say(self, says: Sequence[Say]) -> Sequence[Said | Heard | DiskChanged]:
        """Commit statements together; what cannot be said now waits, and only ALERTs pass what waits."""
        ready = [say for say in says if not self._must_wait(say)]
        self._unsaid.extend(say for say in says if self._must_wait(say))
        if not ready:
            return []
        try:
            entries = self.keeper.say_together(ready)
        except DamageError as why:
            if not why.may_pass:
                raise
            self._unsaid.extend(ready)
            return [_disk_changed(self._clock.now_ms(), why)]
        for entry in entries:
            self.news.tell("said", entry=entry)
            if entry.statement.precedence == "ALERT":
                self.outside.urgent(entry)
        return [self._memory.event_of(entry) for entry in entries]

    def _must_wait(self, say: Say) -> bool:
        return self.keeper.must_ask or (bool(self._unsaid) and say.precedence != "ALERT")

    def _say_unsaid(self) -> None:
        """ALERTs first, then in the order in which they were to be said."""
        if self.keeper.must_ask:
            return
        waiting = deque(sorted(self._unsaid, key=lambda say: say.precedence != "ALERT"))
        self._unsaid = deque()
        while waiting:
            for event in self._say([waiting.popleft()]):
                self.happen(event)
            if self._unsaid:
                self._unsaid.extend(waiting)
                return
        again = "The store answers again." if self.state.store_is_away else "The disk has room again."
        if self.state.disk_is_full and self.write(Write(kind="disk", text=again)):
            self.happen(DiskChanged(at_ms=self._clock.now_ms(), is_full=False))

    def cannot_keep(self, why: DamageError) -> None:
        """The store takes nothing for the moment: the faces say so, and what is to be said waits."""
        changed = _disk_changed(self._clock.now_ms(), why)
        if (self.state.disk_is_full, self.state.store_is_away) != (True, changed.is_away):
            self.happen(changed)

    def _tell_forks(self) -> None:
        for journal in sorted(self.keeper.forked - self.state.forked):
            self.happen(Forked(at_ms=self._clock.now_ms(), journal=journal))

    def write(self, write: Write) -> bool:
        """Keep a line in the logbook; False where the store takes nothing now."""
        try:
            self._store.log(LogLine(at_ms=self._clock.now_ms(), kind=write.kind, text=plain(write.text)))
        except DamageError as why:
            if not why.may_pass:
                raise
            self.cannot_keep(why)
            return False
        return True


def _disk_changed(now_ms: UtcMs, why: DamageError) -> DiskChanged:
    return DiskChanged(at_ms=now_ms, is_full=True, is_away=why.code == "store_away")
