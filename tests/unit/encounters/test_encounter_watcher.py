"""The watch over live reports: found once, over when nothing can show otherwise, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from detente.encounters.approach import predict
from detente.encounters.episodes import episodes
from detente.encounters.motion import Minima
from detente.encounters.watcher import Finding, Found, Over, Watcher
from detente.memorandum.model import Tracks
from detente.quantities import UtcMs
from detente.tracks.position import PositionReport
from detente.tracks.recording import read_recording

RECORDING = Path(__file__).resolve().parents[3] / "../shared/data/adsb_traffic_mit/calfire.json.gz"
MINIMA = Minima(lateral_nm=1.0, vertical_ft=500.0)
RULES = Tracks(
    own_rule="own_list", lookahead_s=60, clear_after_s=120, max_gap_s=90, coast_s=90, identity_valid_s=3600
)
START_MS = 1_600_000_000_000


def at(
    aircraft: str,
    seconds: float,
    *,
    north_nm: float = 0.0,
    level_ft: float | None = 5000.0,
    kt: float | None = 0.0,
    track_deg: float | None = 0.0,
) -> PositionReport:
    return PositionReport(
        aircraft=aircraft,
        call_sign="",
        time_ms=UtcMs(START_MS + round(seconds * 1000)),
        lat_deg=37.0 + north_nm / 60.0,
        lon_deg=-120.0,
        level_palt_ft=level_ft,
        height_hae_m=None,
        ground_speed_mps=None if kt is None else kt * 1852 / 3600,
        track_deg=track_deg,
        vertical_rate_mps=0.0,
    )


def watcher(own: str = "aaaaaa") -> Watcher:
    return Watcher(
        is_own=lambda aircraft: aircraft == own,
        minima_of=lambda _own, _foreign: MINIMA,
        widest=MINIMA,
        rules=RULES,
    )


def watch(one: Watcher, *reports: PositionReport) -> list[Finding]:
    return [finding for report in reports for finding in one.see(report)]


def test_two_that_close_are_found_before_they_meet() -> None:
    """4 NM apart at 300 kt of closing: under 1 NM in 36 s, within the look-ahead of 60."""
    (found,) = watch(watcher(), at("aaaaaa", 0), at("bbbbbb", 1, north_nm=4, kt=300, track_deg=180))
    assert isinstance(found, Found)
    assert (found.own.aircraft, found.foreign.aircraft, found.is_predicted) == ("aaaaaa", "bbbbbb", True)
    assert found.approach.from_ms == pytest.approx(START_MS + 37_000, abs=300)
    assert found.approach.closest_ms == pytest.approx(START_MS + 49_000, abs=300)
    assert found.approach.miss_nm == pytest.approx(0, abs=1e-6)


def test_beyond_the_look_ahead_nothing_is_found() -> None:
    assert watch(watcher(), at("aaaaaa", 0), at("bbbbbb", 1, north_nm=7, kt=300, track_deg=180)) == []


def test_an_encounter_is_found_once_however_many_reports_show_it() -> None:
    reports = [at("aaaaaa", 10 * step) for step in range(8)] + [
        at("bbbbbb", 10 * step + 5) for step in range(8)
    ]
    found = watch(watcher(), *sorted(reports, key=lambda report: report.time_ms))
    assert [type(one) for one in found] == [Found]


def test_two_of_the_same_party_are_no_encounter() -> None:
    assert watch(watcher(own="cccccc"), at("aaaaaa", 0), at("bbbbbb", 1)) == []


def test_where_no_figure_was_agreed_nothing_is_found() -> None:
    one = Watcher(
        is_own=lambda aircraft: aircraft == "aaaaaa",
        minima_of=lambda _own, _foreign: None,
        widest=None,
        rules=RULES,
    )
    assert watch(one, at("aaaaaa", 0), at("bbbbbb", 1)) == []


def test_what_nobody_could_predict_is_found_when_it_is_measured() -> None:
    """Reports stand still on both sides of the other; the way between them led past it."""
    one = watcher()
    found = watch(
        one, at("aaaaaa", 0), at("bbbbbb", 1, north_nm=-3), at("aaaaaa", 80), at("bbbbbb", 81, north_nm=3)
    )
    assert [isinstance(finding, Found) and not finding.is_predicted for finding in found] == [True]
    one.finish()
    (episode,) = one.completed
    assert episode.nearest.miss_nm == pytest.approx(0, abs=1e-6)


def test_a_stale_report_predicts_nothing() -> None:
    assert watch(watcher(), at("aaaaaa", 0), at("bbbbbb", 90)) == []
    assert watch(watcher(), at("aaaaaa", 0), at("bbbbbb", 89)) != []


def test_without_a_level_nothing_is_predicted_and_nothing_measured() -> None:
    one = watcher()
    assert watch(one, at("aaaaaa", 0), at("bbbbbb", 1, level_ft=None), at("bbbbbb", 30, level_ft=None)) == []


def test_without_speed_or_track_an_aircraft_is_taken_to_stay() -> None:
    a, b = at("aaaaaa", 0, kt=None), at("bbbbbb", 0, north_nm=0.5, track_deg=None, kt=300)
    approach = predict(a, b, at_ms=a.time_ms, lookahead_s=60, age_max_s=90, minima=MINIMA)
    assert approach is not None
    assert approach.miss_nm == pytest.approx(0.5, rel=0.01)


def test_it_is_over_after_the_agreed_time_apart_and_not_before() -> None:
    """Near at 1 s; far from 11 s on, with reports every 10 s."""
    one = watcher()
    watch(one, at("aaaaaa", 0), at("bbbbbb", 1))
    overs = []
    for step in range(1, 16):
        overs += watch(one, at("aaaaaa", 10 * step, north_nm=-10), at("bbbbbb", 10 * step + 1, north_nm=10))
    (over,) = overs
    assert isinstance(over, Over)
    assert (over.own, over.foreign) == ("aaaaaa", "bbbbbb")
    assert START_MS + 1000 <= over.parted_ms < START_MS + 11_000


def test_it_is_over_when_both_fall_silent() -> None:
    one = watcher()
    watch(one, at("aaaaaa", 0), at("bbbbbb", 1))
    assert one.flush(UtcMs(START_MS + 121_000)) == ()
    (over,) = one.flush(UtcMs(START_MS + 121_001))
    assert over.parted_ms == START_MS + 1000


def test_it_is_not_over_before_the_predicted_moment_and_the_agreed_time_after_it() -> None:
    """Closest at 49 s, then silence: over after 169 s, not after 121."""
    one = watcher()
    watch(one, at("aaaaaa", 0), at("bbbbbb", 1, north_nm=4, kt=300, track_deg=180))
    assert one.flush(UtcMs(START_MS + 168_000)) == ()
    assert len(one.flush(UtcMs(START_MS + 170_000))) == 1


def test_after_over_the_same_two_can_be_found_again() -> None:
    one = watcher()
    found = watch(one, at("aaaaaa", 0), at("bbbbbb", 1), at("aaaaaa", 300), at("bbbbbb", 301))
    assert [type(finding) for finding in found] == [Found, Over, Found]


def test_an_old_or_repeated_report_shows_nothing() -> None:
    one = watcher()
    watch(one, at("aaaaaa", 10), at("bbbbbb", 11, north_nm=50))
    assert one.see(at("bbbbbb", 11)) == ()
    assert one.see(at("bbbbbb", 5)) == ()


def test_what_was_heard_long_ago_is_forgotten() -> None:
    """Memory holds only what another report could still be compared with."""
    one = watcher()
    for index in range(1000):
        one.see(at(f"{index:06x}", index * 10.0))
    assert len(one._seen) <= 10


@pytest.mark.parametrize("is_even", [True, False])
def test_over_the_fire_week_both_sides_measure_what_the_whole_recording_shows(is_even: bool) -> None:
    """Either side's episodes are the batch ones, and every one lies under exactly one alert."""
    if not RECORDING.exists():
        pytest.skip("../shared is absent: calfire.json.gz")
    reports = read_recording(RECORDING.read_bytes()).reports

    def is_own(aircraft: str) -> bool:
        return (int(aircraft, 16) // 16 % 2 == 0) == is_even

    one = Watcher(is_own=is_own, minima_of=lambda _own, _foreign: MINIMA, widest=MINIMA, rules=RULES)
    said = [(report.time_ms, finding) for report in reports for finding in one.see(report)]
    said += [(reports[-1].time_ms, finding) for finding in one.finish()]
    whole = episodes(
        reports, minima=MINIMA, max_gap_s=90, apart_s=120, is_wanted=lambda a, b: is_own(a) != is_own(b)
    )
    assert len(whole) == 51
    assert sorted(
        (*sorted((x.a, x.b)), x.start_ms, x.end_ms, x.closest.closest_ms) for x in one.completed
    ) == sorted((x.a, x.b, x.start_ms, x.end_ms, x.closest.closest_ms) for x in whole)
    alerts = spans_of(said)
    for episode in one.completed:
        over_it = [
            (found_ms, parted_ms)
            for pair, found_ms, parted_ms in alerts
            if pair == (episode.a, episode.b)
            and found_ms <= episode.end_ms + 90_000
            and episode.start_ms <= parted_ms
        ]
        assert len(over_it) == 1
        assert over_it[0][1] >= episode.end_ms


def spans_of(said: list[tuple[UtcMs, Finding]]) -> list[tuple[tuple[str, str], int, int]]:
    """Each alert's pair, when it was found, and until when the two were near."""
    opened: dict[tuple[str, str], int] = {}
    spans = []
    for at_ms, finding in said:
        match finding:
            case Found():
                assert (finding.own.aircraft, finding.foreign.aircraft) not in opened
                opened[finding.own.aircraft, finding.foreign.aircraft] = at_ms
            case Over():
                pair = (finding.own, finding.foreign)
                spans.append((pair, opened.pop(pair), finding.parted_ms))
    assert opened == {}
    return spans


def crowd(one: Watcher, count: int, *, seconds: float = 0.0) -> None:
    """Aircraft of both sides, far from one another and from everybody else here."""
    for number in range(count):
        one.see(at(f"{'a' if number % 2 else 'b'}{number:05d}", seconds, north_nm=10.0 * number - 600.0))


def test_a_leap_of_one_aircraft_does_not_make_every_report_dear() -> None:
    """What lies between its places spans continents: then all are looked at, not a million empty cubes."""
    one = Watcher(
        is_own=lambda aircraft: aircraft.startswith("a"),
        minima_of=lambda _own, _foreign: MINIMA,
        widest=MINIMA,
        rules=RULES,
    )
    crowd(one, 80)
    assert one.must_warm()
    assert not one.must_warm(), "it is asked for once"
    one.warm()
    one.begin_index()
    leaper = at("a99999", 1)
    for second, lat in ((1, 45.0), (2, 45.0), (3, -45.0), (4, -45.0)):
        one.see(replace(leaper, time_ms=UtcMs(START_MS + second * 1_000), lat_deg=lat, lon_deg=lat * 3.0))
    crowd(one, 80, seconds=5)
    found = watch(one, at("a00002", 6), at("b00003", 7, north_nm=4, kt=300, track_deg=180))
    pairs = [(each.own.aircraft, each.foreign.aircraft) for each in found if isinstance(each, Found)]
    assert ("a00002", "b00003") in pairs


def test_after_the_clock_went_back_aircraft_are_heard_anew() -> None:
    one = watcher()
    watch(one, at("aaaaaa", 3_600), at("bbbbbb", 3_600, north_nm=50))
    assert watch(one, at("aaaaaa", 10), at("bbbbbb", 11, north_nm=1)) == [], "older than what was heard"
    one.forget()
    assert len(watch(one, at("aaaaaa", 12), at("bbbbbb", 13, north_nm=0.5))) == 1
