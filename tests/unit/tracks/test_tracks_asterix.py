"""ASTERIX: records that libasterix makes of real flights come back as those flights."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from detente.airspace.geodesy import distance_m
from detente.quantities import METRES_PER_NM, UtcMs
from detente.tracks.decoding import Circumstances
from detente.tracks.position import PositionReport
from detente.tracks.recording import read_recording

generated = pytest.importorskip("asterix.generated", reason="ASTERIX IS NOT TESTED: libasterix is missing")
from detente.tracks.asterix import AsterixDecoder  # noqa: E402

CALFIRE = Path(__file__).resolve().parents[3] / "../shared/data/adsb_traffic_mit/calfire.json.gz"
DAY_MS = 86_400_000
SOURCE = (("SAC", 25), ("SIC", 7))


def seconds_of_day(report: PositionReport) -> float:
    return report.time_ms % DAY_MS / 1000.0


def block_021(report: PositionReport, **extra: Any) -> bytes:
    spec = generated.Cat_021_2_7
    items = {
        "010": SOURCE,
        "071": (seconds_of_day(report), "s"),
        "080": int(report.aircraft, 16),
        "131": (("LAT", (report.lat_deg, "°")), ("LON", (report.lon_deg, "°"))),
        "145": ((report.level_palt_ft or 0.0) / 100.0, "FL"),
        "160": (
            0,
            ("GS", ((report.ground_speed_mps or 0.0) / METRES_PER_NM, "NM/s")),
            ("TA", (report.track_deg or 0.0, "°")),
        ),
        "170": report.call_sign.ljust(8),
        **extra,
    }
    return bytes(spec.create([spec.cv_record.create(items)]).unparse().to_bytes())


def block_062(report: PositionReport, **extra: Any) -> bytes:
    spec = generated.Cat_062_1_21
    course = math.radians(report.track_deg or 0.0)
    speed = report.ground_speed_mps or 0.0
    items = {
        "010": SOURCE,
        "040": 77,
        "070": (seconds_of_day(report), "s"),
        "105": (("LAT", (report.lat_deg, "°")), ("LON", (report.lon_deg, "°"))),
        "136": ((report.level_palt_ft or 0.0) / 100.0, "FL"),
        "185": (("VX", (speed * math.sin(course), "m/s")), ("VY", (speed * math.cos(course), "m/s"))),
        "380": {"ADR": int(report.aircraft, 16), "ID": report.call_sign.ljust(8)},
        **extra,
    }
    return bytes(spec.create([spec.cv_record.create(items)]).unparse().to_bytes())


def block_048(*, rho_nm: float, theta_deg: float, level: float, of_day_s: float, **extra: Any) -> bytes:
    spec = generated.Cat_048_1_32
    items = {
        "010": SOURCE,
        "140": (of_day_s, "s"),
        "040": (("RHO", (rho_nm, "NM")), ("THETA", (theta_deg, "°"))),
        "090": (0, 0, ("FL", (level, "FL"))),
        "220": 0xABCDEF,
        **extra,
    }
    return bytes(spec.create([spec.cv_record.create(items)]).unparse().to_bytes())


@pytest.fixture(scope="module")
def flown() -> tuple[PositionReport, ...]:
    if not CALFIRE.exists():
        pytest.skip("REAL FLIGHTS ARE NOT TESTED: ../shared/data is missing")
    return read_recording(CALFIRE.read_bytes()).reports[:1_500]


@pytest.mark.parametrize(("block", "position_lsb_deg"), [(block_021, 180 / 2**30), (block_062, 180 / 2**25)])
def test_real_flights_come_back_within_what_a_bit_is_worth(
    flown: tuple[PositionReport, ...], block: Any, position_lsb_deg: float
) -> None:
    """1,500 positions of fire aircraft; each quantity within half a bit of its item."""
    decoder = AsterixDecoder(Circumstances(source="radar"))
    for report in flown:
        (back,) = decoder.take(block(report), UtcMs(report.time_ms + 700))
        assert (back.aircraft, back.call_sign, back.source) == (report.aircraft, report.call_sign, "radar")
        assert abs(back.time_ms - report.time_ms) <= 1000 / 256 + 1
        assert abs(back.lat_deg - report.lat_deg) <= position_lsb_deg / 2 + 1e-12
        assert abs(back.lon_deg - report.lon_deg) <= position_lsb_deg / 2 + 1e-12
        assert back.level_palt_ft == pytest.approx(report.level_palt_ft, abs=12.5)
        assert back.ground_speed_mps is not None
        assert back.ground_speed_mps == pytest.approx(report.ground_speed_mps or 0.0, abs=0.2)
        if (report.ground_speed_mps or 0.0) > 30.0 and back.track_deg is not None:
            assert abs((back.track_deg - (report.track_deg or 0.0) + 180) % 360 - 180) < 0.5
    assert not decoder.rejected


def test_a_plot_lies_where_its_radar_saw_it() -> None:
    """Slant range: at 35,000 ft and 20 NM the ground is 0.85 NM nearer."""
    decoder = AsterixDecoder(Circumstances(site=(45.0, -120.0)))
    (report,) = decoder.take(
        block_048(rho_nm=20.0, theta_deg=90.0, level=350.0, of_day_s=60.0), UtcMs(61_000)
    )
    ground_nm = float(distance_m(45.0, -120.0, report.lat_deg, report.lon_deg)) / METRES_PER_NM
    assert ground_nm == pytest.approx(math.sqrt(20**2 - (35_000 * 0.3048 / 1852) ** 2), abs=0.01)
    assert report.accuracy_m == pytest.approx(
        2.4477 * math.hypot(70, 20 * 1852 * math.radians(0.08)), rel=0.01
    )
    assert report.time_ms == 60_000


def test_a_plot_means_nothing_without_its_radar() -> None:
    decoder = AsterixDecoder(Circumstances())
    assert decoder.take(block_048(rho_nm=20.0, theta_deg=90.0, level=350.0, of_day_s=60.0), UtcMs(1)) == []
    assert decoder.rejected == {"no_site": 1}


def test_a_level_that_the_radar_itself_doubts_is_not_taken() -> None:
    decoder = AsterixDecoder(Circumstances(site=(45.0, -120.0)))
    garbled = {"090": (0, 1, ("FL", (350.0, "FL")))}
    (report,) = decoder.take(
        block_048(rho_nm=20.0, theta_deg=90.0, level=0.0, of_day_s=60.0, **garbled), UtcMs(61_000)
    )
    assert report.level_palt_ft is None


def test_the_day_is_that_of_the_receipt_on_both_sides_of_midnight(flown: tuple[PositionReport, ...]) -> None:
    """Seconds since midnight only: one before midnight may come after it."""
    from dataclasses import replace

    for shift_ms in (-400, 0, 300):
        report = replace(flown[0], time_ms=UtcMs(18_500 * DAY_MS + shift_ms - shift_ms % 125))
        (back,) = AsterixDecoder(Circumstances()).take(block_021(report), UtcMs(18_500 * DAY_MS + 500))
        assert abs(back.time_ms - report.time_ms) <= 4


def test_a_recording_goes_on_past_midnight(flown: tuple[PositionReport, ...]) -> None:
    from dataclasses import replace

    decoder = AsterixDecoder(Circumstances(start_ms=UtcMs(18_500 * DAY_MS + 1_000)))
    times = (18_500 * DAY_MS + 86_399_000, 18_501 * DAY_MS + 1_000)
    blocks = b"".join(block_021(replace(flown[0], time_ms=UtcMs(one))) for one in times)
    assert [one.time_ms for one in decoder.take(blocks, None)] == list(times)


def test_what_was_not_measured_is_left_out(flown: tuple[PositionReport, ...]) -> None:
    """Simulated targets, and tracks that a system only flies on."""
    decoder = AsterixDecoder(Circumstances())
    simulated = {"040": [(0, 0, 0, 0, None), (0, 0, ("SIM", 1), 0, 0, 0, None)]}
    coasted = {
        "080": [
            (0, 0, 0, 0, 0, None),
            (0,) * 7 + (None,),
            (0,) * 5 + (None,),
            (("CST", 1),) + (0,) * 6 + (None,),
        ]
    }
    assert decoder.take(block_021(flown[0], **simulated), None) == []
    assert decoder.take(block_062(flown[0], **coasted), None) == []
    assert decoder.rejected == {"not_measured": 2}


def test_a_track_without_an_address_is_named_by_its_system(flown: tuple[PositionReport, ...]) -> None:
    (report,) = AsterixDecoder(Circumstances()).take(block_062(flown[0], **{"380": {"ID": "T72     "}}), None)
    assert report.aircraft == "trk:25-7-77"


def test_blocks_come_in_pieces_and_others_stand_between(flown: tuple[PositionReport, ...]) -> None:
    stream = block_021(flown[0]) + b"\x22\x00\x05ab" + block_062(flown[1])
    for cut in range(len(stream) + 1):
        decoder = AsterixDecoder(Circumstances())
        assert len(decoder.take(stream[:cut], None) + decoder.take(stream[cut:], None)) == 2
        assert decoder.unused == {"other_category": 1}


def test_blocks_that_are_none_are_counted() -> None:
    decoder = AsterixDecoder(Circumstances())
    assert decoder.take(b"\x15\x00\x08\xff\xff\xff\xff\xff" + b"\x00\x00\x00" + b"\x15\x00\x01", None) == []
    decoder.finish()
    assert decoder.rejected["malformed"] == 1
    assert decoder.rejected["garbage"] >= 1
