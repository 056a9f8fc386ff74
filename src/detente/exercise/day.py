"""A day of a line from a seed: people talk, paths are cut, power fails, clocks jump, somebody lies; then all heals.

While it lasts nothing may be lost, doubled, reordered, forged or receipted in vain (`invariants`, every hour);
once it heals, all must be delivered, receipted and answered within a bound. The seed alone replays a day:
`play_day(seed)` with the same arguments and the same commit.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from detente.exercise.hashed_keys import hashed, hashed_signatures
from detente.exercise.invariants import Inspector, InvariantError
from detente.exercise.joint_record import verify_joint_record
from detente.exercise.lies import LIES, lie
from detente.exercise.officers import do_what_is_owed, notice, words
from detente.exercise.parties import agreement_from_seed
from detente.exercise.played_disk import DiskFaults, PlayedDisk
from detente.exercise.played_network import Patience, Weather
from detente.exercise.world import World
from detente.line.catalogue import CATALOGUE, Body
from detente.memorandum.agreement import Agreement
from detente.node.effects import Say
from detente.node.events import SendNotice
from detente.ports import Keys
from detente.quantities import PartyId, utc_ms_of
from detente.record.statement import peek_statement
from detente.runtime.node import Node

HOUR_S = 3600.0
HOUR_MS = 3_600_000
PULSE_S, CHECK_S = 300.0, 60.0
"""How often nodes look around; oftener on the few days on which they also check every path."""
WATCH_S, REPAIR_S = 1_500.0, 600.0
"""How long people take, on the average, to do what they owe, and to switch on what is off."""
HEAL_ROUNDS, HEAL_ROUND_S = 60, 30.0
"""Once all is healed, an hour must do for everything."""
PATHS = ("data-1", "data-2")
PATIENCE = Patience(timeout_ms=10_000, retry_ms=1_000, retry_max_ms=60_000)


@dataclass(frozen=True, kw_only=True)
class DayResult:
    """What happened on one day. `link_hours` counts each pair of parties."""

    seed: int
    link_hours: float
    statements: int
    served: int
    power_cuts: int
    put_back: int
    lies: tuple[str, ...]


def play_day(
    seed: int,
    *,
    template_name: str = "fires-2020",
    hours: int = 24,
    is_lying: bool | None = None,
    lies: Sequence[str] = tuple(LIES),
    is_put_back: bool | None = None,
    is_verified: bool | None = None,
    cut: float | None = None,
    synced_every: int = 1,
) -> DayResult:
    """Play one day to its end.

    Args:
        is_lying: whether one party lies; by the seed, one day in three, where not given.
        lies: which lies may be told.
        is_put_back: whether an old copy is put in place of a store; by the seed, one day in five.
        is_verified: whether the joint record, where nobody lied, is exported and verified; by the seed, one day in
            twenty.
        cut: the chance that the power fails before a commit, and after one; by the seed, from none to 0.01.
        synced_every: 1 for a disk that keeps its promise.

    Raises: InvariantError, or whatever the product raised, with a note that says how to replay it.
    """
    with hashed_signatures():
        day = _Day(
            seed,
            template_name=template_name,
            hours=hours,
            is_lying=is_lying,
            lies=lies,
            is_put_back=is_put_back,
            cut=cut,
            synced_every=synced_every,
        )
        try:
            day.live()
            day.heal()
            if not day.is_lying and (is_verified or (is_verified is None and seed % 20 == 0)):
                verify_joint_record(day.world, day.honest)
            return day.result()
        except Exception as why:
            why.add_note(
                f"Replay: play_day({seed}, template_name={template_name!r}, hours={hours}, is_lying={is_lying},"
                f" lies={tuple(lies)}, is_put_back={is_put_back}, cut={cut}, synced_every={synced_every}) in"
                f" detente.exercise.day; it was {(day.world.now_ms - day.start_ms) / HOUR_MS:.2f} h"
            )
            raise
        finally:
            day.world.close()


@cache
def _agreement_of(template_name: str) -> tuple[Agreement, Mapping[PartyId, Keys]]:
    return agreement_from_seed(template_name, seed=1)


class _Day:
    """One day: what is planned at its beginning, and the world in which it happens."""

    def __init__(
        self,
        seed: int,
        *,
        template_name: str,
        hours: int,
        is_lying: bool | None,
        lies: Sequence[str],
        is_put_back: bool | None,
        cut: float | None,
        synced_every: int,
    ) -> None:
        agreement, keys = _agreement_of(template_name)
        rng = self._rng = random.Random(f"day {seed}")
        self._seed, self._hours = seed, hours
        self._parties = list(keys)
        self._talkers = [PartyId(one.id) for one in agreement.memorandum.party if one.role != "observer"]
        self.start_ms = utc_ms_of(agreement.memorandum.duration.in_force_from)
        is_lying = rng.random() < 1 / 3 if is_lying is None else is_lying
        self._liar = rng.choice(self._parties) if is_lying else None
        self.honest = [party for party in self._parties if party != self._liar]
        self._disks = {
            party: PlayedDisk(random.Random(f"disk {seed} {party}"), synced_every=synced_every)
            for party in keys
        }
        self.world = World(
            seed=seed,
            agreement=agreement,
            keys={party: hashed(own) for party, own in keys.items()},
            start_ms=self.start_ms,
            weather=_weather(rng),
            clock_offsets_ms={party: rng.randint(-300_000, 300_000) for party in keys},
            stores=self._disks,
            paths=PATHS,
            patience=PATIENCE,
        )
        for disk in self._disks.values():
            disk.faults = _faults(rng, cut)
        self._inspector = Inspector(self.world, liars=frozenset({self._liar} if self._liar else ()))
        self._said: list[tuple[PartyId, str, int, str]] = []
        self._lies: list[str] = []
        self._silent: set[PartyId] = set()
        self._promised: list[tuple[PartyId, str, int]] = []
        self.put_back = 0
        self._plan: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._is_checking = rng.random() < 0.1
        self._pulse_s = CHECK_S if self._is_checking else PULSE_S
        self._make_plan(lies, is_put_back=rng.random() < 0.2 if is_put_back is None else is_put_back)

    @property
    def is_lying(self) -> bool:
        """Whether one of the parties lies."""
        return self._liar is not None

    def live(self) -> None:
        """Hour by hour, what was planned, and a look at every store."""
        for hour in range(self._hours):
            while self._plan and self._plan[0][0] <= (hour + 1) * HOUR_S:
                at_s, _, act = heapq.heappop(self._plan)
                self._run_until(at_s)
                act()
            self._run_until((hour + 1) * HOUR_S)
            self._inspect()

    def heal(self) -> None:
        """Everything is mended; after a bounded time nothing may be left to do."""
        self.world.heal()
        for party, disk in self._disks.items():
            disk.faults = DiskFaults()
            if not self.world.is_up(party) and party not in self._silent:
                self.world.boot(party)
        for _ in range(HEAL_ROUNDS):
            self.world.run_for(HEAL_ROUND_S)
            for party in self._parties:
                self.world.attempt(party, Node.look)
                self.world.beat(party, is_checking=False)
            self._watch()
            self.world.run_for(
                HEAL_ROUND_S
            )  # what was said just now arrives, though a ladder never falls silent
            if self._is_settled():
                break
        self._inspector.inspect_end()
        self._inspect_promised()
        for party, origin, seq, salt in (one for one in self._said if one[0] in self.honest):
            kept = [one for one in self._inspector.said(party) if (one.origin, one.seq) == (origin, seq)]
            if [one.salt for one in kept] != [salt]:
                raise InvariantError(f"end: {party}: entry {seq} of {origin} is not what its operator said")

    def result(self) -> DayResult:
        """The figures of the day."""
        pairs = len(self._parties) * (len(self._parties) - 1) // 2
        return DayResult(
            seed=self._seed,
            link_hours=float(self._hours * pairs),
            statements=sum(self.world.node(party).keeper.own.size for party in self._parties),
            served=self.world.served,
            power_cuts=self.world.power_cuts,
            put_back=self.put_back,
            lies=tuple(self._lies),
        )

    def _make_plan(self, lies: Sequence[str], *, is_put_back: bool) -> None:
        rng, day_s = self._rng, self._hours * HOUR_S
        for number in range(rng.randint(20, 100) * self._hours // 24):
            self._at(rng.uniform(0, day_s), partial(self._speak, number))
        for _ in range(rng.choice([0, 2, 4, 8])):
            self._at(rng.uniform(0, day_s), self._cut)
        for _ in range(rng.choice([0, 0, 2, 4])):
            self._at(rng.uniform(0, day_s), self._jump_clock)
        for _ in range(rng.choice([0, 1, 4])):
            self._at(rng.uniform(0, day_s), self._crash)
        if is_put_back:
            self._at(rng.uniform(0, day_s / 2), self._back_up)
        for number in range(1, int(day_s / self._pulse_s)):
            self._at(number * self._pulse_s, self._pulse)
        if self._liar is not None:
            for name in rng.choices(lies, k=rng.randint(3, 8)):
                self._at(rng.uniform(0, day_s), partial(self._lie, name))
            if rng.random() < 0.3:
                self._at(rng.uniform(0, day_s), self._fall_silent)

    def _at(self, at_s: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._plan, (at_s, next(self._order), act))

    def _in(self, delay_s: float, act: Callable[[], None]) -> None:
        self._at((self.world.now_ms - self.start_ms) / 1000 + delay_s, act)

    def _run_until(self, at_s: float) -> None:
        self.world.run_for(max(0.0, at_s - (self.world.now_ms - self.start_ms) / 1000))

    def _inspect(self) -> None:
        for party, why in self.world.stopped.items():
            if party != self._liar:
                raise InvariantError(f"stopped: {party}: {why}")
        self._inspector.inspect()

    def _inspect_promised(self) -> None:
        """What a lie promised and the liar's journal did not keep is proof, once the victim holds so much of it."""
        for victim, origin, size in self._promised:
            mirror = self.world.node(victim).keeper.mirrors.get(origin)
            kept = [case for case in self._disks[victim].evidence if origin in case.kind]
            if mirror is not None and mirror.size >= size and not kept:
                raise InvariantError(f"lie: {victim} holds no proof that {origin} is not what it promised")

    def _is_settled(self) -> bool:
        nodes = [self.world.node(party) for party in self.honest]
        return not any(
            node.keeper.unreceipted(peer) for node in nodes for peer in self.honest if peer != node.keeper.me
        )

    def _speak(self, number: int) -> None:
        """An operator says something to one party or to all."""
        party = self._rng.choice(self._talkers)
        now_ms = self.world.stations[party].clock.now_ms()
        peers = [one for one in self._talkers if one != party]
        to = peers if self._rng.random() < 0.5 else [self._rng.choice(peers)]
        if self._rng.random() < 0.05:
            order = SendNotice(at_ms=now_ms, notice=notice(self._rng, now_ms), plans=())
            self.world.attempt(party, lambda node: node.happen(order))
            return
        code, body = words(self._rng, number, now_ms)
        self.world.attempt(party, lambda node: self._say(node, to, code, body))

    def _say(self, node: Node, to: list[PartyId], code: str, body: Body) -> None:
        posts = tuple(node.state.desk_of(peer) for peer in to)
        precedence = CATALOGUE[code].precedence
        own, seq = node.keeper.own, node.keeper.own.size
        node.say(Say(to=posts, code=code, body=body, precedence=precedence, reply_to=None))
        if own.size > seq:
            salt = peek_statement(own.envelopes[seq]).salt
            self._said.append((node.keeper.me, own.origin, seq, salt))

    def _pulse(self) -> None:
        for party in self._parties:
            self.world.attempt(party, Node.look)
            self.world.beat(party, is_checking=self._is_checking)
            is_off = not self.world.is_up(party) and party not in self.world.stopped
            if is_off and party not in self._silent and self._rng.random() < self._pulse_s / REPAIR_S:
                self.world.boot(party)
        if self._rng.random() < self._pulse_s / WATCH_S:
            self._watch()

    def _watch(self) -> None:
        """Watch officers do what they owe."""
        for party in self._parties:
            self.world.attempt(party, lambda node: do_what_is_owed(node, self._rng))

    def _cut(self) -> None:
        """One path or all between two parties, from minutes to hours."""
        ends = frozenset(self._rng.sample(self._parties, 2))
        lasts_s = 60.0 * 10 ** self._rng.uniform(0.0, 2.6)
        if self._rng.random() < 0.5:
            self.world.cuts.add(ends)
            self._in(lasts_s, lambda: self.world.cuts.discard(ends))
        else:
            cut = ends, self._rng.choice(PATHS)
            self.world.path_cuts.add(cut)
            self._in(lasts_s, lambda: self.world.path_cuts.discard(cut))

    def _jump_clock(self) -> None:
        """A liar backdates by a day; an honest clock jumps by minutes."""
        party = self._rng.choice(self._parties)
        most_ms = 24 * HOUR_MS if party == self._liar else 600_000
        self.world.stations[party].clock.offset_ms += self._rng.randint(-most_ms, most_ms)

    def _crash(self) -> None:
        self.world.turn_off(self._rng.choice(self._parties))

    def _back_up(self) -> None:
        """A copy is made, and hours later put back in place of the store that went on in the meantime."""
        party = self._rng.choice(self.honest)
        copy = self._disks[party].copy()
        self._in(HOUR_S * self._rng.uniform(0.1, self._hours / 2), lambda: self._put_back(party, copy))

    def _put_back(self, party: PartyId, copy: PlayedDisk) -> None:
        """What no peer held of the journal is lost for good, and nobody expects it any more."""
        stores = (copy, *(disk for other, disk in self._disks.items() if other != party))
        whole = {
            (entry.origin, entry.seq)
            for store in stores
            for entry in store.entries_after(0)
            if entry.envelope
        }
        held = {
            origin: next(seq for seq in itertools.count() if (origin, seq) not in whole)
            for origin in {origin for origin, _ in whole}
        }
        self._said = [one for one in self._said if one[0] != party or one[2] < held.get(one[1], 0)]
        self._promised = [one for one in self._promised if one[0] != party]
        copy.faults, self._disks[party] = self._disks[party].faults, copy
        self._inspector.put_back(party)
        self.world.restore(party, copy)
        self.put_back += 1

    def _lie(self, name: str) -> None:
        """Where the line is not quiet enough for it, later."""
        assert self._liar is not None, "somebody lies"
        victim = self._rng.choice(self.honest)
        if not self.world.is_up(self._liar):
            return
        if lie(self.world, name, liar=self._liar, victim=victim):
            self._lies.append(name)
            if LIES[name].is_proof_later:
                own = self.world.node(self._liar).keeper.own
                self._promised.append((victim, own.origin, own.size))
        else:
            self._in(600.0, lambda: self._lie(name))

    def _fall_silent(self) -> None:
        assert self._liar is not None, "somebody lies"
        self.world.turn_off(self._liar)
        self._silent.add(self._liar)
        self._lies.append("silence")
        self._in(HOUR_S * self._rng.uniform(0.5, 8.0), self._silent.clear)


def _weather(rng: random.Random) -> Weather:
    return Weather(
        delay_min_ms=5,
        delay_max_ms=rng.choice([50, 500, 3_000]),
        loss=rng.choice([0.0, 0.02, 0.1, 0.3]),
        doubled=rng.choice([0.0, 0.05, 0.3]),
        late=rng.choice([0.0, 0.02, 0.1]),
        late_max_ms=rng.choice([10_000, 600_000]),
    )


def _faults(rng: random.Random, cut: float | None) -> DiskFaults:
    by_seed = rng.choice([0.0, 0.002, 0.01])
    cut = by_seed if cut is None else cut
    return DiskFaults(cut_before=cut, cut_after=cut, slow=rng.choice([0.0, 0.05]), slow_ms_max=2_000)
