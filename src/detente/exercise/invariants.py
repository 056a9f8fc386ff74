"""What must hold in every played day, whatever breaks and whoever lies; looked at in the stores themselves.

1. Kept. What a store has once held it holds for ever, in the same order; an entry stands in one place.
2. Same. What a party holds of another's journal is how that journal begins in its author's own store.
3. Receipted. A cosigned head is the root of what lies in the cosigner's store.
4. Signed. Every entry held carries both signatures of its author, with a sound R, and its leaf is its hash.
5. Answered. Nobody answers what was not said to it, and no check of the line is echoed twice.
6. Known. A running node knows what its store holds, each entry counted once.
7. Faithful. No honest party is ever shown to have signed two pasts.
At the end, when everything is healed: all is delivered, receipted, answered and in one joint order, and whoever
keeps proof against a journal knows it.
None of this is asked through the code that is under test: hashes and signatures are computed here again.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from detente.crypto.dsse import Envelope, pae
from detente.crypto.points import LOW_ORDER_ENCODINGS
from detente.exercise.hashed_keys import ed25519_hash, mldsa44_hash
from detente.exercise.played_disk import PlayedDisk
from detente.exercise.world import Station, World
from detente.ports import StoredEntry, StoredHead
from detente.quantities import PartyId
from detente.record import order
from detente.record.statement import Statement

HASH_BYTES = 32


class InvariantError(AssertionError):
    """Something that must never happen has happened; the message says which rule, who and where."""


@dataclass
class _Holding:
    """What was seen of one journal in one store."""

    leaves: bytes = b""
    statements: list[Statement | None] = field(default_factory=list)
    salts: set[str] = field(default_factory=set)


class Inspector:
    """Looks at all stores of a world again and again.

    Args:
        liars: parties that do not count as honest.
    """

    def __init__(self, world: World, *, liars: frozenset[PartyId] = frozenset()) -> None:
        self._world = world
        self._honest = [party for party in world.stations if party not in liars]
        self._early: dict[tuple[PartyId, str, int], Statement] = {}
        """ALERTs that came ahead of the entries before them, by who holds them."""
        self._places: dict[PartyId, int] = defaultdict(int)
        self._held: dict[tuple[PartyId, str], _Holding] = defaultdict(_Holding)
        self._echoes: dict[tuple[PartyId, str, int], Counter[str]] = defaultdict(Counter)
        """By whom, of what, and in which own journal: a new generation may not know of an echo before it."""
        self._judged_heads: set[tuple[PartyId, str, PartyId, int]] = set()
        self._regrows: set[PartyId] = set()
        self._restored: set[PartyId] = set()
        self._answers_early: list[tuple[PartyId, Statement]] = []
        """Own answers that a peer gave back before what they answer."""
        memorandum = world.agreement.memorandum
        self._party_of = {post.id: PartyId(post.party) for post in memorandum.post}

    def inspect(self) -> None:
        """Raises InvariantError."""
        for party in self._honest:
            self._inspect_store(self._world.stations[party])
        early, self._answers_early = self._answers_early, []
        for party, statement in early:
            self._inspect_answer(party, statement)
        for party, statement in self._answers_early:
            what = f"entry {statement.seq} answers what is not held"
            _hold(party in self._regrows, "answered", party, what)
        for party in self._honest:
            self._inspect_mirrors(party)
            self._inspect_heads(self._world.stations[party])
            self._inspect_evidence(self._world.stations[party])
            if self._world.is_up(party):
                self._inspect_node(self._world.stations[party])

    def put_back(self, party: PartyId) -> None:
        """An old copy was put in place of a party's store: it is looked at anew, and grows again from its peers."""
        self._places.pop(party, None)
        self._held = defaultdict(_Holding, {key: one for key, one in self._held.items() if key[0] != party})
        self._answers_early = [one for one in self._answers_early if one[0] != party]
        for key in [key for key in self._echoes if key[0] == party]:
            del self._echoes[key]
        self._judged_heads = {one for one in self._judged_heads if one[0] != party}
        self._regrows.add(party)
        self._restored.add(party)

    def inspect_end(self) -> None:
        """After everything is healed and had its time. Raises InvariantError."""
        self._regrows.clear()
        self.inspect()
        for party, peer in itertools.permutations(self._honest, 2):
            _hold(self.is_settled(party, peer), "end", party, f"{peer} does not hold and receipt all of it")
        for party in self._honest:
            self._inspect_order(party)
            self._inspect_echoes(party)
            self._inspect_forks(party)

    def is_settled(self, party: PartyId, peer: PartyId) -> bool:
        """Whether a peer holds, and has receipted, all that lies in a party's own journals.

        A journal that was left because nobody could give it back whole needs no receipt from who holds more of it.
        """
        stored = self._world.stations[party].store.load()
        sizes = {head.origin: head.size for head in stored.heads if head.cosigner == peer}
        held = {one.origin: one.leaves for one in self._world.stations[peer].store.load().journals}
        return all(
            held.get(one.origin, b"").startswith(one.leaves)
            and (
                sizes.get(one.origin, 0) * HASH_BYTES == len(one.leaves)
                or (self._may_be_shorter(party, one.origin) and len(held[one.origin]) > len(one.leaves))
            )
            for one in stored.journals
            if _author(one.origin) == party
        )

    def said(self, party: PartyId) -> Iterator[Statement]:
        """Every statement in a party's own store and own journals, in their order."""
        for (holder, origin), held in self._held.items():
            if holder == party and _author(origin) == party:
                yield from (one for one in held.statements if one is not None)

    def _inspect_store(self, station: Station) -> None:
        stored = station.store.load()
        party, before = station.party, self._places[station.party]
        _hold(stored.place >= before, "kept", party, f"{before} entries were there, {stored.place} are")
        for journal in stored.journals:
            seen = self._held[party, journal.origin].leaves
            _hold(journal.leaves.startswith(seen), "kept", party, f"{journal.origin} was changed")
        for early, _ in stored.early:
            self._early[party, early.origin, early.seq] = self._opened(party, early)
        for entry in station.store.entries_after(before):
            self._inspect_entry(party, entry)
        self._places[party] = stored.place

    def _inspect_entry(self, party: PartyId, entry: StoredEntry) -> None:
        where = f"entry {entry.seq} of {entry.origin}"
        held = self._held[party, entry.origin]
        _hold(entry.seq == len(held.statements), "kept", party, f"{where} is out of order")
        held.leaves += entry.leaf
        if not entry.envelope:  # addressed to others
            held.statements.append(None)
            return
        leaf = hashlib.sha256(b"\0" + entry.envelope).digest()
        _hold(leaf == entry.leaf, "signed", party, f"the leaf of {where} is not its hash")
        statement = self._opened(party, entry)
        _hold(
            (statement.origin, statement.seq) == (entry.origin, entry.seq),
            "signed",
            party,
            f"{where} was signed for another place",
        )
        _hold(statement.salt not in held.salts, "kept", party, f"{where} stands there twice")
        held.salts.add(statement.salt)
        held.statements.append(statement)
        self._inspect_answer(party, statement)

    def _opened(self, party: PartyId, entry: StoredEntry) -> Statement:
        author = _author(entry.origin)
        envelope = msgspec.json.decode(entry.envelope, type=Envelope)
        payload = base64.b64decode(envelope.payload)
        message = pae(envelope.payloadType, payload)
        first, second = (base64.b64decode(one.sig) for one in envelope.signatures)
        ed25519, mldsa44 = self._world.agreement.cards[author].statements.raw()
        where = f"entry {entry.seq} of {entry.origin}"
        _hold(first[:32] not in LOW_ORDER_ENCODINGS, "signed", party, f"{where} has an R of low order")
        _hold(first == ed25519_hash(ed25519, message, first[:32]), "signed", party, f"{where}: Ed25519")
        _hold(second == mldsa44_hash(mldsa44, message, second[:8]), "signed", party, f"{where}: ML-DSA-44")
        return msgspec.json.decode(payload, type=Statement)

    def _inspect_answer(self, party: PartyId, statement: Statement) -> None:
        """Of own entries only: whom they answer, and how often."""
        ref = statement.reply_to
        if _author(statement.origin) != party or ref is None:
            return
        asked = self._held[party, ref.origin].statements
        question = self._early.get((party, ref.origin, ref.seq))
        if ref.seq < len(asked):
            question = asked[ref.seq]
        elif question is None:
            self._answers_early.append((party, statement))
            return
        is_to_us = question is not None and party in {self._party_of.get(post) for post in question.to}
        is_own = _author(ref.origin) == party
        where = f"entry {statement.seq} ({statement.code}) answers entry {ref.seq} of {ref.origin}"
        _hold(is_to_us or is_own, "answered", party, f"{where}, which was not said to it")
        if statement.code == "LCR":
            echoed = self._echoes[party, ref.origin, ref.seq]
            echoed[statement.origin] += 1
            _hold(echoed[statement.origin] == 1, "answered", party, f"{where} once more")

    def _inspect_mirrors(self, party: PartyId) -> None:
        """Also for a liar's own journals: what its honest node keeps is all that anybody may have taken."""
        stored = self._world.stations[party].store.load()
        for journal in stored.journals:
            author, own = self._own(journal.origin)
            is_same = own.startswith(journal.leaves)
            is_same |= self._may_be_shorter(author, journal.origin) and journal.leaves.startswith(own)
            what = f"what it holds of {journal.origin} is not how that journal begins at {author}"
            _hold(is_same, "same", party, what)
        for early, _ in stored.early:
            author, own = self._own(early.origin)
            leaf = own[early.seq * HASH_BYTES : (early.seq + 1) * HASH_BYTES]
            is_same = leaf == early.leaf or author not in self._honest
            is_same |= self._may_be_shorter(author, early.origin) and not leaf
            _hold(
                is_same, "same", party, f"ALERT {early.seq} of {early.origin} came early and stands nowhere"
            )

    def _may_be_shorter(self, author: PartyId, origin: str) -> bool:
        """Whether an author has lost its store, and grows its journal again or has begun another one since."""
        is_left = origin != self._world.node(author).keeper.own.origin
        return author in self._regrows or (author in self._restored and is_left)

    def _own(self, origin: str) -> tuple[PartyId, bytes]:
        """The author of a journal, and the leaves of it in the author's own store."""
        author = _author(origin)
        stored = {one.origin: one.leaves for one in self._world.stations[author].store.load().journals}
        return author, stored.get(origin, b"")

    def _inspect_heads(self, station: Station) -> None:
        for head in station.store.load().heads:
            place = station.party, head.origin, head.cosigner, head.size
            if place in self._judged_heads:
                continue
            self._judged_heads.add(place)
            self._inspect_head(station.party, head)

    def _inspect_head(self, party: PartyId, head: StoredHead) -> None:
        cosigner = self._world.stations[head.cosigner]
        held = {one.origin: one.leaves for one in cosigner.store.load().journals}.get(head.origin, b"")
        covered = held[: head.size * HASH_BYTES]
        if head.cosigner in self._regrows and len(held) < head.size * HASH_BYTES:
            return  # it lost with its store what it had receipted, and is given it again
        what = f"{head.cosigner} cosigned {head.size} entries of {head.origin}"
        _hold(len(covered) == head.size * HASH_BYTES, "receipted", party, f"{what} and does not hold them")
        _hold(root_of(covered).hex() == head.root, "receipted", party, f"{what} under another root")

    def _inspect_evidence(self, station: Station) -> None:
        if not isinstance(station.store, PlayedDisk):
            return
        for case in station.store.evidence:
            for origin in (one for holder, one in self._held if holder == station.party):
                is_false = origin in case.kind and _author(origin) in self._honest
                _hold(
                    not is_false, "faithful", station.party, f"it holds against an honest party: {case.kind}"
                )

    def _inspect_node(self, station: Station) -> None:
        """A node counts what it said and heard; the counts are those of its store."""
        state, party = station.node.state, station.party
        held = {origin: held for (holder, origin), held in self._held.items() if holder == party}
        whole = {
            is_own: sum(
                sum(one is not None for one in holding.statements)
                for origin, holding in held.items()
                if (_author(origin) == party) == is_own
            )
            for is_own in (True, False)
        }
        for is_own, counts in ((True, state.said_by_code), (False, state.heard_by_code)):
            known = sum(counts.values())
            word = "said" if is_own else "heard"
            _hold(known == whole[is_own], "known", party, f"{known} {word}, the store has {whole[is_own]}")
        own = held[station.node.keeper.own.origin]
        size = station.node.keeper.own.size
        _hold(
            size * HASH_BYTES == len(own.leaves), "known", party, f"its journal has {size} entries in memory"
        )

    def _inspect_order(self, party: PartyId) -> None:
        """In the joint order a journal stands in its own order, and an answer after what it answers."""
        statements = [
            one
            for (holder, _), held in self._held.items()
            if holder == party
            for one in held.statements
            if one is not None
        ]
        index = {place: at for at, place in enumerate(order.merged_order(statements))}
        _hold(len(index) == len(statements), "end", party, "the joint order loses or doubles a statement")
        for one in statements:
            earlier = [(one.origin, one.seq - 1)]
            if one.reply_to is not None and _author(one.reply_to.origin) in self._honest:
                earlier.append((one.reply_to.origin, one.reply_to.seq))
            for place in earlier:
                is_after = index.get(place, -1) < index[one.origin, one.seq]
                _hold(is_after, "end", party, f"entry {one.seq} of {one.origin} stands before {place}")

    def _inspect_forks(self, party: PartyId) -> None:
        """Whoever keeps proof of two pasts knows it, whatever failed in between."""
        store, known = self._world.stations[party].store, self._world.node(party).keeper.forked
        if isinstance(store, PlayedDisk):
            for case in store.evidence:
                is_known = any(origin in case.kind for origin in known)
                _hold(is_known, "end", party, f"it has forgotten what it keeps as proof: {case.kind}")

    def _inspect_echoes(self, party: PartyId) -> None:
        """Every machine's check of the line between honest parties was echoed."""
        for peer in (one for one in self._honest if one != party):
            for asked in self.said(peer):
                addressees = {self._party_of.get(post) for post in asked.to}
                is_check = asked.code == "LCK" and msgspec.json.decode(asked.body)["kind"] == "machine"
                if is_check and party in addressees:
                    is_echoed = (party, asked.origin, asked.seq) in self._echoes
                    _hold(is_echoed, "end", party, f"check {asked.seq} of {asked.origin} has no echo")


def root_of(leaves: bytes) -> bytes:
    """The RFC 6962 root over leaf hashes that stand one after the other, at least one."""
    size = len(leaves) // HASH_BYTES
    if size == 1:
        return leaves
    split = (1 << ((size - 1).bit_length() - 1)) * HASH_BYTES
    return hashlib.sha256(b"\1" + root_of(leaves[:split]) + root_of(leaves[split:])).digest()


def _author(origin: str) -> PartyId:
    return PartyId(origin.split("/")[0])


def _hold(is_so: bool, rule: str, party: PartyId, what: str) -> None:
    if not is_so:
        raise InvariantError(f"{rule}: {party}: {what}")
