"""A party that signs with its real keys whatever it likes: what is kept, what counts, and what it is told."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point, Polygon
from detente.airspace.volumes import Volume
from detente.conflicts.decide import Conflict
from detente.line.bodies import (
    Acknowledgement,
    Answer,
    Cleared,
    ConflictStated,
    Query,
    ReadBackVerdict,
    Rejection,
)
from detente.line.bodies_duty import LineCheck
from detente.node import views
from detente.node.events import SendNotice, Started
from detente.notices.notice import Notice
from detente.quantities import Digest, PartyId
from detente.record.statement import Ref
from detente.runtime.desk import Desk
from detente.wire import encode

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
HOUR_MS = 3_600_000


def volume(now_ms: int, **other: Any) -> Volume:
    plain = Volume(
        shape=Circle(centre=Point(lat_e7=399_000_000, lon_e7=-1_214_000_000), radius_cm=926_000),
        floor=Level(datum="palt", value=4000),
        ceiling=Level(datum="palt", value=9000),
        start_ms=now_ms + 3 * HOUR_MS,
        end_ms=now_ms + 5 * HOUR_MS,
    )
    return msgspec.structs.replace(plain, **other)


def notice(now_ms: int, *volumes: Volume, **other: Any) -> Notice:
    plain = Notice(
        kind="routine",
        volumes=volumes or (volume(now_ms),),
        class_="tanker",
        count_band="2-4",
        transponder="on",
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement="within",
    )
    return msgspec.structs.replace(plain, **other)


def ring(*places: tuple[float, float]) -> Polygon:
    return Polygon(points=tuple(Point(lat_e7=round(a * 1e7), lon_e7=round(b * 1e7)) for a, b in places))


def changed(body: bytes, **fields: object) -> bytes:
    """The body with fields more or other."""
    return encode({**msgspec.json.decode(body), **fields})


def assert_every_screen_can_be_drawn(honest: Any) -> None:
    state = honest.node.state
    desk = Desk(node=honest.node, store=honest.store, clock=honest.clock)
    for order in ("status", "owed", "notices", "conflicts", "ticker", "log"):
        text = encode(desk.order(order, {})).decode()
        assert "\\u001b" not in text
    assert isinstance(views.warnings(state), tuple)


@pytest.fixture
def good(honest: Any) -> bytes:
    return encode(notice(honest.clock.at_ms))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("target", "never_list"),
        ("Target_ID", "never_list"),
        ("missionNumber", "never_list"),
        ("third-party-tracks", "never_list"),
        ("remarks", "unknown_field"),
        ("x\u001b[2Jy", "unknown_field"),
        ("z" * 9000, "unknown_field"),
    ],
)
def test_a_field_outside_the_catalogue_is_kept_refused_and_not_believed(
    honest: Any, liar: Any, good: bytes, name: str, code: str
) -> None:
    """The proof stays in the mirror; the body is not used; the sender hears a code; the watch reads a line."""
    assert liar.say("NTC", changed(good, **{name: "x"})).status == 200
    (mirror,) = honest.node.keeper.held_of(COAST)
    assert mirror.envelopes == liar.envelopes
    assert not honest.node.state.notices
    assert not honest.node.state.open_items
    assert honest.rejections == [(1, code)]
    (line,) = [line for line in honest.log if line.startswith("refused: COAST entry 1")]
    assert code in line
    assert line.isprintable()
    assert len(line) < 400
    assert_every_screen_can_be_drawn(honest)


AT_NOWHERE = b'{"at":{"lat_e7":%d,"lon_e7":0},"at_ms":0,"level":null,"track_deg":null,"speed_kt":%d}'
A_SENTENCE = (
    b'{"level":"passed","post":"coast.air","at_ms":0,"passed_to":"they bomb the ridge at noon, stay away!"}'
)
BEFORE_TIME = b'{"path":"p","kind":"machine","text_id":"t","clock_ms":-99999999999999999999}'


@pytest.mark.parametrize(
    ("code", "body", "reason"),
    [
        ("QQQ", b"{}", "unknown_code"),
        ("ANS", b'{"answer":"perhaps","action":"none"}', "malformed"),
        ("ANS", b'{"answer":"yes","action":"none","target":"x"}', "malformed"),
        ("NTC", b"{}", "malformed"),
        ("RBC", b'{"verdict":"correct"}', "malformed"),
        ("RBC", b'{"verdict":"correct","field":"not a field"}', "malformed"),
        ("CLR", b'{"parted_ms":9223372036854775807}', "malformed"),
        ("CLR", b'{"parted_ms":-1}', "malformed"),
        ("LCK", BEFORE_TIME, "malformed"),
        ("QRY", AT_NOWHERE % (10**12, 0), "malformed"),
        ("QRY", AT_NOWHERE % (0, 10**400), "malformed"),
        ("ACK", A_SENTENCE, "malformed"),
    ],
)
def test_a_body_that_cannot_be_is_answered_with_its_reason(
    honest: Any, liar: Any, code: str, body: bytes, reason: str
) -> None:
    assert liar.say(code, body).status == 200
    assert honest.rejections == [(1, reason)]
    assert not honest.node.state.open_items
    assert_every_screen_can_be_drawn(honest)


@pytest.mark.parametrize(("code", "kind"), [("NTC", "hazard"), ("HAZ", "routine")])
def test_a_hazard_goes_as_haz_and_nothing_else_does(honest: Any, liar: Any, code: str, kind: Any) -> None:
    body = notice(honest.clock.at_ms, kind=kind, hazard_kind="laser" if kind == "hazard" else None)
    liar.say(code, body)
    assert honest.rejections == [(1, "malformed")]
    assert not honest.node.state.notices


def bad_volumes(now_ms: int) -> dict[str, Volume]:
    return {
        "outside_area": volume(
            now_ms, shape=Circle(centre=Point(lat_e7=0, lon_e7=0), radius_cm=926_000)
        ),
        "self_crossing": volume(
            now_ms, shape=ring((39, -121), (39.5, -120.5), (39.5, -121), (39, -120.5))
        ),
        "too_few_points": volume(now_ms, shape=ring((39, -121), (39.5, -121))),
        "bad_position": volume(now_ms, shape=ring((91, -121), (39.5, -121), (39, -120))),
        "bad_radius": volume(
            now_ms, shape=Circle(centre=Point(lat_e7=399_000_000, lon_e7=-1_214_000_000), radius_cm=-1)
        ),
        "ceiling_below_floor": volume(now_ms, floor=Level(datum="palt", value=10_000)),
        "bad_level": volume(now_ms, ceiling=Level(datum="palt", value=10**9)),
        "outside_levels": volume(now_ms, ceiling=Level(datum="palt", value=60_000)),
        "end_before_start": volume(now_ms, end_ms=now_ms),
        "bad_time": volume(now_ms, end_ms=10**18),
        "ended": volume(now_ms, start_ms=now_ms - 2 * HOUR_MS, end_ms=now_ms - HOUR_MS),
        "beyond_horizon": volume(now_ms, start_ms=now_ms + 400 * HOUR_MS, end_ms=now_ms + 402 * HOUR_MS),
        "too_small": volume(
            now_ms, shape=Circle(centre=Point(lat_e7=399_000_000, lon_e7=-1_214_000_000), radius_cm=100)
        ),
    }  # fmt: skip


@pytest.mark.parametrize("code", bad_volumes(0))
def test_a_notice_that_cannot_be_admitted_does_not_count_and_the_sender_hears_why(
    honest: Any, liar: Any, code: str
) -> None:
    now_ms = honest.clock.at_ms
    honest.node.happen(SendNotice(at_ms=now_ms, notice=notice(now_ms), plans=()))
    liar.say("NTC", notice(now_ms, bad_volumes(now_ms)[code]))
    assert honest.rejections == [(1, code)]
    assert not honest.node.state.conflicts
    assert all(not held.counts for held in honest.node.state.notices.values() if held.party == COAST)
    assert not [item for item in honest.node.state.open_items.values() if item.owed_by == SIERRA]
    assert_every_screen_can_be_drawn(honest)


def test_a_notice_without_a_volume_breaks_nothing_that_comes_after_it(
    honest: Any, liar: Any, make_honest: Any
) -> None:
    """It once stood in the state, and the next notice of either side asked for its last end."""
    now_ms = honest.clock.at_ms
    liar.say("NTC", notice(now_ms, volumes=()))
    assert honest.rejections == [(1, "no_volume")]
    assert liar.say("NTC", notice(now_ms)).status == 200
    assert [held.ref.seq for held in honest.node.state.notices.values()] == [2]
    assert_every_screen_can_be_drawn(honest)
    again = make_honest(store=honest.store, clock=honest.clock)
    assert again.node.state.notices == honest.node.state.notices


def test_refused_notices_leave_the_state_after_a_day_whatever_end_they_name(honest: Any, liar: Any) -> None:
    """A liar could otherwise fill the memory with notices of the year 9000."""
    now_ms = honest.clock.at_ms
    far_ms = 9_000 * 365 * 24 * HOUR_MS
    liar.say("NTC", notice(now_ms, volume(now_ms, start_ms=far_ms % 2**47, end_ms=far_ms % 2**47 + HOUR_MS)))
    assert len(honest.node.state.notices) == 1
    honest.clock.at_ms += 25 * HOUR_MS
    liar.say("NTC", notice(honest.clock.at_ms))
    assert [held.ref.seq for held in honest.node.state.notices.values()] == [2]


def test_ten_thousand_points_do_not_pass_the_door(honest: Any, liar: Any) -> None:
    points = tuple(Point(lat_e7=390_000_000 + n, lon_e7=-1_210_000_000) for n in range(10_000))
    response = liar.say(
        "NTC", notice(honest.clock.at_ms, volume(honest.clock.at_ms, shape=Polygon(points=points)))
    )
    assert (response.status, liar.code(response)) == (400, "truncated"), "16 bits count no such entry"
    assert liar.size == 1


def test_more_open_notices_than_agreed_do_not_count(honest: Any, liar: Any) -> None:
    """The memorandum allows so many of one party; each more would cost us a decision against all of ours."""
    allowed = honest.node.state.memorandum.notices.max_open_per_party
    body = notice(honest.clock.at_ms)
    for _ in range(allowed + 1):
        assert liar.say("NTC", body).status == 200
    assert honest.rejections == [(allowed + 1, "too_many_notices")]
    assert honest.node.state.open_notices_of(COAST) == allowed


def test_only_a_post_of_theirs_speaks_for_them(honest: Any, liar: Any, good: bytes) -> None:
    for sender in ("sierra.air", "nobody", "x\u001b[2J"):
        liar.say("NTC", good, sender=sender)
    assert honest.rejections == [(1, "not_your_post"), (2, "not_your_post"), (3, "not_your_post")]
    assert not honest.node.state.notices
    assert all(line.isprintable() for line in honest.log)


def test_what_is_addressed_to_no_post_of_ours_asks_nothing_of_us(honest: Any, liar: Any, good: bytes) -> None:
    """Mutation: recipient not checked."""
    assert liar.say("NTC", good, to=("coast.air",)).status == 200
    assert not honest.node.state.notices
    assert not honest.node.state.open_items
    assert [one.code for one in honest.said] == ["OPN"]
    assert any("addressed to no post of ours" in line for line in honest.log)


def test_a_rejection_is_never_rejected(honest: Any, liar: Any) -> None:
    """Two nodes of different releases could otherwise go on for ever."""
    liar.say("REJ", b'{"reason":"unable","field":null,"more":1}')
    assert [one.code for one in honest.said] == ["OPN"]
    assert any("COAST entry 1 (REJ)" in line for line in honest.log)


def test_a_far_future_or_past_time_of_saying_does_not_put_off_what_is_due(
    honest: Any, liar: Any, good: bytes
) -> None:
    liar.say("NTC", good, sent_ms=2**53 - 1)
    liar.say("NTC", good, sent_ms=0)
    late, early = sorted(honest.node.state.open_items.values(), key=lambda item: item.ref.seq)
    assert late.due_ms == honest.clock.at_ms + 900_000
    assert early.due_ms == 900_000
    assert_every_screen_can_be_drawn(honest)


def test_a_verdict_on_a_read_back_counts_only_from_the_notices_own_sender_and_after_one(
    honest: Any, liar: Any, good: bytes
) -> None:
    """Our notice must not stand there as read back correctly because the reader says so."""
    now_ms = honest.clock.at_ms
    honest.node.happen(SendNotice(at_ms=now_ms, notice=notice(now_ms), plans=()))
    (own,) = honest.node.state.notices
    correct = ReadBackVerdict(verdict="correct", field=None)
    liar.say("RBC", correct, reply_to=own)
    assert honest.node.state.notices[own].read_back == "owed"
    liar.say("NTC", good)
    liar.say("RBC", correct, reply_to=liar.ref(liar.size - 1))
    (theirs,) = [held for held in honest.node.state.notices.values() if held.party == COAST]
    assert theirs.read_back == "owed"
    assert [item.act for item in honest.node.state.open_items.values() if item.owed_by == SIERRA] == [
        "read_back"
    ]


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("ACK", Acknowledgement(level="understood", post="coast.air", at_ms=0, passed_to=None)),
        ("ANS", Answer(answer="no", action="none")),
        ("REJ", Rejection(reason="unable", field=None)),
    ],
)
def test_what_we_owe_is_not_settled_by_the_one_it_is_owed_to(
    honest: Any, liar: Any, good: bytes, code: str, body: Any
) -> None:
    liar.say("NTC", good)
    (item,) = honest.node.state.open_items.values()
    liar.say(code, body, reply_to=item.ref)
    assert list(honest.node.state.open_items) == [(item.ref, SIERRA)]


def test_only_the_one_who_asked_can_say_that_it_is_over(honest: Any, liar: Any) -> None:
    query = Query(
        at=Point(lat_e7=0, lon_e7=0), at_ms=honest.clock.at_ms, level=None, track_deg=None, speed_kt=None
    )
    now_ms = honest.clock.at_ms
    honest.node.happen(SendNotice(at_ms=now_ms, notice=notice(now_ms), plans=()))
    ((own, _),) = honest.node.state.open_items
    liar.say("CLR", Cleared(parted_ms=now_ms), reply_to=own)
    assert (own, COAST) in honest.node.state.open_items
    liar.say("QRY", query, precedence="ALERT")
    asked = liar.ref(liar.size - 1)
    assert (asked, SIERRA) in honest.node.state.open_items
    liar.say("CLR", Cleared(parted_ms=now_ms), reply_to=asked)
    assert (asked, SIERRA) not in honest.node.state.open_items


def conflict(now_ms: int) -> Conflict:
    return Conflict(
        article="separation tanker/tanker",
        mode="figures",
        lateral_gap_m=0,
        vertical_gap_ft=0,
        time_gap_s=0,
        lateral_min_m=1852,
        vertical_min_ft=500,
        time_min_s=300,
        where=Point(lat_e7=399_000_000, lon_e7=-1_214_000_000),
        from_ms=now_ms,
        until_ms=now_ms + 1,
    )


def test_a_conflict_is_shown_only_between_a_notice_of_ours_and_one_of_theirs(
    honest: Any, liar: Any, good: bytes
) -> None:
    now_ms = honest.clock.at_ms
    far = notice(
        now_ms,
        volume(
            now_ms, shape=Circle(centre=Point(lat_e7=340_000_000, lon_e7=-1_180_000_000), radius_cm=926_000)
        ),
    )
    honest.node.happen(SendNotice(at_ms=now_ms, notice=far, plans=()))
    (own,) = honest.node.state.notices
    nowhere = Ref(origin="COAST/FIRES-2020/ee", seq=7, leaf=Digest("0" * 64))
    for first, second in ((own, own), (own, nowhere), (nowhere, own), (nowhere, nowhere)):
        liar.say("CON", ConflictStated(first=first, second=second, conflict=conflict(now_ms)))
    assert not honest.node.state.conflicts
    liar.say("NTC", good)
    theirs = liar.ref(liar.size - 1)
    liar.say("CON", ConflictStated(first=theirs, second=own, conflict=conflict(now_ms)))
    assert list(honest.node.state.conflicts) == [(own, theirs)]
    assert_every_screen_can_be_drawn(honest)


def test_a_strangers_words_reach_no_screen_as_they_are(honest: Any, liar: Any, good: bytes) -> None:
    """The class of a refused notice and the article of a stated conflict are the only texts of a peer's own."""
    now_ms = honest.clock.at_ms
    escape = "\u001b]0;x\u0007" + "y" * 5000
    liar.say("NTC", notice(now_ms, class_=escape))
    place = Circle(centre=Point(lat_e7=340_000_000, lon_e7=-1_180_000_000), radius_cm=926_000)
    far = notice(now_ms, volume(now_ms, shape=place))
    honest.node.happen(SendNotice(at_ms=now_ms, notice=far, plans=()))
    liar.say("NTC", good)
    own = next(ref for ref, held in honest.node.state.notices.items() if held.party == SIERRA)
    stated = msgspec.structs.replace(conflict(now_ms), article=escape)
    liar.say("CON", ConflictStated(first=liar.ref(2), second=own, conflict=stated))
    assert len(honest.node.state.conflicts) == 1
    assert_every_screen_can_be_drawn(honest)
    (shown,) = views.conflicts(honest.node.state)
    assert len(shown["article"]) == 300


