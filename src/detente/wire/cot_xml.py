"""The frame of a Cursor on Target event as XML: uid, type, times, a point, and a detail to be filled.

Source: MITRE, Event.xsd 2.0. Every uid that a node writes begins with `DETENTE-`, so that a node knows an event of a
node when it comes back from a server, and takes it for no aircraft. Texts are a stranger's: what XML 1.0 cannot hold
is left out, they are cut, and the writer of XML escapes them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from xml.etree import ElementTree

OWN_UID = "DETENTE-"
UNKNOWN = 9_999_999.0
TEXT_CHARS_MAX = 400


def ended_event(uid: str, *, now_ms: int) -> bytes:
    """What ends something that was shown: stale when it is made, at no place."""
    event = event_of(
        uid, "t-x-d-d", time_ms=now_ms, start_ms=now_ms, stale_ms=now_ms, lat_deg=0.0, lon_deg=0.0
    )
    detail = event.find("detail")
    assert detail is not None, "made with one"
    ElementTree.SubElement(detail, "link", {"uid": f"{OWN_UID}{uid}", "type": "none", "relation": "none"})
    return ElementTree.tostring(event)


def event_of(
    uid: str,
    type_: str,
    *,
    time_ms: int,
    start_ms: int,
    stale_ms: int,
    lat_deg: float,
    lon_deg: float,
    hae_m: float = UNKNOWN,
    ce_m: float = UNKNOWN,
    le_m: float = UNKNOWN,
    call_sign: str = "",
    remarks: str = "",
) -> ElementTree.Element:
    """One event with its point and detail; texts are escaped by the writer of XML."""
    event = ElementTree.Element(
        "event",
        {
            "version": "2.0",
            "uid": f"{OWN_UID}{uid}",
            "type": type_,
            "how": "m-f",
            "time": _utc(time_ms),
            "start": _utc(start_ms),
            "stale": _utc(stale_ms),
        },
    )
    point = {"lat": f"{lat_deg:.7f}", "lon": f"{lon_deg:.7f}"}
    point |= {name: f"{value:.1f}" for name, value in (("hae", hae_m), ("ce", ce_m), ("le", le_m))}
    ElementTree.SubElement(event, "point", point)
    detail = ElementTree.SubElement(event, "detail")
    if call_sign:
        ElementTree.SubElement(detail, "contact", {"callsign": _plain(call_sign)})
    if remarks:
        ElementTree.SubElement(detail, "remarks").text = _plain(remarks)
    return event


def _plain(text: str) -> str:
    """Without what XML 1.0 cannot hold, and short."""
    return "".join(mark for mark in text if mark.isprintable())[:TEXT_CHARS_MAX]


def _utc(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"
