"""What PostgreSQL's errors mean for a node: the connection is lost, the disk is full, or somebody must act.

Source: PostgreSQL documentation, appendix A, error codes; pg8000 gives them in the field `C`.
"""

from __future__ import annotations

import pg8000.exceptions
import sqlalchemy as sa

from detente.adapters.postgres_url import PostgresAddress
from detente.errors import DamageError, DetenteError, OperatorError

FAILURES = (sa.exc.DBAPIError, pg8000.exceptions.Error, OSError)
"""All that a call to the server raises; pg8000 lets some errors of the socket through as they are."""

_LOST_STATES = ("57P01", "57P02", "57P03", "57P05", "53300", "25006")
"""Shut down, crashed, not up yet, timed out, no connection free, or only a standby answers."""

_FULL_STATES = ("53100",)


def state_of(why: BaseException) -> str:
    """The five letters of the server's error; empty where it did not come from the server."""
    cause = why.orig if isinstance(why, sa.exc.DBAPIError) else why
    told = cause.args[0] if cause is not None and cause.args else None
    return str(told.get("C", "")) if isinstance(told, dict) else ""


def is_lost(why: BaseException) -> bool:
    """Whether the connection is gone or good for nothing, so that only a new one can tell what stands."""
    cause = why.orig if isinstance(why, sa.exc.DBAPIError) else why
    state = state_of(why)
    return (
        isinstance(cause, OSError | pg8000.exceptions.InterfaceError)
        or state.startswith("08")
        or state in _LOST_STATES
    )


def reason_of(why: BaseException) -> str:
    """In a few words and on one line, without a password."""
    cause = why.orig if isinstance(why, sa.exc.DBAPIError) else why
    told = cause.args[0] if cause is not None and cause.args else None
    if isinstance(told, dict):
        return " ".join(str(told.get("M", "an error without words")).split())
    deeper = getattr(cause, "__cause__", None)
    return " ".join(str(deeper or cause).split()) or type(cause).__name__


def away(address: PostgresAddress, reason: str) -> DamageError:
    """Nothing was written, and the store may take it later."""
    return DamageError(
        "store_away",
        f"The PostgreSQL server of the store ({address}) does not answer: {reason}.",
        cure="Start it, or mend the way to it; the node goes on by itself.",
    )


def damage_of(why: BaseException, address: PostgresAddress) -> DamageError:
    """An answer of the server to a statement that it did not carry out."""
    if state_of(why) in _FULL_STATES:
        return DamageError(
            "disk_full",
            f"The disk of the PostgreSQL server ({address}) is full; nothing new is signed.",
            cure="Free space on the server; the node goes on by itself.",
        )
    return DamageError(
        "store_damaged",
        f"The store ({address}) cannot be used: {reason_of(why)}.",
        cure="Stop the node, keep the database, and restore a copy; the peers hold your journal.",
    )


def refused(why: BaseException, address: PostgresAddress) -> DetenteError:
    """Why no store could be opened at all."""
    match state_of(why):
        case "28P01" | "28000":
            return OperatorError(
                "store_login",
                f"The PostgreSQL server does not let {address.user} into {address}: {reason_of(why)}.",
                cure="Correct the user in config.toml, or the password in keys/store.password.",
            )
        case "3D000":
            return OperatorError(
                "no_database",
                f"The PostgreSQL server has no {address}.",
                cure=f"Make it: createdb --owner={address.user} --encoding=UTF8 {address.database}",
            )
        case "42501" | "3F000":
            return OperatorError(
                "store_rights",
                f"{address.user} may not make tables in {address}: {reason_of(why)}.",
                cure=f"Let it own the database: ALTER DATABASE {address.database} OWNER TO {address.user};",
            )
    if is_lost(why):
        return OperatorError(
            "store_away",
            f"The PostgreSQL server of the store ({address}) does not answer: {reason_of(why)}.",
            cure="Start it, or correct `store` in config.toml.",
        )
    return damage_of(why, address)
