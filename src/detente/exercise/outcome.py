"""What a rehearsal leaves: figures and a picture to show, and homes that can be started again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente.exercise.fires import Drawn
from detente.exercise.parties import Seat
from detente.quantities import UtcMs


@dataclass(frozen=True, kw_only=True)
class Left:
    """The homes, whose aircraft are whose, and when it ended."""

    seats: Sequence[Seat]
    path_id: str
    own_aircraft: Mapping[str, Sequence[str]]
    end_ms: UtcMs


@dataclass(frozen=True, kw_only=True)
class Encore:
    """What is flown again: the traffic as a recording, and the notices of it."""

    recording: bytes
    first_ms: UtcMs
    drawn: tuple[Drawn, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Result:
    """The figures, a picture of them as PNG, and what stands for whoever lets both nodes go on."""

    summary: Mapping[str, Any]
    picture: bytes
    left: Left
    encore: Encore | None = None
