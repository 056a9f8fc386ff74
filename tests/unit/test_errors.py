"""Errors by who must act: each carries a stable code, a sentence, and where there is one the cure."""

from __future__ import annotations

import pytest

from detente.errors import DamageError, DetenteError, OperatorError, PeerError

FAMILIES = (PeerError, OperatorError, DamageError)


@pytest.mark.parametrize("family", FAMILIES)
def test_an_error_reads_as_its_message_and_its_cure(family: type[DetenteError]) -> None:
    why = family("disk_full", "The disk is full.", cure="Free space.")
    assert (why.code, why.message, why.cure) == ("disk_full", "The disk is full.", "Free space.")
    assert str(why) == "The disk is full. Free space."
    assert str(family("gap", "Something is missing.")) == "Something is missing."


@pytest.mark.parametrize("family", FAMILIES)
def test_the_families_do_not_catch_each_other(family: type[DetenteError]) -> None:
    assert [issubclass(family, other) for other in FAMILIES].count(True) == 1
    assert issubclass(family, DetenteError)
