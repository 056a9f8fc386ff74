"""One report of one aircraft's position, with the datum of its height kept."""

from __future__ import annotations

from dataclasses import dataclass

from detente.quantities import UtcMs


@dataclass(frozen=True, kw_only=True, slots=True)
class PositionReport:
    """Where an aircraft said it was.

    `aircraft` is the ICAO 24-bit address in lower-case hexadecimal; `level_palt_ft` pressure altitude at
    1013.25 hPa; `height_hae_m` height above the WGS 84 ellipsoid. Neither is ever derived from the other.
    """

    aircraft: str
    call_sign: str
    time_ms: UtcMs
    lat_deg: float
    lon_deg: float
    level_palt_ft: float | None
    height_hae_m: float | None
    ground_speed_mps: float | None
    track_deg: float | None
    vertical_rate_mps: float | None
