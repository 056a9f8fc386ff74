"""What a node does about its voice by itself, beside everybody who talks."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from detente.adapters.voice_files import Swept
from detente.cli import voice_door


class EnoughError(Exception):
    """The test has seen all it wanted."""


class Node:
    """What the jobs of voice ask of a node."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.state: Any = None

    def write(self, write: Any) -> None:
        self.written.append(write.text)


@pytest.fixture
def node(monkeypatch: pytest.MonkeyPatch) -> Node:
    monkeypatch.setattr(voice_door, "AGREE_S", 0.0)
    monkeypatch.setattr(voice_door, "SWEEP_S", 0.0)
    monkeypatch.setattr(voice_door, "is_clock_agreed", lambda _: True)
    monkeypatch.setattr(voice_door, "days_needed", lambda _: frozenset())
    return Node()


def test_a_day_that_cannot_be_deleted_is_told_once_and_tried_again_with_each_sweep(node: Node) -> None:
    held = ("2020-01-02", "2020-01-01")
    swept = [Swept(gone=0, stuck=held), Swept(gone=0, stuck=held), Swept(gone=1, stuck=held[:1])]

    def sweep(**_: Any) -> Swept:
        if not swept:
            raise EnoughError
        return swept.pop(0)

    with pytest.raises(EnoughError):
        asyncio.run(voice_door._sweep(node, SimpleNamespace(sweep=sweep), days=90))  # type: ignore[arg-type]  # enough
    assert [text.split(":")[0] for text in node.written] == [
        "NOT DELETED, although over by the memorandum",
        "Recordings of 1 days are over by the memorandum and gone.",
        "NOT DELETED, although over by the memorandum",
    ]
    assert "2 days, the oldest 2020-01-01" in node.written[0]
