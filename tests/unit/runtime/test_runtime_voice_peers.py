"""Two talkers of one peer, a peer that lies or comes and goes, and an agreement that is taken up in turn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import voice_world
from voice_world import CHANNELS, COAST_KHZ, PARTIES, SIERRA_KHZ, World

from detente.errors import PeerError
from detente.voice.frame import Frame, encode_frame
from detente.voice.messages import Alive, Ask, Decision, encode_message, parse_message
from detente.voice.net import NetChannel
from detente.voice.recording import encode_recording, parse_recording


@pytest.fixture
def world() -> World:
    made = World(delay_max_ms=2)
    made.begin()
    return made


def frame(**changes: Any) -> bytes:
    fields: dict[str, Any] = {
        "channel_khz": SIERRA_KHZ,
        "party": "COAST",
        "post": "coast.air",
        "transmission": f"{1:016x}",
        "sequence": 0,
        "captured_ms": 10**12,
        "codec": "opus",
        "payload": b"x",
    }
    return encode_frame(Frame(**{**fields, **changes}))


def test_two_talkers_of_one_peer_on_two_channels_are_both_heard_whole(world: World) -> None:
    """A measure for all channels together would thin out both, and neither talker would know."""
    first, second = world.press("COAST", SIERRA_KHZ, 1), world.press("COAST", COAST_KHZ, 2)
    world.run(20)
    for sequence in range(250):
        world.speak("COAST", first, SIERRA_KHZ, 1, sequence)
        world.speak("COAST", second, COAST_KHZ, 2, sequence)
        world.run(20)
    assert world.nets["SIERRA"].counts == {"played": 500}


def test_a_frame_stamped_far_ahead_is_dropped_and_its_transmission_can_be_kept(world: World) -> None:
    """It would be the measure by which all later ones are late, and more than a recording has room for."""
    world.press("COAST", SIERRA_KHZ, 1)
    world.run(20)
    net, now = world.nets["SIERRA"], world.now_ms + 10**12
    for sequence, captured_ms in enumerate((now, 2**52, now)):
        net.heard("COAST", frame(sequence=sequence, captured_ms=captured_ms))
    assert net.counts == {"played": 2, "ahead": 1}
    world.run(4_000)
    (taped,) = world.taped["SIERRA"]
    assert parse_recording(encode_recording(taped.recording)) == taped.recording


def test_no_times_of_a_peer_make_what_cannot_be_written(world: World) -> None:
    """Late frames are kept too, whatever time they say."""
    world.press("COAST", SIERRA_KHZ, 1)
    world.run(20)
    net = world.nets["SIERRA"]
    net.heard("COAST", frame(captured_ms=0))
    net.heard("COAST", frame(sequence=1, captured_ms=2**40))
    world.run(4_000)
    for taped in world.taped["SIERRA"]:
        assert parse_recording(encode_recording(taped.recording)) == taped.recording


def test_a_transmission_has_one_codec(world: World) -> None:
    """Its recording names one; what is in another would be kept as noise."""
    world.press("COAST", SIERRA_KHZ, 1)
    world.run(20)
    net, now = world.nets["SIERRA"], world.now_ms + 10**12
    net.heard("COAST", frame(captured_ms=now))
    net.heard("COAST", frame(sequence=1, captured_ms=now, codec="pcmu"))
    assert net.counts == {"played": 1, "codec": 1}


@pytest.mark.parametrize("first", ["SIERRA", "COAST"])
def test_who_talks_while_nodes_take_up_a_change_in_turn_is_heard_by_both(world: World, first: str) -> None:
    """An owner that began its numbers anew was not followed, and a follower that forgot its word dropped all."""
    for number in range(10, 15):
        before = world.press("SIERRA", SIERRA_KHZ, number)
        world.run(10)
        world.nets["SIERRA"].let_go(before, transmission=f"{number:016x}", why="released")
        world.run(10)
    changed = {**CHANNELS, SIERRA_KHZ: replace(CHANNELS[SIERRA_KHZ], sectors=("NORTH", "SOUTH"))}
    second = "COAST" if first == "SIERRA" else "SIERRA"
    world.nets[first].agree(changed)
    world.run(100)
    if second == "SIERRA":
        world.nets[second].agree(changed)
    desk = world.press("SIERRA", SIERRA_KHZ, 1)
    world.talk("SIERRA", desk, SIERRA_KHZ, 1, frames=50)
    world.nets["COAST"].agree(changed)
    world.talk("SIERRA", desk, SIERRA_KHZ, 1, frames=50, first=50)
    world.run(10)
    assert desk.says == ["granted"]
    assert len(world.ears["COAST"].heard) == 100


def test_who_gets_a_channel_after_its_owner_decided_hears_the_decision_again(world: World) -> None:
    new = NetChannel(khz=118_000, ids=("N9",), use="working", sectors=("NORTH",), owner="SIERRA")
    world.nets["SIERRA"].agree({**CHANNELS, new.khz: new})
    desk = world.press("SIERRA", new.khz, 1)
    world.run(100)
    world.nets["COAST"].agree({**CHANNELS, new.khz: new})
    world.talk("SIERRA", desk, new.khz, 1, frames=50)
    assert world.nets["COAST"].floors.holder(new.khz) is not None
    assert len(world.ears["COAST"].heard) > 20


def test_a_memorandum_of_many_channels_is_no_flood(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new link begins with a decision on each."""
    many = {
        khz: NetChannel(khz=khz, ids=(f"N{khz}",), use="working", sectors=("NORTH",), owner="SIERRA")
        for khz in range(118_000, 118_000 + 5 * 150, 5)
    }
    monkeypatch.setattr(voice_world, "CHANNELS", many)
    world = World(delay_max_ms=2)
    world.begin()
    world.run(5_000)
    assert world.nets["COAST"].is_up("SIERRA")
    assert world.refused == []
    assert all(world.nets["COAST"].floors.shown(khz)["is_known"] for khz in many)


