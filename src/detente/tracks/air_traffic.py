"""Air traffic observations as Flight Blender takes them, JSON, to reports.

Source: openutm, flight-blender, `air_traffic_samples`: `{"observations": [{"lat_dd", "lon_dd", "timestamp" (ms
UTC), "icao_address" (or `icao_addresss`, as its samples spell it), "altitude_mm"}]}`. The samples write metres
under the name `altitude_mm`; a height that may be a thousandfold wrong is left out, and counted.
"""

from __future__ import annotations

from typing import Any

from detente.quantities import UtcMs
from detente.tracks.documents import DocumentDecoder
from detente.tracks.position import PositionReport
from detente.tracks.reading import address_of, is_on_earth, name_of, number_of

_TIME_MAX_MS = 253_402_300_799_999


class AirTrafficDecoder(DocumentDecoder):
    """Documents with `observations` to reports."""

    def _document(self, said: Any, received_ms: UtcMs | None) -> list[PositionReport]:
        del received_ms
        rows = said.get("observations") if isinstance(said, dict) else None
        if not isinstance(rows, list):
            self.rejected["not_observations"] += 1
            return []
        return [report for row in rows if (report := self._observation(row)) is not None]

    def _observation(self, row: object) -> PositionReport | None:
        if not isinstance(row, dict):
            self.rejected["not_a_record"] += 1
            return None
        name = row.get("icao_address", row.get("icao_addresss"))
        aircraft = address_of(name) or (f"obs:{name_of(name)}" if name_of(name) else None)
        if aircraft is None:
            self.rejected["bad_address"] += 1
            return None
        time_ms = number_of(row.get("timestamp"))
        if time_ms is None or not 0 <= time_ms <= _TIME_MAX_MS:
            self.rejected["bad_time"] += 1
            return None
        lat_deg, lon_deg = number_of(row.get("lat_dd")), number_of(row.get("lon_dd"))
        if lat_deg is None or lon_deg is None:
            self.rejected["no_position"] += 1
            return None
        if not is_on_earth(lat_deg, lon_deg):
            self.rejected["off_the_earth"] += 1
            return None
        if row.get("altitude_mm") is not None:
            self.unused["height_of_unclear_unit"] += 1
        return PositionReport(
            aircraft=aircraft,
            call_sign="",
            time_ms=UtcMs(int(time_ms)),
            lat_deg=lat_deg,
            lon_deg=lon_deg,
            level_palt_ft=None,
            height_hae_m=None,
            ground_speed_mps=None,
            track_deg=None,
            vertical_rate_mps=None,
            source=self._source,
        )
