"""The floor's rules one by one, and what the gate lets through."""

from __future__ import annotations

from dataclasses import replace

import pytest

from detente.voice import floor as floors
from detente.voice.floor import Floor, View
from detente.voice.frame import Frame
from detente.voice.gate import BURST_MAX, LATE_MS, Dropped, Gate, Passed
from detente.voice.messages import Ask, Busy, Decision, Precedence

KHZ = 123_975
FREE = Floor(channel_khz=KHZ, epoch="e" * 16)


def ask(number: int, precedence: Precedence = "normal", party: str = "SIERRA") -> Ask:
    return Ask(
        channel_khz=KHZ,
        transmission=f"{number:016x}",
        party=party,
        post=f"{party.lower()}.air",
        precedence=precedence,
    )


def granted(floor: Floor, wanted: Ask, now_ms: int = 0) -> Floor:
    floor, said = floors.ask(floor, wanted, now_ms=now_ms)
    assert isinstance(said[-1], Decision)
    assert said[-1].holder == wanted
    return floor


def test_the_first_gets_it_and_the_second_hears_who_talks() -> None:
    floor = granted(FREE, ask(1))
    floor, said = floors.ask(floor, ask(2, party="COAST"), now_ms=1)
    assert said == (Busy(channel_khz=KHZ, transmission=ask(2).transmission, by=ask(1), waits=False),)
    assert floor.holder == ask(1)


def test_an_emergency_breaks_in_on_anything_less_and_waits_for_another() -> None:
    floor = granted(granted(FREE, ask(1)), ask(2, "emergency"))
    assert (floor.why, floor.gone) == ("broken_in", ask(1).transmission)
    floor, said = floors.ask(floor, ask(3, "emergency"), now_ms=2)
    assert isinstance(said[0], Busy)
    assert said[0].waits
    floor, said = floors.release(floor, ask(2).transmission, why="released", now_ms=3)
    assert [one.holder for one in said if isinstance(one, Decision)] == [None, ask(3, "emergency")]


def test_who_waits_is_served_by_precedence_and_then_by_time() -> None:
    floor = granted(FREE, ask(1, "emergency"))
    for wanted in (ask(2, "high"), ask(3, "high"), ask(4, "emergency")):
        floor, _ = floors.ask(floor, wanted, now_ms=1)
    order = []
    for _ in range(4):
        assert floor.holder is not None
        order.append(floor.holder.transmission)
        floor, _ = floors.release(floor, floor.holder.transmission, why="released", now_ms=2)
    assert order == [ask(number).transmission for number in (1, 4, 2, 3)]
    assert floor.holder is None


def test_a_button_let_go_while_it_waits_is_never_granted_later() -> None:
    floor = granted(FREE, ask(1))
    floor, _ = floors.ask(floor, ask(2, "high"), now_ms=1)
    floor, said = floors.release(floor, ask(2).transmission, why="released", now_ms=2)
    assert said == ()
    floor, said = floors.release(floor, ask(1).transmission, why="released", now_ms=3)
    assert floor.holder is None
    floor, said = floors.ask(floor, ask(2, "high"), now_ms=4)
    assert isinstance(said[0], Busy)
    assert floor.holder is None


@pytest.mark.parametrize(("now_ms", "why"), [(45_000, "timed_out"), (46_000, "timed_out")])
def test_a_talker_that_never_lets_go_loses_the_floor(now_ms: int, why: str) -> None:
    floor = granted(FREE, ask(1))
    for at_ms in range(0, now_ms, 1_000):
        floor = floors.hear(floor, ask(1).transmission, now_ms=at_ms)
        floor, said = floors.tick(floor, now_ms=at_ms, talk_max_ms=45_000)
        assert said == () or at_ms >= 45_000
    floor, _ = floors.tick(floor, now_ms=now_ms, talk_max_ms=45_000)
    assert (floor.holder, floor.why) == (None, why)


def test_silence_and_a_lost_link_free_the_floor() -> None:
    floor, said = floors.tick(granted(FREE, ask(1)), now_ms=floors.SILENT_MS, talk_max_ms=45_000)
    assert (floor.holder, floor.why) == (None, "silent")
    floor = granted(FREE, ask(1, party="COAST"))
    floor, _ = floors.ask(floor, ask(2, "high", party="COAST"), now_ms=1)
    floor, said = floors.lose(floor, "COAST", now_ms=2)
    assert (floor.holder, floor.why, floor.waiting) == (None, "link", ())
    assert len(said) == 1


