"""ASTERIX categories 021 (ADS-B), 048 (radar plots) and 062 (system tracks) to reports.

Source: EUROCONTROL SUR.ET1.ST05, categories 021 edition 2.7, 048 1.32, 062 1.21; records are parsed by
libasterix. A record gives seconds since midnight only: the day is that of the receipt, or the recording's.
Category 048 measures from the radar, whose place its owner must give (`Circumstances.site`); range is slant,
and is reduced by the flight level. Heights of 021/140 and 062/130 are above the WGS 84 ellipsoid. Test and
simulated targets, and tracks that a system only extrapolates (`CST`), were not measured and are left out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from detente.airspace.geodesy import destination
from detente.errors import OperatorError
from detente.quantities import METRES_PER_FT, METRES_PER_NM, UtcMs
from detente.tracks.decoding import Circumstances
from detente.tracks.mode_s import ACCURACY_OF_NACP_M
from detente.tracks.position import PositionReport
from detente.tracks.reading import (
    CLIMB_MAX_MPS,
    HEIGHT_MAX_M,
    HEIGHT_MIN_M,
    LEVEL_MAX_FT,
    LEVEL_MIN_FT,
    SIGMAS_OF_95,
    SPEED_MAX_MPS,
    call_sign_of,
    is_on_earth,
    squawk_of,
    within,
)

_HEAD_BYTES = 3
_DAY_S = 86_400.0
_RANGE_SIGMA_M, _AZIMUTH_SIGMA_DEG = 70.0, 0.08
"""EUROCONTROL-SPEC-147 asks a secondary radar for no more."""
_CATEGORIES = {21: "Cat_021_2_7", 48: "Cat_048_1_32", 62: "Cat_062_1_21"}


@cache
def _library() -> tuple[Any, Any]:
    """libasterix, which takes two seconds to import."""
    try:
        from asterix import base, generated
    except ImportError as why:
        raise OperatorError(
            "no_asterix",
            "ASTERIX needs the package libasterix.",
            cure="Install it: pip install 'detente[asterix]'.",
        ) from why
    return base, generated


class AsterixDecoder:
    """Data blocks to reports. Raises OperatorError `no_asterix` where libasterix is not installed."""

    def __init__(self, circumstances: Circumstances) -> None:
        self.rejected: Counter[str] = Counter()
        self.unused: Counter[str] = Counter()
        self._base, generated = _library()
        self._specs = {number: getattr(generated, name) for number, name in _CATEGORIES.items()}
        self._readers = {21: self._adsb, 48: self._plot, 62: self._track}
        self._circumstances = circumstances
        self._rest = b""
        self._last_s: float | None = None
        self._midnight_ms = int(circumstances.start_ms // 86_400_000) * 86_400_000

    def take(self, data: bytes, received_ms: UtcMs | None) -> list[PositionReport]:
        """The reports that `data` completes."""
        reports: list[PositionReport] = []
        for category, block in self._blocks(self._rest + data):
            if category not in self._specs:
                self.unused["other_category"] += 1
                continue
            records = self._specs[category].cv_uap.parse(self._base.Bits.from_bytes(block))
            if isinstance(records, ValueError):
                self.rejected["malformed"] += 1
                continue
            for record in records:
                report = self._readers[category](_Items(record), received_ms)
                if report is not None:
                    reports.append(report)
        return reports

    def finish(self) -> list[PositionReport]:
        """Half a block is none."""
        if self._rest:
            self.rejected["truncated"] += 1
            self._rest = b""
        return []

    def _blocks(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Category and records of each block; a length counts its own three bytes of head."""
        place = 0
        while place + _HEAD_BYTES <= len(data):
            length = int.from_bytes(data[place + 1 : place + 3], "big")
            if data[place] == 0 or length <= _HEAD_BYTES:
                self.rejected["garbage"] += 1
                place += 1
            elif place + length > len(data):
                break
            else:
                yield data[place], data[place + _HEAD_BYTES : place + length]
                place += length
        self._rest = data[place:]

    def _adsb(self, items: _Items, received_ms: UtcMs | None) -> PositionReport | None:
        if items.flag("040", "SIM") or items.flag("040", "TST"):
            return self._reject("not_measured")
        place = items.pair("131", "LAT", "LON", "°") or items.pair("130", "LAT", "LON", "°")
        of_day_s = items.quantity("071", "s")
        if of_day_s is None:
            of_day_s = items.quantity("073", "s")
        if of_day_s is None:
            of_day_s = items.quantity("077", "s")
        address = items.whole("080")
        kind = items.whole("040", "ATP")
        motion = items.pair("160", "GS", "TA", ("NM/s", "°"))
        climb_fpm = items.quantity("155", "ft/min", "BVR")
        return self._report(
            received_ms,
            aircraft=None if address is None else ("" if kind in (None, 0, 1) else "~") + f"{address:06x}",
            of_day_s=of_day_s,
            place=place,
            level_ft=_feet_of_level(items.quantity("145", "FL")),
            height_ft=items.quantity("140", "ft"),
            speed_mps=None if motion is None else motion[0] * METRES_PER_NM,
            track_deg=None if motion is None else motion[1],
            climb_fpm=climb_fpm,
            accuracy_m=ACCURACY_OF_NACP_M.get(items.whole("090", "NACP") or 0),
            is_on_ground=items.flag("040", "GBS"),
            call_sign=items.text("170"),
            squawk=items.text("070", "MODE3A"),
        )

    def _plot(self, items: _Items, received_ms: UtcMs | None) -> PositionReport | None:
        if items.flag("020", "SIM") or items.flag("020", "TST"):
            return self._reject("not_measured")
        polar = items.pair("040", "RHO", "THETA", ("NM", "°"))
        level_ft = None
        if not (items.flag("090", "V") or items.flag("090", "G")):
            level_ft = _feet_of_level(items.quantity("090", "FL", "FL"))
        place, accuracy_m = None, None
        if polar is not None:
            if self._circumstances.site is None:
                return self._reject("no_site")
            slant_m = polar[0] * METRES_PER_NM
            height_m = (level_ft or 0.0) * METRES_PER_FT
            ground_m = math.sqrt(max(0.0, slant_m**2 - height_m**2))
            place = destination(*self._circumstances.site, bearing_deg=polar[1], distance_m=ground_m)
            spread_m = math.hypot(_RANGE_SIGMA_M, slant_m * math.radians(_AZIMUTH_SIGMA_DEG))
            accuracy_m = SIGMAS_OF_95 * spread_m
        address = items.whole("220")
        motion = items.pair("200", "GSP", "HDG", ("NM/s", "°"))
        is_coded = not (items.flag("070", "V") or items.flag("070", "G"))
        return self._report(
            received_ms,
            aircraft=f"{address:06x}" if address is not None else items.track_name("161", "TRN"),
            of_day_s=items.quantity("140", "s"),
            place=place,
            level_ft=level_ft,
            height_ft=None,
            speed_mps=None if motion is None else motion[0] * METRES_PER_NM,
            track_deg=None if motion is None else motion[1],
            climb_fpm=None,
            accuracy_m=accuracy_m,
            is_on_ground=None,
            call_sign=items.text("240"),
            squawk=items.text("070", "MODE3A") if is_coded else "",
        )

    def _track(self, items: _Items, received_ms: UtcMs | None) -> PositionReport | None:
        if items.flag("080", "SIM") or items.flag("080", "CST"):
            return self._reject("not_measured")
        if items.flag("080", "TSE"):
            self.unused["end_of_track"] += 1
            return None
        velocity = items.pair("185", "VX", "VY", "m/s")
        spread = items.nested_pair("500", "APW", "LAT", "LON", "°")
        place = items.pair("105", "LAT", "LON", "°")
        accuracy_m = None
        if spread is not None and place is not None:
            north_m = math.radians(spread[0]) * 6_371_000.0
            east_m = math.radians(spread[1]) * 6_371_000.0 * math.cos(math.radians(place[0]))
            accuracy_m = SIGMAS_OF_95 * max(north_m, east_m) or None
        level_ft = _feet_of_level(items.quantity("136", "FL"))
        if level_ft is None and not items.flag("135", "QNH"):
            level_ft = _feet_of_level(items.quantity("135", "FL", "CTB"))
        address = items.whole("380", "ADR")
        return self._report(
            received_ms,
            aircraft=f"{address:06x}" if address is not None else items.track_name("040"),
            of_day_s=items.quantity("070", "s"),
            place=place,
            level_ft=level_ft,
            height_ft=items.quantity("130", "ft"),
            speed_mps=None if velocity is None else math.hypot(*velocity),
            track_deg=None if velocity is None else math.degrees(math.atan2(*velocity)) % 360.0,
            climb_fpm=items.quantity("220", "ft/min"),
            accuracy_m=accuracy_m,
            is_on_ground=None,
            call_sign=items.text("380", "ID") or items.text("245", "CHR"),
            squawk=items.text("060", "MODE3A"),
        )

    def _report(
        self,
        received_ms: UtcMs | None,
        *,
        aircraft: str | None,
        of_day_s: float | None,
        place: tuple[float, float] | None,
        level_ft: float | None,
        height_ft: float | None,
        speed_mps: float | None,
        track_deg: float | None,
        climb_fpm: float | None,
        accuracy_m: float | None,
        is_on_ground: bool | None,
        call_sign: str,
        squawk: str,
    ) -> PositionReport | None:
        if place is None:
            self.unused["no_position"] += 1
            return None
        if not is_on_earth(*place):
            return self._reject("off_the_earth")
        if aircraft is None or aircraft.lstrip("~") in ("000000", "ffffff"):
            return self._reject("bad_address")
        if of_day_s is None or of_day_s >= _DAY_S:
            return self._reject("bad_time")
        if level_ft is not None and not LEVEL_MIN_FT <= level_ft <= LEVEL_MAX_FT:
            return self._reject("implausible_level")
        speed_mps = within(speed_mps, 0.0, SPEED_MAX_MPS)
        climb_mps = None if climb_fpm is None else climb_fpm * METRES_PER_FT / 60.0
        height_m = None if height_ft is None else height_ft * METRES_PER_FT
        return PositionReport(
            aircraft=aircraft,
            call_sign=call_sign_of(call_sign),
            time_ms=self._time_of(of_day_s, received_ms),
            lat_deg=place[0],
            lon_deg=place[1],
            level_palt_ft=level_ft,
            height_hae_m=within(height_m, HEIGHT_MIN_M, HEIGHT_MAX_M),
            ground_speed_mps=speed_mps,
            track_deg=None if speed_mps is None or track_deg is None else track_deg % 360.0,
            vertical_rate_mps=within(climb_mps, -CLIMB_MAX_MPS, CLIMB_MAX_MPS),
            accuracy_m=accuracy_m,
            is_on_ground=is_on_ground,
            squawk=squawk_of(squawk),
            source=self._circumstances.source,
        )

    def _reject(self, reason: str) -> PositionReport | None:
        self.rejected[reason] += 1
        return None

    def _time_of(self, of_day_s: float, received_ms: UtcMs | None) -> UtcMs:
        """On the day that puts it nearest to the receipt; in a recording the day goes on at midnight."""
        if received_ms is not None:
            day_ms = 86_400_000
            nearest = round((received_ms - of_day_s * 1000.0) / day_ms)
            return UtcMs(max(0, nearest * day_ms + round(of_day_s * 1000.0)))
        if self._last_s is not None and of_day_s < self._last_s - _DAY_S / 2.0:
            self._midnight_ms += 86_400_000
        self._last_s = of_day_s
        return UtcMs(self._midnight_ms + round(of_day_s * 1000.0))


