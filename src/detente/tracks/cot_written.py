"""Tracks as Cursor on Target events, for ATAK and its like; the other way is `tracks.cot`.

Source: MITRE, "Cursor on Target Message Router User's Guide" and Event.xsd 2.0. `hae` is metres above the WGS 84
ellipsoid. A track that knows only its pressure altitude is given the middle of what that can be in the agreed
weather, `le` is half the width, and the remarks say so; with neither, `hae` is unknown (9999999), never a flight
level passed off as a height. `ce` is one standard deviation. `time` is when the position was measured, and `stale`
counts from then, not from when it was sent: what is older is not sent.
"""

from __future__ import annotations

from xml.etree import ElementTree

from detente.airspace.atmosphere import Atmosphere
from detente.airspace.geoid import undulation_near_cm
from detente.airspace.levels import Level, hae_bounds_cm
from detente.tracks.position import PositionReport
from detente.tracks.reading import SIGMAS_OF_95
from detente.wire.cot_xml import UNKNOWN, event_of

_FRIEND, _NOT_KNOWN = "a-f-A", "a-u-A"
_NEAR_M = 1_000.0


def track_event(
    report: PositionReport, *, party: str, is_own: bool, now_ms: int, stale_s: int, atmosphere: Atmosphere
) -> bytes | None:
    """The event of a track; None where its position is stale already.

    Args:
        party: whose node says so, for the uid.
        stale_s: how long after it was measured a position is shown as such.
        atmosphere: the weather agreed on.
    """
    stale_ms = report.time_ms + stale_s * 1000
    if stale_ms <= now_ms:
        return None
    hae_m, le_m, words = _height(report, atmosphere)
    event = event_of(
        f"{party}-{report.aircraft}",
        _FRIEND if is_own else _NOT_KNOWN,
        time_ms=report.time_ms,
        start_ms=report.time_ms,
        stale_ms=stale_ms,
        lat_deg=report.lat_deg,
        lon_deg=report.lon_deg,
        hae_m=hae_m,
        ce_m=UNKNOWN if report.accuracy_m is None else report.accuracy_m / SIGMAS_OF_95,
        le_m=le_m,
        call_sign=report.call_sign or report.aircraft,
        remarks=f"{words}. Détente: information only.",
    )
    detail = event.find("detail")
    assert detail is not None, "made with one"
    if report.ground_speed_mps is not None and report.track_deg is not None:
        motion = {"course": f"{report.track_deg:.1f}", "speed": f"{report.ground_speed_mps:.1f}"}
        ElementTree.SubElement(detail, "track", motion)
    return ElementTree.tostring(event)


def _height(report: PositionReport, atmosphere: Atmosphere) -> tuple[float, float, str]:
    """Height, half the width of what it can be, and both in words."""
    if report.height_hae_m is not None:
        return report.height_hae_m, UNKNOWN, "Height above the ellipsoid as reported"
    if report.level_palt_ft is None:
        return UNKNOWN, UNKNOWN, "Height not known"
    level_ft = round(report.level_palt_ft)
    sea = undulation_near_cm(report.lat_deg, report.lon_deg, radius_m=_NEAR_M)
    low_cm, high_cm = hae_bounds_cm(
        Level(datum="palt", value=level_ft), atmosphere=atmosphere, sea_level_cm=sea
    )
    low_m, high_m = low_cm / 100.0, high_cm / 100.0
    words = f"Pressure altitude {level_ft} ft; the height is between {low_m:.0f} and {high_m:.0f} m HAE"
    return (low_m + high_m) / 2.0, (high_m - low_m) / 2.0, words
