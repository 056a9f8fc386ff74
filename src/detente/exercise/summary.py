"""What a rehearsal showed, as plain figures: the same for the terminal, for `summary.json` and for the picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from detente.airspace.inside import outside_m
from detente.exercise.fires import Drawn
from detente.line.evidence import Evidence
from detente.quantities import METRES_PER_NM, utc_text

ANNOUNCED_WITHIN_M = 0.5 * METRES_PER_NM
"""The moment lies midway between two aircraft at most 1 NM apart: half of that from either notice."""


@dataclass(kw_only=True)
class Sent:
    """A notice as it went out: drawn by whom, and its place in the sender's journal."""

    drawn: Drawn
    origin: str
    seq: int


@dataclass(kw_only=True)
class Played:
    """Everything the conductor saw."""

    sent: list[Sent] = field(default_factory=list)
    conflicts: Sequence[Mapping[str, Any]] = ()
    episodes: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    status: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    link_cuts: list[dict[str, Any]] = field(default_factory=list)
    rejected: Mapping[str, int] = field(default_factory=dict)


def summarise(played: Played, evidence: Evidence, *, receipts: int, seconds: float) -> dict[str, Any]:
    """The content of `summary.json`.

    `announced` is hindsight twice over: notices are drawn from the flown day, and an encounter counts as
    announced if a conflict stated before it joins two notices that both cover its place and time.
    """
    codes = Counter(statement.code for statement in evidence.statements)
    first, second = played.episodes.values()
    encounters = [_encounter(one, played) for one in first]
    return {
        "notices": len(played.sent),
        "conflicts": len(played.conflicts),
        "encounters": encounters,
        "encounters_agree": _keys(first) == {(b, a, start) for a, b, start in _keys(second)},
        "announced": sum(1 for one in encounters if one["announced"]),
        "alerts": {party: told["alerts_over"] for party, told in played.status.items()},
        "messages": sum(codes.values()),
        "messages_by_code": dict(sorted(codes.items())),
        "receipts": receipts,
        "link_cuts": played.link_cuts,
        "record_verified": evidence.ok,
        "identity": evidence.identity,
        "positions_rejected": dict(played.rejected),
        "seconds": round(seconds, 1),
    }


def _keys(episodes: Iterable[Mapping[str, Any]]) -> set[tuple[str, str, int]]:
    return {(one["own"], one["foreign"], one["start_ms"]) for one in episodes}


def _encounter(episode: Mapping[str, Any], played: Played) -> dict[str, Any]:
    return {
        "time_utc": utc_text(episode["closest_ms"] // 1000 * 1000),
        "a": episode["own"],
        "b": episode["foreign"],
        "lat": round(episode["lat"], 5),
        "lon": round(episode["lon"], 5),
        "miss_nm": round(episode["miss_nm"], 3),
        "miss_ft": round(episode["miss_ft"]),
        "start_utc": utc_text(episode["start_ms"] // 1000 * 1000),
        "end_utc": utc_text(episode["end_ms"] // 1000 * 1000),
        "announced": _is_announced(episode, played),
    }


def _is_announced(episode: Mapping[str, Any], played: Played) -> bool:
    by_place = {(sent.origin, sent.seq): sent.drawn for sent in played.sent}
    return any(
        conflict["found_ms"] < episode["start_ms"]
        and _covers(by_place[conflict["own_origin"], conflict["own_seq"]], episode)
        and _covers(by_place[conflict["foreign_origin"], conflict["foreign_seq"]], episode)
        for conflict in played.conflicts
    )


def _covers(drawn: Drawn, episode: Mapping[str, Any]) -> bool:
    lat_deg, lon_deg = np.array([episode["lat"]]), np.array([episode["lon"]])
    return any(
        volume.start_ms <= episode["closest_ms"] <= volume.end_ms
        and float(outside_m(volume.shape, lat_deg, lon_deg)[0]) <= ANNOUNCED_WITHIN_M
        for volume in drawn.notice.volumes
    )
