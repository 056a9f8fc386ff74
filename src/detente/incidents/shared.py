"""The part of a register that several parties hold alike: what each said to all the others before a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from detente.incidents.register import Register
from detente.quantities import PartyId


def shared_by(register: Register, parties: Sequence[PartyId], *, until_ms: int) -> Register:
    """What was said between all of `parties` before `until_ms`."""
    ours = set(parties)

    def is_shared(party: PartyId, to: Sequence[PartyId], sent_ms: int) -> bool:
        return party in ours and ours <= {party, *to} and sent_ms < until_ms

    filed = {ref: one for ref, one in register.filed.items() if is_shared(one.party, one.to, one.sent_ms)}
    return replace(
        register,
        filed=filed,
        receipts={
            ref: {party: at for party, at in held.items() if party in ours and at < until_ms}
            for ref, held in register.receipts.items()
            if ref in filed
        },
        calls={
            ref: one for ref, one in register.calls.items() if one.party in ours and one.sent_ms < until_ms
        },
    )
