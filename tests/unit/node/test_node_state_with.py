"""The cheap copy of the state is the state that `dataclasses.replace` makes, and takes no name that it has not."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from detente.node.state import State
from detente.node.state_with import state_with


def test_a_copy_is_what_replace_makes_of_every_field() -> None:
    nothing: Any = None
    state = State(me=nothing, memorandum=nothing, identity=nothing, now_ms=nothing)
    for field in fields(State):
        other: dict[str, Any] = {field.name: object()}
        made = state_with(state, **other)
        assert made == replace(state, **other) != state
        assert state_with(made, **{field.name: getattr(state, field.name)}) == state


def test_a_name_that_the_state_has_not_is_refused() -> None:
    nothing: Any = None
    unknown: dict[str, Any] = {"nowms": 1}
    with pytest.raises(TypeError, match="State has no nowms"):
        state_with(State(me=nothing, memorandum=nothing, identity=nothing, now_ms=nothing), **unknown)
