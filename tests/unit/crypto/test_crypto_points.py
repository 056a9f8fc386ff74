from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from detente.crypto import points
from detente.crypto.points import LOW_ORDER_ENCODINGS, L, P, is_prime_order

BASE = bytes.fromhex("5866666666666666666666666666666666666666666666666666666666666666")


def test_the_base_point_and_ordinary_keys_are_of_prime_order() -> None:
    assert is_prime_order(BASE)
    for number in range(8):
        seed = hashlib.sha256(bytes([number])).digest()
        key = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        assert is_prime_order(key)


def test_there_are_14_low_order_encodings_and_each_is_of_order_8_or_less() -> None:
    """Eight points; six more spellings that careless decoders also take."""
    assert len(LOW_ORDER_ENCODINGS) == 14
    reduced = set()
    for encoding in LOW_ORDER_ENCODINGS:
        assert not is_prime_order(encoding)
        number = int.from_bytes(encoding, "little")
        y, sign = number % 2**255 % P, number >> 255
        x_is_zero = y in (1, P - 1)
        point = points._decode((y | (0 if x_is_zero else sign) << 255).to_bytes(32, "little"))
        assert point is not None
        assert points._is_identity(points._times(8, point))
        reduced.add((point[0], point[1]))
    assert len(reduced) == 8


def test_a_key_with_a_low_order_part_is_refused() -> None:
    """Base point plus a point of order 8: on the curve, canonical, and of order 8 L."""
    torsion = points._decode(points._ORDER_8_Y.to_bytes(32, "little"))
    base = points._decode(BASE)
    assert torsion is not None
    assert base is not None
    x, y, z, _ = points._add(base, torsion)
    x, y = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P
    mixed = (y | (x & 1) << 255).to_bytes(32, "little")
    assert points._decode(mixed) is not None
    assert points._is_identity(points._times(8 * L, (x, y, 1, x * y % P)))
    assert not is_prime_order(mixed)


def test_what_is_no_canonical_point_is_refused() -> None:
    assert not is_prime_order(b"")
    assert not is_prime_order(BASE + b"\x00")
    assert not is_prime_order((2).to_bytes(32, "little")), "y = 2 is not on the curve"
    assert not is_prime_order((P + 3).to_bytes(32, "little")), "3 has one spelling"
