"""One thing that is wrong with an export: where, at which entry, a stable code, and a sentence for people."""

from __future__ import annotations

from dataclasses import dataclass

from detente.errors import PeerError


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What fails.

    Args:
        where: the origin of a journal, the path of a file, or a party.
        seq: the entry, where it is one entry.
    """

    where: str
    seq: int | None
    code: str
    message: str


def problem_of(why: PeerError, *, where: str, seq: int | None = None) -> Problem:
    """A refusal as a problem of this place; the sentence names the place too."""
    place = where if seq is None else f"Entry {seq} of {where}"
    return Problem(where=where, seq=seq, code=why.code, message=f"{place}: {why.message}")


def printable(problem: Problem) -> Problem:
    """The same, safe for a terminal: names of files are a stranger's choice."""
    return Problem(
        where=_printable(problem.where),
        seq=problem.seq,
        code=problem.code,
        message=_printable(problem.message),
    )


def _printable(text: str) -> str:
    return "".join(mark if mark.isprintable() else repr(mark)[1:-1] for mark in text)
