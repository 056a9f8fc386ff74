"""A network from a seed: it delays, loses, doubles, holds back and cuts what stations say to each other.

It carries whole conversations, the same generators that the couriers of a real node drive, and tries again as
they do: after a rest that doubles at each failure, and at once when the other end is heard.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections import defaultdict, deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Protocol

from detente.errors import PeerError
from detente.ports import LinkRequest, LinkResponse
from detente.quantities import PartyId
from detente.runtime.node import Node

RETRY_MS = 500
TIMEOUT_MS = 2_000
OVERHEARD_MAX = 200

Way = tuple[PartyId, PartyId, str, str]
"""From whom, to whom, over which path, and on what errand."""


@dataclass(frozen=True, kw_only=True)
class Weather:
    """How bad the network is: one-way delay, and the chance of each thing that can happen to a message.

    Args:
        loss: a request or its answer never comes.
        doubled: a request comes again, up to `late_max_ms` later, when others may have overtaken it.
        late: a request comes only after its sender has given up, up to `late_max_ms` later.
    """

    delay_min_ms: int = 5
    delay_max_ms: int = 200
    loss: float = 0.0
    doubled: float = 0.0
    late: float = 0.0
    late_max_ms: int = 60_000


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long a station waits for an answer, and before it tries again: doubled at each failure up to a limit."""

    timeout_ms: int = TIMEOUT_MS
    retry_ms: int = RETRY_MS
    retry_max_ms: int = RETRY_MS


class Agenda:
    """What will happen, in the order of its time; time passes only here."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms
        self._queue: list[tuple[int, int, Callable[[], object]]] = []
        self._order = itertools.count()

    def after(self, delay_ms: int, act: Callable[[], object]) -> None:
        """Let something happen later."""
        heapq.heappush(self._queue, (self.now_ms + delay_ms, next(self._order), act))

    def run_until(self, until_ms: int, *, between: Callable[[], object]) -> None:
        """Let time pass; `between` is asked before each thing that happens."""
        while True:
            between()
            if not self._queue or self._queue[0][0] > until_ms:
                break
            self.now_ms, _, act = heapq.heappop(self._queue)
            act()
        self.now_ms = until_ms


class Ends(Protocol):
    """The stations, as the network meets them."""

    def attempt(self, party: PartyId, act: Callable[[Node], object]) -> bool:
        """Let something happen at a node; False where it is down or goes down in the middle of it."""

    def busy_ms(self, party: PartyId) -> int:
        """How long a party's disk still keeps it from answering."""

    def is_cut(self, one: PartyId, other: PartyId, path: str) -> bool:
        """Whether nothing passes between two parties over a path."""


@dataclass(frozen=True, kw_only=True, eq=False)
class _Talk:
    """One conversation under way; `done` tells the node what it gave, `failed` that it broke off."""

    way: Way
    conversation: Generator[LinkRequest, LinkResponse, object]
    done: Callable[[Node, Any], object]
    failed: Callable[[Node], object]


