"""How long each answer in a record took, and how long the memorandum allowed: reckoned from what was said.

The limit is the one that every node folds (`detente.node.open_item`): from the asking statement, by its code's row
or its precedence's; a notice is passed down by the agreed time before it starts, where that is sooner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from detente.line.bodies import Acknowledgement, Answer, ReadBackVerdict
from detente.line.bodies_duty import LineCheckReply
from detente.line.catalogue import Body, parse_body
from detente.memorandum.model import Memorandum
from detente.node.duty import times_of
from detente.notices.notice import Notice
from detente.notices.readback import ReadBack
from detente.quantities import UtcMs
from detente.record.statement import Statement

Step: TypeAlias = Literal["understood", "answered", "passed"]


@dataclass(frozen=True, kw_only=True)
class AnsweredIn:
    """One answer: to what, by whom, what it reached, after how long, and within what it was owed."""

    code: str
    """Of the statement that asked."""
    asked_by: str
    asked_ms: UtcMs
    step: Step
    by: str
    took_s: float
    within_s: int

    @property
    def is_met(self) -> bool:
        """Whether it came in time; the last second counts."""
        return self.took_s <= self.within_s


def answers(statements: Iterable[Statement], memorandum: Memorandum) -> Iterator[AnsweredIn]:
    """Every first answer to something that was asked, in the order of the record."""
    asked: dict[tuple[str, int], Statement] = {}
    done: set[tuple[str, int, Step]] = set()
    for statement in statements:
        asked[statement.origin, statement.seq] = statement
        ref = statement.reply_to
        if ref is None or (ref.origin, ref.seq) not in asked:
            continue
        question = asked[ref.origin, ref.seq]
        found = answered_in(
            question,
            statement,
            question_body=parse_body(question, memorandum.disclosure),
            body=parse_body(statement, memorandum.disclosure),
            memorandum=memorandum,
        )
        if found is not None and (ref.origin, ref.seq, found.step) not in done:
            done.add((ref.origin, ref.seq, found.step))
            yield found


def answered_in(
    question: Statement, reply: Statement, *, question_body: Body, body: Body, memorandum: Memorandum
) -> AnsweredIn | None:
    """One reply held against the clock of its question; None where it answers nothing that has a time."""
    times = times_of(memorandum, code=question.code, precedence=question.precedence)
    step: Step
    match body:
        case Acknowledgement(level="passed"):
            step, within_s = "passed", times.passed_s
            if isinstance(question_body, Notice) and within_s:
                within_s = min(within_s, _pass_down_s(question, question_body, memorandum))
        case Acknowledgement(level="understood") | ReadBackVerdict(verdict="correct"):
            step, within_s = "understood", times.understood_s
        case Answer(answer="standby"):
            step, within_s = "understood", times.understood_s
        case Answer() | ReadBack() | LineCheckReply():
            step, within_s = "answered", times.substance_s or times.understood_s
        case _:
            return None
    if not within_s or (isinstance(body, ReadBackVerdict) and reply.origin != question.origin):
        return None
    return AnsweredIn(
        code=question.code,
        asked_by=_party_of(question),
        asked_ms=UtcMs(question.sent_ms),
        step=step,
        by=_party_of(reply),
        took_s=(reply.sent_ms - question.sent_ms) / 1000.0,
        within_s=within_s,
    )


def _pass_down_s(question: Statement, notice: Notice, memorandum: Memorandum) -> int:
    start_ms = min(volume.start_ms for volume in notice.volumes)
    early_ms = start_ms - memorandum.notices.pass_down_before_s * 1000
    return ((early_ms if early_ms > question.sent_ms else start_ms) - question.sent_ms) // 1000


def _party_of(statement: Statement) -> str:
    return statement.origin.partition("/")[0]