def test_line_checks_are_echoed_and_cannot_carry_a_text(honest: Any, liar: Any) -> None:
    now_ms = honest.clock.at_ms
    liar.say("LCK", LineCheck(path="data-1", kind="machine", text_id="t-1", clock_ms=now_ms - 40))
    (echo,) = [one for one in honest.said if one.code == "LCR"]
    assert msgspec.json.decode(bytes(echo.body))["clock_offset_ms"] == 40
    liar.say("LCK", LineCheck(path="x" * 45_000, kind="machine", text_id="t", clock_ms=now_ms))
    assert honest.rejections == [(2, "malformed")]


def test_everything_a_liar_said_is_judged_the_same_after_a_restart(
    honest: Any, liar: Any, good: bytes, make_honest: Any
) -> None:
    now_ms = honest.clock.at_ms
    honest.node.happen(SendNotice(at_ms=now_ms, notice=notice(now_ms), plans=()))
    for index, bad in enumerate(bad_volumes(now_ms).values()):
        honest.clock.at_ms += 1000
        liar.say("NTC", notice(now_ms, bad))
        liar.say("NTC", changed(good, target=index))
    liar.say("NTC", good)
    before = honest.node.state
    again = make_honest(store=honest.store, clock=honest.clock)
    after = again.node.state
    assert (after.notices, after.conflicts, after.open_items.keys()) == (
        before.notices,
        before.conflicts,
        before.open_items.keys(),
    )
    size = again.node.keeper.own.size
    again.node.happen(Started(at_ms=honest.clock.now_ms()))
    assert again.node.keeper.own.size == size
