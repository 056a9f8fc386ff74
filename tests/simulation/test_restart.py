"""A crash at any moment: the record alone rebuilds what a node knows, and what it owed is said once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from detente.adapters.sqlite_store import SqliteStore
from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.errors import PeerError
from detente.exercise.officers import unable
from detente.exercise.world import Weather
from detente.line.bodies import Query
from detente.node.effects import Say
from detente.node.events import Acknowledge, ReadBackNow, SendNotice
from detente.node.state import State
from detente.notices.notice import Notice
from detente.ports import LogLine, StoredEntry, StoredHead
from detente.quantities import PartyId, PostId, UtcMs
from detente.runtime.delivery import deliver, deliver_urgent

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
HOUR_MS = 3_600_000


def notice(now_ms: int, *, lat: float = 39.9, lon: float = -121.4) -> Notice:
    volume = Volume(
        shape=Circle(centre=Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7)), radius_cm=926_000),
        floor=Level(datum="palt", value=4000),
        ceiling=Level(datum="palt", value=9000),
        start_ms=now_ms + 3 * HOUR_MS,
        end_ms=now_ms + 5 * HOUR_MS,
    )
    return Notice(
        kind="routine",
        volumes=(volume,),
        class_="tanker",
        count_band="2-4",
        transponder="on",
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement="within",
    )


def say(node: Any, what: Say) -> None:
    """Past the operator's door, where the node's own judgement stands."""
    for event in node._say([what]):
        node.happen(event)


def remembered(state: State) -> dict[str, Any]:
    """Everything but links, live tracks, the disk, and the time."""
    return {
        "own_size": state.own_size,
        "heard": state.heard,
        "receipted": {peer: size for peer, size in state.receipted.items() if size},
        "notices": state.notices,
        "conflicts": state.conflicts,
        "open_items": {ref: (item.act, item.owed_by, item.due_ms) for ref, item in state.open_items.items()},
        "forked": state.forked,
        "said": state.said_by_code,
        "heard_by_code": state.heard_by_code,
        "unsaid": state.unsaid,
    }


@pytest.mark.parametrize("seed", range(6))
def test_the_state_that_the_store_rebuilds_is_the_state_before_the_crash(make_world: Any, seed: int) -> None:
    """After days of notices, conflicts, refusals and read-backs, some of them long over."""
    rng = random.Random(seed)
    weather = Weather(delay_max_ms=2000, loss=0.2)
    world = make_world(seed=seed, weather=weather, clock_offsets_ms={COAST: rng.randint(-3000, 3000)})
    for _ in range(30):
        node = world.node(rng.choice([SIERRA, COAST]))
        now_ms = node._clock.now_ms()
        match rng.randrange(5):
            case 0 | 1:
                made = notice(now_ms, lat=rng.uniform(39.8, 40.2), lon=rng.uniform(-121.5, -121.3))
                node.happen(SendNotice(at_ms=now_ms, notice=made, plans=()))
            case 2:
                outside = notice(now_ms, lat=10.0)
                to = tuple(node.state.desk_of(peer) for peer in node.state.peers)
                say(node, Say(to=to, code="NTC", body=outside, precedence="ROUTINE", reply_to=None))
            case 3:
                for item in list(node.state.open_items.values()):
                    if item.owed_by == node.keeper.me and item.act == "read_back":
                        node.happen(ReadBackNow(at_ms=now_ms, ref=item.ref))
            case 4:
                for item in list(node.state.open_items.values()):
                    if item.owed_by == node.keeper.me:
                        order = Acknowledge(at_ms=now_ms, ref=item.ref, level="understood", passed_to=None)
                        node.happen(order)
        world.run_for(rng.choice([1.0, 30.0, 6 * 3600.0]))
    for party in (SIERRA, COAST):
        before = world.node(party)
        world.crash(party)
        after = world.node(party)
        assert after is not before
        assert remembered(after.state) == remembered(before.state), f"seed {seed}"
        assert after.keeper.own.envelopes == before.keeper.own.envelopes


class DeathError(Exception):
    """The process is gone in the middle of a write."""


class MortalStore(SqliteStore):
    """Counts commits; dies at one of them, just before or just after it is on the disk."""

    def __init__(self) -> None:
        super().__init__(None)
        self.commits = 0
        self.dies_at: int | None = None
        self.is_after = False

    def _commit(self, write: Callable[[], None]) -> None:
        at = self.commits
        self.commits += 1
        if at == self.dies_at and not self.is_after:
            raise DeathError
        write()
        if at == self.dies_at:
            raise DeathError

    def append(self, *entries: StoredEntry, urgent: bool) -> None:
        self._commit(lambda: super(MortalStore, self).append(*entries, urgent=urgent))

    def put_head(self, head: StoredHead, *, size_before: int) -> None:
        self._commit(lambda: super(MortalStore, self).put_head(head, size_before=size_before))

    def log(self, line: LogLine) -> None:
        self._commit(lambda: super(MortalStore, self).log(line))


class Play:
    """A fixed conversation of two nodes, of which SIERRA's dies at one commit and starts again."""

    def __init__(self, make_honest: Any, *, dies_at: int | None, is_after: bool) -> None:
        self._make = make_honest
        self.store = MortalStore()
        self.nodes = {SIERRA: make_honest(store=self.store), COAST: make_honest(party=COAST)}
        self.store.commits, self.store.dies_at, self.store.is_after = 0, dies_at, is_after
        self.now_ms = UtcMs(self.nodes[SIERRA].clock.at_ms)

    def safely(self, act: Callable[[], object]) -> None:
        try:
            act()
        except DeathError:
            self.nodes[SIERRA] = self._make(store=self.store)
            self.nodes[SIERRA].node.start()

    def bring(self, sender: PartyId, receiver: PartyId) -> None:
        """One delivery; a death on either end is a lost answer."""

        def talk() -> None:
            node = self.nodes[sender].node
            conversation = deliver(node.keeper, receiver)
            request = next(conversation)
            while True:
                try:
                    request = conversation.send(self.nodes[receiver].node.serve(sender, request))
                except StopIteration as done:
                    node.receipted(receiver, done.value)
                    return
                except PeerError:
                    return

        self.safely(talk)

    def order(self, party: PartyId, lat: float) -> None:
        """A person who got no reply looks whether the notice is there, and orders again if it is not."""

        def act() -> None:
            node = self.nodes[party].node
            if not any(held.party == party and held.counts for held in node.state.notices.values()):
                node.happen(SendNotice(at_ms=self.now_ms, notice=notice(self.now_ms, lat=lat), plans=()))

        self.safely(act)
        self.safely(act)

    def watch(self) -> None:
        for party in self.nodes:
            for item in list(self.nodes[party].node.state.open_items.values()):
                if item.owed_by == party:
                    order = (
                        ReadBackNow(at_ms=self.now_ms, ref=item.ref)
                        if item.act == "read_back"
                        else unable(item.ref, self.now_ms)
                        if item.act == "propose"
                        else Acknowledge(at_ms=self.now_ms, ref=item.ref, level="understood", passed_to=None)
                    )
                    self.safely(lambda party=party, order=order: self.nodes[party].node.happen(order))

    def run(self) -> None:
        outside = notice(self.now_ms, lat=10.0)
        wrong = Say(to=(PostId("sierra.air"),), code="NTC", body=outside, precedence="ROUTINE", reply_to=None)
        self.order(SIERRA, 39.9)
        say(self.nodes[COAST].node, wrong)
        self.order(COAST, 39.95)
        self.bring(SIERRA, COAST)
        self.bring(COAST, SIERRA)
        for _ in range(6):
            self.watch()
            self.bring(SIERRA, COAST)
            self.bring(COAST, SIERRA)


