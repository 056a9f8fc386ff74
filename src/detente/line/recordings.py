"""Whether the recordings in an export are those of which the parties said VOX: which match, are altered, or lacking.

A recording that is lacking is no fault, for it is kept only as long as agreed; one that is here is the one that was
stated, byte for byte, and says the same of itself as the statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from detente.errors import PeerError
from detente.line.bodies_duty import Spoken, VoiceKept
from detente.line.catalogue import parse_body
from detente.memorandum.model import Disclosure
from detente.quantities import Digest
from detente.record.export import VOICE
from detente.record.problem import Problem
from detente.record.statement import Statement
from detente.voice.recording import Recording, digest_of, parse_recording


@dataclass(frozen=True, kw_only=True)
class Recordings:
    """`stated` transmissions, of which `held` are here and good, and `lacking` are not here."""

    stated: int
    held: int
    lacking: int
    problems: tuple[Problem, ...]


def judge_recordings(
    files: Mapping[str, bytes], statements: Iterable[Statement], disclosure: Disclosure
) -> Recordings:
    """Hold every file below ``voice/`` against the VOX statements of all parties."""
    problems: list[Problem] = []
    named: set[str] = set()
    stated = held = lacking = 0
    for statement, spoken in said(statements, disclosure):
        stated += 1
        path = f"{VOICE}{spoken.sha256}"
        named.add(path)
        if path not in files:
            lacking += 1
            continue
        fault = _fault(files[path], spoken, party=statement.origin.partition("/")[0])
        if fault is None:
            held += 1
        else:
            problems.append(
                Problem(
                    where=path,
                    seq=statement.seq,
                    code="recording_altered",
                    message=f"Entry {statement.seq} of {statement.origin} states another recording: {fault}.",
                )
            )
    problems += [
        Problem(
            where=path, seq=None, code="unexpected_file", message=f"{path} is a recording that no VOX names."
        )
        for path in sorted(files)
        if path.startswith(VOICE) and path not in named
    ]
    return Recordings(stated=stated, held=held, lacking=lacking, problems=tuple(problems))


def said(statements: Iterable[Statement], disclosure: Disclosure) -> Iterable[tuple[Statement, Spoken]]:
    """Each transmission that is stated; what cannot be read is evidence of a broken rule, and names none."""
    for statement in statements:
        if statement.code != "VOX":
            continue
        try:
            body = parse_body(statement, disclosure)
        except PeerError:
            continue
        assert isinstance(body, VoiceKept), "the code is VOX"
        for spoken in body.spoken:
            yield statement, spoken


def spoken_of(recording: Recording, digest: Digest) -> Spoken:
    """What a VOX says of a recording."""
    heading = recording.heading
    return Spoken(
        post=heading.post,
        channel_khz=heading.channel_khz,
        start_ms=heading.start_ms,
        length_ms=recording.length_ms,
        packets=len(recording.packets),
        transmission=heading.transmission,
        sha256=digest,
    )


def _fault(file: bytes, spoken: Spoken, *, party: str) -> str | None:
    if digest_of(file) != spoken.sha256:
        return "its SHA-256 is not the one that is stated"
    try:
        recording = parse_recording(file)
    except PeerError as why:
        return why.message
    if recording.heading.party != party:
        return "it is another party's speech"
    if spoken_of(recording, spoken.sha256) != spoken:
        return "post, channel, time, length or packets differ"
    return None
