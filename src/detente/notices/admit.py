"""Judges a notice against the memorandum: refused with a reason, or admitted in time or LATE.

The rules, in this order (the first that fails names the refusal):

1. 1 to `max_volumes` volumes, `max_points` points in all; every volume can be judged (`volumes.fault_of`).
2. A hazard notice names its hazard and no other does; the class is one of the memorandum's; frequencies are
   whole kHz from 30 to 400 MHz.
3. No field is said that the memorandum does not list (`disclose`).
4. Every window lies in the memorandum's duration, ends after receipt, starts within the horizon, and is
   neither shorter nor longer than agreed.
5. Every outline is no finer and no wider than agreed (`airspace.extent` says which radius counts) and lies
   in the area.
6. Levels stand on whole steps (pressure altitude) and at least one step apart, floor below ceiling in
   every agreed weather, and within the area's lower and upper level.

Then the lead, receipt to earliest start, gives the stamp: under the minimum of the kind is LATE; search and
rescue, fire and medical never are; a pop-up always is. LATE and starting sooner than `late_alert_under_s`
goes as ALERT, any other LATE as PRIORITY, a hazard as PRIORITY, the rest as ROUTINE.
"""

from __future__ import annotations

from detente.airspace.extent import fineness_m, width_m
from detente.airspace.inside import is_inside
from detente.airspace.levels import CM_PER_FT, Level, rise_um
from detente.airspace.shapes import points_of
from detente.airspace.volumes import Volume, fault_of
from detente.errors import PeerError
from detente.memorandum.model import Memorandum
from detente.notices.disclose import disclose
from detente.notices.ground import atmosphere_of, levels_over, polygon_of, sea_level_cm
from detente.notices.notice import FREQUENCIES_MAX, Notice, body_of
from detente.notices.verdict import Admitted, Refused
from detente.quantities import METRES_PER_NM, UtcMs, utc_ms_of

__all__ = ["Admitted", "Refused", "admit"]

_FREQUENCY_MIN_KHZ, _FREQUENCY_MAX_KHZ = 30_000, 400_000


def admit(notice: Notice, memorandum: Memorandum, *, now_ms: UtcMs) -> Admitted | Refused:
    """The verdict on a notice received at `now_ms`, by the rules above."""
    refused = (
        _judge_count(notice, memorandum)
        or _judge_terms(notice, memorandum)
        or disclose(body_of(notice), memorandum)
    )
    if refused is not None:
        return refused
    for index, volume in enumerate(notice.volumes):
        refused = (
            _judge_window(volume, memorandum, now_ms)
            or _judge_outline(volume, memorandum)
            or _judge_levels(volume, memorandum)
        )
        if refused is not None:
            return _at(index, refused)
    return _stamp(notice, memorandum, now_ms)


def _judge_count(notice: Notice, memorandum: Memorandum) -> Refused | None:
    rules = memorandum.notices
    if not notice.volumes:
        return Refused(code="no_volume", message="The notice has no volume.", field="volumes")
    if len(notice.volumes) > rules.max_volumes:
        return Refused(
            code="too_many_volumes",
            message=f"The notice has {len(notice.volumes)} volumes; at most {rules.max_volumes} are agreed.",
            field="volumes",
        )
    points = sum(len(points_of(volume.shape)) for volume in notice.volumes)
    if points > rules.max_points:
        return Refused(
            code="too_many_points",
            message=f"The notice has {points} points; at most {rules.max_points} are agreed.",
            field="volumes",
        )
    for index, volume in enumerate(notice.volumes):
        fault = fault_of(volume)
        if fault is not None:
            return _at(index, Refused(code=fault.code, message=fault.message, field=fault.field))
    return None


def _judge_terms(notice: Notice, memorandum: Memorandum) -> Refused | None:
    if (notice.kind == "hazard") != (notice.hazard_kind is not None):
        return Refused(
            code="hazard_kind",
            message="A hazard notice names its hazard, and no other notice does.",
            field="hazard_kind",
        )
    if all(notice.class_ != row.id for row in memorandum.class_):
        return Refused(
            code="unknown_class",
            message=f"The class {notice.class_[:40]!r} is not in the memorandum.",
            field="class",
        )
    frequencies = notice.frequency_monitored_khz
    if len(frequencies) > FREQUENCIES_MAX or not all(
        _FREQUENCY_MIN_KHZ <= khz <= _FREQUENCY_MAX_KHZ for khz in frequencies
    ):
        return Refused(
            code="bad_frequency",
            message=f"Frequencies are whole kHz from 30 to 400 MHz, at most {FREQUENCIES_MAX} of them.",
            field="frequency_monitored_khz",
        )
    return None


