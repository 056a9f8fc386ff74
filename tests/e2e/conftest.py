"""Two parties ready to talk, and nodes that end with the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e_session import Runner, free_port, settle

from detente.exercise.parties import Seat, make_parties


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[Runner]:
    runner = Runner(tmp_path)
    yield runner
    runner.kill_all()


@pytest.fixture
def seats(tmp_path: Path) -> list[Seat]:
    """Two homes under fires-2020, paired and signed, on a clock that stands at the week's beginning."""
    made = make_parties(
        tmp_path / "homes",
        template_name="fires-2020",
        parties=("SIERRA", "COAST"),
        ports=(free_port(), free_port()),
    )
    for seat, other in ((made[0], made[1]), (made[1], made[0])):
        settle(seat, other.party, other.port)
    return made
