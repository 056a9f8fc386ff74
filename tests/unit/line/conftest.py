"""One sound sample of every body of the catalogue, for the tests of what can be said and of how it reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.conflicts.decide import Conflict
from detente.line.bodies import (
    Acceptance,
    Acknowledgement,
    Alert,
    Answer,
    Cleared,
    ConflictStated,
    Crossing,
    Distress,
    Proposal,
    Query,
    ReadBackVerdict,
    Rejection,
    Withdrawal,
)
from detente.line.bodies_duty import (
    Attachment,
    Correction,
    Fork,
    FrequencyChange,
    IncidentReport,
    IncidentStatement,
    KeyChange,
    LineCheck,
    LineCheckReply,
    LineState,
    Opening,
    Outage,
    Passing,
    Protest,
    RadioCheck,
    Resumption,
    Rung,
    Spoken,
    Suspension,
    VoiceKept,
    WatchChange,
    WorkingGroup,
)
from detente.line.catalogue import Body
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template
from detente.notices.notice import Notice
from detente.notices.readback import read_back
from detente.quantities import Digest
from detente.record.statement import Ref

NOW_MS = 1_599_523_200_000
HERE = Point(lat_e7=399_000_000, lon_e7=-1_214_000_000)
REF = Ref(origin="COAST/T/0", seq=3, leaf=Digest("a" * 64))
LEVEL = Level(datum="palt", value=5000)


@pytest.fixture(scope="session")
def fires() -> Memorandum:
    read = read_memorandum(template("fires-2020"))
    assert isinstance(read, Memorandum)
    return read


def notice(kind: Any = "routine", **other: Any) -> Notice:
    volume = Volume(
        shape=Circle(centre=HERE, radius_cm=926_000),
        floor=Level(datum="palt", value=4000),
        ceiling=Level(datum="hae", value=300_000),
        start_ms=NOW_MS,
        end_ms=NOW_MS + 3_600_000,
    )
    made = Notice(
        kind=kind,
        volumes=(volume, volume),
        class_="tanker",
        count_band="13+",
        transponder="off",
        frequency_monitored_khz=(123975,),
        hazard_kind="laser" if kind == "hazard" else None,
        movement="along",
    )
    return msgspec.structs.replace(made, **other)


CONFLICT = Conflict(
    article="separation tanker/tanker",
    mode="figures",
    lateral_gap_m=926,
    vertical_gap_ft=200,
    time_gap_s=0,
    lateral_min_m=1852,
    vertical_min_ft=500,
    time_min_s=300,
    where=HERE,
    from_ms=NOW_MS,
    until_ms=NOW_MS + 60_000,
)


@pytest.fixture(scope="session")
def bodies(fires: Memorandum) -> Mapping[str, Body]:
    """By code; every optional field is there once."""
    return {
        "OPN": Opening(identity=Digest("b" * 64), cards=(), previous=None),
        "NTC": notice(),
        "HAZ": notice("hazard"),
        "RBK": read_back(notice(), fires),
        "RBC": ReadBackVerdict(verdict="negative", field="place"),
        "ACK": Acknowledgement(level="passed", post="coast.air", at_ms=NOW_MS, passed_to="Tanker 72"),
        "CON": ConflictStated(first=REF, second=REF, conflict=CONFLICT),
        "REJ": Rejection(reason="outside_area", field="volumes[0].shape"),
        "QRY": Query(at=HERE, at_ms=NOW_MS, level=LEVEL, track_deg=90, speed_kt=140),
        "ANS": Answer(answer="yes", action="turn"),
        "ALR": Alert(
            what="crossed", at=HERE, at_ms=NOW_MS, level=None, track_deg=None, call_on_khz=123975, ask="hold"
        ),
        "CLR": Cleared(parted_ms=NOW_MS),
        "LCK": LineCheck(path="data-1", kind="human", text_id="test-7", clock_ms=NOW_MS),
        "LCR": LineCheckReply(path="data-1", text_id="test-7", quality=5, clock_offset_ms=-40),
        "FRK": Fork(journal="COAST/T/0"),
        "VOX": VoiceKept(
            spoken=(
                Spoken(
                    post="sierra.air",
                    channel_khz=123_975,
                    start_ms=1_599_523_200_000,
                    length_ms=4_260,
                    packets=213,
                    transmission="0123456789abcdef",
                    sha256=Digest("ab" * 32),
                ),
            )
        ),
        "AMD": notice(),
        "CNX": Withdrawal(from_ms=NOW_MS),
        "REL": Withdrawal(from_ms=NOW_MS),
        "PRO": Proposal(notice=REF, shift_s=900, floor=LEVEL, ceiling=LEVEL, move_m=9_260, bearing_deg=90),
        "ACC": Acceptance(notice=REF),
        "XNG": Crossing(
            boundary="L1",
            gate=HERE,
            start_ms=NOW_MS,
            end_ms=NOW_MS + 600_000,
            floor=LEVEL,
            ceiling=LEVEL,
            class_="tanker",
        ),
        "DST": Distress(nature="down", at=HERE, at_ms=NOW_MS, persons=2, call_on_khz=121500),
        "LST": LineState(party="COAST", path="data-1", state="silent", since_ms=NOW_MS, cause="not_known"),
        "WCH": WatchChange(
            what="handed_over",
            post="coast.air",
            roles=("air_desk", "duty"),
            languages=("en", "fr"),
            interpreter="on_call",
            open_items=3,
            check=REF,
        ),
        "RNG": Rung(post="coast.duty", role="duty", why="not_understood", at_ms=NOW_MS, radio_prompt=True),
        "RCK": RadioCheck(
            channel_khz=123975,
            sector="S1",
            caller="SIERRA",
            called="COAST",
            how="air_air",
            readability=4,
            at_ms=NOW_MS,
        ),
        "FRQ": FrequencyChange(
            what="change",
            channel_khz=123975,
            new_khz=123150,
            tone_dhz=1109,
            sector="S1",
            effective_ms=NOW_MS,
            fall_back_khz=121500,
        ),
        "OUT": Outage(what="path", name="data-1", start_ms=NOW_MS, end_ms=NOW_MS + 1000, alternate="phone-1"),
        "SUS": Suspension(scope="all", effective_ms=NOW_MS, reason="R1"),
        "RES": Resumption(scope="all", effective_ms=NOW_MS),
        "INC1": IncidentReport(
            number="FIRES-2020-20200908-COAST-01",
            same_as="FIRES-2020-20200908-SIERRA-01",
            category="proximity",
            articles=("C01", "C09"),
            at=HERE,
            at_ms=NOW_MS,
            passing=Passing(own_class="tanker", other_class="helicopter", lateral_m=900, vertical_ft=300),
            entries=(REF,),
            text="",
        ),
        "INC2": IncidentStatement(
            number="FIRES-2020-20200908-COAST-01",
            entries=(REF,),
            attachments=(Attachment(name="tracks.json", sha256=Digest("c" * 64), length=1_000),),
            closes=True,
            text="",
        ),
        "PRT": Protest(number="FIRES-2020-20200908-COAST-01", article="C01"),
        "WGM": WorkingGroup(
            what="statistics",
            at_ms=NOW_MS,
            document=Attachment(name="august.csv", sha256=Digest("c" * 64), length=1_000),
        ),
        "COR": Correction(field="persons", value="3"),
        "KEY": KeyChange(card="QUJD", revoked=("statements",), reason="lost"),
    }
