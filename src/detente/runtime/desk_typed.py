"""What people type into the fields of a message, made into its body.

People write places as `39.9 -121.4` or in MGRS, times as `now`, `+30m` or ISO 8601 with a zone, levels as `FL250` or
`3000ft AMSL`, channels as `123.975` or `123975`, entries as `COAST#12`. Nothing is guessed: what cannot be read
is refused with its field and what it may be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import inspect

from detente.airspace.levels import Level, parse_level
from detente.airspace.shapes import DEGREES_E7, Circle, Point
from detente.errors import OperatorError, PeerError
from detente.line.catalogue import Body
from detente.memorandum.model import Memorandum
from detente.notices.ground import levels_over
from detente.quantities import UtcMs, parse_utc_text
from detente.record.statement import Ref
from detente.runtime.desk_fields import Leaf, allowed_of, body_type_of, class_of, leaves_of, nested
from detente.runtime.grid_place import is_grid, place_of_grid, place_of_sixties

_PLACE = re.compile(
    r"(?:lat=)?([+-]?\d{1,2}(?:\.\d{1,9})?)([NS])?\s*[, ]\s*(?:lon=)?([+-]?\d{1,3}(?:\.\d{1,9})?)([EW])?",
    re.ASCII | re.IGNORECASE,
)
_AFTER = re.compile(r"([+-])(\d{1,5})([smhd])", re.ASCII)
_UNITS_MS = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_KHZ = re.compile(r"(\d{1,3})\.(\d{1,3})(?: ?MHz)?|(\d{3,6})(?: ?kHz)?", re.ASCII | re.IGNORECASE)
_WHOLE = re.compile(r"[+-]?\d{1,15}", re.ASCII)
_UNIT_ENDINGS = ("_ms", "_khz", "_deg", "_kt", "_s", "_m")
_NOTHING = ("", "-")


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What typed words are read by: the time, the memorandum, and how an entry is found."""

    now_ms: UtcMs
    memorandum: Memorandum
    ref_of: Callable[[str], Ref]


def body_of(code: str, typed: Mapping[str, str], around: Surroundings) -> Body:
    """The body of a code from what was typed.

    Raises: OperatorError `not_by_hand`, `no_such_field`, `field_missing`, or `bad_field` with what it may be.
    """
    body = body_type_of(code)
    leaves = {leaf.name: leaf for leaf in leaves_of(inspect.type_info(body))}
    given = dict(_with_place(typed, leaves))
    texts: dict[str, str] = {}
    for name, text in given.items():
        texts[_full_name(code, name, leaves)] = text.strip()
    missing = [
        name
        for name, leaf in leaves.items()
        if not leaf.is_optional and texts.get(name, "") in _NOTHING and not _may_be_empty(leaf.type)
    ]
    if missing:
        raise OperatorError(
            "field_missing",
            f"The {code} lacks {', '.join(missing)}.",
            cure=f"See them all: detente line say HOME {code} --help-fields",
        )
    read = _Reading(around, {name: texts[name] for name in texts if texts[name] not in _NOTHING})
    value = read.of(inspect.type_info(body), leaves)
    try:
        return msgspec.convert(value, type=body)
    except msgspec.ValidationError as why:
        raise OperatorError(
            "bad_field",
            f"The {code} cannot be said so: {why}.",
            cure="Use the other channel for other words.",
        ) from why


