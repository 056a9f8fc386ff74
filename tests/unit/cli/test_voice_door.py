"""What a node does about its voice by itself, beside everybody who talks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from detente.adapters.voice_files import Swept
from detente.cli import voice_door
from detente.errors import DamageError


class EnoughError(Exception):
    """The test has seen all it wanted."""


class Node:
    """What the jobs of voice ask of a node."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.state: Any = SimpleNamespace(
            channel_changes=(), memorandum=SimpleNamespace(retention=SimpleNamespace(voice_days=90))
        )

    def write(self, write: Any) -> None:
        self.written.append(write.text)


@pytest.fixture
def node(monkeypatch: pytest.MonkeyPatch) -> Node:
    monkeypatch.setattr(voice_door, "LOOK_S", 0.0)
    monkeypatch.setattr(voice_door, "SWEEP_S", 0.0)
    monkeypatch.setattr(voice_door, "is_clock_agreed", lambda _: True)
    monkeypatch.setattr(voice_door, "days_needed", lambda _: frozenset())
    monkeypatch.setattr(voice_door, "recordings_cited", none_cited)
    return Node()


async def none_cited(_: Any) -> frozenset[str]:
    return frozenset()


def test_a_day_that_cannot_be_deleted_is_told_once_and_tried_again_with_each_sweep(node: Node) -> None:
    held = ("2020-01-02", "2020-01-01")
    swept = [Swept(gone=0, stuck=held), Swept(gone=0, stuck=held), Swept(gone=1, stuck=held[:1])]

    def sweep(**_: Any) -> Swept:
        if not swept:
            raise EnoughError
        return swept.pop(0)

    with pytest.raises(EnoughError):
        asyncio.run(voice_door._sweep(node, SimpleNamespace(sweep=sweep)))  # type: ignore[arg-type]  # enough
    assert [text.split(":")[0] for text in node.written] == [
        "NOT DELETED, although over by the memorandum",
        "Recordings of 1 days are over by the memorandum and gone.",
        "NOT DELETED, although over by the memorandum",
    ]
    assert "2 days, the oldest 2020-01-01" in node.written[0]


def test_speech_is_stamped_by_the_clock_as_it_was_set_since_the_start_but_not_in_mid_sentence(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A board without a battery starts years behind: the hour in the journal must be that of what was said then."""
    wall_ms, restamped = [1_000_000_000_000], []
    monkeypatch.setattr(voice_door.time, "time_ns", lambda: wall_ms[0] * 1_000_000)
    monkeypatch.setattr(voice_door, "steady_ms", lambda: 5_000)
    monkeypatch.setattr(voice_door, "TICK_S", 0.0)
    stamp = voice_door.Stamp()
    net = SimpleNamespace(is_quiet=False, restamped=lambda: restamped.append(stamp()))

    def ticks() -> Iterator[None]:
        yield  # as it was at the start
        wall_ms[0] += 3 * 3_600_000
        yield  # set, while somebody talks
        assert restamped == []
        net.is_quiet = True
        yield
        assert restamped == wall_ms
        wall_ms[0] -= 3 * 3_600_000
        yield
        assert restamped[1:] == wall_ms
        yield
        raise EnoughError

    net.tick = ticks().__next__
    with pytest.raises(EnoughError):
        asyncio.run(voice_door._keep_time(net, node, stamp))  # type: ignore[arg-type]  # enough of both
    assert (len(restamped), len(node.written)) == (2, 2)
    assert node.written[0].startswith("The machine's clock was set by +10800.0 s")


def test_recordings_go_when_their_time_is_over_although_none_are_made_any_more(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next memorandum may agree `recorded = false`, or no voice at all; while the store is away nothing goes."""
    old, answers = tmp_path / "2020-01-01", iter([DamageError("store_away", "It is away.")])

    async def cited(_: Any) -> frozenset[str]:
        assert old.exists()
        if (why := next(answers, None)) is not None:
            raise why
        return frozenset()

    monkeypatch.setattr(voice_door, "recordings_cited", cited)
    old.mkdir()
    (old / f"{'0' * 64}.voice").write_bytes(b"x")

    async def run() -> None:
        gone = asyncio.Event()
        monkeypatch.setattr(node, "write", lambda _: gone.set())
        monkeypatch.setattr(voice_door, "SWEEP_S", 60.0)
        async with AsyncExitStack() as stack:
            assert voice_door.open_voice(stack, node, None, tmp_path, [], lambda _: None) is None  # type: ignore[arg-type]  # enough of one
            await gone.wait()

    asyncio.run(run())
    assert not old.exists()
