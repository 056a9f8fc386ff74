"""From what a store holds to the journals of an export, each under the newest head that the other side cosigned."""

from __future__ import annotations

from detente.errors import OperatorError
from detente.ports import Stored
from detente.record.export import JournalExport
from detente.record.journal import split_origin


def journals_of(stored: Stored, *, me: str) -> tuple[JournalExport, ...]:
    """Own journals under their peers' receipts, mirrors under our own cosignature.

    Raises: OperatorError `no_receipt` where a journal has no cosigned head at all yet.
    """
    envelopes: dict[str, list[bytes]] = {}
    for entry in stored.entries:
        envelopes.setdefault(entry.origin, []).append(entry.envelope)
    journals = []
    for origin, held in envelopes.items():
        heads = [head for head in stored.heads if head.origin == origin]
        if not heads:
            raise OperatorError(
                "no_receipt",
                f"Nobody has cosigned {origin} yet, so it proves nothing.",
                cure="Let the node run until the peer has answered.",
            )
        size = min(head.size for head in heads)
        at_size = [head for head in heads if head.size == size]
        journals.append(
            JournalExport(
                origin=origin,
                envelopes=held,
                checkpoint=at_size[0].checkpoint,
                cosignatures={head.cosigner: head.cosignature for head in at_size},
            )
        )
    return tuple(sorted(journals, key=lambda journal: (split_origin(journal.origin).party != me, journal.origin)))
