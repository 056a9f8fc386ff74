"""Every file of the shared data that carries tracks plays, and the forms of one flight agree with each other."""

from __future__ import annotations

import gzip
import json
import math
from collections import Counter
from pathlib import Path

import pytest

from detente.adapters.recorded import Recorded, read_recorded
from detente.errors import OperatorError
from detente.quantities import UtcMs
from detente.tracks.decoding import Circumstances
from detente.tracks.position import PositionReport
from detente.tracks.tracker import Rules, Tracker

SHARED = Path(__file__).resolve().parents[3] / "../shared/data"
TRAFFIC, DERIVED = SHARED / "adsb_traffic_mit", SHARED / "adsb_derived_mit"
FLIGHT_MS = UtcMs(1_720_248_189_525)
"""2024-07-06T06:43:09.525Z, the first frame of the flight from Paris to Toulouse."""
PARIS = (49.0097, 2.5479)

if not SHARED.exists():
    pytest.skip("REAL FILES ARE NOT TESTED: ../shared/data is missing", allow_module_level=True)


def flight(name: str, **circumstances: object) -> Recorded:
    given = Circumstances(source="file", start_ms=FLIGHT_MS, site=PARIS, **circumstances)  # type: ignore[arg-type]
    folder = TRAFFIC if name.endswith("jsonl.gz") else DERIVED
    return read_recorded(folder / f"full_flight_short.{name}", circumstances=given)


@pytest.fixture(scope="module")
def decoded() -> Recorded:
    return flight("jsonl.gz")


def test_the_raw_flight_decodes_to_the_positions_of_its_json_twin(decoded: Recorded) -> None:
    """rs1090 decoded the same frames with its own position decoder: every one of ours is one of its."""
    twin: dict[int, list[tuple[float, float, float | None]]] = {}
    total = 0
    with gzip.open(TRAFFIC / "full_flight_short.jsonl.gz") as lines:
        for line in lines:
            said = json.loads(line)
            if said["df"] == "17" and "latitude" in said:
                place = (said["latitude"], said["longitude"], said.get("altitude"))
                twin.setdefault(round(said["timestamp"] * 1000), []).append(place)
                total += 1
    assert len(decoded.reports) == 7_728
    assert total == len(decoded.reports) + 596, "the rest came through two receivers"
    for report in decoded.reports:
        lat_deg, lon_deg, altitude = min(
            twin[report.time_ms], key=lambda one: math.hypot(one[0] - report.lat_deg, one[1] - report.lon_deg)
        )
        assert (report.lat_deg, report.lon_deg) == pytest.approx((lat_deg, lon_deg), abs=1e-9)
        assert report.level_palt_ft == (None if report.is_on_ground else altitude)


def test_frames_of_56_bits_that_are_padded_with_noise_are_told_apart(decoded: Recorded) -> None:
    """21,018 of the 57,793 frames; nothing of them is rejected, nor believed."""
    assert decoded.rejected == {"repeated_frame": 3_281}
    assert decoded.unused == {"no_squitter": 42_220, "no_position": 4_564}
    assert len(decoded.reports) + sum(decoded.rejected.values()) + sum(decoded.unused.values()) == 57_793


def test_beast_gives_the_same_flight_to_the_millisecond(decoded: Recorded) -> None:
    """Ticks of 12 MHz, 0x1A doubled, against times in seconds."""
    beast = flight("beast.gz")
    assert (beast.rejected, beast.unused) == (decoded.rejected, decoded.unused)
    assert len(beast.reports) == len(decoded.reports)
    for one, other in zip(beast.reports, decoded.reports, strict=True):
        assert abs(one.time_ms - other.time_ms) <= 1
        assert (one.lat_deg, one.lon_deg, one.level_palt_ft) == (
            other.lat_deg,
            other.lon_deg,
            other.level_palt_ft,
        )


def test_avr_gives_the_same_places_in_the_same_order(decoded: Recorded) -> None:
    """It has no times, so more or fewer frames count as repeated; no place comes that the others lack."""
    with pytest.raises(OperatorError, match="nothing of time"):
        flight("avr.gz")
    avr = flight("avr.gz", frames_per_s=12.1)
    places = [(one.lat_deg, one.lon_deg) for one in avr.reports]
    others = {(round(one.lat_deg, 9), round(one.lon_deg, 9)) for one in decoded.reports}
    strangers = [one for one in places if (round(one[0], 9), round(one[1], 9)) not in others]
    assert len(places) > 7_000
    assert strangers == []


def test_sbs_gives_the_same_flight_within_its_rounding(decoded: Recorded) -> None:
    """Five digits of position, tenths of a knot; every report of ours has its line."""
    sbs = flight("sbs.gz")
    assert len(sbs.reports) == 8_324
    assert sbs.unused == {"no_position": 57_793 - 8_324}
    lines = Counter((one.time_ms, one.lat_deg, one.lon_deg, one.level_palt_ft) for one in sbs.reports)
    for report in decoded.reports:
        key = (round(report.lat_deg, 5), round(report.lon_deg, 5), report.level_palt_ft)
        assert any(lines[(UtcMs(report.time_ms + off), *key)] for off in (0, -1, 1)), report


