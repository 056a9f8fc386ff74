"""The store in PostgreSQL: one writer, honest about what it cannot keep, and careful with other databases."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from detente.adapters.postgres_store import PostgresStore
from detente.adapters.postgres_url import parse_postgres_url
from detente.adapters.store_tables import SCHEMA_VERSION
from detente.errors import DamageError, OperatorError
from detente.exercise.private_postgres import HOST, OWNER, PASSWORD, PrivateServer
from detente.ports import LogLine, StoredEntry
from detente.quantities import UtcMs

ORIGIN = "ALFA/EX-1/0011223344556677"


def entry(seq: int, size: int = 100) -> StoredEntry:
    return StoredEntry(
        origin=ORIGIN, seq=seq, envelope=bytes([seq % 256]) * size, leaf=b"l" * 32, committed_ms=UtcMs(seq)
    )


Opener = Callable[..., PostgresStore]


@pytest.fixture
def database(postgres_server: PrivateServer) -> str:
    return postgres_server.emptied()


@pytest.fixture
def open_at(postgres_server: PrivateServer, database: str, tmp_path: Path) -> Iterator[Opener]:
    """Opens the store of this test, as often as one likes; what is left open ends with the test."""
    opened = []

    def open_it(url: str | None = None, *, password: str | None = None, **how: object) -> PostgresStore:
        address = parse_postgres_url(url or postgres_server.url(database), password=password)
        store = PostgresStore(address, mark=tmp_path / "record.mark", **how)  # type: ignore[arg-type]
        opened.append(store)
        return store

    yield open_it
    for store in opened:
        store.close()


def refusal(open_at: Opener, url: str | None = None, **how: object) -> OperatorError:
    with pytest.raises(OperatorError) as caught:
        open_at(url, **how)
    assert PASSWORD not in str(caught.value)
    assert caught.value.cure
    return caught.value


def test_what_was_committed_is_there_for_the_next_who_opens(open_at: Opener) -> None:
    store = open_at()
    store.append(entry(0), entry(1), urgent=False)
    store.close()
    assert list(open_at().entries_after(0)) == [entry(0), entry(1)]


def test_a_second_node_on_one_database_is_told_so_and_the_first_goes_on(
    open_at: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("detente.adapters.postgres_session._PATIENCE_S", 0.0)
    first = open_at()
    assert refusal(open_at).code == "store_in_use"
    first.append(entry(0), urgent=False)


def test_who_only_reads_may_look_beside_a_running_node(open_at: Opener) -> None:
    node = open_at()
    reader = open_at(is_writer=False)
    node.append(entry(0), urgent=False)
    assert list(reader.entries_after(0)) == [entry(0)]
    assert reader.faults() == ()


def test_an_empty_database_is_left_empty_by_who_only_reads(open_at: Opener) -> None:
    assert refusal(open_at, is_writer=False).code == "store_empty"


def test_a_store_of_a_newer_program_is_left_alone(open_at: Opener) -> None:
    open_at(version=SCHEMA_VERSION + 1).close()
    assert refusal(open_at).code == "store_is_newer"


def test_over_the_network_the_password_is_asked_for(
    open_at: Opener, postgres_server: PrivateServer, database: str
) -> None:
    url = postgres_server.url_by_port(database)
    assert refusal(open_at, url, password="wrong").code == "store_login"
    assert refusal(open_at, url).code == "store_login"
    open_at(url, password=PASSWORD).append(entry(0), urgent=False)


def test_a_server_that_is_not_there_is_named(open_at: Opener, postgres_server: PrivateServer) -> None:
    told = refusal(open_at, "postgresql://node@127.0.0.1:1/record", password=PASSWORD)
    assert told.code == "store_away"
    assert "record on 127.0.0.1:1" in told.message
    assert refusal(open_at, "postgresql://node@/record?host=/no/folder").code == "store_away"


def test_a_database_that_is_not_there_is_named_with_the_command_that_makes_it(
    open_at: Opener, postgres_server: PrivateServer
) -> None:
    told = refusal(open_at, postgres_server.url("elsewhere"))
    assert told.code == "no_database"
    assert "createdb" in told.cure


def test_a_server_that_cannot_encrypt_is_not_spoken_to_where_that_was_asked_for(
    open_at: Opener, postgres_server: PrivateServer, database: str
) -> None:
    told = refusal(open_at, f"{postgres_server.url_by_port(database)}?sslmode=verify-full", password=PASSWORD)
    assert "SSL" in told.message


@pytest.fixture
def authority(postgres_server: PrivateServer, tmp_path: Path) -> Iterator[Path]:
    """The server speaks TLS with a certificate for 127.0.0.1; who trusts this file trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a server of the tests")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    data = postgres_server.folder / "data"
    for file, content in (("server.crt", certificate), ("server.key", pem)):
        (data / file).write_bytes(content)
        os.chown(data / file, data.stat().st_uid, data.stat().st_gid)
        (data / file).chmod(0o600)
    postgres_server.sql("ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()")
    trusted = tmp_path / "authority.pem"
    trusted.write_bytes(certificate)
    yield trusted
    postgres_server.sql("ALTER SYSTEM RESET ssl", "SELECT pg_reload_conf()")


