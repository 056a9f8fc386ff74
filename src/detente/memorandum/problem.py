"""One thing wrong with a memorandum: where, what, and what to type instead."""

from __future__ import annotations

from detente.wire import Record


class Problem(Record, frozen=True, kw_only=True):
    """`path` is the key's path in the file, for example ``separation[2].lateral_nm``.

    Where it is about a sector, or about two who cannot talk there, both are named beside the sentence.
    """

    path: str
    message: str
    cure: str
    sector: str = ""
    pair: tuple[str, ...] = ()
