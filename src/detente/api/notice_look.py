"""A notice while it is drawn: what it becomes, what admission says, what it meets. Nothing is said or leaves.

The same rules as when it is sent, in the same order, asked of a copy: disclosure and admission, own plans inside,
then conflicts with every notice of other parties in force, pairs that are NOT CHECKED, boundaries and special areas.
What stands here is a look at one moment; the order that sends is judged anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

import msgspec

from detente.api.bodies_map import Looked
from detente.api.geo import volume_features
from detente.api.geo_meetings import conflict_feature, gap_of
from detente.api.house import House
from detente.conflicts.borders import borders
from detente.conflicts.decide import Conflict, NotChecked, agreed, decide
from detente.errors import OperatorError, PeerError
from detente.line.language import LANGUAGES
from detente.line.wording import plain, render
from detente.memorandum.model import Memorandum, NoticeKind
from detente.node.amending import in_force
from detente.node.state import NoticeHeld, State
from detente.node.views import short_ref
from detente.notices.admit import Admitted, Refused, admit
from detente.notices.conformance import Outside, Plan, conformance
from detente.notices.disclose import disclose
from detente.notices.geojson import named_notices_from_geojson
from detente.notices.notice import CountBand, HazardKind, Movement, Notice, Transponder, body_of
from detente.notices.plan_geojson import plans_from_geojson
from detente.quantities import UtcMs
from detente.runtime.desk_give import ref_of

NOTICES_MAX = 16
"""Drawn at once; more are sent without a look."""


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What is to be looked at, taken out of the node at one moment, so that it can be judged beside its turn."""

    me: str
    memorandum: Memorandum
    now_ms: UtcMs
    notices: tuple[tuple[str, Notice, tuple[NoticeHeld, ...]], ...]
    """Each with its name and those of other parties that it may be in conflict with."""
    others: tuple[NoticeHeld, ...]
    plans: tuple[Plan, ...]
    is_full: bool
    """Whether the memorandum allows no more open notices."""


def taken(house: House, asked: Looked) -> Drawn:
    """The drawing with all that it is judged by.

    Raises: PeerError or OperatorError where it is no notice, or no plan, at all.
    """
    node, state = house.node, house.node.state
    named = named_notices_from_geojson(asked.text.encode(), state.memorandum)
    if len(named) > NOTICES_MAX:
        raise OperatorError(
            "too_many",
            f"{len(named)} notices are too many to look at.",
            cure=f"Draw up to {NOTICES_MAX} at once.",
        )
    amended = None if asked.amends is None else in_force(state, ref_of(node, asked.amends), of=state.me)
    others = tuple(
        held
        for held in state.notices.values()
        if held.party != state.me and held.counts and held.until_ms > state.now_ms
    )
    most = state.memorandum.notices.max_open_per_party
    return Drawn(
        me=state.me,
        memorandum=state.memorandum,
        now_ms=house.clock.now_ms(),
        notices=tuple((name, one, _may_meet(house, state, one, others)) for name, one in named),
        others=others,
        plans=plans_from_geojson(asked.plans.encode()) if asked.plans else (),
        is_full=amended is None and state.open_notices_of(state.me) + len(named) > most,
    )


def _may_meet(
    house: House, state: State, notice: Notice, others: tuple[NoticeHeld, ...]
) -> tuple[NoticeHeld, ...]:
    """Those that the node's index names; all where there is none, or it cannot be asked."""
    near = house.node.may_meet(notice)
    if near is None:
        return others
    return tuple(
        held
        for ref in near
        if (held := state.notices.get(ref)) is not None and held.party != state.me and held.counts
    )


def looked(drawn: Drawn) -> dict[str, Any]:
    """The judgement, in plain values; takes no longer than sending would."""
    return {
        "at_ms": drawn.now_ms,
        "notices": [_judged(drawn, name, notice, near) for name, notice, near in drawn.notices],
    }


def _judged(drawn: Drawn, name: str, notice: Notice, near: Sequence[NoticeHeld]) -> dict[str, Any]:
    terms = drawn.memorandum
    code = "HAZ" if notice.kind == "hazard" else "NTC"
    refused = disclose(body_of(notice), terms)
    verdict = refused or admit(notice, terms, now_ms=drawn.now_ms)
    told: dict[str, Any]
    if isinstance(verdict, Refused):
        told = {"ok": False, "code": verdict.code, "message": verdict.message, "field": verdict.field}
    elif drawn.is_full:
        message = "The memorandum allows no more open notices of one party."
        told = {"ok": False, "code": "too_many_notices", "message": message, "field": None}
    else:
        told = {"ok": True, **msgspec.to_builtins(verdict)}
    found = [(held, decide(notice, held.notice, terms)) for held in near]
    return {
        "name": name,
        "code": code,
        "verdict": told,
        "text": {language: _read(code, notice, language, verdict) for language in LANGUAGES},
        "features": list(volume_features(name, drawn.me, notice, memorandum=terms, outline=True)),
        "conflicts": [
            conflict_feature(
                one,
                ends=gap_of(notice, held.notice, one, terms),
                own=name,
                foreign=short_ref(held.ref),
                party=held.party,
            )
            for held, one in found
            if isinstance(one, Conflict)
        ],
        "not_checked": [
            {"foreign": short_ref(held.ref), "reason": one.reason, "article": plain(one.article)}
            for held in drawn.others
            if isinstance(one := agreed(notice, held.notice, terms), NotChecked)
        ],
        "borders": [
            {**msgspec.to_builtins(one), "article": plain(one.article)}
            for one in borders(notice, party=drawn.me, memorandum=terms)
        ],
        "plans": [_plan(plan, notice, terms) for plan in drawn.plans],
    }


def _read(code: str, notice: Notice, language: str, verdict: Admitted | Refused) -> dict[str, Any]:
    """As a reader of a language will have it before him."""
    precedence = "ROUTINE" if isinstance(verdict, Refused) else verdict.precedence
    shown = render(code, notice, language=language, precedence=precedence, exercise=False)
    return {"title": shown.title, "lines": list(shown.lines)}


def _plan(plan: Plan, notice: Notice, terms: Memorandum) -> dict[str, Any]:
    """Whether an own flight lies inside; how far outside it is, never where."""
    try:
        fit = conformance(plan, notice, terms)
    except OperatorError as why:
        return {"ok": False, "field": None, "message": why.message}
    if isinstance(fit, Outside):
        return {"ok": False, "field": fit.field, "message": fit.message}
    return {"ok": True, "field": None, "message": ""}


def fault_of(why: PeerError | OperatorError) -> dict[str, Any]:
    """What is drawn is no notice yet: told as a finding, for drawing goes through many such states."""
    return {
        "notices": [],
        "fault": {"code": why.code, "message": why.message, "cure": why.cure},
    }


def form_of(terms: Memorandum) -> dict[str, Any]:
    """What may stand in a notice under these terms, for whoever draws one."""
    return {
        "kinds": list(get_args(NoticeKind)),
        "classes": [{"id": one.id, "name": one.name} for one in terms.class_],
        "count_bands": list(get_args(CountBand)),
        "transponders": list(get_args(Transponder)),
        "hazard_kinds": list(get_args(HazardKind)),
        "movements": list(get_args(Movement)),
        "channels_khz": sorted({one.name_khz for one in terms.channel}),
        "allowed": list(terms.disclosure.allow),
        "level_step_ft": terms.notices.level_step_ft,
        "min_radius_nm": float(terms.notices.min_radius_nm),
        "max_radius_nm": float(terms.notices.max_radius_nm),
    }
