"""All numbered checks of a plan at once: what keeps it from being signed, and what is screened for the authority.

The refusing rules stand in the memorandum's own checks, where signing asks them too; here each gets its number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, TypeAlias

from detente.frequencies import screening
from detente.frequencies.changes import ChannelChange, check_changes, plan_in_force
from detente.frequencies.finding import Finding
from detente.frequencies.proof import Proofs, check_proofs
from detente.frequencies.sky import sky_of
from detente.memorandum import check_airspace, check_channels, check_radio
from detente.memorandum.check import Check
from detente.memorandum.model import Memorandum
from detente.memorandum.problem import Problem
from detente.wire import Record

Heading: TypeAlias = Literal["INVALID", "UNTESTED", "PROVEN"]

NUMBER_OF: Mapping[Check, int] = {
    check_channels.channel_names_are_valid: 1,
    check_channels.channels_name_what_exists: 1,
    check_channels.who_listens_can_tune: 1,
    check_channels.tones_can_be_sent: 1,
    check_radio.sectors_have_channels: 2,
    check_radio.everybody_can_call: 2,
    check_radio.assignments_are_whole: 2,
    check_radio.every_pair_can_talk: 3,
    check_radio.relays_are_staffed: 3,
    check_radio.sectors_name_their_users: 3,
    check_radio.stations_are_placed: 4,
    check_channels.guard_is_one_list: 5,
    check_channels.guard_is_kept_clear: 5,
    check_channels.data_links_are_kept_clear: 5,
    check_channels.one_carrier_has_one_name: 6,
    check_channels.one_name_has_one_tone: 6,
    check_channels.frequency_rules_are_positive: 8,
}
"""Which numbered check of practice (f) each rule of the memorandum about radios belongs to."""

_GROUND: tuple[Check, ...] = (
    check_airspace.points_are_on_earth,
    check_airspace.outlines_are_sound,
    check_airspace.levels_have_a_datum,
    check_radio.assignments_are_whole,
    check_radio.stations_are_placed,
)
"""Without these no distance and no height can be screened."""


class Report(Record, frozen=True, kw_only=True):
    """Everything found, gravest first, and the heading over a plan: it is screening, and assigns nothing."""

    heading: Heading
    findings: tuple[Finding, ...]
    proofs_asked: bool = False

    @property
    def is_valid(self) -> bool:
        """Whether the plan can be signed."""
        return self.heading != "INVALID"

    def heading_in(self, sector: str) -> Heading:
        """The heading over one sector: what is found elsewhere does not stand on its card."""
        here = [one for one in self.findings if one.sector in ("", sector)]
        if any(one.gravity == "invalid" for one in here):
            return "INVALID"
        is_proven = self.proofs_asked and not any(one.check == 8 for one in here)
        return "PROVEN" if is_proven else "UNTESTED"


def check(
    memorandum: Memorandum,
    *,
    proofs: Proofs | None = None,
    changes: Iterable[ChannelChange] = (),
    noticed: Mapping[int, int] | None = None,
    now_ms: int = 0,
) -> Report:
    """Every finding of a plan.

    Args:
        proofs: what radio checks have shown; None where nobody looked, and then the plan is headed UNTESTED.
        noticed: by channel name how many aircraft the parties' notices have on it.
        now_ms: for the age of proofs and the state of changes.
    """
    now = plan_in_force(memorandum, changes, now_ms=now_ms)
    plan = now.memorandum
    found = [*_refused(plan), *check_changes(now.changes), *screening.load(plan, noticed or {})]
    ground = [_of_problem(problem, NUMBER_OF.get(one, 4)) for one in _GROUND for problem in one(plan)]
    found += [one for one in ground if one not in found]
    if not ground:
        sky = sky_of(plan)
        found += [*screening.line_of_sight(sky), *screening.reuse(sky), *screening.products(plan)]
    if proofs is not None:
        found += check_proofs(plan, proofs, now_ms=now_ms, ended_ms=now.ended_ms)
    found.sort(key=lambda one: (one.gravity != "invalid", one.check))
    return Report(heading=_heading(found, proofs), findings=tuple(found), proofs_asked=proofs is not None)


def _refused(memorandum: Memorandum) -> Iterator[Finding]:
    """What the memorandum's own checks say of its radios."""
    for one, number in NUMBER_OF.items():
        for problem in one(memorandum):
            yield _of_problem(problem, number)


def _of_problem(problem: Problem, number: int) -> Finding:
    return Finding(
        check=number,
        gravity="invalid",
        sector=problem.sector,
        pair=problem.pair,
        path=problem.path,
        message=problem.message,
        cure=problem.cure,
    )


def _heading(found: Iterable[Finding], proofs: Proofs | None) -> Heading:
    rows = tuple(found)
    if any(one.gravity == "invalid" for one in rows):
        return "INVALID"
    return "UNTESTED" if proofs is None or any(one.check == 8 for one in rows) else "PROVEN"
