"""`spec/verify_record.py`, written from the specification alone: one file that agrees with our own verifier.

Under guard, and whole, it is run as an investigator runs it, by a bare interpreter in a process of its own; the
hundreds of changed records are given to the same file, read once.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec
import pytest

from detente.crypto.card import root_digest, sign_card
from detente.line.evidence import verify_evidence
from detente.memorandum.identity import identity_in_force
from detente.memorandum.signing import sign_memorandum
from detente.memorandum.template import fill, template
from detente.quantities import Digest
from detente.record.export import INDEX, MEMORANDUM, SIDECAR, JournalExport, export_files, index_of
from detente.record.verify import verify_journals
from detente.wire import encode

VERIFIER = Path(__file__).resolve().parents[3] / "spec/verify_record.py"
SEED = 20_201_109
CHANGES = 60
MEMORANDUM_ID = "sky-2020"
ANNEXES = {"frequencies.toml": b"# none\n"}
LINES_MAX = 610
"""600 for the record, and a dozen for the recordings that it names."""

GUARD = """
import sys

def refuse(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.system", "os.exec")):
        raise RuntimeError(f"guarded: {event}")
    if event == "import" and arguments[0].split(".")[0] in ("detente", "socket", "_socket", "ssl"):
        raise RuntimeError(f"guarded: import {arguments[0]}")
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        raise RuntimeError(f"guarded: writing {arguments[0]}")

sys.addaudithook(refuse)
"""

Files = dict[str, bytes]


class Talk:
    """A conversation under a memorandum that is real and signed; entry 0 of each journal opens it."""

    def __init__(self, conversation: Any) -> None:
        self.conversation = conversation
        self.talkers = conversation.talkers
        names = [talker.name for talker in self.talkers]
        base, parties = (
            ("neighbours-2030", ("ALFA", "BRAVO")) if len(names) > 2 else ("fires-2020", ("SIERRA", "COAST"))
        )
        text = template(base).decode().replace(base.upper(), MEMORANDUM_ID)
        for was, now in zip(parties, names, strict=False):
            text = text.replace(was, now)
        self.file = fill(text.encode(), {talker.name: talker.card for talker in self.talkers})
        self.sidecar = self.signed_by(*self.talkers)
        self.identity = identity_in_force(self.file, ANNEXES)
        for talker in self.talkers:
            talker.envelopes.clear()
            talker.statements.clear()
            self.open(talker)

    def signed_by(self, *talkers: Any) -> bytes:
        sidecar = None
        for talker in talkers:
            root = talker.keys["root"]
            sidecar = sign_memorandum(self.file, ANNEXES, sidecar, card=talker.card, root=root)
        assert sidecar is not None
        return sidecar

    def open(self, talker: Any, **changes: object) -> None:
        cards = [
            {"party": one.name, "root_card_sha256": root_digest(one.card)}
            for one in self.conversation.talkers
        ]
        body = {"identity": self.identity, "cards": cards, "previous": None} | changes
        self.say(talker, code="OPN", precedence="ADMIN", body=msgspec.Raw(encode(body)))

    def say(self, talker: Any, heads: Any = (), **changes: object) -> None:
        talker.say(heads, **({"identity": self.identity} | changes))

    def answer(self, talker: Any, **changes: object) -> None:
        """A statement that has seen all the others, and answers the last of one."""
        others = [other for other in self.talkers if other.name != talker.name]
        newest = others[0].ref(len(others[0].envelopes) - 1)
        self.say(talker, [other.head() for other in others], **({"reply_to": newest} | changes))

    def talk(self, rounds: int) -> Talk:
        for _ in range(rounds):
            for talker in self.talkers:
                self.answer(talker)
        return self

    def change_keys(self, talker: Any) -> None:
        """Says KEY by the old key; what follows is signed by the new ones."""
        new = {}
        for purpose in ("statements", "journal", "cosigner"):
            seed = hashlib.sha256(f"{talker.name} {purpose} anew".encode()).digest()
            new[purpose] = type(talker.keys[purpose]).from_seeds(seed, hashlib.sha256(seed).digest())
        public = {purpose: key.public for purpose, key in new.items()}
        talker.card = msgspec.structs.replace(talker.card, **public)
        card = base64.b64encode(sign_card(talker.card, talker.keys["root"])).decode()
        self.answer(talker, code="KEY", body=msgspec.Raw(encode({"card": card})))
        talker.keys.update(new)

    def export(self, journals: list[JournalExport] | None = None) -> Files:
        """`card_bytes` stay those of the first card."""
        return export_files(
            memorandum=self.file,
            sidecar=self.sidecar,
            annexes=ANNEXES,
            memorandum_id=MEMORANDUM_ID,
            identity=self.identity,
            cards={talker.name: talker.card_bytes for talker in self.talkers},
            newest={talker.name: talker.card for talker in self.talkers},
            journals=[self.conversation.journal(one) for one in self.talkers]
            if journals is None
            else journals,
        )


@pytest.fixture
def talk(talking: Any) -> Talk:
    """ALFA and BRAVO: an opening and three entries each."""
    return Talk(talking).talk(3)


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """The verifier on an export in a folder: exit status and what it printed.

    Read once and called; with an environment of its own it is a process of its own.
    """
    folders = iter(range(10_000))

    def on(files: Files, *options: str, environment: dict[str, str] | None = None) -> tuple[int, str]:
        folder = tmp_path / f"export {next(folders)}"
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        if environment is None:
            return called(str(folder), *options)
        command = [sys.executable, str(VERIFIER), str(folder), *options]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        assert done.stderr == "", done.stderr
        return done.returncode, done.stdout

    return on


def called(*arguments: str) -> tuple[int, str]:
    said = io.StringIO()
    with redirect_stdout(said), pytest.MonkeyPatch.context() as patched:
        patched.setattr(sys, "argv", [str(VERIFIER), *arguments])
        status: int = single_file().main()
    return status, said.getvalue()


@cache
def single_file() -> ModuleType:
    spec = spec_from_file_location("verify_record", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look for it there
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def codes(run: Any) -> Callable[[Files], set[str]]:
    """The codes that the single file finds; where it finds none, ours must find none either, and so on."""

    def found(files: Files) -> set[str]:
        status, printed = run(files, "--json")
        said = json.loads(printed)
        assert status == (0 if said["ok"] else 1)
        assert said["ok"] == verify_evidence(files).ok, said["findings"]
        return {one["code"] for one in said["findings"]}

    return found


def reindexed(talk: Talk, files: Files) -> Files:
    """What a liar does after altering files."""
    rest = {path: content for path, content in files.items() if path != INDEX}
    index = index_of(rest, memorandum_id=MEMORANDUM_ID, identity=Digest(talk.identity))
    return rest | {INDEX: encode(index)}


def test_an_evening_is_enough_to_read_it() -> None:
    lines = VERIFIER.read_text(encoding="utf-8").splitlines()
    assert sum(1 for line in lines if line.strip()) <= LINES_MAX


def test_an_honest_export_holds(talk: Talk, run: Any) -> None:
    files = talk.export()
    assert verify_evidence(files).problems == ()
    status, printed = run(files)
    assert status == 0, printed
    assert "Everything holds." in printed
    assert printed.count("nothing found") == 9


def test_without_an_index_it_says_what_it_did_not_ask(talk: Talk, run: Any) -> None:
    status, printed = run({path: content for path, content in talk.export().items() if path != INDEX})
    assert status == 1
    assert printed.count("not asked") == 8
    assert "[file_missing]" in printed


def test_entries_above_the_receipted_head_are_judged_too(talk: Talk, codes: Any) -> None:
    alfa, bravo = talk.talkers
    journals = [talk.conversation.journal(alfa, 2), talk.conversation.journal(bravo)]
    files = talk.export(journals)
    assert any(path.endswith("/tail") for path in files)
    assert codes(files) == set()


def test_tiles_of_two_levels_hold(talking: Any, codes: Any) -> None:
    """A full tile and a full bundle, a partial one beside them, and one tile above."""
    files = Talk(talking).talk(258).export()
    assert "journals/ALFA/00c0ffee/tile/1/000.p/1" in files
    assert codes(files) == set()


def test_entries_for_others_are_their_hash_alone(three: Any, codes: Any, run: Any) -> None:
    """In a bundle and in a tail; a tile that is altered there leads to no signed root."""
    talk = Talk(three).talk(2)
    alfa, *others = talk.talkers
    whole = three.journal(alfa, 2)
    items = [
        (b"", leaf) if seq in (1, 2) else (envelope, leaf) for seq, (envelope, leaf) in enumerate(whole.items)
    ]
    files = talk.export([replace(whole, items=items), *map(three.journal, others)])
    assert codes(files) == set()
    assert f"{alfa.origin}: 3 entries, of 2 the hash alone" in run(files)[1]
    tile = bytearray(files["journals/ALFA/00c0ffee/tile/0/000.p/2"])
    tile[40] ^= 1
    altered = files | {"journals/ALFA/00c0ffee/tile/0/000.p/2": bytes(tile)}
    assert "root_mismatch" in codes(reindexed(talk, altered))


def test_parties_may_have_receipted_different_sizes(three: Any, codes: Any) -> None:
    """The least is the checkpoint; the later head lies beside it, and must be one of these entries."""
    talk = Talk(three).talk(2)
    alfa, bravo, charlie = talk.talkers
    least, most = three.journal_alone(alfa, bravo, size=1), three.journal_alone(alfa, charlie)
    both = replace(least, cosigned={**least.cosigned, **most.cosigned})
    files = talk.export([both, three.journal(bravo), three.journal(charlie)])
    assert codes(files) == set()
    later = "journals/ALFA/00c0ffee/cosigned/CHARLIE"
    assert codes(reindexed(talk, files | {later: files[later].replace(b"\n3\n", b"\n2\n")})) & {
        "signature_invalid",
        "root_mismatch",
    }


def test_a_journal_that_nobody_receipted_is_refused_by_both(three: Any, codes: Any) -> None:
    talk = Talk(three).talk(1)
    alfa, *others = talk.talkers
    files = talk.export([three.journal_alone(alfa, alfa), *map(three.journal, others)])
    assert codes(files) == {"signature_missing"}


def test_keys_change_by_a_statement_and_old_signatures_stay_good(talk: Talk, codes: Any) -> None:
    """Entries, heads and cosignatures, each by the card of its place; in the next journal from its beginning."""
    alfa, bravo = talk.talkers
    early = talk.conversation.journal(bravo, 2).cosigned
    talk.change_keys(alfa)
    talk.talk(2)
    assert codes(talk.export()) == set()
    old = replace(talk.conversation.journal(bravo), cosigned=early)
    assert codes(talk.export([talk.conversation.journal(alfa), old])) == set(), "cosigned by the old key"
    following = type(alfa)(alfa.name, generation="00000000")
    following.keys, following.card = alfa.keys, alfa.card
    talk.open(following, previous=alfa.head())
    talk.say(following, [bravo.head()])
    journals = [talk.conversation.journal(one) for one in (alfa, bravo)]
    assert codes(talk.export([*journals, talk.conversation.journal_alone(following, bravo)])) == set()


def test_the_old_key_signs_nothing_after_the_change(talk: Talk, codes: Any) -> None:
    alfa = talk.talkers[0]
    old = dict(alfa.keys)
    talk.change_keys(alfa)
    alfa.keys["statements"] = old["statements"]
    talk.talk(1)
    assert codes(talk.export()) == {"signature_invalid"}


def test_the_json_says_what_was_found(talk: Talk, run: Any) -> None:
    said = json.loads(run(talk.export(), "--json")[1])
    assert said["ok"] is True
    assert said["identity"] == talk.identity
    assert {origin: (one["entries"], list(one["receipts"])) for origin, one in said["journals"].items()} == {
        alfa.origin: (4, [bravo.name]) for alfa, bravo in (talk.talkers, talk.talkers[::-1])
    }


@pytest.mark.slow
def test_sixty_random_single_byte_changes_are_refused_by_both(talk: Talk, run: Any) -> None:
    """Anywhere in any file, the index included: both verifiers refuse every one."""
    files = talk.export()
    chance = random.Random(SEED)
    print(f"seed {SEED}")
    for number in range(CHANGES):
        path = chance.choice(sorted(files))
        altered = bytearray(files[path])
        at = chance.randrange(len(altered))
        altered[at] ^= chance.randrange(1, 256)
        changed = files | {path: bytes(altered)}
        status, printed = run(changed)
        where = f"seed {SEED}, change {number}: byte {at} of {path}"
        assert status == 1, where
        assert "REFUSED" in printed, where
        assert not verify_journals(changed).ok, where


@pytest.mark.slow
def test_sixty_random_changes_under_a_new_index_are_judged_alike(talk: Talk, codes: Any) -> None:
    """The index is made to fit: what is left to find them are hashes and signatures; only `codes` compares."""
    files = talk.export()
    chance = random.Random(SEED + 1)
    print(f"seed {SEED + 1}")
    for number in range(CHANGES):
        path = chance.choice(sorted(files.keys() - {INDEX}))
        altered = bytearray(files[path])
        at = chance.randrange(len(altered))
        altered[at] ^= chance.randrange(1, 256)
        where = f"seed {SEED + 1}, change {number}: byte {at} of {path}"
        assert codes(reindexed(talk, files | {path: bytes(altered)})), where


def journal_file(name: str) -> str:
    return f"journals/BRAVO/00c0ffee/{name}"


@pytest.mark.parametrize(
    ("path", "change", "code"),
    [
        pytest.param(journal_file("policy"), lambda old: old[:-1], "policy_altered", id="policy"),
        pytest.param(journal_file("policy"), None, "policy_altered", id="no-policy"),
        pytest.param(journal_file("checkpoint"), None, "checkpoint_missing", id="no-checkpoint"),
        pytest.param(journal_file("tile/0/000.p/4"), lambda old: old[::-1], "tile_altered", id="tile"),
        pytest.param(journal_file("tile/entries/000.p/4"), lambda old: old[:-1], "truncated", id="bundle"),
        pytest.param(journal_file("tail"), lambda _: b"", "unexpected_file", id="empty-tail"),
        pytest.param(journal_file("notes"), lambda _: b"x", "unexpected_file", id="stray"),
        pytest.param("annexes/a/b", lambda _: b"x", "unexpected_file", id="annex-in-a-folder"),
        pytest.param("cards/ALFA.json", None, "card_missing", id="no-card"),
        pytest.param("cards/ALFA.json", lambda old: old[:-1], "malformed", id="card"),
        pytest.param("cards/CHARLIE.json", lambda _: b"{}", "layout", id="no-party"),
        pytest.param(SIDECAR, lambda _: b"{}", "layout", id="unsigned"),
        pytest.param(SIDECAR, None, "malformed", id="no-sidecar"),
        pytest.param(MEMORANDUM, lambda old: old + b"\n", "identity", id="memorandum"),
        pytest.param(MEMORANDUM, lambda _: b"=", "memorandum", id="no-toml"),
        pytest.param("annexes/frequencies.toml", lambda _: b"# one\n", "identity", id="annex"),
    ],
)
def test_one_file_altered_under_a_new_index_is_refused_by_both(
    talk: Talk, codes: Any, path: str, change: Callable[[bytes], bytes] | None, code: str
) -> None:
    files = talk.export()
    if change is None:
        del files[path]
    else:
        files[path] = change(files.get(path, b""))
    assert code in codes(reindexed(talk, files))


def test_a_memorandum_that_one_party_did_not_sign_is_refused_by_both(talk: Talk, codes: Any) -> None:
    talk.sidecar = talk.signed_by(talk.talkers[0])
    assert codes(talk.export()) == {"unsigned"}


def test_a_card_under_another_name_is_refused_by_both(talk: Talk, codes: Any) -> None:
    files = talk.export()
    files["cards/BRAVO.json"] = files["cards/ALFA.json"]
    assert {"card_misplaced", "card_missing"} <= codes(reindexed(talk, files))


def lie_of_another_place(talk: Talk, liar: Any) -> None:
    talk.say(liar, [talk.talkers[0].head()], seq=99)


def lie_of_another_memorandum(talk: Talk, liar: Any) -> None:
    talk.say(liar, [talk.talkers[0].head()], identity="ab" * 32)


def lie_of_an_own_head(talk: Talk, liar: Any) -> None:
    talk.say(liar, [talk.talkers[0].head(), liar.head()])


def lie_of_a_smaller_head(talk: Talk, liar: Any) -> None:
    talk.say(liar, [talk.talkers[0].head(1)])


def lie_of_no_head(talk: Talk, liar: Any) -> None:
    talk.say(liar)


def lie_of_another_past(talk: Talk, liar: Any) -> None:
    talk.answer(talk.talkers[0])
    talk.say(liar, [msgspec.structs.replace(talk.talkers[0].head(), root="ab" * 32)])


def lie_of_entries_that_are_not_here(talk: Talk, liar: Any) -> None:
    talk.say(liar, [msgspec.structs.replace(talk.talkers[0].head(), size=99)])


def lie_of_another_answered(talk: Talk, liar: Any) -> None:
    talk.answer(liar, reply_to=msgspec.structs.replace(talk.talkers[0].ref(1), leaf="ab" * 32))


def lie_of_a_later_own_entry(talk: Talk, liar: Any) -> None:
    talk.answer(liar, reply_to=msgspec.structs.replace(liar.ref(1), seq=99))


def lie_by_another_key(talk: Talk, liar: Any) -> None:
    liar.keys["statements"] = talk.talkers[0].keys["statements"]
    talk.answer(liar)


def lie_of_a_float(talk: Talk, liar: Any) -> None:
    talk.answer(liar, body=msgspec.Raw(b'{"text":1.5}'))


def lie_of_a_spaced_body(talk: Talk, liar: Any) -> None:
    talk.answer(liar, body=msgspec.Raw(b'{"text": 1}'))


def lie_of_nobody_addressed(talk: Talk, liar: Any) -> None:
    talk.answer(liar, to=())


def lie_of_an_odd_code(talk: Talk, liar: Any) -> None:
    talk.answer(liar, code="ack")


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        (lie_of_another_place, "misplaced"),
        (lie_of_another_memorandum, "other_memorandum"),
        (lie_of_an_own_head, "bad_heads"),
        (lie_of_a_smaller_head, "heads_backwards"),
        (lie_of_no_head, "heads_backwards"),
        (lie_of_another_past, "fork"),
        (lie_of_entries_that_are_not_here, "head_beyond"),
        (lie_of_another_answered, "bad_reference"),
        (lie_of_a_later_own_entry, "bad_reference"),
        (lie_by_another_key, "signature_invalid"),
        (lie_of_a_float, "malformed"),
        (lie_of_a_spaced_body, "layout"),
        (lie_of_nobody_addressed, "malformed"),
        (lie_of_an_odd_code, "malformed"),
    ],
)
def test_what_a_party_signed_against_the_rules_is_refused_by_both(
    talk: Talk, codes: Any, lie: Callable[[Talk, Any], None], code: str
) -> None:
    """Its keys are real, the other one cosigned: both programs name the rule."""
    lie(talk, talk.talkers[1])
    files = talk.export()
    assert code in codes(files)
    assert code in {problem.code for problem in verify_evidence(files).problems}


def test_a_journal_that_opens_under_another_memorandum_is_refused_by_both(talking: Any, codes: Any) -> None:
    talk = Talk(talking)
    alfa = talk.talkers[0]
    alfa.envelopes.clear()
    talk.open(alfa, identity="ab" * 32)
    assert codes(talk.talk(1).export()) == {"other_memorandum"}


def test_it_opens_no_socket_imports_nothing_of_ours_and_writes_no_file(
    talk: Talk, run: Any, tmp_path: Path
) -> None:
    """The interpreter itself refuses all three, and does refuse them where they are tried."""
    guard = tmp_path / "guard"
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(GUARD)
    environment = {
        "PYTHONPATH": str(guard),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATH": os.environ.get("PATH", ""),
    }
    for tried in ("import detente", "import socket", "open('made', 'w')"):
        command = [sys.executable, "-c", tried]
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, cwd=tmp_path, check=False
        )
        assert "guarded: " in done.stderr, tried
    status, printed = run(talk.export(), environment=environment)
    assert status == 0, printed
