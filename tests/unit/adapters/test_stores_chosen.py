"""Which store a home has: what its settings say, and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from detente.adapters.home import Home, Settings
from detente.adapters.sqlite_store import SqliteStore
from detente.adapters.stores import open_store, postgres_address
from detente.errors import OperatorError


def settings(store: str | None) -> Settings:
    return Settings(party="ALFA", listen_host="h", listen_port=1, memorandum="m", store=store)


def test_without_a_line_in_the_settings_it_is_sqlite_in_the_home(tmp_path: Path) -> None:
    store = open_store(Home(folder=tmp_path), settings(None))
    assert isinstance(store, SqliteStore)
    store.close()
    assert (tmp_path / "record.sqlite").exists()


def test_the_password_comes_from_the_key_folder(tmp_path: Path) -> None:
    home = Home(folder=tmp_path)
    home.keys_folder.mkdir()
    home.store_password_file.write_text("hunter2\n")
    address = postgres_address(home, settings("postgresql://node@h/record"))
    assert address is not None
    assert address.password == "hunter2"


@pytest.mark.parametrize("store", ["", "sqlite", "record.sqlite", "mysql://h/record"])
def test_what_names_no_known_store_is_refused_and_never_becomes_sqlite(tmp_path: Path, store: str) -> None:
    with pytest.raises(OperatorError) as caught:
        open_store(Home(folder=tmp_path), settings(store))
    assert caught.value.code == "store_url"
    assert not (tmp_path / "record.sqlite").exists()


def test_without_the_driver_the_cure_is_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [*sys.modules]:
        if name.startswith(("pg8000", "detente.adapters.postgres_")):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pg8000", None)
    with pytest.raises(OperatorError) as caught:
        open_store(Home(folder=tmp_path), settings("postgresql://node@h/record"))
    assert caught.value.code == "no_driver"
    assert "detente[postgresql]" in caught.value.cure