def test_a_peer_that_comes_and_goes_fills_neither_logbook_nor_pages(world: World) -> None:
    net, notes = world.nets["SIERRA"], list[str]()
    net._note = notes.append
    world.run(10_000)
    told = len(world.ears["SIERRA"].told)

    def come_and_go() -> None:
        for _ in range(100):
            for hears in (False, True):
                net.heard("COAST", encode_message(Alive(clock_ms=5, hears=hears)))

    with pytest.raises(PeerError, match="messages a second"):
        come_and_go()
    assert len(world.ears["SIERRA"].told) - told <= 22
    world.cut("COAST", "SIERRA")
    world.run(6_000)
    assert len(notes) == 2
    assert notes[1].startswith("The voice link to COAST is lost (")


def test_a_peer_that_sends_frames_without_end_is_cut_off_and_what_a_stall_gives_back_is_not(
    world: World,
) -> None:
    world.press("COAST", SIERRA_KHZ, 1)
    world.run(20)
    net = world.nets["SIERRA"]

    def flood(frames: int) -> None:
        for sequence in range(frames):
            net.heard("COAST", frame(sequence=sequence % 4_000))

    flood(3_000)
    with pytest.raises(PeerError, match="frames a second"):
        flood(10_000)


def test_who_has_lost_the_floor_is_told_although_the_owner_does_not_name_him(world: World) -> None:
    """He would talk on, and no other node would let it through."""
    desk = world.press("COAST", SIERRA_KHZ, 1)
    world.run(20)
    owner, follower = world.nets["SIERRA"], world.nets["COAST"]
    other = Ask(
        channel_khz=SIERRA_KHZ,
        transmission=f"{2:016x}",
        party="SIERRA",
        post="sierra.air",
        precedence="normal",
    )
    (decision,) = [one for one in owner.floors.decisions() if one.channel_khz == SIERRA_KHZ]
    follower.heard(
        "SIERRA",
        encode_message(
            Decision(
                channel_khz=SIERRA_KHZ,
                epoch=decision.epoch,
                number=decision.number + 1,
                holder=other,
                gone=None,
                why="granted",
            )
        ),
    )
    assert desk.says == ["granted", "cut_off"]
    assert desk.told[-1]["why"] == "broken_in"


def test_a_path_that_stays_slow_is_given_up_and_the_talker_is_told(world: World) -> None:
    world.run(12_000)
    desk = world.press("SIERRA", SIERRA_KHZ, 1)
    heard = len(world.ears["COAST"].heard)
    for wire in world.wires.values():
        wire.last_ms = world.now_ms + 1_000  # and each message after the one before it, so all of them
    slow = world.delay_ms
    world.delay_ms = lambda: slow() + 1_000  # type: ignore[method-assign]
    world.talk("SIERRA", desk, SIERRA_KHZ, 1, frames=1_500)
    assert "slow" in world.refused
    assert desk.says == ["granted", "cut_off"]
    assert len(world.ears["COAST"].heard) == heard, "nothing of it was played as if it were live"


