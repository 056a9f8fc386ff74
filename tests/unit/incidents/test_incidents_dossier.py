"""One number, both sides' claims beside each other, and the memorandum's deadlines: practice (a) [incidents]."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from detente.incidents.category import NOT_CHECKABLE, OTHER
from detente.incidents.dossier import dossier_of, dossiers_of
from detente.line.bodies_duty import Attachment, Passing
from detente.quantities import Digest

START_MS = 1_893_456_000_000

WEEK_S = 604_800
LATER_MS = START_MS + 10 * WEEK_S * 1000
SEED = 20_230_401


def only(talk: Any, *, until_ms: int = LATER_MS) -> Any:
    (found,) = dossiers_of(talk.register(), talk.memorandum, until_ms=until_ms)
    return found


def side(dossier: Any, party: str) -> Any:
    (found,) = [one for one in dossier.sides if one.party == party]
    return found


def passing(own: str, other: str, *, nm: float, ft: int) -> Passing:
    return Passing(own_class=own, other_class=other, lateral_m=round(nm * 1852), vertical_ft=ft)


def test_contradicting_statements_stand_beside_each_other_under_one_number(talk: Any) -> None:
    number, ref = talk.report("ALFA", at_s=60, articles=("C01",))
    talk.receipt("BRAVO", ref, at_s=70)
    talk.state("ALFA", number, at_s=100)
    talk.state("BRAVO", number, at_s=200)
    talk.protest("BRAVO", number, "C09", at_s=300)
    found = only(talk)
    assert [len(side(found, party).statements) for party in ("ALFA", "BRAVO")] == [1, 1]
    assert len(side(found, "BRAVO").protests) == 1
    assert found.articles == ("C01", "C09")
    assert [one.party for one in found.filed] == ["ALFA", "ALFA", "BRAVO", "BRAVO"]


def test_a_report_within_the_agreed_time_is_in_time_and_a_second_later_is_late(talk: Any) -> None:
    talk.report("ALFA", at_s=3600, event_s=0)
    talk.report("BRAVO", at_s=3600.001, event_s=0)
    found = dossiers_of(talk.register(), talk.memorandum, until_ms=LATER_MS)
    assert [side(one, party).is_late for one, party in zip(found, ("ALFA", "BRAVO"), strict=True)] == [
        False,
        True,
    ]


def test_the_reporter_owes_a_full_statement_and_the_other_side_a_counter_statement_after_it(
    talk: Any,
) -> None:
    number, _ = talk.report("ALFA", at_s=60)
    (due,) = only(talk).dues
    assert (due.what, due.owed_by, due.done_ms) == ("full_statement", "ALFA", None)
    assert due.due_ms == START_MS + (60 + WEEK_S) * 1000
    talk.state("ALFA", number, at_s=1000)
    full, counter = only(talk).dues
    assert full.done_ms == START_MS + 1_000_000
    assert (counter.what, counter.owed_by) == ("counter_statement", "BRAVO")
    assert counter.due_ms == START_MS + (1000 + WEEK_S) * 1000


def test_both_owe_a_full_statement_where_both_reported(talk: Any) -> None:
    first, ref = talk.report("ALFA", at_s=60)
    talk.report("BRAVO", at_s=90, same_as=first, reply_to=ref)
    assert [(due.what, due.owed_by) for due in only(talk).dues] == [
        ("full_statement", "ALFA"),
        ("full_statement", "BRAVO"),
    ]


def test_an_incident_is_closed_when_both_sides_have_said_so_and_open_again_when_one_goes_on(
    talk: Any,
) -> None:
    number, _ = talk.report("ALFA", at_s=60)
    talk.state("ALFA", number, at_s=100, closes=True)
    assert only(talk).closed_ms is None
    talk.state("BRAVO", number, at_s=200, closes=True)
    assert only(talk).closed_ms == START_MS + 200_000
    talk.state("ALFA", number, at_s=300)
    assert only(talk).closed_ms is None


def test_where_the_memorandum_says_so_the_reporter_closes_alone(make_talk: Any, ex_1: Any) -> None:
    rules = msgspec.structs.replace(ex_1.incidents, close_by="reporter")
    talk = make_talk(msgspec.structs.replace(ex_1, incidents=rules))
    number, _ = talk.report("ALFA", at_s=60)
    talk.state("BRAVO", number, at_s=90, closes=True)
    assert only(talk).closed_ms is None
    talk.state("ALFA", number, at_s=100, closes=True)
    assert only(talk).closed_ms == START_MS + 100_000


def test_proximity_is_counted_by_the_agreed_figure_of_the_two_classes(talk: Any) -> None:
    """10 NM and 2,000 ft for two combat aircraft: under both, or it is not."""
    near = [(9.99, 1999), (10.0, 1999), (9.99, 2000), (30.0, 0)]
    for count, (nm, ft) in enumerate(near, start=1):
        talk.proximity("ALFA", count, at_s=count, passing=passing("combat", "combat", nm=nm, ft=ft))
    found = dossiers_of(talk.register(), talk.memorandum, until_ms=LATER_MS)
    assert [one.categories for one in found] == [("proximity",), (OTHER,), (OTHER,), (OTHER,)]


def test_where_only_airmanship_is_agreed_proximity_cannot_be_checked(talk: Any) -> None:
    talk.proximity("ALFA", 1, at_s=1, passing=passing("transport", "transport", nm=0, ft=0))
    assert only(talk).categories == (NOT_CHECKABLE,)


def test_an_alert_without_an_answer_adds_a_category_and_no_number(talk: Any) -> None:
    call = talk.alert("ALFA", at_s=0)
    talk.report("ALFA", at_s=60, entries=(call,))
    due_ms = START_MS + 120_000
    assert only(talk, until_ms=due_ms).categories == ("conduct",)
    assert only(talk, until_ms=due_ms + 1).categories == ("conduct", "unanswered_call")


@pytest.mark.parametrize("heals", ["answer", "clear"])
def test_an_alert_that_was_answered_or_cleared_in_time_adds_nothing(talk: Any, heals: str) -> None:
    call = talk.alert("ALFA", at_s=0)
    talk.report("ALFA", at_s=60, entries=(call,))
    if heals == "answer":
        talk.answer("BRAVO", call, at_s=100)
    else:
        talk.clear("ALFA", call, at_s=100)
    assert only(talk).categories == ("conduct",)


def test_what_the_memorandum_does_not_have_is_not_in_the_register(talk: Any) -> None:
    """A peer that signs it all the same gets REJ; both sides leave it out."""
    talk.report("ALFA", 1, at_s=1, category="politics")
    talk.report("ALFA", 2, at_s=1, articles=("C99",))
    talk.report("ALFA", 3, at_s=1, number="EX-1-20300101-BRAVO-03")
    talk.report("ALFA", 4, at_s=1, category="proximity")
    talk.report("ALFA", 5, at_s=1, passing=passing("combat", "combat", nm=1, ft=1))
    talk.proximity("ALFA", 6, at_s=1, passing=passing("combat", "balloon", nm=1, ft=1))
    talk.proximity("ALFA", 7, at_s=1, passing=passing("combat", "combat", nm=-1, ft=1))
    number, _ = talk.report("ALFA", 8, at_s=1)
    talk.protest("BRAVO", number, "C99", at_s=2)
    twice = (Attachment(name="a", sha256=Digest("a" * 64), length=1),) * 2
    talk.state("BRAVO", number, at_s=2, attachments=twice)
    talk.report("ALFA", 9, at_s=1, number="EX-1-20300101-ALFA-09")
    talk.said[-1].statement = msgspec.structs.replace(talk.said[-1].statement, exercise=True)
    talk.report("ALFA", 10, at_s=1)
    talk.said[-1].statement = msgspec.structs.replace(talk.said[-1].statement, sender="bravo.air")
    talk.report("ALFA", 11, at_s=1)
    talk.said[-1].statement = msgspec.structs.replace(talk.said[-1].statement, sent_ms=2**53 - 1)
    assert list(talk.register().filed.values()) == [
        one for one in talk.register().filed.values() if one.body.number == number
    ]
    assert len(talk.register().filed) == 1


def test_a_number_leads_to_the_dossier_and_an_unknown_one_to_none(talk: Any) -> None:
    first, ref = talk.report("ALFA", at_s=60)
    second, _ = talk.report("BRAVO", at_s=90, same_as=first, reply_to=ref)
    for number in (first, second):
        found = dossier_of(talk.register(), talk.memorandum, number, until_ms=LATER_MS)
        assert found is not None
        assert (found.number, found.also) == (first, (second,))
    assert dossier_of(talk.register(), talk.memorandum, "EX-1-20300101-ALFA-99", until_ms=LATER_MS) is None


def test_any_order_in_which_answers_follow_gives_the_same_dossiers(talk: Any) -> None:
    """Two nodes hear each other's words at different times."""
    chance = random.Random(SEED)
    refs: list[Any] = []
    for count in range(1, 9):
        party, other = chance.sample(["ALFA", "BRAVO"], 2)
        number, ref = talk.report(party, count, at_s=count, event_s=chance.randrange(300))
        refs.append((party, other, number, ref))
        talk.receipt(other, ref, at_s=count + chance.randrange(100))
        talk.state(chance.choice(["ALFA", "BRAVO"]), number, at_s=200 + count, closes=chance.random() < 0.5)
    expected = dossiers_of(talk.register(), talk.memorandum, until_ms=LATER_MS)
    for party in ("ALFA", "BRAVO"):
        seen = dossiers_of(talk.seen_from(party), talk.memorandum, until_ms=LATER_MS)
        assert seen == expected, f"seed {SEED}"
