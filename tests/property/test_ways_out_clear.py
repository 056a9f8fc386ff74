"""Random crowded skies: what is offered is clear and admitted once it is accepted, and no smaller shift would be.

`make test` takes the first skies of each seed, `make soak` all of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import msgspec
import numpy as np
import pytest

from detente.airspace.geodesy import destination
from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Corridor, Point, Polygon, Shape
from detente.airspace.volumes import Volume, fault_of
from detente.conflicts.borders import borders, worse
from detente.conflicts.changes import changed
from detente.conflicts.decide import Conflict, decide
from detente.conflicts.ways_out import WaysOut, ways_out
from detente.line.bodies import Proposal
from detente.memorandum.model import Memorandum
from detente.notices.admit import Admitted, admit
from detente.notices.notice import Notice
from detente.quantities import Digest, UtcMs
from detente.record.statement import Ref
from detente.wire import decode, encode

NOW_MS = UtcMs(1_906_560_000_000)
EX_1 = msgspec.convert(
    tomllib.loads(
        (Path(__file__).parents[1] / "unit" / "notices" / "ex-1.toml").read_text(encoding="utf-8"),
        parse_float=Decimal,
    ),
    Memorandum,
)
REF = Ref(origin="ALFA/EX-1/0", seq=7, leaf=Digest("7" * 64))
SKIES, SCANNED = 1_000, 200
SKIES_IN_TEST, SCANNED_IN_TEST = 50, 10


def sky(seed: int) -> tuple[Notice, list[Notice]]:
    """One notice and 12 to 40 others of all shapes, classes and transponders, most of them in each other's way."""
    rng = np.random.default_rng(seed)
    return _notice(rng), [_notice(rng) for _ in range(int(rng.integers(12, 41)))]


def _notice(rng: np.random.Generator) -> Notice:
    start_ms = NOW_MS + int(rng.integers(2 * 3600, 14 * 3600)) * 1000
    made = []
    for _ in range(int(rng.choice([1, 1, 1, 2]))):
        floor_ft = int(rng.integers(2, 30)) * 1000
        volume = Volume(
            shape=_shape(rng),
            floor=Level(datum="palt", value=floor_ft),
            ceiling=Level(datum="palt", value=floor_ft + int(rng.integers(1, 8)) * 1000),
            start_ms=start_ms + int(rng.integers(0, 1800_000)),
            end_ms=start_ms + 3600_000 + int(rng.integers(0, 7200_000)),
        )
        if fault_of(volume) is None:
            made.append(volume)
    notice = Notice(
        kind="routine",
        volumes=tuple(made),
        class_=str(rng.choice(["combat", "combat", "combat", "transport", "uncrewed"])),
        count_band=None,
        transponder="off" if rng.random() < 0.1 else "on",
        frequency_monitored_khz=(),
        hazard_kind=None,
        movement=None,
    )
    return notice if isinstance(admit(notice, EX_1, now_ms=NOW_MS), Admitted) else _notice(rng)


def _shape(rng: np.random.Generator) -> Shape:
    lat, lon = float(rng.uniform(44.6, 45.4)), float(rng.uniform(-30.8, -29.2))
    size_m = float(rng.uniform(4_000, 12_000))
    match rng.integers(0, 3):
        case 0:
            return Circle(centre=_point(lat, lon), radius_cm=round(size_m * 100))
        case 1:
            ends = [_far(lat, lon, bearing, size_m * 1.5) for bearing in rng.uniform(0, 360, 2)]
            return Corridor(points=(ends[0], _point(lat, lon), ends[1]), half_width_cm=400_000)
        case _:
            bearings = np.sort(rng.uniform(0, 360, int(rng.integers(3, 7))))
            return Polygon(points=tuple(_far(lat, lon, bearing, size_m * 1.4) for bearing in bearings))


def _far(lat: float, lon: float, bearing: float, way_m: float) -> Point:
    return _point(*destination(lat, lon, bearing_deg=float(bearing), distance_m=way_m))


def _point(lat: float, lon: float) -> Point:
    return Point(lat_e7=round(lat * 1e7), lon_e7=round(lon * 1e7))


def in_conflict(notice: Notice, others: list[Notice]) -> bool:
    return any(isinstance(decide(notice, other, EX_1), Conflict) for other in others)


def crowded(first: int, count: int) -> list[tuple[int, Notice, list[Notice]]]:
    """The first so many seeds whose notice is in conflict."""
    found: list[tuple[int, Notice, list[Notice]]] = []
    seed = first
    while len(found) < count:
        own, others = sky(seed)
        if in_conflict(own, others):
            found.append((seed, own, others))
        seed += 1
    return found


