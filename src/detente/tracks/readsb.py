"""`aircraft.json` of readsb, tar1090 and dump1090: a receiver's picture, or one aircraft a line, to reports.

Source: README-json.md of wiedehopf/readsb. `now` is in seconds; `seen_pos` is the *age* of the position, so it
was measured at `now - seen_pos`. `alt_baro` is feet of pressure altitude or the word `ground`; `alt_geom` feet
above the ellipsoid; `gs` knots; `track` degrees true; `baro_rate`, `geom_rate` ft/min. `mlat` and `tisb` list
the fields that came so. A `hex` with `~` is no ICAO address. Older dump1090 writes `altitude`, `speed`,
`vert_rate`.
"""

from __future__ import annotations

from typing import Any

from detente.quantities import METRES_PER_FT, MPS_PER_KT, UtcMs
from detente.tracks.documents import DocumentDecoder
from detente.tracks.mode_s import ACCURACY_OF_NACP_M
from detente.tracks.position import PositionReport
from detente.tracks.reading import (
    HEIGHT_MAX_M,
    HEIGHT_MIN_M,
    LEVEL_MAX_FT,
    LEVEL_MIN_FT,
    address_of,
    call_sign_of,
    is_on_earth,
    number_of,
    scaled,
    squawk_of,
    within,
)
from detente.wire.limits import FEED_AIRCRAFT_MAX

AGE_MAX_S = 300.0
"""readsb keeps a position for a minute after the last; an older one is not of this picture."""
_TIME_MAX_S = 253_402_300_799.0
_SPEED_MAX_KT, _CLIMB_MAX_FPM = 1_500.0, 30_000.0


class ReadsbDecoder(DocumentDecoder):
    """Documents with `now` and `aircraft`, or with `now` and one `hex`, to reports."""

    def _document(self, said: Any, received_ms: UtcMs | None) -> list[PositionReport]:
        rows = said.get("aircraft", [said] if "hex" in said else None) if isinstance(said, dict) else None
        if not isinstance(rows, list):
            self.rejected["not_a_picture"] += 1
            return []
        now_s = number_of(said.get("now"))
        if now_s is None and received_ms is not None:
            now_s = received_ms / 1000.0
        if now_s is None or not 0.0 <= now_s <= _TIME_MAX_S:
            self.rejected["bad_time"] += 1
            return []
        kept = self._at_most(rows, FEED_AIRCRAFT_MAX)
        return [report for row in kept if (report := self._aircraft(row, now_s)) is not None]

    def _aircraft(self, row: object, now_s: float) -> PositionReport | None:
        if not isinstance(row, dict):
            self.rejected["not_a_record"] += 1
            return None
        address = address_of(row.get("hex"))
        if address is None:
            self.rejected["bad_address"] += 1
            return None
        lat_deg, lon_deg = number_of(row.get("lat")), number_of(row.get("lon"))
        if lat_deg is None or lon_deg is None:
            self.unused["no_position"] += 1
            return None
        if not is_on_earth(lat_deg, lon_deg):
            self.rejected["off_the_earth"] += 1
            return None
        age_s = number_of(row.get("seen_pos", row.get("seen", 0.0)))
        if age_s is None or not 0.0 <= age_s <= AGE_MAX_S:
            self.rejected["bad_time" if age_s is None or age_s < 0.0 else "too_old"] += 1
            return None
        said_level = row.get("alt_baro", row.get("altitude"))
        level_ft = number_of(said_level)
        if level_ft is not None and not LEVEL_MIN_FT <= level_ft <= LEVEL_MAX_FT:
            self.rejected["implausible_level"] += 1
            return None
        track_deg = number_of(row.get("track"))
        multilaterated = row.get("mlat")
        nacp = row.get("nac_p")
        return PositionReport(
            aircraft=address,
            call_sign=call_sign_of(row.get("flight")),
            time_ms=UtcMs(max(0, round((now_s - age_s) * 1000.0))),
            lat_deg=lat_deg,
            lon_deg=lon_deg,
            level_palt_ft=level_ft,
            height_hae_m=within(
                scaled(row.get("alt_geom"), METRES_PER_FT, most=1e6), HEIGHT_MIN_M, HEIGHT_MAX_M
            ),
            ground_speed_mps=within(
                scaled(row.get("gs", row.get("speed")), MPS_PER_KT, most=_SPEED_MAX_KT), 0.0, 1e4
            ),
            track_deg=None if track_deg is None else track_deg % 360.0,
            vertical_rate_mps=scaled(
                row.get("baro_rate", row.get("geom_rate", row.get("vert_rate"))),
                METRES_PER_FT / 60.0,
                most=_CLIMB_MAX_FPM,
            ),
            accuracy_m=ACCURACY_OF_NACP_M.get(nacp) if isinstance(nacp, int) else None,
            is_on_ground=said_level == "ground",
            is_multilaterated=isinstance(multilaterated, list) and "lat" in multilaterated,
            squawk=squawk_of(row.get("squawk")),
            source=self._source,
        )
