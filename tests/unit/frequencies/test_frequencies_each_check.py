"""Each numbered check has a plan that only it refuses; a plan that none refuses is UNTESTED until it is proven."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from detente.exercise.radio_plans import grid_plan
from detente.frequencies.changes import ChannelChange
from detente.frequencies.check import NUMBER_OF, Report, check
from detente.frequencies.proof import Proof, newest
from detente.memorandum import check_airspace, check_channels, check_radio
from detente.memorandum.model import LatLon, Memorandum
from detente.memorandum.model_talk import Channel
from detente.memorandum.radio_bands import bands_of, pairs_that_meet

CLEAN = grid_plan(columns=2, rows=2)
DAY_MS = 86_400_000
NOW_MS = 4_000 * DAY_MS


def one(name: str, **fields: Any) -> Callable[[Memorandum], Memorandum]:
    """The channel of a name with other fields."""

    def act(memorandum: Memorandum) -> Memorandum:
        channels = tuple(
            msgspec.structs.replace(channel, **fields) if channel.id == name else channel
            for channel in memorandum.channel
        )
        return msgspec.structs.replace(memorandum, channel=channels)

    return act


def without_user(channel: Channel, user: str) -> Channel:
    return msgspec.structs.replace(
        channel,
        monitored_by=tuple(one for one in channel.monitored_by if one != user),
        tunable_by=channel.tunable_by,
    )


def unheard(memorandum: Memorandum) -> Memorandum:
    """ALFA's first class can tune everything, but monitors nothing that the others monitor."""
    channels = tuple(without_user(channel, "ALFA/class02") for channel in memorandum.channel)
    return msgspec.structs.replace(memorandum, channel=channels)


def low_antennas(memorandum: Memorandum) -> Memorandum:
    return msgspec.structs.replace(
        memorandum,
        station=tuple(msgspec.structs.replace(one, antenna_agl_ft=Decimal(10)) for one in memorandum.station),
    )


def one_site(memorandum: Memorandum) -> Memorandum:
    """Three carriers in even steps at one site: 2 x 125.000 - 124.000 is 126.000."""
    names = {"S000-V": 125_000, "S001-V": 124_000, "S002-V": 126_000}
    for name, khz in names.items():
        memorandum = one(name, name_khz=khz)(memorandum)
    mast = msgspec.structs.replace(
        memorandum.station[0],
        id="MAST",
        antenna_agl_ft=Decimal(0),
        at=LatLon(lat=Decimal(40), lon=Decimal(-10)),
        channels=tuple(names),
    )
    return msgspec.structs.replace(memorandum, station=(*memorandum.station, mast))


def crowded(memorandum: Memorandum) -> Memorandum:
    first, *rest = memorandum.sector
    return msgspec.structs.replace(
        memorandum, sector=(msgspec.structs.replace(first, aircraft_expected=13), *rest)
    )


def again(memorandum: Memorandum) -> Memorandum:
    """S001's channel on the carrier of S000's, under its own name: the same name, far too near."""
    first = next(channel for channel in memorandum.channel if channel.id == "S000-V")
    return one("S001-V", name_khz=first.name_khz)(memorandum)


def beside(memorandum: Memorandum) -> Memorandum:
    first = next(channel for channel in memorandum.channel if channel.id == "S000-V")
    return one("S003-V", name_khz=first.name_khz + 25)(memorandum)


ONLY: list[tuple[int, str, Callable[[Memorandum], Memorandum]]] = [
    (1, "a name that is none", one("S000-V", name_khz=118_020)),
    (
        1,
        "a class that cannot tune what it must",
        one("S000-V", spacing="25", name_khz=130_000, tone_hz=Decimal("88.5")),
    ),
    (2, "a sector without a secondary", one("S000-U", use="ground")),
    (3, "a pair that shares no channel", unheard),
    (4, "a sector that no station sees down to its floor", low_antennas),
    (5, "one carrier in two sectors that touch", again),
    (5, "channels that touch in sectors that touch", beside),
    (5, "a product of two transmitters on a third channel", one_site),
    (5, "a channel beside guard", one("S000-V", name_khz=121_575)),
    (5, "a channel of data links", one("S000-V", name_khz=136_925)),
    (7, "more aircraft than a channel holds", crowded),
]


@pytest.mark.parametrize(("number", "what", "act"), ONLY, ids=[what for _, what, _ in ONLY])
def test_each_check_has_a_plan_that_only_it_refuses(
    number: int, what: str, act: Callable[[Memorandum], Memorandum]
) -> None:
    found = check(act(CLEAN)).findings
    assert {one.check for one in found} == {number}
    assert all(one.message and one.cure and one.path for one in found)


def test_one_carrier_under_two_names_is_found_by_the_sixth_check_alone() -> None:
    """Far apart, so that reuse itself is no fault: the names are."""
    far = grid_plan(columns=2, rows=1, size_deg="0.5", upper="2000 AMSL")
    first, second = far.sector
    corners = tuple(LatLon(lat=one.lat, lon=one.lon + 40) for one in second.polygon)
    area = msgspec.structs.replace(
        far.area,
        polygon=tuple(
            LatLon(lat=one.lat, lon=one.lon + (40 if one.lon > -10 else 0)) for one in far.area.polygon
        ),
    )
    station = far.station[1]
    moved = msgspec.structs.replace(
        far,
        area=area,
        sector=(first, msgspec.structs.replace(second, polygon=corners)),
        station=(
            far.station[0],
            msgspec.structs.replace(station, at=LatLon(lat=station.at.lat, lon=station.at.lon + 40)),
        ),
    )
    assert check(moved).findings == ()
    eights = ("ALFA/class01", "BRAVO/class01", "ALFA/class03", "BRAVO/class03")
    named = one("S000-V", name_khz=130_000)(moved)
    named = one("S001-V", name_khz=130_005, spacing="8.33", monitored_by=eights, tunable_by=eights)(named)
    assert {one.check for one in check(named).findings if one.check not in (2, 3)} == {6}


