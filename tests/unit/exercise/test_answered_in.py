"""Clocks are reckoned from what was said: the first answer counts, and the last second is in time."""

from __future__ import annotations

import msgspec

from detente.airspace.shapes import Point
from detente.exercise.answered_in import AnsweredIn, answers
from detente.exercise.syria_areas import HAZARD, at_ms
from detente.exercise.syria_terms import terms_read
from detente.exercise.watch_keepers import TAKES_S
from detente.line.bodies import Acknowledgement, Alert, Answer, ReadBackVerdict
from detente.line.catalogue import CATALOGUE, Body
from detente.node.duty import times_of
from detente.notices.readback import read_back
from detente.quantities import Digest
from detente.record.statement import Precedence, Ref, Statement

MEMORANDUM = terms_read()
ASKED_MS = at_ms("05:00")
ALERT = Alert(
    what="unsafe_closure",
    at=Point(lat_e7=363000000, lon_e7=380000000),
    at_ms=ASKED_MS,
    level=None,
    track_deg=None,
    call_on_khz=251_250,
    ask="call_on_channel",
)


class Record:
    """A conversation of WEST and EAST as it stands in the record; signatures are not looked at here."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    def say(self, party: str, code: str, body: Body, *, after_s: float = 0.0, to: int | None = None) -> int:
        place = len(self.statements)
        asked = None if to is None else self.statements[to]
        precedence: Precedence = CATALOGUE[code].precedence
        self.statements.append(
            Statement(
                v=1,
                memorandum="SYRIA-2015",
                identity=Digest("0" * 64),
                origin=f"{party}/1",
                seq=place,
                sender=f"{party.lower()}.air",
                to=("east.air" if party == "WEST" else "west.air",),
                code=code,
                precedence=precedence,
                sent_ms=ASKED_MS + round(after_s * 1000.0),
                answer_due_ms=None,
                reply_to=None
                if asked is None
                else Ref(origin=asked.origin, seq=asked.seq, leaf=Digest("0" * 64)),
                language="en",
                exercise=False,
                heads=(),
                salt="",
                body=msgspec.Raw(msgspec.json.encode(body)),
            )
        )
        return place

    def found(self) -> dict[tuple[str, str], AnsweredIn]:
        return {(one.code, one.step): one for one in answers(self.statements, MEMORANDUM)}


def acknowledged(level: str, *, passed_to: str | None = None) -> Acknowledgement:
    return msgspec.convert(
        {"level": level, "post": "east.air", "at_ms": ASKED_MS, "passed_to": passed_to}, Acknowledgement
    )


def test_an_alert_has_three_clocks_of_its_own() -> None:
    record = Record()
    alert = record.say("WEST", "ALR", ALERT)
    record.say("EAST", "ACK", acknowledged("understood"), after_s=9, to=alert)
    record.say("EAST", "ANS", Answer(answer="yes", action="descend"), after_s=120, to=alert)
    record.say("EAST", "ACK", acknowledged("passed", passed_to="crews"), after_s=181, to=alert)
    found = record.found()
    assert (found["ALR", "understood"].took_s, found["ALR", "understood"].within_s) == (9.0, 30)
    assert found["ALR", "answered"].is_met, "the last second counts"
    assert found["ALR", "passed"].within_s == 180
    assert not found["ALR", "passed"].is_met


def test_a_standby_answers_nothing_and_a_second_answer_mends_nothing() -> None:
    """Whoever answered late is not made punctual, or later, by saying it again."""
    record = Record()
    alert = record.say("WEST", "ALR", ALERT)
    record.say("EAST", "ANS", Answer(answer="standby", action="none"), after_s=10, to=alert)
    record.say("EAST", "ANS", Answer(answer="yes", action="none"), after_s=130, to=alert)
    record.say("EAST", "ANS", Answer(answer="yes", action="none"), after_s=131, to=alert)
    found = record.found()
    assert found["ALR", "understood"].took_s == 10.0
    assert found["ALR", "answered"].took_s == 130.0
    assert not found["ALR", "answered"].is_met


def test_a_notice_is_answered_by_its_read_back_and_understood_by_its_author_s_verdict() -> None:
    record = Record()
    notice = HAZARD.notice()
    hazard = record.say("EAST", "HAZ", notice)
    back = read_back(notice, MEMORANDUM)
    record.say("WEST", "RBK", back, after_s=100, to=hazard)
    record.say("EAST", "RBC", ReadBackVerdict(verdict="negative", field="point"), after_s=110, to=hazard)
    assert ("HAZ", "understood") not in record.found()
    record.say("EAST", "RBC", ReadBackVerdict(verdict="correct", field=None), after_s=140, to=hazard)
    found = record.found()
    assert (found["HAZ", "answered"].took_s, found["HAZ", "answered"].within_s) == (100.0, 900)
    assert (found["HAZ", "understood"].took_s, found["HAZ", "understood"].within_s) == (140.0, 300)


def test_people_take_less_than_they_are_allowed() -> None:
    """Else a missed clock could be the officer's, and the rehearsal would say nothing of the system."""
    for code, step, limit in (
        ("QRY", "understood", "understood_s"),
        ("QRY", "answer", "substance_s"),
        ("ALR", "understood", "understood_s"),
        ("ALR", "answer", "substance_s"),
        ("ALR", "passed", "passed_s"),
        ("XNG", "understood", "understood_s"),
        ("XNG", "answer", "substance_s"),
    ):
        times = times_of(MEMORANDUM, code=code, precedence="ALERT")
        assert TAKES_S[f"{code} {step}"][1] < getattr(times, limit), (code, step)
    hazard = times_of(MEMORANDUM, code="HAZ", precedence="PRIORITY")
    assert TAKES_S["read_back"][1] < min(hazard.understood_s, hazard.substance_s)
    check = times_of(MEMORANDUM, code="LCK", precedence="ADMIN")
    assert TAKES_S["answer_check"][1] < check.substance_s
