"""What a node knows, from the record and back: the newest snapshot, what came after it, and the next snapshot."""

from __future__ import annotations

from detente.errors import DamageError
from detente.node import events, snapshot
from detente.node.events import Event, Heard, HeardEarly, Receipted, Said
from detente.node.state import State
from detente.node.step import step
from detente.ports import Clock, Snapshot, Store, StoredReceipt
from detente.quantities import PartyId
from detente.runtime.journal import Entry
from detente.runtime.keeper import Keeper
from detente.runtime.outside import Outside
from detente.runtime.sky import Progress, Sky

SNAPSHOT_ENTRIES = 2_000
"""A start replays at most so many, in about half a second; or as many as notices are held, if those are more."""


def early_event_of(entry: Entry) -> HeardEarly:
    """An ALERT that is held ahead of its place, as what happened."""
    return HeardEarly(at_ms=entry.committed_ms, party=entry.party, ref=entry.ref, statement=entry.statement)


class Memory:
    """The state of one node as its store remembers it, and the index of its notices."""

    def __init__(self, *, keeper: Keeper, store: Store, clock: Clock) -> None:
        self.sky = Sky(keeper.agreement.memorandum)
        self._keeper = keeper
        self._store = store
        self._clock = clock
        self._place = 0
        self._is_freezing = False

    def remember(self, blank: State, tell: Progress | None) -> State:
        """The state from the newest snapshot and the record after it; nothing is said again."""
        state, stored = blank, self._keeper.book.stored
        if stored.snapshot is not None:
            thawed = snapshot.thaw(stored.snapshot.data, blank)
            if thawed is not None:
                state, self._place = thawed, stored.snapshot.place
        self._index(state, tell)
        for done, one in enumerate(self._keeper.history(self._place)):
            if done % SNAPSHOT_ENTRIES == 0:
                self._index(state, tell)
            if tell is not None and done % 1_000 == 0:
                tell("entries since the last snapshot", done, self._keeper.book.place - self._place)
            event = self.event_of(one) if isinstance(one, Entry) else self._event_of_receipt(state, one)
            state = self.stepped(state, event)
        for entry in self._keeper.early.held():
            state = self.stepped(state, early_event_of(entry))
        self._index(state, tell)
        for peer in self._keeper.peers:
            size = self._keeper.own.cosigned_size(peer)
            state, _ = step(state, Receipted(at_ms=self._clock.now_ms(), peer=peer, size=size))
        return state

    def _index(self, state: State, tell: Progress | None) -> None:
        """At a start nobody waits for the line yet: the index is built here and now."""
        if self.sky.must_warm(state):
            self.sky.warm()
            self.sky.fill(state, tell)

    def stepped(self, state: State, event: Event) -> State:
        """The state after an event of the record, and the index with it."""
        after, _ = step(state, self.sky.with_near(event))
        self.sky.follow(after, event)
        return after

    def event_of(self, entry: Entry) -> Said | Heard:
        """A committed statement as what happened."""
        if entry.party == self._keeper.me:
            return Said(at_ms=entry.committed_ms, ref=entry.ref, statement=entry.statement)
        return Heard(at_ms=entry.committed_ms, party=entry.party, ref=entry.ref, statement=entry.statement)

    def keep(self, state: State, outside: Outside) -> None:
        """Where it is time: freeze the state beside everything else, and put it into the store."""
        place = self._keeper.book.place
        is_due = place - self._place >= max(SNAPSHOT_ENTRIES, len(state.notices))
        if not is_due or self._is_freezing or not self._may_keep(state):
            return
        self._is_freezing = True
        outside.work(lambda: snapshot.freeze(state), lambda data: self._put(place, data))

    def keep_now(self, state: State) -> None:
        """Freeze the state as it is, so that the next start need not replay what came since the last time."""
        place = self._keeper.book.place
        if place > self._place and self._may_keep(state):
            self._put(place, snapshot.freeze(state))

    def _may_keep(self, state: State) -> bool:
        return not self._keeper.restored and not state.disk_is_full

    def _put(self, place: int, data: bytes) -> None:
        self._is_freezing = False
        if place <= self._place:
            return
        try:
            self._store.put_snapshot(Snapshot(place=place, data=data))
        except DamageError as why:
            if not why.may_pass:
                raise
        self._place = place

    def _event_of_receipt(self, state: State, receipt: StoredReceipt) -> Receipted | events.Cosigned:
        party = PartyId(receipt.origin.partition("/")[0])
        if party == self._keeper.me:
            return Receipted(
                at_ms=state.now_ms,
                peer=receipt.cosigner,
                size=receipt.size if receipt.origin == self._keeper.own.origin else 0,
                signed_ms=receipt.signed_ms,
            )
        return events.Cosigned(
            at_ms=state.now_ms,
            origin=receipt.origin,
            party=party,
            size=receipt.size,
            signed_ms=receipt.signed_ms,
        )
