"""Which points of edwards25519 may stand as a key, and which encodings may never stand as R.

A crafted key or R of low order makes a signature that one verifier takes and another refuses: evidence that
parties read differently. With keys held to prime order, and R kept off the 14 low-order encodings, the
verifiers in use agree.
Source: RFC 8032 section 5.1 (curve, decoding, addition); line.md section 2. Public values only, so
nothing here needs constant time.
"""

from __future__ import annotations

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
"""Order of the base point."""

_D = -121665 * pow(121666, -1, P) % P
_SQRT_MINUS_ONE = pow(2, (P - 1) // 4, P)
_SIGN = 1 << 255

Point = tuple[int, int, int, int]
"""Extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, x·y = T/Z."""

_IDENTITY: Point = (0, 1, 1, 0)

_ORDER_8_Y = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_LOW_ORDER_Y = (0, 1, P - 1, P, P + 1, _ORDER_8_Y, P - _ORDER_8_Y)

LOW_ORDER_ENCODINGS = frozenset(
    (y | sign).to_bytes(32, "little") for y in _LOW_ORDER_Y for sign in (0, _SIGN)
)
"""All 14 encodings, canonical or not, that some decoder reads as a point of order 1, 2, 4 or 8."""


def is_prime_order(encoded: bytes) -> bool:
    """Whether 32 bytes are the canonical encoding of a point whose order is exactly L; about 1 ms."""
    point = _decode(encoded)
    return point is not None and not _is_identity(point) and _is_identity(_times(L, point))


def _decode(encoded: bytes) -> Point | None:
    """RFC 8032 section 5.1.3; None where it is no point or not the canonical encoding."""
    if len(encoded) != 32:
        return None
    number = int.from_bytes(encoded, "little")
    y, sign = number & (_SIGN - 1), number >> 255
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (_D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x + u) % P == 0:
        x = x * _SQRT_MINUS_ONE % P
    if (v * x * x - u) % P != 0 or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def _add(p: Point, q: Point) -> Point:
    """RFC 8032 section 5.1.4; complete, so it also doubles."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * _D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _times(scalar: int, point: Point) -> Point:
    total = _IDENTITY
    while scalar:
        if scalar & 1:
            total = _add(total, point)
        point = _add(point, point)
        scalar >>= 1
    return total


def _is_identity(point: Point) -> bool:
    return point[0] % P == 0 and (point[1] - point[2]) % P == 0
