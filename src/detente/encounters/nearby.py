"""The last report and the last flight of many aircraft, to be asked which of them one may come, or have come, near.

A cache beside `watcher`: it names too many, never too few. Imported late: it needs compiled code.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from detente.encounters.episodes import Segment
from detente.encounters.motion import Minima
from detente.kernels import flying, whole_sky
from detente.kernels import nearby as kernel
from detente.memorandum.model import Tracks
from detente.quantities import METRES_PER_FT, METRES_PER_NM, UtcMs
from detente.tracks.position import PositionReport


class Nearby:
    """See the module; aircraft by name, one thread at a time.

    Args:
        minima: the widest that apply between any two.
        rules: look-ahead, and how old a report, and how long a gap, may be.
    """

    def __init__(self, *, minima: Minima, rules: Tracks) -> None:
        self._minima = whole_sky.Minima(
            minima.lateral_nm * METRES_PER_NM, minima.vertical_ft, float(rules.lookahead_s)
        )
        self._gap_ms = rules.max_gap_s * 1000
        self._store = _empty(256)
        self._places: dict[str, int] = {}
        self._names: list[str] = [""] * 256
        self._free = list(range(255, -1, -1))
        self._out = np.empty(256, dtype=np.int32)

    def put(self, report: PositionReport, *, is_own: bool, segment: Segment | None) -> None:
        """An aircraft is where it reports, and has flown the segment.

        It is flown on as `approach.predict` does: without speed and track it stands, without a climb it is level.
        """
        known = self._places.get(report.aircraft)
        place = self._taken(report.aircraft) if known is None else known
        store = self._store
        speed_mps, track_deg = report.ground_speed_mps, report.track_deg
        is_moving = speed_mps is not None and track_deg is not None
        flying.fill_one(
            report.lat_deg,
            report.lon_deg,
            math.nan if report.level_palt_ft is None else float(report.level_palt_ft),
            float(track_deg or 0.0) if is_moving else 0.0,
            float(speed_mps or 0.0) if is_moving else 0.0,
            (report.vertical_rate_mps or 0.0) / METRES_PER_FT,
            store.rows[place],
        )
        kernel.put(store, place, int(is_own), report.time_ms, report.level_slack_ft, known is None)
        if segment is not None:
            kernel.fly(
                store, place, segment.first.time_ms, _end(segment.first), _end(segment.second), self._gap_ms
            )

    def drop(self, aircraft: str) -> None:
        """An aircraft was not heard for long."""
        place = self._places.pop(aircraft, None)
        if place is not None:
            kernel.take_out(self._store, place)
            self._free.append(place)

    def near(self, aircraft: str, now_ms: UtcMs) -> list[str]:
        """Aircraft of the other side that it may be near, soon or since it was last heard; in a steady order."""
        count = kernel.nearby(
            self._store, self._places[aircraft], now_ms, self._minima, self._gap_ms, self._out
        )
        return [self._names[place] for place in self._out[:count].tolist()]

    def _taken(self, aircraft: str) -> int:
        if not self._free:
            size = len(self._names)
            self._store = _longer(self._store, size)
            self._names += [""] * size
            self._out = np.empty(2 * size, dtype=np.int32)
            self._free = list(range(2 * size - 1, size - 1, -1))
        place = self._free.pop()
        self._places[aircraft], self._names[place] = place, aircraft
        return place


def warm(rules: Tracks) -> None:
    """Have the kernel compiled or fetched from its cache now, and not at the first report."""
    one = PositionReport(
        aircraft="000000",
        call_sign="",
        time_ms=UtcMs(0),
        lat_deg=0.0,
        lon_deg=0.0,
        level_palt_ft=0.0,
        height_hae_m=None,
        ground_speed_mps=None,
        track_deg=None,
        vertical_rate_mps=None,
    )
    later = replace(one, time_ms=UtcMs(1_000), lat_deg=0.001)
    nearby = Nearby(minima=Minima(lateral_nm=1.0, vertical_ft=1.0), rules=rules)
    nearby.put(one, is_own=True, segment=None)
    nearby.put(later, is_own=True, segment=Segment(first=one, second=later))
    nearby.near("000000", UtcMs(1_000))
    nearby.drop("000000")


def _longer(store: kernel.Store, by: int) -> kernel.Store:
    """Room for more places; buckets and figures of the whole store stay."""
    more = _empty(by)
    return store._replace(
        **{
            name: np.concatenate((getattr(store, name), getattr(more, name)))
            for name in store._fields
            if name not in ("heads", "most")
        }
    )


def _empty(count: int) -> kernel.Store:
    return kernel.Store(
        rows=np.zeros((count, flying.COLUMNS)),
        sides=np.full(count, kernel.FREE, dtype=np.int8),
        time_ms=np.zeros(count, dtype=np.int64),
        since_ms=np.full(count, -1, dtype=np.int64),
        newest=np.zeros((count, 2, 4)),
        older=np.zeros((count, 2, 4)),
        newer=np.zeros((count, 2, 4)),
        began_ms=np.zeros(count, dtype=np.int64),
        extents_m=np.zeros(count),
        slacks_ft=np.zeros(count),
        brief=np.zeros((count, 8), dtype=np.float32),
        cubes=np.zeros((count, 3), dtype=np.int32),
        links=np.full(count, -1, dtype=np.int32),
        heads=np.full(kernel.BUCKETS, -1, dtype=np.int32),
        most=np.zeros(2),
    )


def _end(report: PositionReport) -> tuple[float, float, float]:
    assert report.level_palt_ft is not None, "a segment has levels"
    return report.lat_deg, report.lon_deg, float(report.level_palt_ft)
