"""Every link is down: what one party owes another goes on a stick, and the receipts come back on one."""

from __future__ import annotations

import random
from typing import Any

import pytest

from detente.errors import PeerError
from detente.line.bodies_duty import LineCheck
from detente.node.effects import Say
from detente.quantities import PartyId, PostId
from detente.runtime.carried import MAGIC, pack, sender_of, unpack

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")


def say(party: Any, text: str, to: str) -> None:
    party.node.keeper.say(
        Say(
            to=(PostId(to),),
            code="LCK",
            body=LineCheck(path="data-1", kind="human", text_id=text, clock_ms=party.clock.at_ms),
            precedence="ADMIN",
            reply_to=None,
        )
    )


@pytest.fixture
def coast(make_honest: Any) -> Any:
    return make_honest(party=COAST, seed=7)


def carry(giver: Any, taker: Any) -> Any:
    file = pack(giver.node.keeper, taker.node.keeper.me)
    assert sender_of(file) == giver.node.keeper.me
    return unpack(taker.node.keeper, file, taker.node)


def test_two_sticks_bring_everything_and_both_receipts(honest: Any, coast: Any) -> None:
    for number in range(80):
        say(honest, f"s{number}", "coast.air")
    say(coast, "c", "sierra.air")
    there = carry(honest, coast)
    assert there.held == [(honest.node.keeper.own.origin, 81)]
    back = carry(coast, honest)
    assert [(origin, one.size) for origin, one in back.receipts] == [(honest.node.keeper.own.origin, 81)]
    assert honest.node.keeper.unreceipted(COAST) == 0
    again = carry(honest, coast)
    assert again.receipts, "the way back carried COAST's entries, and this one their receipt"
    assert coast.node.keeper.unreceipted(SIERRA) == 0
    assert coast.node.keeper.held_of(SIERRA)[0].envelopes == honest.node.keeper.own.envelopes
    assert coast.node.state.heard_by_code["LCK"] == 80


def test_taking_a_file_twice_changes_nothing(honest: Any, coast: Any) -> None:
    say(honest, "s", "coast.air")
    file = pack(honest.node.keeper, COAST)
    first = unpack(coast.node.keeper, file, coast.node)
    place = coast.node.keeper.book.place
    assert unpack(coast.node.keeper, file, coast.node) == first
    assert coast.node.keeper.book.place == place


def test_a_file_goes_on_from_the_newest_receipt(honest: Any, coast: Any) -> None:
    for number in range(40):
        say(honest, f"s{number}", "coast.air")
    carry(honest, coast)
    carry(coast, honest)
    long = len(pack(honest.node.keeper, COAST))
    say(honest, "more", "coast.air")
    assert len(pack(honest.node.keeper, COAST)) < long + 20_000
    assert carry(honest, coast).held == [(honest.node.keeper.own.origin, 42)]


def test_only_the_recipient_opens_it(honest: Any, coast: Any, make_honest: Any) -> None:
    file = pack(coast.node.keeper, SIERRA)
    with pytest.raises(PeerError) as caught:
        unpack(coast.node.keeper, file, coast.node)
    assert caught.value.code == "not_for_us"
    assert b"sierra.air" not in pack(honest.node.keeper, COAST).partition(b"}\n")[2]


def test_any_changed_byte_is_refused_and_nothing_is_taken(honest: Any, coast: Any) -> None:
    say(honest, "s", "coast.air")
    file = pack(honest.node.keeper, COAST)
    seed = random.randrange(2**32)
    rng = random.Random(seed)
    for _ in range(60):
        at = rng.randrange(len(file))
        changed = bytearray(file)
        changed[at] ^= 1 << rng.randrange(8)
        with pytest.raises(PeerError):
            unpack(coast.node.keeper, bytes(changed), coast.node)
        assert not coast.node.keeper.held_of(SIERRA), f"seed {seed}, byte {at}"


@pytest.mark.parametrize("file", [b"", b"hello", MAGIC, MAGIC + b"{}\n", MAGIC + b"[" * 5000 + b"\n"])
def test_what_is_no_carried_file_is_said_so(coast: Any, file: bytes) -> None:
    with pytest.raises(PeerError):
        unpack(coast.node.keeper, file, coast.node)


def test_a_gap_is_named(honest: Any, coast: Any) -> None:
    say(honest, "s", "coast.air")
    carry(honest, coast)
    carry(coast, honest)
    say(honest, "lost", "coast.air")
    other = pack(honest.node.keeper, COAST)
    coast.node.keeper.book.journals.pop(honest.node.keeper.own.origin)
    with pytest.raises(PeerError) as caught:
        unpack(coast.node.keeper, other, coast.node)
    assert caught.value.code == "gap"