def commits_of_a_whole_play(make_honest: Any) -> int:
    play = Play(make_honest, dies_at=None, is_after=False)
    play.run()
    return play.store.commits


@pytest.mark.slow
@pytest.mark.parametrize("is_after", [False, True])
def test_wherever_a_node_dies_nothing_is_lost_doubled_or_left_unsaid(
    make_honest: Any, is_after: bool
) -> None:
    """At each of its commits in turn: entries, heads and lines of the logbook, before and after the disk has it."""
    commits = commits_of_a_whole_play(make_honest)
    assert commits > 15
    for dies_at in range(commits):
        play = Play(make_honest, dies_at=dies_at, is_after=is_after)
        play.run()
        sierra, coast = play.nodes[SIERRA], play.nodes[COAST]
        where = f"died at commit {dies_at}, after: {is_after}"
        for one, other in ((sierra, coast), (coast, sierra)):
            own = one.node.keeper.own
            assert other.node.keeper.mirrors[own.origin].envelopes == own.envelopes, where
            assert one.node.keeper.unreceipted(other.node.keeper.me) == 0, where
            assert not one.node.state.forked, where
            assert not one.node.state.open_items, where
        said = Counter(one.code for one in sierra.said if b"unable" not in bytes(one.body))
        assert (said["NTC"], said["REJ"], said["RBC"], said["RBK"]) == (1, 1, 1, 1), where
        stated = said["CON"] + Counter(one.code for one in coast.said)["CON"]
        assert 1 <= stated <= 2, where
        for state in (sierra.node.state, coast.node.state):
            assert {held.read_back for held in state.notices.values() if held.counts} == {"correct"}, where
            assert [held.stated_by for held in state.conflicts.values()] != [frozenset()], where
            assert not state.unsaid, where


