"""Alert levels and guidance bands of pairs, as records in the field's units: the door to the compiled kernels.

Importing this imports numba; whoever starts fast imports it late.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.encounters.configuration import AlertLevel, Configuration, Dimension
from detente.errors import OperatorError
from detente.kernels.alerting import alert_levels
from detente.kernels.bands import BANDS_MAX, Bands, guide
from detente.kernels.options import tolerance_at
from detente.kernels.volumes import ADVISORY, CYLINDER, ROW, TABLE_FROM, WELL_CLEAR
from detente.quantities import METRES_PER_FT, METRES_PER_NM, MPS_PER_KT

Floats = NDArray[np.float64]
DimensionName = Literal["hdir", "hs", "vs", "alt"]
DIMENSIONS: tuple[DimensionName, ...] = ("hdir", "hs", "vs", "alt")
KINDS = {"WCV_TAUMOD": WELL_CLEAR, "WCV_TAUMOD_SUM": WELL_CLEAR, "CDCylinder": CYLINDER, "TCAS3D": ADVISORY}
GREATEST = np.array([1e7, 1e7, 1e6, 3_000.0, 3_000.0, 3_000.0])
"""Of a state in SI: what is beyond is no aircraft, and would ask for lines without end."""
FREE = ("NONE", "RECOVERY", "UNKNOWN")
REGIONS = ("NONE", "FAR", "MID", "NEAR", "RECOVERY", "UNKNOWN")
SHOWN_AS = (math.pi / 180.0, MPS_PER_KT, METRES_PER_FT / 60.0, METRES_PER_FT)
"""What one degree, knot, foot a minute and foot of a dimension's values is in SI."""