class _Items:
    """The items of one record, each as a value or None where it is absent."""

    def __init__(self, record: Any) -> None:
        self._record = record

    def quantity(self, item: str, unit: str, sub: str | None = None) -> float | None:
        """A physical quantity in the unit that the category has for it."""
        found = self._find(item, sub)
        return None if found is None else float(found.variation.content.as_quantity(unit))

    def pair(
        self, item: str, first: str, second: str, units: str | tuple[str, str]
    ) -> tuple[float, float] | None:
        """Two quantities of one item."""
        of_first, of_second = (units, units) if isinstance(units, str) else units
        one, other = self.quantity(item, of_first, first), self.quantity(item, of_second, second)
        return None if one is None or other is None else (one, other)

    def nested_pair(
        self, item: str, sub: str, first: str, second: str, unit: str
    ) -> tuple[float, float] | None:
        """Two quantities of a group inside a compound item."""
        found = self._find(item, sub)
        if found is None:
            return None
        one, other = (found.variation.get_item(name).variation.content for name in (first, second))
        return float(one.as_quantity(unit)), float(other.as_quantity(unit))

    def whole(self, item: str, sub: str | None = None) -> int | None:
        """The bits as a whole number."""
        found = self._find(item, sub)
        return None if found is None else int(found.as_uint())

    def flag(self, item: str, sub: str) -> bool:
        """Whether a bit is set; an absent one is not."""
        return bool(self.whole(item, sub))

    def text(self, item: str, sub: str | None = None) -> str:
        """Characters; empty where absent."""
        found = self._find(item, sub)
        return "" if found is None else str(found.variation.content.as_string())

    def track_name(self, item: str, sub: str | None = None) -> str | None:
        """A name for a track without an address: the system's own number, with whose it is."""
        number = self.whole(item, sub)
        area, unit = self.whole("010", "SAC"), self.whole("010", "SIC")
        return None if number is None else f"trk:{area or 0}-{unit or 0}-{number}"

    def _find(self, item: str, sub: str | None) -> Any:
        found = self._record.get_item(item)
        return found if found is None or sub is None else found.variation.get_item(sub)


def _feet_of_level(level: float | None) -> float | None:
    """Flight levels are hundreds of feet."""
    return None if level is None else level * 100.0
