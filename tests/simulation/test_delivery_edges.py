"""Delivery where it is hard: lost receipts, peers of another release or agreement, old copies, full disks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from detente.adapters.sqlite_store import SqliteStore
from detente.errors import DamageError, PeerError
from detente.line.bodies_duty import LineCheck, Opening
from detente.line.catalogue import parse_body
from detente.node.effects import Say
from detente.ports import LinkRequest, LinkResponse
from detente.quantities import Digest, PartyId, PostId
from detente.record.merkle import leaf_hash
from detente.record.parcel import join_items
from detente.runtime.delivery import Hello, deliver
from detente.runtime.node import ASK_MS
from detente.wire import encode

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
Peer = Callable[[LinkRequest], LinkResponse]


def check(text_id: str) -> Say:
    body = LineCheck(path="data-1", kind="machine", text_id=text_id, clock_ms=0)
    return Say(to=(PostId("coast.air"),), code="LCK", body=body, precedence="ADMIN", reply_to=None)


def talk(honest: Any, peer: Peer) -> int:
    """Drive one delivery to COAST to its end; returns the receipted size."""
    conversation = deliver(honest.node.keeper, COAST)
    request = next(conversation)
    while True:
        try:
            request = conversation.send(peer(request))
        except StopIteration as done:
            return done.value


@pytest.fixture
def coast(make_honest: Any) -> Any:
    return make_honest(party=COAST)


@pytest.fixture
def at_coast(coast: Any) -> Peer:
    return lambda request: coast.node.serve(SIERRA, request)


def with_hello(peer: Peer, **other: object) -> Peer:
    """A peer that says something else in its hello."""

    def answered(request: LinkRequest) -> LinkResponse:
        response = peer(request)
        if request.target != "/hello":
            return response
        hello = msgspec.json.decode(response.body)
        return LinkResponse(status=200, body=encode({**hello, **other}))

    return answered


def test_after_one_conversation_the_peer_holds_all_and_has_receipted_it(
    honest: Any, coast: Any, at_coast: Peer
) -> None:
    honest.node.keeper.say(check("a"))
    assert talk(honest, at_coast).size == 2
    assert coast.node.keeper.held_of(SIERRA)[0].envelopes == honest.node.keeper.own.envelopes
    assert honest.node.keeper.unreceipted(COAST) == 0


@pytest.mark.parametrize("lost", range(5))
def test_whatever_answer_is_lost_the_next_conversation_ends_with_the_same_receipt(
    honest: Any, coast: Any, at_coast: Peer, lost: int
) -> None:
    """Also the receipt itself, after the peer committed it: it gives the very same lines again."""
    honest.node.keeper.say(check("a"))
    conversation = deliver(honest.node.keeper, COAST)
    request = next(conversation)
    for step in range(lost + 1):
        response = at_coast(request)
        if step < lost:
            try:
                request = conversation.send(response)
            except StopIteration:
                break
    before = coast.node.keeper.held_of(SIERRA)[0].cosigned.copy() if coast.node.keeper.mirrors else {}
    assert talk(honest, at_coast).size == 2
    mirror = coast.node.keeper.held_of(SIERRA)[0]
    assert mirror.envelopes == honest.node.keeper.own.envelopes
    if before:
        assert mirror.cosigned == before
    assert coast.node.state.heard_by_code == {"OPN": 1, "LCK": 1}


def test_what_is_said_during_a_conversation_is_brought_before_the_head_is_shown(
    honest: Any, coast: Any, at_coast: Peer
) -> None:
    """It once showed a head over entries that it had not brought; the peer refused, and the line seemed cut."""

    def busy(request: LinkRequest) -> LinkResponse:
        if request.target.startswith("/journal/") and honest.node.keeper.own.size < 5:
            honest.node.keeper.say(check(f"n{honest.node.keeper.own.size}"))
        return at_coast(request)

    assert talk(honest, busy).size == 5


def test_another_version_is_named_even_if_its_hello_has_fields_that_we_do_not_know(
    honest: Any, at_coast: Peer
) -> None:
    with pytest.raises(PeerError) as caught:
        talk(honest, with_hello(at_coast, protocol=3, sealing="hpke"))
    assert caught.value.code == "other_version"
    assert "COAST speaks protocol 3, this node 2" in caught.value.message
    assert caught.value.cure


def test_another_memorandum_is_named_with_both_identities(honest: Any, at_coast: Peer) -> None:
    with pytest.raises(PeerError) as caught:
        talk(honest, with_hello(at_coast, identity=Digest("12" * 32)))
    assert caught.value.code == "other_memorandum"
    assert "121212121212" in caught.value.message
    assert honest.node.keeper.agreement.identity[:12] in caught.value.message


def test_a_hello_of_another_party_is_refused(honest: Any, at_coast: Peer) -> None:
    with pytest.raises(PeerError) as caught:
        talk(honest, with_hello(at_coast, party="x\u001b[2J"))
    assert caught.value.code == "other_party"
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"protocol":"1"}', b"\xff", b"[" * 100_000, b'{"protocol":2}']
)
def test_a_hello_that_cannot_be_read_is_the_peers_fault(honest: Any, body: bytes) -> None:
    with pytest.raises(PeerError) as caught:
        talk(honest, lambda _: LinkResponse(status=200, body=body))
    assert caught.value.code == "malformed"


@pytest.mark.parametrize(
    "response",
    [
        LinkResponse(status=500, body=b""),
        LinkResponse(status=503, body=b"<html>"),
        LinkResponse(status=400, body=b'{"code":"x\\u001b[31m","message":"' + b"y" * 5000 + b'"}'),
    ],
)
def test_a_refusal_is_told_in_one_short_printable_line(honest: Any, response: LinkResponse) -> None:
    with pytest.raises(PeerError) as caught:
        talk(honest, lambda _: response)
    assert caught.value.code == "refused_by_peer"
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 800


def test_a_receipt_for_another_head_or_by_another_key_is_none(
    honest: Any, coast: Any, at_coast: Peer
) -> None:
    """A receipt is for one head and from one party; anything else leaves the entry in the outbox."""

    def swapped(request: LinkRequest) -> LinkResponse:
        response = at_coast(request)
        if request.target != "/add-checkpoint":
            return response
        lines = response.body.splitlines(keepends=True)
        return LinkResponse(status=200, body=lines[1] + lines[1], content_type=response.content_type)

    with pytest.raises(PeerError):
        talk(honest, swapped)
    assert honest.node.keeper.unreceipted(COAST) == 1
    talk(honest, at_coast)
    receipt = coast.node.keeper.held_of(SIERRA)[0].cosigned[COAST].cosignature
    honest.node.keeper.say(check("more"))
    with pytest.raises(PeerError):
        talk(
            honest,
            lambda one: (
                LinkResponse(status=200, body=receipt) if one.target == "/add-checkpoint" else at_coast(one)
            ),
        )
    assert honest.node.keeper.unreceipted(COAST) == 1


# --- old copies


def old_copy(store: SqliteStore, keep: int) -> SqliteStore:
    """A store as it was when its own journal had `keep` entries and no receipt."""
    copy = SqliteStore(None)
    for entry in [one for one in store.entries_after(0) if one.origin.startswith("SIERRA/")][:keep]:
        copy.append(entry, urgent=False)
    return copy


@pytest.mark.parametrize("more", range(1, 5))
def test_a_restored_old_copy_is_found_before_anything_of_it_leaves(
    honest: Any, coast: Any, at_coast: Peer, make_honest: Any, more: int
) -> None:
    """Mutation: restore without asking. However much other it has said since: fewer, as many, or more."""
    for text in ("a", "b"):
        honest.node.keeper.say(check(text))
    talk(honest, at_coast)
    restored = make_honest(store=old_copy(honest.store, 1), clock=honest.clock, seed=1)
    for number in range(more):
        restored.node.keeper.say(check(f"other{number}"))
    asked: list[str] = []

    def watched(request: LinkRequest) -> LinkResponse:
        asked.append(request.method)
        return at_coast(request)

    with pytest.raises(DamageError) as caught:
        talk(restored, watched)
    assert caught.value.code == "restored_old_copy"
    assert caught.value.cure
    assert set(asked) == {"GET"}
    assert not coast.node.state.forked
    assert coast.node.keeper.held_of(SIERRA)[0].envelopes == honest.node.keeper.own.envelopes


def test_a_restored_old_copy_that_has_said_nothing_since_is_given_back_what_it_lacks(
    honest: Any, coast: Any, at_coast: Peer, make_honest: Any
) -> None:
    for text in ("a", "b"):
        honest.node.keeper.say(check(text))
    talk(honest, at_coast)
    restored = make_honest(store=old_copy(honest.store, 1), clock=honest.clock, seed=1)
    receipt = talk(restored, at_coast)
    assert receipt.size == 3
    restored.node.receipted(COAST, receipt)
    assert restored.node.state.own_size == 3
    assert restored.node.keeper.own.envelopes == honest.node.keeper.own.envelopes
    restored.node.keeper.say(check("c"))
    assert talk(restored, at_coast).size == 4
    assert not coast.node.state.forked


def test_a_copy_that_reaches_no_peer_opens_a_new_generation_that_names_the_last_head(
    honest: Any, coast: Any, at_coast: Peer, make_honest: Any
) -> None:
    honest.node.keeper.say(check("a"))
    talk(honest, at_coast)
    store = old_copy(honest.store, 1)
    load = store.load
    store.load = lambda: replace(load(), may_be_a_copy=True)
    restored = make_honest(store=store, clock=honest.clock, seed=1)
    restored.node.start()
    restored.node.look()
    assert restored.node.keeper.must_ask, "nothing is signed while a peer may still answer"
    restored.clock.at_ms += ASK_MS + 1
    restored.node.look()
    own = restored.node.keeper.own
    assert own.origin != honest.node.keeper.own.origin
    opening = parse_body(restored.said[0], restored.node.state.memorandum.disclosure)
    assert isinstance(opening, Opening)
    assert opening.previous is not None
    assert (opening.previous.origin, opening.previous.size) == (honest.node.keeper.own.origin, 1)
    talk(restored, at_coast)
    assert not coast.node.state.forked
    assert restored.node.keeper.book.journals[honest.node.keeper.own.origin].size == 2, (
        "given back all the same"
    )


def test_a_peer_cannot_stop_a_node_with_a_number(honest: Any, at_coast: Peer) -> None:
    """That it holds more of our journal must be shown with our own signature."""
    talk(honest, at_coast)
    held = [{"origin": honest.node.keeper.own.origin, "size": 10, "cosigned": 10, "early": 0}]
    with pytest.raises(PeerError) as caught:
        talk(honest, with_hello(at_coast, held=held))
    assert "not held here" in caught.value.message

    def forged(request: LinkRequest) -> LinkResponse:
        if request.method == "GET" and request.target.startswith("/journal/"):
            envelope = honest.node.keeper.own.envelopes[0]
            return LinkResponse(status=200, body=join_items([(envelope, leaf_hash(envelope))]))
        return with_hello(at_coast, held=held)(request)

    with pytest.raises(PeerError) as caught:
        talk(honest, forged)
    assert caught.value.code == "misplaced"


def test_a_peer_that_lost_its_disk_is_brought_everything_again(
    honest: Any, at_coast: Peer, make_honest: Any
) -> None:
    honest.node.keeper.say(check("a"))
    talk(honest, at_coast)
    empty = make_honest(party=COAST, seed=2)
    honest.node.keeper.say(check("b"))
    assert talk(honest, lambda request: empty.node.serve(SIERRA, request)).size == 3
    assert empty.node.keeper.held_of(SIERRA)[0].envelopes == honest.node.keeper.own.envelopes


def test_a_full_disk_at_the_peer_is_named_and_its_entries_stay_in_the_outbox(
    honest: Any, coast: Any, at_coast: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise DamageError("disk_full", "The disk that holds it is full; nothing new is signed.")

    with monkeypatch.context() as patch:
        patch.setattr(coast.store, "append", full)
        with pytest.raises(PeerError) as caught:
            talk(honest, at_coast)
        assert "disk_full" in caught.value.message
        assert coast.node.state.disk_is_full
    assert honest.node.keeper.unreceipted(COAST) == 1
    assert talk(honest, at_coast).size == 1


def test_hello_says_who_what_and_how_much_is_held(honest: Any, coast: Any, at_coast: Peer) -> None:
    talk(honest, at_coast)
    hello = msgspec.json.decode(at_coast(LinkRequest(method="GET", target="/hello")).body, type=Hello)
    assert (hello.party, hello.memorandum, hello.protocol) == ("COAST", "FIRES-2020", 2)
    assert [(one.origin, one.size, one.cosigned, one.early) for one in hello.held] == [
        (honest.node.keeper.own.origin, 1, 1, 0)
    ]
