"""One report of one aircraft's position, with the datum of its height kept."""

from __future__ import annotations

from dataclasses import dataclass

from detente.quantities import UtcMs


@dataclass(frozen=True, kw_only=True, slots=True)
class PositionReport:
    """Where an aircraft said it was, or where somebody measured it.

    `aircraft` is the ICAO 24-bit address in lower-case hexadecimal; where there is none, a name that no address can
    be: `~` and six digits (an address that is not ICAO's), `cot:`, `rid:`, `trk:` and the feed's own name for it.
    `level_palt_ft` is pressure altitude at 1013.25 hPa; `height_hae_m` is height above the WGS 84 ellipsoid. Neither
    is ever derived from the other, but where `level_slack_ft` is not 0: there the level is the middle of bounds, and
    the slack half their width (`level_bounds`). `time_ms` is when the position was measured, not when it was heard.

    `accuracy_m` is the radius that holds the true position in 95 of 100 cases, as the source states it; None where it
    states nothing. `is_motion_estimated` says that speed and track were not reported but come from the tracker.
    `squawk` has four octal digits. `source` names the feed.
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
    accuracy_m: float | None = None
    is_on_ground: bool | None = None
    is_multilaterated: bool = False
    is_motion_estimated: bool = False
    level_slack_ft: float = 0.0
    squawk: str = ""
    source: str = ""