def test_a_server_is_trusted_by_its_certificate_alone(
    open_at: Opener, postgres_server: PrivateServer, database: str, authority: Path
) -> None:
    url = postgres_server.url_by_port(database)
    store = open_at(f"{url}?sslrootcert={authority}", password=PASSWORD)
    store.append(entry(0), urgent=False)
    assert postgres_server.sql("SELECT count(*) FROM pg_stat_ssl WHERE ssl") == "1"
    store.close()
    told = refusal(open_at, f"{url}?sslmode=verify-full", password=PASSWORD)
    assert "certificate verify failed" in told.message


def test_a_database_of_something_else_is_left_alone(
    open_at: Opener, postgres_server: PrivateServer, database: str
) -> None:
    postgres_server.sql(
        "CREATE TABLE meta (key text, value text)", f"GRANT ALL ON meta TO {OWNER}", database=database
    )
    assert refusal(open_at).code == "store_foreign"


def test_a_database_where_it_may_make_no_tables_is_named(
    open_at: Opener, postgres_server: PrivateServer, database: str
) -> None:
    postgres_server.sql("ALTER SCHEMA public OWNER TO postgres", database=database)
    assert refusal(open_at).code == "store_rights"


def test_a_server_that_forgets_what_it_has_committed_is_refused(
    open_at: Opener, postgres_server: PrivateServer
) -> None:
    """A receipt would promise more than it holds."""
    postgres_server.sql("ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")
    try:
        assert refusal(open_at).code == "store_not_durable"
    finally:
        postgres_server.sql("ALTER SYSTEM RESET full_page_writes", "SELECT pg_reload_conf()")


