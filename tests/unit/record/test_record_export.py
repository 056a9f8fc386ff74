"""What lies where in an export, and that the whole record can be rebuilt from it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from detente.record.merkle import root_of
from detente.record.tiles import (
    entry_bundles,
    hash_tiles,
    join_entries,
    number_path,
    paths_for,
    split_entries,
)
from detente.record.verify import verify_journals


def test_tile_paths_are_those_of_the_specification() -> None:
    assert number_path(0) == "000"
    assert number_path(1234067) == "x001/x234/067"
    assert paths_for("tile/0", 256) == ("tile/0/000",)
    assert paths_for("tile/0", 0) == ()


def test_a_tree_of_70000_has_the_tiles_of_the_specifications_example() -> None:
    """273 full and one partial of width 112; one full and one of width 17; one of width 1."""
    tiles = hash_tiles([bytes([number % 251]) * 32 for number in range(70_000)])
    assert len(tiles) == 274 + 2 + 1
    assert len(tiles["tile/0/273.p/112"]) == 112 * 32
    assert len(tiles["tile/1/000"]) == 8192
    assert len(tiles["tile/1/001.p/17"]) == 17 * 32
    assert len(tiles["tile/2/000.p/1"]) == 32
    first = [tiles["tile/0/000"][at : at + 32] for at in range(0, 8192, 32)]
    assert tiles["tile/1/000"][:32] == root_of(first)


def test_bundles_hold_the_entries_behind_their_lengths() -> None:
    entries = [bytes([number % 256]) * (number % 300) for number in range(300)]
    bundles = entry_bundles(entries)
    assert list(bundles) == ["tile/entries/000", "tile/entries/001.p/44"]
    assert [entry for bundle in bundles.values() for entry in split_entries(bundle)] == entries
    assert join_entries([b"ab"]) == b"\x00\x02ab"


def test_an_export_verifies_and_tells_what_it_holds(talking: Any) -> None:
    verdict = verify_journals(talking.export())
    assert verdict.ok
    assert verdict.problems == ()
    assert verdict.memorandum == "sky-2020"
    assert [(one.party, one.checkpoint.size, one.tail) for one in verdict.journals if one.checkpoint] == [
        ("ALFA", 3, 0),
        ("BRAVO", 3, 0),
    ]
    assert [verdict.receipts[one.origin] for one in verdict.journals] == [
        {"BRAVO": (3, 1_700_000_000)},
        {"ALFA": (3, 1_700_000_000)},
    ]
    assert [(one.origin[0], one.seq) for one in verdict.statements] == [
        ("A", 0),
        ("B", 0),
        ("A", 1),
        ("B", 1),
        ("A", 2),
        ("B", 2),
    ]


def test_the_index_names_every_other_file_in_order(talking: Any) -> None:
    """So that `sha256sum --check` can do what we do."""
    files = talking.export()
    index = json.loads(files["index.json"])
    assert [entry["path"] for entry in index["files"]] == sorted(files.keys() - {"index.json"})
    for entry in index["files"]:
        assert entry["sha256"] == hashlib.sha256(files[entry["path"]]).hexdigest()
        assert entry["length"] == len(files[entry["path"]])


def test_a_policy_names_the_author_and_both_keys_of_every_other_party(talking: Any) -> None:
    lines = talking.export()["journals/ALFA/00c0ffee/policy"].decode().splitlines()
    words = [[word.split("+")[0] for word in line.split(" ")] for line in lines]
    assert words == [
        ["log", "ALFA/sky-2020/00c0ffee"],
        ["log", "ALFA/sky-2020/00c0ffee"],
        ["witness", "BRAVO/ed25519", "BRAVO"],
        ["witness", "BRAVO/mldsa44", "BRAVO"],
        ["group", "BRAVO/both", "all", "BRAVO/ed25519", "BRAVO/mldsa44"],
        ["group", "all/others", "all", "BRAVO/both"],
        ["quorum", "all/others"],
    ]


def test_entries_that_nobody_receipted_yet_are_in_the_tail_and_are_checked(talking: Any) -> None:
    """An alert that met a cut line is evidence too."""
    alfa, bravo = talking.talkers
    files = talking.export([talking.journal(alfa, 2), talking.journal(bravo)])
    verdict = verify_journals(files)
    assert verdict.ok
    assert verdict.journals[0].tail == 1
    assert len(verdict.statements) == 6
    assert list(split_entries(files["journals/ALFA/00c0ffee/tail"])) == alfa.envelopes[2:]


def test_a_party_may_have_several_journals(talking: Any) -> None:
    """After a restore without any peer a new one is begun."""
    alfa, bravo = talking.talkers
    again = type(alfa)("ALFA", "0ddba11")
    again.say([bravo.head()])
    verdict = verify_journals(
        talking.export([talking.journal(alfa), talking.journal(bravo), talking.journal_alone(again, bravo)])
    )
    assert verdict.ok, verdict.problems
    assert [one.origin for one in verdict.journals] == [
        "ALFA/sky-2020/00c0ffee",
        "ALFA/sky-2020/0ddba11",
        "BRAVO/sky-2020/00c0ffee",
    ]


def test_three_parties_cosign_each_other(three: Any) -> None:
    verdict = verify_journals(three.export())
    assert verdict.ok, verdict.problems
    assert [sorted(verdict.receipts[one.origin]) for one in verdict.journals] == [
        ["BRAVO", "CHARLIE"],
        ["ALFA", "CHARLIE"],
        ["ALFA", "BRAVO"],
    ]


def test_journals_longer_than_a_tile_verify(long_export: dict[str, bytes]) -> None:
    verdict = verify_journals(long_export)
    assert verdict.ok
    assert len(verdict.statements) == 600
    assert "journals/ALFA/00c0ffee/tile/1/000.p/1" in long_export


@pytest.mark.parametrize("missing", ["checkpoint", "cosignature", "author line", "party", "card"])
def test_every_signature_that_the_policy_names_is_required(talking: Any, reindex: Any, missing: str) -> None:
    """Though the index was written anew to hide it."""
    files = talking.export()
    path = "journals/ALFA/00c0ffee/checkpoint"
    lines = files[path].splitlines(keepends=True)
    assert len(lines) == 8
    expected = {
        "checkpoint": "checkpoint_missing",
        "cosignature": "signature_missing",
        "author line": "signature_missing",
        "party": "journal_missing",
        "card": "card_missing",
    }[missing]
    if missing == "checkpoint":
        del files[path]
    elif missing == "party":
        files = {name: content for name, content in files.items() if "journals/BRAVO" not in name}
    elif missing == "card":
        del files["cards/BRAVO.json"]
    else:
        del lines[7 if missing == "cosignature" else 5]
        files[path] = b"".join(lines)
    assert expected in {problem.code for problem in verify_journals(reindex(files)).problems}


def test_a_liar_that_writes_the_index_anew_is_still_named(talking: Any, reindex: Any) -> None:
    """Statements under another memorandum, a weaker policy, a stray file, a card under another's name."""
    files = talking.export()
    changed = {
        "policy_altered": {"journals/ALFA/00c0ffee/policy": b"quorum none\n"},
        "unexpected_file": {"journals/ALFA/00c0ffee/more": b""},
        "card_misplaced": {"cards/BRAVO.json": files["cards/ALFA.json"]},
    }
    for code, change in changed.items():
        problems = verify_journals(reindex(files | change)).problems
        assert code in {problem.code for problem in problems}
    index = json.loads(files["index.json"])
    other = files | {"index.json": msgspec.json.encode(index | {"identity": "cd" * 32})}
    problems = verify_journals(other).problems
    assert [(one.where[0], one.seq, one.code) for one in problems] == [
        (party, seq, "other_memorandum") for party in "AB" for seq in range(3)
    ]