def _judge_window(volume: Volume, memorandum: Memorandum, now_ms: UtcMs) -> Refused | None:
    rules, duration = memorandum.notices, memorandum.duration
    length_ms = volume.end_ms - volume.start_ms
    if volume.start_ms < utc_ms_of(duration.in_force_from) or volume.end_ms > utc_ms_of(duration.ends):
        code, message = "outside_duration", "The window is not within the memorandum's duration."
    elif volume.end_ms <= now_ms:
        code, message = "ended", "The window is over."
    elif volume.start_ms > now_ms + rules.horizon_s * 1000:
        code, message = "beyond_horizon", f"The start is more than {rules.horizon_s} s ahead."
    elif length_ms < rules.min_window_s * 1000:
        code, message = (
            "window_too_short",
            f"The window is {length_ms // 1000} s; at least {rules.min_window_s} s are agreed.",
        )
    elif length_ms > rules.max_window_s * 1000:
        code, message = (
            "window_too_long",
            f"The window is {length_ms // 1000} s; at most {rules.max_window_s} s are agreed.",
        )
    else:
        return None
    return Refused(code=code, message=message, field="start_ms")


def _judge_outline(volume: Volume, memorandum: Memorandum) -> Refused | None:
    rules = memorandum.notices
    fine_nm, wide_nm = fineness_m(volume.shape) / METRES_PER_NM, width_m(volume.shape) / METRES_PER_NM
    if fine_nm < float(rules.min_radius_nm) - 1e-6:
        code, message = (
            "too_small",
            f"Its radius is {fine_nm:.2f} NM; at least {rules.min_radius_nm} NM is agreed.",
        )
    elif wide_nm > float(rules.max_radius_nm) + 1e-6:
        code, message = (
            "too_wide",
            f"The circle around it has {wide_nm:.2f} NM; at most {rules.max_radius_nm} NM is agreed.",
        )
    elif not is_inside(volume.shape, polygon_of(memorandum.area.polygon)):
        code, message = "outside_area", "The outline is not within the memorandum's area."
    else:
        return None
    return Refused(code=code, message=message, field="shape")


def _judge_levels(volume: Volume, memorandum: Memorandum) -> Refused | None:
    step_ft = memorandum.notices.level_step_ft
    floor, ceiling = volume.floor, volume.ceiling
    sea_cm, atmosphere = sea_level_cm(volume.shape), atmosphere_of(memorandum.area.atmosphere)

    def is_above(upper: Level, lower: Level) -> bool:
        """Whether it is above in every agreed weather."""
        return rise_um(lower, upper, atmosphere=atmosphere, sea_level_cm=sea_cm) > 0

    if is_above(floor, ceiling):
        return Refused(code="ceiling_below_floor", message="The ceiling is below the floor.", field="ceiling")
    for level, field in ((floor, "floor"), (ceiling, "ceiling")):
        if level.datum == "palt" and level.value % step_ft:
            return Refused(
                code="levels_too_fine",
                message=f"The {field} is not on a whole step of {step_ft} ft.",
                field=field,
            )
    unit_ft = 1 if floor.datum == "palt" else 1 / CM_PER_FT
    if floor.datum == ceiling.datum and (ceiling.value - floor.value) * unit_ft < step_ft:
        return Refused(
            code="levels_too_fine",
            message=f"Floor and ceiling are less than {step_ft} ft apart.",
            field="ceiling",
        )
    try:
        lowest, highest = levels_over(
            volume.shape, floor=memorandum.area.lower, ceiling=memorandum.area.upper, memorandum=memorandum
        )
    except PeerError as why:
        return Refused(
            code=why.code, message=f"The area's levels cannot be applied: {why.message}", field="floor"
        )
    if is_above(lowest, floor):
        return Refused(
            code="outside_levels", message="The floor is below the area's lower level.", field="floor"
        )
    if is_above(ceiling, highest):
        return Refused(
            code="outside_levels", message="The ceiling is above the area's upper level.", field="ceiling"
        )
    return None


def _stamp(notice: Notice, memorandum: Memorandum, now_ms: UtcMs) -> Admitted:
    rules = memorandum.notices
    lead_ms = min(volume.start_ms for volume in notice.volumes) - now_ms
    match notice.kind:
        case "sar_fire_medical":
            late = False
        case "popup":
            late = True
        case kind:
            late = lead_ms < getattr(rules.lead_s, kind) * 1000
    if late:
        soon = lead_ms < rules.late_alert_under_s * 1000
        return Admitted(stamp="LATE", precedence="ALERT" if soon else "PRIORITY", lead_s=lead_ms // 1000)
    return Admitted(
        stamp="IN_TIME",
        precedence="PRIORITY" if notice.kind == "hazard" else "ROUTINE",
        lead_s=lead_ms // 1000,
    )


def _at(index: int, refused: Refused) -> Refused:
    return Refused(
        code=refused.code,
        message=f"Volume {index + 1}: {refused.message}",
        field=f"volumes[{index}].{refused.field}",
    )
