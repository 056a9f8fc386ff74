"""Checks on where a memorandum holds: area, sectors, reference points, boundaries, special areas, levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detente.airspace.inside import is_inside
from detente.airspace.levels import parse_level
from detente.airspace.shapes import Circle, Point, Polygon
from detente.airspace.volumes import shape_fault_of
from detente.errors import PeerError
from detente.memorandum.model import LatLon, Memorandum
from detente.memorandum.problem import Problem

_REFERENCE_POINTS_MIN = 2


def points_are_on_earth(memorandum: Memorandum) -> Iterator[Problem]:
    """Latitudes lie within 90 degrees, longitudes within 180."""
    for path, points in _all_points(memorandum):
        for index, point in enumerate(points):
            if not (-90 <= point.lat <= 90 and -180 <= point.lon <= 180):
                yield _problem(
                    f"{path}[{index}]",
                    "This point is not on Earth.",
                    "Latitude -90 to 90, longitude -180 to 180.",
                )


def outlines_are_sound(memorandum: Memorandum) -> Iterator[Problem]:
    """Every outline has three points or more and does not cross itself."""
    for path, points in _outlines(memorandum):
        if len(points) < 3:
            yield _problem(path, "An outline needs three points.", "Give at least three corners.")
        elif _are_on_earth(points) and (fault := shape_fault_of(_polygon(points))) is not None:
            yield _problem(path, fault.message, "Draw the corners in order, without crossing.")


def levels_have_a_datum(memorandum: Memorandum) -> Iterator[Problem]:
    """Every level can be read, and the upper one is not below the lower where both have one datum."""
    for path, lower, upper in _levels(memorandum):
        try:
            low, high = parse_level(lower), parse_level(upper)
        except PeerError as why:
            yield _problem(path, why.message, why.cure)
            continue
        if low.reference == high.reference and high.value <= low.value:
            yield _problem(
                f"{path}.upper", "The upper level is not above the lower.", "Put upper above lower."
            )


def ground_levels_have_a_surface(memorandum: Memorandum) -> Iterator[Problem]:
    """A level above ground needs the lowest and highest ground of its sector."""
    for path, lower, upper in _levels(memorandum):
        if "AGL" not in lower + upper:
            continue
        if not path.startswith("sector"):
            yield _problem(path, "AGL means nothing here: the ground is not agreed.", "Write AMSL or FL.")
        elif memorandum.sector[_index_of(path)].surface is None:
            yield _problem(
                f"{path}.surface",
                "AGL without the sector's ground.",
                "Add [sector.surface] with both elevations.",
            )


def surfaces_rise(memorandum: Memorandum) -> Iterator[Problem]:
    """The highest ground of a sector is not below its lowest."""
    for index, sector in enumerate(memorandum.sector):
        surface = sector.surface
        if surface is not None and surface.elevation_max_amsl_ft < surface.elevation_min_amsl_ft:
            yield _problem(
                f"sector[{index}].surface",
                "The highest ground is below the lowest.",
                "Swap the two elevations.",
            )


def atmosphere_is_possible(memorandum: Memorandum) -> Iterator[Problem]:
    """Bounds on pressure and temperature are in order and within what has been observed."""
    air = memorandum.area.atmosphere
    if not 850 <= air.qnh_min_hpa <= air.qnh_max_hpa <= 1090:
        yield _problem(
            "area.atmosphere.qnh_min_hpa",
            "These pressures cannot be, or are swapped.",
            "Between 850 and 1090 hPa, lowest first.",
        )
    if not -80 <= air.isa_deviation_min_k <= air.isa_deviation_max_k <= 60:
        yield _problem(
            "area.atmosphere.isa_deviation_min_k",
            "These deviations cannot be, or are swapped.",
            "Between -80 and 60 K, lowest first.",
        )


def sectors_lie_in_the_area(memorandum: Memorandum) -> Iterator[Problem]:
    """A sector outside the area would promise what the area does not cover."""
    area = memorandum.area.polygon
    if not _is_sound(area):
        return
    for index, sector in enumerate(memorandum.sector):
        if _is_sound(sector.polygon) and not is_inside(_polygon(sector.polygon), _polygon(area)):
            yield _problem(
                f"sector[{index}].polygon",
                f"{sector.id} is not within the area.",
                "Draw it inside area.polygon.",
            )


def there_is_a_sector(memorandum: Memorandum) -> Iterator[Problem]:
    """Frequencies and reference points hang on sectors."""
    if not memorandum.sector:
        yield _problem("sector", "There is no sector.", "Give at least one table [[sector]].")


def sectors_have_reference_points(memorandum: Memorandum) -> Iterator[Problem]:
    """Two fixes in each sector, or a read-back has nothing to measure from."""
    for index, sector in enumerate(memorandum.sector):
        if not _is_sound(sector.polygon):
            continue
        polygon = _polygon(sector.polygon)
        inside = [
            point
            for point in memorandum.reference_point
            if _are_on_earth((point.at,)) and is_inside(Circle(centre=_point(point.at), radius_cm=0), polygon)
        ]
        if len(inside) < _REFERENCE_POINTS_MIN:
            yield _problem(
                f"sector[{index}]",
                f"{sector.id} has {len(inside)} reference point(s).",
                "Add [[reference_point]] until it has two.",
            )


def boundaries_are_drawn(memorandum: Memorandum) -> Iterator[Problem]:
    """A boundary is signed geometry between two parties, with a buffer and a warning; "the river" is none."""
    parties = {party.id for party in memorandum.party}
    for index, line in enumerate(memorandum.boundary):
        path = f"boundary[{index}]"
        if len(line.line) < 2:
            yield _problem(f"{path}.line", f"{line.id} has no geometry.", "Give two points or more.")
        if line.left == line.right or not {line.left, line.right} <= parties:
            yield _problem(
                f"{path}.left",
                f"{line.id} does not part two parties.",
                "Name a different party on each side.",
            )
        if min(line.buffer_nm) < 0:
            yield _problem(
                f"{path}.buffer_nm", "A buffer is not below zero.", "Write 0.0 or more for each side."
            )
        if line.version < 1 or line.warn_own_s <= 0:
            yield _problem(
                f"{path}.warn_own_s",
                "Version or warning is not positive.",
                "Version 1 or more, warning above 0 s.",
            )


def special_areas_have_rings(memorandum: Memorandum) -> Iterator[Problem]:
    """Contact is made farther out than entry is barred."""
    for index, area in enumerate(memorandum.special_area):
        if not 0 <= area.no_entry_unheard_nm <= area.contact_ring_nm:
            yield _problem(
                f"special_area[{index}].contact_ring_nm",
                "The contact ring lies inside the barred one.",
                "Contact ring at least as wide.",
            )


def _all_points(memorandum: Memorandum) -> Iterator[tuple[str, Sequence[LatLon]]]:
    yield from _outlines(memorandum)
    for index, point in enumerate(memorandum.reference_point):
        yield f"reference_point[{index}].at", (point.at,)
    for index, line in enumerate(memorandum.boundary):
        yield f"boundary[{index}].line", line.line


def _outlines(memorandum: Memorandum) -> Iterator[tuple[str, Sequence[LatLon]]]:
    yield "area.polygon", memorandum.area.polygon
    for index, sector in enumerate(memorandum.sector):
        yield f"sector[{index}].polygon", sector.polygon
    for index, area in enumerate(memorandum.special_area):
        yield f"special_area[{index}].polygon", area.polygon


def _levels(memorandum: Memorandum) -> Iterator[tuple[str, str, str]]:
    yield "area", memorandum.area.lower, memorandum.area.upper
    for index, sector in enumerate(memorandum.sector):
        yield f"sector[{index}]", sector.lower, sector.upper
    for index, area in enumerate(memorandum.special_area):
        yield f"special_area[{index}]", area.lower, area.upper


def _index_of(path: str) -> int:
    return int(path.partition("[")[2].partition("]")[0])


def _are_on_earth(points: Sequence[LatLon]) -> bool:
    return all(-90 <= point.lat <= 90 and -180 <= point.lon <= 180 for point in points)


def _is_sound(points: Sequence[LatLon]) -> bool:
    return len(points) >= 3 and _are_on_earth(points) and shape_fault_of(_polygon(points)) is None


def _polygon(points: Sequence[LatLon]) -> Polygon:
    return Polygon(points=tuple(map(_point, points)))


def _point(at: LatLon) -> Point:
    return Point(lat_e7=round(at.lat * 10_000_000), lon_e7=round(at.lon * 10_000_000))


def _problem(path: str, message: str, cure: str) -> Problem:
    return Problem(path=path, message=message, cure=cure)


CHECKS = (
    points_are_on_earth,
    outlines_are_sound,
    levels_have_a_datum,
    ground_levels_have_a_surface,
    surfaces_rise,
    atmosphere_is_possible,
    there_is_a_sector,
    sectors_lie_in_the_area,
    sectors_have_reference_points,
    boundaries_are_drawn,
    special_areas_have_rings,
)
