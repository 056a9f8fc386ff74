"""Pairs and encounters judged by one parameter set: separations, times, alert level, bands, ways out.

Answers to pairs have the keys, units and conventions of the random pairs in `../shared/vectors/daidalus`, so that one
program's answers can be laid beside another's; answers to an encounter have the time and both names besides.

Importing this imports numba; whoever starts fast imports it late.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.encounters.configuration import Configuration
from detente.encounters.daa_file import Flown, Step, states_of
from detente.encounters.guidance import (
    DIMENSIONS,
    Alerts,
    DimensionName,
    Guidance,
    alerts_of,
    bands_of,
    guidance_of,
    nearly_in,
    pack_levels,
    steadied,
)
from detente.encounters.measures import Measures, measure
from detente.encounters.plane import Geometry
from detente.encounters.steadiness import Steadiness, steady
from detente.encounters.steady_bands import SteadyBands, steady_bands
from detente.encounters.uncertainty import grown_alerts, grown_levels, growth_of
from detente.errors import PeerError
from detente.quantities import METRES_PER_FT, METRES_PER_NM, MPS_PER_KT
from detente.wire.limits import ENCOUNTER_LINE_CHARS_MAX

PAIR_UNITS = np.array(
    [METRES_PER_NM, METRES_PER_NM, METRES_PER_FT, MPS_PER_KT, MPS_PER_KT, METRES_PER_FT / 60.0]
)
"""What one of each number of a pair is in SI: nmi, nmi, ft, knot, knot, ft a minute."""

WIDEST_M = 2_000_000.0
FASTEST_MPS = 1_000.0
TAUMOD_RADIUS_M = 0.66 * METRES_PER_NM
"""Of the random pairs, whatever the parameter set."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One pair at one time. `level` is steadied over time where it is one of an encounter."""

    time_s: float
    own: str
    traffic: str
    level: int
    raw_level: int
    entry_s: tuple[float, ...]
    leave_s: tuple[float, ...]
    measures: Measures
    guidance: Mapping[DimensionName, Guidance]
    own_state: NDArray[np.float64]
    traffic_state: NDArray[np.float64]


def parse_pair(line: str) -> tuple[int, NDArray[np.float64], NDArray[np.float64]]:
    """A pair's number and both states in SI, from one line of JSON with `i`, `own` and `int`.

    Raises:
        PeerError: it is not such a line, or no aircraft flies so.
    """
    if len(line) > ENCOUNTER_LINE_CHARS_MAX:
        raise _bad_pair("is too long")
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        raise _bad_pair("is not JSON") from None
    if not isinstance(told, dict):
        raise _bad_pair("is not an object")
    number = told.get("i", 0)
    if not isinstance(number, int):
        raise _bad_pair("has an `i` that is no whole number")
    return number, _state(told, "own"), _state(told, "int")


def judge_pairs(
    own: NDArray[np.float64], intruder: NDArray[np.float64], configuration: Configuration
) -> Iterator[Judged]:
    """Every pair on its own, without memory; both shape (n, 6), SI."""
    relative = own - intruder
    alerts = alerts_of(relative, configuration, own_vertical=own[:, [2, 5]])
    bands = bands_of(own, intruder, configuration)
    for row in range(len(own)):
        yield _judged(
            alerts,
            row,
            own[row],
            intruder[row],
            guidance_of(bands, row, own[row]),
            configuration,
            radius_m=TAUMOD_RADIUS_M,
        )


def judge_steps(
    steps: Sequence[Step],
    configuration: Configuration,
    *,
    geometry: Geometry = "wgs84",
    as_published: bool = False,
) -> Iterator[list[Judged]]:
    """An encounter, step by step, each aircraft of the traffic against ownship; levels and bands are steadied.

    `as_published` steadies as the reference implementation does, which may delay a first alert.
    """
    memory: dict[str, Steadiness] = {}
    kept: dict[tuple[str, str], SteadyBands] = {}
    for step in steps:
        own, traffic = states_of(step, geometry=geometry)
        judged = []
        for flown, state in zip(step.traffic, traffic, strict=True):
            alerter = flown.alerter
            pair = own[np.newaxis], state[np.newaxis]
            relative = own - state
            growth = _growth(step.own, flown, relative, configuration)
            if growth is None:
                alerts = alerts_of(
                    pair[0] - pair[1], configuration, own_vertical=pair[0][:, [2, 5]], alerter=alerter
                )
                bands = bands_of(*pair, configuration, alerter=alerter)
            else:
                levels = pack_levels(configuration.levels(alerter))
                alerts = grown_alerts(relative, levels, growth, configuration.lookahead_s)
                bands = bands_of(
                    *pair, configuration, alerter=alerter, levels=grown_levels(relative, levels, growth)
                )
            held = steady(
                memory.get(flown.name),
                int(alerts.level[0]),
                m=configuration.steady_m,
                n=configuration.steady_n,
                as_published=as_published,
            )
            memory[flown.name] = held
            guidance = guidance_of(bands, 0, own)
            if configuration.steady_n > 0:
                for name, one in guidance.items():
                    kept[flown.name, name] = steady_bands(
                        kept.get((flown.name, name)),
                        one.bands,
                        m=configuration.steady_m,
                        n=configuration.steady_n,
                        recovers=one.recovery is not None,
                        nearly=nearly_in(name),
                        as_published=as_published,
                    )
                    guidance[name] = steadied(name, one, kept[flown.name, name].shown, own)
            judged.append(
                _judged(
                    alerts,
                    0,
                    own,
                    state,
                    guidance,
                    configuration,
                    radius_m=configuration.levels(alerter)[0].radius_m or TAUMOD_RADIUS_M,
                    names=(step.own.name, flown.name),
                    time_s=step.time_s,
                    shown=held.shown,
                )
            )
        yield judged


