"""A liar's second mind: a keeper over a doctored copy of its store, and the means to show it to a victim at once.

It says what the honest node of its party never would, through the same conversations, so that no lie depends on
how a request is laid out. What it shows goes past the played network, straight to the victim's door.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

import msgspec

from detente.crypto.keys import HybridPrivateKey
from detente.crypto.points import LOW_ORDER_ENCODINGS
from detente.errors import PeerError
from detente.exercise.hashed_keys import HashedPrivateKey
from detente.exercise.played_disk import PlayedDisk
from detente.exercise.world import SeededEntropy, World
from detente.ports import LinkRequest, LinkResponse
from detente.quantities import PartyId
from detente.record.checkpoint import Checkpoint
from detente.record.parcel import Item, join_items
from detente.record.statement import Ref
from detente.runtime.delivery import Hello, Refusal, deliver
from detente.runtime.early import Urgent
from detente.runtime.journal import Journal
from detente.runtime.keeper import Keeper
from detente.wire import encode

TAKEN = "taken"
UNTOLD = "untold"
"""The power failed in the middle of it."""


class Twin(Keeper):
    """The liar's second mind: it signs what it likes and does not care what the peer holds of it."""

    head: tuple[Checkpoint, bytes] | None = None
    """What it shows as its head, where that is not the true one."""
    has_proofs = True
    """Whether its ALERTs come with the proofs of their place."""

    def restore(self, *, peer: PartyId, origin: str, seq: int, items: Sequence[Item]) -> None:
        """What a peer holds of its journal changes nothing."""

    def urgent(self, peer: PartyId, ref: Ref) -> bytes:
        """An ALERT, with or without the proofs of its place."""
        body = super().urgent(peer, ref)
        if self.has_proofs:
            return body
        proof = (base64.b64encode(bytes(32)).decode(),)
        return encode(msgspec.structs.replace(msgspec.json.decode(body, type=Urgent), inclusion=proof))

    def checkpoint(self, journal: Journal | None = None) -> tuple[Checkpoint, bytes]:
        """Its head, or the doctored one."""
        return self.head or super().checkpoint(journal)


class WithoutMldsa(HashedPrivateKey):
    """Signs with the classical half only."""

    def sign_mldsa44(self, message: bytes) -> bytes:
        """A good signature over something else."""
        return super().sign_mldsa44(message + b" and more")


class WithoutEd25519(HashedPrivateKey):
    """Signs with the post-quantum half only."""

    def sign_ed25519(self, message: bytes) -> bytes:
        """A good signature over something else."""
        return super().sign_ed25519(message + b" and more")


class LowOrderR(HashedPrivateKey):
    """Signs with an R that one verifier takes and another refuses."""

    def sign_ed25519(self, message: bytes) -> bytes:
        """A signature that would verify, but for its R."""
        return self.sign_with_r(message, min(LOW_ORDER_ENCODINGS))


def bring(world: World, twin: Twin, victim: PartyId, *, held: int, cosigned: int = 0) -> str:
    """A delivery of the twin, which is told that the victim holds `held` entries of its journal."""
    origin = twin.own.origin
    return drive(
        world,
        twin,
        victim,
        deliver(twin, victim),
        lambda body: _hello(body, origin, held=held, cosigned=cosigned),
    )


def drive(
    world: World,
    twin: Twin,
    victim: PartyId,
    conversation: Generator[LinkRequest, LinkResponse, object],
    doctor: Callable[[bytes], bytes],
) -> str:
    """The code of the first refusal, or TAKEN; `doctor` changes what the twin hears as the victim's hello."""
    request = next(conversation)
    while True:
        if request.method == "GET" and request.target.startswith("/journal/"):
            number = int(request.target.rpartition("/")[2])  # it does not care what the victim holds
            own = join_items(twin.parcel(victim, twin.own, number))
            request = conversation.send(LinkResponse(status=200, body=own))
            continue
        status, body = serve(world, twin.me, victim, request)
        if status == 0:
            return UNTOLD
        if status != 200:
            return msgspec.json.decode(body, type=Refusal).code
        if request.target == "/hello":
            body = doctor(body)
        try:
            request = conversation.send(LinkResponse(status=200, body=body))
        except (StopIteration, PeerError):  # what was granted need not please the liar
            return TAKEN


def _hello(body: bytes, origin: str, *, held: int, cosigned: int) -> bytes:
    hello = msgspec.json.decode(body, type=Hello)
    (true,) = [one for one in hello.held if one.origin == origin]
    return encode(
        msgspec.structs.replace(hello, held=(msgspec.structs.replace(true, size=held, cosigned=cosigned),))
    )


def serve(world: World, liar: PartyId, victim: PartyId, request: LinkRequest) -> tuple[int, bytes]:
    """Status and body; 0 where the victim's power failed."""
    responses: list[LinkResponse] = []
    if not world.attempt(victim, lambda node: responses.append(node.serve(liar, request))):
        return 0, b""
    return responses[0].status, responses[0].body


def twin_of(world: World, liar: PartyId, *, size: int, key: HybridPrivateKey | None = None) -> Twin:
    """Over the liar's store as it was at a size of its journal; its heads are forgotten."""
    return twin_over(world, liar, disk_at(world, liar, size=size), key=key)


def twin_over(world: World, liar: PartyId, disk: PlayedDisk, *, key: HybridPrivateKey | None = None) -> Twin:
    """Over a doctored store."""
    keys = world.keys[liar]
    return Twin(
        agreement=world.agreement,
        keys=replace(keys, statements=key or keys.statements),
        store=disk,
        clock=world.stations[liar].clock,
        entropy=SeededEntropy(random.Random(f"twin {world.now_ms}")),
    )


def disk_at(world: World, liar: PartyId, *, size: int) -> PlayedDisk:
    """A copy of the liar\'s store without its own entries from a size on, and without heads."""
    disk, origin = PlayedDisk(random.Random(0)), world.node(liar).keeper.own.origin
    for entry in world.stations[liar].store.entries_after(0):
        if entry.origin != origin or entry.seq < size:
            disk.append(entry, urgent=False)
    return disk


def held_by(world: World, victim: PartyId, liar: PartyId) -> int:
    """How much of the liar\'s newest journal a victim holds."""
    mirror = world.node(victim).keeper.mirrors.get(world.node(liar).keeper.own.origin)
    return mirror.size if mirror is not None else 0


def cosigned_by(world: World, victim: PartyId, liar: PartyId) -> int:
    """How much of it the victim has cosigned."""
    mirror = world.node(victim).keeper.mirrors.get(world.node(liar).keeper.own.origin)
    return mirror.cosigned_size(victim) if mirror is not None else 0
