"""PostGIS as an engine: a private PostgreSQL cluster in a temporary folder, asked through a Unix socket.

Boxes in place, time and level lie in one GiST index of four dimensions (`gist_geometry_ops_nd`); distances follow by
`ST_DWithin` on the plane. Durable as PostgreSQL is by default (fsync, synchronous commit); inserts are committed
in groups. Debian: `apt-get install postgresql-15 postgresql-15-postgis-3`; where there is no server the bench leaves
it out.
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

from bench.cases import START_MS
from bench.plane import radii_m, skeletons
from bench.skies import minima
from detente.conflicts.packing import Packed

_GROUP = 500
_SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").exists() else []
_TABLE = """
create extension postgis;
create table volume (
  id serial primary key, number integer, lateral_m float8, radius_m float8, shape geometry, extent geometry
);
"""
_INDEX = """
create index on volume using gist (extent gist_geometry_ops_nd);
analyze volume;
"""
_ASK = """
select number from volume
where extent &&& ST_MakeLine(ST_MakePoint(%s, %s, %s, %s), ST_MakePoint(%s, %s, %s, %s))
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
            columns = "number, lateral_m, radius_m, shape, extent"
            with cursor.copy(f"copy volume ({columns}) from stdin") as copy:
                for row in _rows(volumes):
                    copy.write_row(row)
            cursor.execute(_INDEX)
        return len(volumes.rows) / (time.perf_counter() - began)

    def insert_each(self, volumes: Packed) -> float:
        """Committed in groups, as a node commits what arrives together; taken out again afterwards."""
        rows = [(-1, *row[1:]) for row in _rows(volumes)]
        insert = "insert into volume (number, lateral_m, radius_m, shape, extent) values (%s, %s, %s, %s, %s)"
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
        low, high = _extents(asked, widen_m=float(table.lateral_m.max()))
        low[:, 2] -= table.time_ms[0] / 1000.0
        high[:, 2] += table.time_ms[0] / 1000.0
        low[:, 3] -= table.vertical_um[0] / 1e6
        high[:, 3] += table.vertical_um[0] / 1e6
        shape_bytes = shapely.to_wkb(shapes)
        cursor = self._connection.cursor(binary=True)

        def act(row: int) -> set[int]:
            values = (*low[row].tolist(), *high[row].tolist(), shape_bytes[row], float(radii[row]))
            return {number for (number,) in cursor.execute(_ASK, values)}

        for row in range(len(shapes)):
            yield lambda row=row: act(row)

    def _server(self, program: str, *arguments: str) -> None:
        command = [str(_SERVERS[-1] / program), *arguments]
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run([*as_user, *command], check=True, cwd="/", stdout=subprocess.DEVNULL)


def _extents(volumes: Packed, widen_m: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest east, north, seconds and height, each shape (k, 4)."""
    rows, widen = volumes.rows, radii_m(volumes) + widen_m
    west, south, east, north = shapely.bounds(skeletons(volumes)).T
    start_s, end_s = ((rows[name] - START_MS) / 1000.0 for name in ("start_ms", "end_ms"))
    low = np.stack((west - widen, south - widen, start_s, rows["floor"] / 100.0), axis=1)
    high = np.stack((east + widen, north + widen, end_s, rows["ceiling"] / 100.0), axis=1)
    return low, high


def _rows(volumes: Packed) -> Iterator[tuple[int, float, float, str, str]]:
    low, high = _extents(volumes)
    shapes = shapely.to_wkb(skeletons(volumes), hex=True)
    lateral_m = minima().lateral_m[volumes.rows["group"]]
    for number, lateral, radius, shape, one, other in zip(
        volumes.notices.tolist(),
        lateral_m.tolist(),
        radii_m(volumes).tolist(),
        shapes,
        low.tolist(),
        high.tolist(),
        strict=True,
    ):
        extent = f"LINESTRING ZM ({' '.join(map(repr, one))}, {' '.join(map(repr, other))})"
        yield number, lateral, radius, shape, extent