def as_mapping(judged: Judged) -> dict[str, Any]:
    """The answer under the keys of the random pairs: nmi, ft, knot, ft a minute, degrees, seconds."""
    seen = judged.measures
    told: dict[str, Any] = {
        "own": list(judged.own_state / PAIR_UNITS),
        "int": list(judged.traffic_state / PAIR_UNITS),
        "alert": judged.level,
        "vol": [
            [int(entry < leave), entry, leave, 0.5 * (entry + leave) if entry < leave else None]
            for entry, leave in zip(judged.entry_s, judged.leave_s, strict=True)
        ],
        "hsep": seen.range_m / METRES_PER_NM,
        "vsep": seen.height_m / METRES_PER_FT,
        "phmd": seen.hmd_m / METRES_PER_NM,
        "tcpa": seen.tcpa_s,
        "dcpa": None if seen.dcpa_m is None else seen.dcpa_m / METRES_PER_NM,
        "tcoa": seen.tcoa_s,
        "taumod": seen.taumod_s,
    }
    for name in DIMENSIONS:
        one = judged.guidance[name]
        told[name] = [[band.low, band.high, band.region] for band in one.bands]
        told[f"{name}_res"] = [one.down, one.up]
        if one.recovery is not None:
            told[f"{name}_recovery"] = [
                one.recovery.at_s,
                one.recovery.radius_nm,
                one.recovery.height_ft,
                one.recovery.shrunk,
            ]
    return told


def as_line(told: object) -> str:
    """Compact JSON in which infinity is `1e999`, which every reader takes for it, and NaN is null."""
    if isinstance(told, bool) or told is None or isinstance(told, str):
        return json.dumps(told)
    if isinstance(told, Mapping):
        return "{" + ",".join(f"{json.dumps(key)}:{as_line(value)}" for key, value in told.items()) + "}"
    if isinstance(told, Sequence):
        return "[" + ",".join(map(as_line, told)) + "]"
    number = float(told)  # type: ignore[arg-type]  # what is left are numbers of Python and numpy
    if math.isnan(number):
        return "null"
    if math.isinf(number):
        return "1e999" if number > 0.0 else "-1e999"
    return repr(told) if isinstance(told, int) else repr(number)


def _growth(
    own: Flown, other: Flown, relative: NDArray[np.float64], configuration: Configuration
) -> NDArray[np.float64] | None:
    """How much volumes grow, or None where the levels do not ask or nothing is uncertain."""
    if any(level.volume != "WCV_TAUMOD_SUM" for level in configuration.levels(other.alerter)):
        return None
    growth = growth_of(own.deviation, other.deviation, relative, configuration.uncertainty)
    return growth if growth.any() else None


def _judged(
    alerts: Alerts,
    row: int,
    own: NDArray[np.float64],
    intruder: NDArray[np.float64],
    guidance: Mapping[DimensionName, Guidance],
    configuration: Configuration,
    *,
    radius_m: float,
    names: tuple[str, str] = ("", ""),
    time_s: float = 0.0,
    shown: int | None = None,
) -> Judged:
    raw = int(alerts.level[row])
    return Judged(
        time_s=time_s,
        own=names[0],
        traffic=names[1],
        level=raw if shown is None else shown,
        raw_level=raw,
        entry_s=tuple(map(float, alerts.entry_s[row])),
        leave_s=tuple(map(float, alerts.leave_s[row])),
        measures=measure((own - intruder).tolist(), lookahead_s=configuration.lookahead_s, radius_m=radius_m),
        guidance=guidance,
        own_state=own,
        traffic_state=intruder,
    )


def _state(told: Mapping[str, object], key: str) -> NDArray[np.float64]:
    values = told.get(key)
    if (
        not isinstance(values, list)
        or len(values) != 6
        or not all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    ):
        raise _bad_pair(f"has no six numbers `{key}`")
    try:
        state: NDArray[np.float64] = np.array(values, dtype=np.float64) * PAIR_UNITS
    except OverflowError:
        raise _bad_pair(f"has a number in `{key}` that is too large") from None
    if not (np.abs(state[:3]) <= WIDEST_M).all() or not (np.abs(state[3:]) <= FASTEST_MPS).all():
        raise _bad_pair(f"has a state `{key}` in which no aircraft flies")
    return state


def _bad_pair(what: str) -> PeerError:
    return PeerError(
        "pair_invalid",
        f"A line of pairs {what}.",
        cure='Each line is JSON: {"i":0,"own":[x,y,z,vx,vy,vz],"int":[...]} in nmi, nmi, ft, knot, knot, ft/min.',
    )
