"""Typed values to JSON bytes and back, with one layout: what re-encodes to other bytes is refused.

Source: RFC 8259, restricted: keys in the order of the type, no white space, no duplicates, no floats in
anything signed. The layout rule gives one encoding without a canonicalisation scheme.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from detente.errors import PeerError

T = TypeVar("T")

_ENCODER = msgspec.json.Encoder()


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of everything signed or sent: frozen, named fields only, unknown fields refused."""


def encode(value: object) -> bytes:
    """The one layout of a value."""
    return _ENCODER.encode(value)


def decode(data: bytes, type_: type[T], *, what: str, bytes_max: int) -> T:
    """A value from a stranger's bytes; raises PeerError saying what was wrong.

    Args:
        what: names the thing in the message, for example ``statement``.
        bytes_max: from `detente.wire.limits`.
    """
    if len(data) > bytes_max:
        raise PeerError("too_large", f"The {what} has {len(data)} bytes; at most {bytes_max} are taken.")
    try:
        value = msgspec.json.decode(data, type=type_)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as why:
        raise PeerError("malformed", f"The {what} cannot be read: {why}.") from why
    if _ENCODER.encode(value) != data:
        raise PeerError(
            "layout",
            f"The {what} is not in the one layout: key order, spacing, duplicates or escapes differ.",
        )
    return value
