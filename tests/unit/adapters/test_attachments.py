"""A file is attached by its hash and stays at home; what the memorandum never discloses is not attached."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from detente.adapters.attachments import find_attachments, keep_attachment, keep_logbook
from detente.adapters.home import Home, Settings
from detente.adapters.sqlite_store import SqliteStore
from detente.errors import OperatorError
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template
from detente.ports import LogLine
from detente.quantities import UtcMs

NOON_MS = 1_599_566_400_000


@pytest.fixture(scope="module")
def terms() -> Memorandum:
    read = read_memorandum(template("fires-2020"))
    assert isinstance(read, Memorandum)
    return read


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "home").mkdir()
    return Home(folder=tmp_path / "home")


def written(folder: Path, name: str, content: bytes) -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


def test_a_file_is_bound_by_its_hash_and_found_again_under_any_name(
    home: Home, terms: Memorandum, tmp_path: Path
) -> None:
    kept = keep_attachment(home, written(tmp_path, "call.opus", b"sound"), terms)
    assert (kept.name, kept.sha256, kept.length) == ("call.opus", hashlib.sha256(b"sound").hexdigest(), 5)
    other = tmp_path / "other"
    other.mkdir()
    written(other, "renamed", b"sound")
    written(other, "forged", b"noise")
    for folder in (home.attachments_folder, other):
        assert find_attachments([kept], [folder]) == ({kept.sha256: b"sound"}, [])
    assert find_attachments([kept], [tmp_path / "nowhere"]) == ({}, [kept])


def test_a_link_is_not_followed_for_an_attachment(home: Home, terms: Memorandum, tmp_path: Path) -> None:
    file = written(tmp_path, "call.opus", b"sound")
    kept = keep_attachment(home, file, terms)
    links = tmp_path / "links"
    links.mkdir()
    (links / "call.opus").symlink_to(file)
    assert find_attachments([kept], [links]) == ({}, [kept])


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("target list.txt", b"x", "never_list"),
        ("tracks.json", b'{"tracks":[{"Third-Party Tracks":1}]}', "never_list"),
        ("tracks.geojson", b'{"properties":{"mission":"x"}}', "never_list"),
        ("tracks.json", b"not json", "attachment_json"),
        ("tracks.json", b"[" * 3000, "attachment_json"),
        ("-rf.txt", b"x", "attachment_name"),
        ("n" * 41, b"x", "attachment_name"),
    ],
)
def test_what_may_not_be_attached_is_refused_and_not_kept(
    home: Home, terms: Memorandum, tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(OperatorError) as caught:
        keep_attachment(home, written(tmp_path, name, content), terms)
    assert caught.value.code == code
    assert caught.value.cure
    assert not home.attachments_folder.exists()


def test_a_file_that_is_not_there_is_named(home: Home, terms: Memorandum, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"gone\.opus"):
        keep_attachment(home, tmp_path / "gone.opus", terms)


def test_lines_of_the_logbook_leave_only_when_they_are_attached(home: Home, terms: Memorandum) -> None:
    store = SqliteStore(home.store_file)
    for minute in range(4):
        at_ms = UtcMs(NOON_MS + minute * 60_000)
        store.log(LogLine(at_ms=at_ms, kind="call", text=f"call {minute}"))
    store.close()
    settings = Settings(party="SIERRA", listen_host="h", listen_port=1, memorandum="m")
    kept = keep_logbook(
        home, settings, since_ms=NOON_MS + 60_000, until_ms=NOON_MS + 180_000, memorandum=terms
    )
    content = (home.attachments_folder / kept.sha256).read_text()
    assert [line.split("  ")[-1] for line in content.splitlines()] == ["call 1", "call 2"]
    assert kept.name == "logbook-20200908T120100Z.txt"
    with pytest.raises(OperatorError, match="no line"):
        keep_logbook(home, settings, since_ms=0, until_ms=1, memorandum=terms)
