"""A connection to PostgreSQL that is lost, at any moment: an entry is never doubled, and never lost once told of."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pg8000.exceptions
import pytest
from e2e_paths import Paths
from store_rows import ORIGIN, head

from detente.adapters import postgres_session
from detente.adapters.fault_proxy import Cut, CutWithin, Forward
from detente.adapters.postgres_store import PostgresStore
from detente.adapters.postgres_url import parse_postgres_url
from detente.errors import DamageError
from detente.exercise.private_postgres import PASSWORD, PrivateServer
from detente.ports import LogLine, Snapshot, StoredEntry
from detente.quantities import UtcMs

SEED = int(os.environ.get("DETENTE_SEED", "7"))


def entry(seq: int) -> StoredEntry:
    return StoredEntry(
        origin=ORIGIN, seq=seq, envelope=b"e" * 500, leaf=seq.to_bytes(32), committed_ms=UtcMs(seq)
    )


WRITES: dict[str, Callable[[PostgresStore], object]] = {
    "entries": lambda one: one.append(entry(2), entry(3), urgent=True),
    "head": lambda one: one.put_head(head(2), size_before=1),
    "early": lambda one: one.keep_early(entry(9), b"note"),
    "snapshot": lambda one: one.put_snapshot(Snapshot(place=2, data=b"state")),
    "log": lambda one: one.log(LogLine(at_ms=UtcMs(1), kind="k", text="t")),
    "evidence": lambda one: one.keep_evidence(at_ms=UtcMs(1), kind="fork", files={"held": b"a"}),
}


class Line:
    """Where the next COMMIT breaks off, and whether the server can be reached after that."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.breaks: str | None = None
        self.is_down = False
        commit, dial = postgres_session._Quiet.commit, postgres_session._dial

        def breaking_commit(connection: postgres_session._Quiet) -> None:
            breaks, self.breaks = self.breaks, None
            if breaks != "before":
                commit(connection)
            if breaks is not None:
                connection.close()
                raise pg8000.exceptions.InterfaceError("network error")

        def dial_if_up(address: object) -> object:
            if self.is_down:
                raise ConnectionRefusedError("down")
            return dial(address)  # type: ignore[arg-type]

        monkeypatch.setattr(postgres_session._Quiet, "commit", breaking_commit)
        monkeypatch.setattr(postgres_session, "_dial", dial_if_up)
        monkeypatch.setattr(postgres_session, "_PATIENCE_S", 0.0)
        monkeypatch.setattr(postgres_session, "_REST_S", 0.0)
        monkeypatch.setattr(postgres_session, "_REST_SHARE", 0)


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    return Line(monkeypatch)


@pytest.fixture
def database(postgres_server: PrivateServer) -> str:
    return postgres_server.emptied()


@pytest.fixture
def store(postgres_server: PrivateServer, database: str, tmp_path: Path) -> Iterator[PostgresStore]:
    """With two entries and a head of one in it."""
    opened = PostgresStore(parse_postgres_url(postgres_server.url(database)), mark=tmp_path / "record.mark")
    opened.append(entry(0), entry(1), urgent=False)
    opened.put_head(head(1), size_before=0)
    yield opened
    opened.close()


def everything(server: PrivateServer, database: str) -> str:
    """Every row of every table but the token, as another client sees them."""
    tables = ("entry", "tile", "head", "receipt", "early", "snapshot", "logbook", "evidence")
    return "\n".join(
        server.sql(f"SELECT * FROM {table} ORDER BY 1, 2", database=database) for table in tables
    )


@pytest.mark.parametrize("breaks", ["before", "after"])
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_commit_that_broke_off_is_done_once(
    line: Line,
    store: PostgresStore,
    postgres_server: PrivateServer,
    database: str,
    write: Callable[[PostgresStore], object],
    breaks: str,
) -> None:
    """Whether the server had it already or not: the caller hears that it stands, and it stands once."""
    before = everything(postgres_server, database)
    line.breaks = breaks
    write(store)
    after = everything(postgres_server, database)
    assert len(after.splitlines()) - len(before.splitlines()) in (0, 1, 2)
    assert after != before
    store.append(entry(store.load().place), urgent=False)
    assert store.faults() == ()


def test_a_commit_that_never_came_to_a_server_that_stays_away_is_given_up_and_may_be_made_anew(
    line: Line, store: PostgresStore
) -> None:
    line.breaks, line.is_down = "before", True
    with pytest.raises(DamageError) as caught:
        store.append(entry(2), urgent=False)
    assert (caught.value.code, caught.value.may_pass) == ("store_away", True)
    with pytest.raises(DamageError) as caught:
        store.entries(ORIGIN, 0, 9)
    assert caught.value.code == "store_away"
    line.is_down = False
    other = StoredEntry(origin=ORIGIN, seq=2, envelope=b"other", leaf=b"o" * 32, committed_ms=UtcMs(9))
    store.append(other, urgent=False)
    assert list(store.entries_after(2)) == [other]


