"""Signed by all, over these very bytes, by the right keys, and in force: otherwise it starts no node."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from detente.crypto.card import PartyCard
from detente.crypto.keys import HybridPrivateKey
from detente.errors import OperatorError
from detente.exercise.parties import keys_from_seed
from detente.memorandum.agreement import agree
from detente.memorandum.identity import identity_in_force
from detente.memorandum.signing import sign_memorandum, verify_memorandum
from detente.memorandum.template import fill, template
from detente.ports import Keys
from detente.quantities import UtcMs, parse_utc_text

NOW_MS = parse_utc_text("2020-09-08T00:00:00Z")
MADE: Mapping[str, tuple[Keys, HybridPrivateKey]] = {
    name: keys_from_seed(name, 5) for name in ("SIERRA", "COAST")
}
CARDS: Mapping[str, PartyCard] = {name: keys.card for name, (keys, _) in MADE.items()}
FILE = fill(template("fires-2020"), CARDS)


def sign(file: bytes, *names: str, annexes: Mapping[str, bytes] | None = None) -> bytes | None:
    sidecar: bytes | None = None
    for name in names:
        keys, root = MADE[name]
        sidecar = sign_memorandum(file, annexes or {}, sidecar, card=keys.card, root=root)
    return sidecar


SIGNED = sign(FILE, "SIERRA", "COAST")


def refused(
    file: bytes, sidecar: bytes | None, *, now_ms: UtcMs = NOW_MS, cards: Mapping[str, PartyCard] = CARDS
) -> str:
    with pytest.raises(OperatorError) as caught:
        agree(file, {}, sidecar, cards, now_ms=now_ms)
    assert caught.value.cure
    return caught.value.code


def test_signed_by_all_it_is_in_force() -> None:
    agreement = agree(FILE, {}, SIGNED, CARDS, now_ms=NOW_MS)
    assert agreement.identity == identity_in_force(FILE, {})
    assert set(agreement.cards) == {"SIERRA", "COAST"}


def test_unsigned_it_starts_no_node() -> None:
    assert refused(FILE, None) == "unsigned"


def test_one_signature_is_not_enough() -> None:
    assert refused(FILE, sign(FILE, "SIERRA")) == "unsigned"
    problems = verify_memorandum(FILE, {}, sign(FILE, "SIERRA"), cards=CARDS)
    assert ["COAST has not signed" in one.message for one in problems] == [True]


def test_altered_after_signing_it_starts_no_node() -> None:
    assert refused(FILE.replace(b"lateral_nm = 1.0", b"lateral_nm = 0.5", 1), SIGNED) == "altered"


def test_an_annex_counts_like_the_file() -> None:
    signed = sign(FILE, "SIERRA", "COAST", annexes={"a.toml": b"one"})
    assert verify_memorandum(FILE, {"a.toml": b"one"}, signed, cards=CARDS) == ()
    for annexes in ({"a.toml": b"two"}, {}, {"b.toml": b"one"}, {"a.toml": b"one", "b.toml": b""}):
        assert verify_memorandum(FILE, annexes, signed, cards=CARDS)


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ("2020-08-31T23:59:59Z", "not_yet_in_force"),
        ("2020-11-01T00:00:00Z", "expired"),
        ("2031-01-01T00:00:00Z", "expired"),
    ],
)
def test_outside_its_duration_it_starts_no_node(when: str, code: str) -> None:
    assert refused(FILE, SIGNED, now_ms=parse_utc_text(when)) == code


def test_a_template_starts_no_node() -> None:
    assert refused(template("fires-2020"), None) == "template"


def test_a_broken_one_starts_no_node() -> None:
    assert refused(FILE.replace(b"heartbeat_s = 60", b"heartbeat_s = 600"), None) == "problems"
    assert refused(b"not toml [", None) == "problems"


def test_a_party_that_was_never_paired_is_named() -> None:
    assert refused(FILE, SIGNED, cards={"SIERRA": CARDS["SIERRA"]}) == "unknown_card"


def test_another_root_key_than_the_named_one_is_refused() -> None:
    keys, root = keys_from_seed("COAST", 6)
    with pytest.raises(OperatorError) as caught:
        sign_memorandum(FILE, {}, None, card=keys.card, root=root)
    assert caught.value.code == "not_a_party"


def test_signatures_for_other_bytes_are_not_added_to() -> None:
    keys, root = MADE["COAST"]
    with pytest.raises(OperatorError) as caught:
        sign_memorandum(FILE + b"\n", {}, sign(FILE, "SIERRA"), card=keys.card, root=root)
    assert caught.value.code == "altered"


@pytest.mark.parametrize("seed", range(40))
def test_no_changed_byte_of_the_signatures_passes(seed: int) -> None:
    assert SIGNED is not None
    rng = random.Random(seed)
    data = bytearray(SIGNED)
    at = rng.randrange(len(data))
    data[at] ^= 1 << rng.randrange(8)
    assert verify_memorandum(FILE, {}, bytes(data), cards=CARDS), f"seed {seed}, byte {at}"