def test_parties_may_have_receipted_different_sizes(three: Any) -> None:
    """BRAVO cosigned one entry of ALFA's, CHARLIE both: the least is the checkpoint, the other lies beside it."""
    alfa, bravo, charlie = three.talkers
    least, most = three.journal_alone(alfa, bravo, size=1), three.journal_alone(alfa, charlie)
    both = replace(least, cosigned={**least.cosigned, **most.cosigned})
    files = three.export([both, three.journal(bravo), three.journal(charlie)])
    verdict = verify_journals(files)
    assert verdict.ok, verdict.problems
    assert {party: one.size for party, one in verdict.receipts[alfa.origin].items()} == {
        "BRAVO": 1,
        "CHARLIE": 2,
    }
    path = next(path for path in files if path.endswith("cosigned/CHARLIE"))
    for at in range(0, len(files[path]), 97):
        changed = bytearray(files[path])
        changed[at] ^= 1
        assert not verify_journals(files | {path: bytes(changed)}).ok, at


def test_one_receipt_is_enough_of_a_third_partys_journal(three: Any) -> None:
    """BRAVO exports what it was shown of ALFA's journal: CHARLIE's receipt of it is not BRAVO's to show."""
    alfa, bravo, charlie = three.talkers
    files = three.export([three.journal_alone(alfa, bravo), three.journal(bravo), three.journal(charlie)])
    verdict = verify_journals(files)
    assert verdict.ok, verdict.problems
    nobody = three.export([three.journal_alone(alfa, alfa), three.journal(bravo), three.journal(charlie)])
    assert {one.code for one in verify_journals(nobody).problems} == {"signature_missing"}


def test_an_entry_for_others_is_held_as_its_hash_and_the_rest_still_verifies(
    three: Any, reindex: Any
) -> None:
    alfa, bravo, charlie = three.talkers
    whole = three.journal(alfa)
    items = [
        (b"", leaf) if seq == 1 else (envelope, leaf) for seq, (envelope, leaf) in enumerate(whole.items)
    ]
    files = three.export([replace(whole, items=items), three.journal(bravo), three.journal(charlie)])
    verdict = verify_journals(files)
    assert verdict.ok, verdict.problems
    assert (alfa.origin, 1) not in {(one.origin, one.seq) for one in verdict.statements}
    path = next(path for path in files if path.startswith("journals/ALFA") and "/tile/0/" in path)
    changed = bytearray(files[path])
    changed[40] ^= 1
    assert not verify_journals(reindex(files | {path: bytes(changed)})).ok