class Alerts(NamedTuple):
    """Of n pairs and k levels."""

    level: NDArray[np.int8]
    """Shape (n,): 0 none, or the highest level reached within its alert time."""
    entry_s: Floats
    """Shape (n, k): when each volume is entered, seconds from now; infinite for never."""
    leave_s: Floats
    """Shape (n, k): when it is left; minus infinite for never."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """From one value to another of a dimension: degrees true, knots, feet a minute, or feet."""

    low: float
    high: float
    region: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """How well clear is regained: seconds from now, and the cylinder that stays empty till then (nmi, ft)."""

    at_s: float
    radius_nm: float
    height_ft: float
    shrunk: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Guidance:
    """One dimension of one pair. `down` (left) and `up` (right) are the nearest ways out.

    They are None where the present value needs none, and infinite where there is none on that side.
    """

    bands: tuple[Band, ...]
    present: str
    down: float | None
    up: float | None
    recovery: Found | None


def alerts_of(
    relative: Floats,
    configuration: Configuration,
    *,
    own_vertical: Floats | None = None,
    alerter: int = 1,
    lookahead_s: float | None = None,
) -> Alerts:
    """The alert levels of pairs, by straight flight.

    Args:
        relative: shape (n, 6), own minus intruder, on a plane that is true at ownship: east, north, up in metres,
            and their rates in m/s. Finite.
        own_vertical: shape (n, 2), ownship's altitude in metres and vertical speed; only TCAS II asks for it.
        alerter: which of the configuration's alerters, from 1.
        lookahead_s: the configuration's where None.
    Raises:
        OperatorError: the configuration asks for ownship's altitude, and it is not given.
    """
    asked = np.ascontiguousarray(relative, dtype=np.float64)
    levels = pack_levels(configuration.levels(alerter))
    level = np.zeros(len(asked), np.int8)
    entry_s, leave_s = np.empty((len(asked), len(levels))), np.empty((len(asked), len(levels)))
    ahead_s = configuration.lookahead_s if lookahead_s is None else lookahead_s
    if own_vertical is None and any(one.volume == "TCAS3D" for one in configuration.levels(alerter)):
        raise OperatorError("altitude_missing", "TCAS II thresholds go by ownship's altitude; give it.")
    upright = (
        np.empty((0, 2)) if own_vertical is None else np.ascontiguousarray(own_vertical, dtype=np.float64)
    )
    alert_levels(asked, upright, levels, ahead_s, level, entry_s, leave_s)
    return Alerts(level, entry_s, leave_s)


def bands_of(
    own: Floats,
    intruder: Floats,
    configuration: Configuration,
    *,
    alerter: int = 1,
    levels: Floats | None = None,
) -> Bands:
    """The bands of pairs as arrays, in SI and radians.

    Args:
        own, intruder: shape (n, 6), on a plane that is true at ownship: east, north, up in metres, and their rates
            in m/s; altitude and heading are read from ownship's. Finite; ownship moves horizontally.
        levels: those of the alerter (`pack_levels`) where None.
    Raises:
        ValueError: a state is not finite or beyond `GREATEST`; who parses refuses those before.
    """
    if not (np.abs(own) <= GREATEST).all() or not (np.abs(intruder) <= GREATEST).all():
        raise ValueError("no aircraft flies so: a state is not finite, or beyond what `GREATEST` says")
    bands = empty_bands(len(own))
    guide(
        np.ascontiguousarray(own, dtype=np.float64),
        np.ascontiguousarray(intruder, dtype=np.float64),
        pack_levels(configuration.levels(alerter)) if levels is None else levels,
        pack_plan(configuration),
        pack_rules(configuration),
        configuration.lookahead_s,
        bands,
    )
    return bands


def empty_bands(count: int) -> Bands:
    """Arrays for the bands of so many pairs."""
    return Bands(
        np.zeros((count, 4), np.int32),
        np.empty((count, 4, BANDS_MAX + 1)),
        np.zeros((count, 4, BANDS_MAX), np.int8),
        np.full((count, 4, 4), np.nan),
    )


def guidance_of(bands: Bands, row: int, present: Floats) -> dict[DimensionName, Guidance]:
    """One pair's bands in the field's units.

    Args:
        present: shape (6,), ownship's state, as given to `bands_of`.
    """
    values = _present_values(present)
    return {name: _guidance(bands, row, number, values[number]) for number, name in enumerate(DIMENSIONS)}


def pack_levels(levels: tuple[AlertLevel, ...]) -> Floats:
    """Shape (k, `ROW`), as `kernels.volumes` names the columns."""
    packed = np.zeros((len(levels), ROW))
    for row, one in zip(packed, levels, strict=True):
        row[:TABLE_FROM] = (
            KINDS[one.volume],
            one.radius_m,
            one.height_m,
            one.tau_s,
            one.tcoa_s,
            REGIONS.index(one.region),
            one.alert_s,
            one.early_s,
        )
        if one.bands:
            thresholds = [
                (band.top_m, band.tau_s, band.tcoa_s, band.dmod_m, band.zthr_m, band.hmd_m)
                for band in one.bands
            ]
            row[TABLE_FROM], row[TABLE_FROM + 1 :] = one.miss_filter, np.ravel(thresholds)
    return packed


def pack_plan(configuration: Configuration) -> Floats:
    """Shape (4, 4), as `kernels.manoeuvres` names rows and columns."""

    def row(one: Dimension) -> tuple[float, ...]:
        return one.rate, one.step, one.least, one.most

    return np.array(
        [
            row(configuration.direction),
            row(configuration.speed),
            row(configuration.vertical_speed),
            row(configuration.altitude),
        ]
    )


def pack_rules(configuration: Configuration) -> Floats:
    """Shape (6,), as `kernels.recovery` names them."""
    rules = configuration.recovery
    return np.array(
        [
            rules.radius_m,
            rules.height_m,
            rules.nmac_radius_m,
            rules.nmac_height_m,
            rules.factor,
            rules.stability_s,
        ]
    )


def steadied(name: DimensionName, guidance: Guidance, bands: tuple[Band, ...], present: Floats) -> Guidance:
    """The same guidance with other bands, and the ways out that go with them; `present` as of `guidance_of`."""
    number = DIMENSIONS.index(name)
    value = _present_values(present)[number]
    region, down, up = _ways(bands, value, SHOWN_AS[number], turns=number == 0)
    return Guidance(bands=bands, present=region, down=down, up=up, recovery=guidance.recovery)


def nearly_in(name: DimensionName) -> Callable[[float, float], bool]:
    """Whether two values of a dimension, in the units shown, are taken for the same."""
    unit = SHOWN_AS[DIMENSIONS.index(name)]
    return lambda one, other: abs(one - other) * unit < tolerance_at(max(abs(one), abs(other)) * unit)


def _present_values(present: Floats) -> tuple[float, float, float, float]:
    speed = math.hypot(present[3], present[4])
    return math.atan2(present[3], present[4]) % math.tau, speed, float(present[5]), float(present[2])


def _guidance(bands: Bands, row: int, number: int, present: float) -> Guidance:
    unit = SHOWN_AS[number]
    count = int(bands.filled[row, number])
    edges = bands.edge[row, number, : count + 1] / unit
    regions = [REGIONS[code] for code in bands.region[row, number, :count]]
    found = bands.recovery[row, number]
    shown = tuple(
        Band(low=float(edges[k]), high=float(edges[k + 1]), region=regions[k]) for k in range(count)
    )
    region, down, up = _ways(shown, present, unit, turns=number == 0)
    return Guidance(
        bands=shown,
        present=region,
        down=down,
        up=up,
        recovery=None
        if math.isnan(found[0])
        else Found(
            at_s=float(found[0]),
            radius_nm=float(found[1]) / METRES_PER_NM,
            height_ft=float(found[2]) / METRES_PER_FT,
            shrunk=int(found[3]),
        ),
    )


def _ways(
    bands: tuple[Band, ...], present: float, unit: float, *, turns: bool
) -> tuple[str, float | None, float | None]:
    """The present value's region, and the ways out where it needs some; `present` in SI, bands in `unit`."""
    value, near = present / unit, tolerance_at(abs(present)) / unit
    region = _region_at(bands, value, near)
    if turns and region not in FREE:
        # North is one value with two names.
        around = (_region_at(bands, value + turn, near) for turn in (-360.0, 360.0))
        region = next((one for one in around if one in FREE and one != "UNKNOWN"), region)
    if region in FREE:
        return region, None, None
    return region, *_ways_out(bands, value, turns=turns)


def _region_at(bands: tuple[Band, ...], value: float, near: float) -> str:
    """The region that a value lies in; at an edge, the free one."""
    touched = [band.region for band in bands if band.low - near <= value <= band.high + near]
    return next((region for region in touched if region in FREE), touched[0] if touched else "UNKNOWN")


def _ways_out(bands: tuple[Band, ...], present: float, *, turns: bool) -> tuple[float, float]:
    """The nearest edges of what is free or recovers, below and above; infinite where there is none on that side."""
    around = (-360.0, 0.0, 360.0) if turns else (0.0,)
    reach = 180.0 - 1e-6 if turns else math.inf
    ways = [
        (band.low + shift, band.high + shift) for shift in around for band in bands if band.region in FREE
    ]
    below = max((high for _, high in ways if high <= present and present - high < reach), default=-math.inf)
    above = min((low for low, _ in ways if low >= present and low - present < reach), default=math.inf)
    if turns:
        return (
            below % 360.0 if math.isfinite(below) else below,
            above % 360.0 if math.isfinite(above) else above,
        )
    return below, above
