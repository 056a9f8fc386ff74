"""The joint transcript: the newest statements of all journals in the one order that every node computes.

Each row says who said what and how far it has come. The claimed time is shown and orders nothing; where it runs
back, or where an ALERT stands here ahead of its place, the row says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from detente.errors import OperatorError, PeerError
from detente.line.catalogue import CATALOGUE, Body, parse_body
from detente.line.wording import IN_WORDS, detail, plain, receipt_note
from detente.node import duty, views
from detente.node.open_item import Level, OpenItem
from detente.node.state import State
from detente.ports import StoredEntry
from detente.quantities import Digest, PartyId, utc_text
from detente.record.order import Place, merged_order
from detente.record.statement import Ref, Statement, peek_statement
from detente.runtime.journal import Journal
from detente.runtime.node import Node

ROWS_MAX = 500
LANGUAGES = ("en",)
"""In which messages are rendered; another is refused, never shown as if it were the one asked for."""

_RISING: tuple[Level, ...] = ("delivered", "understood", "substance", "passed", "in_effect")
_IN_WORDS: Mapping[Level, str] = {
    "delivered": "delivered",
    "understood": "understood",
    "substance": "answered",
    "passed": "passed",
    "in_effect": "in effect",
}


def transcript(
    node: Node, *, count: int, language: str, after: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """The newest rows, oldest first, and the sizes up to which they go; `after` leaves out what is below sizes."""
    count, after = max(1, min(count, ROWS_MAX)), after or {}
    found = {
        (stored.origin, stored.seq): (stored, is_early) for stored, is_early in _rows(node, count, after)
    }
    statements = {place: peek_statement(stored.envelope) for place, (stored, _) in found.items()}
    rows = []
    for place in merged_order(statements.values())[-count:]:
        stored, is_early = found[place]
        marks = {
            "EARLY": is_early,
            "TIME RUNS BACK": _runs_back(node.state, statements, place),
            "DISPUTED": stored.origin in node.state.forked,
        }
        ref = Ref(origin=stored.origin, seq=stored.seq, leaf=Digest(stored.leaf.hex()))
        row = _row(node, statements[place], ref, language)
        here = {
            "here_utc": utc_text(stored.committed_ms),
            "marks": [mark for mark, is_so in marks.items() if is_so],
        }
        rows.append({**row, **here})
    sizes = {origin: journal.size for origin, journal in node.keeper.book.journals.items()}
    return {"entries": rows, "sizes": sizes}


def entry_row(node: Node, ref: Ref, *, language: str) -> dict[str, Any]:
    """One row of it: the entry of a reference that the desk has found."""
    (stored,) = node.keeper.book.store.entries(ref.origin, ref.seq, ref.seq + 1) or (None,)
    if stored is None:
        stored, _ = node.keeper.book.early[ref.origin, ref.seq]
    if not stored.envelope:
        raise OperatorError("not_kept", f"Of {views.short_ref(ref)} only the hash is kept here.")
    return _row(node, peek_statement(stored.envelope), ref, language)


def text_of(code: str, body: Body, language: str) -> str:
    """A message as a reader of a language has it before him; raises OperatorError where it is not rendered."""
    if language not in LANGUAGES:
        raise OperatorError(
            "no_such_language",
            f"Messages are not rendered in {language[:12]!r}.",
            cure=f"Use one of: {', '.join(LANGUAGES)}.",
        )
    return f"{IN_WORDS[code]} {detail(body)}".strip()


def _rows(node: Node, count: int, after: Mapping[str, int]) -> Iterator[tuple[StoredEntry, bool]]:
    book = node.keeper.book
    for journal in book.journals.values():
        start = max(after.get(journal.origin, 0), journal.size - count)
        for stored in book.store.entries(journal.origin, start, journal.size):
            if stored.envelope:
                yield stored, False
    for (origin, seq), (stored, _) in book.early.items():
        if seq >= _size(book.journals.get(origin)):
            yield stored, True


def _runs_back(state: State, statements: Mapping[Place, Statement], place: Place) -> bool:
    """Whether a statement claims a time before that of one that its author had said or seen already."""
    statement = statements[place]
    seen = [(statement.origin, statement.seq), *((head.origin, head.size) for head in statement.heads)]
    latest_ms = max(
        (one.sent_ms for origin, size in seen if (one := statements.get((origin, size - 1))) is not None),
        default=0,
    )
    return statement.sent_ms < latest_ms - state.memorandum.line.clock_tolerance_ms


def _size(journal: Journal | None) -> int:
    return 0 if journal is None else journal.size


def _row(node: Node, statement: Statement, ref: Ref, language: str) -> dict[str, Any]:
    state, party = node.state, _party_of(ref)
    try:
        body = parse_body(statement, state.memorandum.disclosure)
        text, plainly = text_of(statement.code, body, language), msgspec.to_builtins(body)
    except PeerError as why:
        text, plainly = f"REFUSED: {why.code}", None
    if statement.code == "ACK" and statement.reply_to in state.register.filed:
        text = f"{text} {receipt_note(language)}"
    return {
        "at_utc": utc_text(statement.sent_ms),
        "ref": views.short_ref(ref),
        "party": party,
        "seq": ref.seq,
        "origin": ref.origin,
        "from": plain(statement.sender),
        "to": [plain(post) for post in statement.to],
        "code": statement.code,
        "precedence": statement.precedence,
        "exercise": statement.exercise,
        "language": plain(statement.language),
        "reply_to": None if statement.reply_to is None else views.short_ref(statement.reply_to),
        "text": text,
        "body": plainly,
        "receipt": receipt_of(node, ref, statement),
    }


def receipt_of(node: Node, ref: Ref, statement: Statement) -> str:
    """How far a statement has come with whoever is behind: `delivered` is a receipt, the rest is people."""
    state, party = node.state, _party_of(ref)
    receivers = (
        tuple(
            dict.fromkeys(one for post in statement.to if (one := state.party_of(post)) not in (None, party))
        )
        if party == state.me
        else (state.me,)
    )
    items = [item for one in receivers if (item := duty.item_of(state, ref, PartyId(str(one)))) is not None]
    if any("delivered" not in item.reached for item in items) or not (
        items or _is_held(node, ref, receivers)
    ):
        return "not delivered"
    if items:
        return _IN_WORDS[min((_reached(item) for item in items), key=_RISING.index)]
    passed = [item for one in receivers if (item := _passed(state, ref, one)) is not None]
    if passed:
        return _IN_WORDS[min((_reached(item) for item in passed), key=_RISING.index)]
    kind = CATALOGUE.get(statement.code)
    return "closed" if kind is not None and kind.asks is not None else "delivered"


def _is_held(node: Node, ref: Ref, receivers: tuple[PartyId | None, ...]) -> bool:
    journal = node.keeper.book.journals.get(ref.origin)
    if _party_of(ref) != node.state.me or journal is None:
        return True
    return all(one is None or journal.cosigned_size(one) > ref.seq for one in receivers)


def _reached(item: OpenItem) -> Level:
    return max(item.reached, key=_RISING.index, default="delivered")


def _passed(state: State, ref: Ref, owed_by: PartyId | None) -> OpenItem | None:
    return None if owed_by is None else state.passed_items.get((ref, owed_by))


def _party_of(ref: Ref) -> PartyId:
    return PartyId(ref.origin.partition("/")[0])
