"""The figures of a rehearsal: taken from the record, each conflict once, and hindsight called by its name."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.conflicts.decide import Conflict, decide
from detente.encounters.approach import Approach, Fix
from detente.encounters.episodes import Episode
from detente.encounters.motion import Minima
from detente.exercise.fires import TEMPLATE, Drawn
from detente.exercise.summary import Played, Sent, summarise
from detente.line.bodies import ConflictStated
from detente.line.catalogue import encode_body
from detente.line.evidence import Evidence
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template
from detente.notices.notice import Notice
from detente.quantities import Digest, UtcMs
from detente.record.statement import Ref, Statement

NOON_MS = 1_599_566_400_000
HOUR_MS = 3_600_000
ORIGINS = {"SIERRA": "SIERRA/FIRES-2020/00", "COAST": "COAST/FIRES-2020/00"}
READ = read_memorandum(template(TEMPLATE))
assert isinstance(READ, Memorandum)
FIRES = READ


def notice(lat: float = 39.9) -> Notice:
    volume = Volume(
        shape=Circle(centre=Point(lat_e7=round(lat * 1e7), lon_e7=-1_214_000_000), radius_cm=926_000),
        floor=Level(datum="palt", value=4000),
        ceiling=Level(datum="palt", value=9000),
        start_ms=NOON_MS - HOUR_MS,
        end_ms=NOON_MS + HOUR_MS,
    )
    return Notice(
        kind="routine",
        volumes=(volume,),
        class_="tanker",
        count_band="1",
        transponder="on",
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement="within",
    )


def sent(party: str, seq: int, of: Notice) -> Sent:
    drawn = Drawn(party=party, issue_ms=UtcMs(NOON_MS - 4 * HOUR_MS), notice=of, plans=())
    return Sent(drawn=drawn, origin=ORIGINS[party], seq=seq)


def ref(party: str, seq: int) -> Ref:
    return Ref(origin=ORIGINS[party], seq=seq, leaf=Digest("0" * 64))


def stating(party: str, seq: int, first: Ref, second: Ref, at_ms: int) -> Statement:
    conflict = decide(notice(), notice(), FIRES)
    assert isinstance(conflict, Conflict)
    return Statement(
        v=1,
        memorandum="FIRES-2020",
        identity=Digest("0" * 64),
        origin=ORIGINS[party],
        seq=seq,
        sender=f"{party.lower()}.air",
        to=("x",),
        code="CON",
        precedence="PRIORITY",
        sent_ms=at_ms,
        answer_due_ms=None,
        reply_to=None,
        language="en",
        exercise=False,
        heads=(),
        salt=base64.b64encode(bytes(32)).decode(),
        body=encode_body(ConflictStated(first=first, second=second, conflict=conflict)),
    )


def episode(start_ms: int = NOON_MS, *, a: str = "aaaaaa", b: str = "bbbbbb", lat: float = 39.9) -> Episode:
    fix = Fix(lat_deg=lat, lon_deg=-121.4, level_palt_ft=5000.0)
    approach = Approach(
        from_ms=UtcMs(start_ms),
        closest_ms=UtcMs(start_ms + 1500),
        miss_nm=0.12345,
        miss_ft=99.6,
        lat_deg=lat,
        lon_deg=-121.4,
        a=fix,
        b=fix,
    )
    return Episode(
        a=a,
        b=b,
        start_ms=UtcMs(start_ms),
        end_ms=UtcMs(start_ms + 60_000),
        under_s=60.0,
        closest=approach,
        nearest=approach,
        minima=Minima(lateral_nm=1.0, vertical_ft=500.0),
    )


def summary(
    statements: tuple[Statement, ...], *episodes: Episode, notices: tuple[Notice, Notice] | None = None
) -> Any:
    one, other = notices or (notice(), notice())
    mirrored = tuple(swapped(each) for each in episodes)
    played = Played(
        sent=[sent("SIERRA", 1, one), sent("COAST", 1, other)],
        episodes={"SIERRA": episodes, "COAST": mirrored},
        status={"SIERRA": {"alerts_over": 1}, "COAST": {"alerts_over": 2}},
    )
    evidence = Evidence(
        problems=(),
        memorandum="FIRES-2020",
        identity="0" * 64,
        sizes={},
        receipted=7,
        statements=statements,
    )
    return summarise(played, evidence, FIRES, {"aaaaaa": "T72", "bbbbbb": "C305", "cccccc": ""}, seconds=1.26)


def swapped(one: Episode) -> Episode:
    """As the other side saw it."""
    return Episode(
        a=one.b,
        b=one.a,
        start_ms=one.start_ms,
        end_ms=one.end_ms,
        under_s=one.under_s,
        closest=one.closest,
        nearest=one.nearest,
        minima=one.minima,
    )


EARLY_MS, OURS, THEIRS = NOON_MS - 2 * HOUR_MS, ref("SIERRA", 1), ref("COAST", 1)


def test_an_encounter_inside_two_notices_in_a_conflict_stated_before_it_was_announced() -> None:
    told = summary((stating("SIERRA", 2, OURS, THEIRS, EARLY_MS),), episode())
    assert (told["announced"], told["conflicts"], told["notices"]) == (1, 1, 2)
    assert told["encounters"] == [
        {
            "time_utc": "2020-09-08T12:00:01Z",
            "a": "aaaaaa",
            "b": "bbbbbb",
            "a_call_sign": "T72",
            "b_call_sign": "C305",
            "lat": 39.9,
            "lon": -121.4,
            "miss_nm": 0.123,
            "miss_ft": 100,
            "start_utc": "2020-09-08T12:00:00Z",
            "end_utc": "2020-09-08T12:01:00Z",
            "announced": True,
        }
    ]


@pytest.mark.parametrize(("before_ms", "announced"), [(1, 1), (0, 0), (-1, 0), (-HOUR_MS, 0)])
def test_a_conflict_stated_when_they_meet_or_later_announces_nothing(before_ms: int, announced: int) -> None:
    told = summary((stating("SIERRA", 2, OURS, THEIRS, NOON_MS - before_ms),), episode())
    assert told["announced"] == announced


def test_without_a_conflict_or_outside_its_notices_nothing_was_announced() -> None:
    assert summary((), episode())["announced"] == 0
    said = (stating("SIERRA", 2, OURS, THEIRS, EARLY_MS),)
    assert summary(said, episode(lat=38.0))["announced"] == 0
    assert summary(said, episode(NOON_MS + 2 * HOUR_MS))["announced"] == 0
    assert summary(said, episode(), notices=(notice(), notice(38.0)))["announced"] == 0


def test_a_conflict_that_both_sides_state_is_one_from_when_the_first_of_them_did() -> None:
    """Their journals do not order them; only the claimed times can."""
    late, early = NOON_MS + HOUR_MS, EARLY_MS
    for first, second in ((late, early), (early, late)):
        statements = (
            stating("COAST", 2, THEIRS, OURS, first),
            stating("SIERRA", 2, OURS, THEIRS, second),
        )
        told = summary(statements, episode())
        assert (told["conflicts"], told["announced"]) == (1, 1)


def test_figures_come_from_the_record_and_from_both_watchers() -> None:
    told = summary((stating("SIERRA", 2, OURS, THEIRS, EARLY_MS),), episode())
    assert told["messages_by_code"] == {"CON": 1}
    assert (told["messages"], told["receipts"], told["seconds"]) == (1, 7, 1.3)
    assert told["alerts"] == {"SIERRA": 1, "COAST": 2}
    assert told["encounters_agree"] is True
    assert told["record_verified"] is True
    assert msgspec.json.decode(msgspec.json.encode(told)) == told


def test_encounters_are_told_in_the_order_of_their_times() -> None:
    told = summary((), episode(NOON_MS + 1000, a="cccccc"), episode())
    assert [one["a"] for one in told["encounters"]] == ["aaaaaa", "cccccc"]
