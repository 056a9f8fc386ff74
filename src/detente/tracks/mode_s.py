"""Mode S frames to reports: position, velocity, identity and accuracy come in frames of their own.

Decoding of a frame is rs1090's; what belongs together is joined here (its own positions know only the frames of one
call, and a feed has no end). A position takes the aircraft's last
velocity, call sign and accuracy, each only while it is fresh. Frames of other kinds (surveillance and Comm-B
replies) carry no position and name their sender only through their parity, which noise can imitate: they are
counted as `unused`. A frame heard twice within a second came through two receivers: the first counts.

Sources: RTCA DO-260B 2.2.3.2 (NACp, NUCp of the type code), ICAO Doc 9871 (formats); rs1090 0.7.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from detente.quantities import METRES_PER_FT, MPS_PER_KT, UtcMs
from detente.tracks import cpr
from detente.tracks.decoding import Circumstances
from detente.tracks.position import PositionReport
from detente.tracks.reading import CLIMB_MAX_MPS, LEVEL_MAX_FT, LEVEL_MIN_FT, SPEED_MAX_MPS, call_sign_of
from detente.wire.limits import FEED_AIRCRAFT_MAX

Frame: TypeAlias = tuple[UtcMs, bytes, bool]
"""When it was heard; 7 or 14 bytes; whether it was made up from a multilaterated position."""

REPEAT_MS = 1_000
"""Merged receivers give a transmission again within half a second; no aircraft sends the same bits so soon."""
PAIR_MS = 10_000
"""ICAO Doc 9871: an even and an odd airborne message belong together for ten seconds."""
REFERENCE_MS = 600_000
"""At 1,000 kt an aircraft is within 180 NM of where it was for as long."""
SURFACE_REFERENCE_MS = 120_000
FRESH_MS = 10_000
"""DO-260B: velocity is sent twice a second; older than this it says nothing of now."""
ACCURACY_FRESH_MS = 60_000
BATCH = 1_000

ACCURACY_OF_NACP_M = {
    11: 3.0,
    10: 10.0,
    9: 30.0,
    8: 92.6,
    7: 185.2,
    6: 555.6,
    5: 926.0,
    4: 1852.0,
    3: 3704.0,
    2: 7408.0,
    1: 18520.0,
}
_ACCURACY_OF_NUCP_M = {
    9: 3.0,
    8: 10.0,
    7: 92.6,
    6: 185.2,
    5: 463.0,
    4: 926.0,
    3: 1852.0,
    2: 9260.0,
    1: 18520.0,
}
_EXTENDED = frozenset({17, 18})
_WITH_ADDRESS = {
    "ADSB_ES_NT": "",
    "TISB_FINE": "",
    "TISB_ADSB_RELAY": "",
    "ADSB_ES_NT_ALT": "~",
    "TISB_ADSB": "~",
}
"""Kinds of DF 18 that hold what DF 17 holds, and what stands before their address."""


@dataclass(slots=True)
class _Known:
    """What one aircraft's frames have said lately; times in milliseconds UTC, long ago where never."""

    call_sign: str = ""
    even: tuple[int, int] | None = None
    even_ms: int = -REFERENCE_MS
    odd: tuple[int, int] | None = None
    odd_ms: int = -REFERENCE_MS
    place: tuple[float, float] | None = None
    place_ms: int = -REFERENCE_MS
    speed_mps: float | None = None
    track_deg: float | None = None
    climb_mps: float | None = None
    above_level_ft: float | None = None
    velocity_ms: int = -REFERENCE_MS
    nacp: int = -1
    nacp_ms: int = -REFERENCE_MS
    squawk: str = ""


