"""A basemap that was dropped into the home is drawn, and read in ranges from the own node alone."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import pytest
from browser_map import looks_at
from browser_pair import Desk, login, opened
from e2e_session import Runner


def red_tile() -> bytes:
    """A PNG of 256 by 256, red."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + b"\xff\x00\x00" * 256) * 256
    head = struct.pack(">IIBBBBB", 256, 256, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def varint(value: int) -> bytes:
    out = b""
    while value >= 128:
        out += bytes([value % 128 + 128])
        value //= 128
    return out + bytes([value])


def archive() -> bytes:
    """PMTiles version 3 with one raster tile, of the whole world at zoom 0."""
    tile, meta = red_tile(), b"{}"
    root = varint(1) + varint(0) + varint(1) + varint(len(tile)) + varint(1)
    at = 127
    places = (at, len(root), at + len(root), len(meta), 0, 0, at + len(root) + len(meta), len(tile), 1, 1, 1)
    head = b"PMTiles\x03" + struct.pack("<11Q", *places) + bytes([1, 1, 1, 2, 0, 0])
    bounds = struct.pack("<4iB2i", -1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000, 0, 0, 0)
    return head + bounds + root + meta + tile


@pytest.mark.slow
def test_a_dropped_in_basemap_is_drawn_from_ranges_of_the_own_node(
    browser: Any, desks: list[Desk], nodes: Runner
) -> None:
    folder = desks[0].seat.home.folder / "base"
    folder.mkdir()
    (folder / "red.pmtiles").write_bytes(archive())
    nodes.start(desks[0].seat.home.folder)
    watched = opened(browser, desks[0], language="en")
    answers: list[int] = []
    watched.page.on("response", lambda one: "/api/base/" in one.url and answers.append(one.status))
    login(watched)
    is_there = (
        "() => document.querySelector('detente-chart').map.getLayers().getArray()"
        ".some((one) => one.get('name') === 'finer')"
    )
    watched.page.wait_for_function(is_there)
    looks_at(watched.page, 0.0, -150.0, 2)
    is_red = (
        "() => [...document.querySelectorAll('.chart canvas')].some((canvas) => {"
        " const pen = canvas.getContext('2d');"
        " const [r, g, b] = pen.getImageData(canvas.width / 2 + 40, canvas.height / 2 + 40, 1, 1).data;"
        " return r > 240 && g < 15 && b < 15; })"
    )
    watched.page.wait_for_function(is_red, timeout=20_000)
    assert set(answers) == {206}
    watched.page.get_by_label("Basemap").uncheck()
    watched.page.wait_for_function(f"() => !({is_red})()")
    assert watched.strayed == []
    assert watched.complaints == []
    watched.page.context.close()
