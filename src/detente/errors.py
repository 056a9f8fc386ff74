"""Errors by who must act: the peer broke a rule, our settings are wrong, or our record is damaged.

A verdict on a notice is not an error: it is a value (`Admitted | Refused`) to record and to show.
Takes: nothing. Gives: the three families that every layer raises. Next: `detente.wire`.
"""

from __future__ import annotations


class DetenteError(Exception):
    """Something a person or a peer must answer for.

    Args:
        code: stable, lower case, for programs and the record, for example ``signature_invalid``.
        message: what is wrong and with whom, in one sentence.
        cure: what to do about it; empty where nothing can be done here.
    """

    def __init__(self, code: str, message: str, *, cure: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message} {self.cure}".strip()


class PeerError(DetenteError):
    """The peer, a file or a feed broke a rule: keep the evidence, answer, carry on."""


class OperatorError(DetenteError):
    """Our own settings or files are wrong: say how to mend them; the command exits with 2."""


class DamageError(DetenteError):
    """Our record cannot be trusted or kept: stop saying new things; the command exits with 1."""

    @property
    def may_pass(self) -> bool:
        """Whether nothing was written, and the store may take it later: no room, or no server that answers."""
        return self.code in ("disk_full", "store_away")
