"""What was said is written, then stated, and never so often that it fills a journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from voice_world import SIERRA_KHZ

from detente.errors import DamageError
from detente.line.bodies_duty import VoiceKept
from detente.quantities import Digest
from detente.runtime.voice_keep import SAY_MS, VoiceKeep
from detente.voice.frame import Frame
from detente.voice.recording import digest_of


class Files:
    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.is_full = False

    def keep(self, file: bytes) -> Digest:
        if self.is_full:
            raise DamageError("voice_disk", "No room.")
        self.kept.append(file)
        return digest_of(file)


class Node:
    """What the keeper asks of a node."""

    def __init__(self) -> None:
        self.said: list[Any] = []
        self.written: list[str] = []
        self.state = self
        self.peers = ("COAST",)

    def desk_of(self, party: str) -> str:
        return f"{party.lower()}.air"

    def say(self, say: Any) -> None:
        self.said.append(say)

    def write(self, write: Any) -> None:
        self.written.append(write.text)


@pytest.fixture
def bench() -> tuple[VoiceKeep, Node, Files, list[int]]:
    node, files, now_ms = Node(), Files(), [0]
    keep = VoiceKeep(node=node, files=files, now_ms=lambda: now_ms[0])  # type: ignore[arg-type]  # enough of one
    return keep, node, files, now_ms


def speak(keep: VoiceKeep, number: int, *, is_own: bool = True) -> None:
    for sequence in range(3):
        keep.tapes.take(
            Frame(
                channel_khz=SIERRA_KHZ,
                party="SIERRA",
                post="sierra.air",
                transmission=f"{number:016x}",
                sequence=sequence,
                captured_ms=1_000 + 20 * sequence,
                codec="opus",
                payload=b"x",
            ),
            is_own=is_own,
        )
    keep.tapes.close(f"{number:016x}")


def write_all(keep: VoiceKeep) -> None:
    work: Callable[[], Callable[[], None]] | None
    while (work := keep.next_write()) is not None:
        work()()


def test_own_speech_is_stated_and_anothers_is_only_kept(bench: Any) -> None:
    keep, node, files, _ = bench
    speak(keep, 1)
    speak(keep, 2, is_own=False)
    write_all(keep)
    keep.look()
    assert len(files.kept) == 2
    (say,) = node.said
    assert (say.code, say.precedence, say.to) == ("VOX", "ADMIN", ("coast.air",))
    assert isinstance(say.body, VoiceKept)
    (spoken,) = say.body.spoken
    assert (spoken.packets, spoken.length_ms, spoken.sha256) == (3, 60, digest_of(files.kept[0]))


def test_a_flood_of_presses_makes_one_statement_in_ten_seconds(bench: Any) -> None:
    keep, node, _, now_ms = bench
    for number in range(600):
        speak(keep, number)
        write_all(keep)
        keep.look()
        now_ms[0] += 100
    assert len(node.said) == 60_000 // SAY_MS
    now_ms[0] += SAY_MS
    while keep._spoken:
        keep.look()
        now_ms[0] += SAY_MS
    numbers = [int(one.transmission, 16) for say in node.said for one in say.body.spoken]
    assert numbers == list(range(600)), "each is stated once, in order"


def test_what_cannot_be_written_is_not_stated_and_told_once(bench: Any) -> None:
    keep, node, files, _ = bench
    files.is_full = True
    for number in range(3):
        speak(keep, number)
    write_all(keep)
    keep.look()
    assert node.said == []
    assert node.written == ["NOT RECORDED: No room."]
    assert keep.tapes.is_failing
    files.is_full = False
    speak(keep, 9)
    write_all(keep)
    keep.look()
    assert not keep.tapes.is_failing
    assert len(node.said) == 1


def test_the_nodes_end_states_what_is_under_way(bench: Any) -> None:
    keep, node, _, _ = bench
    speak(keep, 1)
    write_all(keep)
    keep.look()
    speak(keep, 2)
    write_all(keep)
    keep.look()
    assert len(node.said) == 1
    keep.look(is_last=True)
    assert len(node.said) == 2
