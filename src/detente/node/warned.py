"""A warning of the node: a stable code and what goes into it, for faces in any language, and the same in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Warned:
    """`args` are names, figures and times as texts; a reason that a machine gave is among them as it was given."""

    code: str
    text: str
    args: Mapping[str, str]

    def row(self) -> dict[str, Any]:
        """As plain values."""
        return {"code": self.code, "args": dict(self.args), "text": self.text}


def warned(code: str, text: str, **args: object) -> Warned:
    """One warning; every argument as a text."""
    return Warned(code=code, text=text, args={name: str(value) for name, value in args.items()})
