"""Nodes with a net between them, in one thread: connections that delay, stall and break, from a seed."""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from detente.errors import PeerError
from detente.runtime.voice_net import VoiceNet
from detente.runtime.voice_ports import Clocks, Told
from detente.runtime.voice_tapes import Taped, Tapes
from detente.voice.frame import Frame, encode_frame
from detente.voice.net import NetChannel, NetTerms

SIERRA_KHZ, COAST_KHZ = 123_975, 122_925
CHANNELS = {
    SIERRA_KHZ: NetChannel(khz=SIERRA_KHZ, ids=("N1",), use="air_air", sectors=("NORTH",), owner="SIERRA"),
    COAST_KHZ: NetChannel(khz=COAST_KHZ, ids=("N2",), use="working", sectors=("NORTH",), owner="COAST"),
}
PARTIES = ("SIERRA", "COAST", "THIRD")
START_MS = 1_000_000


class Desk:
    """A page: what it was told, and the frames of its one press."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    def tell(self, told: Told) -> None:
        self.told.append(dict(told))

    @property
    def says(self) -> list[str]:
        return [one["say"] for one in self.told]


@dataclass
class Ear:
    """All pages of a node: every frame that was let through, and when."""

    net: VoiceNet
    world: World
    heard: list[tuple[int, Frame]] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)

    def __hash__(self) -> int:
        return id(self)

    def play(self, frame: Frame, raw: bytes) -> None:
        assert raw == encode_frame(frame)
        self.heard.append((self.world.now_ms, frame))

    def tell_all(self, told: Told) -> None:
        self.told.append(dict(told))


@dataclass(eq=False)
class Wire:
    """One direction of one connection: in order, each after the delay of its moment."""

    world: World
    source: str
    to: str
    last_ms: int = 0
    is_open: bool = True

    def send(self, message: bytes) -> None:
        if self.is_open:
            self.last_ms = max(self.last_ms, self.world.now_ms + self.world.delay_ms())
            self.world.at(self.last_ms, lambda: self._arrive(message))

    send_frame = send

    def _arrive(self, data: bytes) -> None:
        net = self.world.nets.get(self.to)
        if self.is_open and net is not None:
            try:
                net.heard(self.source, data)
            except PeerError as why:
                self.world.refused.append(why.code)
                self.cut()

    def cut(self) -> None:
        if self.is_open:
            self.is_open = False
            if self.source in self.world.nets:
                self.world.nets[self.source].disconnected(self.to, self)
            if self.to in self.world.nets:
                self.world.nets[self.to].silent(self.source)


class World:
    """Nodes of parties, their connections, and one clock."""

    def __init__(
        self, parties: tuple[str, ...] = PARTIES[:2], *, seed: int = 0, delay_max_ms: int = 0
    ) -> None:
        self.random = random.Random(seed)
        self.now_ms = START_MS
        self.parties = parties
        self.nets: dict[str, VoiceNet] = {}
        self.ears: dict[str, Ear] = {}
        self.taped: dict[str, list[Taped]] = {party: [] for party in parties}
        self.refused: list[str] = []
        self.wires: dict[tuple[str, str], Wire] = {}
        self.clock_off_ms = dict.fromkeys(parties, 0)
        self._delay_max_ms = delay_max_ms
        self._due: list[tuple[int, int, Any]] = []
        self._number = 0

    def begin(self) -> None:
        for party in self.parties:
            self.start(party)
        self.connect_all()
        self.run(1_000)

    def start(self, party: str) -> VoiceNet:
        """A node starts, or starts again with nothing that it knew."""
        tapes = Tapes(self.taped[party].append, lambda: self.now_ms)
        net = VoiceNet(
            me=party,
            peers=[one for one in self.parties if one != party],
            posts={f"{one.lower()}.air": one for one in self.parties},
            terms=NetTerms(recorded=True, talk_max_s=45, voice_days=90),
            epoch=f"{self.random.getrandbits(64):016x}",
            clocks=Clocks(
                steady_ms=lambda: self.now_ms,
                stamp_ms=lambda: self.now_ms + 10**12 + self.clock_off_ms[party],
            ),
            tapes=tapes,
        )
        net.agree(CHANNELS)
        self.nets[party] = net
        before = self.ears.get(party)
        self.ears[party] = Ear(net=net, world=self, heard=before.heard if before else [])
        net.audiences.add(self.ears[party])
        return net

    def stop(self, party: str) -> None:
        """kill -9."""
        del self.nets[party]
        for pair, wire in list(self.wires.items()):
            if party in pair:
                wire.cut()
                del self.wires[pair]

    def connect(self, source: str, to: str) -> None:
        held = self.wires.get((source, to))
        if source in self.nets and to in self.nets and (held is None or not held.is_open):
            wire = Wire(self, source, to)
            self.wires[source, to] = wire
            self.nets[source].connected(to, wire)

    def connect_all(self) -> None:
        for source in self.parties:
            for to in self.parties:
                if source != to:
                    self.connect(source, to)

    def cut(self, source: str, to: str) -> None:
        if (wire := self.wires.get((source, to))) is not None:
            wire.cut()

    def delay_ms(self) -> int:
        return self.random.randint(0, self._delay_max_ms)

    def at(self, when_ms: int, act: Any) -> None:
        self._number += 1
        heapq.heappush(self._due, (when_ms, self._number, act))

    def run(self, span_ms: int) -> None:
        """Let time pass, with a tick of every node each 100 ms."""
        for _ in self.running(span_ms):
            pass

    def running(self, span_ms: int) -> Iterator[int]:
        """As `run`, and looks after every millisecond in which something can have happened."""
        end_ms = self.now_ms + span_ms
        while self.now_ms < end_ms:
            next_tick = self.now_ms // 100 * 100 + 100
            following = min(next_tick, self._due[0][0] if self._due else next_tick)
            self.now_ms = max(self.now_ms, min(following, end_ms))
            while self._due and self._due[0][0] <= self.now_ms:
                heapq.heappop(self._due)[2]()
            if self.now_ms == next_tick:
                for net in list(self.nets.values()):
                    net.tick()
            yield self.now_ms

    def press(
        self, party: str, khz: int, number: int, *, desk: Desk | None = None, precedence: Any = "normal"
    ) -> Desk:
        desk = desk or Desk()
        if party in self.nets:
            self.nets[party].press(
                desk,
                channel_khz=khz,
                post=f"{party.lower()}.air",
                precedence=precedence,
                transmission=f"{number:016x}",
            )
        return desk

    def speak(self, party: str, desk: Desk, khz: int, number: int, sequence: int, **changes: Any) -> None:
        """One frame of a press, captured now."""
        fields: dict[str, Any] = {
            "channel_khz": khz,
            "party": party,
            "post": f"{party.lower()}.air",
            "transmission": f"{number:016x}",
            "sequence": sequence,
            "captured_ms": self.now_ms + 5 * 10**11,
            "codec": "opus",
            "payload": bytes((sequence % 256, number % 256)),
        }
        if party in self.nets:
            self.nets[party].speak(desk, encode_frame(Frame(**{**fields, **changes})))

    def talk(self, party: str, desk: Desk, khz: int, number: int, *, frames: int, first: int = 0) -> None:
        """Frames, one each 20 ms."""
        for sequence in range(first, first + frames):
            self.speak(party, desk, khz, number, sequence)
            self.run(20)
