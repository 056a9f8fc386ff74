"""Recorded traffic to position reports: what cannot be true is rejected, and counted by reason.

The form is that of the `traffic` library: a JSON array of records, plain or gzip, with `timestamp`
(milliseconds UTC), `icao24`, `callsign`, `latitude`, `longitude` (degrees WGS 84), `altitude` (feet of
pressure altitude), and optionally `geoaltitude` (feet, GNSS), `groundspeed` (kt), `track` (degrees true) and
`vertical_rate` (ft/min).
Source: X. Olive, `traffic` 2.13; the faults are those met in its samples (see ../shared/data/README.md).
"""

from __future__ import annotations

import json
import math
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, TypeAlias

from detente.errors import PeerError
from detente.quantities import METRES_PER_FT, MPS_PER_KT, UtcMs
from detente.tracks.plausible import is_teleport
from detente.tracks.position import PositionReport
from detente.tracks.reading import (
    LEVEL_MAX_FT,
    LEVEL_MIN_FT,
    address_of,
    call_sign_of,
    is_on_earth,
    number_of,
    scaled,
    squawk_of,
)
from detente.wire.limits import RECORDING_BYTES_MAX

Reason: TypeAlias = Literal[
    "not_a_record",
    "bad_address",
    "bad_time",
    "future_time",
    "duplicate_time",
    "no_position",
    "off_the_earth",
    "no_level",
    "implausible_level",
    "teleport",
]

HEIGHT_FROM_LEVEL_MAX_FT = 5_000.0
"""Pressure altitude and GNSS height differ by weather and geoid, never by this much below 60,000 ft."""
_SPEED_MAX_KT = 1_500.0
_CLIMB_MAX_FT_PER_MIN = 30_000.0
_TIME_MAX_MS = 253_402_300_799_999
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, kw_only=True)
class Recording:
    """Reports in the order of time, then address; how many records were rejected, by reason.

    `heights_dropped` counts reports kept without their GNSS height, because it could not be true.
    """

    reports: tuple[PositionReport, ...]
    rejected: Mapping[str, int]
    heights_dropped: int


def read_recording(data: bytes, *, not_after_ms: UtcMs | None = None) -> Recording:
    """Everything in a recording that can be true.

    Of two records of one aircraft at one time the first of the file is kept. A report that its aircraft could
    not have reached from the last one is rejected; where the next bears it out, that one is taken.

    Args:
        not_after_ms: later reports come from the future; None where the recording is older than any clock.
    Raises: PeerError `too_large`, `malformed`.
    """
    try:
        records = json.loads(_unpacked(data))
    except (ValueError, RecursionError) as why:
        raise PeerError("malformed", f"The recording is not JSON: {why}.") from why
    if not isinstance(records, list):
        raise PeerError("malformed", "The recording is not one JSON array of records.")
    rejected: Counter[Reason] = Counter()
    read: list[PositionReport] = []
    for record in records:
        report = _report(record, not_after_ms)
        if isinstance(report, PositionReport):
            read.append(report)
        else:
            rejected[report] += 1
    read.sort(key=lambda report: (report.time_ms, report.aircraft))
    flown = _flown(read, rejected)
    kept = [_with_likely_height(report) for report in flown]
    return Recording(
        reports=tuple(kept),
        rejected=MappingProxyType(dict(sorted(rejected.items()))),
        heights_dropped=sum(
            one.height_hae_m != other.height_hae_m for one, other in zip(flown, kept, strict=True)
        ),
    )


def _unpacked(data: bytes) -> bytes:
    if len(data) <= RECORDING_BYTES_MAX and data.startswith(_GZIP):
        unpacker = zlib.decompressobj(wbits=31)
        try:
            data = unpacker.decompress(data, RECORDING_BYTES_MAX + 1)
        except zlib.error as why:
            raise PeerError("malformed", f"The recording cannot be unpacked: {why}.") from why
        if not unpacker.eof and len(data) <= RECORDING_BYTES_MAX:
            raise PeerError("malformed", "The recording ends in the middle.")
    if len(data) > RECORDING_BYTES_MAX:
        raise PeerError("too_large", f"The recording is larger than {RECORDING_BYTES_MAX} bytes.")
    return data


def _report(record: object, not_after_ms: UtcMs | None) -> PositionReport | Reason:
    """One record as a report, or the first reason against it."""
    if not isinstance(record, dict):
        return "not_a_record"
    address = address_of(record.get("icao24"))
    if address is None:
        return "bad_address"
    time_ms = number_of(record.get("timestamp"))
    if time_ms is None or not 0 <= time_ms <= _TIME_MAX_MS:
        return "bad_time"
    if not_after_ms is not None and time_ms > not_after_ms:
        return "future_time"
    lat_deg, lon_deg = number_of(record.get("latitude")), number_of(record.get("longitude"))
    if lat_deg is None or lon_deg is None:
        return "no_position"
    if not is_on_earth(lat_deg, lon_deg):
        return "off_the_earth"
    level_ft = number_of(record.get("altitude"))
    if level_ft is None:
        return "no_level"
    if not LEVEL_MIN_FT <= level_ft <= LEVEL_MAX_FT:
        return "implausible_level"
    on_ground = record.get("onground")
    track_deg = number_of(record.get("track"))
    return PositionReport(
        aircraft=address,
        call_sign=call_sign_of(record.get("callsign")),
        time_ms=UtcMs(int(time_ms)),
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        level_palt_ft=level_ft,
        height_hae_m=scaled(record.get("geoaltitude"), METRES_PER_FT, most=math.inf),
        ground_speed_mps=scaled(record.get("groundspeed"), MPS_PER_KT, most=_SPEED_MAX_KT),
        track_deg=None if track_deg is None else track_deg % 360.0,
        vertical_rate_mps=scaled(
            record.get("vertical_rate"), METRES_PER_FT / 60.0, most=_CLIMB_MAX_FT_PER_MIN
        ),
        is_on_ground=on_ground if isinstance(on_ground, bool) else None,
        squawk=squawk_of(record.get("squawk")),
    )


def _flown(read: Sequence[PositionReport], rejected: Counter[Reason]) -> list[PositionReport]:
    """What one aircraft after the other can have flown, in the order given."""
    last: dict[str, PositionReport] = {}
    doubted: dict[str, PositionReport] = {}
    kept: list[PositionReport] = []
    for report in read:
        before = last.get(report.aircraft)
        doubt = doubted.pop(report.aircraft, None)
        if before is not None and before.time_ms == report.time_ms:
            rejected["duplicate_time"] += 1
        elif (
            before is not None
            and is_teleport(before, report)
            and (doubt is None or is_teleport(doubt, report))
        ):
            rejected["teleport"] += 1
            doubted[report.aircraft] = report
        else:
            last[report.aircraft] = report
            kept.append(report)
    return kept


def _with_likely_height(report: PositionReport) -> PositionReport:
    if report.height_hae_m is None or report.level_palt_ft is None:
        return report
    off_ft = abs(report.height_hae_m / METRES_PER_FT - report.level_palt_ft)
    return report if off_ft <= HEIGHT_FROM_LEVEL_MAX_FT else replace(report, height_hae_m=None)
