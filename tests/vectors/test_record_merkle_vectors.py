"""Would a stranger's log agree? Public RFC 6962 proofs, good and bad."""

from __future__ import annotations

import base64
import json
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from detente.errors import PeerError
from detente.record.merkle import verify_consistency, verify_inclusion

MERKLE = Path(__file__).resolve().parents[2] / "../shared/vectors/merkle/testdata"

ROOTS_OF_12_BYTES = "sizes-are-equal-one-and-proof-is-empty.json"
"""The one exception: it expects success for roots that are no SHA-256; we insist on 32 bytes."""


def cases(kind: str) -> list[Any]:
    if not MERKLE.is_dir():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"../shared is absent: {MERKLE}"))]
    files = sorted((MERKLE / kind).rglob("*.json"))
    assert len(files) == 98
    return [
        pytest.param(file, id="/".join(file.parts[-2:])) for file in files if file.name != ROOTS_OF_12_BYTES
    ]


def refused(expected: bool) -> AbstractContextManager[object]:
    return pytest.raises(PeerError, match="does not hold") if expected else nullcontext()


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


@pytest.mark.parametrize("file", cases("inclusion"))
def test_inclusion_proofs_are_judged_as_the_vectors_say(file: Path) -> None:
    case = json.loads(file.read_text())
    with refused(case["wantErr"]):
        verify_inclusion(
            leaf=raw(case["leafHash"]),
            index=case["leafIdx"],
            size=case["treeSize"],
            root=raw(case["root"]),
            proof=[raw(line) for line in case["proof"] or ()],
        )


@pytest.mark.parametrize("file", cases("consistency"))
def test_consistency_proofs_are_judged_as_the_vectors_say(file: Path) -> None:
    case = json.loads(file.read_text())
    with refused(case["wantErr"]):
        verify_consistency(
            old_size=case["size1"],
            new_size=case["size2"],
            old_root=raw(case["root1"]),
            new_root=raw(case["root2"]),
            proof=[raw(line) for line in case["proof"] or ()],
        )


def test_roots_that_are_no_sha256_are_refused() -> None:
    """What the vector left out above would have let pass."""
    short = b"twelve bytes"
    with pytest.raises(PeerError, match="32 bytes"):
        verify_consistency(old_size=1, new_size=1, old_root=short, new_root=short, proof=[])
