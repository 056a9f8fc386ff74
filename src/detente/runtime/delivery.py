"""The conversation of two nodes about their journals, without I/O: requests out, responses in.

`deliver` is a generator that yields requests and takes responses, so that asyncio and a simulated world
drive the same lines. The other end is `detente.runtime.answering`. Versions come first, and a mismatch is named.
Source: C2SP tlog-witness (`add-checkpoint`), with the entries themselves pushed before it.
"""

from __future__ import annotations

import base64
from collections.abc import Generator, Sequence

import msgspec

from detente import __version__
from detente.errors import PeerError
from detente.line.wording import plain
from detente.ports import Clock, LinkRequest, LinkResponse
from detente.quantities import Digest, PartyId, UtcMs
from detente.record.journal import split_origin
from detente.record.parcel import join_items, split_items
from detente.record.statement import Ref
from detente.runtime.journal import Journal
from detente.runtime.keeper import Keeper, Receipt
from detente.wire import Record, decode
from detente.wire.limits import HTTP_BODY_BYTES_MAX

PROTOCOL = 2

Delivery = Generator[LinkRequest, LinkResponse, Receipt]


class Held(Record, frozen=True, kw_only=True):
    """How much of one journal this end holds, and up to where it has cosigned it.

    `early` is the place after the last ALERT that came ahead of the entries before it; 0 for none.
    """

    origin: str
    size: int
    cosigned: int
    early: int


class Hello(Record, frozen=True, kw_only=True):
    """What each end says first; `held` are the journals of the asking party."""

    protocol: int
    software: str
    party: str
    memorandum: str
    identity: Digest
    clock_ms: int
    held: tuple[Held, ...]


class _Version(msgspec.Struct):
    """What every version of a hello has."""

    protocol: int


class Refusal(Record, frozen=True, kw_only=True):
    """Why a request was not granted; codes are those of the error family."""

    code: str
    message: str


def greet(keeper: Keeper, clock: Clock, peer: PartyId) -> Hello:
    """This end's hello to a peer."""
    return Hello(
        protocol=PROTOCOL,
        software=__version__,
        party=keeper.me,
        memorandum=keeper.agreement.memorandum.memorandum.id,
        identity=keeper.agreement.identity,
        clock_ms=clock.now_ms(),
        held=tuple(
            Held(
                origin=journal.origin,
                size=journal.size,
                cosigned=journal.cosigned_size(keeper.me),
                early=keeper.book.early_end(journal.origin),
            )
            for journal in keeper.held_of(peer)
        ),
    )


def deliver(keeper: Keeper, peer: PartyId) -> Delivery:
    """Say hello, take back what we lack of our own, hand over what the peer lacks, and take its receipt.

    Raises: PeerError naming what the peer answered. DamageError `restored_old_copy` where the peer shows
    another entry of our journal than stands here, signed by us: signing on would fork it.
    """
    hello = _parse_hello((yield from _ask("GET", "/hello")), keeper, peer)
    for held in hello.held:
        yield from _take_back(keeper, peer, held)
    by_origin = {held.origin: held for held in hello.held}
    keeper.asked(peer, {origin: (held.size, held.early) for origin, held in by_origin.items()})
    receipt = Receipt(0, UtcMs(0))
    for journal in keeper.own_journals if not keeper.must_ask else ():
        if not keeper.is_left(peer, journal):
            held = by_origin.get(journal.origin, Held(origin=journal.origin, size=0, cosigned=0, early=0))
            receipt = yield from _bring(keeper, peer, journal, held)
    yield from _gossip(keeper, peer)
    return receipt


def deliver_urgent(keeper: Keeper, peer: PartyId, ref: Ref) -> Generator[LinkRequest, LinkResponse, UtcMs]:
    """Bring one ALERT ahead of everything. Returns when the peer, by its clock and under its signature, held it."""
    body = keeper.urgent(peer, ref)
    word = yield from _ask("POST", f"/urgent/{ref.origin}/{ref.seq}", body)
    return keeper.take_word(peer=peer, ref=ref, word=word)


