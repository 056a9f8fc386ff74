"""Rows that the tests of every store put in."""

from __future__ import annotations

from detente.ports import StoredHead
from detente.quantities import Digest, PartyId, UtcMs

ORIGIN = "ALFA/EX-1/0011223344556677"


def head(size: int) -> StoredHead:
    return StoredHead(
        origin=ORIGIN,
        cosigner=PartyId("BRAVO"),
        size=size,
        root=Digest("0" * 64),
        checkpoint=b"note",
        cosignature=b"lines",
        committed_ms=UtcMs(1),
        signed_ms=UtcMs(size),
    )
