"""Counts for the working group: the same bytes for both, and nothing of a stranger's runs in a browser or a sheet."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest

from detente.incidents.calls import cases_of
from detente.incidents.statistics import Statistics, json_of, statistics_of
from detente.incidents.statistics_page import statistics_page
from detente.incidents.table import csv_of
from detente.line.bodies_duty import Passing
from detente.quantities import PartyId, UtcMs

START_MS = 1_893_456_000_000

ALFA, BRAVO = PartyId("ALFA"), PartyId("BRAVO")
DAY_S = 86_400


def count(
    talk: Any, *, of: Any = None, from_s: float = 0, until_s: float = 100 * DAY_S, turned: bool = False
) -> Statistics:
    return statistics_of(
        talk.register() if of is None else of,
        talk.memorandum,
        identity="0" * 64,
        parties=(BRAVO, ALFA) if turned else (ALFA, BRAVO),
        from_ms=UtcMs(START_MS + round(from_s * 1000)),
        until_ms=UtcMs(START_MS + round(until_s * 1000)),
    )


def figures(rows: Any, key: str, value: str) -> dict[str, int]:
    return {getattr(row, key): getattr(row, value) for row in rows if getattr(row, value)}


def busy(talk: Any) -> None:
    """A bit of everything."""
    call = talk.alert("ALFA", at_s=0)
    answered = talk.alert("BRAVO", at_s=10)
    talk.answer("ALFA", answered, at_s=40, answer="standby")
    talk.answer("ALFA", answered, at_s=50)
    number, ref = talk.report("ALFA", 1, at_s=100, event_s=0, entries=(call,))
    talk.receipt("BRAVO", ref, at_s=110)
    talk.state("BRAVO", number, at_s=200, closes=True)
    near = Passing(own_class="combat", other_class="combat", lateral_m=100, vertical_ft=100)
    talk.proximity("BRAVO", 1, at_s=300, passing=near)
    talk.protest("BRAVO", number, "C09", at_s=400)


def test_both_parties_count_the_same_bytes(talk: Any) -> None:
    busy(talk)
    ours = count(talk, of=talk.seen_from("ALFA"))
    theirs = count(talk, of=talk.seen_from("BRAVO"), turned=True)
    assert json_of(ours) == json_of(theirs)
    assert csv_of(ours) == csv_of(theirs)
    assert statistics_page(ours) == statistics_page(theirs)


def test_counts_are_by_article_and_category_of_each_incident(talk: Any) -> None:
    busy(talk)
    found = count(talk)
    assert (found.incidents, found.reports, found.open, found.closed) == (2, 2, 2, 0)
    assert figures(found.by_category, "category", "incidents") == {
        "proximity": 1,
        "conduct": 1,
        "unanswered_call": 1,
    }
    assert figures(found.by_article, "article", "incidents") == {"C01": 2, "C09": 1}
    assert figures(found.by_article, "article", "protests") == {"C09": 1}
    assert [row.number for row in found.rows] == ["EX-1-20300101-ALFA-01", "EX-1-20300101-BRAVO-01"]
    (compared,) = found.proximity
    assert (compared.figure_lateral_nm, compared.figure_vertical_ft, compared.counted) == (
        "10.0",
        2000,
        "proximity",
    )


def test_alerts_are_answered_late_or_never_by_the_words_of_both(talk: Any) -> None:
    busy(talk)
    late = talk.alert("ALFA", at_s=1000, event_s=1)
    talk.answer("BRAVO", late, at_s=1121)
    cleared = talk.alert("ALFA", at_s=2000, event_s=2)
    talk.clear("ALFA", cleared, at_s=2010)
    ours, theirs = count(talk).alerts
    assert (ours.by, ours.to, ours.raised) == ("ALFA", "BRAVO", 3)
    assert (ours.answered, ours.answered_late, ours.cleared, ours.overdue, ours.open) == (0, 1, 1, 1, 0)
    assert (theirs.answered, theirs.answer_s_median, theirs.answer_s_longest) == (1, 40, 40)


def test_an_alert_said_again_while_it_is_open_is_one_case_and_its_clock_goes_on(talk: Any) -> None:
    talk.alert("ALFA", at_s=0)
    again = talk.alert("ALFA", at_s=60)
    talk.answer("BRAVO", again, at_s=130)
    (case,) = cases_of(talk.register())
    assert (len(case.refs), case.outcome(START_MS + DAY_S * 1000)) == (2, "answered_late")
    talk.alert("ALFA", at_s=1000)
    assert len(cases_of(talk.register())) == 2


def test_only_what_was_reported_in_the_time_asked_for_is_counted(talk: Any) -> None:
    talk.report("ALFA", 1, at_s=99.999, event_s=0)
    talk.report("ALFA", 2, at_s=100, event_s=0)
    talk.report("ALFA", 3, at_s=199.999, event_s=0)
    talk.report("ALFA", 4, at_s=200, event_s=0)
    found = count(talk, from_s=100, until_s=200)
    assert [row.number[-2:] for row in found.rows] == ["02", "03"]


def test_what_was_said_to_others_only_is_not_counted_between_two(talk: Any) -> None:
    talk.report("ALFA", 1, at_s=1)
    talk.said[-1].statement = msgspec.structs.replace(talk.said[-1].statement, to=("elsewhere",))
    assert count(talk).incidents == 0


def test_the_working_group_is_called_by_the_reasons_that_the_memorandum_has(
    talk: Any, make_talk: Any
) -> None:
    damage, _ = talk.report("ALFA", 1, at_s=10, category="damage")
    for at_s in (0, 1000, 2000):
        talk.alert("ALFA", at_s=at_s, event_s=at_s)
    found = count(talk, until_s=8 * DAY_S).triggers
    assert [(one.trigger, one.number) for one in found] == [
        ("damage", damage),
        ("3_overdue_answers_in_24h", None),
        ("overdue_statement", damage),
    ]
    assert found[0].meet_by_utc == "2030-01-03T00:00:10Z"
    group = msgspec.structs.replace(talk.memorandum.working_group, triggers=())
    silent = make_talk(msgspec.structs.replace(talk.memorandum, working_group=group))
    silent.report("ALFA", 1, at_s=10, category="damage")
    assert count(silent).triggers == ()


def test_the_json_has_one_layout_and_the_table_every_figure(talk: Any) -> None:
    busy(talk)
    found = count(talk)
    assert msgspec.json.decode(json_of(found), type=Statistics) == found
    rows = list(csv.DictReader(io.StringIO(csv_of(found).decode())))
    assert {"table": "by_category", "row": "proximity", "what": "incidents", "value": "1"} in rows
    assert {"table": "alerts", "row": "BRAVO ALFA", "what": "answered", "value": "1"} in rows
    plain = json.loads(json_of(found))
    assert {row["value"] for row in rows if row["what"] == "incidents" and row["table"] == "count"} == {
        str(plain["incidents"])
    }


class Markup(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text.append(data)


HOSTILE = "</table><script src=//evil.example>alert(1)</script><img src=x onerror='x'>\x1b[31m\u202e&lt;"


def markup(page: bytes) -> Markup:
    found = Markup()
    found.feed(page.decode())
    return found


def test_hostile_names_are_shown_and_change_no_markup(talk: Any) -> None:
    busy(talk)
    found = count(talk)
    sound = markup(statistics_page(found))
    hostile = msgspec.structs.replace(
        found,
        memorandum=HOSTILE,
        parties=(HOSTILE,),
        rows=tuple(
            msgspec.structs.replace(
                row, number=HOSTILE, also=(HOSTILE,), sectors=(HOSTILE,), articles=(HOSTILE,)
            )
            for row in found.rows
        ),
        by_side=tuple(msgspec.structs.replace(row, party=HOSTILE) for row in found.by_side),
        by_category=tuple(msgspec.structs.replace(row, category=HOSTILE) for row in found.by_category),
        proximity=tuple(msgspec.structs.replace(row, own_class=HOSTILE) for row in found.proximity),
    )
    shown = markup(statistics_page(hostile))
    assert (shown.tags, shown.attributes) == (sound.tags, sound.attributes)
    assert any("<script src=//evil.example>" in text for text in shown.text), "it is shown as words"
    assert not re.search(r"[\x1b\u202e]", statistics_page(hostile).decode())


def test_the_page_asks_no_other_host_for_anything(talk: Any) -> None:
    busy(talk)
    page = statistics_page(count(talk)).decode()
    assert "default-src 'none'" in page
    assert not re.search(r"https?://|url\(|@import|<script|<link|<img", page)


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@x"])
def test_no_cell_of_the_table_is_a_formula(talk: Any, start: str) -> None:
    busy(talk)
    found = msgspec.structs.replace(count(talk), memorandum=f'{start}",\n')
    (cell,) = [row for row in csv.reader(io.StringIO(csv_of(found).decode())) if row[2] == "memorandum"]
    assert cell[3].startswith("'")


def test_a_disputed_count_is_settled_by_the_agreed_figures(talk: Any) -> None:
    """Casebook helene-2024-disputed-count: 30 claims of proximity, 11 under the figures, 4 that cannot be checked."""
    for number in range(1, 31):
        classes = ("transport", "transport") if number > 26 else ("combat", "transport")
        near = Passing(
            own_class=classes[0],
            other_class=classes[1],
            lateral_m=1852 * (14 if number <= 11 else 16),
            vertical_ft=100,
        )
        talk.proximity("ALFA" if number % 2 else "BRAVO", number, at_s=number * 1000, passing=near)
    ours, theirs = (count(talk, of=talk.seen_from(party)) for party in ("ALFA", "BRAVO"))
    assert figures(ours.by_category, "category", "incidents") == {
        "proximity": 11,
        "not_checkable": 4,
        "other": 15,
    }
    assert json_of(ours) == json_of(theirs)
    assert {one.figure_lateral_nm for one in ours.proximity if one.counted == "proximity"} == {"15.0"}
