"""The one guard for outgoing fields: what the memorandum does not list is not said, at any depth.

Fields that are null or empty say nothing and pass. The guard looks at the names that would really leave, not
at the types they came from, so a field added to a type tomorrow is refused until the memorandum lists it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from detente.memorandum.model import DisclosedField, Memorandum
from detente.notices.notice import DEPTH_MAX, is_never_said
from detente.notices.verdict import Refused

_SAYS: dict[str, DisclosedField] = {
    "volumes": "volume",
    "shape": "volume",
    "points": "volume",
    "centre": "volume",
    "radius_cm": "volume",
    "half_width_cm": "volume",
    "lat_e7": "volume",
    "lon_e7": "volume",
    "start_ms": "window",
    "end_ms": "window",
    "times_ms": "window",
    "early_ms": "window",
    "late_ms": "window",
    "floor": "levels",
    "ceiling": "levels",
    "datum": "levels",
    "value": "levels",
    "class": "class",
    "count_band": "count_band",
    "transponder": "transponder",
    "frequency_monitored_khz": "frequency_monitored",
    "hazard_kind": "hazard_kind",
    "movement": "movement",
}
_ALWAYS = frozenset({"kind"})
"""The kind chooses the lead time; without it nothing can be judged."""


def disclose(
    body: Mapping[str, object], memorandum: Memorandum, *, structural: Collection[str] = ()
) -> Refused | None:
    """Refuses the first field of an outgoing notice that the memorandum forbids or does not list.

    Args:
        body: names and values as they would leave, for example from `notice.body_of`.
        structural: further names that the message itself needs and that disclose nothing, for example a
            reference; a forbidden word is refused even here.
    """
    rules = memorandum.disclosure
    for name in _said(body):
        field = _SAYS.get(name)
        if (field is None or field not in rules.allow) and is_never_said(name, rules.never):
            return Refused(
                code="never_list", message=f"The field {name[:40]!r} is never disclosed.", field=name[:40]
            )
        if name in _ALWAYS or name in structural:
            continue
        if field is None or field not in rules.allow:
            return Refused(
                code="not_disclosed",
                message=f"The memorandum does not list {(field or name)[:40]!r} among what may be disclosed.",
                field=name[:40],
            )
    return None


def _said(value: object, depth: int = 0) -> Iterator[str]:
    """Names that carry something, at any depth."""
    assert depth <= DEPTH_MAX, "an own message nested this deeply is a defect"
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if inner is None or (isinstance(inner, list | tuple | dict) and not inner):
                continue
            yield str(name)
            yield from _said(inner, depth + 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _said(inner, depth + 1)