@pytest.mark.parametrize("name", ["jsonl.gz", "beast.gz", "sbs.gz"])
def test_the_flight_is_one_track_with_nothing_impossible(name: str) -> None:
    tracker = Tracker(rules=Rules())
    reports = flight(name).reports
    reasons = Counter(seen for one in reports if isinstance(seen := tracker.see(one, one.time_ms), str))
    assert set(reasons) <= {"duplicate", "out_of_order", "stale_position"}
    assert reasons["stale_position"] == 0
    (track,) = tracker.tracks(reports[-1].time_ms)
    assert (track.aircraft, track.call_sign, track.last.squawk or "1000") == ("393322", "AFR34ZG", "1000")
    assert tracker.jumps == 0


def test_genuine_beast_bytes_of_a_receiver() -> None:
    """239 frames of four aircraft with escapes and varying levels; each is accounted for."""
    recorded = read_recorded(TRAFFIC / "sample_dump1090.bin")
    assert recorded.format == "beast"
    assert not recorded.rejected
    assert len(recorded.reports) + sum(recorded.unused.values()) == 239
    assert {one.aircraft for one in recorded.reports} == {"48520a"}


def played(recorded: Recorded) -> tuple[Tracker, Counter[str], list[PositionReport]]:
    tracker = Tracker(rules=Rules(coast_s=90.0))
    kept, reasons = [], Counter[str]()
    for report in recorded.reports:
        seen = tracker.see(report, report.time_ms)
        if isinstance(seen, str):
            reasons[seen] += 1
        else:
            kept.append(seen)
    return tracker, reasons, kept


def test_a_week_of_fire_traffic() -> None:
    recorded = read_recorded(TRAFFIC / "calfire.json.gz")
    assert (recorded.format, dict(recorded.rejected)) == ("traffic", {"teleport": 1})
    tracker, reasons, kept = played(recorded)
    assert len({one.aircraft for one in kept}) == 45
    assert len(kept) == tracker.accepted == len(recorded.reports) - reasons.total()
    assert reasons["stale_position"] < 0.04 * len(recorded.reports)
    assert max(one.height_hae_m or 0.0 for one in kept) < 20_000 * 0.3048


def test_three_hours_over_paris_with_every_known_fault() -> None:
    """284,505 records: impossible levels, a leap, positions that hang for minutes, squawks without zeros."""
    recorded = read_recorded(TRAFFIC / "quickstart.json.gz")
    assert recorded.rejected == {"implausible_level": 463, "no_level": 50_665, "teleport": 1}
    tracker, reasons, kept = played(recorded)
    assert tracker.accepted + reasons.total() == len(recorded.reports)
    assert reasons["stale_position"] > 34 * 15, "34 stretches of more than 15 s"
    assert all(len(one.squawk) in (0, 4) for one in kept)
    longest: Counter[str] = Counter()
    last: dict[str, PositionReport] = {}
    for one in kept:
        before = last.get(one.aircraft)
        is_fast = (one.ground_speed_mps or 0.0) > 26.0 and not one.is_motion_estimated
        if before is not None and is_fast and (one.lat_deg, one.lon_deg) == (before.lat_deg, before.lon_deg):
            longest[one.aircraft] = max(longest[one.aircraft], one.time_ms - before.time_ms)
        last[one.aircraft] = one
    assert not longest, "no kept report stands where the last one stood while it claims flight"


def test_drones_of_remote_id_and_of_air_traffic() -> None:
    zurich = read_recorded(SHARED / "uas_interuss_apache/test_zurich.json")
    assert (zurich.format, len(zurich.reports), dict(zurich.rejected)) == ("remote-id", 30, {})
    assert Counter(one.aircraft for one in zurich.reports) == {"rid:flight-1": 17, "rid:flight-2": 13}
    assert played(zurich)[1] == {}
    drones = read_recorded(SHARED / "uas_openutm_apache/air_traffic_samples/micro_flight_data.json")
    assert (drones.format, len(drones.reports), dict(drones.rejected)) == ("air-traffic", 9, {})
    assert played(drones)[1].total() == 0


def test_a_future_recording_is_none() -> None:
    recorded = read_recorded(DERIVED / "full_flight_short.sbs.gz", not_after_ms=UtcMs(FLIGHT_MS + 3_600_000))
    assert recorded.rejected["future_time"] > 1_000
    assert max(one.time_ms for one in recorded.reports) <= FLIGHT_MS + 3_600_000


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "unknown_format"),
        (b"\x00" * 100, "unknown_format"),
        (b'{"type": "FeatureCollection"}', "unknown_format"),
        (b"\x1f\x8b\x08\x00garbage that is not deflate", "recording"),
    ],
)
def test_a_file_that_is_no_recording_is_refused_with_a_cure(
    tmp_path: Path, content: bytes, code: str
) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(OperatorError) as refused:
        read_recorded(file)
    assert refused.value.code == code
    assert refused.value.cure


def test_a_packed_file_that_ends_in_the_middle_gives_what_came_before(tmp_path: Path) -> None:
    """A receiver's log is cut off by a power failure; what is whole counts."""
    packed = (DERIVED / "full_flight_short.sbs.gz").read_bytes()
    file = tmp_path / "cut.sbs.gz"
    file.write_bytes(packed[: len(packed) // 2])
    recorded = read_recorded(file)
    assert 3_000 < len(recorded.reports) < 8_324


def test_a_packed_file_that_holds_far_more_than_it_weighs_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from detente.adapters import recorded

    monkeypatch.setattr(recorded, "RECORDING_BYTES_MAX", 1_000_000)
    file = tmp_path / "bomb.gz"
    file.write_bytes(gzip.compress(b"MSG,8,,,,,,,,,,,,,,,,,,,,\n" * 100_000))
    with pytest.raises(OperatorError) as refused:
        read_recorded(file, format_name="sbs")
    assert refused.value.code == "recording"
