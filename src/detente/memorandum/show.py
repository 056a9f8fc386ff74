"""The memorandum as an agreement that people can read: Markdown, numbered articles, figures in words with units.

Nothing of the file is left out: a test changes every value of a template and expects the text to change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from detente.memorandum.model import LatLon, Memorandum, Sector, Separation
from detente.memorandum.show_talk import talk_articles
from detente.memorandum.wording import duration_text, listed, table


def describe(memorandum: Memorandum) -> str:
    """The whole agreement, with its contents first."""
    articles = [
        ("Identity and duration", _identity(memorandum)),
        ("Parties and members", _parties(memorandum)),
        ("Posts", _posts(memorandum)),
        ("Area, sectors and reference points", _area(memorandum)),
        ("Boundaries and special areas", _boundaries(memorandum)),
        ("Classes of aircraft and separation", _separation(memorandum)),
        ("Notices", _notices(memorandum)),
        ("What may be said, and what never", _disclosure(memorandum)),
        ("Live tracks and alerts", _tracks(memorandum)),
        *talk_articles(memorandum),
    ]
    contents = [f"{number}. {name}" for number, (name, _) in enumerate(articles, start=1)]
    parts = [f"# {memorandum.memorandum.title}", memorandum.memorandum.purpose, "\n".join(contents)]
    for number, (name, paragraphs) in enumerate(articles, start=1):
        parts += [f"## {number}. {name}", *paragraphs]
    return "\n\n".join(parts) + "\n"


def _identity(memorandum: Memorandum) -> Iterable[str]:
    identity, duration = memorandum.memorandum, memorandum.duration
    public = "public" if identity.text_public else "not public"
    yield (
        f"Memorandum {identity.id}, version {identity.version}, {identity.status}. Its text is {public}; authentic in"
        f" {listed(identity.authentic_languages)}; SHA-256 of the text {identity.text_sha256}."
    )
    yield (
        f"In force from {duration.in_force_from:%Y-%m-%d %H:%M:%SZ} to {duration.ends:%Y-%m-%d %H:%M:%SZ}; renewal"
        f" {duration.renewal}; ended by {duration.termination_notice_days} days' notice; reviewed every"
        f" {duration.review_months} month(s)."
    )
    if memorandum.annex:
        yield table(
            ("annex", "kind", "file", "version", "in force from", "SHA-256"),
            (
                (one.id, one.kind, one.file, one.version, f"{one.in_force_from:%Y-%m-%d %H:%MZ}", one.sha256)
                for one in memorandum.annex
            ),
        )


def _parties(memorandum: Memorandum) -> Iterable[str]:
    for party in memorandum.party:
        excluded = f" Not bound: {listed(party.excluded)}." if party.excluded else ""
        yield (
            f'**{party.id}**, {party.name}, called "{party.call_sign}", is {party.role}. Signed by the office'
            f" {party.signed_by_office}; root key {party.root_card_sha256}.{excluded}"
        )
    if memorandum.member:
        yield "Bound through a party:"
        yield table(
            ("member", "name", "through", "classes"),
            ((one.id, one.name, one.party, listed(one.classes)) for one in memorandum.member),
        )


def _posts(memorandum: Memorandum) -> Iterable[str]:
    yield "Messages are addressed to posts, never to persons."
    yield table(
        ("post", "party", "role", "staffed (UTC)", "languages", "interpreter", "may stop own flights"),
        (
            (
                one.id,
                one.party,
                one.role,
                one.hours,
                listed(one.languages),
                one.interpreter,
                "yes" if one.may_stop_own_flights else "no",
            )
            for one in memorandum.post
        ),
    )


def _area(memorandum: Memorandum) -> Iterable[str]:
    area, air = memorandum.area, memorandum.area.atmosphere
    yield (
        f"The area ({area.datum}) is {_outline(area.polygon)}, from {area.lower} to {area.upper}. Its weather: QNH"
        f" {air.qnh_min_hpa} to {air.qnh_max_hpa} hPa, temperature {air.isa_deviation_min_k} to"
        f" {air.isa_deviation_max_k} K off the standard atmosphere."
    )
    for sector in memorandum.sector:
        ground = ""
        if sector.surface is not None:
            low, high = sector.surface.elevation_min_amsl_ft, sector.surface.elevation_max_amsl_ft
            ground = f" Ground {low} to {high} ft AMSL."
        yield (
            f"Sector **{sector.id}**, {sector.name}: {_outline(sector.polygon)}, {sector.lower} to"
            f" {sector.upper}.{ground}{_who_is_there(sector)}"
        )
    yield "Places are read back from these points:"
    yield table(
        ("reference point", "latitude", "longitude"),
        ((one.id, one.at.lat, one.at.lon) for one in memorandum.reference_point),
    )


def _who_is_there(sector: Sector) -> str:
    who = f" Only {listed(sector.users)} may be there." if sector.users else ""
    count = sector.aircraft_expected
    return who if count is None else f"{who} At the busiest {count} aircraft."


def _boundaries(memorandum: Memorandum) -> Iterable[str]:
    if not memorandum.boundary and not memorandum.special_area:
        yield "None are agreed."
    for line in memorandum.boundary:
        left, right = line.buffer_nm
        yield (
            f"Boundary **{line.id}**, version {line.version}: {_outline(line.line)}. {line.left} on its left,"
            f" {line.right} on its right, buffers {left} and {right} NM; own aircraft are warned"
            f" {duration_text(line.warn_own_s)} before; crossing: {line.crossing}."
        )
    for area in memorandum.special_area:
        yield (
            f"Special area **{area.id}** ({area.rule}): {_outline(area.polygon)}, {area.lower} to {area.upper};"
            f" contact within {area.contact_ring_nm} NM, no entry unheard within {area.no_entry_unheard_nm} NM."
        )


def _separation(memorandum: Memorandum) -> Iterable[str]:
    yield table(
        ("class", "name", "greatest speed", "stand-off from a boundary", "radios", "can send tones"),
        (
            (
                one.id,
                one.name,
                f"{one.max_speed_kt} kt",
                f"{one.standoff_nm} NM",
                listed(one.radios),
                "yes" if one.tones else "no",
            )
            for one in memorandum.class_
        ),
    )
    yield "Two notices conflict if they are nearer than both figures within the time between their windows."
    yield table(
        ("pair", "agreed"),
        ((f"{row.pair[0]} and {row.pair[1]}", _agreed(row)) for row in memorandum.separation),
    )


def _agreed(row: Separation) -> str:
    match row.mode:
        case "figures":
            return (
                f"{row.lateral_nm} NM and {row.vertical_ft} ft, windows within {duration_text(row.time_s or 0)}; times"
                f" {row.no_transponder_factor} across without a transponder"
            )
        case "airmanship_only":
            return "no figure was agreed: shown NOT CHECKED, never clear"
        case "own_block":
            return "each keeps its own block: blocks may not meet"


def _notices(memorandum: Memorandum) -> Iterable[str]:
    rules = memorandum.notices
    yield table(
        ("kind of notice", "received before its start by", "priority"),
        (
            (kind, duration_text(getattr(rules.lead_s, kind)) or "always accepted", number)
            for number, kind in enumerate(rules.priority_order, start=1)
        ),
    )
    yield (
        f"A notice is no finer than {rules.min_radius_nm} NM and no wider than {rules.max_radius_nm} NM; no shorter than"
        f" {duration_text(rules.min_window_s)} and no longer than {duration_text(rules.max_window_s)}; in steps of"
        f" {rules.level_step_ft} ft; at most {rules.max_volumes} volumes and {rules.max_points} points; at most"
        f" {duration_text(rules.horizon_s)} ahead; at most {rules.max_open_per_party} open for each party."
    )
    yield (
        f"What is not used is released after {duration_text(rules.release_unused_after_s)}. A notice is passed to crews"
        f" {duration_text(rules.pass_down_before_s)} before it starts. A late notice that starts within"
        f" {duration_text(rules.late_alert_under_s)} goes as ALERT, any other late one as PRIORITY."
    )


def _disclosure(memorandum: Memorandum) -> Iterable[str]:
    rules = memorandum.disclosure
    review = (
        "Somebody looks at each notice before it leaves."
        if rules.outgoing_review
        else "Notices leave unreviewed."
    )
    yield f"Level {rules.level}. Said: {listed(rules.allow)}. Free text: at most {rules.free_text_max} characters. {review}"
    yield f"**Never said: {listed(rules.never)}.**"


def _tracks(memorandum: Memorandum) -> Iterable[str]:
    rules = memorandum.tracks
    yield (
        f"Own aircraft are known by: {rules.own_rule}. Two aircraft are predicted {duration_text(rules.lookahead_s)} ahead;"
        f" an alert is over {duration_text(rules.clear_after_s)} after they were last near; positions are joined across"
        f" gaps below {duration_text(rules.max_gap_s)} and flown on for {duration_text(rules.coast_s)}; an answered"
        f' "is this yours?" holds for {duration_text(rules.identity_valid_s)}.'
    )


def _outline(points: Sequence[LatLon]) -> str:
    return " – ".join(f"{point.lat} {point.lon}" for point in points)
