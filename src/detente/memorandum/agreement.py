"""A memorandum in force for one node: read, checked, signed by all, and inside its duration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from detente.crypto.card import PartyCard, root_digest
from detente.errors import OperatorError
from detente.memorandum.check import check
from detente.memorandum.identity import identity_in_force
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.signing import verify_memorandum
from detente.quantities import Digest, PartyId, UtcMs, utc_ms_of, utc_text


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """What every node of the parties executes; `cards` holds exactly the memorandum's parties."""

    memorandum: Memorandum
    identity: Digest
    file: bytes
    annexes: Mapping[str, bytes]
    sidecar: bytes
    cards: Mapping[PartyId, PartyCard]


def agree(
    file: bytes,
    annexes: Mapping[str, bytes],
    sidecar: bytes | None,
    cards: Mapping[str, PartyCard],
    *,
    now_ms: UtcMs,
) -> Agreement:
    """The agreement in force at `now_ms`.

    Raises: OperatorError `problems`, `template`, `unsigned`, `altered`, `unknown_card`, `not_yet_in_force` or
    `expired`: none of these starts a node.
    """
    memorandum = read_memorandum(file)
    problems = memorandum if not isinstance(memorandum, Memorandum) else check(memorandum, template=True)
    if problems or not isinstance(memorandum, Memorandum):
        raise OperatorError(
            "problems",
            f"The memorandum has {len(problems)} problem(s); the first: {problems[0].path}: {problems[0].message}",
            cure="See all: detente memorandum check FILE",
        )
    if check(memorandum, template=False):
        raise OperatorError(
            "template",
            "This is a template: it names no party's keys yet.",
            cure="Fill it in: detente memorandum new --from TEMPLATE --card ...",
        )
    unsigned = verify_memorandum(file, annexes, sidecar, cards=cards)
    if unsigned:
        altered = any("altered" in one.cure for one in unsigned)
        raise OperatorError(
            "altered" if altered else "unsigned",
            " ".join(one.message for one in unsigned),
            cure=unsigned[0].cure,
        )
    _in_force(memorandum, now_ms)
    return Agreement(
        memorandum=memorandum,
        identity=identity_in_force(file, annexes),
        file=file,
        annexes=annexes,
        sidecar=sidecar or b"",
        cards=_known_cards(memorandum, cards),
    )


def _in_force(memorandum: Memorandum, now_ms: UtcMs) -> None:
    begins_ms = utc_ms_of(memorandum.duration.in_force_from)
    ends_ms = utc_ms_of(memorandum.duration.ends)
    if now_ms < begins_ms:
        raise OperatorError(
            "not_yet_in_force",
            f"The memorandum is in force from {utc_text(begins_ms)}; it is {utc_text(now_ms)}.",
            cure="Wait, or agree an earlier date and sign anew.",
        )
    if now_ms >= ends_ms:
        raise OperatorError(
            "expired",
            f"The memorandum ended at {utc_text(ends_ms)}; it is {utc_text(now_ms)}.",
            cure="Agree a new version and sign it.",
        )


def _known_cards(memorandum: Memorandum, cards: Mapping[str, PartyCard]) -> Mapping[PartyId, PartyCard]:
    known = {}
    for party in memorandum.party:
        card = cards.get(party.id)
        if card is None or root_digest(card) != party.root_card_sha256:
            raise OperatorError(
                "unknown_card",
                f"The card of {party.id} that the memorandum names is not pinned here.",
                cure="Meet them: detente pair HOME",
            )
        known[PartyId(party.id)] = card
    return known
