"""All live aircraft in columns: what a map needs every second, a tenth of what it is as GeoJSON.

One column a field, one place in each for an aircraft: positions in 1e-5 degrees (a metre), levels in feet of pressure
altitude, the direction in whole degrees, the age in seconds. Names and sides change seldom: they carry a mark, and
a page that has the mark is not told them again. Encounters in progress stand beside them. At most `TRACKS_MAX`
aircraft are told, and how many there are.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from detente.tracks.position import PositionReport

TRACKS_MAX = 10_000
ENCOUNTERS_MAX = 200
E5 = 100_000
_GZIP_LEVEL = 1
"""The picture lives for a second; more effort would cost the node more than it spares the network."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The aircraft at one look. `mark` stands for `names`: identifier, call sign or null, own or not."""

    mark: str
    names: bytes
    columns: bytes

    def told(self, known: str | None) -> bytes:
        """As JSON, without the names where they are known."""
        names = b"null" if known == self.mark else self.names
        return b'{"mark":"' + self.mark.encode() + b'","names":' + names + b"," + self.columns[1:]


def picture_of(
    heard: Iterable[tuple[PositionReport, bool]],
    *,
    now_ms: int,
    encounters: Sequence[Mapping[str, Any]] = (),
) -> Picture:
    """The picture of reports, each with whether it is an own one's.

    Longitudes are -180 to 180 degrees, ages are 0 or more, a direction that is not known is null.
    """
    rows = list(heard)
    total = len(rows)
    rows = list(islice(rows, TRACKS_MAX))
    names = msgspec.json.encode([[one.aircraft, one.call_sign, is_own] for one, is_own in rows])
    reports = [one for one, _ in rows]
    columns: dict[str, Any] = {
        "now_ms": now_ms,
        "total": total,
        "encounters": encounters[:ENCOUNTERS_MAX],
        "encounters_total": len(encounters),
        "lon_e5": [round(one.lon_deg * E5) for one in reports],
        "lat_e5": [round(one.lat_deg * E5) for one in reports],
        "age_s": [max(0, (now_ms - one.time_ms) // 1000) for one in reports],
        "level_palt_ft": [_whole(one.level_palt_ft) for one in reports],
        "track_deg": [_whole(one.track_deg) for one in reports],
    }
    mark = hashlib.sha256(names).hexdigest()[:16]
    return Picture(mark=mark, names=names, columns=msgspec.json.encode(columns))


def zipped(data: bytes) -> bytes:
    """Compressed, the same bytes for the same picture."""
    return gzip.compress(data, _GZIP_LEVEL, mtime=0)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
