"""Lies that a party with its real keys can tell at another's door, and what must become of each.

The liar runs an honest node; beside it a twin says what that node never would. The verdict on a lie is the code
with which it was refused, and whether the victim kept proof of it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from operator import methodcaller

from detente.airspace.shapes import Point
from detente.crypto.dsse import peek_payload, seal
from detente.exercise.hashed_keys import HashedPrivateKey
from detente.exercise.invariants import InvariantError
from detente.exercise.played_disk import PlayedDisk
from detente.exercise.twin import (
    TAKEN,
    UNTOLD,
    LowOrderR,
    Twin,
    WithoutEd25519,
    WithoutMldsa,
    bring,
    cosigned_by,
    disk_at,
    drive,
    held_by,
    serve,
    twin_of,
    twin_over,
)
from detente.exercise.world import World
from detente.line.bodies import Alert
from detente.line.bodies_duty import LineCheck
from detente.node.effects import Say
from detente.ports import LinkRequest
from detente.quantities import Digest, PartyId
from detente.record.checkpoint import Checkpoint, sign_checkpoint
from detente.record.merkle import leaf_hash
from detente.record.statement import STATEMENT_TYPE, Ref
from detente.record.tree import Tree
from detente.runtime.delivery import deliver_urgent

COSIGNED_MIN = 3


@dataclass(frozen=True, kw_only=True)
class Lie:
    """One lie.

    Args:
        tell: to a victim; returns the code of the refusal, or TAKEN.
        codes: what may become of it where no proof against the journal is held already; `fork` is to leave one.
        is_proof_later: whether the victim must hold proof once it holds the rest of the journal.
    """

    tell: Callable[[World, PartyId, PartyId], str]
    codes: frozenset[str]
    is_proof_later: bool = False


def lie(world: World, name: str, *, liar: PartyId, victim: PartyId) -> bool:
    """Tell a lie; False where it could not be told now. Raises InvariantError where it does its harm.

    It is told when the victim holds and has cosigned all that the liar's honest node has said.
    """
    one, own = LIES[name], world.node(liar).keeper.own
    held = held_by(world, victim, liar)
    is_quiet = own.size == held == cosigned_by(world, victim, liar) >= COSIGNED_MIN
    was_forked = own.origin in world.node(victim).keeper.forked
    if not (world.is_up(liar) and world.is_up(victim) and (is_quiet or (was_forked and own.size == held))):
        return False
    code = one.tell(world, liar, victim)
    if code == UNTOLD:
        return False
    if code not in one.codes and not (was_forked and code == "fork"):
        raise InvariantError(f"lie: {name!r} of {liar} was {code!r} by {victim}, not {sorted(one.codes)}")
    store = world.stations[victim].store
    assert isinstance(store, PlayedDisk), "only a played disk shows its evidence"
    kept = [case for case in store.evidence if own.origin in case.kind]
    if not was_forked and bool(kept) != (code == "fork"):
        raise InvariantError(f"lie: {name!r} of {liar} left {len(kept)} proofs with {victim}")
    return True


def two_payloads(world: World, liar: PartyId, victim: PartyId) -> str:
    """Another statement in the place of its newest one that the victim holds."""
    size = held_by(world, victim, liar)
    twin = twin_of(world, liar, size=size - 1)
    twin.say(_check(world, liar, to=victim, text_id="other"))
    return bring(world, twin, victim, held=size - 1)


def two_heads(world: World, liar: PartyId, victim: PartyId) -> str:
    """Another head at the size that the victim holds."""
    size = held_by(world, victim, liar)
    twin = twin_of(world, liar, size=size - 1)
    twin.say(_check(world, liar, to=victim, text_id="other"))
    return bring(world, twin, victim, held=size, cosigned=cosigned_by(world, victim, liar))


def smaller_head(world: World, liar: PartyId, victim: PartyId) -> str:
    """A head below one that the victim has cosigned: the newest entries never were."""
    cosigned = cosigned_by(world, victim, liar)
    twin = twin_of(world, liar, size=max(cosigned - 1, 1))
    return bring(world, twin, victim, held=twin.own.size)


def short_root(world: World, liar: PartyId, victim: PartyId) -> str:
    """A signed head whose root has one byte too few."""
    size = held_by(world, victim, liar)
    twin = twin_of(world, liar, size=size)
    true, _ = twin.checkpoint()
    head = Checkpoint(origin=true.origin, size=true.size, root=Digest(true.root[:-2]))
    twin.head = head, sign_checkpoint(head, name=liar, key=world.keys[liar].journal)
    return bring(world, twin, victim, held=size, cosigned=cosigned_by(world, victim, liar))


def signed_again(world: World, liar: PartyId, victim: PartyId) -> str:
    """Its newest entry once more, the same payload under new signatures: one entry, and no fork."""
    size = held_by(world, victim, liar)
    disk = disk_at(world, liar, size=size - 1)
    origin = world.node(liar).keeper.own.origin
    (entry,) = world.stations[liar].store.entries(origin, size - 1, size)
    payload = peek_payload(entry.envelope, payload_type=STATEMENT_TYPE, what="statement")
    envelope = seal(STATEMENT_TYPE, payload, world.keys[liar].statements)
    disk.append(replace(entry, envelope=envelope, leaf=leaf_hash(envelope)), urgent=False)
    twin = twin_over(world, liar, disk)
    twin.head = world.node(liar).keeper.checkpoint()
    return bring(world, twin, victim, held=size - 1, cosigned=cosigned_by(world, victim, liar))


def beyond(world: World, liar: PartyId, victim: PartyId) -> str:
    """A head over one entry more than the victim was given."""
    size = held_by(world, victim, liar)
    twin = twin_of(world, liar, size=size)
    twin.say(_check(world, liar, to=victim, text_id="unseen"))
    return bring(world, twin, victim, held=size + 1, cosigned=cosigned_by(world, victim, liar))


def seen_otherwise(*, is_more: bool) -> Callable[[World, PartyId, PartyId], str]:
    """The next entry, which says that its author has seen more of the victim's journal than there is, or another."""

    def tell(world: World, liar: PartyId, victim: PartyId) -> str:
        size = held_by(world, victim, liar)
        twin = twin_of(world, liar, size=size)
        mirror = twin.book.of(victim)[-1]
        seen = list(mirror.tree.leaves())
        mirror.tree = Tree.of([*seen, bytes(32)] if is_more else [*seen[:-1], bytes(32)])
        twin.say(_check(world, liar, to=victim, text_id="seen"))
        return bring(world, twin, victim, held=size)

    return tell


