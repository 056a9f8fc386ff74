"""The fields of a message by hand, read off its body: their names, what is typed into each, and what each may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from msgspec import inspect

from detente.airspace.levels import Level
from detente.airspace.shapes import Point
from detente.errors import OperatorError
from detente.line.catalogue import CATALOGUE, Body
from detente.memorandum.model import Memorandum
from detente.node.saying import BY_ANOTHER_ORDER, choices
from detente.record.statement import Ref


class Leaf(NamedTuple):
    """One field to type in: `document.name` lies inside `document`."""

    path: tuple[str, ...]
    type: inspect.Type
    is_optional: bool

    @property
    def name(self) -> str:
        return ".".join(self.path)


def fields_of(
    code: str, memorandum: Memorandum, *, in_force: Memorandum | None = None
) -> list[dict[str, Any]]:
    """Every field of a code: its name, what is typed, which values are allowed (empty: not limited)."""
    body = body_type_of(code)
    named = choices(memorandum, body, in_force=in_force)
    return [
        {
            "field": leaf.name,
            "type": _words(leaf.path[-1], leaf.type),
            "kind": _kind(leaf.path[-1], leaf.type),
            "is_many": isinstance(leaf.type, inspect.VarTupleType),
            "allowed": list(named[leaf.name]) or ["none agreed"]
            if leaf.name in named
            else allowed_of(leaf.type),
            "required": not leaf.is_optional,
        }
        for leaf in leaves_of(inspect.type_info(body))
    ]


def body_type_of(code: str) -> type[Body]:
    if code not in CATALOGUE:
        raise OperatorError(
            "not_by_hand",
            f"There is no code {code[:24]!r}: the line carries only what its catalogue has.",
            cure="Use the other channel, or one of: " + ", ".join(set_by_hand()) + ".",
        )
    if code in BY_ANOTHER_ORDER:
        raise OperatorError("not_by_hand", f"{code} is not said by hand.", cure=BY_ANOTHER_ORDER[code])
    return CATALOGUE[code].body


def set_by_hand() -> tuple[str, ...]:
    """The codes that a watch may say."""
    return tuple(code for code in CATALOGUE if code not in BY_ANOTHER_ORDER)


def leaves_of(type_: inspect.Type, path: tuple[str, ...] = (), is_optional: bool = False) -> Iterator[Leaf]:
    inner, may_lack = _without_none(type_)
    is_optional = is_optional or may_lack
    if isinstance(inner, inspect.StructType) and inner.cls not in (Point, Level, Ref):
        for field in inner.fields:
            yield from leaves_of(field.type, (*path, field.encode_name), is_optional)
    else:
        yield Leaf(path, inner, is_optional)


def nested(struct: inspect.StructType, read: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """The fields of a structure; what was not given is null, or empty where it is a list or a text."""
    made: dict[str, Any] = {}
    for field in struct.fields:
        place = (*path, field.encode_name)
        inner, is_optional = _without_none(field.type)
        if isinstance(inner, inspect.StructType) and inner.cls not in (Point, Level, Ref):
            name = ".".join(place)
            has_any = any(one.startswith(f"{name}.") for one in read)
            made[field.encode_name] = nested(inner, read, place) if has_any or not is_optional else None
        elif ".".join(place) in read:
            made[field.encode_name] = read[".".join(place)]
        elif is_optional:
            made[field.encode_name] = None
        else:
            made[field.encode_name] = [] if isinstance(inner, inspect.VarTupleType) else ""
    return made


def _without_none(type_: inspect.Type) -> tuple[inspect.Type, bool]:
    if isinstance(type_, inspect.UnionType):
        others = [one for one in type_.types if not isinstance(one, inspect.NoneType)]
        assert len(others) == 1, "a field of the catalogue is one thing, or nothing"
        return others[0], True
    if isinstance(type_, inspect.Metadata):
        return _without_none(type_.type)
    return type_, False


def class_of(type_: inspect.Type) -> type | None:
    return type_.cls if isinstance(type_, inspect.StructType) else None


def allowed_of(type_: inspect.Type) -> list[str]:
    if isinstance(type_, inspect.LiteralType):
        return [str(value) for value in type_.values]
    return allowed_of(type_.item_type) if isinstance(type_, inspect.VarTupleType) else []


def _kind(name: str, type_: inspect.Type) -> str:
    """What is typed, as a code for a form: it has an example and words of its own for each."""
    if isinstance(type_, inspect.VarTupleType):
        return _kind(name, type_.item_type)
    of_class: dict[type | None, str] = {Point: "place", Level: "level", Ref: "entry"}
    if (kind := of_class.get(class_of(type_))) is not None:
        return kind
    if isinstance(type_, inspect.IntType):
        endings = {"_ms": "time", "_khz": "channel", "_deg": "degrees", "_kt": "knots"}
        return next((kind for ending, kind in endings.items() if name.endswith(ending)), "whole")
    if isinstance(type_, inspect.LiteralType):
        return "word"
    if isinstance(type_, inspect.BoolType):
        return "yes_no"
    return "name" if isinstance(type_, inspect.StrType) and type_.pattern else "text"


def _words(name: str, type_: inspect.Type) -> str:
    """What is typed, in words."""
    kind = class_of(type_)
    if isinstance(type_, inspect.VarTupleType):
        return f"{_words(name, type_.item_type)}, separated by commas"
    if kind is Point:
        return "place: LAT LON in degrees or degrees, minutes and seconds, MGRS, or GARS"
    if kind is Level:
        return "level: FL250, 3000ft AMSL, 500 AGL, 8050 PALT"
    if kind is Ref:
        return "entry: PARTY#number"
    if isinstance(type_, inspect.IntType):
        for ending, words in (("_ms", "time: now, +30m, or ISO 8601 with Z"), ("_khz", "channel: 123.975")):
            if name.endswith(ending):
                return words
        least, most = type_.ge, type_.le
        return "whole number" + (f", {least} to {most}" if least is not None and most is not None else "")
    if isinstance(type_, inspect.LiteralType):
        return "one word"
    if isinstance(type_, inspect.BoolType):
        return "yes or no"
    return "name" if isinstance(type_, inspect.StrType) and type_.pattern else "text"
