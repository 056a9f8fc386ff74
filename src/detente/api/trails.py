"""Where the aircraft were: a look every ten seconds, the newest half an hour of them, in memory and nowhere else.

Half an hour is what an officer asks about after an alert; what is older is in the recordings and dossiers. Ten
seconds are two and a half kilometres of a fast jet. `AIRCRAFT_MAX` aircraft a look, own ones first, make 28 bytes
each: 10 MB for all looks, whatever comes. Nothing of this leaves the node, and a restart begins anew.
"""

from __future__ import annotations

import asyncio
from array import array
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from detente.tracks.position import PositionReport

EVERY_S = 10.0
KEPT_S = 1_800
LOOKS_MAX = KEPT_S // int(EVERY_S) + 1
AIRCRAFT_MAX = 2_000
E5 = 100_000
_NOT_KNOWN = -(2**31)

Heard: TypeAlias = Callable[[], Iterable[tuple[PositionReport, bool]]]


@dataclass(frozen=True, kw_only=True)
class _Look:
    """All aircraft at one moment, a column a field; `left_out` are more than a look keeps."""

    at_ms: int
    names: tuple[tuple[str, str, bool], ...]
    lon_e5: array[int]
    lat_e5: array[int]
    age_s: array[int]
    level_palt_ft: array[int]
    track_deg: array[int]
    left_out: int


class Trails:
    """A ring of looks at whoever was heard.

    Args:
        heard: the last report of every aircraft, and whether it is an own one.
        now_ms: the node's clock.
    """

    def __init__(self, heard: Heard, now_ms: Callable[[], int]) -> None:
        self._heard = heard
        self._now_ms = now_ms
        self._looks: deque[_Look] = deque(maxlen=LOOKS_MAX)
        self._known: dict[str, tuple[str, str, bool]] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> asyncio.Task[None]:
        """Look from now on; the task fails only by a fault of ours."""
        self._task = asyncio.get_running_loop().create_task(self._keep())
        return self._task

    async def close(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def look(self) -> None:
        """Keep where everybody is now."""
        now_ms = self._now_ms()
        while self._looks and now_ms - self._looks[0].at_ms > KEPT_S * 1000:
            self._looks.popleft()
        if self._looks and now_ms < self._looks[-1].at_ms:
            self._looks.clear()  # the clock went back: what was kept would lie in the future
        heard = list(self._heard())
        rows = sorted(heard, key=lambda row: not row[1])[:AIRCRAFT_MAX]
        names = tuple((one.aircraft, one.call_sign, is_own) for one, is_own in rows)
        self._known = {name[0]: self._name(name) for name in names}
        self._looks.append(
            _Look(
                at_ms=now_ms,
                names=tuple(self._known.values()),
                lon_e5=array("i", (round(one.lon_deg * E5) for one, _ in rows)),
                lat_e5=array("i", (round(one.lat_deg * E5) for one, _ in rows)),
                age_s=array("i", (max(0, (now_ms - one.time_ms) // 1000) for one, _ in rows)),
                level_palt_ft=array("i", (_whole(one.level_palt_ft) for one, _ in rows)),
                track_deg=array("i", (_whole(one.track_deg) for one, _ in rows)),
                left_out=len(heard) - len(rows),
            )
        )

    @property
    def kept_from_ms(self) -> int | None:
        """The oldest look's moment."""
        return self._looks[0].at_ms if self._looks else None

    def at(self, when_ms: int) -> dict[str, Any] | None:
        """The newest look that is not after a moment, in the columns of `/api/tracks`; None where none is kept.

        A look that is older than two intervals is none: nothing was kept then.
        """
        for look in reversed(self._looks):
            if look.at_ms <= when_ms:
                if when_ms - look.at_ms > 2_000 * EVERY_S:
                    return None
                return {
                    "mark": f"at-{look.at_ms}",
                    "names": look.names,
                    "now_ms": look.at_ms,
                    "total": len(look.names) + look.left_out,
                    "lon_e5": list(look.lon_e5),
                    "lat_e5": list(look.lat_e5),
                    "age_s": list(look.age_s),
                    "level_palt_ft": [_or_none(one) for one in look.level_palt_ft],
                    "track_deg": [_or_none(one) for one in look.track_deg],
                }
        return None

    def of(self, aircraft: str) -> list[dict[str, Any]]:
        """The way of one aircraft, oldest first."""
        found = []
        for look in self._looks:
            for place, name in enumerate(look.names):
                if name[0] == aircraft:
                    found.append(
                        {
                            "at_ms": look.at_ms - look.age_s[place] * 1000,
                            "lon": look.lon_e5[place] / E5,
                            "lat": look.lat_e5[place] / E5,
                            "level_palt_ft": _or_none(look.level_palt_ft[place]),
                        }
                    )
                    break
        return found

    def _name(self, name: tuple[str, str, bool]) -> tuple[str, str, bool]:
        """The same object for the same name, so that a look holds only where it is."""
        known = self._known.get(name[0])
        return name if known is None or known != name else known

    async def _keep(self) -> None:
        while True:
            self.look()
            await asyncio.sleep(EVERY_S)


def _whole(value: float | None) -> int:
    return _NOT_KNOWN if value is None else round(value)


def _or_none(value: int) -> int | None:
    return None if value == _NOT_KNOWN else value
