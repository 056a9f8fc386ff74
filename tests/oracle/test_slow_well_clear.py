"""The compiled answers against looking every tenth of a second with the definition in hand."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from drawn_parameters import DWC
from slow_well_clear import State, Volume, interval, meets, turned

from detente.encounters.configuration import Configuration, parse_configuration
from detente.encounters.guidance import alerts_of, bands_of, guidance_of

SEED = 20151020
CONFIGURATION: Configuration = parse_configuration(DWC)
LEVELS = CONFIGURATION.levels()


def drawn(rng: random.Random) -> tuple[State, State]:
    """Two aircraft that come within 1.5 nmi and 1,000 ft of one another within two minutes."""
    own = (0.0, 0.0, rng.uniform(1_000.0, 8_000.0), *_velocity(rng, 30.0, 200.0))
    velocity = _velocity(rng, 30.0, 250.0)
    meet_s, bearing, miss = rng.uniform(5.0, 120.0), rng.uniform(0.0, math.tau), rng.uniform(0.0, 2_800.0)
    x = own[3] * meet_s + miss * math.sin(bearing) - velocity[0] * meet_s
    y = own[4] * meet_s + miss * math.cos(bearing) - velocity[1] * meet_s
    z = own[2] + (own[5] - velocity[2]) * meet_s + rng.uniform(-300.0, 300.0)
    return own, (x, y, z, *velocity)


def _velocity(rng: random.Random, least: float, most: float) -> tuple[float, float, float]:
    course, speed = rng.uniform(0.0, math.tau), rng.uniform(least, most)
    return speed * math.sin(course), speed * math.cos(course), rng.choice([0.0, rng.uniform(-10.0, 10.0)])


def test_times_to_a_volume_are_what_looking_finds() -> None:
    """Within a look of each other, and one finds a conflict only if the other does (but for a graze of one look)."""
    rng = random.Random(SEED)
    print("seed", SEED)
    found = 0
    for _ in range(120):
        own, intruder = drawn(rng)
        relative = tuple(mine - theirs for mine, theirs in zip(own, intruder, strict=True))
        alerts = alerts_of(np.array([relative]), CONFIGURATION)
        for k, level in enumerate(LEVELS):
            volume = Volume(level.radius_m, level.height_m, level.tau_s, level.tcoa_s)
            first, last = interval(relative, volume, CONFIGURATION.lookahead_s, 0.1)
            entry, leave = alerts.entry_s[0, k], alerts.leave_s[0, k]
            if math.isinf(first):
                assert entry > leave or leave - entry < 0.1
            else:
                found += 1
                assert entry == pytest.approx(first, abs=0.1 + 1e-9)
                assert leave == pytest.approx(last, abs=0.1 + 1e-9)
    assert found > 150


def test_turns_in_a_band_lose_well_clear_and_turns_outside_do_not() -> None:
    """Flown in small chords: values well inside a band of the warning level, and well inside what is free."""
    rng = random.Random(SEED + 1)
    print("seed", SEED + 1)
    level = LEVELS[2]
    volume = Volume(level.radius_m, level.height_m, level.tau_s, level.tcoa_s)
    checked = {"NEAR": 0, "NONE": 0}
    while min(checked.values()) < 15:
        own, intruder = drawn(rng)
        pair = np.array([own]), np.array([intruder])
        raw = alerts_of(pair[0] - pair[1], CONFIGURATION)
        if raw.level[0] == 3:
            continue  # followed for longer, which the definition of a band says and the oracle does not
        guidance = guidance_of(bands_of(*pair, CONFIGURATION), 0, pair[0][0])["hdir"]
        if guidance.recovery is not None:
            continue
        present = math.degrees(math.atan2(own[3], own[4])) % 360.0
        for band in guidance.bands:
            if band.region not in checked or band.high - band.low < 4.0 or checked[band.region] >= 40:
                continue
            degrees = (round(0.5 * (band.low + band.high) - present) + 180) % 360 - 180
            if abs(degrees) > 175 or not band.low + 1.5 < (present + degrees) % 360.0 < band.high - 1.5:
                continue
            takes_s = abs(degrees) / 3.0
            lost = meets(
                lambda at_s, own=own, degrees=degrees: turned(own, degrees, 3.0, at_s),  # type: ignore[misc]
                intruder,
                volume,
                until_s=takes_s + level.alert_s,
                step_s=0.5,
            )
            assert lost == (band.region == "NEAR"), (own, intruder, degrees, band)
            checked[band.region] += 1
    assert sum(checked.values()) > 30
