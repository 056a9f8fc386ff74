"""A notice as Cursor on Target events, one for each volume: an outline that ATAK draws, levels and times in words.

Levels are said as the notice has them; a floor in another datum than the ellipsoid is no `hae`, so that is left
unknown. A circle is an ellipse of equal axes; what has a half width is its centre line, with the width in words:
nobody is to take the line for the volume. Source: the drawing types that ATAK writes (`u-d-f`, `u-d-c-c`).
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from detente.airspace.levels import level_text
from detente.airspace.shapes import DEGREES_E7, Circle, Polygon, points_of
from detente.airspace.volumes import Volume
from detente.notices.notice import Notice
from detente.quantities import METRES_PER_NM, utc_text
from detente.wire.cot_xml import UNKNOWN, event_of

_CIRCLE, _OUTLINE = "u-d-c-c", "u-d-f"


def notice_events(ref: str, party: str, notice: Notice, *, now_ms: int) -> Iterator[tuple[str, bytes]]:
    """Uid and event of each volume that is not over; it is stale when its window ends."""
    for number, volume in enumerate(notice.volumes):
        if volume.end_ms > now_ms:
            uid = f"{party}-{ref}.{number}"
            yield uid, _event(uid, ref, party, notice, volume, now_ms)


def _event(uid: str, ref: str, party: str, notice: Notice, volume: Volume, now_ms: int) -> bytes:
    shape, points = volume.shape, points_of(volume.shape)
    floor = volume.floor
    width_cm = getattr(shape, "half_width_cm", None)
    words = (
        f"{party} {notice.kind}, {notice.class_}. {level_text(floor)} to {level_text(volume.ceiling)}, "
        f"{utc_text(volume.start_ms)} to {utc_text(volume.end_ms)}."
    )
    if width_cm is not None:
        words += f" The line is its centre: {width_cm / 100 / METRES_PER_NM:.2f} NM on each side."
    event = event_of(
        uid,
        _CIRCLE if isinstance(shape, Circle) else _OUTLINE,
        time_ms=now_ms,
        start_ms=volume.start_ms,
        stale_ms=volume.end_ms,
        lat_deg=points[0].lat_e7 / DEGREES_E7,
        lon_deg=points[0].lon_e7 / DEGREES_E7,
        hae_m=floor.value / 100.0 if floor.datum == "hae" else UNKNOWN,
        call_sign=ref,
        remarks=f"{words} Détente: information only.",
    )
    detail = event.find("detail")
    assert detail is not None, "made with one"
    if isinstance(shape, Circle):
        axis = f"{shape.radius_cm / 100.0:.1f}"
        within = ElementTree.SubElement(detail, "shape")
        ElementTree.SubElement(within, "ellipse", {"major": axis, "minor": axis, "angle": "360"})
    else:
        ring = (*points, points[0]) if isinstance(shape, Polygon) else points
        for point in ring:
            place = f"{point.lat_e7 / DEGREES_E7:.7f},{point.lon_e7 / DEGREES_E7:.7f}"
            ElementTree.SubElement(detail, "link", {"point": place})
    return ElementTree.tostring(event)
