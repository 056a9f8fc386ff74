"""Would a stranger's program accept our journals? The PyPI verifier `aics-tlog` is asked, as it is published.

It implements C2SP tlog-tiles, tlog-checkpoint, signed-note and tlog-cosignature for Ed25519, and needs Python
3.12: it gets an environment of its own, `.aics-venv`, made by the first run. Skipped, loudly, where there is no
such interpreter or no package index. It is asked through `tools/aics_tlog_check`, as an investigator would.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from detente.crypto.card import PartyCard
from detente.crypto.keys import HybridPrivateKey
from detente.crypto.sealing import SealingPrivateKey
from detente.quantities import Digest
from detente.record.checkpoint import Checkpoint, cosign, sign_checkpoint
from detente.record.export import policy_of
from detente.record.journal import origin_of
from detente.record.merkle import leaf_hash, root_of
from detente.record.tiles import entry_bundles, hash_tiles

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".aics-venv"
TOOL = ROOT / "tools/aics_tlog_check"
PACKAGE = "aics-tlog==0.2.1"
COSIGNED_S = 1_700_000_000
PURPOSES = ("root", "statements", "journal", "cosigner")

Asked = Callable[[Path], dict[str, Any]]


def starts(python: str) -> bool:
    """Whether this is Python 3.12 or newer that really runs: a shim on the path may only say what is missing."""
    code = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 12))"
    return subprocess.run([python, "-c", code], capture_output=True, check=False).returncode == 0


def interpreter() -> str:
    on_path = [shutil.which(f"python3.{minor}") for minor in (12, 13, 14)]
    beside_shims = sorted(Path.home().glob(".pyenv/versions/3.1[234]*/bin/python3"))
    found = [python for python in (*on_path, *map(str, beside_shims)) if python and starts(python)]
    if not found:
        pytest.skip("aics-tlog was not asked: no python3.12, python3.13 or python3.14 that starts was found")
    return found[0]


def installed() -> Path:
    """The interpreter of `.aics-venv`, made once; two test processes take turns."""
    HOME.mkdir(exist_ok=True)
    (HOME / ".gitignore").write_text("*\n")
    python, stamp = HOME / "bin/python", HOME / "installed"
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if stamp.is_file() and stamp.read_text() == PACKAGE and starts(str(python)):
            return python
        subprocess.run([interpreter(), "-m", "venv", str(HOME)], check=True, capture_output=True)
        install = [python, "-m", "pip", "install", "--quiet", "--retries", "0", "--timeout", "15", PACKAGE]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(
                f"aics-tlog was not asked: pip could not install it here: {done.stderr.strip()[-300:]}"
            )
        stamp.write_text(PACKAGE)
    return python


@pytest.fixture(scope="module")
def ask() -> Asked:
    """Puts the folder of a journal to `aics-tlog`."""
    python = installed()

    def asked(folder: Path) -> dict[str, Any]:
        done = subprocess.run([python, TOOL, folder], capture_output=True, text=True, check=False)
        answer: dict[str, Any] = json.loads(done.stdout)
        assert done.returncode == (0 if answer["accepted"] else 1), done.stderr
        return answer

    return asked


def keys_of(party: str) -> dict[str, HybridPrivateKey]:
    seeds = {purpose: hashlib.sha256(f"{party} {purpose}".encode()).digest() for purpose in PURPOSES}
    return {
        purpose: HybridPrivateKey.from_seeds(seed, hashlib.sha256(seed).digest())
        for purpose, seed in seeds.items()
    }


def card_of(party: str) -> PartyCard:
    return PartyCard(
        v=1,
        party=party,
        **{purpose: key.public for purpose, key in keys_of(party).items()},
        tls_certificate_sha256="cd" * 32,
        sealing=SealingPrivateKey(seed=party.encode().ljust(32)).public,
        valid_from_ms=0,
        valid_until_ms=2**41,
    )


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """The folder of ALFA's journal, cosigned by BRAVO: 300 entries, so full and partial tiles on two levels.

    The entries are not envelopes: this program hashes them and no more.
    """
    origin = origin_of("ALFA", "sky-2020", "00c0ffee")
    entries = [b"entry %d" % seq for seq in range(300)]
    leaves = [leaf_hash(entry) for entry in entries]
    head = Checkpoint(origin=origin, size=len(entries), root=Digest(root_of(leaves).hex()))
    signed = sign_checkpoint(head, name="ALFA", key=keys_of("ALFA")["journal"])
    cosigned = cosign(head, name="BRAVO", key=keys_of("BRAVO")["cosigner"], time_s=COSIGNED_S)
    files = {
        "checkpoint": signed + cosigned,
        "policy": policy_of(origin, {party: card_of(party) for party in ("ALFA", "BRAVO")}),
        **hash_tiles(leaves),
        **entry_bundles(entries),
    }
    for path, content in files.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return tmp_path


def change(file: Path, position: int) -> None:
    """One bit of one byte."""
    content = bytearray(file.read_bytes())
    content[position] ^= 1
    file.write_bytes(content)


def respell(checkpoint: Path, line: int) -> None:
    """Another letter amid the signature of a line, past key id and time: still base64, another signature."""
    content = bytearray(checkpoint.read_bytes())
    at = line_starts(bytes(content))[line] + 40
    content[at] = ord("B") if content[at] == ord("A") else ord("A")
    checkpoint.write_bytes(content)


def line_starts(note: bytes) -> list[int]:
    """Where the signature of each line begins: author 0x01, author 0x06, cosigner 0x04, cosigner 0x06."""
    found, at = [], note.index("\n— ".encode())
    while at != -1:
        found.append(note.index(b" ", note.index(b" ", at) + 1) + 1)
        at = note.find("\n— ".encode(), at + 1)
    assert len(found) == 4
    return found


def test_a_stranger_accepts_head_cosignature_tiles_and_entries(ask: Asked, journal: Path) -> None:
    answer = ask(journal)
    assert answer["accepted"], answer
    assert (answer["origin"], answer["size"]) == ("ALFA/sky-2020/00c0ffee", 300)
    assert answer["cosigned_s"] == {"BRAVO": COSIGNED_S}


@pytest.mark.parametrize(
    ("path", "position"),
    [
        pytest.param("checkpoint", 24, id="size-of-the-head"),
        pytest.param("checkpoint", 30, id="root-of-the-head"),
        pytest.param("tile/0/000", 5000, id="full-tile"),
        pytest.param("tile/0/001.p/44", 40, id="partial-tile"),
        pytest.param("tile/1/000.p/1", 3, id="tile-of-tiles"),
        pytest.param("tile/entries/000", 100, id="full-bundle"),
        pytest.param("tile/entries/001.p/44", 8, id="partial-bundle"),
    ],
)
def test_a_stranger_refuses_one_changed_bit(ask: Asked, journal: Path, path: str, position: int) -> None:
    change(journal / path, position)
    assert not ask(journal)["accepted"]


@pytest.mark.parametrize("line", [pytest.param(0, id="author"), pytest.param(2, id="cosigner")])
def test_a_stranger_refuses_an_ed25519_line_with_another_letter(ask: Asked, journal: Path, line: int) -> None:
    respell(journal / "checkpoint", line)
    answer = ask(journal)
    assert not answer["accepted"]
    assert "failed verification" in answer["why"]


def test_what_a_stranger_that_knows_no_ml_dsa_cannot_see(ask: Asked, journal: Path) -> None:
    """A broken 0x06 line passes it: that is why our own verifier asks for both halves of every signature."""
    for line in (1, 3):
        respell(journal / "checkpoint", line)
    assert ask(journal)["accepted"]
