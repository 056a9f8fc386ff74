"""Whatever bytes come, a decoder raises nothing, gives only places on Earth, and holds no more than it says."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from feed_bytes import good_bytes, spoiled
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from detente.quantities import UtcMs
from detente.tracks.decoding import Circumstances, Decoder
from detente.tracks.formats import STREAMED, decoder_of, guess
from detente.tracks.position import PositionReport
from detente.tracks.tracker import Rules, Tracker

NOON_MS = UtcMs(1_720_267_200_000)
GIVEN = Circumstances(source="any", site=(45.0, -120.0), frames_per_s=10.0)
HELD_BYTES_MAX = 10_000_000
SOAK_S = 600.0
EACH = pytest.mark.parametrize("name", STREAMED)


def is_possible(report: PositionReport) -> bool:
    figures = (report.ground_speed_mps, report.track_deg, report.vertical_rate_mps, report.accuracy_m)
    return (
        -90.0 <= report.lat_deg <= 90.0
        and -180.0 <= report.lon_deg <= 180.0
        and report.time_ms >= 0
        and all(one is None or abs(one) < 1e6 for one in figures)
        and (report.track_deg is None or 0.0 <= report.track_deg <= 360.0)
        and (report.level_palt_ft is None or -2_000.0 <= report.level_palt_ft <= 60_000.0)
        and len(report.call_sign) <= 8
        and len(report.aircraft) <= 70
    )


def all_of(decoder: Decoder, pieces: list[bytes], *, is_live: bool) -> list[PositionReport]:
    found = [report for piece in pieces for report in decoder.take(piece, NOON_MS if is_live else None)]
    return found + decoder.finish()


def takes(name: str, data: bytes, cuts: list[int], *, is_live: bool) -> None:
    """The claim, for one run of bytes in pieces."""
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    pieces = [data[start:stop] for start, stop in pairwise(places)]
    decoder = decoder_of(name, GIVEN)
    reports = all_of(decoder, pieces, is_live=is_live)
    assert all(is_possible(one) for one in reports), reports
    assert len(all_of(decoder, [good_bytes(name)], is_live=is_live)) >= 0, "it goes on after anything"
    tracker = Tracker(rules=Rules())
    for one in reports:
        tracker.see(one, NOON_MS)
        tracker.see(one, one.time_ms)
    assert all(-90.0 <= one.lat_deg <= 90.0 for one in tracker.tracks(NOON_MS))
    guess(data)


@EACH
def test_good_bytes_give_reports(name: str) -> None:
    """Else the rest of this file would prove nothing."""
    assert all_of(decoder_of(name, GIVEN), [good_bytes(name)], is_live=False)
    assert guess(good_bytes(name)) == name


@EACH
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_bytes_are_taken(name: str, data: st.DataObject) -> None:
    """Corrupt, truncated, doubled or pure noise, in any pieces, live and recorded."""
    takes(
        name,
        data.draw(spoiled(name)),
        data.draw(st.lists(st.integers(0, 2_000), max_size=4)),
        is_live=data.draw(st.booleans()),
    )


@EACH
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_how_bytes_are_cut_into_pieces_changes_nothing(name: str, data: st.DataObject) -> None:
    """A connection keeps nothing together, so nothing may depend on it. (TAK's mesh form is whole datagrams.)"""
    stream = data.draw(spoiled(name))
    if name == "tak" and b"\xbf\x01\xbf" in stream:
        return
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    pieces = [stream[start:stop] for start, stop in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    whole, parts = decoder_of(name, GIVEN), decoder_of(name, GIVEN)
    assert all_of(whole, [stream], is_live=True) == all_of(parts, pieces, is_live=True)
    assert whole.rejected == parts.rejected
    assert whole.unused == parts.unused


@EACH
@pytest.mark.parametrize(
    "junk",
    [
        b"{" * 4096,
        b"{\n",
        b"{",
        b"<event ",
        b"\x1a3\x1a\x1a",
        b"\xbf\xff\xff\x02",
        b"\x15\xff\xff",
        b"x" * 4096,
    ],
)
def test_what_never_ends_is_not_kept(name: str, junk: bytes) -> None:
    """9 MB of beginnings in large pieces and then in small ones: what is held between two has a bound."""
    decoder = decoder_of(name, GIVEN)
    piece = junk * (65_536 // len(junk))
    for _ in range(140 if name == "readsb" else 10):
        decoder.take(piece, NOON_MS)
    for at in range(20_000):
        decoder.take(piece[at : at + 1], NOON_MS)
    assert held_bytes(decoder) < HELD_BYTES_MAX


def held_bytes(thing: object, depth: int = 0) -> int:
    """Bytes in everything that a decoder holds."""
    if isinstance(thing, bytes | bytearray):
        return len(thing) + 40
    if isinstance(thing, list | tuple) and depth < 5:
        return sum(held_bytes(one, depth + 1) for one in thing)
    if isinstance(thing, dict) and depth < 5:
        return sum(held_bytes(one, depth + 1) for pair in thing.items() for one in pair)
    if type(thing).__module__.startswith("detente.tracks") and depth < 5:
        return held_bytes(getattr(thing, "__dict__", {}), depth + 1)
    return 0


@pytest.mark.soak
def test_any_bytes_are_taken_for_ten_minutes() -> None:
    """The same, a minute for each format, from a new seed each time; a failure prints the bytes."""
    runs = {name: runs_for(name, SOAK_S / len(STREAMED)) for name in STREAMED}
    print(f"runs of 300 examples: {runs}")
    assert all(runs.values())


def runs_for(name: str, seconds: float) -> int:
    """How many runs of 300 examples that were."""
    until = time.monotonic() + seconds
    number = 0
    while time.monotonic() < until:

        @seed(time.time_ns())
        @settings(max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(data=spoiled(name), cuts=st.lists(st.integers(0, 2_000), max_size=4), is_live=st.booleans())
        def once(data: bytes, cuts: list[int], is_live: bool) -> None:
            takes(name, data, cuts, is_live=is_live)

        once()
        number += 1
    return number