def test_a_commit_that_stands_after_it_was_given_up_stops_the_node(
    line: Line, store: PostgresStore, postgres_server: PrivateServer, database: str, tmp_path: Path
) -> None:
    """What the node remembers is less than what stands: going on would sign another entry for that place."""
    line.breaks, line.is_down = "after", True
    with pytest.raises(DamageError):
        store.append(entry(2), urgent=False)
    line.is_down = False
    for _ in range(2):
        with pytest.raises(DamageError) as caught:
            store.append(entry(2), urgent=False)
        assert (caught.value.code, caught.value.may_pass) == ("store_unsure", False)
    store.close()
    again = PostgresStore(parse_postgres_url(postgres_server.url(database)), mark=tmp_path / "record.mark")
    assert [one.seq for one in again.entries_after(0)] == [0, 1, 2]
    assert not again.load().may_be_a_copy
    again.close()


def test_an_older_copy_put_in_place_while_the_server_was_away_stops_the_node(
    line: Line, store: PostgresStore, postgres_server: PrivateServer, database: str
) -> None:
    """A standby that took over without the last commits looks the same."""
    line.is_down = True
    postgres_server.sql(
        "DELETE FROM entry WHERE seq = 1",
        "UPDATE meta SET value = 'before' WHERE key = 'commit'",
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
        " AND pid <> pg_backend_pid()",
        database=database,
    )
    line.is_down = False
    with pytest.raises(DamageError) as caught:
        store.append(entry(2), urgent=False)
    assert caught.value.code == "store_unsure"


def test_another_writer_is_found_before_anything_is_committed(
    store: PostgresStore, postgres_server: PrivateServer, database: str
) -> None:
    """Even one that took no lock."""
    postgres_server.sql("UPDATE meta SET value = 'theirs' WHERE key = 'commit'", database=database)
    with pytest.raises(DamageError) as caught:
        store.append(entry(2), urgent=False)
    assert caught.value.code == "store_unsure"
    assert postgres_server.sql("SELECT count(*) FROM entry", database=database) == "2"


def test_a_connection_that_was_ended_between_two_commits_is_made_anew(
    store: PostgresStore, postgres_server: PrivateServer, database: str
) -> None:
    for seq in range(2, 5):
        postgres_server.sql(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
        )
        assert [one.seq for one in store.entries(ORIGIN, 0, 9)] == list(range(seq))
        postgres_server.sql(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
        )
        store.append(entry(seq), urgent=False)
    assert store.faults() == ()


@pytest.mark.slow
def test_cut_anywhere_a_hundred_times_every_entry_told_of_stands_once(
    postgres_server: PrivateServer, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The path breaks in the middle of messages, requests and answers alike; the store takes it up by itself."""
    print(f"seed {SEED}")
    monkeypatch.setattr(postgres_session, "_TRIES", 1000)
    paths = Paths()
    proxy = paths.lay(postgres_server.port, seed=SEED)
    url = postgres_server.url_by_port(database, port=proxy.port)
    store = PostgresStore(parse_postgres_url(url, password=PASSWORD), mark=tmp_path / "record.mark")
    paths.switch(CutWithin(stretch_bytes=12_000, chance=0.7))
    seq = 0
    for batch in range(100):
        rows = [entry(seq + n) for n in range(1 + batch % 3)]
        store.append(*rows, urgent=False)
        seq += len(rows)
    paths.switch(Forward())
    assert [one.seq for one in store.entries_after(0)] == list(range(seq)), f"seed {SEED}"
    assert store.faults() == ()
    store.close()
    paths.close()


def test_a_path_that_is_cut_and_heals(
    postgres_server: PrivateServer, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_session, "_PATIENCE_S", 0.0)
    monkeypatch.setattr(postgres_session, "_REST_S", 0.0)
    monkeypatch.setattr(postgres_session, "_REST_SHARE", 0)
    paths = Paths()
    proxy = paths.lay(postgres_server.port)
    url = postgres_server.url_by_port(database, port=proxy.port)
    store = PostgresStore(parse_postgres_url(url, password=PASSWORD), mark=tmp_path / "record.mark")
    store.append(entry(0), urgent=False)
    paths.switch(Cut())
    with pytest.raises(DamageError) as caught:
        store.append(entry(1), urgent=False)
    assert caught.value.code == "store_away"
    assert PASSWORD not in str(caught.value)
    paths.switch(Forward())
    store.append(entry(1), urgent=False)
    assert [one.seq for one in store.entries_after(0)] == [0, 1]
    store.close()
    paths.close()