def proven(memorandum: Memorandum, *, days: float, how: str = "air_air") -> tuple[Proof, ...]:
    made = []
    for band in bands_of(memorandum):
        sector = memorandum.sector[band.sector]
        for pair in pairs_that_meet(memorandum, sector):
            for index in band.channels:
                channel = memorandum.channel[index]
                if set(pair) <= set(channel.monitored_by):
                    ends = tuple(sorted(pair))
                    made.append(
                        Proof(
                            sector=sector.id,
                            channel_khz=channel.name_khz,
                            ends=(ends[0], ends[1]),
                            how=how,  # type: ignore[arg-type]
                            readability=4,
                            at_ms=int(NOW_MS - days * DAY_MS),
                        )
                    )
                    break
    return tuple(made)


def looked_at(days: float, **fields: Any) -> Report:
    return check(CLEAN, proofs=newest(proven(CLEAN, days=days)), now_ms=NOW_MS, **fields)


def test_a_plan_that_nobody_has_tried_is_untested_and_one_whose_proofs_are_fresh_is_proven() -> None:
    assert check(CLEAN) == Report(heading="UNTESTED", findings=(), proofs_asked=False)
    assert looked_at(days=6.9) == Report(heading="PROVEN", findings=(), proofs_asked=True)


def test_a_sector_has_a_heading_of_its_own() -> None:
    """What is found in another sector does not stand on its card; what is found everywhere does."""
    lonely = without_user(next(one for one in CLEAN.channel if one.id == "S000-V"), "ALFA/class02")
    guards = tuple(
        msgspec.structs.replace(without_user(one, "ALFA/class02"), sectors=("S000",))
        if one.band == "vhf"
        else one
        for one in CLEAN.channel
        if one.use == "guard"
    )
    others = tuple(
        msgspec.structs.replace(one, id=f"{one.id}-2", sectors=("S001", "S002", "S003"))
        for one in CLEAN.channel
        if one.use == "guard" and one.band == "vhf"
    )
    rest = tuple(one for one in CLEAN.channel if one.id != "S000-V" and one.use != "guard")
    report = check(msgspec.structs.replace(CLEAN, channel=(lonely, *rest, *guards, *others)))
    assert report.heading == "INVALID"
    assert [report.heading_in(name) for name in ("S000", "S001")] == ["INVALID", "UNTESTED"]
    assert looked_at(days=1).heading_in("S000") == "PROVEN"
    assert looked_at(days=9).heading_in("S000") == "UNTESTED"


@pytest.mark.parametrize("days", [7.1, 300])
def test_a_proof_that_is_too_old_is_found_by_the_eighth_check_alone(days: float) -> None:
    report = looked_at(days=days)
    assert report.heading == "UNTESTED"
    assert {one.check for one in report.findings} == {8}
    assert len(report.findings) == 4 * 16
    assert f"{days:.1f} days ago" in report.findings[0].message


def test_aircraft_that_are_noticed_on_a_channel_count_and_on_guard_they_do_not() -> None:
    """Casebook helene-2024: 13 aircraft noticed on one channel, limit 12."""
    name_khz = next(one.name_khz for one in CLEAN.channel if one.id == "S000-V")
    assert looked_at(days=1, noticed={name_khz: 12, 121_500: 400}).findings == ()
    (found,) = looked_at(days=1, noticed={name_khz: 13}).findings
    assert (found.check, found.message) == (
        7,
        f"13 aircraft are noticed on S000-V ({name_khz}); it holds 12.",
    )


def test_a_change_that_somebody_has_not_acknowledged_is_found_by_the_ninth_check_alone() -> None:
    name_khz = next(one.name_khz for one in CLEAN.channel if one.id == "S000-V")
    change = ChannelChange(
        name="ALFA#7",
        party="ALFA",
        what="change",
        channel_khz=name_khz,
        new_khz=130_000,
        tone_dhz=None,
        sector="S000",
        effective_ms=NOW_MS + 1000,
        fall_back_khz=None,
        said_ms=NOW_MS - 1000,
    )
    (found,) = looked_at(days=1, changes=(change,)).findings
    assert (found.check, found.gravity, found.sector) == (9, "screening", "S000")
    assert found.message == "BRAVO has not acknowledged ALFA#7 yet."


def test_every_rule_of_the_memorandum_about_radios_has_its_number() -> None:
    assert set(NUMBER_OF) == {*check_channels.CHECKS, *check_radio.CHECKS}


def test_a_sky_that_cannot_be_measured_is_told_and_nothing_is_screened() -> None:
    first, *rest = CLEAN.sector
    flat = msgspec.structs.replace(CLEAN, sector=(msgspec.structs.replace(first, upper="high"), *rest))
    assert any(check_airspace.levels_have_a_datum(flat))
    report = check(low_antennas(flat))
    assert report.heading == "INVALID"
    assert {(one.check, one.gravity) for one in report.findings} == {(4, "invalid")}
