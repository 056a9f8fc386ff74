"""Many nodes in one thread: a seeded network that delays, loses and cuts, clocks that differ, nodes that crash.

The nodes are the real ones: `runtime.node`, `runtime.keeper`, `runtime.delivery` and the SQLite store in
memory. Only time, chance and the network are played. A seed and a commit replay a run exactly.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from detente.adapters.sqlite_store import SqliteStore
from detente.errors import PeerError
from detente.memorandum.agreement import Agreement
from detente.ports import Keys, LinkRequest, LinkResponse
from detente.quantities import PartyId, UtcMs
from detente.runtime.delivery import Delivery, deliver
from detente.runtime.keeper import Keeper
from detente.runtime.node import Node

RETRY_MS = 500
TIMEOUT_MS = 2_000


@dataclass(frozen=True, kw_only=True)
class Weather:
    """How bad the network is: one-way delay, and the chance that a request or its answer is lost."""

    delay_min_ms: int = 5
    delay_max_ms: int = 200
    loss: float = 0.0


class SeededEntropy:
    """Chance from a seed."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def draw(self, count: int) -> bytes:
        return self._rng.randbytes(count)


class WorldClock:
    """The world's time with an offset of its own."""

    def __init__(self, world: World, offset_ms: int) -> None:
        self._world = world
        self._offset_ms = offset_ms

    def now_ms(self) -> UtcMs:
        return UtcMs(self._world.now_ms + self._offset_ms)


@dataclass(kw_only=True)
class Station:
    """One party in the world: what survives a crash, and the node that does not."""

    party: PartyId
    store: SqliteStore
    clock: WorldClock
    node: Node


class World:
    """Runs stations until a moment; `cut` and `crash` happen between events.

    Args:
        seed: replays everything: delays, losses, salts.
        clock_offsets_ms: how wrong each party's clock is.
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
    ) -> None:
        self.now_ms: int = start_ms
        self.cuts: set[frozenset[PartyId]] = set()
        self.served = 0
        self._rng = random.Random(seed)
        self._weather = weather or Weather()
        self._agreement = agreement
        self._keys = keys
        self._own_aircraft = own_aircraft or {}
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._under_way: set[tuple[PartyId, PartyId]] = set()
        offsets = clock_offsets_ms or {}
        self.stations = {
            party: self._found(party, SqliteStore(None), WorldClock(self, offsets.get(party, 0)))
            for party in keys
        }

    def close(self) -> None:
        """Let go of every store."""
        for station in self.stations.values():
            station.store.close()

    def node(self, party: PartyId) -> Node:
        """The node of a party as it runs now."""
        return self.stations[party].node

    def crash(self, party: PartyId) -> None:
        """Lose everything but the store, and start again from it."""
        station = self.stations[party]
        self._under_way = {pair for pair in self._under_way if pair[0] != party}
        self.stations[party] = self._found(party, station.store, station.clock)
        self.stations[party].node.start()

    def heal(self) -> None:
        """From now on nothing is cut and nothing is lost: whoever is honest must converge."""
        self.cuts.clear()
        self._weather = Weather()

    def run_for(self, seconds: float) -> None:
        """Let the world's time pass."""
        until = self.now_ms + int(seconds * 1000)
        while True:
            self._send_what_waits()
            if not self._queue or self._queue[0][0] > until:
                break
            self.now_ms, _, act = heapq.heappop(self._queue)
            act()
        self.now_ms = until

    def _found(self, party: PartyId, store: SqliteStore, clock: WorldClock) -> Station:
        keeper = Keeper(
            agreement=self._agreement,
            keys=self._keys[party],
            store=store,
            clock=clock,
            entropy=SeededEntropy(self._rng),
        )
        node = Node(
            keeper=keeper,
            store=store,
            clock=clock,
            own_aircraft=self._own_aircraft.get(party, frozenset()),
        )
        return Station(party=party, store=store, clock=clock, node=node)

    def _send_what_waits(self) -> None:
        for party, station in self.stations.items():
            for peer in station.node.keeper.peers:
                if (party, peer) not in self._under_way and station.node.keeper.unreceipted(peer):
                    self._under_way.add((party, peer))
                    self._begin(party, peer)

    def _begin(self, party: PartyId, peer: PartyId) -> None:
        node = self.node(party)
        delivery = deliver(node.keeper, peer)
        self._request(node, peer, delivery, next(delivery))

    def _request(self, node: Node, peer: PartyId, delivery: Delivery, request: LinkRequest) -> None:
        if self._is_lost(node.keeper.me, peer):
            self._after(TIMEOUT_MS, lambda: self._end(node, peer))
            return
        self._after(self._delay(), lambda: self._arrive(node, peer, delivery, request))

    def _arrive(self, node: Node, peer: PartyId, delivery: Delivery, request: LinkRequest) -> None:
        response = self.node(peer).serve(node.keeper.me, request)
        self.served += 1
        if self._is_lost(node.keeper.me, peer):
            self._after(TIMEOUT_MS, lambda: self._end(node, peer))
            return
        self._after(self._delay(), lambda: self._respond(node, peer, delivery, response))

    def _respond(self, node: Node, peer: PartyId, delivery: Delivery, response: LinkResponse) -> None:
        if node is not self.node(node.keeper.me):
            return
        try:
            self._request(node, peer, delivery, delivery.send(response))
        except StopIteration as done:
            node.receipted(peer, done.value)
            self._end(node, peer)
        except PeerError:
            self._after(RETRY_MS, lambda: self._end(node, peer))

    def _end(self, node: Node, peer: PartyId) -> None:
        if node is self.node(node.keeper.me):
            self._under_way.discard((node.keeper.me, peer))

    def _after(self, delay_ms: int, act: Callable[[], None]) -> None:
        heapq.heappush(self._queue, (self.now_ms + delay_ms, next(self._order), act))

    def _delay(self) -> int:
        return self._rng.randint(self._weather.delay_min_ms, self._weather.delay_max_ms)

    def _is_lost(self, one: PartyId, other: PartyId) -> bool:
        return frozenset((one, other)) in self.cuts or self._rng.random() < self._weather.loss
