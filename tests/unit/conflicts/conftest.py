"""The casebook's memorandum EX-1, as values."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from detente.memorandum.model import Memorandum


@pytest.fixture(scope="session")
def ex_1() -> Memorandum:
    text = (Path(__file__).parents[1] / "notices" / "ex-1.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text, parse_float=Decimal), Memorandum)
