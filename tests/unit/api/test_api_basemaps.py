"""Finer maps out of the home, in ranges, and nothing else of the home."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from detente.api.basemaps import RANGE_BYTES_MAX, Basemaps
from detente.api.refusals import ApiError


def archive(kind: int = 2, body: bytes = b"x" * 1_000) -> bytes:
    head = bytearray(127)
    head[:8] = b"PMTiles\x03"
    head[99:102] = bytes([kind, 0, 5])
    return bytes(head) + body


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "base").mkdir()
    return tmp_path / "base"


def test_only_archives_under_plain_names_are_told(folder: Path, tmp_path: Path) -> None:
    (folder / "b.pmtiles").write_bytes(archive(1))
    (folder / "a.pmtiles").write_bytes(archive(2))
    (folder / "c.pmtiles").write_bytes(b"<html>")
    (folder / "short.pmtiles").write_bytes(b"PMTiles\x03")
    (folder / "notes.txt").write_bytes(archive())
    (tmp_path / "secret").write_bytes(archive())
    (folder / "d.pmtiles").symlink_to(tmp_path / "secret")
    told = asyncio.run(Basemaps(folder).listed())["maps"]
    assert [(one["name"], one["kind"], one["zoom_max"]) for one in told] == [
        ("a.pmtiles", "raster", 5),
        ("b.pmtiles", "vector", 5),
    ]


def test_a_range_is_answered_as_asked_and_ends_with_the_file(folder: Path) -> None:
    data = archive(body=bytes(range(256)))
    (folder / "a.pmtiles").write_bytes(data)
    answer = asyncio.run(Basemaps(folder).part("a.pmtiles", "bytes=100-109"))
    assert (answer.status_code, answer.body) == (206, data[100:110])
    assert answer.headers["content-range"] == f"bytes 100-109/{len(data)}"
    last = asyncio.run(Basemaps(folder).part("a.pmtiles", "bytes=380-16383"))
    assert last.body == data[380:]
    assert last.headers["content-range"] == f"bytes 380-{len(data) - 1}/{len(data)}"


@pytest.mark.parametrize(
    "asked", [None, "", "bytes=0-", "bytes=-5", "bytes=5-4", "bytes=0-1,3-4", "bytes=9999-10000", "items=0-1"]
)
def test_what_is_no_range_of_the_file_is_refused(folder: Path, asked: str | None) -> None:
    (folder / "a.pmtiles").write_bytes(archive())
    with pytest.raises(ApiError) as caught:
        asyncio.run(Basemaps(folder).part("a.pmtiles", asked))
    assert caught.value.status == 416


def test_a_whole_large_file_is_never_read_at_once(folder: Path) -> None:
    (folder / "a.pmtiles").write_bytes(archive())
    with pytest.raises(ApiError):
        asyncio.run(Basemaps(folder).part("a.pmtiles", f"bytes=0-{RANGE_BYTES_MAX}"))


@pytest.mark.parametrize(
    "name", ["../accounts.json", "..%2faccounts.json", "", ".", "a.pmtiles/../x", "b.pmtiles"]
)
def test_nothing_else_can_be_named(folder: Path, name: str) -> None:
    (folder / "a.pmtiles").write_bytes(archive())
    with pytest.raises(ApiError) as caught:
        asyncio.run(Basemaps(folder).part(name, "bytes=0-10"))
    assert caught.value.status == 404


def test_without_a_folder_there_are_none(tmp_path: Path) -> None:
    assert asyncio.run(Basemaps(None).listed()) == {"maps": []}
    assert asyncio.run(Basemaps(tmp_path / "nowhere").listed()) == {"maps": []}
