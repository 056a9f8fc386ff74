"""PostGIS as an engine: a private PostgreSQL cluster in a temporary folder, asked through a Unix socket.

Boxes on the plane and windows lie in one GiST index of two columns, which was found several times faster than
boxes of three or four dimensions (`gist_geometry_ops_nd`); levels and distances (`ST_DWithin`) follow. Durable as
PostgreSQL is by default (fsync, synchronous commit); inserts are committed in groups. Debian: `apt-get install
postgresql-15 postgresql-15-postgis-3`; where there is no server the bench leaves it out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import shapely

from bench.plane import boxes, radii_m, skeletons
from bench.skies import minima
from detente.conflicts.packing import Packed

_GROUP = 500
_SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").exists() else []
_TABLE = """
create extension postgis;
create table volume (
  id serial primary key, number integer, lateral_m float8, radius_m float8,
  shape geometry, box geometry, span int8range, levels int4range
);
"""
_INDEX = """
create index on volume using gist (box, span);
analyze volume;
"""
_COLUMNS = "number, lateral_m, radius_m, shape, box, span, levels"
_ASK = """
select number from volume
where box && ST_MakeEnvelope(%s, %s, %s, %s) and span && int8range(%s, %s, '[]') and levels && int4range(%s, %s, '[]')
  and ST_DWithin(shape, %s::geometry, lateral_m + radius_m + %s)
"""


def is_installed() -> bool:
    """Whether there is a server, and a way to run it as another user than root."""
    return bool(_SERVERS) and shutil.which("runuser") is not None


class PostGis:
    """See the module."""

    name = "PostGIS"
    durable = True

    def __enter__(self) -> PostGis:
        self._folder = Path(tempfile.mkdtemp(prefix="detente-bench-postgis-"))
        shutil.chown(self._folder, "postgres")
        self._server("initdb", "--no-locale", "--encoding=UTF8", "--auth=trust", "-D", f"{self._folder}/data")
        settings = f"-c listen_addresses='' -c unix_socket_directories={self._folder} -c shared_buffers=1GB"
        settings += " -c maintenance_work_mem=512MB -c max_wal_size=8GB -c jit=off"
        log = f"{self._folder}/log"
        self._server("pg_ctl", "-w", "-D", f"{self._folder}/data", "-l", log, "-o", settings, "start")
        self._connection: Any = psycopg.connect(
            f"host={self._folder} user=postgres dbname=postgres", autocommit=True, prepare_threshold=1
        )
        self._connection.execute(_TABLE)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._server("pg_ctl", "-w", "-m", "immediate", "-D", f"{self._folder}/data", "stop")
        shutil.rmtree(self._folder)

    def load(self, volumes: Packed) -> float:
        began = time.perf_counter()
        with self._connection.cursor() as cursor:
            with cursor.copy(f"copy volume ({_COLUMNS}) from stdin") as copy:
                for row in _rows(volumes):
                    copy.write_row(row)
            cursor.execute(_INDEX)
        return len(volumes.rows) / (time.perf_counter() - began)

    def insert_each(self, volumes: Packed) -> float:
        """Committed in groups, as a node commits what arrives together; taken out again afterwards."""
        rows = [(-1, *row[1:]) for row in _rows(volumes)]
        insert = f"insert into volume ({_COLUMNS}) values (%s, %s, %s, %s, %s, %s, %s)"
        began = time.perf_counter()
        with self._connection.cursor() as cursor:
            for start in range(0, len(rows), _GROUP):
                with self._connection.transaction():
                    cursor.executemany(insert, rows[start : start + _GROUP])
        spent = time.perf_counter() - began
        self._connection.execute("delete from volume where number = -1")
        return len(rows) / spent

    def prepare(self, asked: Packed) -> Iterator[Callable[[], set[int]]]:
        table, shapes, radii = minima(), skeletons(asked), radii_m(asked)
        south_west, north_east = _corners(asked, widen_m=float(table.lateral_m.max()))
        time_ms, vertical_cm = int(table.time_ms[0]), int(table.vertical_um[0]) // 10_000
        spans = _whole(asked, "start_ms", "end_ms", widen=time_ms)
        levels = _whole(asked, "floor", "ceiling", widen=vertical_cm)
        corners = np.concatenate((south_west, north_east), axis=1).tolist()
        shape_bytes = shapely.to_wkb(shapes)
        cursor = self._connection.cursor(binary=True)

        def act(row: int) -> set[int]:
            values = (*corners[row], *spans[row], *levels[row], shape_bytes[row], float(radii[row]))
            return {number for (number,) in cursor.execute(_ASK, values)}

        for row in range(len(shapes)):
            yield lambda row=row: act(row)

    def _server(self, program: str, *arguments: str) -> None:
        command = [str(_SERVERS[-1] / program), *arguments]
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run([*as_user, *command], check=True, cwd="/", stdout=subprocess.DEVNULL)


def _corners(volumes: Packed, widen_m: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """South-west and north-east of each shape with its radius, each shape (k, 2)."""
    widen = radii_m(volumes) + widen_m
    west, south, east, north = shapely.bounds(skeletons(volumes)).T
    return np.stack((west - widen, south - widen), axis=1), np.stack((east + widen, north + widen), axis=1)


def _whole(volumes: Packed, low: str, high: str, widen: int = 0) -> list[list[int]]:
    rows = volumes.rows
    lows, highs = rows[low].astype(np.int64) - widen, rows[high].astype(np.int64) + widen
    pairs: list[list[int]] = np.stack((lows, highs), axis=1).tolist()
    return pairs


def _rows(volumes: Packed) -> Iterator[tuple[int, float, float, str, str, str, str]]:
    shapes, radii = skeletons(volumes), radii_m(volumes)
    yield from zip(
        volumes.notices.tolist(),
        minima().lateral_m[volumes.rows["group"]].tolist(),
        radii.tolist(),
        shapely.to_wkb(shapes, hex=True),
        shapely.to_wkb(boxes(shapes, radii), hex=True),
        (f"[{low},{high}]" for low, high in _whole(volumes, "start_ms", "end_ms")),
        (f"[{low},{high}]" for low, high in _whole(volumes, "floor", "ceiling")),
        strict=True,
    )
