"""What a check found: where, between whom, why, what to do about it, and how grave it is.

`invalid` keeps a memorandum from being signed: no authority could mend it. `screening` is a distance, a load or an
age that the authority, or a radio check, has to judge. Nothing here assigns a frequency.
Source: practice (f), a plan computes and checks.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from detente.wire import Record

Gravity: TypeAlias = Literal["invalid", "screening"]

CHECKS = {
    1: "names valid, and every class can tune what it must",
    2: "each sector has primary, secondary and guard",
    3: "every pair that may meet shares a monitored channel, or a relay",
    4: "line of sight from level to station and to each other",
    5: "reuse of carriers, neighbours, guard, data and products kept apart",
    6: "one carrier has one name, one name one tone",
    7: "aircraft on each channel within the limit",
    8: "age of the proof of each pair",
    9: "changes acknowledged by all before they take effect",
    10: "a card for each sector",
}
"""The numbered checks of practice (f). A card can be drawn of every plan that has nothing invalid."""


class Finding(Record, frozen=True, kw_only=True):
    """One thing found by a numbered check; `sector` and `pair` are empty where it is about none."""

    check: int
    gravity: Gravity
    sector: str
    pair: tuple[str, ...]
    path: str
    message: str
    cure: str
