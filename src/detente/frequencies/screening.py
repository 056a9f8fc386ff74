"""Checks 4, 5 and 7: what depends on distance, height and number. Screening only: the authority assigns.

4. From which height a sector's every corner is seen by one of the ground stations that keep its channels; below that
   height stands the gap. How far two crews at its lowest level see each other is told beside it.
5. Two records on one signal in different sectors are far enough apart if the nearest two places lie beyond the sum of
   the horizons of both ceilings, or the unwanted is `reuse_ratio` times farther than the wanted can be. Channels that
   touch are not used within `neighbour_nm`. At one site no third-order product 2 f1 - f2 falls on a channel in use.
7. Aircraft expected, or noticed, on a channel against the limit.
Source: practice (f); the ratio of distances for 14 and 20 dB as in ICAO Doc 9718 Volume II.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations

from detente.airspace.geodesy import distance_m
from detente.frequencies.finding import Finding
from detente.frequencies.horizon import height_seen_ft, radio_horizon_nm
from detente.frequencies.sky import Sky, farthest_nm
from detente.memorandum.channel_names import Channel as Meaning
from detente.memorandum.channel_names import are_neighbours, are_one_signal
from detente.memorandum.model import Memorandum
from detente.memorandum.model_talk import Station
from detente.memorandum.radio_bands import bands_of, meaning_of
from detente.quantities import METRES_PER_NM

SITE_NM = 1.0
"""Stations as near as this disturb each other as one site."""


def line_of_sight(sky: Sky) -> Iterator[Finding]:
    """4: each band of a sector that has ground stations is seen from its lowest level up."""
    memorandum = sky.memorandum
    for band, heights in zip(sky.bands, sky.heights, strict=True):
        serving = {memorandum.channel[one].id for one in band.channels}
        stations = [one for one in memorandum.station if serving.intersection(one.channels)]
        if not stations:
            continue
        seen_ft, station = min((seen_from_ft(sky, band.sector, one), one.id) for one in stations)
        if seen_ft > heights.lowest_ft:
            sector = memorandum.sector[band.sector]
            reach_nm = radio_horizon_nm(heights.lowest_ft, heights.lowest_ft)
            yield _finding(
                4,
                sector.id,
                f"sector[{band.sector}]",
                f"No station sees all of {sector.id} below {seen_ft:,.0f} ft above the surface ({station} does from"
                f" there); {band.lower} can be {heights.lowest_ft:,.0f} ft. Two crews there see each other within"
                f" {reach_nm:.0f} NM.",
                "Raise the antenna, add a [[station]], or tell crews below that height that no post hears them.",
            )


def seen_from_ft(sky: Sky, sector: int, station: Station) -> float:
    """From which height above the surface every corner of a sector is seen by a station."""
    far_nm = farthest_nm(sky.outlines[sector], lat_deg=float(station.at.lat), lon_deg=float(station.at.lon))
    return height_seen_ft(far_nm, float(station.antenna_agl_ft))


def reuse(sky: Sky) -> Iterator[Finding]:
    """5: one signal, or two that touch, in sectors that are too near."""
    memorandum = sky.memorandum
    places = {sector.id: index for index, sector in enumerate(memorandum.sector)}
    meant = [
        (meaning, index)
        for index, channel in enumerate(memorandum.channel)
        if (meaning := meaning_of(channel)) is not None
    ]
    for one, other, is_one_signal in _near_pairs(meant):
        first, second = memorandum.channel[one], memorandum.channel[other]
        least: tuple[float, float, str, str] | None = None
        for name in first.sectors:
            for its_name in second.sectors:
                if name not in places or its_name not in places:
                    continue
                a, b = places[name], places[its_name]
                needed_nm = (
                    needed_apart_nm(sky, a, b)
                    if is_one_signal
                    else float(memorandum.frequencies.neighbour_nm)
                )
                if a != b and sky.are_apart(a, b, needed_nm):
                    continue
                found = (sky.apart_nm(a, b), needed_nm, name, its_name)
                least = found if least is None or found < least else least
        if least is not None:
            yield _of_reuse(memorandum, one, other, least, is_one_signal=is_one_signal)


def needed_apart_nm(sky: Sky, one: int, other: int) -> float:
    """How far apart two sectors with one signal are at least, NM: beyond both horizons, or the agreed ratio."""
    horizons_nm = radio_horizon_nm(sky.highest_ft[one], sky.highest_ft[other])
    ratio = float(sky.memorandum.frequencies.reuse_ratio)
    wanted_nm = max(
        min(sky.across_nm[place], radio_horizon_nm(sky.highest_ft[place], sky.highest_ft[place]))
        for place in (one, other)
    )
    return min(horizons_nm, ratio * wanted_nm)


def products(memorandum: Memorandum) -> Iterator[Finding]:
    """5: two transmitters of one site make a third that nobody sends, on a channel in use there."""
    channels = {channel.id: channel for channel in memorandum.channel}
    for site in sites_of(memorandum.station):
        names = sorted({name for station in site for name in station.channels if name in channels})
        meant = {name: meaning for name in names if (meaning := meaning_of(channels[name])) is not None}
        for first, second in permutations(meant, 2):
            product_khz_6 = 2 * meant[first].carrier_khz_6 - meant[second].carrier_khz_6
            for victim in meant:
                if victim in (first, second) or not falls_on(product_khz_6, meant[victim]):
                    continue
                yield _finding(
                    5,
                    "",
                    f"station[{memorandum.station.index(site[0])}]",
                    f"At {site[0].id} the product 2 x {first} - {second} falls on {victim}"
                    f" ({channels[victim].name_khz}).",
                    "Move one of the three to another site, or take another name for it.",
                )


def load(memorandum: Memorandum, noticed: Mapping[int, int]) -> Iterator[Finding]:
    """7: more aircraft on a channel than it holds: expected on a primary, or noticed by the parties."""
    limit = memorandum.frequencies.max_aircraft_per_channel
    expected: dict[int, int] = {}
    primaries = {(band.sector, band.primary) for band in bands_of(memorandum) if band.primary is not None}
    for sector, primary in primaries:
        count = memorandum.sector[sector].aircraft_expected or 0
        expected[primary] = expected.get(primary, 0) + count
    for index, channel in enumerate(memorandum.channel):
        for count, word in (
            (expected.get(index, 0), "expected"),
            (0 if channel.use == "guard" else noticed.get(channel.name_khz, 0), "noticed"),
        ):
            if count > limit:
                yield _finding(
                    7,
                    channel.sectors[0] if len(channel.sectors) == 1 else "",
                    f"channel[{index}]",
                    f"{count} aircraft are {word} on {channel.id} ({channel.name_khz}); it holds {limit}.",
                    "Give one of its sectors, or a band of levels, a channel of its own.",
                )


def sites_of(stations: Sequence[Station]) -> list[list[Station]]:
    """Stations by site: whoever stands within `SITE_NM` of the first of a site belongs to it."""
    sites: list[list[Station]] = []
    for station in stations:
        for site in sites:
            apart_m = distance_m(
                float(site[0].at.lat), float(site[0].at.lon), float(station.at.lat), float(station.at.lon)
            )
            if apart_m <= SITE_NM * METRES_PER_NM:
                site.append(station)
                break
        else:
            sites.append([station])
    return sites


def _near_pairs(meant: list[tuple[Meaning, int]]) -> Iterator[tuple[int, int, bool]]:
    """Pairs of channels that are one signal, or touch, found along the order of their carriers."""
    ordered = sorted(meant, key=lambda one: (one[0].carrier_khz_6, one[1]))
    widest_khz_6 = max((meaning.step_khz_6 for meaning, _ in ordered), default=0)
    for place, (meaning, index) in enumerate(ordered):
        for its_meaning, its_index in ordered[place + 1 :]:
            if its_meaning.carrier_khz_6 - meaning.carrier_khz_6 > widest_khz_6:
                break
            if are_one_signal(meaning, its_meaning):
                yield min(index, its_index), max(index, its_index), True
            elif are_neighbours(meaning, its_meaning):
                yield min(index, its_index), max(index, its_index), False


def _of_reuse(
    memorandum: Memorandum,
    one: int,
    other: int,
    least: tuple[float, float, str, str],
    *,
    is_one_signal: bool,
) -> Finding:
    first, second = memorandum.channel[one], memorandum.channel[other]
    apart_nm, needed_nm, name, its_name = least
    what = "are one signal" if is_one_signal else "touch"
    where = f"both in {name}" if name == its_name else f"in {name} and {its_name}, {apart_nm:.0f} NM apart"
    return _finding(
        5,
        name,
        f"channel[{other}].name_khz",
        f"{first.id} ({first.name_khz}) and {second.id} ({second.name_khz}) {what}, {where}; {needed_nm:.0f} NM are"
        " needed.",
        f"Take another name for {second.id}.",
    )


def falls_on(carrier_khz_6: int, victim: Meaning) -> bool:
    """Whether a carrier lies within a channel, in sixths of a kHz."""
    return 2 * abs(carrier_khz_6 - victim.carrier_khz_6) < victim.step_khz_6


def _finding(check: int, sector: str, path: str, message: str, cure: str) -> Finding:
    return Finding(
        check=check, gravity="screening", sector=sector, pair=(), path=path, message=message, cure=cure
    )
