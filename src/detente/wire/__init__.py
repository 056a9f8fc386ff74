"""Values to bytes and back, with a limit on every size.

Takes: typed records. Gives: bytes in one layout, and records from a stranger's bytes or a `PeerError`.
Next: `detente.crypto` signs the bytes.
"""

from detente.wire.codec import Record, decode, encode

__all__ = ["Record", "decode", "encode"]
