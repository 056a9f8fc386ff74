"""What counts as too near, when to say so, and how ownship may manoeuvre: one file of `key = value [unit]` lines.

The format is that of the public parameter sets of the RTCA DO-365 reference implementation, so that thresholds are
taken from where they are published. A value without a unit is SI. `alerters = A,B` lists alerters in the order in
which traffic names them, from 1; `A_alert_k_*` and `A_det_k_*` are the levels of one. Keys that are not used here
are let be; a key that is missing or a unit that is unknown is the operator's error.

The file is trusted like any setting, but read strictly: at most `LINES_MAX` lines.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from detente.errors import OperatorError
from detente.quantities import METRES_PER_FT, METRES_PER_NM, MPS_PER_KT

Region = Literal["NONE", "FAR", "MID", "NEAR"]
Volume = Literal["WCV_TAUMOD", "WCV_TAUMOD_SUM", "CDCylinder", "TCAS3D"]

VOLUMES: Mapping[str, Volume] = {
    "WCV_TAUMOD": "WCV_TAUMOD",
    "WCV_TAUMOD_SUM": "WCV_TAUMOD_SUM",
    "CDCylinder": "CDCylinder",
    "TCAS3D": "TCAS3D",
}
ADVISORY_BANDS = 8
LINES_MAX = 10_000
STEPS_MAX = 20_000
"""From one limit of a dimension to the other."""
ALERTERS_MAX = 32
LEVELS_MAX = 8

UNITS: Mapping[str, float] = {
    "": 1.0,
    "m": 1.0,
    "s": 1.0,
    "rad": 1.0,
    "m/s": 1.0,
    "m/s^2": 1.0,
    "km": 1000.0,
    "nmi": METRES_PER_NM,
    "ft": METRES_PER_FT,
    "knot": MPS_PER_KT,
    "kn": MPS_PER_KT,
    "fpm": METRES_PER_FT / 60.0,
    "deg": math.pi / 180.0,
    "deg/s": math.pi / 180.0,
    "G": 9.80665,
    "nmi/s": METRES_PER_NM,
    "min": 60.0,
}
"""What one of a unit is in SI."""


@dataclass(frozen=True, kw_only=True)
class AdvisoryBand:
    """Thresholds of TCAS II for own altitudes up to `top_m` (included). Metres and seconds."""

    top_m: float
    tau_s: float
    tcoa_s: float
    dmod_m: float
    zthr_m: float
    hmd_m: float


@dataclass(frozen=True, kw_only=True)
class AlertLevel:
    """One level: its volume, its region, and how long before the volume it is said. Metres and seconds.

    A TCAS II volume has `bands` in place of one set of thresholds.
    """

    volume: Volume
    radius_m: float
    height_m: float
    tau_s: float
    tcoa_s: float
    region: Region
    alert_s: float
    early_s: float
    bands: tuple[AdvisoryBand, ...] = ()
    miss_filter: bool = False


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """How one value of ownship may be changed; a rate of 0 is at once. SI and radians."""

    rate: float
    step: float
    least: float
    most: float


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """How well clear is regained; the cylinder shrinks by `factor` a time, or never where that is 0."""

    radius_m: float
    height_m: float
    nmac_radius_m: float
    nmac_height_m: float
    factor: float
    stability_s: float


@dataclass(frozen=True, kw_only=True)
class Uncertainty:
    """By how many standard deviations volumes grow, where a level's volume asks for that; metres."""

    position: float
    velocity_least: float
    velocity_most: float
    velocity_far_m: float
    height: float
    climb: float


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """One parameter set. Levels are the mildest first; `alerters` is in the order in which traffic counts."""

    alerters: Mapping[str, tuple[AlertLevel, ...]]
    lookahead_s: float
    direction: Dimension
    speed: Dimension
    vertical_speed: Dimension
    altitude: Dimension
    recovery: Recovery
    uncertainty: Uncertainty
    corrective: Region
    steady_m: int
    steady_n: int

    def levels(self, alerter: int = 1) -> tuple[AlertLevel, ...]:
        """The levels of the alerter with that number, from 1; the last where the number is beyond them."""
        every = tuple(self.alerters.values())
        return every[min(max(alerter, 1), len(every)) - 1]