class Messages:
    """Frames of one feed, joined by aircraft. Remembers at most `FEED_AIRCRAFT_MAX`, those heard last."""

    def __init__(self, circumstances: Circumstances, rejected: Counter[str], unused: Counter[str]) -> None:
        from rs1090 import decode  # late: nothing else needs it

        self._decode: Any = decode
        self._rejected = rejected
        self._unused = unused
        self._source = circumstances.source
        self._site = circumstances.site
        self._known: dict[str, _Known] = {}
        self._recent: dict[bytes, int] = {}
        self._before: dict[bytes, int] = {}
        self._recent_ms = 0

    def take(self, frames: Iterable[Frame]) -> list[PositionReport]:
        """The reports that frames, in the order heard, complete."""
        fresh: list[Frame] = []
        for frame in frames:
            data = frame[1]
            if data[0] >> 3 not in _EXTENDED or len(data) != 14:
                self._unused["no_squitter"] += 1
            elif self._is_repeated(frame[0], data):
                self._rejected["repeated_frame"] += 1
            else:
                fresh.append(frame)
        reports: list[PositionReport] = []
        for start in range(0, len(fresh), BATCH):
            batch = fresh[start : start + BATCH]
            said = self._decode([data.hex() for _, data, _ in batch], batch=BATCH)
            for (time_ms, _, is_made_up), message in zip(batch, said, strict=True):
                if message is None:
                    self._rejected["bad_frame"] += 1
                elif (report := self._join(time_ms, message, is_made_up)) is not None:
                    reports.append(report)
        return reports

    def _is_repeated(self, time_ms: int, data: bytes) -> bool:
        """Two generations of one second each, so that forgetting costs nothing."""
        if not 0 <= time_ms - self._recent_ms <= REPEAT_MS or len(self._recent) > FEED_AIRCRAFT_MAX:
            self._before, self._recent, self._recent_ms = self._recent, {}, time_ms
        first_ms = self._recent.get(data)
        if first_ms is None:
            first_ms = self._before.get(data)
        if first_ms is not None and -REPEAT_MS <= time_ms - first_ms <= REPEAT_MS:
            return True
        self._recent[data] = time_ms
        return False

    def _join(self, time_ms: UtcMs, message: dict[str, Any], is_made_up: bool) -> PositionReport | None:
        prefix = "" if message["df"] == "17" else _WITH_ADDRESS.get(message.get("tisb", ""))
        if prefix is None:
            self._unused["other_squitter"] += 1
            return None
        address = prefix + message["icao24"]
        kind = message.get("bds")
        known = self._of(address)
        if kind == "05" or kind == "06":
            return self._position(known, address, time_ms, message, is_made_up, kind == "06")
        if kind == "09":
            _take_velocity(known, time_ms, message)
        elif kind == "08":
            known.call_sign = call_sign_of(message.get("callsign")) or known.call_sign
        elif kind == "65" or kind == "62":
            known.nacp, known.nacp_ms = message.get("NACp", -1), time_ms
        elif kind == "61":
            known.squawk = str(message.get("squawk") or known.squawk)
        self._unused["no_position"] += 1
        return None

    def _of(self, address: str) -> _Known:
        known = self._known.pop(address, None)
        if known is None:
            known = _Known()
            if len(self._known) >= FEED_AIRCRAFT_MAX:
                del self._known[next(iter(self._known))]
                self._rejected["forgotten_aircraft"] += 1
        self._known[address] = known
        return known

    def _position(
        self,
        known: _Known,
        address: str,
        time_ms: UtcMs,
        message: dict[str, Any],
        is_made_up: bool,
        is_surface: bool,
    ) -> PositionReport | None:
        place = self._place(known, time_ms, message, is_surface)
        if place is None:
            return None
        known.place, known.place_ms = place, time_ms
        level_ft = height_m = None
        if is_surface:
            speed_mps, track_deg, climb_mps = _surface_motion(message)
        else:
            speed_mps = track_deg = climb_mps = None
            altitude = message.get("altitude")
            is_fresh = abs(time_ms - known.velocity_ms) <= FRESH_MS
            if is_fresh:
                speed_mps, track_deg, climb_mps = known.speed_mps, known.track_deg, known.climb_mps
            if altitude is not None and LEVEL_MIN_FT <= altitude <= LEVEL_MAX_FT:
                if message.get("source") == "GNSS":
                    height_m = altitude * METRES_PER_FT
                else:
                    level_ft = float(altitude)
                    if is_fresh and known.above_level_ft is not None:
                        height_m = (altitude + known.above_level_ft) * METRES_PER_FT
            elif altitude is not None:
                self._rejected["implausible_level"] += 1
                return None
        if abs(time_ms - known.nacp_ms) <= ACCURACY_FRESH_MS:
            accuracy_m = ACCURACY_OF_NACP_M.get(known.nacp)
        else:
            accuracy_m = _ACCURACY_OF_NUCP_M.get(message.get("NUCp", -1))
        return PositionReport(
            aircraft=address,
            call_sign=known.call_sign,
            time_ms=time_ms,
            lat_deg=place[0],
            lon_deg=place[1],
            level_palt_ft=level_ft,
            height_hae_m=height_m,
            ground_speed_mps=speed_mps,
            track_deg=track_deg,
            vertical_rate_mps=climb_mps,
            accuracy_m=None if is_made_up else accuracy_m,
            is_on_ground=is_surface,
            is_multilaterated=is_made_up,
            squawk=known.squawk,
            source=self._source,
        )

    def _place(
        self, known: _Known, time_ms: int, message: dict[str, Any], is_surface: bool
    ) -> tuple[float, float] | None:
        """Of a fresh pair, which needs no trust in what was decoded before; else near where it was, or the site."""
        fractions = (message["lat_cpr"], message["lon_cpr"])
        is_odd = message["parity"] == "odd"
        if is_surface:
            reference = self._site
            if known.place is not None and abs(time_ms - known.place_ms) <= SURFACE_REFERENCE_MS:
                reference = known.place
            known.even = known.odd = None
        else:
            if is_odd:
                known.odd, known.odd_ms = fractions, time_ms
            else:
                known.even, known.even_ms = fractions, time_ms
            if (
                known.even is not None
                and known.odd is not None
                and -PAIR_MS <= known.even_ms - known.odd_ms <= PAIR_MS
                and (place := cpr.airborne_of_pair(known.even, known.odd, is_odd_newer=is_odd)) is not None
            ):
                return place
            reference = known.place if abs(time_ms - known.place_ms) <= REFERENCE_MS else None
        if reference is None:
            self._unused["no_reference"] += 1
            return None
        place = cpr.near(fractions, reference, is_odd=is_odd, is_surface=is_surface)
        if place is None:
            self._rejected["off_the_earth"] += 1
        return place


def _take_velocity(known: _Known, time_ms: int, message: dict[str, Any]) -> None:
    speed_kt, track_deg = message.get("groundspeed"), message.get("track")
    climb_fpm = message.get("vertical_rate")
    speed_mps = None if speed_kt is None else speed_kt * MPS_PER_KT
    climb_mps = None if climb_fpm is None else climb_fpm * (METRES_PER_FT / 60.0)
    known.speed_mps = speed_mps if speed_mps is not None and speed_mps <= SPEED_MAX_MPS else None
    known.track_deg = None if known.speed_mps is None or track_deg is None else track_deg % 360.0
    known.climb_mps = climb_mps if climb_mps is not None and abs(climb_mps) <= CLIMB_MAX_MPS else None
    known.above_level_ft = message.get("geo_minus_baro")
    known.velocity_ms = time_ms


def _surface_motion(message: dict[str, Any]) -> tuple[float | None, float | None, float | None]:
    speed_kt, track_deg = message.get("groundspeed"), message.get("track")
    return (
        None if speed_kt is None else speed_kt * MPS_PER_KT,
        None if track_deg is None else track_deg % 360.0,
        None,
    )
