"""An export that was altered, torn or thinned is refused, and the entry is named."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.record.merkle import leaf_hash
from detente.record.tiles import join_entries, split_entries
from detente.record.verify import Verdict, verify_journals

SEED = 20_151_020
BUNDLE = "journals/BRAVO/00c0ffee/tile/entries/000.p/3"
TILE = "journals/BRAVO/00c0ffee/tile/0/000.p/3"
HEAD = "journals/BRAVO/00c0ffee/checkpoint"


def found(verdict: Verdict) -> set[tuple[str, int | None, str]]:
    return {(problem.where.split("/")[0], problem.seq, problem.code) for problem in verdict.problems}


def entries_of(files: dict[str, bytes]) -> list[bytes]:
    return list(split_entries(files[BUNDLE]))


def with_entries(files: dict[str, bytes], entries: list[bytes], *, tiles: bool = False) -> dict[str, bytes]:
    changed = {BUNDLE: join_entries(entries)}
    if tiles:
        changed[TILE] = b"".join(map(leaf_hash, entries))
    return files | changed


def test_each_of_200_random_single_byte_changes_is_refused(talking: Any) -> None:
    """Anywhere in any file, the index included; a change inside an entry names journal and entry."""
    files = talking.export()
    chance = random.Random(SEED)
    named = 0
    for number in range(200):
        path = chance.choice(sorted(files))
        at = chance.randrange(len(files[path]))
        altered = bytearray(files[path])
        altered[at] ^= chance.randrange(1, 256)
        verdict = verify_journals(files | {path: bytes(altered)})
        assert not verdict.ok, f"seed {SEED}, change {number}: byte {at} of {path}"
        if "tile/entries" in path:
            party = path.split("/")[1]
            assert any(where == party and seq is not None for where, seq, _ in found(verdict))
            named += 1
    assert named > 10


def test_an_altered_entry_is_named_and_no_other(talking: Any, reindex: Any) -> None:
    """Its tile and the head tell what stood there."""
    files = talking.export()
    entries = entries_of(files)
    entries[1] = entries[1].replace(b"A", b"B", 1)
    verdict = verify_journals(reindex(with_entries(files, entries)))
    assert ("BRAVO", 1, "entry_altered") in found(verdict)
    assert {seq for _, seq, _ in found(verdict)} == {1}


def test_an_entry_altered_together_with_its_tile_is_named_by_its_signature(
    talking: Any, reindex: Any
) -> None:
    files = talking.export()
    entries = entries_of(files)
    entries[1] = entries[1].replace(b"A", b"B", 1)
    verdict = verify_journals(reindex(with_entries(files, entries, tiles=True)))
    assert ("BRAVO", None, "root_mismatch") in found(verdict)
    assert {seq for _, seq, code in found(verdict) if code in ("malformed", "signature_invalid")} == {1}


def test_an_author_cannot_exchange_an_entry_that_was_receipted(talking: Any, reindex: Any) -> None:
    """It signs another one for the same place: the cosigned head and what the peer had seen tell."""
    files = talking.export()
    bravo = talking.talkers[1]
    other = bravo.sealed(bravo.statement(seq=1, heads=bravo.statements[1].heads))
    entries = entries_of(files)
    entries[1] = other
    both = found(verify_journals(reindex(with_entries(files, entries))))
    assert ("BRAVO", 1, "entry_altered") in both
    hidden = found(verify_journals(reindex(with_entries(files, entries, tiles=True))))
    assert ("BRAVO", None, "root_mismatch") in hidden
    assert ("ALFA", 2, "fork") in hidden, "ALFA named the head of BRAVO at two entries"


def test_swapped_entries_are_both_named(talking: Any, reindex: Any) -> None:
    files = talking.export()
    first, second, third = entries_of(files)
    problems = found(verify_journals(reindex(with_entries(files, [second, first, third]))))
    assert {(seq, code) for _, seq, code in problems} >= {
        (0, "entry_altered"),
        (1, "entry_altered"),
        (0, "misplaced"),
        (1, "misplaced"),
    }


@pytest.mark.parametrize("cut", [1, 70, 3000])
def test_a_torn_bundle_names_the_entry_that_is_torn(talking: Any, reindex: Any, cut: int) -> None:
    files = talking.export()
    verdict = verify_journals(reindex(files | {BUNDLE: files[BUNDLE][:-cut]}))
    assert ("BRAVO", 2, "truncated") in found(verdict)
    assert ("BRAVO", 2, "entry_missing") in found(verdict)


def test_left_out_entries_are_named_though_nothing_is_torn(talking: Any, reindex: Any) -> None:
    files = talking.export()
    verdict = verify_journals(reindex(with_entries(files, entries_of(files)[:2])))
    assert ("BRAVO", 2, "entry_missing") in found(verdict)


def test_an_older_head_does_not_hide_what_the_peer_had_seen(talking: Any) -> None:
    """ALFA exports BRAVO's journal under an old receipt and leaves out the rest: its own heads betray it."""
    alfa, bravo = talking.talkers
    short = talking.journal(bravo, 1)
    verdict = verify_journals(talking.export([talking.journal(alfa), replace(short, items=short.items[:1])]))
    assert found(verdict) == {("ALFA", 2, "head_beyond")}


