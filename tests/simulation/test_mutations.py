"""Bugs planted into the product: each must make a simulated day fail, on days that pass without it.

A simulation that has never failed proves nothing. Each mutation replaces one rule of the product for the time of
a test; the days on which it is sought are the same for the healthy product, and there they pass.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import pytest

from detente.crypto import keys
from detente.crypto.dsse import peek_payload
from detente.exercise.day import play_day
from detente.exercise.invariants import InvariantError
from detente.exercise.played_disk import PlayedDisk
from detente.node import entries
from detente.ports import StoredHead
from detente.quantities import PartyId
from detente.record import checkpoint, order
from detente.record.checkpoint import open_checkpoint
from detente.record.statement import STATEMENT_TYPE
from detente.runtime import answering, early, witness
from detente.runtime.book import Book
from detente.runtime.keeper import Keeper
from detente.runtime.witness import Witness

Patch = pytest.MonkeyPatch


@dataclass(frozen=True)
class Mutation:
    """One planted bug, and the days on which it is sought; `shows` is part of what is then said of it."""

    plant: Callable[[Patch], None]
    shows: str
    seeds: Sequence[int] = range(2)
    day: dict[str, Any] = field(default_factory=lambda: {"hours": 8, "is_lying": False})


def told(*lies: str) -> dict[str, Any]:
    """Days on which one party tells these lies."""
    return {"hours": 8, "is_lying": True, "lies": lies}


CRASHING = {"hours": 8, "is_lying": False, "is_put_back": False, "cut": 0.03}
PUT_BACK = {"hours": 8, "is_lying": False, "is_put_back": True}


# --- the record


def receipt_before_sync(patch: Patch) -> None:
    """As SQLite with synchronous=NORMAL: what returned from a commit may be lost."""
    real = PlayedDisk.__init__
    patch.setattr(PlayedDisk, "__init__", lambda self, rng, **_: real(self, rng, synced_every=40))


def no_deduplication(patch: Patch) -> None:
    """What is held already is taken up once more."""
    real = Witness.take_entries

    def take_entries(self: Witness, *, peer: PartyId, origin: str, seq: int, items: Any, tell: Any) -> None:
        held = self._book.journals[origin].size if origin in self._book.journals else 0
        real(self, peer=peer, origin=origin, seq=seq, items=items, tell=tell)
        for row in self._book.store.entries(origin, seq, min(held, seq + len(items))):
            statement = self._book._statement_of(row)
            if statement is not None:
                tell(self._book._entry(self._book.journals[origin], row, statement))

    patch.setattr(Witness, "take_entries", take_entries)


def nothing_resent(patch: Patch) -> None:
    """What was sent once counts as delivered, whether or not a receipt came."""
    real_parcel, real_unreceipted = Keeper.parcel, Keeper.unreceipted
    sent: dict[tuple[int, PartyId], int] = {}

    def parcel(self: Keeper, peer: PartyId, journal: Any, seq: int) -> Any:
        items = real_parcel(self, peer, journal, seq)
        sent[id(self), peer] = seq + len(items)
        return items

    def unreceipted(self: Keeper, peer: PartyId) -> int:
        return 0 if sent.get((id(self), peer), 0) >= self.own.size else real_unreceipted(self, peer)

    patch.setattr(Keeper, "parcel", parcel)
    patch.setattr(Keeper, "unreceipted", unreceipted)
    patch.setattr("detente.exercise.world.World.beat", lambda *_, **__: None)


def leaf_from_the_message(patch: Patch) -> None:
    """The leaf is what the message says of itself, here its salt, and not computed from its bytes."""

    def claimed(envelope: bytes) -> bytes:
        payload = peek_payload(envelope, payload_type=STATEMENT_TYPE, what="statement")
        return hashlib.sha256(msgspec.json.decode(payload)["salt"].encode()).digest()

    real = answering.split_items
    patch.setattr(
        answering,
        "split_items",
        lambda parcel: [(item, claimed(item) if item else leaf) for item, leaf in real(parcel)],
    )


def fork_not_kept(patch: Patch) -> None:
    patch.setattr(Book, "keep_fork", lambda *_: None)


def signed_again_is_another(patch: Patch) -> None:
    """Envelopes are compared and not payloads, although ML-DSA signs with chance."""
    patch.setattr(witness, "payload_of", lambda envelope: envelope)


def nobody_asked(patch: Patch) -> None:
    """A restored copy goes on as if it were the newest."""
    real = Keeper.__init__

    def init(self: Keeper, **given: Any) -> None:
        real(self, **given)
        self.must_ask = False

    patch.setattr(Keeper, "__init__", init)


def nothing_taken_back(patch: Patch) -> None:
    """The peers are asked, and what they give back is let go."""
    patch.setattr(Keeper, "restore", lambda *_, **__: None)


def ordered_by_clock(patch: Patch) -> None:
    """The joint order goes by the times that the authors claim."""

    def merged_order(statements: Any) -> tuple[Any, ...]:
        return tuple((one.origin, one.seq) for one in sorted(statements, key=lambda one: one.sent_ms))

    patch.setattr(order, "merged_order", merged_order)


# --- heads


def judged(patch: Patch, judge: Callable[..., Any]) -> None:
    """`judge` is given what `judge_checkpoint` is given, and that function itself first."""
    real = witness.judge_checkpoint
    patch.setattr(witness, "judge_checkpoint", lambda note, **given: judge(real, note, **given))


def smaller_head(patch: Patch) -> None:
    """A smaller head is cosigned; the store stops the node before it is recorded."""
    judged(
        patch,
        lambda real, note, **given: real(note, **given | {"cosigned": None, "old_size": 0, "proof": ()}),
    )


def smaller_head_stored(patch: Patch) -> None:
    """And the store does not compare either: check and store apart."""
    smaller_head(patch)

    def put_head(self: PlayedDisk, head: StoredHead, *, size_before: int) -> None:
        self._put(self._heads, (head.origin, head.cosigner), head)

    patch.setattr(PlayedDisk, "put_head", put_head)


def other_root_at_equal_size(patch: Patch) -> None:
    """At the size that was cosigned nothing is compared any more."""

    def judge(real: Any, note: bytes, **given: Any) -> Any:
        head = open_checkpoint(note, name=given["name"], key=given["key"])
        cosigned = given["cosigned"]
        is_equal = cosigned is not None and head.size == cosigned.size
        return head if is_equal else real(note, **given)

    judged(patch, judge)


def head_beyond_what_is_held(patch: Patch) -> None:
    """A head is cosigned before its entries are here."""

    def judge(real: Any, note: bytes, **given: Any) -> Any:
        head = open_checkpoint(note, name=given["name"], key=given["key"])
        return head if head.size > given["tree"].size else real(note, **given)

    judged(patch, judge)


def short_root(patch: Patch) -> None:
    """A root of any length is read."""
    real = checkpoint.bytes_of
    patch.setattr(checkpoint, "bytes_of", lambda text, *, what, **_: real(text, what=what))


def heads_not_judged(patch: Patch) -> None:
    """What an author says that it has seen is not compared with what is here."""
    patch.setattr(witness, "judge_heads", lambda *_, **__: None)


# --- ALERTs that overtake


def alert_without_proof(patch: Patch) -> None:
    patch.setattr(early, "verify_inclusion", lambda **_: None)


def alert_never_placed(patch: Patch) -> None:
    """What came early is not compared with what then stands in its place."""
    patch.setattr(Book, "_place_early", lambda *_: None)


# --- signatures


def classical_half_is_enough(patch: Patch) -> None:
    patch.setattr(keys, "verify_mldsa44", lambda *_, **__: None)


def other_half_is_enough(patch: Patch) -> None:
    patch.setattr(keys, "verify_ed25519", lambda *_, **__: None)


def low_order_r(patch: Patch) -> None:
    patch.setattr(keys, "LOW_ORDER_ENCODINGS", frozenset())


# --- what the node makes of it


def recipient_not_checked(patch: Patch) -> None:
    """Every statement is taken as if it were addressed to us."""
    real = entries.heard

    def heard(state: Any, event: Any) -> Any:
        to = (state.desk_of(state.me),)
        return real(state, replace(event, statement=msgspec.structs.replace(event.statement, to=to)))

    patch.setattr(entries, "heard", heard)


def owed_is_forgotten(patch: Patch) -> None:
    """After a crash nobody says what was owed before it."""
    patch.setattr(entries, "started", lambda state, *_: (state, ()))


MUTATIONS = {
    "receipt before sync": Mutation(receipt_before_sync, "stopped|receipted|same|kept", range(4)),
    "no deduplication": Mutation(no_deduplication, "heard, the store has", range(4)),
    "nothing is sent again after a cut": Mutation(nothing_resent, "does not hold and receipt", range(4)),
    "leaf taken from the message": Mutation(leaf_from_the_message, "is not its hash"),
    "fork not kept": Mutation(fork_not_kept, "left 0 proofs", day=told("two payloads", "two heads")),
    "signed again is another entry": Mutation(
        signed_again_is_another, "signed again", day=told("signed again")
    ),
    "restored without asking": Mutation(nobody_asked, "same|stopped|faithful|end", range(4), PUT_BACK),
    "restored without taking back": Mutation(
        nothing_taken_back, "same|stopped|faithful|end", range(8), PUT_BACK
    ),
    "joint order by clock": Mutation(ordered_by_clock, "stands before"),
    "smaller head judged good": Mutation(smaller_head, "stopped", day=told("smaller head")),
    "check and store apart": Mutation(smaller_head_stored, "smaller head", day=told("smaller head")),
    "other root at equal size": Mutation(other_root_at_equal_size, "two heads", day=told("two heads")),
    "head beyond what is held": Mutation(head_beyond_what_is_held, "head beyond", day=told("head beyond")),
    "short root": Mutation(short_root, "short root", day=told("short root")),
    "heads not judged": Mutation(heads_not_judged, "seen", day=told("seen more", "seen another")),
    "ALERT without proof of its place": Mutation(
        alert_without_proof, "ALERT nowhere", day=told("ALERT nowhere")
    ),
    "ALERT never placed": Mutation(alert_never_placed, "promised", day=told("ALERT elsewhere")),
    "Ed25519 alone is enough": Mutation(classical_half_is_enough, "Ed25519 only", day=told("Ed25519 only")),
    "ML-DSA-44 alone is enough": Mutation(other_half_is_enough, "ML-DSA-44 only", day=told("ML-DSA-44 only")),
    "R of low order": Mutation(low_order_r, "low-order R", day=told("low-order R")),
    "recipient not checked": Mutation(recipient_not_checked, "not said to it", day=told("not for you")),
    "what was owed is forgotten": Mutation(owed_is_forgotten, "has no echo", range(6), CRASHING),
}


HOW_LONG: dict[str, tuple[dict[str, Any], int]] = {}
for _one in MUTATIONS.values():
    _seeds = max(len(_one.seeds), HOW_LONG.get(str(_one.day), ({}, 0))[1])
    HOW_LONG[str(_one.day)] = (_one.day, _seeds)


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_planted_bug_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mutation = MUTATIONS[name]
    mutation.plant(monkeypatch)
    with pytest.raises(InvariantError, match=mutation.shows):
        for seed in mutation.seeds:
            play_day(seed, **mutation.day)


@pytest.mark.parametrize("how", HOW_LONG)
def test_the_healthy_product_lives_through_the_same_days(how: str) -> None:
    day, count = HOW_LONG[how]
    for seed in range(count):
        play_day(seed, **day)
