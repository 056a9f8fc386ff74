"""Every party's signature over a memorandum, in a sidecar beside the file; both kinds must verify.

What is signed is small and says what it is: id, version and identity in force, behind DSSE's encoding. The
sidecar carries each party's root key; that it is the right one follows from the hash in the memorandum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from detente.crypto.card import PartyCard, digest_of_root, root_digest
from detente.crypto.dsse import pae
from detente.crypto.keys import HybridPrivateKey, HybridPublicKey, HybridSignature, verify
from detente.errors import OperatorError, PeerError
from detente.memorandum.check import check
from detente.memorandum.identity import identity_in_force
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.problem import Problem
from detente.quantities import Digest
from detente.wire import Record, decode, encode
from detente.wire.limits import MEMORANDUM_BYTES_MAX

SIDECAR_SUFFIX = ".sigs.json"
MEMORANDUM_TYPE = "application/vnd.detente.memorandum+json"


class _Signed(Record, frozen=True, kw_only=True):
    v: Literal[1]
    id: str
    version: str
    identity: Digest


class PartySignature(Record, frozen=True, kw_only=True):
    """One party's consent."""

    party: str
    root: HybridPublicKey
    signature: HybridSignature


class Sidecar(Record, frozen=True, kw_only=True):
    """All consents so far, in the order of the parties' names."""

    v: Literal[1]
    identity: Digest
    signatures: tuple[PartySignature, ...]


def sign_memorandum(
    file: bytes,
    annexes: Mapping[str, bytes],
    sidecar: bytes | None,
    *,
    card: PartyCard,
    root: HybridPrivateKey,
) -> bytes:
    """The sidecar with this party's signature added or replaced.

    Raises: OperatorError where the file breaks any rule that refers to another, does not name this card, or the
    sidecar belongs to other bytes.
    """
    memorandum = read_memorandum(file)
    problems = check(memorandum, template=False) if isinstance(memorandum, Memorandum) else memorandum
    if problems or not isinstance(memorandum, Memorandum):
        raise OperatorError(
            "problems",
            f"Nobody should sign this: {len(problems)} problem(s);"
            f" the first: {problems[0].path}: {problems[0].message}",
            cure="See all: detente memorandum check FILE",
        )
    named = {party.id: party.root_card_sha256 for party in memorandum.party}
    if named.get(card.party) != root_digest(card):
        raise OperatorError(
            "not_a_party",
            f"The memorandum does not name the root key of {card.party}.",
            cure="Fill it in with: detente memorandum new --from TEMPLATE",
        )
    identity = identity_in_force(file, annexes)
    others: tuple[PartySignature, ...] = ()
    if sidecar is not None:
        read = _read_sidecar(sidecar)
        if read.identity != identity:
            raise OperatorError(
                "altered",
                "The signatures beside the file are for other bytes.",
                cure="Take the file that was signed, or begin the signatures anew by removing the sidecar.",
            )
        others = tuple(one for one in read.signatures if one.party != card.party)
    own = PartySignature(
        party=card.party, root=root.public, signature=root.sign(_message(memorandum, identity))
    )
    return encode(
        Sidecar(v=1, identity=identity, signatures=tuple(sorted((*others, own), key=lambda one: one.party)))
    )


def verify_memorandum(
    file: bytes, annexes: Mapping[str, bytes], sidecar: bytes | None, *, cards: Mapping[str, PartyCard]
) -> tuple[Problem, ...]:
    """Everything that keeps a memorandum from being signed by all: empty only if every party's both hold.

    Args:
        cards: only used to hold the sidecar's root keys against cards that are known; may lack parties.
    """
    memorandum = read_memorandum(file)
    if not isinstance(memorandum, Memorandum):
        return memorandum
    if sidecar is None:
        names = ", ".join(party.id for party in memorandum.party if party.role != "observer")
        return (
            Problem(
                path="", message=f"Nobody has signed: {names} must.", cure="detente memorandum sign FILE"
            ),
        )
    try:
        read = _read_sidecar(sidecar)
    except PeerError as why:
        return (Problem(path="", message=why.message, cure="Get the signatures from the parties again."),)
    return tuple(_signature_problems(memorandum, identity_in_force(file, annexes), read, cards))


def _signature_problems(
    memorandum: Memorandum, identity: Digest, sidecar: Sidecar, cards: Mapping[str, PartyCard]
) -> Iterator[Problem]:
    if sidecar.identity != identity:
        yield Problem(
            path="",
            message=f"The signatures are for identity {sidecar.identity[:12]}; these bytes have {identity[:12]}.",
            cure="The file or an annex was altered after signing: take the signed bytes, or sign anew.",
        )
        return
    signed = {one.party: one for one in sidecar.signatures}
    for index, party in enumerate(memorandum.party):
        one = signed.pop(party.id, None)
        path = f"party[{index}]"
        if one is None:
            yield Problem(
                path=path, message=f"{party.id} has not signed.", cure=f"{party.id} signs this file."
            )
            continue
        card = cards.get(party.id)
        if digest_of_root(party.id, one.root) != party.root_card_sha256 or (card and card.root != one.root):
            yield Problem(
                path=f"{path}.root_card_sha256",
                message=f"The signature of {party.id} is by another root key than the memorandum names.",
                cure="Pair again, fill the memorandum in anew, and sign.",
            )
            continue
        try:
            verify(one.root, _message(memorandum, identity), one.signature, what=f"signature of {party.id}")
        except PeerError as why:
            yield Problem(path=path, message=why.message, cure=f"{party.id} signs this file again.")
    for party_id in signed:
        yield Problem(path="", message=f"{party_id} signed, but is no party.", cure="Remove that signature.")


def _message(memorandum: Memorandum, identity: Digest) -> bytes:
    signed = _Signed(
        v=1, id=memorandum.memorandum.id, version=memorandum.memorandum.version, identity=identity
    )
    return pae(MEMORANDUM_TYPE, encode(signed))


def _read_sidecar(data: bytes) -> Sidecar:
    return decode(data, Sidecar, what="signature file", bytes_max=MEMORANDUM_BYTES_MAX)