def test_a_view_follows_only_newer_decisions_of_the_start_that_speaks() -> None:
    epoch = "e" * 16
    floor = granted(FREE, ask(1))
    view = floors.follow(View(), floor.decision(), epoch=epoch)
    assert view.holder == ask(1)
    older = replace_number(floor.decision(), 0)
    assert floors.follow(view, older, epoch=epoch) is view
    stranger = Decision(channel_khz=KHZ, epoch="d" * 16, number=99, holder=None, gone=None, why="free")
    assert floors.follow(view, stranger, epoch=epoch) is view
    assert floors.follow(view, stranger, epoch="d" * 16).holder is None


def replace_number(decision: Decision, number: int) -> Decision:
    return Decision(
        channel_khz=decision.channel_khz,
        epoch=decision.epoch,
        number=number,
        holder=None,
        gone=None,
        why="free",
    )


FRAME = Frame(
    channel_khz=KHZ,
    party="COAST",
    post="coast.air",
    transmission="a" * 16,
    sequence=0,
    captured_ms=0,
    codec="opus",
    payload=b"x",
)


def at(sequence: int, captured_ms: int) -> Frame:
    return replace(FRAME, sequence=sequence, captured_ms=captured_ms)


@pytest.mark.parametrize("hours", [-5, 0, 5])
def test_age_is_judged_alike_whatever_the_senders_clock_says(hours: int) -> None:
    gate, off_ms = Gate(), hours * 3_600_000
    base = 10 * 3_600_000
    for number in range(50):
        now_ms = base + 20 * number + 30
        assert gate.judge(at(number, base + off_ms + 20 * number), now_ms=now_ms) == Passed(age_ms=0)
    stalled = base + 50 * 20 + 30 + LATE_MS + 1
    assert gate.judge(at(50, base + off_ms + 50 * 20), now_ms=stalled) == Dropped(why="late")
    assert gate.judge(at(51, base + off_ms + 50 * 20), now_ms=stalled - 1) == Passed(age_ms=LATE_MS)


def test_signs_of_life_show_that_a_whole_transmission_is_late() -> None:
    """Else the first frame would be the measure of its own age."""
    gate = Gate()
    gate.delay.age_ms(stamped_ms=1_000_000, now_ms=50)
    assert gate.judge(at(0, 1_000_100), now_ms=150 + LATE_MS + 200) == Dropped(why="late")


def test_a_frame_is_let_through_once_and_never_backwards() -> None:
    gate = Gate()
    assert isinstance(gate.judge(at(5, 100), now_ms=100), Passed)
    assert gate.judge(at(5, 100), now_ms=101) == Dropped(why="replayed")
    assert gate.judge(at(4, 80), now_ms=102) == Dropped(why="replayed")


def test_a_flood_is_thinned_to_what_speech_is() -> None:
    gate = Gate()
    passed = sum(
        isinstance(gate.judge(at(number, 1_000), now_ms=1_000 + number // 10), Passed)
        for number in range(4_000)
    )
    assert passed <= BURST_MAX + 0.4 * 60 + 1


def test_a_path_that_has_become_seconds_slow_is_never_taken_for_a_good_one() -> None:
    """Else speech would be played three seconds late as if it were live, once the good seconds are forgotten."""
    gate, passed = Gate(), 0
    for number in range(3_000):
        captured_ms = 20 * number
        delay_ms = 50 if number < 500 else 3_050
        verdict = gate.judge(at(number, captured_ms), now_ms=captured_ms + delay_ms)
        passed += isinstance(verdict, Passed)
    assert passed <= 500
    assert gate.delay.is_slow(now_ms=63_000)


def test_a_delay_that_creeps_up_is_late_when_it_is_late() -> None:
    gate, newest = Gate(), 0
    for number in range(3_000):
        delay_ms = 50 + number // 5  # ten milliseconds more each second
        if isinstance(gate.judge(at(number, 20 * number), now_ms=20 * number + delay_ms), Passed):
            newest = delay_ms
    assert 50 + LATE_MS <= newest <= 50 + LATE_MS + 60


def test_clocks_that_drift_apart_make_nothing_late() -> None:
    """Half a second in a thousand, for a quarter of an hour."""
    gate = Gate()
    for number in range(45_000):
        now_ms = 20 * number + number // 100
        frame = replace(at(number % 4_000, 20 * number), transmission=f"{number // 4_000:016x}")
        assert isinstance(gate.judge(frame, now_ms=now_ms), Passed)
    assert not gate.delay.is_slow(now_ms=900_450)
