"""What two talkers of one peer, a peer that lies about time, and an agreement taken up at different moments do to the net."""

from __future__ import annotations

from typing import Any

import pytest
from voice_world import COAST_KHZ, SIERRA_KHZ, World

from detente.voice.frame import Frame, encode_frame
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
