"""One node with tens of thousands of notices in force: what one more costs, a second of time, and a start.

Statements come as they are committed, without signatures, which `bench/line.py` measures.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import msgspec

from bench.cases import START, START_MS
from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.line.catalogue import encode_body
from detente.memorandum.model import Memorandum
from detente.node import snapshot
from detente.node.events import Heard, Said, Tick
from detente.node.state import State
from detente.node.step import step
from detente.notices.notice import Notice
from detente.quantities import Digest, PartyId, UtcMs
from detente.record.statement import Ref, Statement
from detente.runtime.sky import Sky

NOTICES = 20_000
LAST = 500
HOUR_MS = 3_600_000
ME, PEER = PartyId("SIERRA"), PartyId("COAST")


def measure(tell: Callable[[str], None], *, notices: int = NOTICES) -> dict[str, Any]:
    """Half of the notices are each party's; the last of them are timed."""
    assert isinstance(START, Memorandum)
    rules = msgspec.structs.replace(START.notices, max_open_per_party=notices)
    terms = msgspec.structs.replace(START, notices=rules)
    blank = State(me=ME, memorandum=terms, identity=Digest("0" * 64), now_ms=UtcMs(START_MS))
    state, sky, rng, spent = blank, Sky(terms), random.Random(1), 0.0
    sky.warm()
    sky.fill(state)
    for number in range(notices):
        if number % 2_000 == 0:
            tell(f"a node with {number:,} notices in force")
        event = _event(state, rng, number)
        began = time.perf_counter()
        event = sky.with_near(event)
        state, _ = step(state, event)
        sky.follow(state, event)
        spent += (time.perf_counter() - began) * (number >= notices - LAST)
    began = time.perf_counter()
    step(state, Tick(at_ms=UtcMs(state.now_ms + 1_000)))
    ticked = time.perf_counter()
    data = snapshot.freeze(state)
    frozen = time.perf_counter()
    again = snapshot.thaw(data, blank)
    assert again is not None
    sky.fill(again)
    started = time.perf_counter()
    return {
        "in_force": sum(held.counts for held in state.notices.values()),
        "conflicts": len(state.conflicts),
        "one_more_ms": round(1_000.0 * spent / LAST, 2),
        "tick_ms": round(1_000.0 * (ticked - began), 1),
        "freeze_beside_s": round(frozen - ticked, 2),
        "start_s": round(started - frozen, 2),
    }


def _event(state: State, rng: random.Random, number: int) -> Said | Heard:
    who, other = (ME, PEER) if number % 2 else (PEER, ME)
    statement = Statement(
        v=1,
        memorandum=state.memorandum.memorandum.id,
        identity=state.identity,
        origin=f"{who}/BENCH/0",
        seq=number // 2,
        sender=state.desk_of(who),
        to=(state.desk_of(other),),
        code="NTC",
        precedence="ROUTINE",
        sent_ms=state.now_ms,
        answer_due_ms=None,
        reply_to=None,
        language="en",
        exercise=False,
        heads=(),
        salt="",
        body=encode_body(notice_at(state.now_ms, rng)),
    )
    ref = Ref(origin=statement.origin, seq=statement.seq, leaf=Digest(f"{number:064x}"))
    if who == ME:
        return Said(at_ms=state.now_ms, ref=ref, statement=statement)
    return Heard(at_ms=state.now_ms, party=who, ref=ref, statement=statement)


def notice_at(now_ms: int, rng: random.Random) -> Notice:
    """A circle of 5 NM for an hour, some hours ahead, anywhere over California."""
    start_ms = now_ms + rng.randint(3, 40) * HOUR_MS
    volume = Volume(
        shape=Circle(
            centre=Point(
                lat_e7=round(rng.uniform(32.0, 43.0) * 1e7), lon_e7=round(rng.uniform(-125.0, -114.0) * 1e7)
            ),
            radius_cm=926_000,
        ),
        floor=Level(datum="palt", value=rng.choice([2_000, 4_000, 6_000])),
        ceiling=Level(datum="palt", value=rng.choice([7_000, 8_000])),
        start_ms=start_ms,
        end_ms=start_ms + HOUR_MS,
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
