"""The body of NTC and HAZ: where, when, how high, which class, and little else; no more can be expressed.

There is no field for purpose, mission, target, weapon, unit, origin, destination or sensor, and no free text.
A field that the memorandum does not let be said is null (frequencies: empty); a field that nobody foresaw is
refused by name.
Source: the fields of NTC and HAZ in the message catalogue; hazards as in INCSEA notices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

import msgspec

from detente.airspace.volumes import Volume
from detente.errors import PeerError
from detente.memorandum.model import Disclosure, NoticeKind
from detente.wire import Record, decode
from detente.wire.limits import PAYLOAD_BYTES_MAX

CountBand: TypeAlias = Literal["1", "2-4", "5-12", "13+"]
Transponder: TypeAlias = Literal["on", "off", "intermittent"]
HazardKind: TypeAlias = Literal["laser", "firing", "jamming", "gnss", "balloon", "drop"]
Movement: TypeAlias = Literal["within", "along"]
"""Anywhere within the volumes, or along them one after the other (a moving block)."""

FREQUENCIES_MAX = 16
DEPTH_MAX = 16


class Notice(Record, frozen=True, kw_only=True):
    """One activity, announced."""

    kind: NoticeKind
    volumes: tuple[Volume, ...]
    class_: str = msgspec.field(name="class")
    count_band: CountBand | None
    transponder: Transponder | None
    frequency_monitored_khz: tuple[int, ...]
    hazard_kind: HazardKind | None
    movement: Movement | None


NOTICE_FIELDS = frozenset(
    {
        "kind",
        "volumes",
        "class",
        "count_band",
        "transponder",
        "frequency_monitored_khz",
        "hazard_kind",
        "movement",
        "shape",
        "points",
        "centre",
        "radius_cm",
        "half_width_cm",
        "times_ms",
        "early_ms",
        "late_ms",
        "lat_e7",
        "lon_e7",
        "floor",
        "ceiling",
        "datum",
        "value",
        "start_ms",
        "end_ms",
    }
)
"""Every name that occurs anywhere in a notice."""


def body_of(notice: Notice) -> Mapping[str, object]:
    """The notice as the names and values that would leave, for the disclosure guard."""
    body = msgspec.to_builtins(notice)
    assert isinstance(body, dict)
    return body


def parse_notice(raw: bytes, rules: Disclosure) -> Notice:
    """A notice from a stranger's bytes.

    Raises: PeerError `too_large`, `malformed`, `layout`, `never_list` (a field that the memorandum forbids by
    name, at any depth), `unknown_field` (a field that no notice has).
    """
    if len(raw) > PAYLOAD_BYTES_MAX:
        raise PeerError(
            "too_large", f"The notice has {len(raw)} bytes; at most {PAYLOAD_BYTES_MAX} are taken."
        )
    try:
        loose: object = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as why:
        raise PeerError("malformed", f"The notice cannot be read: {why}.") from why
    refuse_strange_fields(field_names(loose), known=NOTICE_FIELDS, never=rules.never, what="notice")
    return decode(raw, Notice, what="notice", bytes_max=PAYLOAD_BYTES_MAX)


def refuse_strange_fields(
    names: Iterator[str], *, known: frozenset[str], never: tuple[str, ...], what: str
) -> None:
    """Raises PeerError `never_list` for the first name that is never said, `unknown_field` for any other."""
    strange = [name for name in names if name not in known]
    for name in strange:
        if is_never_said(name, never):
            raise PeerError(
                "never_list", f"The {what} has the field {name[:40]!r}, which is never disclosed."
            )
    if strange:
        raise PeerError(
            "unknown_field", f"The {what} has the field {strange[0][:40]!r}, which no {what} has."
        )


def is_never_said(name: str, never: tuple[str, ...]) -> bool:
    """Whether a field name holds a forbidden word, however written: Target, target_id, third-party-tracks."""
    plain = _plain(name)
    return any(_plain(word) in plain for word in never)


def field_names(value: object, depth: int = 0) -> Iterator[str]:
    """Every field name at any depth; raises PeerError `malformed` below `DEPTH_MAX` levels."""
    if depth > DEPTH_MAX:
        raise PeerError("malformed", "The fields are nested too deeply.")
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from field_names(inner, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from field_names(inner, depth + 1)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
