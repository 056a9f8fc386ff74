"""Beast bytes are cut into the frames that were sent, however they arrive and whatever stands between them."""

from __future__ import annotations

from collections import Counter

import pytest

from detente.quantities import UtcMs
from detente.tracks.beast import BeastDecoder, BeastFrames
from detente.tracks.decoding import Circumstances
from detente.tracks.mode_s import Frame
from detente.tracks.ticks import DRIFT, TickClock

LONG = bytes.fromhex("8d48520aea4a586 7c53c08219a7d".replace(" ", ""))
SHORT = bytes.fromhex("5d3981e46dc8eb")
WITH_MARKS = bytes.fromhex("1a48520a1a1a5867c53c08219a1a")


def beast(data: bytes, *, ticks: int = 12_000_000, signal: int = 0x1A) -> bytes:
    """One frame as a receiver writes it."""
    kind = b"3" if len(data) == 14 else b"2" if len(data) == 7 else b"1"
    body = ticks.to_bytes(6, "big") + bytes([signal]) + data
    return b"\x1a" + kind + body.replace(b"\x1a", b"\x1a\x1a")


def frames(*pieces: bytes) -> tuple[list[Frame], Counter[str], Counter[str]]:
    rejected: Counter[str] = Counter()
    unused: Counter[str] = Counter()
    cutter = BeastFrames(Circumstances(), rejected, unused)
    found = [frame for piece in pieces for frame in cutter.take(piece, None)]
    return found + cutter.finish(), rejected, unused


def data_of(found: list[Frame]) -> list[bytes]:
    return [data for _, data, _ in found]


def test_every_1a_inside_a_frame_is_doubled_and_comes_back_once() -> None:
    """In the ticks, the signal level and the message alike."""
    found, rejected, _ = frames(beast(WITH_MARKS, ticks=0x1A1A_0000_1A1A) + beast(SHORT))
    assert data_of(found) == [WITH_MARKS, SHORT]
    assert not rejected


def test_a_stream_cut_at_any_byte_gives_the_same_frames() -> None:
    """TCP keeps no frame together."""
    stream = beast(WITH_MARKS) + beast(LONG) + beast(SHORT) + beast(WITH_MARKS)
    for cut in range(len(stream) + 1):
        found, rejected, _ = frames(stream[:cut], stream[cut:])
        assert data_of(found) == [WITH_MARKS, LONG, SHORT, WITH_MARKS], cut
        assert not rejected, cut
    found, _, _ = frames(*(stream[at : at + 1] for at in range(len(stream))))
    assert len(found) == 4


def test_after_garbage_or_half_a_frame_the_next_one_is_found() -> None:
    half = beast(LONG)[:13]
    found, rejected, _ = frames(b"GET / HTTP/1.1\r\n" + half + beast(SHORT) + b"\x00" * 999 + beast(LONG))
    assert data_of(found) == [SHORT, LONG]
    assert rejected["garbage"] == 2, "stretches, not bytes"


def test_what_is_not_mode_s_is_counted_and_left() -> None:
    """Mode A/C, and a receiver's own status."""
    status = b"\x1a4" + bytes(21)
    found, rejected, unused = frames(beast(b"\x20\x00") + status + beast(LONG))
    assert data_of(found) == [LONG]
    assert unused == {"not_mode_s": 2}
    assert not rejected


def test_half_a_frame_at_the_end_is_counted() -> None:
    found, rejected, _ = frames(beast(LONG)[:-1])
    assert found == []
    assert rejected == {"truncated": 1}


def test_nothing_sent_makes_the_rest_grow() -> None:
    """Half a frame for ever is not kept for ever."""
    cutter = BeastFrames(Circumstances(), Counter(), Counter())
    for junk in (b"\x1a3" + b"\x1a\x1a" * 500, b"x" * 5_000, b"\x1a" * 5_001, b"\x1a3" * 5_000):
        cutter.take(junk, None)
        assert len(cutter._rest) <= 46


def test_a_frame_that_mlat_client_made_up_has_no_ticks_and_says_so() -> None:
    """`\\xff\\x00MLAT` stands in place of the ticks; its time is that of its receipt, its accuracy unknown."""
    decoder = BeastDecoder(Circumstances())
    even = bytes.fromhex("8d40621d58c382d690c8ac2863a7")
    odd = bytes.fromhex("8d40621d58c386435cc412692ad6")
    stream = b"".join(beast(one, ticks=0xFF004D4C4154) for one in (even, odd))
    (report,) = decoder.take(stream, UtcMs(1_700_000_000_000))
    assert report.is_multilaterated
    assert report.accuracy_m is None
    assert report.time_ms == 1_700_000_000_000


def test_live_a_frame_has_the_time_it_was_heard_not_the_time_it_came_through() -> None:
    """The second frame waited 400 ms in a queue; the counter knows."""
    clock = TickClock(UtcMs(0))
    assert clock.time_of(12_000 * 1_000, UtcMs(50_000)) == 50_000
    assert clock.time_of(12_000 * 1_100, UtcMs(50_500)) == pytest.approx(50_100, abs=1)
    assert clock.time_of(12_000 * 2_000, UtcMs(51_000)) == pytest.approx(51_000, abs=1)


def test_a_receiver_that_restarts_counts_anew() -> None:
    clock = TickClock(UtcMs(0))
    clock.time_of(12_000 * 9_000_000, UtcMs(50_000))
    assert clock.time_of(12_000 * 10, UtcMs(60_000)) == 60_000
    assert clock.restarts == 1


def test_a_crystal_that_drifts_is_followed_and_no_frame_is_from_the_future() -> None:
    """20 parts in a million, a day long: without it the feed would seem two seconds late."""
    clock = TickClock(UtcMs(0))
    for second in range(0, 86_400, 10):
        received = 1_000_000 + second * 1_000
        heard = clock.time_of(round(12_000 * second * 1_000 * (1 - 2e-5)), UtcMs(received))
        assert received - 10_000 * DRIFT - 1 <= heard <= received


def test_in_a_recording_ticks_count_from_its_first_frame() -> None:
    found, _, _ = frames(beast(LONG, ticks=12_000_000) + beast(SHORT, ticks=12_000_000 + 18_000_000))
    assert [time_ms for time_ms, _, _ in found] == [0, 1_500]
