"""Parameter sets for tests: thresholds as DO-365 phase I publishes them, so that no test needs the shared data."""

from __future__ import annotations

_COMMON = """
lookahead_time = 180 [s]
left_hdir = 180 [deg]
right_hdir = 180 [deg]
min_hs = 10 [knot]
max_hs = 700 [knot]
min_vs = -6000 [fpm]
max_vs = 6000 [fpm]
min_alt = 100 [ft]
max_alt = 50000 [ft]
step_hdir = 1 [deg]
step_hs = 5 [knot]
step_vs = 100 [fpm]
step_alt = 100 [ft]
horizontal_accel = 2 [m/s^2]
vertical_accel = 0.25 [G]
turn_rate = 3 [deg/s]
vertical_rate = 500 [fpm]
min_horizontal_recovery = 0.66 [nmi]
min_vertical_recovery = 450 [ft]
ca_bands = true
ca_factor = 0.1
horizontal_nmac = 500 [ft]
vertical_nmac = 100 [ft]
recovery_stability_time = 3 [s]
alerting_m = 2
alerting_n = 4
corrective_region = MID
"""


def _alerter(name: str, radius: str, tau_s: int, levels: list[tuple[str, int, int]]) -> str:
    lines = []
    for number, (region, height_ft, alert_s) in enumerate(levels, 1):
        lines += [
            f"{name}_alert_{number}_region = {region}",
            f"{name}_alert_{number}_alerting_time = {alert_s} [s]",
            f"{name}_alert_{number}_early_alerting_time = {alert_s} [s]",
            f"{name}_alert_{number}_detector = det_{number}",
            f"{name}_det_{number}_WCV_DTHR = {radius}",
            f"{name}_det_{number}_WCV_ZTHR = {height_ft} [ft]",
            f"{name}_det_{number}_WCV_TTHR = {tau_s} [s]",
            f"{name}_det_{number}_WCV_TCOA = 0 [s]",
            f"{name}_load_core_detection_det_{number} = WCV_TAUMOD",
        ]
    return "\n".join(lines)


DWC = (
    _COMMON
    + "alerters = A,T\n"
    + _alerter("A", "0.66 [nmi]", 35, [("NONE", 700, 55), ("MID", 450, 55), ("NEAR", 450, 25)])
    + "\n"
    + _alerter("T", "1500 [ft]", 0, [("NONE", 450, 45), ("MID", 450, 45), ("NEAR", 450, 45)])
)
