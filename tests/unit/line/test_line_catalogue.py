"""The catalogue is closed: every body survives its own bytes, and nothing else can be said."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.conflicts.decide import Conflict
from detente.errors import PeerError
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
    Protest,
    RadioCheck,
    Resumption,
    Rung,
    Suspension,
    WatchChange,
    WorkingGroup,
)
from detente.line.catalogue import CATALOGUE, Body, answer_due_ms, encode_body, is_name, parse_body
from detente.line.wording import IN_WORDS, detail, plain
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template
from detente.notices.notice import Notice
from detente.notices.readback import read_back
from detente.quantities import Digest
from detente.record.statement import Ref, Statement
from detente.wire import encode
from detente.wire.limits import SHOWN_CHARS_MAX

NOW_MS = 1_599_523_200_000
HERE = Point(lat_e7=399_000_000, lon_e7=-1_214_000_000)
REF = Ref(origin="COAST/T/0", seq=3, leaf=Digest("a" * 64))
LEVEL = Level(datum="palt", value=5000)


@pytest.fixture(scope="module")
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


def every_body(fires: Memorandum) -> dict[str, Body]:
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
            entries=(REF,),
            text="",
        ),
        "INC2": IncidentStatement(
            number="FIRES-2020-20200908-COAST-01",
            entries=(REF,),
            attachments=(Attachment(name="tracks.json", sha256=Digest("c" * 64), length=1_000),),
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


def statement(code: str, raw: bytes) -> Statement:
    return Statement(
        v=1,
        memorandum="FIRES-2020",
        identity=Digest("0" * 64),
        origin="COAST/T/0",
        seq=1,
        sender="coast.air",
        to=("sierra.air",),
        code=code,
        precedence="ROUTINE",
        sent_ms=NOW_MS,
        answer_due_ms=None,
        reply_to=None,
        language="en",
        exercise=False,
        heads=(),
        salt="",
        body=msgspec.Raw(raw),
    )


def test_every_code_has_a_body_words_and_a_detail(fires: Memorandum) -> None:
    bodies = every_body(fires)
    assert set(CATALOGUE) == set(bodies) == set(IN_WORDS)
    for body in bodies.values():
        assert detail(body)


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_body_survives_its_own_bytes(fires: Memorandum, code: str) -> None:
    body = every_body(fires)[code]
    raw = bytes(encode_body(body))
    assert parse_body(statement(code, raw), fires.disclosure) == body


@pytest.mark.parametrize("code", CATALOGUE)
def test_no_body_takes_a_field_or_a_text_more(fires: Memorandum, code: str) -> None:
    loose = msgspec.json.decode(bytes(encode_body(every_body(fires)[code])))
    for name in ("remarks", "target", "note"):
        with pytest.raises(PeerError):
            parse_body(statement(code, encode({**loose, name: "x"})), fires.disclosure)


@pytest.mark.parametrize("code", CATALOGUE)
def test_no_body_lacks_a_field_or_takes_another_layout(fires: Memorandum, code: str) -> None:
    raw = bytes(encode_body(every_body(fires)[code]))
    loose = msgspec.json.decode(raw)
    for name in loose:
        with pytest.raises(PeerError):
            parse_body(
                statement(code, encode({key: loose[key] for key in loose if key != name})), fires.disclosure
            )
    for other in (raw.replace(b":", b": ", 1), raw.replace(b"{", b"{ ", 1), raw + b" "):
        with pytest.raises(PeerError):
            parse_body(statement(code, other), fires.disclosure)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Any:
    """Every scalar of a body with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path, value


def with_leaf(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    head, *rest = path
    if isinstance(value, dict):
        return {**value, head: with_leaf(value[head], tuple(rest), new)}
    return [with_leaf(one, tuple(rest), new) if index == head else one for index, one in enumerate(value)]


@pytest.mark.parametrize("code", sorted(set(CATALOGUE) - {"NTC", "HAZ", "AMD"}))
def test_no_number_is_so_large_that_a_screen_breaks_on_it(fires: Memorandum, code: str) -> None:
    """Whatever is taken can be shown; the figures of notices are admission's to judge, and are shown too."""
    body = every_body(fires)[code]
    loose = msgspec.json.decode(bytes(encode_body(body)))
    for path, value in leaves(loose):
        if isinstance(value, int):
            for huge in (10**400, -(10**400), 2**63, -(2**63), 2**53):
                with pytest.raises(PeerError):
                    parse_body(statement(code, encode(with_leaf(loose, path, huge))), fires.disclosure)


@pytest.mark.parametrize("code", ["NTC", "HAZ", "AMD"])
def test_a_notice_with_any_figure_can_be_shown(fires: Memorandum, code: str) -> None:
    loose = msgspec.json.decode(bytes(encode_body(every_body(fires)[code])))
    for path, value in leaves(loose):
        if isinstance(value, int):
            for odd in (10**400, -(10**400), -1, 0, 2**53):
                raw = encode(with_leaf(loose, path, odd))
                assert detail(parse_body(statement(code, raw), fires.disclosure)).isprintable()
    assert detail(notice(volumes=())) == "tanker, no volume"


def test_figures_have_their_units_beside_them(fires: Memorandum) -> None:
    bodies = every_body(fires)
    shown = {code: detail(body) for code, body in bodies.items()}
    assert shown["NTC"] == "tanker, 09-08 00:00Z to 09-08 01:00Z, FL040 to 3000.00 m HAE, 2 volumes"
    assert shown["CON"] == "0.5 NM and 200 ft apart, 09-08 00:00Z to 09-08 00:01Z"
    assert shown["QRY"] == "39.900 -121.400 FL050"
    assert shown["ALR"] == "39.900 -121.400"
    assert shown["ANS"] == "yes, turn"
    assert shown["ACK"] == "passed to Tanker 72"
    assert shown["REJ"] == "outside_area: volumes[0].shape"
    assert shown["RBC"] == "negative: place"
    assert shown["CLR"] == "parted 09-08 00:00Z"


def test_a_strangers_words_move_no_cursor_and_end() -> None:
    assert plain("a\u001b[31m\r\nb\u202ec\u0000") == "a?[31m??b?c?"
    assert len(plain("x" * 10_000)) == SHOWN_CHARS_MAX
    assert detail(Fork(journal="\u001b]0;x\u0007" + "y" * 9999)).isprintable()


@pytest.mark.parametrize(
    "text", ["coast.air", "data-1", "T72", "Tanker 72", "not_your_post", "A/B", "x" * 40]
)
def test_a_name_is_a_name(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize("text", ["", " x", "-x", "x" * 41, "a\n", "a\u001b", "ä", "a,b", "who? me!", "a;b"])
def test_a_sentence_is_no_name(text: str) -> None:
    assert not is_name(text)


@pytest.mark.parametrize(
    ("code", "precedence", "due_s"),
    [
        ("NTC", "ROUTINE", 900),
        ("NTC", "ALERT", 900),
        ("CON", "PRIORITY", 900),
        ("QRY", "ALERT", 60),
        ("ALR", "ALERT", 120),
        ("FRK", "PRIORITY", 900),
        ("LCK", "ADMIN", None),
        ("CLR", "ALERT", None),
        ("ANS", "ALERT", None),
        ("RBC", "ROUTINE", None),
    ],
)
def test_an_answer_is_due_by_the_codes_own_row_and_else_by_the_precedence(
    fires: Memorandum, code: str, precedence: Any, due_s: int | None
) -> None:
    due_ms = answer_due_ms(fires, code=code, precedence=precedence, sent_ms=NOW_MS)
    assert due_ms == (None if due_s is None else NOW_MS + due_s * 1000)