def _take_back(keeper: Keeper, peer: PartyId, held: Held) -> Generator[LinkRequest, LinkResponse, None]:
    """Own entries that the peer holds and we have no receipt for: after a cut, or because our store is a copy."""
    if split_origin(held.origin).party != keeper.me:
        raise PeerError("not_your_journal", f"{peer} says that {plain(held.origin)} is a journal of ours.")
    journal = keeper.book.journals.get(held.origin)
    size = journal.size if journal is not None else 0
    if journal is not None and held.size <= journal.cosigned_size(peer):
        return
    seq = min(held.size, max(size, 1)) - 1
    while seq < held.size:
        parcel = yield from _ask("GET", f"/journal/{held.origin}/{seq}")
        items = list(split_items(parcel))
        if not items:
            raise PeerError("malformed", f"{peer} gave nothing back of {held.origin} from entry {seq} on.")
        keeper.restore(peer=peer, origin=held.origin, seq=seq, items=items)
        seq += len(items)


def _bring(
    keeper: Keeper, peer: PartyId, journal: Journal, held: Held
) -> Generator[LinkRequest, LinkResponse, Receipt]:
    seq = held.size
    while seq < journal.size:  # it may grow while we ask
        items = keeper.parcel(peer, journal, seq)
        yield from _ask("POST", f"/journal/{journal.origin}/{seq}", join_items(items))
        seq += len(items)
    head, note = keeper.checkpoint(journal)
    if journal.cosigned_size(peer) == head.size:
        return Receipt(head.size, UtcMs(0))
    old = held.cosigned
    body = _add_checkpoint_body(old, journal.tree.consistency_proof(old, head.size), note)
    lines = yield from _ask("POST", "/add-checkpoint", body)
    return keeper.take_receipt(peer=peer, head=head, note=note, lines=lines)


def _gossip(keeper: Keeper, peer: PartyId) -> Generator[LinkRequest, LinkResponse, None]:
    """Show the peer which heads of third parties' journals we were shown: a split view shows when they meet."""
    heads = [head for head in keeper.heads_for(peer) if keeper.told.get((peer, head[0]), 0) < head[1]]
    if heads:
        yield from _ask("POST", "/heads", join_items((note, b"") for _, _, note in heads))
        keeper.told.update({(peer, origin): size for origin, size, _ in heads})


def _ask(method: str, target: str, body: bytes = b"") -> Generator[LinkRequest, LinkResponse, bytes]:
    response = yield LinkRequest(method=method, target=target, body=body)
    if response.status == 200:
        return response.body
    try:
        refusal = decode(response.body, Refusal, what="refusal", bytes_max=HTTP_BODY_BYTES_MAX)
    except PeerError:
        refusal = Refusal(code="http", message=f"HTTP status {response.status}")
    raise PeerError(
        "refused_by_peer",
        f"The peer refused {method} {target}: {plain(refusal.code)}: {plain(refusal.message)}",
    )


def _parse_hello(data: bytes, keeper: Keeper, peer: PartyId) -> Hello:
    """Another version is named before anything else of it is read."""
    try:
        protocol = msgspec.json.decode(data, type=_Version).protocol
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as why:
        raise PeerError("malformed", f"The hello of {peer} cannot be read.") from why
    if protocol != PROTOCOL:
        raise PeerError(
            "other_version",
            f"{peer} speaks protocol {protocol}, this node {PROTOCOL}.",
            cure="Bring both to the same release.",
        )
    hello = decode(data, Hello, what=f"hello of {peer}", bytes_max=HTTP_BODY_BYTES_MAX)
    _same_agreement(keeper, peer, hello)
    return hello


def _same_agreement(keeper: Keeper, peer: PartyId, hello: Hello) -> None:
    if hello.party != peer:
        raise PeerError(
            "other_party", f"The certificate is {peer}'s, but its hello says {plain(hello.party)}."
        )
    if hello.identity != keeper.agreement.identity:
        raise PeerError(
            "other_memorandum",
            f"{peer} has memorandum {plain(hello.memorandum)} {plain(hello.identity[:12])} in force,"
            f" this node {keeper.agreement.identity[:12]}.",
            cure="Compare the two files; both must run the same signed bytes.",
        )


def _add_checkpoint_body(old: int, proof: Sequence[bytes], note: bytes) -> bytes:
    lines = [f"old {old}", *(base64.b64encode(one).decode() for one in proof), "", ""]
    return "\n".join(lines).encode() + note
