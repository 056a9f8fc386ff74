"""Published airspace and airfields are read whole: what fits, what does not, and how each odd entry is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.adapters.airport_frequencies import ODD, class_of, parse_airport_frequencies
from detente.adapters.published_plan import plan_of
from detente.adapters.yaixm import parse_published
from detente.airspace.geodesy import distance_m
from detente.errors import PeerError
from detente.frequencies.check import check
from detente.memorandum.channel_names import channel_of

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"

AIRSPACE = b"""
airspace:
- name: SOMEWHERE CTA
  id: somewhere-cta
  type: CTA
  geometry:
  - upper: FL115
    lower: 1500 ft
    boundary:
    - line: [572153N 0015835W, 572100N 0023356W]
    - arc: {dir: cw, radius: 10 nm, centre: 571834N 0021602W, to: 572153N 0015835W}
- name: ELSEWHERE ATZ
  id: elsewhere-atz
  type: ATZ
  geometry:
  - id: elsewhere-1
    upper: 2000 ft
    lower: SFC
    boundary:
    - circle: {radius: 2.5 nm, centre: 560000N 0030000W}
"""
SERVICE = b"""
service:
- {callsign: SOMEWHERE APPROACH, controls: [somewhere-cta, nowhere-ctr], frequency: 133.130}
- {callsign: ELSEWHERE RADIO, controls: [elsewhere-1], frequency: 118.055}
"""
HEADER = b'"id","airport_ref","airport_ident","type","description","frequency_mhz"\n'


def test_names_stay_texts_and_references_to_nothing_are_told() -> None:
    """133.130 read as a number would be 133.13; one of three references leads nowhere."""
    read = parse_published(AIRSPACE, SERVICE)
    assert [one.name_khz for one in read.services] == [133_130, 118_055]
    assert read.dangling == (("SOMEWHERE APPROACH", "nowhere-ctr"),)
    assert (read.areas, read.volume_count) == (2, 2)
    assert set(read.volumes) == {"somewhere-cta", "elsewhere-atz", "elsewhere-1"}


def test_circles_and_arcs_become_corners_outside_of_them() -> None:
    read = parse_published(AIRSPACE, SERVICE)
    ((atz,), (cta,)) = read.volumes["elsewhere-atz"], read.volumes["somewhere-cta"]
    for point in atz.polygon:
        assert 2.5 * 1852 <= distance_m(56.0, -3.0, float(point.lat), float(point.lon)) < 2.53 * 1852
    centre = (57 + 18 / 60 + 34 / 3600, -(2 + 16 / 60 + 2 / 3600))
    bulge = [distance_m(*centre, float(one.lat), float(one.lon)) for one in cta.polygon[2:-1]]
    assert len(bulge) > 5
    assert all(one >= 10 * 1852 * 0.9999 for one in bulge)
    assert (cta.lower, cta.upper, atz.lower) == ("1500 AMSL", "FL115", "0 AMSL")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"FL115", b"high"),
        (b"10 nm", b"ten nm"),
        (b"572153N 0015835W,", b"57N 1W,"),
        (b"arc:", b"spiral:"),
        (b"airspace:", b"air:"),
        (b"boundary:", b"edge:"),
        (b"circle: {radius: 2.5 nm, ", b"circle: {"),
        (b"name: SOMEWHERE", b"name: [SOMEWHERE"),
    ],
)
def test_what_cannot_be_read_is_refused_whole(old: bytes, new: bytes) -> None:
    assert old in AIRSPACE
    with pytest.raises(PeerError) as caught:
        parse_published(AIRSPACE.replace(old, new), SERVICE)
    assert caught.value.code == "malformed"


@pytest.mark.parametrize("text", [b"frequency: 133.13}", b"frequency: tower}", b"frequency: [133.130]}"])
def test_a_frequency_that_is_no_name_is_refused(text: bytes) -> None:
    with pytest.raises(PeerError):
        parse_published(AIRSPACE, SERVICE.replace(b"frequency: 133.130}", text))


@pytest.mark.parametrize(
    ("text", "khz", "class_"),
    [
        ("122.9", 122_900, "vhf_25"),
        ("118.005", 118_005, "vhf_833"),
        ("118.12", 118_120, "vhf_cut"),
        ("118.001", 118_001, "vhf_no_name"),
        ("243", 243_000, "uhf"),
        ("243.01", 243_010, "uhf_no_name"),
        ("139.3", 139_300, "military_vhf"),
        ("113.2", 113_200, "navigation"),
        ("156.8", 156_800, "fm_or_marine"),
        ("8846", None, "hf"),
        ("5.5", None, "hf"),
        ("444.1", 444_100, "no_band"),
        ("tower", None, "unreadable"),
        ("", None, "unreadable"),
    ],
)
def test_every_number_has_one_class(text: str, khz: int | None, class_: str) -> None:
    assert class_of(text) == (khz, class_)


@pytest.mark.parametrize(
    "data", [b"", b"a,b\n", HEADER + b"1,2,3\n", HEADER + b'1,2,"3,4,5,6\n', HEADER + b"\xff"]
)
def test_a_list_of_another_form_is_refused(data: bytes) -> None:
    with pytest.raises(PeerError):
        parse_airport_frequencies(data)


def shared(folder: str) -> Path:
    path = SHARED / folder
    if not path.exists():
        pytest.skip(f"NOT RUN: {path} is not here, so real data were not read")
    return path


def test_the_airspace_of_the_united_kingdom_is_read_whole_and_screened() -> None:
    """702 areas, 1,053 volumes, 242 services on 169 names, 18 references that lead nowhere."""
    folder = shared("airspace_uk_pd")
    read = parse_published((folder / "airspace.yaml").read_bytes(), (folder / "service.yaml").read_bytes())
    assert (read.areas, read.volume_count, len(read.services)) == (702, 1053, 242)
    assert len({one.name_khz for one in read.services}) == 169
    assert sum(len(one.controls) for one in read.services) == 312
    assert len(read.dangling) == 18
    assert all(channel_of(one.name_khz) is not None for one in read.services)
    assert sum(channel_of(one.name_khz).spacing == "8.33" for one in read.services) == 224  # type: ignore[union-attr]
    plan = plan_of(read)
    used = {one.name for one in plan.memorandum.sector} | {name for name, _ in plan.left_out}
    referred = {
        volume.area for one in read.services for name in one.controls for volume in read.volumes.get(name, ())
    }
    assert used == referred
    assert len(plan.left_out) == 3
    report = check(plan.memorandum)
    assert not [one for one in report.findings if one.check in (1, 3, 4, 7)]
    names = [one.message for one in report.findings if one.check == 6]
    assert "123005 and 123000 are one carrier." in names


def test_every_row_of_the_airfields_of_the_world_is_accounted_for() -> None:
    rows = parse_airport_frequencies((shared("ourairports_pd") / "airport-frequencies.csv").read_bytes())
    assert len(rows) == 30_340
    assert len({one.airport for one in rows}) == 11_196
    in_vhf = [one for one in rows if one.class_.startswith("vhf")]
    assert len(in_vhf) == 27_718
    assert sum(one.class_.startswith("uhf") for one in rows) == 289
    odd = [one for one in rows if one.class_ in ODD]
    assert all(one.nearest_khz for one in odd if one.class_ in ("vhf_cut", "vhf_no_name", "uhf_no_name"))
    assert sum(one.class_ == "vhf_cut" for one in rows) == 92
    assert sum(one.class_ == "unreadable" for one in rows) == 0
