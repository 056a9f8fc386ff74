"""An own order that is refused: the operator is told why, the logbook keeps it, and nothing leaves."""

from __future__ import annotations

from detente.node.effects import Effect, Reply, Write
from detente.node.state import State


def no(state: State, code: str, message: str) -> tuple[State, tuple[Effect, ...]]:
    """Refuse an order with a stable code and a reason in words."""
    return state, (
        Write(kind="refused", text=f"own order: {code}: {message}"),
        Reply(ok=False, code=code, message=message),
    )
