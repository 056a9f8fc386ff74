"""What the journals say of incidents and of alerts, kept as it was said; everything else here is computed from it.

A register is the same set whichever order the entries come in, so two nodes that hold the same journals have the
same dossiers. Every time in it is the one that its author signed: no clock of a reader has a say. What is said for
exercise, and what breaks the memorandum, is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from detente.incidents.admit import fault_of
from detente.line.bodies import Acknowledgement, Alert, Answer, Cleared
from detente.line.bodies_duty import IncidentReport, IncidentStatement, Protest
from detente.line.catalogue import Body, answer_due_ms
from detente.line.terms import LATEST_MS
from detente.memorandum.model import Memorandum
from detente.quantities import PartyId, UtcMs
from detente.record.statement import Ref, Statement

IncidentBody: TypeAlias = IncidentReport | IncidentStatement | Protest

SENT_MS_MAX = LATEST_MS - 366 * 86_400_000
"""A deadline that follows from a later time could not be written."""

CODES = ("INC1", "INC2", "PRT", "ACK", "ALR", "ANS", "CLR")
"""Every code that can change a register."""


@dataclass(frozen=True, kw_only=True)
class Filed:
    """One statement about an incident: by whom, to whom, and when by its author's clock."""

    ref: Ref
    party: PartyId
    to: tuple[PartyId, ...]
    sent_ms: UtcMs
    reply_to: Ref | None
    language: str
    body: IncidentBody

    @property
    def place(self) -> tuple[UtcMs, str, int]:
        """Where it stands among the others, on every node."""
        return self.sent_ms, self.ref.origin, self.ref.seq


@dataclass(frozen=True, kw_only=True)
class Call:
    """One ALERT "your aircraft", and what became of it by its addressees' and its author's own words.

    `answers` holds the first answer of each that is more than a standby.
    """

    ref: Ref
    party: PartyId
    to: tuple[PartyId, ...]
    sent_ms: UtcMs
    due_ms: UtcMs | None
    body: Alert
    answers: Mapping[PartyId, UtcMs] = field(default_factory=dict)
    cleared_ms: UtcMs | None = None


@dataclass(frozen=True, kw_only=True)
class Register:
    """All of it. `receipts` holds by report who has said of it that a person there took it, and when."""

    filed: Mapping[Ref, Filed] = field(default_factory=dict)
    receipts: Mapping[Ref, Mapping[PartyId, UtcMs]] = field(default_factory=dict)
    calls: Mapping[Ref, Call] = field(default_factory=dict)


def take(
    register: Register,
    *,
    party: PartyId,
    ref: Ref,
    statement: Statement,
    body: Body,
    memorandum: Memorandum,
) -> Register:
    """The register with one statement more; a statement must not come before the one that it answers."""
    if statement.exercise or party_of(memorandum, statement.sender) != party:
        return register
    if statement.sent_ms > SENT_MS_MAX:
        return register
    sent_ms = UtcMs(statement.sent_ms)
    match body:
        case IncidentReport() | IncidentStatement() | Protest():
            if fault_of(body, party=party, memorandum=memorandum) is not None:
                return register
            filed = Filed(
                ref=ref,
                party=party,
                to=_addressed(memorandum, statement, party),
                sent_ms=sent_ms,
                reply_to=statement.reply_to,
                language=statement.language,
                body=body,
            )
            register = replace(register, filed={**register.filed, ref: filed})
            return _receipted(register, statement.reply_to, party, sent_ms)
        case Acknowledgement():
            return _receipted(register, statement.reply_to, party, sent_ms)
        case Alert():
            call = Call(
                ref=ref,
                party=party,
                to=_addressed(memorandum, statement, party),
                sent_ms=sent_ms,
                due_ms=answer_due_ms(
                    memorandum, code=statement.code, precedence=statement.precedence, sent_ms=sent_ms
                ),
                body=body,
            )
            return replace(register, calls={**register.calls, ref: call})
        case Answer() if body.answer != "standby":
            return _answered(register, statement.reply_to, party, sent_ms)
        case Cleared():
            return _cleared(register, statement.reply_to, party, sent_ms)
        case _:
            return register


def party_of(memorandum: Memorandum, post: str) -> PartyId | None:
    """Whose post it is; None for one that the memorandum does not know."""
    return next((PartyId(known.party) for known in memorandum.post if known.id == post), None)


def _addressed(memorandum: Memorandum, statement: Statement, party: PartyId) -> tuple[PartyId, ...]:
    found = {party_of(memorandum, post) for post in statement.to}
    return tuple(sorted(one for one in found if one is not None and one != party))


def _receipted(register: Register, of: Ref | None, party: PartyId, sent_ms: UtcMs) -> Register:
    if of is None or of not in register.filed or register.filed[of].party == party:
        return register
    held = register.receipts.get(of, {})
    first_ms = min(sent_ms, held.get(party, sent_ms))
    return replace(register, receipts={**register.receipts, of: {**held, party: first_ms}})


def _answered(register: Register, of: Ref | None, party: PartyId, sent_ms: UtcMs) -> Register:
    call = register.calls.get(of) if of is not None else None
    if call is None or party not in call.to:
        return register
    first_ms = min(sent_ms, call.answers.get(party, sent_ms))
    call = replace(call, answers={**call.answers, party: first_ms})
    return replace(register, calls={**register.calls, call.ref: call})


def _cleared(register: Register, of: Ref | None, party: PartyId, sent_ms: UtcMs) -> Register:
    call = register.calls.get(of) if of is not None else None
    if call is None or party != call.party:
        return register
    call = replace(call, cleared_ms=min(sent_ms, call.cleared_ms or sent_ms))
    return replace(register, calls={**register.calls, call.ref: call})