def test_added_entries_are_refused(talking: Any, reindex: Any) -> None:
    files = talking.export()
    entries = entries_of(files)
    verdict = verify_journals(reindex(with_entries(files, [*entries, entries[0]])))
    assert ("BRAVO", 3, "unexpected_entry") in found(verdict)


def test_an_altered_tile_is_told_from_an_altered_entry(talking: Any, reindex: Any) -> None:
    files = talking.export()
    tile = bytearray(files[TILE])
    tile[40] ^= 1
    assert found(verify_journals(reindex(files | {TILE: bytes(tile)}))) == {("BRAVO", None, "tile_altered")}


def test_a_false_reference_is_named(talking: Any) -> None:
    alfa, bravo = talking.talkers
    bravo.say([alfa.head()], reply_to=type(alfa.ref(0))(origin=alfa.origin, seq=0, leaf="00" * 32))
    verdict = verify_journals(talking.export())
    assert found(verdict) == {("BRAVO", 3, "bad_reference")}


def test_heads_that_go_backwards_are_named(talking: Any) -> None:
    alfa, bravo = talking.talkers
    bravo.say([alfa.head(2)])
    assert found(verify_journals(talking.export())) == {("BRAVO", 3, "heads_backwards")}


def test_a_receipt_of_another_head_is_refused(talking: Any, reindex: Any) -> None:
    files = talking.export()
    alfa, bravo = talking.talkers
    older, _ = bravo.checkpoint(2)
    lines = files[HEAD].splitlines(keepends=True)
    note = b"".join(lines[:6]) + alfa.cosigns(older)
    assert found(verify_journals(reindex(files | {HEAD: note}))) == {("BRAVO", None, "signature_invalid")}


def test_names_of_files_cannot_write_to_the_readers_terminal(talking: Any) -> None:
    verdict = verify_journals(talking.export() | {"\x1b[31mred\udcff": b""})
    assert all(problem.message.isprintable() and problem.where.isprintable() for problem in verdict.problems)
    assert "\\x1b[31mred\\udcff" in verdict.problems[0].where


PATHS = st.one_of(
    st.sampled_from([BUNDLE, TILE, HEAD, "index.json", "cards/ALFA.json", "memorandum.toml"]),
    st.text(max_size=20),
    st.builds(
        "journals/{}/{}/{}".format,
        st.sampled_from(["ALFA", "BRAVO", "..", "", "É"]),
        st.sampled_from(["00c0ffee", "x", "."]),
        st.sampled_from(
            ["checkpoint", "policy", "tail", "tile/0/000", "tile/entries/x999/999", "tile/entries/000.p/999"]
        ),
    ),
)


@given(data=st.data())
@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
def test_no_hostile_export_is_taken_and_none_raises(
    one_export: dict[str, bytes], reindex: Callable[[dict[str, bytes]], dict[str, bytes]], data: st.DataObject
) -> None:
    """Files cut, overwritten, removed, added and moved, with or without a fitting index."""
    files = dict(one_export)
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from(sorted(files)) if files else st.just("gone"))
        content = files.get(path, b"")
        match data.draw(st.sampled_from(["cut", "write", "remove", "add", "move", "splice"])):
            case "cut":
                files[path] = content[: data.draw(st.integers(0, len(content)))]
            case "write":
                files[path] = data.draw(st.binary(max_size=80))
            case "remove":
                files.pop(path, None)
            case "add":
                files[data.draw(PATHS)] = data.draw(st.sampled_from([b"", content, b"\xff" * 9]))
            case "move":
                files[data.draw(PATHS)] = files.pop(path, b"")
            case "splice":
                at = data.draw(st.integers(0, len(content)))
                files[path] = content[:at] + data.draw(st.binary(max_size=9)) + content[at:]
    opaque = ("memorandum", "annexes/", "index.json")
    same_record = {path: content for path, content in files.items() if not path.startswith(opaque)} == {
        path: content for path, content in one_export.items() if not path.startswith(opaque)
    }
    assert verify_journals(files).ok == (files == one_export)
    if not any("\ud800" <= mark <= "\udfff" for path in files for mark in path):
        assert verify_journals(reindex(files)).ok <= same_record
