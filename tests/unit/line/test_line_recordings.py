"""Recordings in an export are held against what the parties stated of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from detente.line.bodies_duty import Spoken, VoiceKept
from detente.line.catalogue import encode_body
from detente.line.recordings import judge_recordings, spoken_of
from detente.memorandum.model import Memorandum
from detente.quantities import Digest
from detente.record.statement import Statement
from detente.voice.frame import Frame
from detente.voice.recording import Recording, digest_of, encode_recording, recording_of


def recording(number: int, party: str = "SIERRA") -> Recording:
    return recording_of(
        [
            Frame(
                channel_khz=123_975,
                party=party,
                post=f"{party.lower()}.air",
                transmission=f"{number:016x}",
                sequence=sequence,
                captured_ms=1_599_523_200_000 + 20 * sequence,
                codec="opus",
                payload=bytes((number, sequence)),
            )
            for sequence in range(5)
        ]
    )


def stated(*spoken: Spoken, party: str = "SIERRA", seq: int = 7) -> Statement:
    return Statement(
        v=1,
        memorandum="M",
        identity=Digest("a" * 64),
        origin=f"{party}/M/0",
        seq=seq,
        sender=f"{party.lower()}.air",
        to=("coast.air",),
        code="VOX",
        precedence="ADMIN",
        sent_ms=1_599_523_300_000,
        answer_due_ms=None,
        reply_to=None,
        language="en",
        exercise=False,
        heads=(),
        salt="",
        body=encode_body(VoiceKept(spoken=spoken)),
    )


ONE, TWO = (recording(number) for number in (1, 2))
FILES = {f"voice/{digest_of(encode_recording(one))}": encode_recording(one) for one in (ONE, TWO)}
SAID = [spoken_of(one, digest_of(encode_recording(one))) for one in (ONE, TWO)]


def test_each_recording_matches_its_statement_and_what_is_lacking_is_counted(fires: Memorandum) -> None:
    found = judge_recordings(FILES, [stated(*SAID)], fires.disclosure)
    assert (found.stated, found.held, found.lacking, found.problems) == (2, 2, 0, ())
    some = judge_recordings(dict(list(FILES.items())[:1]), [stated(*SAID)], fires.disclosure)
    assert (some.stated, some.held, some.lacking, some.problems) == (2, 1, 1, ())


def test_one_changed_byte_is_refused_with_its_name_and_entry(fires: Memorandum) -> None:
    path = next(iter(FILES))
    changed = {**FILES, path: FILES[path][:-1] + bytes((FILES[path][-1] ^ 1,))}
    found = judge_recordings(changed, [stated(*SAID)], fires.disclosure)
    assert [(one.code, one.where, one.seq) for one in found.problems] == [("recording_altered", path, 7)]


@pytest.mark.parametrize(
    "changes",
    [
        {"post": "sierra.duty"},
        {"channel_khz": 121_500},
        {"start_ms": 1},
        {"length_ms": 99},
        {"packets": 6},
        {"transmission": "f" * 16},
    ],
)
def test_a_statement_that_tells_otherwise_than_the_recording_is_named(
    fires: Memorandum, changes: dict[str, Any]
) -> None:
    lie = msgspec.structs.replace(SAID[0], **changes)
    found = judge_recordings(FILES, [stated(lie, SAID[1])], fires.disclosure)
    assert [one.code for one in found.problems] == ["recording_altered"]


def test_nobody_states_anothers_speech_and_no_recording_lies_here_unnamed(fires: Memorandum) -> None:
    theirs = judge_recordings(FILES, [stated(*SAID, party="COAST")], fires.disclosure)
    assert {one.code for one in theirs.problems} == {"recording_altered"}
    unnamed = judge_recordings(FILES, [stated(SAID[0])], fires.disclosure)
    assert [one.code for one in unnamed.problems] == ["unexpected_file"]
    evil = {"voice/../../x": b"", **FILES}
    assert len(judge_recordings(evil, [stated(*SAID)], fires.disclosure).problems) == 1


def test_what_claims_to_be_a_recording_and_is_none_is_refused(fires: Memorandum) -> None:
    file = b"not a recording"
    lie = replace_digest(SAID[0], digest_of(file))
    found = judge_recordings({f"voice/{digest_of(file)}": file}, [stated(lie)], fires.disclosure)
    assert [one.code for one in found.problems] == ["recording_altered"]


def replace_digest(spoken: Spoken, digest: Digest) -> Spoken:
    return msgspec.structs.replace(spoken, sha256=digest)


def test_missing_packets_make_another_recording(fires: Memorandum) -> None:
    partly = replace(ONE, packets=ONE.packets[1:])
    file = encode_recording(partly)
    found = judge_recordings({f"voice/{digest_of(file)}": file}, [stated(*SAID)], fires.disclosure)
    assert (found.lacking, [one.code for one in found.problems]) == (2, ["unexpected_file"])
