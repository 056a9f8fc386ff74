"""Feeds, from bytes to tracks on one core: messages a second for each format.

Real bytes where there are any (the flight of ../shared/data as Beast, AVR, SBS-1 and JSON lines), else made from real
trajectories. A message is what its sender sends as one: a Mode S frame, a line, an aircraft of a picture, an event, a
record. Beside Mode S stands what rs1090 alone does with the same frames, which is the reference.
"""

from __future__ import annotations

import gzip
import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from detente.quantities import UtcMs, utc_text
from detente.tracks.beast import BeastFrames
from detente.tracks.decoding import Circumstances
from detente.tracks.formats import decoder_of
from detente.tracks.position import PositionReport
from detente.tracks.recording import read_recording
from detente.tracks.tracker import Rules, Tracker

SHARED = Path(__file__).resolve().parents[1] / "../shared/data"
FLIGHT_FRAMES = 57_793
PIECE_BYTES = 65_536
SECONDS_EACH = 2.0
GIVEN = Circumstances(source="bench", start_ms=UtcMs(1_720_248_189_525), site=(49.0, 2.5), frames_per_s=12.1)
Tell = Callable[[str], None]


def measure(tell: Tell) -> dict[str, Any]:
    """Every figure; `tell` hears what is being done. Empty where the recordings are not there."""
    if not SHARED.exists():
        tell("no recordings in ../shared/data: nothing is measured")
        return {}
    figures: dict[str, Any] = {}
    for name, stream, messages in _streams():
        tell(f"{name}: {messages:,} messages")
        figures[f"{name}_messages_per_s"] = round(_rate(name.partition("_")[0], stream, messages))
    tell("the tracker alone")
    figures["tracker_reports_per_s"] = round(_tracker_rate())
    tell("rs1090 alone")
    figures["rs1090_frames_per_s"] = round(_reference_rate())
    return figures


def _rate(name: str, stream: bytes, messages: int) -> float:
    """Bytes in pieces, as a connection gives them, through decoder and tracker; the best run of two seconds."""
    best = 0.0
    until = time.perf_counter() + SECONDS_EACH
    while time.perf_counter() < until or not best:
        decoder, tracker = decoder_of(name, GIVEN), Tracker(rules=Rules())
        began = time.perf_counter()
        for start in range(0, len(stream), PIECE_BYTES):
            for report in decoder.take(stream[start : start + PIECE_BYTES], None):
                tracker.see(report, report.time_ms)
        for report in decoder.finish():
            tracker.see(report, report.time_ms)
        spent = time.perf_counter() - began
        assert tracker.accepted, name
        best = max(best, messages / spent)
    return best


def _tracker_rate() -> float:
    reports = _trajectories("quickstart")
    tracker = Tracker(rules=Rules())
    began = time.perf_counter()
    for report in reports:
        tracker.see(report, report.time_ms)
    return len(reports) / (time.perf_counter() - began)


def _reference_rate() -> float:
    from rs1090 import decode

    frames = [frame.hex() for frame in _squitters()]
    began = time.perf_counter()
    for start in range(0, len(frames), 1_000):
        decode(frames[start : start + 1_000])
    return len(frames) / (time.perf_counter() - began)


def _streams() -> list[tuple[str, bytes, int]]:
    """Name (of the format, before any underscore), bytes, and how many messages they are."""
    derived = SHARED / "adsb_derived_mit"
    made: list[tuple[str, bytes, int]] = []
    for name in ("beast", "avr", "sbs"):
        made.append(
            (name, gzip.decompress((derived / f"full_flight_short.{name}.gz").read_bytes()), FLIGHT_FRAMES)
        )
    lines = (SHARED / "adsb_traffic_mit/full_flight_short.jsonl.gz").read_bytes()
    made.append(("frames", gzip.decompress(lines), FLIGHT_FRAMES))
    squitters = _squitters()
    body = b"".join(
        b"\x1a3" + ((time_ms * 12_000).to_bytes(6, "big") + b"\x80" + frame).replace(b"\x1a", b"\x1a\x1a")
        for frame, time_ms in squitters.items()
    )
    made.append(("beast_squitters_only", body, len(squitters)))
    reports = _trajectories("calfire")
    made.append(("readsb", _pictures(reports), len(reports)))
    made.append(("cot", b"".join(_event(one) for one in reports), len(reports)))
    made.append(("remote-id", _flights(reports), len(reports)))
    made.append(("asterix_021", _records(reports[:5_000]), 5_000))
    return made


