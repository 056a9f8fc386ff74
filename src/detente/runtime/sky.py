"""All notices in force as an index beside the state: which of them a new one can be in conflict with.

A cache: it may name too many, never too few, and is built again from the state at any time. After a notice was
withdrawn or cut it holds more than is in force, and `step` asks the judge about whatever it names. For few
notices there is none, and `step` looks at all: a small node never waits for compiled code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from detente.airspace.volumes import fault_of
from detente.errors import PeerError
from detente.line.catalogue import parse_body
from detente.memorandum.model import Memorandum
from detente.node.events import Event, Heard, HeardEarly, Said
from detente.node.state import NoticeHeld, State
from detente.notices.ground import atmosphere_of
from detente.notices.notice import Notice
from detente.quantities import PartyId
from detente.record.statement import Ref

if TYPE_CHECKING:
    from detente.conflicts.grouping import Groups, MinimaTable
    from detente.conflicts.index import Handle, VolumeIndex

COMPARED_NOTICES = 200
"""Up to so many, a look at all of them takes about as long as one at the index."""

_FILL_NOTICES = 5_000
_CODES = frozenset({"NTC", "HAZ", "AMD"})

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and of how much."""


@dataclass(kw_only=True)
class _Index:
    """The index itself, and whose handle is whose."""

    volumes: VolumeIndex
    groups: Groups
    refs: dict[Handle, Ref] = field(default_factory=dict)
    handles: dict[Ref, Handle] = field(default_factory=dict)
    """In the order in which the notices came."""
    minima: dict[tuple[PartyId, str, bool], MinimaTable] = field(default_factory=dict)


class Sky:
    """See the module. One thread at a time; `warm` may run beside it."""

    def __init__(self, memorandum: Memorandum) -> None:
        self._memorandum = memorandum
        self._atmosphere = atmosphere_of(memorandum.area.atmosphere)
        self._index: _Index | None = None
        self._is_warming = False

    def __len__(self) -> int:
        """How many notices are in the index."""
        return 0 if self._index is None else len(self._index.handles)

    def must_warm(self, state: State) -> bool:
        """Whether enough notices are in force for an index and none was begun; says so once."""
        if self._index is not None or self._is_warming or len(state.notices) <= COMPARED_NOTICES:
            return False
        self._is_warming = sum(held.counts for held in state.notices.values()) > COMPARED_NOTICES
        return self._is_warming

    def warm(self) -> None:
        """Fetch or make the machine code: a second, or ten the first time on a machine."""
        from detente.conflicts.index import warm  # numba takes half a second

        warm(self._atmosphere)

    def fill(self, state: State, tell: Progress | None = None) -> None:
        """Build the index from the state; `warm` comes first."""
        from detente.conflicts.grouping import Groups
        from detente.conflicts.index import VolumeIndex

        counting = [held for held in state.notices.values() if held.counts]
        index = _Index(
            volumes=VolumeIndex(self._atmosphere, volumes=2 * len(counting)), groups=Groups(self._memorandum)
        )
        for start in range(0, len(counting), _FILL_NOTICES):
            if tell is not None:
                tell("notices into the index", start, len(counting))
            self._put(index, counting[start : start + _FILL_NOTICES])
        self._index, self._is_warming = index, False

    def with_near(self, event: Event) -> Event:
        """An event that brings a notice, with those that it can be in conflict with."""
        if self._index is None or not isinstance(event, Said | Heard) or event.statement.code not in _CODES:
            return event
        try:
            body = parse_body(event.statement, self._memorandum.disclosure)
        except PeerError:
            return event
        party = PartyId(event.ref.origin.partition("/")[0])
        if not isinstance(body, Notice) or not self._fits(body):
            return event
        return replace(event, near=self._near(self._index, body, party))

    def near(self, notice: Notice, party: PartyId) -> tuple[Ref, ...] | None:
        """Those that a notice can be in conflict with, were it one of a party's; None where no index can say."""
        if self._index is None or not self._fits(notice):
            return None
        return self._near(self._index, notice, party)

    def follow(self, state: State, event: Event) -> None:
        """Take in the notice that an event has put into force, and take out the one that it replaces."""
        if self._index is None or not isinstance(event, Said | Heard | HeardEarly):
            return
        held = state.notices.get(event.ref)
        if held is None or not held.counts or held.ref in self._index.handles:
            return
        self._put(self._index, (held,))
        if held.amends is not None:
            self._take_out(self._index, held.amends)

    def sweep(self, state: State) -> None:
        """Take out what is in force no more."""
        if self._index is None:
            return
        for ref in tuple(self._index.handles):
            held = state.notices.get(ref)
            if held is None or not held.counts:
                self._take_out(self._index, ref)

    def _near(self, index: _Index, notice: Notice, party: PartyId) -> tuple[Ref, ...]:
        from detente.conflicts.packing import pack

        key = (party, notice.class_, notice.transponder == "on")
        table = index.minima.get(key)
        if table is None:
            table = index.minima.setdefault(key, index.groups.minima_for(notice, party))
        packed = pack([(index.groups.group_of(notice, party), notice.volumes)], self._atmosphere)
        found = index.volumes.propose(packed, table)
        handles = {*found.meeting, *(index.volumes.notice_of(row) for _, row in found.unclear)}
        named = {index.refs[handle] for handle in handles}
        return tuple(sorted(named, key=lambda ref: (ref.origin, ref.seq)))

    def _fits(self, notice: Notice) -> bool:
        """Whether the index can be asked about it: what admission refuses anyway need not be."""
        is_known = any(row.id == notice.class_ for row in self._memorandum.class_)
        return is_known and all(fault_of(volume) is None for volume in notice.volumes)

    def _put(self, index: _Index, notices: Iterable[NoticeHeld]) -> None:
        from detente.conflicts.packing import pack

        held = tuple(notices)
        if not held:
            return
        packed = pack(
            [(index.groups.group_of(one.notice, one.party), one.notice.volumes) for one in held],
            self._atmosphere,
        )
        handles = index.volumes.insert(packed)
        for number, handle in zip(packed.notices.tolist(), handles.tolist(), strict=True):
            index.refs[handle] = held[number].ref
            index.handles[held[number].ref] = handle

    def _take_out(self, index: _Index, ref: Ref) -> None:
        handle = index.handles.pop(ref, None)
        if handle is not None:
            index.volumes.cancel(handle)
            del index.refs[handle]
