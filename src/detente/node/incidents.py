"""Incidents on a node: both sides' words folded from the journals; orders of the watch judged before they are said.

An order is refused where the memorandum does not let it be said: a category, an article, a class, a text, a name of
an attachment. A receipt of any of these is not an admission, and a protest never rings.
Source: practice (b) INC1, INC2, PRT; casebook rival-counts-2023, night-ultimatum-2017.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from detente.errors import OperatorError
from detente.incidents import register
from detente.incidents.admit import fault_of
from detente.incidents.category import NOT_CHECKABLE, OTHER, counted_category
from detente.incidents.dossier import Dossier, dossier_of
from detente.incidents.matching import reports_of, standing_numbers
from detente.incidents.number import next_number
from detente.incidents.register import Filed
from detente.line.bodies import Acknowledgement, Rejection
from detente.line.bodies_duty import IncidentReport, IncidentStatement, Protest
from detente.line.catalogue import CATALOGUE, Body
from detente.node import saying
from detente.node.effects import Effect, Reply, Say, Write
from detente.node.events import MatchIncident, OpenIncident, ProtestIncident, SayNow, StateIncident
from detente.node.open_item import OpenItem
from detente.node.refusal import no
from detente.node.state import State
from detente.node.state_with import state_with
from detente.notices.disclose import disclose
from detente.notices.notice import is_never_said
from detente.quantities import PartyId, PostId, UtcMs
from detente.record.statement import Ref, Statement

_Outcome = tuple[State, tuple[Effect, ...]]

_STRUCTURAL = frozenset(
    {
        *("number", "same_as", "category", "articles", "article", "at", "lat_e7", "lon_e7", "at_ms"),
        *("passing", "own_class", "other_class", "lateral_m", "vertical_ft"),
        *("attachments", "name", "sha256", "length", "closes", "text"),
    }
)
"""Every name that a statement about an incident has; the memorandum's never-list is asked even of these.

But for the entries that it names: "origin" is a journal there, and not where an aircraft came from.
"""

_COUNTED = {
    NOT_CHECKABLE: " No figure is agreed for these classes: it counts as NOT CHECKABLE.",
    OTHER: " It is not under the agreed figures: it counts as other, not as proximity.",
}


def take(state: State, *, party: PartyId, ref: Ref, statement: Statement, body: Body) -> State:
    """What a committed statement of either side adds to the dossiers."""
    folded = register.take(
        state.register,
        party=party,
        ref=ref,
        statement=statement,
        body=body,
        memorandum=state.memorandum,
    )
    return state if folded is state.register else state_with(state, register=folded)


def refusals(
    state: State, *, party: PartyId, ref: Ref, body: IncidentReport | IncidentStatement | Protest
) -> tuple[Effect, ...]:
    """What is answered to a peer's statement that the memorandum does not let it make."""
    fault = fault_of(body, party=party, memorandum=state.memorandum)
    if fault is None:
        return ()
    return (
        Write(kind="refused", text=f"{party} entry {ref.seq}: {fault.code}: {fault.message}"),
        Say(
            to=(state.desk_of(party),),
            code="REJ",
            body=Rejection(reason=fault.code, field=fault.field),
            precedence="ROUTINE",
            reply_to=ref,
        ),
    )


def open_incident(state: State, event: OpenIncident) -> _Outcome:
    """Report an incident under the next number of ours."""
    if state.disk_is_full:
        return no(state, "disk_full", "The disk is full: a number could be given twice. Free space first.")
    if event.event_ms > event.at_ms + state.memorandum.line.clock_tolerance_ms:
        return no(state, "event_ahead", "The event lies ahead of now: report what has happened.")
    reports = reports_of(state.register)
    under = reports.get(event.same_as) if event.same_as is not None else None
    if event.same_as is not None and (under is None or under.party == state.me):
        return no(state, "unknown_number", f"{event.same_as[:80]} is no number of another party here.")
    try:
        memorandum_id = state.memorandum.memorandum.id
        number = next_number(memorandum_id, state.me, at_ms=event.event_ms, taken=reports)
    except OperatorError as why:
        return no(state, why.code, str(why))
    report = IncidentReport(
        number=number,
        same_as=event.same_as,
        category=event.category,
        articles=event.articles,
        at=event.at,
        at_ms=event.event_ms,
        passing=event.passing,
        entries=event.entries,
        text=event.text,
    )
    fault = fault_of(report, party=state.me, memorandum=state.memorandum)
    counted = _COUNTED.get(counted_category(report, state.memorandum), "") if fault is None else ""
    told = f"{number} is in the journal.{counted}"
    return _say(
        state,
        event.at_ms,
        "INC1",
        report,
        to=event.to or saying.desks(state, None),
        reply_to=under.ref if under is not None else None,
        told=told,
    )


def state_incident(state: State, event: StateIncident) -> _Outcome:
    """Make the own full statement, or the counter-statement, under the number that stands."""
    dossier = _dossier(state, event.number)
    if dossier is None:
        return no(state, "unknown_number", f"There is no incident {event.number[:80]} here.")
    for attachment in event.attachments:
        if is_never_said(attachment.name, state.memorandum.disclosure.never):
            text = (
                f"The name of the attachment {attachment.name[:40]!r} holds a word that is never disclosed."
            )
            return no(state, "never_list", text)
    statement = IncidentStatement(
        number=dossier.number,
        entries=event.entries,
        attachments=event.attachments,
        closes=event.closes,
        text=event.text,
    )
    heard = [one.ref for one in dossier.filed if one.party != state.me and _is_open(state, one.ref)]
    closing = " This side closes the incident." if event.closes else ""
    return _say(
        state,
        event.at_ms,
        "INC2",
        statement,
        to=_concerned(state, dossier),
        reply_to=heard[-1] if heard else None,
        taken=heard[:-1],
        told=f"The statement under {dossier.number} is in the journal.{closing}",
    )


