"""Many nodes in one thread: a played network between them, clocks that differ, power that fails.

The nodes are the real ones: `runtime.node`, `runtime.keeper` and `runtime.delivery`, over the SQLite store in
memory or over disks whose power can fail. Only time, chance, disks and the network are played. A seed and a
commit replay a run exactly.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from detente.adapters.sqlite_store import SqliteStore
from detente.errors import DamageError
from detente.exercise.played_disk import PlayedDisk, PowerCut
from detente.exercise.played_network import Agenda, Network, Patience, Way, Weather
from detente.memorandum.agreement import Agreement
from detente.node.effects import Ring
from detente.node.events import PathChecked
from detente.ports import Keys, LinkRequest
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Ref
from detente.runtime.delivery import deliver, deliver_urgent
from detente.runtime.heartbeat import Check, check_path
from detente.runtime.journal import Entry
from detente.runtime.keeper import Keeper
from detente.runtime.node import Node
from detente.runtime.outside import Made

__all__ = ["SeededEntropy", "Station", "Weather", "World", "WorldClock"]

PATHS = ("data-1",)


class SeededEntropy:
    """Chance from a seed."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def draw(self, count: int) -> bytes:
        return self._rng.randbytes(count)


class WorldClock:
    """The world's time with an offset of its own, which may jump."""

    def __init__(self, world: World, offset_ms: int) -> None:
        self._world = world
        self.offset_ms = offset_ms

    def now_ms(self) -> UtcMs:
        return UtcMs(self._world.now_ms + self.offset_ms)


@dataclass(kw_only=True)
class Station:
    """One party in the world: what survives a crash, and the node that does not."""

    party: PartyId
    store: SqliteStore | PlayedDisk
    clock: WorldClock
    node: Node
    busy_until_ms: int = 0


@dataclass(frozen=True, kw_only=True)
class _Outside:
    """What a station's node asks of the world: only ALERTs are played, which leave on every path at once."""

    world: World
    party: PartyId

    def ring(self, ring: Ring) -> None:
        """Nobody hears it."""

    def warn(self, text: str) -> None:
        """Nobody hears it."""

    def self_test(self) -> None:
        """Nothing is tested."""

    def try_all_paths(self, peer: PartyId) -> None:
        """They are tried as they are."""

    def urgent(self, entry: Entry) -> None:
        """Ahead of the backlog, to every party that it is for."""
        self.world.alert(self.party, entry)

    def work(self, act: Callable[[], Made], then: Callable[[Made], None]) -> None:
        """At once: no time passes in it."""
        then(act())


