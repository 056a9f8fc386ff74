"""Network remote identification of drones, ASTM F3411 as JSON, to reports.

Source: F3411-22a, the data model as in PyPI `uas-standards` (`astm.f3411.v22a.api`): a document has `flights`,
each with an `id` and a `current_state`; test data has `states`. `position.alt` is metres above the WGS 84
ellipsoid, -1000 unknown; `pressure_altitude` metres at 1013.25 hPa; track 361, speed 255 and vertical speed 63
are unknown. Accuracies are classes, each named after the bound of 95 %. `extrapolated` was not measured, and is
left out.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from detente.quantities import METRES_PER_FT, METRES_PER_NM, UtcMs, utc_ms_of
from detente.tracks.documents import DocumentDecoder
from detente.tracks.position import PositionReport
from detente.tracks.reading import (
    CLIMB_MAX_MPS,
    HEIGHT_MAX_M,
    HEIGHT_MIN_M,
    LEVEL_MAX_FT,
    LEVEL_MIN_FT,
    is_on_earth,
    name_of,
    number_of,
    within,
)
from detente.wire.limits import FEED_AIRCRAFT_MAX

_ACCURACY_M = {
    "HA10NM": 10 * METRES_PER_NM,
    "HA4NM": 4 * METRES_PER_NM,
    "HA2NM": 2 * METRES_PER_NM,
    "HA1NM": METRES_PER_NM,
    "HA05NM": 0.5 * METRES_PER_NM,
    "HA03NM": 0.3 * METRES_PER_NM,
    "HA01NM": 0.1 * METRES_PER_NM,
    "HA005NM": 0.05 * METRES_PER_NM,
    "HA30m": 30.0,
    "HA10m": 10.0,
    "HA3m": 3.0,
    "HA1m": 1.0,
}
_UNKNOWN_SPEED_MPS = 255.0
_UNKNOWN_CLIMB_MPS = 63.0
STATES_MAX = 100_000
"""States of one flight in one document: more than a day at 1 Hz."""


class RemoteIdDecoder(DocumentDecoder):
    """Documents with `flights` to reports."""

    def _document(self, said: Any, received_ms: UtcMs | None) -> list[PositionReport]:
        del received_ms
        flights = said.get("flights") if isinstance(said, dict) else None
        if not isinstance(flights, list):
            self.rejected["not_flights"] += 1
            return []
        kept = self._at_most(flights, FEED_AIRCRAFT_MAX)
        return [report for number, flight in enumerate(kept) for report in self._flight(flight, number)]

    def _flight(self, flight: object, number: int) -> list[PositionReport]:
        if not isinstance(flight, dict):
            self.rejected["not_a_record"] += 1
            return []
        aircraft = f"rid:{_identity(flight) or f'flight-{number + 1}'}"
        states = flight.get("states", flight.get("telemetry"))
        if not isinstance(states, list):
            states = [flight["current_state"]] if flight.get("current_state") is not None else []
        if not states:
            self.unused["no_position"] += 1
        reports = [self._state(state, aircraft) for state in self._at_most(states, STATES_MAX)]
        return [report for report in reports if report is not None]

    def _state(self, state: object, aircraft: str) -> PositionReport | None:
        place = state.get("position") if isinstance(state, dict) else None
        if not isinstance(state, dict) or not isinstance(place, dict):
            self.rejected["no_position"] += 1
            return None
        time_ms = _time_ms(state.get("timestamp"))
        if time_ms is None:
            self.rejected["bad_time"] += 1
            return None
        lat_deg, lon_deg = number_of(place.get("lat")), number_of(place.get("lng"))
        if lat_deg is None or lon_deg is None:
            self.rejected["no_position"] += 1
            return None
        if not is_on_earth(lat_deg, lon_deg):
            self.rejected["off_the_earth"] += 1
            return None
        if place.get("extrapolated") is True:
            self.rejected["extrapolated"] += 1
            return None
        pressure_m = within(number_of(place.get("pressure_altitude")), HEIGHT_MIN_M + 1.0, HEIGHT_MAX_M)
        level_ft = None if pressure_m is None else pressure_m / METRES_PER_FT
        status = state.get("operational_status")
        return PositionReport(
            aircraft=aircraft,
            call_sign="",
            time_ms=time_ms,
            lat_deg=lat_deg,
            lon_deg=lon_deg,
            level_palt_ft=within(level_ft, LEVEL_MIN_FT, LEVEL_MAX_FT),
            height_hae_m=within(number_of(place.get("alt")), HEIGHT_MIN_M + 1.0, HEIGHT_MAX_M),
            ground_speed_mps=within(number_of(state.get("speed")), 0.0, _UNKNOWN_SPEED_MPS - 0.5),
            track_deg=within(number_of(state.get("track")), 0.0, 360.0),
            vertical_rate_mps=_climb_mps(state.get("vertical_speed")),
            accuracy_m=_ACCURACY_M.get(str(place.get("accuracy_h"))),
            is_on_ground={"Ground": True, "Airborne": False}.get(str(status)),
            source=self._source,
        )


def _identity(flight: dict[str, Any]) -> str:
    """The serial number where it is given, for it stays; else the flight's own id."""
    for holder in (flight.get("uas_id"), flight.get("details"), flight):
        if isinstance(holder, dict):
            for key in ("serial_number", "id"):
                if found := name_of(holder.get(key)):
                    return found
    return ""


def _time_ms(value: object) -> UtcMs | None:
    """RFC 3339, bare (v19) or with its format beside it (v22a)."""
    text = value.get("value") if isinstance(value, dict) else value
    try:
        time_ms = utc_ms_of(datetime.fromisoformat(text)) if isinstance(text, str) else None
    except (ValueError, OverflowError):
        return None
    return time_ms if time_ms is not None and time_ms >= 0 else None


def _climb_mps(value: object) -> float | None:
    number = number_of(value)
    return None if number == _UNKNOWN_CLIMB_MPS else within(number, -CLIMB_MAX_MPS, CLIMB_MAX_MPS)