class Network:
    """Carries conversations between stations.

    Args:
        rng: delays and losses; shared with the world, so that one seed is one run.
    """

    def __init__(
        self, *, rng: random.Random, weather: Weather, patience: Patience, agenda: Agenda, ends: Ends
    ) -> None:
        self.weather = weather
        self.served = 0
        self.overheard: deque[tuple[PartyId, PartyId, LinkRequest]] = deque(maxlen=OVERHEARD_MAX)
        """The last requests that arrived: from whom, to whom, and the bytes."""
        self._rng = rng
        self._patience = patience
        self._agenda = agenda
        self._ends = ends
        self._talks: dict[Way, _Talk] = {}
        self._failures: dict[Way, int] = defaultdict(int)
        self._refused: set[Way] = set()
        self._rests_until_ms: dict[Way, int] = {}

    def begin(
        self,
        way: Way,
        conversation: Generator[LinkRequest, LinkResponse, object],
        *,
        done: Callable[[Node, Any], object],
        failed: Callable[[Node], object] = lambda _: None,
    ) -> None:
        """Carry a conversation to its end, or until it breaks off."""
        talk = _Talk(way=way, conversation=conversation, done=done, failed=failed)
        self._talks[way] = talk
        self._request(talk, next(conversation))

    def is_free(self, way: Way) -> bool:
        """Whether nothing is under way there, and a rest after a failure is over."""
        return way not in self._talks and self._rests_until_ms.get(way, 0) <= self._agenda.now_ms

    def has_failed(self, way: Way) -> bool:
        """Whether the last attempt broke off."""
        return way in self._failures

    def forget(self, party: PartyId) -> None:
        """A station is gone, and with it every conversation that it began."""
        self._talks = {way: talk for way, talk in self._talks.items() if way[0] != party}

    def _request(self, talk: _Talk, request: LinkRequest) -> None:
        if self._is_lost(talk.way):
            self._agenda.after(self._patience.timeout_ms, lambda: self._fail(talk))
        elif self._happens(self.weather.late):
            self._agenda.after(self._patience.timeout_ms, lambda: self._fail(talk))
            self._agenda.after(self._lateness_ms(), lambda: self._arrive(talk, request, is_awaited=False))
        else:
            if self._happens(self.weather.doubled):
                self._agenda.after(self._lateness_ms(), lambda: self._arrive(talk, request, is_awaited=False))
            self._agenda.after(self._delay_ms(), lambda: self._arrive(talk, request, is_awaited=True))

    def _arrive(self, talk: _Talk, request: LinkRequest, *, is_awaited: bool) -> None:
        me, peer = talk.way[:2]
        if busy_ms := self._ends.busy_ms(peer):
            self._agenda.after(busy_ms, lambda: self._arrive(talk, request, is_awaited=is_awaited))
            return
        responses: list[LinkResponse] = []
        is_served = self._ends.attempt(peer, lambda node: responses.append(node.serve(me, request)))
        if is_served:
            self.served += 1
            self.overheard.append((me, peer, request))
            self._hear(peer, me)
        if not is_awaited:
            return
        if not is_served or self._is_lost(talk.way):
            self._agenda.after(self._patience.timeout_ms, lambda: self._fail(talk))
            return
        delay_ms = self._ends.busy_ms(peer) + self._delay_ms()
        self._agenda.after(delay_ms, lambda: self._respond(talk, responses[0]))

    def _respond(self, talk: _Talk, response: LinkResponse) -> None:
        if self._talks.get(talk.way) is not talk:
            return
        requests: list[LinkRequest] = []

        def go_on(node: Node) -> None:
            try:
                requests.append(talk.conversation.send(response))
            except StopIteration as done:
                talk.done(node, done.value)

        try:
            if not self._ends.attempt(talk.way[0], go_on):
                return
        except PeerError:
            self._refused.add(talk.way)
            self._fail(talk)
            return
        if requests:
            self._request(talk, requests[0])
        elif self._talks.pop(talk.way, None) is talk:
            self._failures.pop(talk.way, None)
            self._refused.discard(talk.way)

    def _fail(self, talk: _Talk) -> None:
        """Nothing came, or a refusal: rest, longer each time, until it is tried again or the peer is heard."""
        if self._talks.get(talk.way) is not talk:
            return
        del self._talks[talk.way]
        patience = self._patience
        rest_ms = min(patience.retry_ms << min(self._failures[talk.way], 20), patience.retry_max_ms)
        self._failures[talk.way] += 1
        self._rests_until_ms[talk.way] = self._agenda.now_ms + rest_ms
        self._agenda.after(rest_ms, lambda: None)
        self._ends.attempt(talk.way[0], talk.failed)

    def _hear(self, party: PartyId, peer: PartyId) -> None:
        """The peer has come with something, so it is there: what rests for want of an answer is tried now.

        What was refused rests on, or two that refuse each other would go on at it as fast as the network can.
        """
        for way in [way for way in self._failures if way[:2] == (party, peer) and way not in self._refused]:
            self._rests_until_ms.pop(way, None)
            del self._failures[way]

    def _delay_ms(self) -> int:
        return self._rng.randint(self.weather.delay_min_ms, self.weather.delay_max_ms)

    def _lateness_ms(self) -> int:
        return self._patience.timeout_ms + self._rng.randint(0, self.weather.late_max_ms)

    def _happens(self, chance: float) -> bool:
        return chance > 0 and self._rng.random() < chance

    def _is_lost(self, way: Way) -> bool:
        return self._ends.is_cut(*way[:3]) or self._rng.random() < self.weather.loss
