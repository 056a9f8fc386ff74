"""Notices as a watch sees them: how far each has come at each side, what it meets, and what is proposed for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

import msgspec

from detente.conflicts.decide import NotChecked, agreed
from detente.conflicts.standing import standing
from detente.line.wording import detail, plain
from detente.node.declared import reply_is_owed
from detente.node.duty import is_overdue
from detente.node.notices import stamp_of
from detente.node.open_item import Level, OpenItem
from detente.node.state import ConflictHeld, NoticeHeld, ProposalHeld, State
from detente.node.views_line import short_ref
from detente.quantities import PartyId
from detente.record.statement import Ref

_RISING: tuple[Level, ...] = ("delivered", "understood", "passed", "in_effect")


def notices(state: State) -> list[dict[str, Any]]:
    """Every notice held, own and foreign."""
    conflicts_of = Counter(chain.from_iterable(state.conflicts))
    unchecked_of: Counter[Ref] = Counter()
    for _, ours, theirs in not_checked(state):
        unchecked_of.update(dict.fromkeys((held.ref for held in ours), len(theirs)))
        unchecked_of.update(dict.fromkeys((held.ref for held in theirs), len(ours)))
    return [_notice_row(state, held, conflicts_of, unchecked_of) for held in state.notices.values()]


def conflicts(state: State) -> list[dict[str, Any]]:
    """Every conflict known, with who has stated it and how the two notices stand to each other."""
    return [_conflict_row(state, held) for held in state.conflicts.values()]


def findings(state: State) -> dict[str, Any]:
    """All that was found about notices in force: conflicts, what is NOT CHECKED, borders, and what is proposed."""
    return {
        "conflicts": [row for row in conflicts(state) if not row["is_over"]],
        "not_checked": [_not_checked_row(*found) for found in not_checked(state)],
        "borders": [
            {
                "notice": short_ref(held.ref),
                "party": held.party,
                **msgspec.to_builtins(border),
                "article": plain(border.article),
            }
            for held in state.notices.values()
            if held.counts
            for border in held.borders
        ],
        "proposals": [_proposal_row(held) for held in state.proposals.values()],
    }


def not_checked(state: State) -> list[tuple[NotChecked, list[NoticeHeld], list[NoticeHeld]]]:
    """Own and foreign notices in force between which no figure is agreed: never to be shown as clear."""
    ours: dict[str, list[NoticeHeld]] = {}
    theirs: dict[str, list[NoticeHeld]] = {}
    for held in state.notices.values():
        if held.counts and held.until_ms > state.now_ms:
            (ours if held.party == state.me else theirs).setdefault(held.notice.class_, []).append(held)
    return [
        (verdict, ours[one], theirs[other])
        for one in sorted(ours)
        for other in sorted(theirs)
        if isinstance(
            verdict := agreed(ours[one][0].notice, theirs[other][0].notice, state.memorandum), NotChecked
        )
    ]


def levels_of(state: State, held: NoticeHeld) -> list[dict[str, Any]]:
    """The four levels at each side that owes them: when each was reached, which is owed, and whether it is overdue.

    A time is None where it is not known: an item that owes nothing more is closed, and only its last word is kept.
    """
    owing = state.peers if held.party == state.me else (state.me,)
    return [_levels_row(state, held, party) for party in owing]


def _levels_row(state: State, held: NoticeHeld, party: PartyId) -> dict[str, Any]:
    key = (held.ref, party)
    item = state.open_items.get(key)
    known = item or state.passed_items.get(key)
    reached: dict[Level, int | None] = {} if known is None else dict(known.reached)
    if party in state.stamps.get(held.ref, {}):
        reached.setdefault("delivered", None)
    if held.read_backs.get(party) == "correct":
        reached.setdefault("understood", None)
    come = [level for level in _RISING if level in reached]
    owed = [] if item is None else _owed(state, item)
    return {
        "party": party,
        "level": come[-1] if come else None,
        "reached_ms": {level: reached[level] for level in come},
        "owed": owed,
        "overdue": [level for level in owed if item is not None and is_overdue(item, level, state.now_ms)],
    }


def _owed(state: State, item: OpenItem) -> list[Level]:
    """What is owed of the four; a read-back is owed as `understood`."""
    if not reply_is_owed(state, item):
        return []
    delivered: list[Level] = [] if item.reached else ["delivered"]
    return delivered + [level for level in item.owed if level in _RISING]


def _notice_row(
    state: State, held: NoticeHeld, conflicts_of: Mapping[Ref, int], unchecked_of: Mapping[Ref, int]
) -> dict[str, Any]:
    return {
        "ref": short_ref(held.ref),
        "party": held.party,
        "kind": held.notice.kind,
        "class": plain(held.notice.class_),
        "volumes": len(held.notice.volumes),
        "start_ms": min(volume.start_ms for volume in held.notice.volumes),
        "end_ms": max(volume.end_ms for volume in held.notice.volumes),
        "stamp": stamp_of(state, held),
        "stamps": dict(state.stamps.get(held.ref, {})),
        "read_back": held.read_back,
        "refused_by": dict(held.refused_by),
        "in_force": held.counts and held.until_ms > state.now_ms,
        "amends": _short(held.amends),
        "replaced_by": _short(held.replaced_by),
        "over_ms": held.over_ms,
        "levels": levels_of(state, held),
        "conflicts": conflicts_of.get(held.ref, 0),
        "not_checked": unchecked_of.get(held.ref, 0),
        "borders": len(held.borders),
    }


def _conflict_row(state: State, held: ConflictHeld) -> dict[str, Any]:
    conflict = held.conflict
    return {
        "own": short_ref(held.own),
        "foreign": short_ref(held.foreign),
        "article": plain(conflict.article),
        "mode": conflict.mode,
        "lateral_gap_m": conflict.lateral_gap_m,
        "lateral_min_m": conflict.lateral_min_m,
        "vertical_gap_ft": conflict.vertical_gap_ft,
        "vertical_min_ft": conflict.vertical_min_ft,
        "time_gap_s": conflict.time_gap_s,
        "time_min_s": conflict.time_min_s,
        "lat": conflict.where.lat_e7 / 1e7,
        "lon": conflict.where.lon_e7 / 1e7,
        "from_ms": conflict.from_ms,
        "until_ms": conflict.until_ms,
        "is_over": _is_over(state, held),
        "found_ms": held.found_ms,
        "stated_by": sorted(held.stated_by),
        "stated_in": [short_ref(ref) for ref in held.stated_in],
        **_standing(state, held.own, held.foreign),
    }


def _is_over(state: State, held: ConflictHeld) -> bool:
    """The notice that ends first is over, and so is the agreed time after it: no two windows can be near again."""
    ends_ms = min(state.notices[held.own].until_ms, state.notices[held.foreign].until_ms)
    return ends_ms + held.conflict.time_min_s * 1000 < state.now_ms


def _standing(state: State, own: Ref, foreign: Ref) -> dict[str, Any]:
    ours, theirs = state.notices[own], state.notices[foreign]
    found = standing(
        ours.notice.kind,
        theirs.notice.kind,
        first_ms=ours.announced_ms,
        second_ms=theirs.announced_ms,
        memorandum=state.memorandum,
    )
    named = {"first": short_ref(own), "second": short_ref(foreign), None: None}
    return {
        "priority": named[found.priority],
        "announced_first": named[found.announced_first],
        "gives_way": named[found.gives_way],
        "because": found.because,
    }


def _not_checked_row(
    verdict: NotChecked, ours: Iterable[NoticeHeld], theirs: Iterable[NoticeHeld]
) -> dict[str, Any]:
    return {
        "own": [short_ref(held.ref) for held in ours],
        "foreign": [short_ref(held.ref) for held in theirs],
        "article": plain(verdict.article),
        "reason": verdict.reason,
    }


def _proposal_row(held: ProposalHeld) -> dict[str, Any]:
    return {
        "ref": short_ref(held.ref),
        "party": held.party,
        "notice": short_ref(held.proposal.notice),
        "change": detail(held.proposal),
        "of": _short(held.of),
        "to": list(held.to),
        "answers": dict(held.answers),
    }


def _short(ref: Ref | None) -> str | None:
    return None if ref is None else short_ref(ref)
