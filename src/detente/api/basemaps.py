"""Finer maps that the operator puts into the home: `base/*.pmtiles`, read piece by piece as a page asks.

One file holds a pyramid of tiles, and a page reads ranges of it; no tile server, no outside host. Only files that lie
in that folder under their own plain name are told; a request names a range of at most `RANGE_BYTES_MAX`.
Source: PMTiles version 3, its header of 127 bytes; RFC 9110 section 14 for ranges.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.responses import Response

from detente.api.refusals import ApiError

FILES_MAX = 8
RANGE_BYTES_MAX = 8 * 1024 * 1024
"""A tile has some hundred kB, a directory less; more is no page of ours."""
HEADER_BYTES = 127
_MAGIC = b"PMTiles\x03"
_KINDS = {1: "vector", 2: "raster", 3: "raster", 4: "raster", 5: "raster"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}\.pmtiles")
_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{1,15})")


@dataclass(frozen=True, kw_only=True)
class Basemap:
    """One file: what its tiles are, and at which zooms."""

    name: str
    size_bytes: int
    kind: str
    zoom_min: int
    zoom_max: int
    etag: str


class Basemaps:
    """The files of a folder, looked for anew at each question: one can be dropped in while the node runs."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    async def listed(self) -> dict[str, Any]:
        """What there is; the first in the order of names is the one to show."""
        found = await asyncio.to_thread(self._found)
        return {
            "maps": [
                {
                    "name": one.name,
                    "bytes": one.size_bytes,
                    "kind": one.kind,
                    "zoom_min": one.zoom_min,
                    "zoom_max": one.zoom_max,
                }
                for one in found
            ]
        }

    async def part(self, name: str, asked: str | None) -> Response:
        """A range of a file; raises ApiError `no_map` or `range`."""
        found = {one.name: one for one in await asyncio.to_thread(self._found)}
        if name not in found or self._folder is None:
            raise ApiError("no_map", "There is no such map.", status=404, cure="See /api/base.")
        one = found[name]
        match = _RANGE.fullmatch(asked or "")
        first, last = (int(match[1]), int(match[2])) if match else (0, -1)
        if not first <= last or first >= one.size_bytes or last - first >= RANGE_BYTES_MAX:
            raise ApiError(
                "range",
                f"Ask for a range of at most {RANGE_BYTES_MAX} bytes.",
                status=416,
                cure="Send a header as Range: bytes=0-16383.",
            )
        last = min(last, one.size_bytes - 1)
        data = await asyncio.to_thread(_read, self._folder / name, first, last)
        return Response(
            data,
            status_code=206,
            media_type="application/octet-stream",
            headers={
                "content-range": f"bytes {first}-{first + len(data) - 1}/{one.size_bytes}",
                "accept-ranges": "bytes",
                "etag": one.etag,
                "cache-control": "private, max-age=3600",
            },
        )

    def _found(self) -> list[Basemap]:
        if self._folder is None or not self._folder.is_dir():
            return []
        paths = sorted(
            path
            for path in self._folder.iterdir()
            if _NAME.fullmatch(path.name) and not path.is_symlink() and path.is_file()
        )
        found = (_header(path) for path in paths[:FILES_MAX])
        return [one for one in found if one is not None]


def _header(path: Path) -> Basemap | None:
    """What a file says of itself; None where it is no PMTiles of version 3, or no kind that a map shows."""
    try:
        head, stat = _read(path, 0, HEADER_BYTES - 1), path.stat()
    except OSError:
        return None
    if len(head) < HEADER_BYTES or not head.startswith(_MAGIC) or head[99] not in _KINDS:
        return None
    return Basemap(
        name=path.name,
        size_bytes=stat.st_size,
        kind=_KINDS[head[99]],
        zoom_min=head[100],
        zoom_max=head[101],
        etag=f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"',
    )


def _read(path: Path, first: int, last: int) -> bytes:
    with path.open("rb") as file:
        file.seek(first)
        return file.read(last - first + 1)
