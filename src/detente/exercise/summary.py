"""What a rehearsal showed, as plain figures: the same for the terminal, for `summary.json` and for the picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from detente.encounters.episodes import Episode
from detente.exercise.announced import StatedConflict, announced
from detente.exercise.fires import Drawn
from detente.line.bodies import ConflictStated
from detente.line.catalogue import parse_body
from detente.line.evidence import Evidence
from detente.memorandum.model import Memorandum
from detente.quantities import UtcMs, utc_text
from detente.record.statement import Ref


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A notice as it went out, and its place in the sender's journal."""

    drawn: Drawn
    origin: str
    seq: int


@dataclass(kw_only=True)
class Played:
    """Everything the conductor saw; what was said stands in the record."""

    sent: list[Sent] = field(default_factory=list)
    episodes: Mapping[str, Sequence[Episode]] = field(default_factory=dict)
    status: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    link_cuts: list[dict[str, Any]] = field(default_factory=list)
    rejected: Mapping[str, int] = field(default_factory=dict)


def summarise(
    played: Played,
    evidence: Evidence,
    memorandum: Memorandum,
    call_sign_of: Mapping[str, str],
    *,
    seconds: float,
) -> dict[str, Any]:
    """The content of `summary.json`.

    `announced` is hindsight: notices are drawn from the flown day, and an encounter counts as announced if a
    conflict stated before it joins two notices that held both aircraft. Misses are those at the least
    horizontal distance.
    """
    codes = Counter(statement.code for statement in evidence.statements)
    first, second = played.episodes.values()
    stated = _stated(played, evidence, memorandum)
    encounters = [
        _encounter(one, stated, memorandum, call_sign_of)
        for one in sorted(first, key=lambda one: one.start_ms)
    ]
    return {
        "notices": len(played.sent),
        "conflicts": len(stated),
        "encounters": encounters,
        "encounters_agree": _keys(first) == {(b, a, start_ms) for a, b, start_ms in _keys(second)},
        "announced": sum(1 for one in encounters if one["announced"]),
        "alerts": {party: told["alerts_over"] for party, told in played.status.items()},
        "messages": sum(codes.values()),
        "messages_by_code": dict(sorted(codes.items())),
        "receipts": evidence.receipted,
        "link_cuts": played.link_cuts,
        "record_verified": evidence.ok,
        "identity": evidence.identity,
        "positions_rejected": dict(played.rejected),
        "seconds": round(seconds, 1),
    }


def _keys(episodes: Iterable[Episode]) -> set[tuple[str, str, int]]:
    return {(one.a, one.b, one.start_ms) for one in episodes}


def _stated(played: Played, evidence: Evidence, memorandum: Memorandum) -> list[StatedConflict]:
    """Every conflict in the record, once, from when either side first stated it."""
    notices = {(sent.origin, sent.seq): sent.drawn.notice for sent in played.sent}
    found: dict[frozenset[Ref], StatedConflict] = {}
    for statement in evidence.statements:
        if statement.code != "CON":
            continue
        body = parse_body(statement, memorandum.disclosure)
        assert isinstance(body, ConflictStated), "a CON of our own nodes states a conflict"
        one, other = (notices[ref.origin, ref.seq] for ref in (body.first, body.second))
        pair = frozenset((body.first, body.second))
        if pair not in found or statement.sent_ms < found[pair].stated_ms:
            found[pair] = StatedConflict(notices=(one, other), stated_ms=UtcMs(statement.sent_ms))
    return list(found.values())


def _encounter(
    episode: Episode,
    stated: Sequence[StatedConflict],
    memorandum: Memorandum,
    call_sign_of: Mapping[str, str],
) -> dict[str, Any]:
    nearest = episode.nearest
    return {
        "time_utc": utc_text(nearest.closest_ms // 1000 * 1000),
        "a": episode.a,
        "b": episode.b,
        "a_call_sign": call_sign_of[episode.a],
        "b_call_sign": call_sign_of[episode.b],
        "lat": round(nearest.lat_deg, 5),
        "lon": round(nearest.lon_deg, 5),
        "miss_nm": round(nearest.miss_nm, 3),
        "miss_ft": round(nearest.miss_ft),
        "start_utc": utc_text(episode.start_ms // 1000 * 1000),
        "end_utc": utc_text(episode.end_ms // 1000 * 1000),
        "announced": announced(episode, stated, memorandum) is not None,
    }
