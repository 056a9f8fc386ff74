"""The conversation of two nodes about their journals, without I/O: requests out, responses in.

`deliver` is a generator that yields requests and takes responses, so that asyncio and a simulated world
drive the same lines. `answer` is the other end. Versions come first, and a mismatch is named.
Source: C2SP tlog-witness (`add-checkpoint`), with the entries themselves pushed before it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Generator, Sequence

import msgspec

from detente import __version__
from detente.errors import DamageError, PeerError
from detente.line.wording import plain
from detente.ports import Clock, LinkRequest, LinkResponse
from detente.quantities import Digest, PartyId
from detente.runtime.keeper import Entry, Keeper
from detente.wire import Record, decode, encode
from detente.wire.limits import HTTP_BODY_BYTES_MAX, PROOF_LINES_MAX

PROTOCOL = 1

Delivery = Generator[LinkRequest, LinkResponse, int]


class Held(Record, frozen=True, kw_only=True):
    """How much of one journal this end holds, and up to where it has cosigned it."""

    origin: str
    size: int
    cosigned: int


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
            Held(origin=journal.origin, size=journal.size, cosigned=journal.cosigned_size(keeper.me))
            for journal in keeper.held_of(peer)
        ),
    )


def deliver(keeper: Keeper, peer: PartyId) -> Delivery:
    """Say hello, hand over what the peer lacks, and take its receipt. Returns the receipted size.

    Raises: PeerError naming what the peer answered. DamageError `restored_old_copy` where the peer shows
    an entry of our journal that we signed and do not have: signing on would fork it.
    """
    hello = _parse_hello((yield from _ask("GET", "/hello")), keeper, peer)
    origin = keeper.own.origin
    held = next((one for one in hello.held if one.origin == origin), Held(origin=origin, size=0, cosigned=0))
    if held.size > keeper.own.cosigned_size(peer):
        # It holds what we have no receipt for: after a cut, or because this store is an old copy.
        last = held.size - 1
        keeper.judge_own(peer=peer, seq=last, envelope=(yield from _ask("GET", f"/journal/{origin}/{last}")))
    seq = held.size
    while seq < keeper.own.size:  # it may grow while we ask
        yield from _ask("POST", f"/journal/{origin}/{seq}", keeper.own.envelopes[seq])
        seq += 1
    head, note = keeper.checkpoint()
    if keeper.own.cosigned_size(peer) == head.size:
        return head.size
    body = _add_checkpoint_body(held.cosigned, keeper.proof_from(held.cosigned), note)
    lines = yield from _ask("POST", "/add-checkpoint", body)
    return keeper.take_receipt(peer=peer, head=head, note=note, lines=lines)


def answer(
    keeper: Keeper, clock: Clock, peer: PartyId, request: LinkRequest, heard: Callable[[Entry], None]
) -> LinkResponse:
    """The response to one request of an authenticated peer; `heard` is told of every new entry."""
    try:
        if (request.method, request.target) == ("GET", "/hello"):
            return LinkResponse(status=200, body=encode(greet(keeper, clock, peer)))
        if request.target.startswith("/journal/"):
            origin, _, number = request.target.removeprefix("/journal/").rpartition("/")
            seq = _number(number)
            if request.method == "GET":
                return LinkResponse(status=200, body=keeper.entry_of(peer=peer, origin=origin, seq=seq))
            entry = keeper.take_entry(peer=peer, origin=origin, seq=seq, envelope=request.body)
            if entry is not None:
                heard(entry)
            return LinkResponse(status=200, body=b"")
        if (request.method, request.target) == ("POST", "/add-checkpoint"):
            old_size, proof, note = _parse_add_checkpoint(request.body)
            lines = keeper.take_checkpoint(peer=peer, note=note, old_size=old_size, proof=proof)
            return LinkResponse(status=200, body=lines, content_type="text/plain; charset=utf-8")
    except PeerError as why:
        status = {"gap": 409, "conflict": 409, "fork": 409, "too_large": 413, "not_held": 422}.get(
            why.code, 400
        )
        return LinkResponse(status=status, body=encode(Refusal(code=why.code, message=why.message)))
    except DamageError as why:
        if why.code != "disk_full":
            raise
        return LinkResponse(status=507, body=encode(Refusal(code=why.code, message=why.message)))
    return LinkResponse(
        status=404, body=encode(Refusal(code="not_found", message="There is nothing at that address."))
    )


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
