"""The identity in force: one hash over the exact bytes of the file and of every annex.

Source: the annexes can be replaced on their own, so their bytes count beside the file's; each part stands
behind its name and length, so that no byte can move from one to another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from detente.quantities import Digest


def identity_in_force(file: bytes, annexes: Mapping[str, bytes]) -> Digest:
    """SHA-256 over the file and its annexes in the order of their names."""
    whole = hashlib.sha256(b"detente memorandum 1\n")
    for name, part in [("", file), *sorted(annexes.items())]:
        raw = name.encode()
        whole.update(len(raw).to_bytes(8, "big") + raw + len(part).to_bytes(8, "big") + part)
    return Digest(whole.hexdigest())
