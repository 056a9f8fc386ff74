"""The table of doors as the paper `docs/api.md`: who may do what, in one look."""

from __future__ import annotations

from detente.api.door import Door
from detente.api.roles import ROLES
from detente.api.table import DOORS

_HEAD = """# The API, and who may do what

Drawn from `src/detente/api/table.py` by `python -m detente.api.paper > docs/api.md`; a test fails where the two
differ. The whole description, with fields and examples, is at `/api/openapi.json` of a running node.
`key`: the order asks for an Idempotency-Key.
"""


def text() -> str:
    """The paper."""
    heads = ["door", "what", *(role.replace("_", " ") for role in ROLES), "key"]
    rows = [heads, ["---"] * len(heads), *(_row(door) for door in DOORS)]
    return _HEAD + "\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def _row(door: Door) -> list[str]:
    may = (
        ["anyone"] * len(ROLES) if not door.roles else ["yes" if role in door.roles else "" for role in ROLES]
    )
    return [f"`{door.method} {door.path}`", door.summary, *may, "key" if door.is_order else ""]


if __name__ == "__main__":
    import sys

    sys.stdout.write(text())
