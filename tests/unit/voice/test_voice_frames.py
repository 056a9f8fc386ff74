"""Frames and recordings: bytes to values and back, and nothing else gets in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import PeerError
from detente.voice.frame import Frame, encode_frame, parse_frame
from detente.voice.messages import Ask, Decision, encode_message, parse_message
from detente.voice.recording import digest_of, encode_recording, parse_recording, recording_of
from detente.wire.limits import VOICE_FRAME_BYTES_MAX, VOICE_PAYLOAD_BYTES_MAX, VOICE_SEQUENCE_MAX

FRAME = Frame(
    channel_khz=123_975,
    party="SIERRA",
    post="sierra.air",
    transmission="00112233445566ff",
    sequence=0,
    captured_ms=1_599_523_200_000,
    codec="opus",
    payload=b"x" * 60,
)

frames = st.builds(
    Frame,
    channel_khz=st.integers(1, 999_999),
    party=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=80),
    post=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=80),
    transmission=st.binary(min_size=8, max_size=8).map(bytes.hex),
    sequence=st.integers(0, VOICE_SEQUENCE_MAX),
    captured_ms=st.integers(0, 2**53 - 1),
    codec=st.sampled_from(("opus", "pcmu")),
    payload=st.binary(min_size=1, max_size=VOICE_PAYLOAD_BYTES_MAX),
)


@given(frames)
def test_a_frame_comes_back_as_it_was(frame: Frame) -> None:
    data = encode_frame(frame)
    assert len(data) <= VOICE_FRAME_BYTES_MAX
    assert parse_frame(data) == frame


@given(st.binary(max_size=700))
def test_any_bytes_are_a_frame_or_a_refusal(data: bytes) -> None:
    try:
        frame = parse_frame(data)
    except PeerError:
        return
    assert encode_frame(frame) == data


@given(st.integers(0, 200), st.integers(0, 255))
def test_a_frame_with_one_byte_changed_is_another_frame_or_a_refusal(at: int, value: int) -> None:
    data = bytearray(encode_frame(FRAME))
    at %= len(data)
    data[at] = value
    try:
        assert encode_frame(parse_frame(bytes(data))) == bytes(data)
    except PeerError:
        return


@pytest.mark.parametrize("cut", range(len(encode_frame(FRAME))))
def test_a_frame_cut_off_anywhere_is_refused(cut: int) -> None:
    with pytest.raises(PeerError):
        parse_frame(encode_frame(FRAME)[:cut])


@pytest.mark.parametrize(
    "data",
    [
        encode_frame(FRAME) + b"x",
        b"\x02" + encode_frame(FRAME)[1:],
        encode_frame(replace(FRAME, party="a\nb")),
        b"x" * (VOICE_FRAME_BYTES_MAX + 1),
    ],
)
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    with pytest.raises(PeerError):
        parse_frame(data)


def test_messages_have_one_layout_and_a_limit() -> None:
    ask = Ask(channel_khz=121_500, transmission="0" * 16, party="A", post="a.air", precedence="emergency")
    decision = Decision(channel_khz=121_500, epoch="f" * 16, number=1, holder=ask, gone=None, why="granted")
    assert parse_message(encode_message(decision)) == decision
    for data in (
        b"{}",
        b'{"say":"shout"}',
        encode_message(decision) + b" ",
        encode_message(decision).replace(b"granted", b"x" * 5_000),
        b"[" * 4_000,
    ):
        with pytest.raises(PeerError):
            parse_message(data)


def spoken(count: int, *, without: tuple[int, ...] = ()) -> list[Frame]:
    return [
        replace(
            FRAME, sequence=number, captured_ms=FRAME.captured_ms + 20 * number, payload=bytes((number, 1))
        )
        for number in range(count)
        if number not in without
    ]


def test_whoever_heard_every_packet_has_the_same_file() -> None:
    """The hash in the journal names the hearer's copy too, if it is whole."""
    file = encode_recording(recording_of(spoken(50)))
    assert digest_of(file) == digest_of(encode_recording(recording_of(spoken(50))))
    partly = recording_of(spoken(50, without=(7, 8)))
    assert digest_of(encode_recording(partly)) != digest_of(file)
    assert (partly.missing, partly.length_ms) == (2, 1_000)


def test_a_recording_comes_back_as_it_was_and_nothing_else_does() -> None:
    recording = recording_of(spoken(50))
    file = encode_recording(recording)
    assert parse_recording(file) == recording
    whole = {len(encode_recording(recording_of(spoken(count)))) for count in range(1, 50)}
    for cut in sorted({*range(250), len(file) - 1} - whole):
        with pytest.raises(PeerError):
            parse_recording(file[:cut])
    twice = recording_of(spoken(2))
    back = replace(twice, packets=tuple(reversed(twice.packets)))
    with pytest.raises(PeerError):
        parse_recording(encode_recording(back))


@given(st.binary(max_size=400))
def test_any_bytes_behind_a_sound_beginning_are_a_recording_or_a_refusal(tail: bytes) -> None:
    file = encode_recording(recording_of(spoken(1))) + tail
    try:
        assert encode_recording(parse_recording(file)) == file
    except PeerError:
        return
