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


def water_tile() -> bytes:
    """A vector tile whose whole face is one polygon of the layer `water` (vector tile specification 2.1)."""

    def field(number: int, data: bytes) -> bytes:
        return varint(number << 3 | 2) + varint(len(data)) + data

    # MoveTo 0,0; LineTo 4096,0 4096,4096 0,4096 as zigzag steps; ClosePath.
    steps = (9, 0, 0, 26, 8192, 0, 0, 8192, 8191, 0, 15)
    shape = b"".join(varint(step) for step in steps)
    feature = varint(3 << 3) + varint(3) + field(4, shape)
    layer = (
        varint(15 << 3) + varint(2) + field(1, b"water") + field(2, feature) + varint(5 << 3) + varint(4096)
    )
    return field(3, layer)


def archive(tile: bytes, kind: int) -> bytes:
    """PMTiles version 3 with one tile, of the whole world at zoom 0; kind 1 is vector, 2 is PNG."""
    meta = b"{}"
    root = varint(1) + varint(0) + varint(1) + varint(len(tile)) + varint(1)
    at = 127
    places = (at, len(root), at + len(root), len(meta), 0, 0, at + len(root) + len(meta), len(tile), 1, 1, 1)
    head = b"PMTiles\x03" + struct.pack("<11Q", *places) + bytes([1, 1, 1, kind, 0, 0])
    bounds = struct.pack("<4iB2i", -1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000, 0, 0, 0)
    return head + bounds + root + meta + tile


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "ink"), [(2, (255, 0, 0)), (1, (0xF6, 0xF7, 0xF9))])
def test_a_dropped_in_basemap_is_drawn_from_ranges_of_the_own_node(
    browser: Any, desks: list[Desk], nodes: Runner, kind: int, ink: tuple[int, int, int]
) -> None:
    """As pictures, red; as vectors, water over land that is drawn there without it."""
    folder = desks[0].seat.home.folder / "base"
    folder.mkdir()
    (folder / "world.pmtiles").write_bytes(archive(red_tile() if kind == 2 else water_tile(), kind))
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
    looks_at(watched.page, 25.0, 10.0, 3)  # the Sahara
    is_so = (
        "(ink) => [...document.querySelectorAll('.chart canvas')].some((canvas) => {"
        " const pen = canvas.getContext('2d');"
        " const seen = pen.getImageData(canvas.width / 2 + 13, canvas.height / 2 + 17, 1, 1).data;"
        " return seen[3] === 255 && ink.every((one, place) => Math.abs(one - seen[place]) < 6); })"
    )
    watched.page.wait_for_function(is_so, arg=ink, timeout=20_000)
    assert set(answers) == {206}
    watched.page.get_by_label("Basemap").uncheck()
    watched.page.wait_for_function(f"(ink) => !({is_so})(ink)", arg=ink)
    assert watched.strayed == []
    assert watched.complaints == []
    watched.page.context.close()
