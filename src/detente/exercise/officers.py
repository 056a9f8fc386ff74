"""What people say on a played day, and how they do what they owe."""

from __future__ import annotations

import random

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.line.bodies import Alert, Answer, Query, Rejection
from detente.line.bodies_duty import LineCheck
from detente.line.catalogue import Body
from detente.node.events import Acknowledge, GiveAnswer, ReadBackNow, SayNow
from detente.notices.notice import Notice
from detente.quantities import UtcMs
from detente.record.statement import Ref
from detente.runtime.node import Node

HOUR_MS = 3_600_000


def words(rng: random.Random, number: int, now_ms: UtcMs) -> tuple[str, Body]:
    """Something to say: a question, a warning, or a check of the line; code and body."""
    at = Point(lat_e7=round(rng.uniform(38, 41) * 1e7), lon_e7=round(rng.uniform(-123, -120) * 1e7))
    match rng.randrange(6):
        case 0:
            return "QRY", Query(at=at, at_ms=now_ms, level=None, track_deg=None, speed_kt=None)
        case 1:
            return "ALR", Alert(
                what="approaching",
                at=at,
                at_ms=now_ms,
                level=None,
                track_deg=None,
                call_on_khz=None,
                ask="turn",
            )
        case 2:
            return "LCK", LineCheck(path="data-1", kind="human", text_id=f"day-{number}", clock_ms=now_ms)
        case _:
            return "LCK", LineCheck(path="data-1", kind="machine", text_id=f"day-{number}", clock_ms=now_ms)


def notice(rng: random.Random, now_ms: UtcMs) -> Notice:
    """A flight three to five hours from now, near enough to others that some are in conflict."""
    centre = Point(
        lat_e7=round(rng.uniform(39.8, 40.2) * 1e7), lon_e7=round(rng.uniform(-121.5, -121.3) * 1e7)
    )
    volume = Volume(
        shape=Circle(centre=centre, radius_cm=926_000),
        floor=Level(datum="palt", value=4000),
        ceiling=Level(datum="palt", value=9000),
        start_ms=now_ms + 3 * HOUR_MS,
        end_ms=now_ms + 5 * HOUR_MS,
    )
    return Notice(
        kind="routine",
        volumes=(volume,),
        class_="tanker",
        count_band="2-4",
        transponder="on",
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement="within",
    )


def do_what_is_owed(node: Node, rng: random.Random) -> None:
    """Read back, answer and acknowledge, as a watch that is awake does."""
    for item in [one for one in node.state.open_items.values() if one.owed_by == node.keeper.me]:
        at_ms = node.state.now_ms
        match item.act:
            case "read_back":
                node.happen(ReadBackNow(at_ms=at_ms, ref=item.ref))
            case "answer":
                said = Answer(answer=rng.choice(["yes", "no", "unknown"]), action="none")
                node.happen(GiveAnswer(at_ms=at_ms, ref=item.ref, answer=said))
            case "acknowledge":
                order = Acknowledge(at_ms=at_ms, ref=item.ref, level="understood", passed_to=None)
                node.happen(order)
            case "propose":
                node.happen(unable(item.ref, at_ms))
            case _:
                continue


def unable(ref: Ref, at_ms: UtcMs) -> SayNow:
    """No way out of a conflict on our side: the notices stand as they are."""
    return SayNow(
        at_ms=at_ms,
        code="REJ",
        body=Rejection(reason="unable", field=None),
        to=(),
        precedence=None,
        reply_to=ref,
        exercise=False,
    )