def assert_clear_when_accepted(seed: int, own: Notice, others: list[Notice], found: WaysOut) -> None:
    """Each way as the proposal that would be sent and read: the owner makes it, and nothing is left."""
    assert found.ways or found.none, f"seed {seed}: neither a way nor a reason"
    for way in found.ways:
        said = encode(Proposal(notice=REF, **msgspec.structs.asdict(way.change)))
        read = decode(said, Proposal, what="PRO", bytes_max=10_000)
        after = changed(own, read.change)
        assert isinstance(after, Notice), f"seed {seed}: {way.change}"
        assert not in_conflict(after, others), f"seed {seed}: {way.change} is not clear"
        verdict = admit(after, EX_1, now_ms=NOW_MS)
        assert isinstance(verdict, Admitted), f"seed {seed}: {way.change} is not admitted"
        assert verdict.stamp == way.stamp
        assert not worse(
            borders(after, party="ALFA", memorandum=EX_1), borders(own, party="ALFA", memorandum=EX_1)
        )
    assert list(found.ways) == sorted(found.ways, key=lambda way: way.cost)


def assert_least(seed: int, own: Notice, others: list[Notice], found: WaysOut) -> int:
    """Every smaller shift, second by second, leaves a conflict; returns how many were tried.

    Whether two volumes are near enough but for time is asked of `decide`, with windows that certainly meet; then each
    second is tried on the windows alone. At the last second before, and at some others, `decide` says so itself.
    """
    near = [
        (ours, theirs, conflict.time_min_s * 1000)
        for ours in own.volumes
        for other in others
        for theirs in other.volumes
        if isinstance(conflict := decide(_always(own, ours), _always(other, theirs), EX_1), Conflict)
    ]
    own_start, own_end, their_start, their_end, time_ms = np.array(
        [(a.start_ms, a.end_ms, b.start_ms, b.end_ms, within_ms) for a, b, within_ms in near]
    ).T
    tried, rng = 0, np.random.default_rng(seed)
    for way in found.ways:
        shift_s = way.change.shift_s
        if way.direction not in ("later", "earlier") or shift_s is None:
            continue
        shifts_ms = np.arange(1, abs(shift_s))[:, None] * (1000 if shift_s > 0 else -1000)
        gap_ms = np.maximum(own_start + shifts_ms, their_start) - np.minimum(own_end + shifts_ms, their_end)
        is_enough = ~(gap_ms <= time_ms).any(axis=1)
        assert not is_enough.any(), f"seed {seed}: {shifts_ms[is_enough][0]} ms is enough, not {shift_s} s"
        tried += len(shifts_ms)
        for smaller in {abs(shift_s) - 1, *rng.integers(1, abs(shift_s) + 1, 10)} - {0, abs(shift_s)}:
            by_s = int(smaller) * (1 if shift_s > 0 else -1)
            volumes = tuple(_shifted(volume, by_s) for volume in own.volumes)
            assert in_conflict(msgspec.structs.replace(own, volumes=volumes), others), (
                f"seed {seed}: {by_s} s"
            )
    return tried


def _always(notice: Notice, volume: Volume) -> Notice:
    """One volume of a notice, for all time."""
    always = msgspec.structs.replace(volume, start_ms=NOW_MS - 10**9, end_ms=NOW_MS + 10**9)
    return msgspec.structs.replace(notice, volumes=(always,))


def _shifted(volume: Volume, by_s: int) -> Volume:
    return msgspec.structs.replace(
        volume, start_ms=volume.start_ms + by_s * 1000, end_ms=volume.end_ms + by_s * 1000
    )


def check_skies(first: int, skies: int, scanned: int, record_property: Callable[[str, object], None]) -> None:
    ways = none = tried = 0
    for number, (seed, own, others) in enumerate(crowded(first, skies)):
        found = ways_out(own, others, party="ALFA", memorandum=EX_1, now_ms=NOW_MS)
        assert_clear_when_accepted(seed, own, others, found)
        if number < scanned:
            tried += assert_least(seed, own, others, found)
        ways, none = ways + len(found.ways), none + (not found.ways)
    print(f"skies from seed {first}: {ways} ways, {none} without one; {tried} smaller shifts tried")
    assert ways > skies, "these skies are too full to say anything"
    record_property("total crowded skies", skies)
    record_property("total ways out", ways)
    record_property("total smaller shifts tried", tried)


@pytest.mark.slow
def test_what_is_offered_is_clear_once_accepted_and_no_smaller_shift_is(
    record_property: Callable[[str, object], None],
) -> None:
    check_skies(0, SKIES_IN_TEST, SCANNED_IN_TEST, record_property)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(4))
def test_a_thousand_crowded_skies(part: int, record_property: Callable[[str, object], None]) -> None:
    check_skies(1_000_000 * (part + 1), SKIES // 4, SCANNED // 4, record_property)
