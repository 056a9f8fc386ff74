"""SBS-1 (BaseStation) lines to reports; each kind of line holds a part, joined by aircraft.

`MSG,3,1,1,393322,1,date,time,date,time,call
sign,altitude,speed,track,lat,lon,climb,squawk,alert,emergency,spi,ground`: kinds 2 (surface) and 3 (airborne)
hold a position, 1 the call sign, 4 the velocity, 6 the squawk. Altitude is pressure altitude in feet, speed in
knots, climb in ft/min. The first date and time are when the message was generated.

They should be UTC; many writers use local time. Live, the whole quarter-hours between a line and its receipt
are taken as that writer's offset, which changes only when `OFFSET_LINES` lines in a row say so: a single old
line cannot pass for new. Source: the socket data page of homepages.mcb.net/bones/SBS (kinetic's port 30003).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from detente.quantities import METRES_PER_FT, MPS_PER_KT, UtcMs
from detente.tracks.decoding import Circumstances
from detente.tracks.lines import Lines
from detente.tracks.position import PositionReport
from detente.tracks.reading import (
    CLIMB_MAX_MPS,
    LEVEL_MAX_FT,
    LEVEL_MIN_FT,
    SPEED_MAX_MPS,
    address_of,
    call_sign_of,
    is_on_earth,
    squawk_of,
    within,
    written_number,
)
from detente.wire.limits import FEED_AIRCRAFT_MAX

FRESH_MS = 10_000
OFFSET_LINES = 50
_QUARTER_MS = 900_000
_DAY_MS = 86_400_000
_FIELDS_MIN = 16
_KINDS_UNUSED = frozenset({"SEL", "ID", "AIR", "STA", "CLK"})


@dataclass(slots=True)
class _Known:
    """What one aircraft's lines have said lately."""

    call_sign: str = ""
    squawk: str = ""
    speed_mps: float | None = None
    track_deg: float | None = None
    climb_mps: float | None = None
    velocity_ms: int = -FRESH_MS


