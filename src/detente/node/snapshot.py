"""A node's state as bytes and back, so that a start need not replay years of record.

The bytes come from our own store and are taken only where they were written by the same shape of state:
any change of a field makes another fingerprint, and then the record is replayed from its beginning instead.
No type is built that the state does not have by its own definition.
"""

from __future__ import annotations

import hashlib
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

import msgspec

from detente.memorandum.model import Memorandum
from detente.node.state import State

_LEFT_OUT = ("memorandum", "now_ms")
_AS_IT_IS = frozenset({str, int, float, bool, type(None)})
_LIVE = (
    "alerts",
    "own_warnings",
    "known_aircraft",
    "disk_is_full",
    "store_is_away",
    "own_end",
    "tried_ms",
    "clocks",
    "started_ms",
    "woke_ms",
)
"""What the record cannot rebuild is not taken from a snapshot either."""


def freeze(state: State) -> bytes:
    """The state, but for the memorandum and what is live, with the fingerprint of its shape."""
    body = {
        field.name: _plain(getattr(state, field.name))
        for field in fields(state)
        if field.name not in (*_LEFT_OUT, *_LIVE)
    }
    return msgspec.json.encode({"shape": _shape()[0], "now_ms": state.now_ms, "state": body})


def thaw(data: bytes, blank: State) -> State | None:
    """The state that was frozen, for the party and memorandum of `blank`; None where it must be replayed instead."""
    try:
        frozen = msgspec.json.decode(data)
        if frozen["shape"] != _shape()[0]:
            return None
        body = {name: _built(value) for name, value in frozen["state"].items()}
        if (body["me"], body["identity"]) != (blank.me, blank.identity):
            return None
        return replace(blank, now_ms=frozen["now_ms"], **body)
    except (msgspec.DecodeError, KeyError, TypeError, ValueError):
        return None


def _plain(value: Any) -> Any:
    """Lists and maps with a mark of what they were; asked for every value of a state, so the commonest come first."""
    kind = type(value)
    if kind in _AS_IT_IS:
        return value
    if kind is tuple:
        return {"l": [_plain(one) for one in value]}
    if kind is msgspec.Raw:
        return {"r": bytes(value).decode()}
    if isinstance(value, Mapping):
        return {"m": [[_plain(key), _plain(one)] for key, one in value.items()]}
    if kind is frozenset:
        return {"s": [_plain(one) for one in value]}
    names = _names(kind)  # type: ignore[arg-type]  # a type is hashable
    assert names or is_dataclass(kind), f"a state holds plain values, not {kind}"
    return {"t": kind.__name__, "f": {name: _plain(getattr(value, name)) for name in names}}


def _built(value: Any) -> Any:
    match value:
        case {"r": text}:
            return msgspec.Raw(text.encode())
        case {"m": pairs}:
            return {_built(key): _built(one) for key, one in pairs}
        case {"l": items}:
            return tuple(_built(one) for one in items)
        case {"s": items}:
            return frozenset(_built(one) for one in items)
        case {"t": name, "f": held}:
            return _shape()[1][name](**{key: _built(one) for key, one in held.items()})
        case _:
            return value


@cache
def _shape() -> tuple[str, Mapping[str, type]]:
    """Every class that a state can hold, by name, and a fingerprint of their fields."""
    found: dict[str, type] = {}
    ahead: list[Any] = [State]
    while ahead:
        one = ahead.pop()
        ahead.extend(_parts(one))
        if isinstance(one, type) and one not in found.values() and _names(one) and one is not Memorandum:
            assert found.setdefault(one.__name__, one) is one, f"two classes are named {one.__name__}"
            ahead.extend(typing.get_type_hints(one).values())
    text = "\n".join(f"{name} {' '.join(_names(found[name]))}" for name in sorted(found))
    return hashlib.sha256(text.encode()).hexdigest(), found


def _parts(hint: Any) -> Iterator[Any]:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is not None:
        yield from typing.get_args(hint)


@cache
def _names(one: type) -> tuple[str, ...]:
    if isinstance(one, type) and issubclass(one, msgspec.Struct):
        return one.__struct_fields__
    return tuple(field.name for field in fields(one)) if is_dataclass(one) else ()
