"""One thing wrong with a memorandum: where, what, and what to type instead."""

from __future__ import annotations

from detente.wire import Record


class Problem(Record, frozen=True, kw_only=True):
    """`path` is the key's path in the file, for example ``separation[2].lateral_nm``."""

    path: str
    message: str
    cure: str