class World:
    """Runs stations until a moment; cuts, crashes and orders happen between events.

    Args:
        seed: replays everything: delays, losses, salts.
        clock_offsets_ms: how wrong each party's clock is.
        stores: what each party's record lies on; memory where none is given.
        paths: ranked; the next one is tried where those before it have failed.
    """

    def __init__(
        self,
        *,
        seed: int,
        agreement: Agreement,
        keys: Mapping[PartyId, Keys],
        start_ms: UtcMs,
        weather: Weather | None = None,
        clock_offsets_ms: Mapping[PartyId, int] | None = None,
        own_aircraft: Mapping[PartyId, frozenset[str]] | None = None,
        stores: Mapping[PartyId, SqliteStore | PlayedDisk] | None = None,
        paths: Sequence[str] = PATHS,
        patience: Patience | None = None,
    ) -> None:
        self.agreement = agreement
        self.keys = keys
        self.paths = paths
        self.cuts: set[frozenset[PartyId]] = set()
        """Pairs between which every path is cut."""
        self.path_cuts: set[tuple[frozenset[PartyId], str]] = set()
        self.power_cuts = 0
        self.stopped: dict[PartyId, DamageError] = {}
        """Stations that found their own record damaged; `restore` brings them back."""
        self._rng = random.Random(seed)
        self._own_aircraft = own_aircraft or {}
        self._agenda = Agenda(start_ms)
        self._network = Network(
            rng=self._rng,
            weather=weather or Weather(),
            patience=patience or Patience(),
            agenda=self._agenda,
            ends=self,
        )
        self._alerts: dict[Way, Ref] = {}
        self._down: set[PartyId] = set()
        offsets, given = clock_offsets_ms or {}, stores or {}
        self.stations: dict[PartyId, Station] = {}
        for party in keys:
            clock = WorldClock(self, offsets.get(party, 0))
            store = given.get(party) or SqliteStore(None)
            node = self._found(party, store, clock)
            self.stations[party] = Station(party=party, store=store, clock=clock, node=node)

    @property
    def now_ms(self) -> int:
        """The world's own time, milliseconds UTC."""
        return self._agenda.now_ms

    @property
    def served(self) -> int:
        """How many requests were answered."""
        return self._network.served

    @property
    def overheard(self) -> deque[tuple[PartyId, PartyId, LinkRequest]]:
        """The last requests that arrived: from whom, to whom, and the bytes."""
        return self._network.overheard

    def close(self) -> None:
        """Let go of every store."""
        for station in self.stations.values():
            station.store.close()

    def node(self, party: PartyId) -> Node:
        """The node of a party as it runs now."""
        return self.stations[party].node

    def is_up(self, party: PartyId) -> bool:
        """Whether the station runs."""
        return party not in self._down

    def is_cut(self, one: PartyId, other: PartyId, path: str) -> bool:
        """Whether nothing passes between two parties over a path."""
        ends = frozenset((one, other))
        return ends in self.cuts or (ends, path) in self.path_cuts

    def busy_ms(self, party: PartyId) -> int:
        """How long a party's disk still keeps it from answering."""
        return max(0, self.stations[party].busy_until_ms - self.now_ms)

    def attempt(self, party: PartyId, act: Callable[[Node], object]) -> bool:
        """Let something happen at a node; False where the station is down or goes down in the middle of it."""
        if party in self._down:
            return False
        station = self.stations[party]
        try:
            act(station.node)
        except PowerCut:
            self.turn_off(party)
            self.power_cuts += 1
            return False
        except DamageError as why:
            self.turn_off(party)
            self.stopped[party] = why
            return False
        if isinstance(station.store, PlayedDisk):
            station.busy_until_ms = max(self.now_ms, station.busy_until_ms) + station.store.busy_ms()
        return True

    def crash(self, party: PartyId) -> None:
        """Lose everything but the store, and start again from it."""
        self.turn_off(party)
        self.boot(party)

    def turn_off(self, party: PartyId) -> None:
        """Lose everything but what the store has synced."""
        store = self.stations[party].store
        if isinstance(store, PlayedDisk):
            store.lose_power()
        self._down.add(party)
        self._network.forget(party)
        self._alerts = {way: ref for way, ref in self._alerts.items() if way[0] != party}

    def boot(self, party: PartyId) -> None:
        """Start again from the store; the power may fail while it does."""
        station = self.stations[party]
        try:
            station.node = self._found(party, station.store, station.clock)
        except PowerCut:
            self.power_cuts += 1
            return
        self._down.discard(party)
        self.stopped.pop(party, None)
        self.attempt(party, Node.start)

    def restore(self, party: PartyId, store: SqliteStore | PlayedDisk) -> None:
        """Put another store in place of a station's, and start from it."""
        self.turn_off(party)
        self.stations[party].store = store
        self.boot(party)

    def heal(self) -> None:
        """From now on nothing is cut, lost or late: whoever is honest must converge."""
        self.cuts.clear()
        self.path_cuts.clear()
        self._network.weather = Weather()

    def run_for(self, seconds: float) -> None:
        """Let the world's time pass."""
        self._agenda.run_until(self.now_ms + int(seconds * 1000), between=self._send_what_waits)

    def alert(self, party: PartyId, entry: Entry) -> None:
        """An own ALERT of a party leaves over every path, until each party that it is for holds it."""
        keeper, ref = self.node(party).keeper, entry.ref
        addressees = {keeper.book.party_of(post) for post in entry.statement.to}
        for peer in (one for one in keeper.peers if one in addressees):
            for path in self.paths:
                self._alerts[party, peer, path, f"{ref.origin} {ref.seq}"] = ref

    def beat(self, party: PartyId, *, is_checking: bool) -> None:
        """A heartbeat, as couriers have: ask each peer what it holds, and check every path to it."""
        if party in self._down:
            return
        node = self.node(party)
        for peer in node.keeper.peers:
            self._try_paths(node, peer)
            for path in self.paths if is_checking else ():
                self._check_path(party, peer, path)

    def _found(self, party: PartyId, store: SqliteStore | PlayedDisk, clock: WorldClock) -> Node:
        keeper = Keeper(
            agreement=self.agreement,
            keys=self.keys[party],
            store=store,
            clock=clock,
            entropy=SeededEntropy(self._rng),
        )
        return Node(
            keeper=keeper,
            store=store,
            clock=clock,
            own_aircraft=self._own_aircraft.get(party, frozenset()),
            outside=_Outside(world=self, party=party),
        )

    def _send_what_waits(self) -> None:
        for way, ref in list(self._alerts.items()):
            self._try_alert(way, ref)
        for party, station in self.stations.items():
            keeper = station.node.keeper
            if party in self._down:
                continue
            for peer in keeper.peers:
                if keeper.must_hear(peer):
                    self._try_paths(station.node, peer)

    def _try_paths(self, node: Node, peer: PartyId) -> None:
        """The best path that works carries."""
        for path in self.paths:
            way = node.keeper.me, peer, path, "journal"
            if self._network.is_free(way):
                conversation = deliver(node.keeper, peer)
                self._network.begin(way, conversation, done=lambda at, receipt: at.receipted(peer, receipt))
            if not self._network.has_failed(way):
                return

    def _try_alert(self, way: Way, ref: Ref) -> None:
        party, peer, _, _ = way
        keeper = self.node(party).keeper
        if keeper.book.journals[ref.origin].cosigned_size(peer) > ref.seq:
            del self._alerts[way]
        elif self._network.is_free(way):
            self._network.begin(
                way,
                deliver_urgent(keeper, peer, ref),
                done=lambda node, signed_ms: self._alerted(node, way, ref, signed_ms),
            )

    def _alerted(self, node: Node, way: Way, ref: Ref, signed_ms: UtcMs) -> None:
        self._alerts.pop(way, None)
        node.delivered_early(way[1], ref, signed_ms)

    def _check_path(self, party: PartyId, peer: PartyId, path: str) -> None:
        way, station = (party, peer, path, "check"), self.stations[party]
        if not self._network.is_free(way):
            return
        text_id = self._rng.randbytes(8).hex()

        def tell(node: Node, found: Check | None = None) -> None:
            node.happen(
                PathChecked(
                    at_ms=station.clock.now_ms(),
                    peer=peer,
                    path_id=path,
                    is_good=found is not None,
                    rtt_ms=found.rtt_ms if found is not None else None,
                    offset_ms=found.offset_ms if found is not None else None,
                    reason="" if found is not None else "no answer",
                )
            )

        conversation = check_path(
            station.node.keeper, station.clock, peer=peer, path_id=path, text_id=text_id
        )
        self._network.begin(way, conversation, done=tell, failed=tell)