def alert_nowhere(world: World, liar: PartyId, victim: PartyId) -> str:
    """An ALERT ahead of its backlog, with a proof that does not lead to its place."""
    twin = twin_of(world, liar, size=held_by(world, victim, liar))
    ref = _overtaking(world, twin, victim)
    twin.has_proofs = False
    return drive(world, twin, victim, deliver_urgent(twin, victim, ref), lambda body: body)


def alert_elsewhere(world: World, liar: PartyId, victim: PartyId) -> str:
    """An ALERT ahead of its backlog, where the liar's journal will have another entry."""
    twin = twin_of(world, liar, size=held_by(world, victim, liar))
    ref = _overtaking(world, twin, victim)
    code = drive(world, twin, victim, deliver_urgent(twin, victim, ref), lambda body: body)
    for number in range(2):
        following = _check(world, liar, to=victim, text_id=f"after-{number}")
        world.attempt(liar, methodcaller("say", following))
    return code


def badly_signed(kind: type[HashedPrivateKey]) -> Callable[[World, PartyId, PartyId], str]:
    """The next entry, under signatures of which one is not good."""

    def tell(world: World, liar: PartyId, victim: PartyId) -> str:
        size = held_by(world, victim, liar)
        keys = world.keys[liar]
        twin = twin_of(world, liar, size=size, key=kind(seeds=keys.statements.seeds))
        twin.say(_check(world, liar, to=victim, text_id="half"))
        return bring(world, twin, victim, held=size)

    return tell


def another_sender(world: World, liar: PartyId, victim: PartyId) -> str:
    """The victim's own requests, and everybody else's, as if they were the liar's: only hellos are answered."""
    for _, receiver, request in list(world.overheard):
        if receiver != victim or (request.method, request.target) == ("GET", "/hello"):
            serve(world, liar, victim, request)
    return TAKEN


