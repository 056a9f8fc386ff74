"""Cursor on Target events, as XML, to reports.

Source: MITRE, "Cursor on Target Message Router User's Guide" and Event.xsd 2.0. `type` is a path of atoms:
`a-f-A-M-F` is something that exists, friendly, in the *air*; only those are taken. `hae` is metres above the
WGS 84 ellipsoid; `ce` is one standard deviation of a circle, in metres; 9999999 is unknown. `time` is when the
event was made, `stale` when it stops being so. `track` has course (degrees true) and speed (m/s), and an
optional slope (degrees).

XML from a stranger: documents with a DOCTYPE or an entity are refused unread, since both can grow without bound.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

from detente.quantities import UtcMs, utc_ms_of
from detente.tracks.decoding import Circumstances
from detente.tracks.position import PositionReport
from detente.tracks.reading import (
    CLIMB_MAX_MPS,
    HEIGHT_MAX_M,
    HEIGHT_MIN_M,
    SIGMAS_OF_95,
    SPEED_MAX_MPS,
    address_of,
    call_sign_of,
    is_on_earth,
    name_of,
    within,
    written_number,
)
from detente.wire.cot_xml import OWN_UID
from detente.wire.limits import FEED_EVENT_BYTES_MAX

_UNKNOWN = 9_999_999.0
_ACCURACY_MAX_M = 100_000.0
_AIR = re.compile(r"a-[a-zA-Z.]-A(?:-|\Z)")
_ADDRESS_UID = re.compile(r"ICAO[-.]([0-9A-Fa-f]{6})\Z")
_END = b"</event>"
_START = re.compile(rb"<event[\s>]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One event, whether it came as XML or as protobuf; numbers as written, None where absent."""

    uid: str
    type: str
    time_ms: int | None
    stale_ms: int | None
    lat_deg: float | None
    lon_deg: float | None
    hae_m: float | None
    ce_m: float | None
    call_sign: str = ""
    course_deg: float | None = None
    speed_mps: float | None = None
    climb_mps: float | None = None


def report_of(
    event: Event, *, source: str, rejected: Counter[str], unused: Counter[str]
) -> PositionReport | None:
    """The event as a report; None, and counted, where it is none or cannot be true."""
    if event.uid.startswith(OWN_UID):
        unused["written_by_a_node"] += (
            1  # it comes back from a server: its aircraft is known from where it came
        )
        return None
    if not _AIR.match(event.type):
        unused["not_air"] += 1
        return None
    found = _ADDRESS_UID.match(event.uid)
    aircraft = address_of(found[1]) if found else f"cot:{name_of(event.uid)}" if name_of(event.uid) else None
    if aircraft is None:
        rejected["bad_address"] += 1
        return None
    if event.time_ms is None or event.time_ms < 0:
        rejected["bad_time"] += 1
        return None
    if event.stale_ms is not None and event.stale_ms <= event.time_ms:
        # TAK servers end a track with an event that is stale when it is made.
        rejected["stale_when_made"] += 1
        return None
    lat_deg, lon_deg = event.lat_deg, event.lon_deg
    if lat_deg is None or lon_deg is None or (lat_deg == 0.0 and lon_deg == 0.0):
        # 0, 0 is what clients write that have no position.
        rejected["no_position"] += 1
        return None
    if not is_on_earth(lat_deg, lon_deg):
        rejected["off_the_earth"] += 1
        return None
    spread_m = within(event.ce_m, 0.0, _ACCURACY_MAX_M)
    speed_mps = within(event.speed_mps, 0.0, SPEED_MAX_MPS)
    return PositionReport(
        aircraft=aircraft,
        call_sign=call_sign_of(event.call_sign),
        time_ms=UtcMs(event.time_ms),
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        level_palt_ft=None,
        height_hae_m=within(event.hae_m, HEIGHT_MIN_M, HEIGHT_MAX_M),
        ground_speed_mps=speed_mps,
        track_deg=None if speed_mps is None or event.course_deg is None else event.course_deg % 360.0,
        vertical_rate_mps=within(event.climb_mps, -CLIMB_MAX_MPS, CLIMB_MAX_MPS),
        accuracy_m=SIGMAS_OF_95 * spread_m if spread_m else None,
        source=source,
    )


class CotDecoder:
    """A stream of `<event>` elements to reports; what stands between them is left out."""

    def __init__(self, circumstances: Circumstances) -> None:
        self.rejected: Counter[str] = Counter()
        self.unused: Counter[str] = Counter()
        self._source = circumstances.source
        self._rest = b""

    def take(self, data: bytes, received_ms: UtcMs | None) -> list[PositionReport]:
        """The reports that `data` completes."""
        del received_ms
        *whole, rest = (self._rest + data).split(_END)
        reports: list[PositionReport] = []
        for piece in whole:
            if (report := self._event(piece)) is not None:
                reports.append(report)
        if len(rest) > FEED_EVENT_BYTES_MAX:
            self.rejected["too_long"] += 1
            rest = b""
        self._rest = rest
        return reports

    def finish(self) -> list[PositionReport]:
        """Half an event is none."""
        if _START.search(self._rest):
            self.rejected["truncated"] += 1
        self._rest = b""
        return []

    def _event(self, piece: bytes) -> PositionReport | None:
        starts = [found.start() for found in _START.finditer(piece)]
        if not starts:
            self.rejected["malformed"] += 1
            return None
        if len(starts) > 1:
            self.rejected["truncated"] += len(starts) - 1
        text = piece[starts[-1] :] + _END
        if len(text) > FEED_EVENT_BYTES_MAX:
            self.rejected["too_long"] += 1
            return None
        if b"<!" in piece or b"<?" in text:
            self.rejected["forbidden_xml"] += 1
            return None
        try:
            element = ElementTree.fromstring(text)  # no DOCTYPE, no entity, bounded
        except (ElementTree.ParseError, ValueError, LookupError, RecursionError):
            self.rejected["malformed"] += 1
            return None
        return report_of(event_of(element), source=self._source, rejected=self.rejected, unused=self.unused)


def event_of(element: ElementTree.Element) -> Event:
    """What an `<event>` says."""
    point, detail = element.find("point"), element.find("detail")
    place = point.attrib if point is not None else {}
    contact = detail.find("contact") if detail is not None else None
    track = detail.find("track") if detail is not None else None
    course = track.attrib if track is not None else {}
    return Event(
        uid=element.get("uid", ""),
        type=element.get("type", ""),
        time_ms=_time_ms(element.get("time", "")),
        stale_ms=_time_ms(element.get("stale", "")),
        lat_deg=_known(place.get("lat")),
        lon_deg=_known(place.get("lon")),
        hae_m=_known(place.get("hae")),
        ce_m=_known(place.get("ce")),
        call_sign=contact.get("callsign", "") if contact is not None else "",
        course_deg=_known(course.get("course")),
        speed_mps=_known(course.get("speed")),
    )


def _known(text: str | None) -> float | None:
    number = None if text is None else written_number(text)
    return None if number is None or number >= _UNKNOWN else number


def _time_ms(text: str) -> int | None:
    """A time with a zone; the schema demands one, and what lacks it could be anybody's local time."""
    try:
        return utc_ms_of(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None
