"""The net of a node: who hears what, what cuts a talker off, and what liars get."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from voice_world import COAST_KHZ, SIERRA_KHZ, Desk, Wire, World

from detente.errors import PeerError
from detente.voice.frame import Frame, encode_frame
from detente.voice.gate import LATE_MS
from detente.voice.messages import Alive, Ask, Decision, Hello, Release, encode_message
from detente.voice.recording import digest_of, encode_recording


@pytest.fixture
def world() -> World:
    made = World(delay_max_ms=2)
    made.begin()
    return made


def talking(world: World, party: str = "COAST", khz: int = SIERRA_KHZ, number: int = 1) -> Desk:
    desk = world.press(party, khz, number)
    world.run(20)
    assert desk.says == ["granted"]
    world.talk(party, desk, khz, number, frames=10)
    return desk


def test_what_is_said_is_heard_at_both_nodes_in_order(world: World) -> None:
    talking(world)
    world.run(50)
    for party in ("SIERRA", "COAST"):
        assert [frame.sequence for _, frame in world.ears[party].heard] == list(range(10))
    assert world.nets["SIERRA"].counts == {"played": 10}


def test_both_keep_the_same_recording_and_only_the_talkers_is_its_own(world: World) -> None:
    desk = talking(world)
    world.nets["COAST"].let_go(desk, transmission=f"{1:016x}", why="released")
    world.run(3_500)
    kept = {party: taped for party, (taped,) in world.taped.items()}
    files = {party: encode_recording(one.recording) for party, one in kept.items()}
    assert digest_of(files["SIERRA"]) == digest_of(files["COAST"])
    assert (kept["COAST"].is_own, kept["SIERRA"].is_own) == (True, False)
    assert kept["COAST"].recording.missing == 0


def test_a_link_cut_in_mid_sentence_is_told_at_once_at_both_ends(world: World) -> None:
    desk = talking(world)
    world.cut("COAST", "SIERRA")
    assert desk.told[-1]["say"] == "cut_off"
    assert desk.told[-1]["why"] == "link"
    world.run(10)
    assert world.nets["SIERRA"].floors.shown(SIERRA_KHZ)["why"] == "link"
    assert not world.nets["SIERRA"].is_up("COAST")
    again = world.press("COAST", SIERRA_KHZ, 2)
    assert again.told[-1]["why"] == "owner_unreachable"
    own = world.press("COAST", COAST_KHZ, 3)
    assert own.told[-1] == {
        "say": "granted",
        "transmission": f"{3:016x}",
        "channel_khz": COAST_KHZ,
        "unheard_by": ["SIERRA"],
    }


def test_a_link_that_only_stalls_is_noticed_within_two_seconds(world: World) -> None:
    desk = talking(world)
    for wire in world.wires.values():
        wire.is_open = False  # nothing arrives, nobody says why
    world.run(2_000)
    assert desk.told[-1]["say"] == "cut_off"
    assert world.nets["SIERRA"].floors.holder(SIERRA_KHZ) is None


def test_a_talker_who_is_not_heard_is_told_although_he_hears(world: World) -> None:
    """One direction stalls: the other end says that it hears nothing."""
    desk = talking(world)
    world.wires["COAST", "SIERRA"].is_open = False
    world.run(2_200)
    assert desk.told[-1]["say"] == "cut_off"
    assert not world.nets["COAST"].is_up("SIERRA")


def test_a_node_restarted_in_mid_speech_frees_the_floor_and_may_speak_again(world: World) -> None:
    talking(world)
    world.stop("COAST")
    assert world.nets["SIERRA"].floors.shown(SIERRA_KHZ)["why"] == "link"
    world.start("COAST")
    world.connect_all()
    world.run(100)
    assert talking(world, number=2).says == ["granted"]


def test_the_owner_restarted_in_mid_speech_cuts_the_talker_off(world: World) -> None:
    desk = talking(world)
    world.stop("SIERRA")
    assert desk.says[-1] == "cut_off"
    world.start("SIERRA")
    world.connect_all()
    world.run(100)
    assert world.nets["COAST"].floors.shown(SIERRA_KHZ) == {
        "channel_khz": SIERRA_KHZ,
        "is_known": True,
        "holder": None,
        "why": "free",
    }


@pytest.mark.parametrize("why", ["microphone", "encoder", "link"])
def test_what_a_talker_lost_is_shown_at_the_others(world: World, why: Any) -> None:
    desk = talking(world)
    world.nets["COAST"].let_go(desk, transmission=f"{1:016x}", why=why)
    world.run(10)
    assert world.ears["SIERRA"].told[-1]["why"] == why


def test_a_page_that_goes_lets_go(world: World) -> None:
    desk = talking(world)
    world.nets["COAST"].leave(desk)
    world.run(10)
    assert world.ears["SIERRA"].told[-1] == {
        "say": "floor",
        "channel_khz": SIERRA_KHZ,
        "is_known": True,
        "holder": None,
        "why": "desk",
    }


def test_an_emergency_breaks_in_and_the_other_hears_by_whom(world: World) -> None:
    desk = talking(world)
    world.press("SIERRA", SIERRA_KHZ, 2, precedence="emergency")
    world.run(10)
    assert desk.told[-1]["why"] == "broken_in"
    assert desk.told[-1]["by"]["party"] == "SIERRA"
    before = len(world.ears["SIERRA"].heard)
    world.speak("COAST", desk, SIERRA_KHZ, 1, 11)
    world.run(10)
    assert len(world.ears["SIERRA"].heard) == before


def test_a_talker_that_never_lets_go_is_stopped_by_the_owner_and_asks_anew(world: World) -> None:
    desk = talking(world)
    for sequence in range(10, 10 + 50 * 46):
        world.speak("COAST", desk, SIERRA_KHZ, 1, sequence)
        world.run(20)
    assert desk.told[-1]["why"] == "timed_out"
    assert world.press("COAST", SIERRA_KHZ, 1).told == []
    world.run(50)
    assert talking(world, number=2).says == ["granted"]


def test_an_owner_that_ignores_the_agreed_time_does_not_keep_the_button(world: World) -> None:
    desk = talking(world)
    world.nets["SIERRA"].floors.tick = lambda **_: ()  # type: ignore[method-assign]
    for sequence in range(10, 10 + 50 * 49):
        world.speak("COAST", desk, SIERRA_KHZ, 1, sequence)
        world.run(20)
    assert desk.told[-1]["why"] == "timed_out"


def test_an_owner_that_does_not_answer_is_said_to_be_silent(world: World) -> None:
    world.nets["SIERRA"]._carry_out = lambda *_args, **_more: None  # type: ignore[method-assign]
    world.nets["SIERRA"]._decide = lambda *_args: None  # type: ignore[method-assign]
    desk = world.press("COAST", SIERRA_KHZ, 1)
    world.run(1_700)
    assert desk.told == [
        {"say": "refused", "transmission": f"{1:016x}", "channel_khz": SIERRA_KHZ, "why": "owner_silent"}
    ]


@pytest.mark.parametrize("hours", [-7, 9])
def test_a_clock_that_is_hours_off_changes_nothing(hours: int) -> None:
    world = World(delay_max_ms=2)
    world.clock_off_ms["COAST"] = hours * 3_600_000
    world.begin()
    talking(world)
    assert len(world.ears["SIERRA"].heard) == 10


def test_what_is_older_than_400_ms_is_dropped_and_counted_and_kept_on_tape(world: World) -> None:
    desk = talking(world)
    wire = world.wires["COAST", "SIERRA"]
    wire.last_ms = world.now_ms + LATE_MS + 100
    world.talk("COAST", desk, SIERRA_KHZ, 1, frames=40, first=10)
    world.run(100)
    net = world.nets["SIERRA"]
    assert net.counts["late"] == 5
    assert world.ears["SIERRA"].heard[10][1].sequence == 15
    world.nets["COAST"].let_go(desk, transmission=f"{1:016x}", why="released")
    world.run(3_500)
    assert world.taped["SIERRA"][0].recording.missing == 0


def frame_of(world: World, **changes: Any) -> bytes:
    fields: dict[str, Any] = {
        "channel_khz": SIERRA_KHZ,
        "party": "COAST",
        "post": "coast.air",
        "transmission": f"{1:016x}",
        "sequence": 20,
        "captured_ms": world.now_ms + 10**12,
        "codec": "opus",
        "payload": b"x",
    }
    return encode_frame(Frame(**{**fields, **changes}))


@pytest.mark.parametrize(
    ("changes", "counted"),
    [
        ({"party": "SIERRA"}, "stranger"),
        ({"post": "sierra.air"}, "stranger"),
        ({"party": "EVE", "post": "eve.air"}, "stranger"),
        ({"channel_khz": 118_000}, "wrong_channel"),
        ({"channel_khz": COAST_KHZ}, "no_floor"),
        ({"transmission": "f" * 16}, "no_floor"),
        ({"sequence": 3}, "replayed"),
        ({}, "played"),
    ],
)
def test_only_frames_of_the_talker_on_its_channel_are_let_through(
    world: World, changes: dict[str, Any], counted: str
) -> None:
    talking(world)
    net = world.nets["SIERRA"]
    before = dict(net.counts)
    net.heard("COAST", frame_of(world, **changes))
    assert net.counts[counted] == before.get(counted, 0) + 1
    assert sum(net.counts.values()) == sum(before.values()) + 1


def test_a_flood_of_frames_plays_no_faster_than_speech(world: World) -> None:
    talking(world)
    net = world.nets["SIERRA"]
    for sequence in range(20, 2_020):
        net.heard("COAST", frame_of(world, sequence=sequence))
    assert net.counts["played"] <= 10 + 30
    assert net.counts["flood"] >= 1_970 - 1


def test_messages_of_a_liar_change_nothing(world: World) -> None:
    talking(world)
    net = world.nets["SIERRA"]
    ask = Ask(
        channel_khz=SIERRA_KHZ,
        transmission="a" * 16,
        party="SIERRA",
        post="sierra.air",
        precedence="emergency",
    )
    before = net.floors.holder(SIERRA_KHZ)
    for message in (
        ask,
        Decision(channel_khz=SIERRA_KHZ, epoch="a" * 16, number=9, holder=ask, gone=None, why="granted"),
        Decision(channel_khz=118_000, epoch="a" * 16, number=9, holder=None, gone=None, why="free"),
        replace_ask(ask, channel_khz=COAST_KHZ, party="COAST", post="coast.air"),
    ):
        net.heard("COAST", encode_message(message))
    assert net.counts["not_theirs"] == 4
    assert net.floors.holder(SIERRA_KHZ) == before


def replace_ask(ask: Ask, **changes: Any) -> Ask:
    fields = {
        "channel_khz": ask.channel_khz,
        "transmission": ask.transmission,
        "party": ask.party,
        "post": ask.post,
        "precedence": ask.precedence,
    }
    return Ask(**{**fields, **changes})


def test_nobody_lets_go_what_another_holds() -> None:
    world = World(("SIERRA", "COAST", "THIRD"), delay_max_ms=2)
    world.begin()
    talking(world)
    stop = Release(channel_khz=SIERRA_KHZ, transmission=f"{1:016x}", why="released")
    world.nets["SIERRA"].heard("THIRD", encode_message(stop))
    holder = world.nets["SIERRA"].floors.holder(SIERRA_KHZ)
    assert holder is not None
    assert holder.party == "COAST"


def test_who_shouts_messages_or_speaks_before_hello_is_cut(world: World) -> None:
    net = world.nets["SIERRA"]
    alive = encode_message(Alive(clock_ms=0, hears=True))

    def shout() -> None:
        for _ in range(101):
            net.heard("COAST", alive)

    with pytest.raises(PeerError, match="messages a second"):
        shout()
    net.silent("COAST")
    world.run(1_100)
    with pytest.raises(PeerError, match="before it says"):
        net.heard("COAST", alive)


def test_another_start_of_a_peer_cuts_what_it_held(world: World) -> None:
    talking(world)
    net = world.nets["SIERRA"]
    net.heard("COAST", encode_message(Hello(protocol=1, epoch="0" * 16, clock_ms=0)))
    assert net.floors.holder(SIERRA_KHZ) is None


def test_asks_that_cannot_be_are_refused_here(world: World) -> None:
    net, desk = world.nets["SIERRA"], Desk()
    for khz, post in ((118_000, "sierra.air"), (SIERRA_KHZ, "coast.air")):
        net.press(desk, channel_khz=khz, post=post, precedence="normal", transmission="a" * 16)
    assert [one["why"] for one in desk.told] == ["no_channel", "not_your_post"]


def test_a_channel_that_changes_owner_is_nobodys_and_cuts_who_talks(world: World) -> None:
    desk = world.press("SIERRA", SIERRA_KHZ, 1)
    net = world.nets["SIERRA"]
    channel = net.floors.channels[SIERRA_KHZ]
    net.agree({**net.floors.channels, SIERRA_KHZ: replace(channel, owner="COAST")})
    assert desk.says == ["granted", "cut_off"]
    assert not net.floors.is_own(SIERRA_KHZ)


def test_one_desk_talks_on_one_channel(world: World) -> None:
    desk = talking(world)
    world.press("COAST", COAST_KHZ, 2, desk=desk)
    world.run(10)
    assert world.nets["SIERRA"].floors.holder(SIERRA_KHZ) is None
    assert desk.says == ["granted", "granted"]


def test_a_wire_of_before_says_nothing_of_the_one_now(world: World) -> None:
    old = world.wires["COAST", "SIERRA"]
    new = Wire(world, "COAST", "SIERRA")
    world.nets["COAST"].connected("SIERRA", new)
    world.nets["COAST"].disconnected("SIERRA", old)
    world.run(50)
    assert world.nets["COAST"].is_up("SIERRA")


def test_the_pages_are_told_whether_speech_is_recorded(world: World) -> None:
    net = world.nets["SIERRA"]
    assert net.shown()["recording"] == "on"
    assert net.tapes is not None
    net.tapes.is_failing = True
    assert net.shown()["recording"] == "failing"
    net.terms = replace(net.terms, recorded=False)
    assert net.shown()["recording"] == "off"


def test_a_talker_whose_words_are_dropped_at_its_own_node_is_told_once_a_second(world: World) -> None:
    """Half of what is said may be lost on the way from the page: whoever holds the button must hear of it then."""
    desk = talking(world)
    told = len(desk.told)
    for sequence in range(10, 210):
        late_ms = 600 if sequence // 50 % 2 else 0
        world.speak("COAST", desk, SIERRA_KHZ, 1, sequence, captured_ms=world.now_ms + 5 * 10**11 - late_ms)
        world.run(20)
    lost = desk.told[told:]
    assert {one["say"] for one in lost} == {"words_lost"}
    assert {one["transmission"] for one in lost} == {f"{1:016x}"}
    assert 2 <= len(lost) <= 4
