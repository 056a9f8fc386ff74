"""The other end of the conversation: what a node answers to the requests of an authenticated peer.

Source: C2SP tlog-witness (`add-checkpoint`), with the entries themselves pushed before it.
"""

from __future__ import annotations

import base64
import binascii
from typing import Protocol

from detente.errors import DamageError, PeerError
from detente.ports import Clock, LinkRequest, LinkResponse
from detente.quantities import PartyId
from detente.record.parcel import join_items, split_items
from detente.runtime.delivery import Refusal, greet
from detente.runtime.heartbeat import echo
from detente.runtime.journal import Entry
from detente.runtime.keeper import PARCEL_ENTRIES_MAX, Keeper
from detente.runtime.witness import Cosigned
from detente.wire import encode
from detente.wire.limits import PROOF_LINES_MAX

_STATUS = {"gap": 409, "conflict": 409, "fork": 409, "too_large": 413, "not_held": 422}


class Ears(Protocol):
    """Who is told of what came; the node."""

    def heard(self, entry: Entry) -> None: ...

    def heard_early(self, entry: Entry) -> None: ...

    def cosigned(self, peer: PartyId, cosigned: Cosigned) -> None: ...

    def cannot_keep(self, why: DamageError) -> None: ...


def answer(keeper: Keeper, clock: Clock, peer: PartyId, request: LinkRequest, ears: Ears) -> LinkResponse:
    """The response to one request of an authenticated peer."""
    try:
        return _answer(keeper, clock, peer, request, ears)
    except PeerError as why:
        return _refusal(_STATUS.get(why.code, 400), why.code, why.message)
    except DamageError as why:
        if not why.may_pass:
            raise
        ears.cannot_keep(why)
        return _refusal(507, why.code, why.message)


def _answer(keeper: Keeper, clock: Clock, peer: PartyId, request: LinkRequest, ears: Ears) -> LinkResponse:
    match (request.method, *request.target.split("/")[1:]):
        case "GET", "hello":
            return LinkResponse(status=200, body=encode(greet(keeper, clock, peer)))
        case "GET", "journal", *name, number:
            items = keeper.witness.entries_of(
                peer=peer, origin="/".join(name), seq=_number(number), count=PARCEL_ENTRIES_MAX
            )
            return LinkResponse(status=200, body=join_items(items))
        case "POST", "journal", *name, number:
            keeper.witness.take_entries(
                peer=peer,
                origin="/".join(name),
                seq=_number(number),
                items=list(split_items(request.body)),
                tell=ears.heard,
            )
            return LinkResponse(status=200, body=b"")
        case "POST", "urgent", *name, number:
            word = keeper.early.take(
                peer=peer,
                origin="/".join(name),
                seq=_number(number),
                body=request.body,
                tell=ears.heard,
                tell_early=ears.heard_early,
            )
            return LinkResponse(status=200, body=word)
        case "POST", "check":
            body = echo(keeper, clock, peer=peer, body=request.body)
            return LinkResponse(status=200, body=body)
        case "POST", "heads":
            notes = [note for note, _ in split_items(request.body)]
            keeper.witness.take_heads(peer=peer, notes=notes)
            return LinkResponse(status=200, body=b"")
        case "POST", "add-checkpoint":
            old_size, proof, note = _parse_add_checkpoint(request.body)
            done = keeper.witness.take_checkpoint(peer=peer, note=note, old_size=old_size, proof=proof)
            ears.cosigned(peer, done)
            return LinkResponse(status=200, body=done.lines, content_type="text/plain; charset=utf-8")
        case _:
            return _refusal(404, "not_found", "There is nothing at that address.")


def _refusal(status: int, code: str, message: str) -> LinkResponse:
    return LinkResponse(status=status, body=encode(Refusal(code=code, message=message)))


def _parse_add_checkpoint(body: bytes) -> tuple[int, tuple[bytes, ...], bytes]:
    head, separator, note = body.partition(b"\n\n")
    first, *proof = head.split(b"\n")
    if not separator or not first.startswith(b"old ") or len(proof) > PROOF_LINES_MAX:
        raise PeerError("malformed", "The add-checkpoint request is not in the tlog-witness form.")
    try:
        hashes = tuple(base64.b64decode(line, validate=True) for line in proof)
    except binascii.Error as why:
        raise PeerError("malformed", "A line of the consistency proof is not base64.") from why
    return _number(first.removeprefix(b"old ").decode("ascii", "replace")), hashes, note


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or (len(text) > 1 and text[0] == "0") or len(text) > 15:
        raise PeerError("malformed", f"{text[:20]!r} is not a number in canonical form.")
    return int(text)