def parse_configuration(text: str) -> Configuration:
    """A parameter set from its file's text.

    Raises:
        OperatorError: a line, a key or a unit is not as it must be; the message names it.
    """
    values = _Values(text)
    names = [name.strip() for name in values.text("alerters").split(",")]
    if not 0 < len(names) <= ALERTERS_MAX or not all(names):
        raise _wrong("alerters", f"must name 1 to {ALERTERS_MAX} alerters")
    turn = values.number("turn_rate")
    shrink = values.number("ca_factor") if values.flag("ca_bands") else 0.0
    if not 0.0 <= shrink < 1.0:
        raise _wrong("ca_factor", "must be at least 0 and less than 1")
    left, right, step = (values.positive(key) for key in ("left_hdir", "right_hdir", "step_hdir"))
    if max(left, right) > math.pi + 1e-9 or left + right > STEPS_MAX * step:
        raise _wrong(
            "left_hdir", f"and right_hdir must be at most 180 [deg] and {STEPS_MAX:,} steps together"
        )
    return Configuration(
        alerters={name: _levels(values, name) for name in names},
        lookahead_s=values.positive("lookahead_time"),
        direction=Dimension(
            rate=turn,
            step=step,
            least=-left,
            most=right,
        ),
        speed=values.dimension("horizontal_accel", "hs"),
        vertical_speed=values.dimension("vertical_accel", "vs"),
        altitude=values.dimension("vertical_rate", "alt"),
        recovery=Recovery(
            radius_m=values.number("min_horizontal_recovery"),
            height_m=values.number("min_vertical_recovery"),
            nmac_radius_m=values.number("horizontal_nmac"),
            nmac_height_m=values.number("vertical_nmac"),
            factor=shrink,
            stability_s=values.number("recovery_stability_time"),
        ),
        uncertainty=Uncertainty(
            position=values.number("h_pos_z_score", 0.0),
            velocity_least=values.number("h_vel_z_score_min", 0.0),
            velocity_most=values.number("h_vel_z_score_max", 0.0),
            velocity_far_m=values.number("h_vel_z_distance", 0.0),
            height=values.number("v_pos_z_score", 0.0),
            climb=values.number("v_vel_z_score", 0.0),
        ),
        corrective=_region(values, "corrective_region"),
        steady_m=int(values.number("alerting_m")),
        steady_n=int(values.number("alerting_n")),
    )


class _Values:
    """The lines of a file, asked for by key."""

    def __init__(self, text: str) -> None:
        lines = text.splitlines()
        if len(lines) > LINES_MAX:
            raise OperatorError(
                "configuration_invalid", f"The configuration has more than {LINES_MAX} lines."
            )
        self._of: dict[str, str] = {}
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            key, equals, value = line.partition("=")
            if not equals:
                raise OperatorError(
                    "configuration_invalid",
                    f"Line {number} of the configuration is not of the form `key = value`.",
                    cure="Write every line as `key = value [unit]`, or begin it with # if it is a remark.",
                )
            self._of[key.strip()] = value.strip()

    def __contains__(self, key: str) -> bool:
        return key in self._of

    def text(self, key: str) -> str:
        if key not in self._of:
            raise _wrong(key, "is missing")
        return self._of[key]

    def flag(self, key: str) -> bool:
        return self.text(key).lower() == "true"

    def number(self, key: str, default: float | None = None) -> float:
        """In SI."""
        if default is not None and key not in self:
            return default
        number, _, rest = self.text(key).partition(" ")
        unit = rest.strip().strip("[]").strip()
        try:
            value = float(number)
        except ValueError:
            raise _wrong(key, f"must be a number, not `{number}`") from None
        if unit not in UNITS:
            raise _wrong(key, f"has the unknown unit `{unit}`")
        if not math.isfinite(value):
            raise _wrong(key, "must be finite")
        return value * UNITS[unit]

    def positive(self, key: str) -> float:
        value = self.number(key)
        if value <= 0.0:
            raise _wrong(key, "must be more than 0")
        return value

    def dimension(self, rate: str, name: str) -> Dimension:
        least, most = self.number(f"min_{name}"), self.number(f"max_{name}")
        if not least < most:
            raise _wrong(f"min_{name}", f"must be less than `max_{name}`")
        if most - least > STEPS_MAX * self.positive(f"step_{name}"):
            raise _wrong(f"step_{name}", f"makes more than {STEPS_MAX:,} steps between the limits")
        return Dimension(rate=self.number(rate), step=self.positive(f"step_{name}"), least=least, most=most)


