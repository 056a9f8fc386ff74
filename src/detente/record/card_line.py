"""A party's cards over time: the one the memorandum's root key signed first, and those that a KEY put in its place.

A KEY statement is signed by the working key that it replaces, or by one before it; the card in it is signed by
the same root key. It holds from the next entry of its journal on, and in journals that are opened after it.
What was signed before stays valid by the card of its place.
Source: line.md section 1 (identity: a working key changes by a journal statement signed by root).
"""

from __future__ import annotations

import base64
import binascii

import msgspec

from detente.crypto.card import PartyCard, parse_card, root_digest
from detente.errors import PeerError
from detente.record.statement import Statement

KEY_CODE = "KEY"


class _Change(msgspec.Struct):
    card: str


class CardLine:
    """The cards of one party, in the order in which they came to hold."""

    def __init__(self, card: PartyCard) -> None:
        self.newest = card
        self._first = card
        self._opened: dict[str, PartyCard] = {}
        self._changes: dict[str, list[tuple[int, PartyCard]]] = {}

    @property
    def all(self) -> tuple[PartyCard, ...]:
        """Every card, the newest first: a receipt is verified by any that held when it was given."""
        changed = [card for changes in self._changes.values() for _, card in changes]
        return tuple(dict.fromkeys([self.newest, *reversed(changed), self._first]))

    def at(self, origin: str, place: int) -> PartyCard:
        """The card that signs entry `place` of a journal, and a head of size `place`."""
        for seq, card in reversed(self._changes.get(origin, ())):
            if seq < place:
                return card
        return self._opened.get(origin, self.newest)

    def take(self, statement: Statement) -> None:
        """Follow the party's statements in the order of each journal; only openings and changes of keys count.

        A KEY whose card is not this party's, or not signed by its root key, changes nothing.
        """
        if statement.seq == 0:
            self._opened.setdefault(statement.origin, self.newest)
        if statement.code != KEY_CODE:
            return
        try:
            change = msgspec.json.decode(bytes(statement.body), type=_Change)
            card = parse_card(base64.b64decode(change.card, validate=True))
        except (PeerError, msgspec.DecodeError, binascii.Error):
            return
        if root_digest(card) == root_digest(self._first):
            self._changes.setdefault(statement.origin, []).append((statement.seq, card))
            self.newest = card
