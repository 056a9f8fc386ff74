"""What is flown again after the week: the hours with most to see, moved behind its end with the notices of them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from detente.exercise.encore import LONG_MS, PAUSE_MS, STEP_MS, busiest, encore
from detente.exercise.fires import PARTIES, PATH_ID
from detente.exercise.outcome import Left
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template
from detente.quantities import UtcMs, parse_utc_text
from detente.tracks.recording import read_recording

BEGINS_MS = parse_utc_text("2020-09-08T01:00:00Z")
ENDS_MS = parse_utc_text("2020-09-15T00:10:00Z")
HOUR_MS = 3_600_000


def test_the_busiest_hours_begin_at_a_half_hour_and_hold_most_of_what_happened() -> None:
    moments = [BEGINS_MS + 10 * HOUR_MS, BEGINS_MS + 12 * HOUR_MS, BEGINS_MS + 30 * HOUR_MS]
    start_ms = busiest(moments)
    assert start_ms % STEP_MS == 0
    assert sum(start_ms <= one < start_ms + LONG_MS for one in moments) == 2


def test_the_traffic_is_moved_whole_half_hours_and_its_notices_can_be_sent_after_the_end(
    tmp_path: Path,
) -> None:
    def row(minute: int, address: str, call_sign: str) -> dict[str, Any]:
        return {
            "timestamp": BEGINS_MS + minute * 60_000,
            "icao24": address,
            "callsign": call_sign,
            "latitude": 38.7 + minute / 1_000,
            "longitude": -121.4,
            "altitude": 3_300.0,
        }

    rows = [
        row(minute, *one) for minute in range(0, 240, 5) for one in (("a53602", "T72"), ("a53d70", "T73"))
    ]
    file = tmp_path / "week.json.gz"
    file.write_bytes(gzip.compress(json.dumps(rows).encode()))
    memorandum = read_memorandum(template("fires-2020"))
    assert isinstance(memorandum, Memorandum)
    left = Left(
        seats=(),
        path_id=PATH_ID,
        own_aircraft={"SIERRA": ["a53602"], "COAST": ["a53d70"]},
        end_ms=UtcMs(ENDS_MS),
    )
    party_of = {"a53602": "SIERRA", "a53d70": "COAST"}
    made = encore(file, left, memorandum, from_ms=BEGINS_MS, party_of=party_of)
    assert made is not None
    reports = read_recording(made.recording).reports
    assert len(reports) == 2 * LONG_MS // 300_000
    assert (reports[0].time_ms - BEGINS_MS) % STEP_MS == 0
    assert made.first_ms == reports[0].time_ms >= ENDS_MS + PAUSE_MS
    assert {one.party for one in made.drawn} == set(PARTIES)
    assert encore(file, left, memorandum, from_ms=ENDS_MS, party_of=party_of) is None, (
        "nothing was flown then"
    )
    assert all(ENDS_MS < one.issue_ms < made.first_ms for one in made.drawn)