def _trajectories(name: str) -> list[PositionReport]:
    return list(read_recording((SHARED / f"adsb_traffic_mit/{name}.json.gz").read_bytes()).reports)


def _squitters() -> dict[bytes, int]:
    """Distinct extended squitters of the flight with their times: nothing that is cheap to skip."""
    stream = gzip.decompress((SHARED / "adsb_derived_mit/full_flight_short.beast.gz").read_bytes())
    frames = BeastFrames(Circumstances(), Counter(), Counter()).take(stream, None)
    first: dict[bytes, int] = {}
    for time_ms, frame, _ in frames:
        if frame[0] >> 3 == 17:
            first.setdefault(frame, time_ms)
    return first


def _pictures(reports: list[PositionReport]) -> bytes:
    """A hundred aircraft in each."""
    return b"".join(
        json.dumps(
            {
                "now": reports[start].time_ms / 1000.0,
                "aircraft": [
                    {
                        "hex": one.aircraft,
                        "flight": one.call_sign,
                        "lat": one.lat_deg,
                        "lon": one.lon_deg,
                        "alt_baro": one.level_palt_ft,
                        "gs": 150.0,
                        "track": one.track_deg,
                        "seen_pos": 0.5,
                        "nac_p": 9,
                    }
                    for one in reports[start : start + 100]
                ],
            }
        ).encode()
        + b"\n"
        for start in range(0, len(reports), 100)
    )


def _event(one: PositionReport) -> bytes:
    when, stale = utc_text(one.time_ms), utc_text(one.time_ms + 60_000)
    return (
        f'<event version="2.0" uid="ICAO-{one.aircraft}" type="a-f-A" how="m-g" time="{when}" start="{when}"'
        f' stale="{stale}"><point lat="{one.lat_deg}" lon="{one.lon_deg}" hae="1000" ce="30" le="30"/>'
        f'<detail><contact callsign="{one.call_sign}"/><track course="10" speed="70"/></detail></event>'
    ).encode()


def _flights(reports: list[PositionReport]) -> bytes:
    return b"".join(
        json.dumps(
            {
                "flights": [
                    {
                        "id": one.aircraft,
                        "current_state": {
                            "timestamp": {"value": utc_text(one.time_ms), "format": "RFC3339"},
                            "position": {
                                "lat": one.lat_deg,
                                "lng": one.lon_deg,
                                "alt": 300.0,
                                "accuracy_h": "HA10m",
                            },
                            "speed": 20.0,
                            "track": 10.0,
                        },
                    }
                    for one in reports[start : start + 100]
                ]
            }
        ).encode()
        + b"\n"
        for start in range(0, len(reports), 100)
    )


def _records(reports: list[PositionReport]) -> bytes:
    from asterix.generated import Cat_021_2_7 as Spec

    return b"".join(
        bytes(
            Spec.create(
                [
                    Spec.cv_record.create(
                        {
                            "010": (("SAC", 1), ("SIC", 2)),
                            "071": (one.time_ms % 86_400_000 / 1000.0, "s"),
                            "080": int(one.aircraft, 16),
                            "131": (("LAT", (one.lat_deg, "°")), ("LON", (one.lon_deg, "°"))),
                            "145": ((one.level_palt_ft or 0.0) / 100.0, "FL"),
                            "170": one.call_sign.ljust(8),
                        }
                    )
                ]
            )
            .unparse()
            .to_bytes()
        )
        for one in reports
    )