@pytest.mark.parametrize("step_ms", [-3 * 3_600_000, 3 * 3_600_000])
def test_a_clock_that_is_set_while_nobody_talks_makes_no_frame_late_or_early(
    world: World, step_ms: int
) -> None:
    """Neither at the peers, who hear so, nor at own pages, whose clock never steps."""
    desk = world.press("COAST", SIERRA_KHZ, 1)
    world.run(20)
    assert not world.nets["COAST"].is_quiet
    assert not world.nets["SIERRA"].is_quiet
    world.nets["COAST"].let_go(desk, transmission=f"{1:016x}", why="released")
    world.run(20)
    net = world.nets["COAST"]
    assert net.is_quiet
    world.clock_off_ms["COAST"] += step_ms
    net.restamped()
    world.run(100)
    again = world.press("COAST", SIERRA_KHZ, 2)
    world.run(20)
    world.talk("COAST", again, SIERRA_KHZ, 2, frames=1_000)
    assert again.says == ["granted"]
    assert world.nets["SIERRA"].counts == {"played": 1_000}
    heard = world.ears["COAST"].heard
    assert {at_ms - frame.captured_ms for at_ms, frame in heard} == {0}
    assert max(one["stamp_ms"] for one in world.ears["COAST"].told if one["say"] == "clock") <= world.now_ms


@pytest.fixture
def three() -> World:
    made = World(PARTIES, delay_max_ms=2)
    made.begin()
    return made


@pytest.mark.parametrize(("talker", "khz"), [("SIERRA", SIERRA_KHZ), ("COAST", SIERRA_KHZ)])
def test_a_third_party_that_comes_and_goes_silences_nobody_and_is_named_once(
    three: World, talker: str, khz: int
) -> None:
    """Else whoever dials anew once a second takes every emergency of two others, whose own links are sound."""
    desk = three.press(talker, khz, 1, precedence="emergency")
    three.run(20)
    for turn in range(5):
        three.talk(talker, desk, khz, 1, frames=20, first=20 * turn)
        for end in ("SIERRA", "COAST"):
            three.cut("THIRD", end)
            three.connect("THIRD", end)
    three.talk(talker, desk, khz, 1, frames=20, first=100)
    three.run(10)
    assert desk.told[0]["unheard_by"] == []
    assert desk.told[1:] == [
        {"say": "unheard", "transmission": f"{1:016x}", "channel_khz": khz, "unheard_by": ["THIRD"]}
    ]
    other = "COAST" if talker == "SIERRA" else "SIERRA"
    assert [frame.sequence for _, frame in three.ears[other].heard] == list(range(120))
    assert len(three.ears["THIRD"].heard) > 60, "it hears on whenever it is back"


def test_who_talks_is_cut_off_where_the_channels_owner_goes_or_nobody_is_left_to_hear(three: World) -> None:
    own, others = three.press("SIERRA", SIERRA_KHZ, 1), three.press("SIERRA", COAST_KHZ, 2)
    three.run(20)
    assert (own.says, others.says) == (["granted"], ["granted"])
    three.cut("SIERRA", "COAST")
    assert (own.says[1:], others.says[1:]) == (["unheard"], ["cut_off"])
    three.cut("SIERRA", "THIRD")
    assert own.told[2]["why"] == "link"
    assert three.nets["SIERRA"].floors.holder(SIERRA_KHZ) is None


def test_who_does_not_hear_from_a_channels_owner_that_a_floor_was_granted_is_named_to_its_talker(
    three: World,
) -> None:
    """He has a sound link to the talker, and drops every frame: for all that he knows, nobody has the floor."""
    three.cut("SIERRA", "THIRD")
    three.cut("THIRD", "SIERRA")
    three.run(1_000)
    on_its, on_own = three.press("COAST", SIERRA_KHZ, 1), three.press("COAST", COAST_KHZ, 2)
    three.run(20)
    assert (on_its.told[0]["unheard_by"], on_own.told[0]["unheard_by"]) == (["THIRD"], [])
    three.talk("COAST", on_its, SIERRA_KHZ, 1, frames=50)
    assert (len(three.ears["SIERRA"].heard), three.ears["THIRD"].heard) == (50, [])
    for end in (("SIERRA", "THIRD"), ("THIRD", "SIERRA")):
        three.connect(*end)
    three.run(600)
    three.nets["COAST"].let_go(on_its, transmission=f"{1:016x}", why="released")
    again = three.press("COAST", SIERRA_KHZ, 3)
    three.run(20)
    assert again.told[0]["unheard_by"] == []
    three.cut("SIERRA", "THIRD")
    three.cut("THIRD", "SIERRA")
    three.talk("COAST", again, SIERRA_KHZ, 3, frames=30)
    assert [one["unheard_by"] for one in again.told[1:]] == [["THIRD"]]
    assert on_own.says == ["granted", "cut_off"], "it sent nothing"


def test_between_two_parties_a_sign_of_life_names_nobody(world: World) -> None:
    """So a node that does not know yet what a third would be takes it."""
    assert Alive(clock_ms=5, hears=True) == parse_message(b'{"say":"alive","clock_ms":5,"hears":true}')
    sent: list[bytes] = []
    world.wires["COAST", "SIERRA"].send = sent.append  # type: ignore[method-assign]
    world.run(1_000)
    assert sent
    assert not [message for message in sent if b"follows" in message]
