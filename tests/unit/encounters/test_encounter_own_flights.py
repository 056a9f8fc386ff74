"""The own watch hears before an own aircraft crosses a boundary, and when one leaves the notice it flew under."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Point
from detente.airspace.volumes import Volume
from detente.encounters.own_flights import Eased, OwnFlights, Warned
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template
from detente.notices.notice import Notice
from detente.quantities import PartyId, UtcMs
from detente.tracks.position import PositionReport

ALFA = PartyId("ALFA")
START_MS = 1_906_560_000_000
LINE_LON = -30.5
"""The boundary L1 of the template runs south along it: ALFA, on its left, lies east; to cross needs a notice."""


@pytest.fixture(scope="module")
def terms() -> Memorandum:
    read = read_memorandum(template("neighbours-2030"))
    assert isinstance(read, Memorandum)
    return read


def at(
    seconds: float, lon: float, *, track: float | None = 270.0, level: float | None = 9_000.0, **more: Any
) -> PositionReport:
    return PositionReport(
        aircraft="abc123",
        call_sign="EAGLE1",
        time_ms=UtcMs(START_MS + round(seconds * 1_000)),
        lat_deg=45.0,
        lon_deg=lon,
        level_palt_ft=level,
        height_hae_m=None,
        ground_speed_mps=200.0,
        track_deg=track,
        vertical_rate_mps=0.0,
        **more,
    )


def notice(lon: float, *, kind: str = "routine", radius_cm: int = 1_852_000, hours: float = 1.0) -> Notice:
    return Notice(
        kind=kind,  # type: ignore[arg-type]
        volumes=(
            Volume(
                shape=Circle(centre=Point(lat_e7=450_000_000, lon_e7=round(lon * 1e7)), radius_cm=radius_cm),
                floor=Level(datum="palt", value=8_000),
                ceiling=Level(datum="palt", value=10_000),
                start_ms=START_MS - 1_000,
                end_ms=START_MS + round(hours * 3_600_000),
            ),
        ),
        class_="transport",
        count_band="1",
        transponder="on",
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement="within",
    )


def test_it_is_told_before_the_boundary_and_again_only_when_it_was_over(terms: Memorandum) -> None:
    """200 m/s, 78.8 km a degree at 45 north: at 0.4 degrees it is 158 s away, inside the 180 that are agreed."""
    watch = OwnFlights(party=ALFA, memorandum=terms)
    assert watch.see(at(0, LINE_LON + 0.6), ()) == ()
    (warned,) = watch.see(at(80, LINE_LON + 0.4), ())
    assert isinstance(warned, Warned)
    assert (warned.kind, warned.what) == ("boundary_ahead", "L1")
    assert (warned.due_ms - START_MS) / 1_000 == pytest.approx(80 + 0.4 * 78_847 / 200, abs=1.0)
    assert "crosses the boundary L1 in 158 s; crossing needs a notice" in warned.reason
    assert watch.see(at(90, LINE_LON + 0.38), ()) == ()
    assert watch.see(at(100, LINE_LON + 0.36, track=90.0), ()) == (), "it has turned away"
    later = START_MS + 90_000 + terms.tracks.clear_after_s * 1_000
    assert watch.flush(UtcMs(later)) == ()
    assert watch.flush(UtcMs(later + 1)) == (Eased(aircraft="abc123", kind="boundary", what="L1"),)
    (again,) = watch.see(at(2_000, LINE_LON + 0.1), ())
    assert isinstance(again, Warned)


def test_beyond_the_boundary_it_is_told_at_once_whatever_its_track(terms: Memorandum) -> None:
    (warned,) = OwnFlights(party=ALFA, memorandum=terms).see(at(0, LINE_LON - 0.1, track=None), ())
    assert isinstance(warned, Warned)
    assert warned.kind == "boundary_crossed"


def test_a_crossing_that_was_announced_is_not_told(terms: Memorandum) -> None:
    watch = OwnFlights(party=ALFA, memorandum=terms)
    crossing = ("ALFA#3", notice(LINE_LON, kind="crossing"))
    assert watch.see(at(0, LINE_LON + 0.3), [crossing]) == ()
    elsewhere = ("ALFA#4", notice(LINE_LON + 3.0, kind="crossing"))
    assert len(watch.see(at(1, LINE_LON + 0.3), [elsewhere])) == 1


def test_where_crossing_is_never_allowed_a_notice_changes_nothing(terms: Memorandum) -> None:
    never = msgspec.structs.replace(
        terms, boundary=tuple(msgspec.structs.replace(line, crossing="never") for line in terms.boundary)
    )
    watch = OwnFlights(party=ALFA, memorandum=never)
    (warned,) = watch.see(at(0, LINE_LON + 0.3), [("ALFA#3", notice(LINE_LON, kind="crossing"))])
    assert isinstance(warned, Warned)
    assert "never allowed" in warned.reason


def test_one_that_leaves_its_notice_is_told_and_that_is_over_when_it_is_back(terms: Memorandum) -> None:
    watch = OwnFlights(party=ALFA, memorandum=terms)
    own = [("ALFA#7", notice(-29.0))]
    assert watch.see(at(0, -29.0, track=90.0), own) == ()
    (warned,) = watch.see(at(10, -28.7, track=90.0), own)
    assert isinstance(warned, Warned)
    assert (warned.kind, warned.what) == ("left_notice", "ALFA#7")
    assert "by 2.77 NM" in warned.reason
    assert "-28" not in warned.reason, "no position in words"
    assert watch.see(at(20, -28.7, track=90.0), own) == ()
    assert watch.see(at(30, -28.99, track=90.0), own) == ()
    assert len(watch.flush(UtcMs(START_MS + 20_001 + terms.tracks.clear_after_s * 1_000))) == 1
    (low,) = watch.see(at(400, -29.0, track=90.0, level=5_000.0), own)
    assert isinstance(low, Warned)
    assert "ft" in low.reason


def test_who_flies_under_no_notice_is_not_told_and_neither_is_one_whose_notice_is_over(
    terms: Memorandum,
) -> None:
    watch = OwnFlights(party=ALFA, memorandum=terms)
    short = [("ALFA#7", notice(-29.0, hours=0.01))]
    assert watch.see(at(0, -28.0, track=90.0), short) == ()
    assert watch.see(at(6, -29.0, track=90.0), short) == ()
    assert watch.see(at(60, -28.0, track=90.0), short) == ()
    assert watch.see(at(70, -29.0, track=90.0, level=None), short) == ()