def _levels(values: _Values, alerter: str) -> tuple[AlertLevel, ...]:
    found: list[AlertLevel] = []
    while f"{alerter}_alert_{len(found) + 1}_detector" in values and len(found) < LEVELS_MAX:
        found.append(_level(values, alerter, f"{alerter}_alert_{len(found) + 1}"))
    if not found:
        raise _wrong(f"{alerter}_alert_1_detector", "is missing")
    return tuple(found)


def _level(values: _Values, alerter: str, alert: str) -> AlertLevel:
    detector = values.text(f"{alert}_detector")
    volume = values.text(f"{alerter}_load_core_detection_{detector}").rpartition(".")[2]
    of = f"{alerter}_{detector}"
    radius = height = tau = tcoa = 0.0
    bands: tuple[AdvisoryBand, ...] = ()
    if volume == "CDCylinder":
        radius, height = values.positive(f"{of}_D"), values.positive(f"{of}_H")
    elif volume in ("WCV_TAUMOD", "WCV_TAUMOD_SUM"):
        radius, height = values.positive(f"{of}_WCV_DTHR"), values.positive(f"{of}_WCV_ZTHR")
        tau, tcoa = values.number(f"{of}_WCV_TTHR"), values.number(f"{of}_WCV_TCOA")
    elif volume == "TCAS3D":
        bands = tuple(_advisory_band(values, f"{of}_TCAS", number) for number in range(1, ADVISORY_BANDS + 1))
    else:
        raise _wrong(f"{alerter}_load_core_detection_{detector}", f"names the unknown volume `{volume}`")
    return AlertLevel(
        volume=VOLUMES[volume],
        radius_m=radius,
        height_m=height,
        tau_s=tau,
        tcoa_s=tcoa,
        region=_region(values, f"{alert}_region"),
        alert_s=values.number(f"{alert}_alerting_time"),
        early_s=values.number(f"{alert}_early_alerting_time"),
        bands=bands,
        miss_filter=bool(bands) and values.flag(f"{of}_TCAS_HMDFilter"),
    )


def _advisory_band(values: _Values, of: str, number: int) -> AdvisoryBand:
    return AdvisoryBand(
        top_m=values.number(f"{of}_level_{number}") if number < ADVISORY_BANDS else math.inf,
        tau_s=values.number(f"{of}_TAU_{number}"),
        tcoa_s=values.number(f"{of}_TCOA_{number}"),
        dmod_m=values.number(f"{of}_DMOD_{number}"),
        zthr_m=values.number(f"{of}_ZTHR_{number}"),
        hmd_m=values.number(f"{of}_HMD_{number}"),
    )


def _region(values: _Values, key: str) -> Region:
    match values.text(key):
        case "NONE":
            return "NONE"
        case "FAR":
            return "FAR"
        case "MID":
            return "MID"
        case "NEAR":
            return "NEAR"
        case other:
            raise _wrong(key, f"names the unknown region `{other}`")


def _wrong(key: str, what: str) -> OperatorError:
    return OperatorError(
        "configuration_invalid",
        f"In the configuration, `{key}` {what}.",
        cure="Compare it with the published parameter sets, for example DO_365B_no_SUM.conf.",
    )