class SbsDecoder:
    """SBS-1 lines to reports."""

    def __init__(self, circumstances: Circumstances) -> None:
        self.rejected: Counter[str] = Counter()
        self.unused: Counter[str] = Counter()
        self._source = circumstances.source
        self._recorded_offset_ms = circumstances.utc_offset_min * 60_000
        self._offset_ms: int | None = None
        self._other_offset_ms = 0
        self._other_lines = 0
        self._lines = Lines(self.rejected)
        self._known: dict[str, _Known] = {}
        self._days: dict[str, int] = {}
        self._received_ms: UtcMs | None = None

    def take(self, data: bytes, received_ms: UtcMs | None) -> list[PositionReport]:
        """The reports that `data` completes."""
        self._received_ms = received_ms
        return self._read(self._lines.take(data))

    def finish(self) -> list[PositionReport]:
        """What stands without a line end."""
        return self._read(self._lines.finish())

    def _read(self, lines: list[bytes]) -> list[PositionReport]:
        reports: list[PositionReport] = []
        for line in lines:
            fields = line.decode("ascii", errors="replace").strip().split(",")
            if fields[0] != "MSG":
                if fields != [""]:
                    counted = self.unused if fields[0] in _KINDS_UNUSED else self.rejected
                    counted["no_position" if fields[0] in _KINDS_UNUSED else "not_a_line"] += 1
            elif len(fields) < _FIELDS_MIN:
                self.rejected["truncated"] += 1
            elif (report := self._message(fields)) is not None:
                reports.append(report)
        return reports

    def _message(self, fields: list[str]) -> PositionReport | None:
        address = address_of(fields[4])
        if address is None:
            self.rejected["bad_address"] += 1
            return None
        time_ms = self._time_ms(fields[6], fields[7])
        if time_ms is None:
            self.rejected["bad_time"] += 1
            return None
        known = self._of(address)
        kind = fields[1]
        if fields[10]:
            known.call_sign = call_sign_of(fields[10]) or known.call_sign
        if len(fields) > 17 and fields[17]:
            known.squawk = squawk_of(fields[17]) or known.squawk
        if kind == "4":
            _take_velocity(known, time_ms, fields)
        if kind not in ("2", "3"):
            self.unused["no_position"] += 1
            return None
        return self._position(known, address, time_ms, fields, is_surface=kind == "2")

    def _position(
        self, known: _Known, address: str, time_ms: UtcMs, fields: list[str], *, is_surface: bool
    ) -> PositionReport | None:
        lat_deg, lon_deg = written_number(fields[14]), written_number(fields[15])
        if lat_deg is None or lon_deg is None:
            self.rejected["no_position"] += 1
            return None
        if not is_on_earth(lat_deg, lon_deg):
            self.rejected["off_the_earth"] += 1
            return None
        level_ft = None if is_surface else written_number(fields[11])
        if level_ft is not None and not LEVEL_MIN_FT <= level_ft <= LEVEL_MAX_FT:
            self.rejected["implausible_level"] += 1
            return None
        if fields[12]:
            _take_velocity(known, time_ms, fields)
        is_fresh = abs(time_ms - known.velocity_ms) <= FRESH_MS
        return PositionReport(
            aircraft=address,
            call_sign=known.call_sign,
            time_ms=time_ms,
            lat_deg=lat_deg,
            lon_deg=lon_deg,
            level_palt_ft=level_ft,
            height_hae_m=None,
            ground_speed_mps=known.speed_mps if is_fresh else None,
            track_deg=known.track_deg if is_fresh else None,
            vertical_rate_mps=known.climb_mps if is_fresh and not is_surface else None,
            is_on_ground=is_surface or (len(fields) > 21 and fields[21].strip() in ("-1", "1")),
            squawk=known.squawk,
            source=self._source,
        )

    def _of(self, address: str) -> _Known:
        known = self._known.pop(address, None)
        if known is None:
            known = _Known()
            if len(self._known) >= FEED_AIRCRAFT_MAX:
                del self._known[next(iter(self._known))]
                self.rejected["forgotten_aircraft"] += 1
        self._known[address] = known
        return known

    def _time_ms(self, date: str, time: str) -> UtcMs | None:
        """When the message was generated, in UTC; None where it is no time, or fits no offset."""
        written_ms = self._written_ms(date, time)
        if written_ms is None:
            return None
        if self._received_ms is None:
            return UtcMs(max(0, written_ms - self._recorded_offset_ms))
        offset_ms = round((written_ms - self._received_ms) / _QUARTER_MS) * _QUARTER_MS
        if self._offset_ms is None:
            self._offset_ms = offset_ms if abs(offset_ms) <= _DAY_MS else 0
        elif offset_ms == self._offset_ms:
            self._other_lines = 0
        else:
            is_same = offset_ms == self._other_offset_ms
            self._other_offset_ms, self._other_lines = offset_ms, self._other_lines + 1 if is_same else 1
            if self._other_lines >= OFFSET_LINES and abs(offset_ms) <= _DAY_MS:
                self._offset_ms, self._other_lines = offset_ms, 0
        return UtcMs(max(0, written_ms - self._offset_ms))

    def _written_ms(self, date: str, time: str) -> int | None:
        """`2024/07/06`, `06:43:09.525`; the day is looked up, since it is the same a million times."""
        day_ms = self._days.get(date)
        try:
            if day_ms is None:
                midnight = datetime.strptime(date, "%Y/%m/%d").replace(tzinfo=UTC)
                if midnight.year < 1970:
                    return None
                if len(self._days) > 16:
                    self._days.clear()
                day_ms = self._days[date] = int(midnight.timestamp()) * 1000
            hours, minutes, seconds = time.split(":")
            in_day_ms = int(hours) * 3_600_000 + int(minutes) * 60_000 + round(float(seconds) * 1000)
        except (ValueError, OverflowError):
            return None
        return day_ms + in_day_ms if 0 <= in_day_ms <= _DAY_MS + 1000 else None


def _take_velocity(known: _Known, time_ms: int, fields: list[str]) -> None:
    speed_kt, track_deg = written_number(fields[12]), written_number(fields[13])
    climb_fpm = written_number(fields[16]) if len(fields) > 16 else None
    known.speed_mps = within(None if speed_kt is None else speed_kt * MPS_PER_KT, 0.0, SPEED_MAX_MPS)
    known.track_deg = None if known.speed_mps is None or track_deg is None else track_deg % 360.0
    climb_mps = None if climb_fpm is None else climb_fpm * METRES_PER_FT / 60.0
    known.climb_mps = within(climb_mps, -CLIMB_MAX_MPS, CLIMB_MAX_MPS)
    known.velocity_ms = time_ms