def test_an_encoding_that_cannot_hold_every_word_is_refused(
    open_at: Opener, postgres_server: PrivateServer
) -> None:
    postgres_server.sql("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
    assert refusal(open_at, postgres_server.url("latin")).code == "store_encoding"


def test_the_session_asks_for_what_the_port_promises(open_at: Opener, postgres_server: PrivateServer) -> None:
    """Even where the server's owner has set less for everybody."""
    postgres_server.sql(f"ALTER ROLE {OWNER} SET synchronous_commit = off")
    try:
        store = open_at()
        asked = store._read(lambda db: db.exec_driver_sql("SHOW synchronous_commit").scalar_one())
    finally:
        postgres_server.sql(f"ALTER ROLE {OWNER} RESET synchronous_commit")
    assert asked == "on"


def test_a_log_line_holds_any_text(open_at: Opener) -> None:
    store = open_at()
    store.log(LogLine(at_ms=UtcMs(1), kind="refused", text="a\0b \N{SNOWMAN}\n'%s"))
    assert [line.text for line in store.log_tail(1)] == ["a\N{SYMBOL FOR NULL}b \N{SNOWMAN}\n'%s"]
    assert store.faults() == ()


def test_a_changed_logbook_line_and_a_missing_entry_are_found(
    open_at: Opener, postgres_server: PrivateServer, database: str
) -> None:
    store = open_at()
    store.append(entry(0), entry(1), urgent=False)
    for n in range(3):
        store.log(LogLine(at_ms=UtcMs(n), kind="refused", text=f"line {n}"))
    postgres_server.sql(
        "UPDATE logbook SET text = 'nothing' WHERE line = 2",
        "DELETE FROM entry WHERE seq = 0",
        database=database,
    )
    missing, changed = store.faults()
    assert "1 entries" in missing
    assert "Line 2" in changed


def test_a_copy_put_in_place_of_the_database_shows(
    open_at: Opener, postgres_server: PrivateServer, database: str
) -> None:
    """The same content in another database: its owner may have signed more since."""
    store = open_at()
    store.append(entry(0), urgent=False)
    store.close()
    assert not is_a_copy(open_at)
    postgres_server.sql(f"CREATE DATABASE copied TEMPLATE {database} OWNER {OWNER}")
    copied = postgres_server.url("copied")
    assert is_a_copy(open_at, copied)
    store = open_at(copied)
    assert store.load().may_be_a_copy, "it stays so over restarts"
    store.trust()
    store.append(entry(1), urgent=False)
    store.close()
    assert not is_a_copy(open_at, copied)


def test_an_older_content_of_the_same_database_shows(
    open_at: Opener, postgres_server: PrivateServer, database: str
) -> None:
    store = open_at()
    store.append(entry(0), entry(1), urgent=False)
    store.close()
    postgres_server.sql("DELETE FROM entry WHERE seq = 1", database=database)
    assert open_at().load().may_be_a_copy


def is_a_copy(open_at: Opener, url: str | None = None) -> bool:
    store = open_at(url)
    found = store.load().may_be_a_copy
    store.close()
    return found


@pytest.fixture
def small_disk(postgres_server: PrivateServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A real file system of 24 MiB, where the server keeps the tables but not its own log."""
    folder = postgres_server.folder / "small"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("mounting a small tmpfs needs root: a full disk of PostgreSQL is not tested")
    mounted = subprocess.run(
        [
            "mount",
            "-t",
            "tmpfs",
            "-o",
            f"size=24m,mode=0700,uid={folder.parent.stat().st_uid}",
            "tmpfs",
            folder,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"tmpfs cannot be mounted here: {mounted.stderr.strip()}")
    postgres_server.sql(f"CREATE TABLESPACE small LOCATION '{folder}'")
    yield folder
    for name in postgres_server.sql(
        "SELECT datname FROM pg_database d JOIN pg_tablespace t ON t.oid = dattablespace WHERE spcname = 'small'"
    ).splitlines():
        postgres_server.sql(f"DROP DATABASE {name} WITH (FORCE)")
    postgres_server.sql("CHECKPOINT", "DROP TABLESPACE small")
    subprocess.run(["umount", folder], check=True)


def test_on_a_full_disk_nothing_is_written_and_later_it_is(
    open_at: Opener, postgres_server: PrivateServer, small_disk: Path
) -> None:
    store = open_at(postgres_server.url(postgres_server.database(tablespace="small")))
    store.append(entry(0), urgent=False)
    filler = small_disk / "filler"
    with filler.open("wb") as file:
        free = os.statvfs(small_disk)
        file.write(b"x" * (free.f_bavail * free.f_frsize - 200_000))
    with pytest.raises(DamageError) as caught:
        for seq in range(1, 2000):
            store.append(entry(seq, size=20_000), urgent=False)
    assert caught.value.code == "disk_full"
    assert caught.value.may_pass
    size = store.load().place
    filler.unlink()
    store.append(entry(size), entry(size + 1), urgent=False)
    assert [one.seq for one in store.entries_after(0)] == list(range(size + 2))
    store.close()