class _Reading:
    """The values of one body; places first, since levels over the ground need them."""

    def __init__(self, around: Surroundings, texts: Mapping[str, str]) -> None:
        self._around = around
        self._texts = texts
        self._place: Point | None = None

    def of(self, struct: inspect.Type, leaves: Mapping[str, Leaf]) -> dict[str, Any]:
        """The body as plain values; nested objects that have no field are null."""
        read: dict[str, Any] = {}
        in_order = sorted(leaves.values(), key=lambda leaf: class_of(leaf.type) is Level)
        for leaf in in_order:
            if leaf.name in self._texts:
                read[leaf.name] = self._one(leaf)
        assert isinstance(struct, inspect.StructType), "a body is a structure"
        return nested(struct, read, ())

    def _one(self, leaf: Leaf) -> Any:
        text = self._texts[leaf.name]
        if isinstance(leaf.type, inspect.VarTupleType):
            inner = Leaf(leaf.path, leaf.type.item_type, False)
            return [self._value(inner, one.strip()) for one in text.split(",") if one.strip()]
        return self._value(leaf, text)

    def _value(self, leaf: Leaf, text: str) -> Any:
        name, kind = leaf.path[-1], class_of(leaf.type)
        if kind is Point:
            place = place_of(text, field=leaf.name)
            self._place = self._place or place
            return msgspec.to_builtins(place)
        if kind is Level:
            return msgspec.to_builtins(self._level(leaf.name, text))
        if kind is Ref:
            return msgspec.to_builtins(self._around.ref_of(text))
        if isinstance(leaf.type, inspect.LiteralType):
            allowed = allowed_of(leaf.type)
            if text not in allowed:
                raise _bad(leaf.name, text, f"one of {', '.join(allowed)}")
            return text
        if isinstance(leaf.type, inspect.BoolType):
            if text not in ("yes", "no"):
                raise _bad(leaf.name, text, "yes or no")
            return text == "yes"
        if isinstance(leaf.type, inspect.IntType):
            return self._figure(name, leaf.name, text)
        return text

    def _figure(self, name: str, field: str, text: str) -> int:
        if name.endswith("_ms"):
            return time_of(text, self._around.now_ms, field=field)
        if name.endswith("_khz"):
            if (match := _KHZ.fullmatch(text)) is None:
                raise _bad(field, text, "a channel such as 123.975 or 123975")
            return int(match[3]) if match[3] else int(match[1]) * 1000 + int(match[2].ljust(3, "0"))
        if _WHOLE.fullmatch(text) is None:
            raise _bad(field, text, "a whole number")
        return int(text)

    def _level(self, field: str, text: str) -> Level:
        try:
            stated = parse_level(text)
            if stated.reference not in ("PALT", "HAE") and self._place is None:
                raise _bad(field, text, "a flight level, PALT or m HAE, for this message has no place")
            over = Circle(centre=self._place or Point(lat_e7=0, lon_e7=0), radius_cm=1)
            low, high = levels_over(over, floor=text, ceiling=text, memorandum=self._around.memorandum)
        except PeerError as why:
            raise OperatorError(why.code, f"{field}: {why.message}", cure=why.cure) from why
        match field.rpartition(".")[2]:
            case "floor":
                return low
            case "ceiling":
                return high
            case _:
                return Level(datum=low.datum, value=(low.value + high.value) // 2)


def place_of(text: str, *, field: str) -> Point:
    """A place from degrees, latitude first: `39.9 -121.4`, `lat=39.9,lon=-121.4`, `39.9N 121.4W`.

    Or from degrees, minutes and seconds with their letters, or from a grid (MGRS, GARS).
    """
    if is_grid(text):
        return place_of_grid(text, field=field)
    if (sixties := place_of_sixties(text)) is not None:
        return sixties
    match = _PLACE.fullmatch(text.strip())
    may_be = (
        "LAT LON in degrees, for example 39.9 -121.4, or 39°54'00\"N 121°24'00\"W, or MGRS, for example "
        "10SFK3677717883, or GARS, for example 118LV15"
    )
    if match is None:
        raise _bad(field, text, may_be)
    lat, lon = (
        Decimal(number) * (-1 if (side or "").upper() in ("S", "W") else 1)
        for number, side in ((match[1], match[2]), (match[3], match[4]))
    )
    if abs(lat) > 90 or abs(lon) > 180:
        raise _bad(field, text, may_be)
    return Point(lat_e7=round(lat * DEGREES_E7), lon_e7=round(lon * DEGREES_E7))


def time_of(text: str, now_ms: UtcMs, *, field: str) -> UtcMs:
    """A time from `now`, `+30m`, `-90s`, `+2h`, `+1d` or ISO 8601 with a zone."""
    if text == "now":
        return now_ms
    if (match := _AFTER.fullmatch(text)) is not None:
        sign = -1 if match[1] == "-" else 1
        return UtcMs(now_ms + sign * int(match[2]) * _UNITS_MS[match[3]])
    try:
        return parse_utc_text(text)
    except (ValueError, OverflowError) as why:
        raise _bad(field, text, "now, +30m, or a time such as 2030-01-01T00:00:00Z") from why


def _with_place(typed: Mapping[str, str], leaves: Mapping[str, Leaf]) -> Iterator[tuple[str, str]]:
    """`lat=` and `lon=` stand for the one place of a message."""
    places = [name for name, leaf in leaves.items() if class_of(leaf.type) is Point]
    if len(places) == 1 and "lat" in typed and "lon" in typed:
        yield places[0], f"{typed['lat']} {typed['lon']}"
        typed = {name: text for name, text in typed.items() if name not in ("lat", "lon")}
    yield from typed.items()


def _full_name(code: str, name: str, leaves: Mapping[str, Leaf]) -> str:
    """The field of a name, which may be typed without its unit."""
    found = [name] if name in leaves else [one for end in _UNIT_ENDINGS if (one := name + end) in leaves]
    if len(found) != 1:
        raise OperatorError(
            "no_such_field",
            f"A {code} has no field {name[:40]!r}: what fits no field is not said on the line.",
            cure=f"Its fields are {', '.join(leaves)}. For anything else use the other channel.",
        )
    return found[0]


def _may_be_empty(type_: inspect.Type) -> bool:
    if isinstance(type_, inspect.VarTupleType):
        return True
    return isinstance(type_, inspect.StrType) and type_.pattern is None


def _bad(field: str, text: str, may_be: str) -> OperatorError:
    return OperatorError("bad_field", f"{field}: {text[:40]!r} cannot be read.", cure=f"Write {may_be}.")
