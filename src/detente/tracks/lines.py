"""Pieces of bytes to whole lines, or to whole JSON documents, with a bound on what is held in between."""

from __future__ import annotations

import re
from collections import Counter

from detente.wire.limits import FEED_DOCUMENT_BYTES_MAX, FEED_LINE_BYTES_MAX

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
_OPENING = re.compile(rb"[\[{]")
_CLOSING = re.compile(rb"[\]}]")


class Lines:
    """Splits at line feeds; a line longer than `longest` is dropped whole and counted as `too_long`."""

    def __init__(self, rejected: Counter[str], *, longest: int = FEED_LINE_BYTES_MAX) -> None:
        self._rejected = rejected
        self._longest = longest
        self._rest = bytearray()
        self._is_skipping = False

    def take(self, data: bytes) -> list[bytes]:
        """The lines that `data` completes, without their ends."""
        first, *more = data.split(b"\n")
        self._add(first)
        if not more:
            return []
        *lines, rest = more
        ended = self._end()
        kept = [line for line in lines if len(line) <= self._longest]
        if len(kept) != len(lines):
            self._rejected["too_long"] += len(lines) - len(kept)
        self._add(rest)
        return kept if ended is None else [ended, *kept]

    def finish(self) -> list[bytes]:
        """What stands without a line end."""
        rest = self._end()
        return [rest] if rest else []

    def _add(self, part: bytes) -> None:
        if self._is_skipping:
            return
        self._rest += part
        if len(self._rest) > self._longest:
            self._rejected["too_long"] += 1
            self._is_skipping = True
            self._rest = bytearray()

    def _end(self) -> bytes | None:
        """The line so far; None where it was too long."""
        line = None if self._is_skipping else bytes(self._rest)
        self._rest, self._is_skipping = bytearray(), False
        return line


class Documents:
    """JSON documents, one a line or spread over lines, one after the other.

    A string of JSON holds no line feed, so brackets can be counted line by line. A document that never closes ends
    where a whole one begins, or at the bound; it is counted as `truncated` or `too_long`.
    """

    def __init__(self, rejected: Counter[str], *, longest: int = FEED_DOCUMENT_BYTES_MAX) -> None:
        self._rejected = rejected
        self._longest = longest
        self._lines = Lines(rejected, longest=longest)
        self._open = bytearray()
        self._depth = 0

    def take(self, data: bytes) -> list[bytes]:
        """The documents that `data` completes; whether each is JSON is for the reader to find out."""
        return self._join(self._lines.take(data))

    def finish(self) -> list[bytes]:
        """What stands without an end."""
        whole = self._join(self._lines.finish())
        if self._open:
            self._rejected["truncated"] += 1
            self._drop()
        return whole

    def _join(self, lines: list[bytes]) -> list[bytes]:
        whole: list[bytes] = []
        for line in lines:
            bare = _STRING.sub(b"", line)
            change = len(_OPENING.findall(bare)) - len(_CLOSING.findall(bare))
            if not self._open:
                if not line.strip():
                    continue
            elif change == 0 and line[:1] == b"{" and line.rstrip()[-1:] == b"}" and self._open[:1] == b"{":
                self._rejected["truncated"] += 1
                self._drop()
            self._depth += change
            self._open += line
            self._open += b"\n"
            if self._depth <= 0:
                whole.append(bytes(self._open))
                self._drop()
            elif len(self._open) > self._longest:
                self._rejected["too_long"] += 1
                self._drop()
        return whole

    def _drop(self) -> None:
        self._open, self._depth = bytearray(), 0
