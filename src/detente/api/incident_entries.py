"""Which entries stand in the timeline of an incident beside those it rests on: every answer to one of them.

An answer lies somewhere after what it answers, in any journal, perhaps thousands of entries later. All journals are
gone through from there on, in portions between which the node does whatever else it has to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

import msgspec

from detente.errors import PeerError
from detente.line.catalogue import parse_body
from detente.node.views import short_ref
from detente.ports import StoredEntry
from detente.quantities import Digest
from detente.record.order import merged_order
from detente.record.statement import Ref, Statement, peek_statement
from detente.runtime.node import Node

READ_MAX = 20_000
"""Entries that are gone through for one timeline; the evidence goes through all."""
READ_AT_ONCE = 100
ANSWERS_MAX = 1_000
EARLIER_MS = 3_600_000
"""A third party's entry may come here later than what somebody answered to it."""


async def with_answers(node: Node, refs: Iterable[Ref]) -> tuple[tuple[Ref, ...], bool]:
    """Those of these that are held and every answer to them, in the one order of the record.

    And whether more was said since than is gone through: an answer may be missing then.
    """
    book, named = node.keeper.book, {(ref.origin, ref.seq) for ref in refs}
    early = [row for row, _ in book.early.values()]
    held = [row for origin, seq in named for row in book.store.entries(origin, seq, seq + 1)]
    found = {
        (row.origin, row.seq): (_ref(row), peek_statement(row.envelope))
        for row in (*held, *(row for row in early if (row.origin, row.seq) in named))
        if row.envelope
    }
    first_ms = min((row.committed_ms for row in held), default=node.state.now_ms)
    ranges, is_cut = _ranges(node, from_ms=first_ms - EARLIER_MS)
    answers = [
        (ref, statement) async for ref, statement in _statements(node, ranges) if _answers(statement, named)
    ]
    answers += [
        (_ref(row), statement)
        for row in early
        if row.envelope and _answers(statement := peek_statement(row.envelope), named)
    ]
    found |= {(ref.origin, ref.seq): (ref, statement) for ref, statement in answers[-ANSWERS_MAX:]}
    order = merged_order(statement for _, statement in found.values())
    return tuple(found[place][0] for place in order), is_cut or len(answers) > ANSWERS_MAX


async def speech_stated(node: Node, window_ms: tuple[int, int]) -> list[Mapping[str, Any]]:
    """The statements of what was said on the net in a time, or within an hour of it, as far as rows go here."""
    ranges, _ = _ranges(node, from_ms=window_ms[0] - EARLIER_MS, until_ms=window_ms[1] + EARLIER_MS)
    found: list[Mapping[str, Any]] = []
    async for ref, statement in _statements(node, ranges):
        if statement.code == "VOX":
            try:
                body = parse_body(statement, node.state.memorandum.disclosure)
            except PeerError:
                continue
            party = ref.origin.partition("/")[0]
            found.append(
                {"code": "VOX", "party": party, "ref": short_ref(ref), "body": msgspec.to_builtins(body)}
            )
    return found


def _answers(statement: Statement, named: set[tuple[str, int]]) -> bool:
    answered = statement.reply_to
    return answered is not None and (answered.origin, answered.seq) in named


def _ranges(node: Node, *, from_ms: int, until_ms: int | None = None) -> tuple[dict[str, range], bool]:
    """Of each journal what was committed here in a time, the earliest where it is more than is gone through."""
    journals = node.keeper.book.journals.values()
    most = READ_MAX // max(1, len(journals))
    ranges, is_cut = {}, False
    for journal in journals:
        start = _first_since(node, journal.origin, journal.size, from_ms)
        stop = (
            journal.size
            if until_ms is None
            else _first_since(node, journal.origin, journal.size, until_ms + 1)
        )
        ranges[journal.origin] = range(start, min(stop, start + most))
        is_cut = is_cut or stop > start + most
    return ranges, is_cut


def _first_since(node: Node, origin: str, size: int, at_ms: int) -> int:
    """The first place of a journal whose entry was committed here at a time or later; times rise with places."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        (row,) = node.keeper.book.store.entries(origin, middle, middle + 1) or (None,)
        if row is None or row.committed_ms < at_ms:
            low = middle + 1
        else:
            high = middle
    return low


async def _statements(node: Node, ranges: Mapping[str, range]) -> AsyncIterator[tuple[Ref, Statement]]:
    for origin, places in ranges.items():
        for start in places[::READ_AT_ONCE]:
            await asyncio.sleep(0)
            for row in node.keeper.book.store.entries(origin, start, min(start + READ_AT_ONCE, places.stop)):
                if row.envelope:
                    yield _ref(row), peek_statement(row.envelope)


def _ref(row: StoredEntry) -> Ref:
    return Ref(origin=row.origin, seq=row.seq, leaf=Digest(row.leaf.hex()))