def replay(world: World, liar: PartyId, victim: PartyId) -> str:
    """Old requests of its own, byte for byte, in another order."""
    for sender, receiver, request in reversed(list(world.overheard)):
        if (sender, receiver) == (liar, victim):
            serve(world, liar, victim, request)
    return TAKEN


def flood(world: World, liar: PartyId, victim: PartyId) -> str:
    """A hundred requests that mean nothing, and fifty statements at once."""
    rng = random.Random(world.now_ms)
    targets = ["/hello", "/journal/x/0", f"/journal/{liar}/x/-1", "/add-checkpoint", "/", "*"]
    for _ in range(100):
        body = rng.randbytes(rng.choice([0, 10, 5_000]))
        request = LinkRequest(method=rng.choice(["GET", "POST"]), target=rng.choice(targets), body=body)
        serve(world, liar, victim, request)
    for number in range(50):
        flooding = _check(world, liar, to=victim, text_id=f"flood-{number}")
        world.attempt(liar, methodcaller("say", flooding))
    return TAKEN


def not_for_you(world: World, liar: PartyId, victim: PartyId) -> str:
    """A check addressed to itself: nobody else may answer it."""
    del victim  # everybody holds it
    alone = _check(world, liar, to=liar, text_id="self")
    world.attempt(liar, methodcaller("say", alone))
    return TAKEN


LIES: Mapping[str, Lie] = {
    "signed again": Lie(tell=signed_again, codes=frozenset({TAKEN})),
    "Ed25519 only": Lie(tell=badly_signed(WithoutMldsa), codes=frozenset({"signature_invalid"})),
    "ML-DSA-44 only": Lie(tell=badly_signed(WithoutEd25519), codes=frozenset({"signature_invalid"})),
    "low-order R": Lie(tell=badly_signed(LowOrderR), codes=frozenset({"signature_invalid"})),
    "smaller head": Lie(tell=smaller_head, codes=frozenset({"smaller"})),
    "short root": Lie(tell=short_root, codes=frozenset({"malformed"})),
    "another sender": Lie(tell=another_sender, codes=frozenset({TAKEN})),
    "replay": Lie(tell=replay, codes=frozenset({TAKEN})),
    "flood": Lie(tell=flood, codes=frozenset({TAKEN})),
    "not for you": Lie(tell=not_for_you, codes=frozenset({TAKEN})),
    "head beyond": Lie(tell=beyond, codes=frozenset({"not_held"})),
    "seen more": Lie(tell=seen_otherwise(is_more=True), codes=frozenset({"head_beyond", "fork"})),
    "seen another": Lie(tell=seen_otherwise(is_more=False), codes=frozenset({"fork", "heads_backwards"})),
    "ALERT nowhere": Lie(tell=alert_nowhere, codes=frozenset({"bad_proof"})),
    "ALERT elsewhere": Lie(tell=alert_elsewhere, codes=frozenset({TAKEN}), is_proof_later=True),
    "two payloads": Lie(tell=two_payloads, codes=frozenset({"fork"})),
    "two heads": Lie(tell=two_heads, codes=frozenset({"fork"})),
}


def _overtaking(world: World, twin: Twin, victim: PartyId) -> Ref:
    """An ALERT of the twin with an entry before it that the victim lacks, under the head that it cosigned."""
    liar = twin.me
    twin.own.cosigned.update(world.node(liar).keeper.own.cosigned)
    twin.say(_check(world, liar, to=victim, text_id="gap"))
    return twin.say(_alert(world, liar, to=victim)).ref


def _check(world: World, liar: PartyId, *, to: PartyId, text_id: str) -> Say:
    return Say(
        to=(world.node(liar).state.desk_of(to),),
        code="LCK",
        body=LineCheck(path="data-1", kind="machine", text_id=text_id, clock_ms=world.now_ms),
        precedence="ADMIN",
        reply_to=None,
    )


def _alert(world: World, liar: PartyId, *, to: PartyId) -> Say:
    return Say(
        to=(world.node(liar).state.desk_of(to),),
        code="ALR",
        body=Alert(
            what="approaching",
            at=Point(lat_e7=390_000_000, lon_e7=-1_210_000_000),
            at_ms=world.now_ms,
            level=None,
            track_deg=None,
            call_on_khz=None,
            ask="turn",
        ),
        precedence="ALERT",
        reply_to=None,
    )
