"""From the file's bytes to values: every missing, unknown or mistyped key at once, each with its path.

Decimals are exact. No default is silent: what the model requires must stand in the file.
"""

from __future__ import annotations

import difflib
import tomllib
import typing
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import msgspec
import msgspec.structs

from detente.memorandum.model import Memorandum
from detente.memorandum.problem import Problem
from detente.wire.limits import MEMORANDUM_BYTES_MAX, MEMORANDUM_TEXT_CHARS_MAX

__all__ = ["Problem", "read_memorandum"]


def read_memorandum(data: bytes) -> Memorandum | tuple[Problem, ...]:
    """The memorandum, or everything that keeps it from being read."""
    if len(data) > MEMORANDUM_BYTES_MAX:
        return (_whole(f"The file has {len(data)} bytes.", f"At most {MEMORANDUM_BYTES_MAX} are taken."),)
    try:
        tables = tomllib.loads(data.decode("utf-8"), parse_float=_decimal)
    except UnicodeDecodeError as why:
        return (_whole(f"The file is not UTF-8: {why}.", "Save it as UTF-8."),)
    except (ValueError, RecursionError) as why:  # TOMLDecodeError, and a number of too many digits
        return (_whole(f"The file is not TOML: {why}.", "Correct it at that line and column."),)
    problems = tuple(_problems(tables, Memorandum, ""))
    if problems:
        return problems
    return msgspec.convert(tables, type=Memorandum)


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")
    return value


def _problems(value: object, type_: Any, path: str) -> Iterator[Problem]:
    if isinstance(type_, type) and issubclass(type_, msgspec.Struct):
        yield from _table_problems(value, type_, path)
        return
    arguments = typing.get_args(type_)
    if typing.get_origin(type_) is tuple and arguments[-1] is Ellipsis:
        if not isinstance(value, list):
            yield Problem(path=path, message="This is not a list.", cure=f"Write {path} = [ ... ].")
            return
        for index, item in enumerate(value):
            yield from _problems(item, arguments[0], f"{path}[{index}]")
        return
    structs = [one for one in arguments if isinstance(one, type) and issubclass(one, msgspec.Struct)]
    if structs:
        yield from _table_problems(value, structs[0], path)
        return
    if isinstance(value, Decimal) and not value.is_finite():
        yield Problem(path=path, message="This is not a finite number.", cure="Write a plain decimal.")
        return
    if isinstance(value, str) and (fault := _text_fault(value)):
        yield Problem(path=path, message=fault, cure="Write plain text.")
        return
    try:
        msgspec.convert(value, type=type_)
    except msgspec.ValidationError as why:
        yield Problem(path=path, message=f"{str(why).split(' - at')[0]}.", cure=_cure(type_))


def _table_problems(value: object, type_: type[msgspec.Struct], path: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(path=path, message="This is not a table.", cure=f"Write it as a table [{path}].")
        return
    fields = _fields_of(type_)
    prefix = f"{path}." if path else ""
    for name, (field, hint) in fields.items():
        if name in value:
            yield from _problems(value[name], hint, prefix + name)
        elif field.required:
            yield Problem(
                path=prefix + name,
                message="This key is missing; nothing here has a silent default.",
                cure=f"Add {name} with {_expected(hint)}.",
            )
    for name in value.keys() - fields.keys():
        near = difflib.get_close_matches(name, fields, n=1)
        yield Problem(
            path=prefix + str(name),
            message="This key is not known.",
            cure=f"Did you mean {near[0]}?" if near else "Remove it.",
        )


@cache
def _fields_of(type_: type[msgspec.Struct]) -> Mapping[str, tuple[msgspec.structs.FieldInfo, Any]]:
    """The keys of a table, asked for once a type and not once a row, which was a third of a node's start."""
    hints = typing.get_type_hints(type_)
    return {field.encode_name: (field, hints[field.name]) for field in msgspec.structs.fields(type_)}


def _text_fault(text: str) -> str | None:
    if len(text) > MEMORANDUM_TEXT_CHARS_MAX:
        return f"This text has {len(text)} characters; at most {MEMORANDUM_TEXT_CHARS_MAX} are taken."
    if any(ord(char) < 32 or ord(char) == 127 for char in text):
        return "This text holds a control character."
    return None


def _cure(type_: Any) -> str:
    return f"Write {_expected(type_)}."


def _expected(type_: Any) -> str:
    arguments = typing.get_args(type_)
    if typing.get_origin(type_) is typing.Literal:
        return "one of " + ", ".join(repr(one) for one in arguments)
    if typing.get_origin(type_) is tuple:
        return "a list" if arguments[-1] is Ellipsis else f"a list of {len(arguments)}"
    names = {int: "a whole number", Decimal: "a decimal", str: "a text", bool: "true or false"}
    if type_ in names:
        return names[type_]
    if isinstance(type_, type) and issubclass(type_, msgspec.Struct):
        return "a table"
    return "a date and time with a zone" if "datetime" in str(type_) else "a value of the agreed form"


def _whole(message: str, cure: str) -> Problem:
    return Problem(path="", message=message, cure=cure)
