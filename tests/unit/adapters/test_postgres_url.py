"""The URL of a PostgreSQL store: what it may say, and that a password in it is never shown."""

from __future__ import annotations

import pytest

from detente.adapters.postgres_url import parse_postgres_url
from detente.errors import OperatorError


def test_a_url_says_who_where_and_which_database() -> None:
    found = parse_postgres_url("postgresql://node:p%40ss@db.example:6432/record")
    assert (found.user, found.host, found.port, found.database) == ("node", "db.example", 6432, "record")
    assert found.password == "p@ss"
    assert str(found) == "database record on db.example:6432"


def test_the_socket_of_this_machine_is_named_by_its_folder() -> None:
    found = parse_postgres_url("postgresql://node@/record?host=/run/postgresql")
    assert str(found.socket) == "/run/postgresql/.s.PGSQL.5432"
    assert not found.tls


@pytest.mark.parametrize(
    ("url", "is_encrypted"),
    [
        ("postgresql://node@db.example/record", True),
        ("postgresql://node@db.example/record?sslmode=disable", False),
        ("postgresql://node@127.0.0.1/record", False),
        ("postgresql://node@[::1]/record", False),
        ("postgresql://node@localhost/record?sslmode=verify-full", True),
        ("postgresql://node@localhost/record?sslrootcert=/ca.pem", True),
    ],
)
def test_what_leaves_this_machine_is_encrypted_unless_the_settings_say_otherwise(
    url: str, is_encrypted: bool
) -> None:
    assert parse_postgres_url(url).tls == is_encrypted


def test_the_password_in_the_key_folder_is_for_a_url_without_one() -> None:
    assert parse_postgres_url("postgresql://node@h/record", password="kept").password == "kept"
    assert parse_postgres_url("postgresql://node:told@h/record", password="kept").password == "told"


@pytest.mark.parametrize(
    "url",
    [
        "hunter2",
        "mysql://node:hunter2@h/record",
        "postgresql://node:hunter2@h",
        "postgresql://node:hunter2@h/",
        "postgresql://node:hunter2@/record",
        "postgresql://node:hunter2@h:port/record",
        "postgresql://node:hunter2/x@h/record",
        "postgresql://node:hunter2#x@h/record",
        "postgresql://node:?hunter2=x@h/record",
        "postgresql://node:hunter2@h/record?sslmode=require",
        "postgresql://node:hunter2@h/record?hunter2=1",
        "postgresql://node:hunter2@h/record?host=/run",
        "postgresql://node:hunter2@/record?host=run",
        "postgresql://node:hunter2@[h/record",
    ],
)
def test_a_wrong_url_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(OperatorError) as caught:
        parse_postgres_url(url)
    assert caught.value.code == "store_url"
    assert "hunter2" not in str(caught.value)


def test_no_form_of_an_address_shows_its_password() -> None:
    found = parse_postgres_url("postgresql://node:hunter2@h/record")
    assert "hunter2" not in f"{found} {found!r}"


def test_an_authority_that_cannot_be_read_is_named() -> None:
    with pytest.raises(OperatorError) as caught:
        parse_postgres_url("postgresql://node@h/record?sslrootcert=/no/ca.pem").tls_context()
    assert "/no/ca.pem" in caught.value.message
