"""Own flights from GeoJSON, for the private check that they lie inside a notice; they go nowhere else.

A flight is a LineString with `level` (FL250, 3000 PALT, or `… m HAE`) or `levels`, one for each position, all in one
datum; and either `times`, one for each position, or `start` and `speed_kt`, flown at even speed along geodesics.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from detente.airspace.geodesy import inverse
from detente.airspace.levels import Level, parse_level
from detente.airspace.shapes import DEGREES_E7
from detente.errors import PeerError
from detente.notices.conformance import POINTS_MAX, Plan, PlanPoint
from detente.quantities import MPS_PER_KT, parse_utc_text
from detente.wire.limits import GEOJSON_BYTES_MAX

PLANS_MAX = 64
_SPEED_MAX_KT = 5_000


def plans_from_geojson(data: bytes) -> tuple[Plan, ...]:
    """The flights of a Feature or FeatureCollection.

    Raises: PeerError `malformed`, `too_large`, `bad_level` or `bad_time`, saying which feature.
    """
    if len(data) > GEOJSON_BYTES_MAX:
        raise PeerError(
            "too_large", f"The plan has {len(data)} bytes; at most {GEOJSON_BYTES_MAX} are taken."
        )
    try:
        top = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as why:
        raise PeerError("malformed", f"The plan is not JSON that can be read: {why}.") from why
    features = top.get("features", [top]) if isinstance(top, dict) else None
    if not isinstance(features, list) or not 0 < len(features) <= PLANS_MAX:
        raise PeerError("malformed", f"The plan is not a Feature, or a collection of 1 to {PLANS_MAX}.")
    return tuple(_plan(feature, number) for number, feature in enumerate(features, start=1))


def _plan(feature: Any, number: int) -> Plan:
    try:
        geometry, of = feature["geometry"], feature["properties"]
        if geometry["type"] != "LineString":
            raise ValueError("its geometry is not a LineString")
        places = [(float(place[0]), float(place[1])) for place in geometry["coordinates"]]
        if not 2 <= len(places) <= POINTS_MAX:
            raise ValueError(f"it has {len(places)} positions; 2 to {POINTS_MAX} are taken")
        if not all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in places):
            raise ValueError("a position is not on the Earth")
        levels = _levels(of, len(places))
        times_ms = _times_ms(of, places)
    except PeerError as why:
        raise PeerError(why.code, f"Flight {number}: {why.message}", cure=why.cure) from why
    except (KeyError, TypeError, IndexError, ValueError, OverflowError) as why:
        raise PeerError("malformed", f"Flight {number}: {why}.") from why
    return Plan(
        datum=levels[0].datum,
        points=tuple(
            PlanPoint(
                lat_e7=round(lat * DEGREES_E7),
                lon_e7=round(lon * DEGREES_E7),
                time_ms=time_ms,
                level=level.value,
            )
            for (lon, lat), time_ms, level in zip(places, times_ms, levels, strict=True)
        ),
    )


def _levels(of: dict[str, Any], count: int) -> list[Level]:
    texts = of["levels"] if "levels" in of else [of["level"]] * count
    levels = []
    for text in texts:
        stated = parse_level(str(text)[:40])
        if stated.reference not in ("PALT", "HAE"):
            raise PeerError("bad_level", "a level of a plan is a flight level, PALT or m HAE.")
        levels.append(Level(datum="palt" if stated.reference == "PALT" else "hae", value=round(stated.value)))
    if len(levels) != count or len({level.datum for level in levels}) != 1:
        raise ValueError("its levels are not one for each position, all of one datum")
    return levels


def _times_ms(of: dict[str, Any], places: list[tuple[float, float]]) -> list[int]:
    if "times" in of:
        times_ms = [int(parse_utc_text(str(text)[:40])) for text in of["times"]]
        if len(times_ms) != len(places):
            raise ValueError("its times are not one for each position")
        return times_ms
    speed_kt = float(of["speed_kt"])
    if not 0 < speed_kt <= _SPEED_MAX_KT:
        raise ValueError(f"its speed is more than 0 and at most {_SPEED_MAX_KT} kt")
    lons, lats = np.array(places).T
    _, length_m = inverse(lats[:-1], lons[:-1], lats[1:], lons[1:])
    after_ms = np.concatenate(([0.0], np.cumsum(length_m))) / (speed_kt * MPS_PER_KT) * 1000.0
    return [int(parse_utc_text(str(of["start"])[:40])) + round(float(one)) for one in after_ms]