def test_a_conflict_that_nobody_stated_before_the_crash_is_stated_after_the_start(
    honest: Any, liar: Any, make_honest: Any
) -> None:
    now_ms = honest.clock.now_ms()
    honest.node.happen(SendNotice(at_ms=now_ms, notice=notice(now_ms), plans=()))

    def died(*_: object, **__: object) -> None:
        raise DeathError

    honest.node.keeper.say_together = died
    with pytest.raises(DeathError):
        liar.say("NTC", notice(now_ms, lat=39.95))
    again = make_honest(store=honest.store, clock=honest.clock)
    assert len(again.node.state.conflicts) == 1
    assert [one.code for one in again.said] == ["OPN", "NTC"]
    again.node.start()
    assert [one.code for one in again.said] == ["OPN", "NTC", "CON"]
    once_more = make_honest(store=honest.store, clock=honest.clock)
    once_more.node.start()
    assert [one.code for one in once_more.said] == ["OPN", "NTC", "CON"]


def test_an_alert_that_came_early_is_on_the_desk_again_after_a_restart(make_world: Any) -> None:
    """It was signed for: nobody brings it a second time before the entries in front of it."""
    world = make_world(seed=1)
    world.run_for(60.0)
    world.cuts.add(frozenset({SIERRA, COAST}))
    node, now_ms = world.node(SIERRA), world.node(SIERRA)._clock.now_ms()
    to = (PostId("coast.air"),)
    where = Point(lat_e7=399_000_000, lon_e7=-1_210_000_000)
    question = Query(at=where, at_ms=now_ms, level=None, track_deg=None, speed_kt=None)
    for code, body, precedence in (
        ("NTC", notice(now_ms), "ROUTINE"),
        ("NTC", notice(now_ms, lat=39.5), "ROUTINE"),
        ("QRY", question, "ALERT"),
    ):
        node.say(Say(to=to, code=code, body=body, precedence=precedence, reply_to=None))
    ref = node.ticker[-1].ref
    conversation = deliver_urgent(node.keeper, COAST, ref)
    request = next(conversation)
    with pytest.raises(StopIteration):
        while True:
            request = conversation.send(world.node(COAST).serve(SIERRA, request))
    before = world.node(COAST).state
    assert (ref, COAST) in before.open_items
    world.crash(COAST)
    world.run_for(5.0)
    after = world.node(COAST).state
    assert after.early == before.early == {ref}
    assert (ref, COAST) in after.open_items
