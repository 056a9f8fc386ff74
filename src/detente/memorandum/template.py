"""The templates that ship with Détente, and filling the parties' cards into one.

A template is a whole memorandum whose hashes of root keys are zeros; `check` takes it, `run` does not.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from importlib import resources

from detente.crypto.card import PartyCard, root_digest
from detente.errors import OperatorError
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum

PLACEHOLDER = "0" * 64
_SUFFIX = ".toml"


def template_names() -> tuple[str, ...]:
    """The templates by name."""
    folder = resources.files("detente.memorandum") / "templates"
    return tuple(
        sorted(entry.name.removesuffix(_SUFFIX) for entry in folder.iterdir() if entry.name.endswith(_SUFFIX))
    )


def template(name: str) -> bytes:
    """The bytes of a template; raises OperatorError naming those that exist."""
    if name not in template_names():
        raise OperatorError(
            "no_template",
            f"There is no template {name!r}.",
            cure="Templates: " + ", ".join(template_names()) + ".",
        )
    return (resources.files("detente.memorandum") / "templates" / f"{name}{_SUFFIX}").read_bytes()


def fill(data: bytes, cards: Mapping[str, PartyCard], *, text: bytes | None = None) -> bytes:
    """A template with the hash of every party's root key and of the agreed text; comments and layout stay.

    Args:
        text: the agreed prose; None takes the template itself as the text.

    Raises: OperatorError where a party has no card here, or the template cannot be read.
    """
    memorandum = read_memorandum(data)
    if not isinstance(memorandum, Memorandum):
        raise OperatorError(
            "problems",
            f"The template has {len(memorandum)} problem(s).",
            cure="detente memorandum check FILE",
        )
    missing = [party.id for party in memorandum.party if party.id not in cards]
    if missing:
        raise OperatorError(
            "no_card",
            f"No card of {', '.join(missing)} was given; the template names "
            f"{', '.join(party.id for party in memorandum.party)}.",
            cure="Meet them first (detente pair HOME, then --home HOME), or give each party's card: --card PATH.",
        )
    digests = iter([root_digest(cards[party.id]) for party in memorandum.party])
    pattern = re.compile(r'^(root_card_sha256\s*=\s*")[0-9a-f]{64}(")', re.MULTILINE)
    filled, count = pattern.subn(lambda found: f"{found[1]}{next(digests)}{found[2]}", data.decode())
    assert count == len(memorandum.party), "every party has one root_card_sha256 line"
    digest = hashlib.sha256(data if text is None else text).hexdigest()
    return re.sub(
        r'^(text_sha256\s*=\s*")[0-9a-f]{64}(")', rf"\g<1>{digest}\g<2>", filled, flags=re.MULTILINE
    ).encode()
