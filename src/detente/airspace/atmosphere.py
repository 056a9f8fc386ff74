"""Pressure altitude and true height: bounds between the two in every weather that the parties expect.

Source: ICAO Doc 7488/3 (standard atmosphere): 288.15 K and 1013.25 hPa at mean sea level, -6.5 K/km to 11 km,
216.65 K to 20 km, +1 K/km above; gas constant 287.05287 J/(kg K), standard gravity 9.80665 m/s².

In air that is warmer than standard by a constant d at every pressure, the hydrostatic equation gives

    dH = (1 + d / T(Hp)) dHp

for geopotential height H above mean sea level and pressure altitude Hp. At sea level the pressure is the QNH,
whose pressure altitude is H0 = (288.15 / 0.0065) (1 - (QNH / 1013.25)^0.190263). So

    H = (Hp - H0) + d * (integral of 1 / T from H0 to Hp),

which falls with H0 and is linear in d: the extremes lie at the corners of the agreed bounds. Geopotential to
geometric height takes the least and the greatest gravity on Earth instead of a latitude: 0.4 % of the height
at most, less than the weather. QNH here means the pressure at mean sea level.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

_SEA_LEVEL_K = 288.15
_SEA_LEVEL_HPA = 1013.25
_LAPSE_K_PER_M = 0.0065
_TROPOPAUSE_M = 11_000.0
_TROPOPAUSE_K = 216.65
_UPPER_M = 20_000.0
_UPPER_LAPSE_K_PER_M = -0.001
_EXPONENT = 287.05287 * _LAPSE_K_PER_M / 9.80665

_STANDARD_GRAVITY = 9.80665
_LEAST_GRAVITY, _GREATEST_GRAVITY = 9.775, 9.838
"""Normal gravity at the equator and the poles, and half a gal of anomaly beyond."""
_EARTH_RADIUS_M = 6_335_000.0
"""Below the least radius of curvature, so that the decline of gravity with height is not understated."""
_CM_PER_FT = 30.48


@dataclass(frozen=True, kw_only=True, slots=True)
class Atmosphere:
    """Bounds of the pressure at mean sea level, and of the difference of temperature from the standard."""

    qnh_min_hpa: float
    qnh_max_hpa: float
    isa_deviation_min_k: float
    isa_deviation_max_k: float


@lru_cache(maxsize=8192)
def amsl_bounds_cm(level_palt_ft: int, atmosphere: Atmosphere) -> tuple[int, int]:
    """Least and greatest height above mean sea level of a pressure altitude, whole cm, rounded outwards.

    Valid from -2,000 to 100,000 ft (the standard atmosphere used here ends at 32 km).
    """
    heights_m = [
        _geopotential_m(level_palt_ft * _CM_PER_FT / 100.0, qnh_hpa=qnh_hpa, deviation_k=deviation_k)
        for qnh_hpa, deviation_k in product(
            (atmosphere.qnh_min_hpa, atmosphere.qnh_max_hpa),
            (atmosphere.isa_deviation_min_k, atmosphere.isa_deviation_max_k),
        )
    ]
    geometric_m = [
        height * _STANDARD_GRAVITY / gravity
        for height in (min(heights_m), max(heights_m))
        for gravity in (_LEAST_GRAVITY, _GREATEST_GRAVITY)
    ]
    lowest_m, highest_m = min(geometric_m), max(geometric_m)
    highest_m = max(highest_m, _EARTH_RADIUS_M * highest_m / (_EARTH_RADIUS_M - highest_m))
    return math.floor(lowest_m * 100.0), math.ceil(highest_m * 100.0)


def _geopotential_m(palt_m: float, *, qnh_hpa: float, deviation_k: float) -> float:
    sea_level_palt_m: float = (_SEA_LEVEL_K / _LAPSE_K_PER_M) * (
        1.0 - (qnh_hpa / _SEA_LEVEL_HPA) ** _EXPONENT
    )
    return (palt_m - sea_level_palt_m) + deviation_k * (_per_kelvin(palt_m) - _per_kelvin(sea_level_palt_m))


def _per_kelvin(palt_m: float) -> float:
    """Integral of 1 / T over pressure altitude from sea level, metres per kelvin."""
    lower_m = min(palt_m, _TROPOPAUSE_M)
    total = math.log(_SEA_LEVEL_K / (_SEA_LEVEL_K - _LAPSE_K_PER_M * lower_m)) / _LAPSE_K_PER_M
    if palt_m > _TROPOPAUSE_M:
        total += (min(palt_m, _UPPER_M) - _TROPOPAUSE_M) / _TROPOPAUSE_K
    if palt_m > _UPPER_M:
        above_k = _TROPOPAUSE_K - _UPPER_LAPSE_K_PER_M * (palt_m - _UPPER_M)
        total += math.log(above_k / _TROPOPAUSE_K) / -_UPPER_LAPSE_K_PER_M
    return total
