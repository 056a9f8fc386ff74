"""One door of the API, and the three kinds: what is read, what is ordered, what the API does itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from detente.api import bodies as b
from detente.api.roles import EVERY, WATCH, Role


@dataclass(frozen=True, kw_only=True)
class Door:
    """One method of one path.

    Args:
        summary: one sentence for people.
        roles: who may; empty: anyone, and `act` looks for itself.
        takes: the query of a GET, the JSON body of a POST; names in braces in the path are among its fields.
        is_order: it changes something on the line, so it asks for an Idempotency-Key and stands in the logbook.
        answers: what stands in the answer at least.
        example: a body or query that could be sent.
    """

    method: Literal["GET", "POST"]
    path: str
    summary: str
    roles: frozenset[Role] = EVERY
    takes: type[b.Body] = b.Nothing
    order: str | None = None
    act: str | None = None
    is_order: bool = False
    answers: tuple[str, ...] = ()
    example: dict[str, Any] = field(default_factory=dict)


def read(path: str, order: str, summary: str, *answers: str, **more: Any) -> Door:
    """A view of the desk."""
    return Door(method="GET", path=f"/api/{path}", order=order, summary=summary, answers=answers, **more)


def give(path: str, order: str, summary: str, takes: type[b.Body], **more: Any) -> Door:
    """An order of the desk, said as the post."""
    more = {"roles": WATCH, "answers": ("message", "ref"), **more}
    return Door(
        method="POST", path=f"/api/{path}", order=order, summary=summary, takes=takes, is_order=True, **more
    )


def own(method: Literal["GET", "POST"], path: str, act: str, summary: str, **more: Any) -> Door:
    """An act of the API."""
    return Door(method=method, path=path, act=act, summary=summary, **more)