def protest(state: State, event: ProtestIncident) -> _Outcome:
    """Say that an article is held to be broken; it rings nobody."""
    dossier = _dossier(state, event.number)
    if dossier is None:
        return no(state, "unknown_number", f"There is no incident {event.number[:80]} here: report it first.")
    body = Protest(number=dossier.number, article=event.article)
    told = f"The protest under {dossier.number} is in the journal. It rings nobody."
    to = _concerned(state, dossier)
    return _say(state, event.at_ms, "PRT", body, to=to, reply_to=None, told=told)


def match(state: State, event: MatchIncident) -> _Outcome:
    """Accept that a report of ours and one of another party are of one event; the other side has to accept it too."""
    reports, standing = reports_of(state.register), standing_numbers(state.register)
    named = [reports.get(number) for number in (event.number, event.other)]
    ours = next((one for one in named if one is not None and one.party == state.me), None)
    theirs = next((one for one in named if one is not None and one.party != state.me), None)
    if ours is None or theirs is None:
        text = "A match is of one number of ours and one of another party: see `detente incident list`."
        return no(state, "unknown_number", text)
    assert isinstance(ours.body, IncidentReport), "a number is made by a report"
    if standing[ours.body.number] == standing[theirs.body.number]:
        return no(state, "one_already", f"Both are {standing[ours.body.number]} already.")
    if _has_accepted(state, ours, theirs):
        return no(state, "accepted_already", f"It is accepted here; {theirs.party} has to accept it too.")
    body = msgspec.structs.replace(ours.body, same_as=theirs.body.number)
    is_mutual = _has_accepted(state, theirs, ours)
    heard = [
        one.ref
        for one in sorted(state.register.filed.values(), key=lambda one: one.place)
        if one.party == theirs.party and one.body.number == theirs.body.number and _is_open(state, one.ref)
    ]
    told = "Both sides have accepted it." if is_mutual else f"{theirs.party} has to accept it too."
    return _say(
        state,
        event.at_ms,
        "INC1",
        body,
        to=tuple(state.desk_of(party) for party in ours.to),
        reply_to=heard[-1] if heard else theirs.ref,
        taken=heard[:-1],
        told=f"The match is in the journal. {told}",
    )


def _say(
    state: State,
    at_ms: UtcMs,
    code: str,
    body: IncidentReport | IncidentStatement | Protest,
    *,
    to: tuple[PostId, ...],
    reply_to: Ref | None,
    told: str,
    taken: Sequence[Ref] = (),
) -> _Outcome:
    """The statement, if the memorandum lets it be made; else the first reason against it.

    Whoever states or matches has read what the other side says of it: `taken` gets its receipt, as `reply_to` does.
    """
    fault = fault_of(body, party=state.me, memorandum=state.memorandum)
    if fault is not None:
        return no(state, fault.code, fault.message)
    said = {name: value for name, value in msgspec.to_builtins(body).items() if name != "entries"}
    refused = disclose(said, state.memorandum, structural=_STRUCTURAL)
    if refused is not None:
        return no(state, refused.code, refused.message)
    precedence = CATALOGUE[code].precedence
    order = SayNow(
        at_ms=at_ms, code=code, body=body, to=to, precedence=precedence, reply_to=reply_to, exercise=False
    )
    for why in saying.faults(state, order, to, precedence):
        return no(state, why.code, why.message)
    say = Say(to=to, code=code, body=body, precedence=precedence, reply_to=reply_to)
    receipts = (_receipt(state, state.open_items[ref, state.me], at_ms) for ref in taken)
    return state, (say, *receipts, Reply(ok=True, code="sent", message=told))


def _receipt(state: State, item: OpenItem, at_ms: UtcMs) -> Say:
    desk = state.desk_of(state.me)
    return Say(
        to=(state.desk_of(item.owed_to),),
        code="ACK",
        body=Acknowledgement(level="understood", post=desk, at_ms=at_ms, passed_to=None),
        precedence=item.precedence,
        reply_to=item.ref,
    )


def _dossier(state: State, number: str) -> Dossier | None:
    return dossier_of(state.register, state.memorandum, number, until_ms=state.now_ms + 1)


def _concerned(state: State, dossier: Dossier) -> tuple[PostId, ...]:
    """The desks of every other party that the incident was told to."""
    return tuple(state.desk_of(side.party) for side in dossier.sides if side.party != state.me)


def _is_open(state: State, ref: Ref) -> bool:
    return (ref, state.me) in state.open_items


def _has_accepted(state: State, first: Filed, other: Filed) -> bool:
    """Whether the party of a report has called it the same as another."""
    return any(
        one.party == first.party
        and isinstance(one.body, IncidentReport)
        and one.body.number == first.body.number
        and one.body.same_as == other.body.number
        for one in state.register.filed.values()
    )
