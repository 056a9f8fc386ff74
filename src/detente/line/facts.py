"""What a message says of notices and of aircraft, as labelled facts, the most urgent first; no words yet.

A fact is a label and a value, both language-neutral; `language.text_of` puts them into words. An ALR, a QRY and a
DST name what is not known, because a missing line reads as an oversight at three in the morning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple, TypeAlias

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Corridor, Point, Polygon, Shape
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
from detente.line.figures import (
    angle_text,
    channel_text,
    distance_text,
    distance_up_text,
    level_of,
    minute_of,
    number_text,
    place_text,
    ref_text,
    second_of,
    until_of,
)
from detente.line.language import Phrase, Value
from detente.notices.notice import Notice
from detente.notices.readback import ReadBack, ReadBackVolume, fix_text

SHOWN_MAX = 8
"""Volumes, places and entries that are written out; a map and the record have the rest."""

NOT_KNOWN, NOT_GIVEN = Phrase("not-known"), Phrase("not-given")

Flight: TypeAlias = (
    Notice
    | Withdrawal
    | ReadBack
    | ReadBackVerdict
    | Acknowledgement
    | ConflictStated
    | Proposal
    | Acceptance
    | Rejection
    | Crossing
    | Query
    | Answer
    | Alert
    | Cleared
    | Distress
)
"""The bodies that speak of notices and of aircraft."""


class Fact(NamedTuple):
    """One line of a message: without a label it is a sentence; `on` says whether the one-line detail has it too."""

    label: Phrase | None
    value: Value
    on: Literal["lines", "both", "detail"] = "lines"


def line(label: str, value: Value) -> Fact:
    """A line of its own, left out of the detail."""
    return Fact(Phrase(f"label-{label}"), value)


def both(label: str, value: Value) -> Fact:
    """A line of its own that stands in the detail too."""
    return Fact(Phrase(f"label-{label}"), value, "both")


def brief(value: Value) -> Fact:
    """Only for the detail: the title says it above the lines."""
    return Fact(None, value, "detail")


def sentence(message_id: str) -> Fact:
    """A line without a label."""
    return Fact(None, Phrase(message_id))


def word(group: str, code: str) -> Phrase:
    """The words for a code of a group; a code that no message has is shown as it is."""
    return Phrase(f"{group}-{code}", {}, code)


def counted(message_id: str, count: int) -> Phrase:
    """A count with its noun in the right form."""
    return Phrase(message_id, {"count": count, "figure": number_text(count)})


def listed(values: list[Value]) -> Value:
    """At most `SHOWN_MAX` of several, and how many more there are."""
    more = len(values) - SHOWN_MAX
    shown = values[:SHOWN_MAX]
    return tuple(shown) if more <= 0 else (*shown, Phrase("and-more", {"more": number_text(more)}))


def window(start_ms: int, end_ms: int) -> Phrase:
    """From a start to an end, to the minute."""
    return Phrase("span", {"from": minute_of(start_ms), "until": until_of(start_ms, end_ms)})


def effective(when_ms: int, label: str = "effective") -> Iterator[Fact]:
    """From which moment on something is so."""
    yield line(label, minute_of(when_ms))
    yield brief(Phrase("from-time", {"time": minute_of(when_ms)}))


def facts_of_flight(body: Flight) -> Iterator[Fact]:
    """The facts of a body about notices or aircraft, in the order in which they are needed."""
    match body:
        case Notice():
            yield from _of_notice(body)
        case ReadBack():
            yield from _of_read_back(body)
        case Alert():
            yield brief(word("what", body.what))
            yield both("ask", word("ask", body.ask))
            yield from _of_aircraft(body.at, body.at_ms, body.level)
            yield line("track", _or_not_known(body.track_deg, angle_text))
            yield line("call_on", NOT_GIVEN if body.call_on_khz is None else channel_text(body.call_on_khz))
            yield line("reply", Phrase("reply-ALR"))
        case Query():
            yield from _of_aircraft(body.at, body.at_ms, body.level)
            yield line("track", _or_not_known(body.track_deg, angle_text))
            yield line("speed", _or_not_known(body.speed_kt, lambda speed_kt: number_text(speed_kt, "kt")))
            yield line("reply", Phrase("reply-QRY"))
        case Distress():
            yield brief(word("nature", body.nature))
            yield both("where", NOT_KNOWN if body.at is None else place_text(body.at))
            yield both("when", second_of(body.at_ms))
            persons = NOT_KNOWN if body.persons is None else counted("persons", body.persons)
            yield Fact(Phrase("label-persons"), persons, "lines" if body.persons is None else "both")
            yield line("call_on", NOT_GIVEN if body.call_on_khz is None else channel_text(body.call_on_khz))
            yield line("reply", Phrase("reply-DST"))
        case Crossing():
            yield both("boundary", body.boundary)
            yield both("gate", place_text(body.gate))
            yield both("window", window(body.start_ms, body.end_ms))
            yield line("levels", _band(body.floor, body.ceiling))
            yield line("class", body.class_)
            yield line("reply", Phrase("reply-XNG"))
        case ConflictStated():
            yield from _of_conflict(body)
        case Proposal():
            yield from _of_proposal(body)
        case _:
            yield from _of_answer(body)


def _of_answer(
    body: Withdrawal | ReadBackVerdict | Acknowledgement | Acceptance | Rejection | Answer | Cleared,
) -> Iterator[Fact]:
    match body:
        case Withdrawal():
            yield from effective(body.from_ms)
        case ReadBackVerdict():
            yield brief(word("verdict", body.verdict))
            if body.field is not None:
                yield both("field", word("field", body.field))
        case Acknowledgement():
            if body.passed_to is None:
                yield both("acknowledged", word("level", body.level))
            else:
                yield both("passed_to", Phrase("passed-to", {"name": body.passed_to}))
            yield line("post", body.post)
            yield line("when", minute_of(body.at_ms))
        case Acceptance():
            yield both("change", Phrase("as-proposed"))
            if body.notice is not None:
                yield both("notice", ref_text(body.notice))
        case Rejection():
            yield both("reason", word("reason", body.reason))
            if body.field is not None:
                yield both("field", body.field)
        case Answer():
            yield brief(word("answer", body.answer))
            if body.action != "none":
                yield both("action", word("action", body.action))
        case Cleared():
            yield line("parted", second_of(body.parted_ms))
            yield brief(Phrase("parted", {"time": second_of(body.parted_ms)}))


def _of_aircraft(at: Point, at_ms: int, level: Level | None) -> Iterator[Fact]:
    yield both("where", place_text(at))
    yield line("when", second_of(at_ms))
    yield line("level", NOT_KNOWN) if level is None else both("level", level_of(level))


def _of_notice(notice: Notice) -> Iterator[Fact]:
    if notice.hazard_kind is not None:
        yield brief(word("hazard", notice.hazard_kind))
    yield both("class", notice.class_)
    if notice.count_band is not None:
        yield line("count", notice.count_band)
    for index, volume in enumerate(notice.volumes[:SHOWN_MAX]):
        pick = both if index == 0 else line
        if len(notice.volumes) > 1:
            yield Fact(None, Phrase("label-volume", {"number": number_text(index + 1)}))
        yield pick("window", window(volume.start_ms, volume.end_ms))
        yield pick("levels", _band(volume.floor, volume.ceiling))
        yield line("where", _shape(volume.shape))
    yield from _of_count(len(notice.volumes))
    if notice.movement is not None:
        yield line("movement", word("movement", notice.movement))
    if notice.transponder is not None:
        yield line("transponder", word("transponder", notice.transponder))
    if notice.frequency_monitored_khz:
        yield line("monitored", listed([channel_text(khz) for khz in notice.frequency_monitored_khz]))


def _of_count(volumes: int) -> Iterator[Fact]:
    """Said where there is not exactly one: a detail shows the first, the lines the first `SHOWN_MAX`."""
    if volumes != 1:
        yield Fact(None, counted("volumes", volumes) if volumes else word("reason", "no_volume"), "both")


def _of_read_back(body: ReadBack) -> Iterator[Fact]:
    for index, volume in enumerate(body.volumes[:SHOWN_MAX]):
        if len(body.volumes) > 1:
            yield Fact(None, Phrase("label-volume", {"number": number_text(index + 1)}))
        yield from _of_places(volume, is_first=index == 0)
        yield line("window", window(volume.start_ms, volume.end_ms))
        yield line("levels", _band(volume.floor, volume.ceiling))
    yield from _of_count(len(body.volumes))
    yield both("class", body.class_)


def _of_places(volume: ReadBackVolume, *, is_first: bool) -> Iterator[Fact]:
    """Each place with its range and bearing from the reference points; the detail has the very first."""
    for index, point in enumerate(sorted({fix.point for fix in volume.fixes})[:SHOWN_MAX]):
        fixes: list[Value] = [f"{fix_text(fix)} NM" for fix in volume.fixes if fix.point == point]
        label = Phrase("label-place", {"number": number_text(point + 1)})
        yield Fact(label, listed(fixes), "both" if is_first and index == 0 else "lines")


def _of_conflict(body: ConflictStated) -> Iterator[Fact]:
    gap = body.conflict
    lateral, vertical = distance_text(gap.lateral_gap_m * 100), number_text(gap.vertical_gap_ft, "ft")
    yield both("conflict", Phrase("apart", {"lateral": lateral, "vertical": vertical}))
    yield both("when", window(gap.from_ms, gap.until_ms))
    yield line("where", place_text(gap.where))
    yield line("time_apart", number_text(gap.time_gap_s, "s"))
    if gap.mode == "figures":
        minima = {
            "lateral": distance_up_text(gap.lateral_min_m * 100),
            "vertical": number_text(gap.vertical_min_ft, "ft"),
        }
        yield line("agreed", (Phrase("apart", minima), number_text(gap.time_min_s, "s")))
    yield line("rule", (word("mode", gap.mode), gap.article))
    yield line("notices", (ref_text(body.first), ref_text(body.second)))


def _of_proposal(body: Proposal) -> Iterator[Fact]:
    yield line("notice", ref_text(body.notice))
    if body.shift_s:
        by_s = abs(body.shift_s)
        duration = counted("seconds", by_s) if by_s % 60 else counted("minutes", by_s // 60)
        yield both("shift", Phrase("later" if body.shift_s > 0 else "earlier", {"duration": duration}))
    if body.floor is not None or body.ceiling is not None:
        yield both("levels", _band(body.floor, body.ceiling))
    if body.move_m is not None:
        bearing = _or_not_known(body.bearing_deg, angle_text)
        distance = distance_text(abs(body.move_m) * 100)
        yield both("move", Phrase("move", {"distance": distance, "bearing": bearing}))
    if not body.shift_s and body.floor is None and body.ceiling is None and body.move_m is None:
        yield both("change", Phrase("no-change"))


def _shape(shape: Shape) -> Phrase:
    if isinstance(shape, Circle):
        radius = distance_up_text(shape.radius_cm)
        return Phrase("shape-circle", {"centre": place_text(shape.centre), "radius": radius})
    points = listed([place_text(point) for point in shape.points])
    if isinstance(shape, Polygon):
        return Phrase("shape-polygon", {"points": points})
    half_width = distance_up_text(shape.half_width_cm)
    if isinstance(shape, Corridor):
        return Phrase("shape-corridor", {"points": points, "half_width": half_width})
    return Phrase(
        "shape-moving_block",
        {
            "points": points,
            "times": listed([second_of(when_ms) for when_ms in shape.times_ms]),
            "half_width": half_width,
            "early": number_text(-(-shape.early_ms // 1000), "s"),
            "late": number_text(-(-shape.late_ms // 1000), "s"),
        },
    )


def _band(floor: Level | None, ceiling: Level | None) -> Value:
    if floor is not None and ceiling is not None:
        return Phrase("span", {"from": level_of(floor), "until": level_of(ceiling)})
    if floor is not None:
        return Phrase("at-or-above", {"level": level_of(floor)})
    return NOT_GIVEN if ceiling is None else Phrase("at-or-below", {"level": level_of(ceiling)})


def _or_not_known(number: int | None, shown: Callable[[int], str]) -> Value:
    return NOT_KNOWN if number is None else shown(number)
