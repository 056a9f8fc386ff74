"""Bytes as text with one spelling: standard base64 with padding, and no other text for the same bytes.

Source: RFC 4648 section 4. Python's decoder takes stray bits in the last character ("QQ==" and "QR==" are
both "A"), so a changed character could leave the bytes as they were; here it is refused.
"""

from __future__ import annotations

import base64
import binascii

from detente.errors import PeerError


def text_of(raw: bytes) -> str:
    """The one spelling."""
    return base64.b64encode(raw).decode("ascii")


def bytes_of(text: str, *, what: str, length: int | None = None) -> bytes:
    """The bytes, of exactly `length` where given; raises PeerError `malformed` naming `what`."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as why:
        raise PeerError("malformed", f"The {what} is not standard base64.") from why
    if text_of(raw) != text:
        raise PeerError("malformed", f"The {what} is not the one base64 spelling of its bytes.")
    if length is not None and len(raw) != length:
        raise PeerError("malformed", f"The {what} has {len(raw)} bytes; {length} are wanted.")
    return raw
