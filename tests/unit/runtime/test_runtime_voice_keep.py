"""What was said is written, then stated, and never so often that it fills a journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from voice_world import COAST_KHZ, SIERRA_KHZ

from detente.errors import DamageError
from detente.line.bodies_duty import VoiceKept
from detente.quantities import Digest
from detente.runtime.voice_keep import SAY_MS, VoiceKeep
from detente.voice.frame import Frame
from detente.voice.recording import Recording, digest_of, parse_recording


class Files:
    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.is_full = False
        self.growing: dict[str, bytes] = {}

    def grow(self, name: str, data: bytes, *, is_first: bool) -> None:
        self.growing[name] = data if is_first else self.growing[name] + data

    def grown(self, name: str) -> None:
        self.growing.pop(name, None)

    def left(self) -> list[tuple[str, Recording]]:
        return [(name, parse_recording(data, is_broken_off=True)) for name, data in self.growing.items()]

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
        self.state = self.keeper = self
        self.me = "SIERRA"
        self.peers = ("COAST",)
        self.unsaid = 0

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


def speak(
    keep: VoiceKeep, number: int, *, is_own: bool = True, first: int = 0, packets: int = 3, ends: bool = True
) -> None:
    for sequence in range(first, first + packets):
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
    if ends:
        keep.tapes.close(SIERRA_KHZ, f"{number:016x}")


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


def test_what_was_under_way_or_unstated_when_a_node_was_killed_is_kept_and_stated_at_its_next_start(
    bench: Any,
) -> None:
    """Else whoever pulls the plug takes back what he has said."""
    keep, node, files, now_ms = bench
    speak(keep, 1)
    write_all(keep)
    keep.look()
    speak(keep, 2)
    write_all(keep)
    keep.look()
    assert len(node.said) == 1, "the second waits for its ten seconds"
    for first in (0, 3):
        speak(keep, 3, first=first, ends=False)
        work = keep.next_growth()
        assert work is not None
        work()()
    assert keep.next_growth() is None, "nothing came since"
    again = VoiceKeep(node=node, files=files, now_ms=lambda: now_ms[0])
    again.recall()()
    again.look()
    (spoken, cut_off) = node.said[1].body.spoken
    assert (int(spoken.transmission, 16), spoken.packets) == (2, 3)
    assert (int(cut_off.transmission, 16), cut_off.packets, cut_off.length_ms) == (3, 6, 120)
    assert cut_off.sha256 in {digest_of(file) for file in files.kept}
    assert any(text.startswith("CUT OFF") for text in node.written)
    assert files.growing == {}, "what is stated is not recalled again"


def test_what_cannot_be_read_at_a_start_keeps_nothing_else_from_being_stated(bench: Any) -> None:
    keep, node, files, now_ms = bench
    speak(keep, 1)
    write_all(keep)
    left = files.left()

    def broken() -> Iterator[tuple[str, Recording]]:
        yield from left
        raise DamageError("voice_disk", "No more can be read.")

    files.left = broken
    again = VoiceKeep(node=node, files=files, now_ms=lambda: now_ms[0])
    again.recall()()
    again.look()
    assert [int(one.transmission, 16) for one in node.said[0].body.spoken] == [1]
    assert node.written[-1] == "NOT RECORDED: No more can be read."


@pytest.mark.parametrize("why", ["store_away", "disk_full"])
def test_own_speech_whose_statement_waits_for_the_store_is_stated_after_a_restart(
    sierra: Any, make_desked: Any, bench: Any, why: str
) -> None:
    """A VOX that waits is only in memory: without what grew, a restart would state the speech never."""
    _, _, files, now_ms = bench
    keep = VoiceKeep(node=sierra.node, files=files, now_ms=lambda: now_ms[0])
    sierra.store.is_full, sierra.store.why = True, why
    speak(keep, 1)
    write_all(keep)
    keep.look()
    assert (sierra.node.unsaid, len(files.growing)) == (1, 1)
    sierra.store.is_full = False
    again = make_desked(store=sierra.store, clock=sierra.clock)
    again.node.start()
    recalled = VoiceKeep(node=again.node, files=files, now_ms=lambda: now_ms[0])
    recalled.recall()()
    recalled.look()
    assert "VOX" in [entry.statement.code for entry in again.node.ticker]
    assert files.growing == {}


def test_what_waited_for_the_store_is_let_go_of_once_it_is_stated(bench: Any) -> None:
    keep, node, files, _ = bench
    node.unsaid = 1
    speak(keep, 1)
    write_all(keep)
    keep.look()
    assert len(files.growing) == 1
    node.unsaid = 0
    keep.look()
    assert (len(node.said), files.growing) == (1, {})


def test_a_transmission_that_takes_the_name_of_another_is_a_recording_of_its_own(bench: Any) -> None:
    """A peer chooses the names of its own: its speech must not get into what our post is said to have said."""
    keep, _, files, _ = bench
    turns = (("SIERRA", SIERRA_KHZ), ("COAST", COAST_KHZ), ("SIERRA", SIERRA_KHZ))
    for sequence, (party, khz) in enumerate(turns):
        keep.tapes.take(
            Frame(
                channel_khz=khz,
                party=party,
                post=f"{party.lower()}.air",
                transmission="a" * 16,
                sequence=sequence,
                captured_ms=1_000,
                codec="opus",
                payload=party.encode(),
            ),
            is_own=party == "SIERRA",
        )
    keep.tapes.look(all_of_them=True)
    write_all(keep)
    said = [
        (one.heading.party, {packet.payload for packet in one.packets})
        for one in map(parse_recording, files.kept)
    ]
    assert sorted(said) == [("COAST", {b"COAST"}), ("SIERRA", {b"SIERRA"})]
