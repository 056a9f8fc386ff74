"""Every rule of a memorandum that refers to another, checked at once: nothing nonsensical can be signed.

A check is one function that says its rule in its first sentence and yields what breaks it. The checks of a
topic stand together: `check_parties`, `check_airspace`, `check_notices`, `check_channels`, `check_radio`,
`check_line`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from detente.memorandum import (
    check_airspace,
    check_channels,
    check_line,
    check_notices,
    check_parties,
    check_radio,
)
from detente.memorandum.check_parties import PLACEHOLDER
from detente.memorandum.model import Memorandum
from detente.memorandum.problem import Problem

Check = Callable[[Memorandum], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (
    *check_parties.CHECKS,
    *check_airspace.CHECKS,
    *check_notices.CHECKS,
    *check_channels.CHECKS,
    *check_radio.CHECKS,
    *check_line.CHECKS,
)


def check(memorandum: Memorandum, *, template: bool) -> tuple[Problem, ...]:
    """All problems, in the order of the checks; a template may still have zeros for what is filled in."""
    found = [problem for one in CHECKS for problem in one(memorandum)]
    if not template:
        found += _unfilled(memorandum)
    return tuple(found)


def is_template(memorandum: Memorandum) -> bool:
    """Whether something is still to be filled in."""
    return any(_unfilled(memorandum))


def _unfilled(memorandum: Memorandum) -> Iterator[Problem]:
    cure = "Fill it in: detente memorandum new --from TEMPLATE"
    if memorandum.memorandum.text_sha256 == PLACEHOLDER:
        yield Problem(path="memorandum.text_sha256", message="The text is not named yet.", cure=cure)
    for index, party in enumerate(memorandum.party):
        if party.root_card_sha256 == PLACEHOLDER:
            yield Problem(
                path=f"party[{index}].root_card_sha256",
                message=f"The key of {party.id} is not named yet.",
                cure=cure,
            )
