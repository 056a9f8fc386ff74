"""Whatever a peer signs, the node takes it without a stray exception, can show it, and goes on.

Bodies are sound ones of every code with some of their scalars replaced by what a liar would try.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Corridor, Point, Polygon
from detente.airspace.volumes import Volume
from detente.alerts.matching import match_own
from detente.conflicts.decide import Conflict
from detente.errors import PeerError
from detente.line import bodies as b
from detente.line import bodies_duty as d
from detente.line.catalogue import CATALOGUE, Body, encode_body, parse_body
from detente.line.wording import detail
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template
from detente.node import views
from detente.node.effects import MatchOwn, Reply, Say, Write
from detente.node.events import (
    Acknowledge,
    AnswerCheck,
    GiveAnswer,
    Heard,
    ReadBackNow,
    Said,
    SendNotice,
    Tick,
)
from detente.node.state import State
from detente.node.step import step
from detente.notices.notice import Notice
from detente.notices.readback import read_back
from detente.quantities import Digest, PartyId, UtcMs
from detente.record.statement import Ref, Statement
from detente.tracks.position import PositionReport
from detente.wire import encode

NOW_MS = 1_599_523_200_000
HERE = Point(lat_e7=399_000_000, lon_e7=-1_214_000_000)
THERE = Point(lat_e7=400_000_000, lon_e7=-1_213_000_000)
SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
READ = read_memorandum(template("fires-2020"))
assert isinstance(READ, Memorandum)
FIRES = READ


def volume(shape: Any) -> Volume:
    return Volume(
        shape=shape,
        floor=Level(datum="palt", value=4000),
        ceiling=Level(datum="palt", value=9000),
        start_ms=NOW_MS + 10_800_000,
        end_ms=NOW_MS + 18_000_000,
    )


def notice(kind: Any = "routine") -> Notice:
    triangle = Polygon(points=(HERE, THERE, Point(lat_e7=400_000_000, lon_e7=-1_214_000_000)))
    return Notice(
        kind=kind,
        volumes=(
            volume(Circle(centre=HERE, radius_cm=926_000)),
            volume(triangle),
            volume(Corridor(points=(HERE, THERE), half_width_cm=926_000)),
        ),
        class_="tanker",
        count_band="2-4",
        transponder="on",
        frequency_monitored_khz=(123_975,),
        hazard_kind="laser" if kind == "hazard" else None,
        movement="within",
    )


def ref(origin: str, seq: int) -> Ref:
    return Ref(origin=origin, seq=seq, leaf=Digest(f"{seq:064x}"))


OURS, THEIRS = ref("SIERRA/T/0", 0), ref("COAST/T/0", 0)
CONFLICT = Conflict(
    article="separation tanker/tanker",
    mode="figures",
    lateral_gap_m=0,
    vertical_gap_ft=0,
    time_gap_s=0,
    lateral_min_m=1852,
    vertical_min_ft=500,
    time_min_s=300,
    where=HERE,
    from_ms=NOW_MS,
    until_ms=NOW_MS,
)
LEVEL = Level(datum="palt", value=5000)
BODIES: dict[str, Body] = {
    "OPN": d.Opening(
        identity=Digest("0" * 64),
        cards=(d.CardName(party="COAST", root_card_sha256=Digest("0" * 64)),),
        previous=None,
    ),
    "NTC": notice(),
    "HAZ": notice("hazard"),
    "RBK": read_back(notice(), FIRES),
    "RBC": b.ReadBackVerdict(verdict="correct", field="place"),
    "ACK": b.Acknowledgement(level="passed", post="coast.air", at_ms=NOW_MS, passed_to="T72"),
    "CON": b.ConflictStated(first=OURS, second=THEIRS, conflict=CONFLICT),
    "REJ": b.Rejection(reason="unable", field="volumes"),
    "QRY": b.Query(at=HERE, at_ms=NOW_MS, level=LEVEL, track_deg=1, speed_kt=1),
    "ANS": b.Answer(answer="yes", action="none"),
    "ALR": b.Alert(
        what="crossed", at=HERE, at_ms=NOW_MS, level=LEVEL, track_deg=1, call_on_khz=1, ask="hold"
    ),
    "CLR": b.Cleared(parted_ms=NOW_MS),
    "LCK": d.LineCheck(path="p", kind="human", text_id="t", clock_ms=NOW_MS),
    "LCR": d.LineCheckReply(path="p", text_id="t", quality=5, clock_offset_ms=0),
    "FRK": d.Fork(journal="SIERRA/T/0"),
    "VOX": d.VoiceKept(
        spoken=(
            d.Spoken(
                post="coast.air",
                channel_khz=123_975,
                start_ms=NOW_MS,
                length_ms=20,
                packets=1,
                transmission="0" * 16,
                sha256=Digest("c" * 64),
            ),
        )
    ),
    "INC1": d.IncidentReport(
        number="FIRES-2020-20200908-COAST-01",
        same_as="FIRES-2020-20200908-SIERRA-01",
        category="proximity",
        articles=("C01",),
        at=HERE,
        at_ms=NOW_MS,
        passing=d.Passing(own_class="tanker", other_class="helicopter", lateral_m=1, vertical_ft=1),
        entries=(OURS,),
        text="",
    ),
    "INC2": d.IncidentStatement(
        number="FIRES-2020-20200908-COAST-01",
        entries=(THEIRS,),
        attachments=(d.Attachment(name="a", sha256=Digest("0" * 64), length=1),),
        closes=True,
        text="",
    ),
    "PRT": d.Protest(number="FIRES-2020-20200908-COAST-01", article="C01"),
}
assert set(BODIES) <= set(CATALOGUE)

HUGE = (0, -1, 1, 2**31, 2**53, -(2**53), 2**63, -(2**63), 10**18, 10**400, 900_000_000, 1_800_000_001)
TEXTS = ("", "x" * 5000, "\u001b[2J\n", "\u202e", "0" * 64, "hae", "palt", "circle", "polygon", "hazard")
ODD = st.sampled_from((*HUGE, *TEXTS, None, True, [], {}, [1, [2]], {"target": 1}))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    yield path
    for key, one in inner:
        yield from leaves(one, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    key, *rest = path
    if isinstance(value, dict):
        return {**value, key: replaced(value[key], tuple(rest), new)}
    return [replaced(one, tuple(rest), new) if at == key else one for at, one in enumerate(value)]


@st.composite
def lies(draw: st.DrawFn) -> tuple[str, bytes]:
    code = draw(st.sampled_from(sorted(BODIES)))
    loose = msgspec.json.decode(encode(BODIES[code]))
    for _ in range(draw(st.integers(0, 3))):
        loose = replaced(loose, draw(st.sampled_from(list(leaves(loose)))), draw(ODD))
    return draw(st.sampled_from([code, code, code, "QQQ"])), encode(loose)


REPLIES = st.sampled_from([None, OURS, THEIRS, ref("COAST/T/0", 1), ref("NOBODY/T/0", 0)])
SENDERS = st.sampled_from(["coast.air", "coast.air", "coast.air", "sierra.air", "\u001b", "nobody"])


class Node:
    """`step` with everything committed at once, and every effect looked at."""

    def __init__(self) -> None:
        self.state = State(me=SIERRA, memorandum=FIRES, identity=Digest("0" * 64), now_ms=UtcMs(NOW_MS))
        self.sizes = {SIERRA: 0, COAST: 0}

    def happen(self, event: Any) -> None:
        self.state, effects = step(self.state, event)
        for effect in effects:
            match effect:
                case Say():
                    raw = bytes(encode_body(effect.body))
                    self.commit(SIERRA, effect.code, raw, "sierra.air", effect.reply_to)
                case MatchOwn(question=question):
                    match_own([REPORT], at=question.at, at_ms=UtcMs(question.at_ms), level=question.level)
                case Write() | Reply():
                    assert effect

    def commit(self, party: PartyId, code: str, raw: bytes, sender: str, reply_to: Ref | None) -> None:
        seq = self.sizes[party]
        self.sizes[party] += 1
        origin = f"{party}/T/0"
        statement = Statement(
            v=1,
            memorandum="FIRES-2020",
            identity=Digest("0" * 64),
            origin=origin,
            seq=seq,
            sender=sender,
            to=("sierra.air", "coast.air"),
            code=code,
            precedence="ALERT",
            sent_ms=2**53 - 1 if seq % 2 else 0,
            answer_due_ms=None,
            reply_to=reply_to,
            language="en",
            exercise=False,
            heads=(),
            salt="",
            body=msgspec.Raw(raw),
        )
        place = ref(origin, seq)
        if party == SIERRA:
            self.happen(Said(at_ms=UtcMs(NOW_MS), ref=place, statement=statement))
        else:
            self.happen(Heard(at_ms=UtcMs(NOW_MS), party=party, ref=place, statement=statement))
        try:
            shown = detail(parse_body(statement, FIRES.disclosure))
        except PeerError as why:
            shown = why.code
        assert shown.isprintable()


REPORT = PositionReport(
    aircraft="aaaaaa",
    call_sign="",
    time_ms=UtcMs(NOW_MS),
    lat_deg=39.9,
    lon_deg=-121.4,
    level_palt_ft=5000.0,
    height_hae_m=None,
    ground_speed_mps=50.0,
    track_deg=90.0,
    vertical_rate_mps=0.0,
)


@pytest.mark.slow
@settings(deadline=None, max_examples=250)
@given(st.lists(st.tuples(lies(), REPLIES, SENDERS), min_size=1, max_size=6))
def test_whatever_is_signed_is_taken_shown_and_survived(
    said: list[tuple[tuple[str, bytes], Ref | None, str]],
) -> None:
    node = Node()
    node.happen(SendNotice(at_ms=UtcMs(NOW_MS), notice=notice(), plans=()))
    for (code, raw), reply_to, sender in said:
        node.commit(COAST, code, raw, sender, reply_to)
    node.commit(COAST, "NTC", encode(notice()), "coast.air", None)
    assert any(held.ref.seq == len(said) and held.counts for held in node.state.notices.values())
    for item in list(node.state.open_items.values()):
        now_ms = UtcMs(NOW_MS)
        node.happen(ReadBackNow(at_ms=now_ms, ref=item.ref))
        node.happen(GiveAnswer(at_ms=now_ms, ref=item.ref, answer=b.Answer(answer="no", action="none")))
        node.happen(Acknowledge(at_ms=now_ms, ref=item.ref, level="passed", passed_to="crews"))
        node.happen(AnswerCheck(at_ms=now_ms, ref=item.ref, quality=5))
    left = [item for item in node.state.open_items.values() if item.owed_by == SIERRA]
    assert all(item.act in ("read_back", "decide", "propose", "amend") for item in left)
    assert all("substance" in item.reached for item in left if item.act == "read_back"), (
        "the verdict is COAST's"
    )
    for second in range(3):
        node.happen(Tick(at_ms=UtcMs(NOW_MS + second * 200_000)))
    every = (views.status, views.owed, views.notices, views.conflicts, views.warnings)
    for view in (*every, views.line_status, views.watch, views.incidents):
        assert len(encode(view(node.state))) < 1_000_000
    for row in views.incidents(node.state)["incidents"]:
        assert views.incident(node.state, row["number"])
    assert not node.state.unsaid
