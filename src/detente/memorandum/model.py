"""The memorandum as values: every rule that the parties agreed, one attribute for each key of the file.

Attribute names are the keys of the TOML file; `class` is `class_` only where Python forbids the word. The
tables about talking are in `model_talk`. Decimals are exact. Levels stay text here ("0 AMSL", "FL600",
"500 AGL"); `airspace.levels` bounds them.
Source: the published shape of the 2015 arrangement and its relatives (INCSEA, DMA 1989, India-Pakistan
1991, wildfire airspace boundary plans).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from detente.memorandum.model_talk import (
    Assignment,
    Channel,
    Conduct,
    Frequencies,
    Incidents,
    Languages,
    Line,
    Permission,
    Relay,
    Retention,
    Station,
    Suspension,
    Voice,
    WorkingGroup,
)
from detente.memorandum.term import LatLon as LatLon
from detente.memorandum.term import Term


class Identity(Term, frozen=True, kw_only=True):
    """[memorandum]"""

    id: str
    title: str
    version: str
    status: Literal["binding", "voluntary"]
    text_public: bool
    text_sha256: str
    authentic_languages: tuple[str, ...]
    purpose: str


class Annex(Term, frozen=True, kw_only=True):
    """[[annex]]: a replaceable part, named by the hash of its bytes, lying beside the file."""

    id: str
    kind: Literal["frequencies", "boundaries", "posts", "texts"]
    file: str
    sha256: str
    version: int
    in_force_from: datetime


class Duration(Term, frozen=True, kw_only=True):
    """[duration]"""

    in_force_from: datetime
    ends: datetime
    renewal: Literal["written", "automatic"]
    termination_notice_days: int
    review_months: int


class Party(Term, frozen=True, kw_only=True):
    """[[party]]"""

    id: str
    name: str
    call_sign: str
    role: Literal["party", "convenor", "observer"]
    root_card_sha256: str
    signed_by_office: str
    excluded: tuple[str, ...] = ()


class Member(Term, frozen=True, kw_only=True):
    """[[member]]: a force or agency bound through a party."""

    id: str
    name: str
    party: str
    classes: tuple[str, ...]


class Post(Term, frozen=True, kw_only=True):
    """[[post]]: a staffed desk, never a person."""

    id: str
    party: str
    role: Literal["air_desk", "duty", "senior", "alternate", "relay", "liaison"]
    hours: str
    languages: tuple[str, ...]
    interpreter: Literal["on_watch", "on_call", "none"]
    may_stop_own_flights: bool


class Path(Term, frozen=True, kw_only=True):
    """[[path]]: one way between two posts; two that share a route count as one."""

    id: str
    posts: tuple[str, str]
    medium: Literal["data", "phone", "radio", "mail", "relay"]
    route: str
    rank: int
    authenticated: bool


class Atmosphere(Term, frozen=True, kw_only=True):
    """[area.atmosphere]: what pressure and temperature can be here, for levels of different datum."""

    qnh_min_hpa: Decimal
    qnh_max_hpa: Decimal
    isa_deviation_min_k: Decimal
    isa_deviation_max_k: Decimal


class Area(Term, frozen=True, kw_only=True):
    """[area]"""

    datum: Literal["WGS-84"]
    polygon: tuple[LatLon, ...]
    lower: str
    upper: str
    atmosphere: Atmosphere


class Surface(Term, frozen=True, kw_only=True):
    """[sector.surface]: the lowest and highest ground of a sector, for levels above ground."""

    elevation_min_amsl_ft: Decimal
    elevation_max_amsl_ft: Decimal


class Sector(Term, frozen=True, kw_only=True):
    """[[sector]]"""

    id: str
    name: str
    polygon: tuple[LatLon, ...]
    lower: str
    upper: str
    surface: Surface | None = None
    users: tuple[str, ...] = ()
    """PARTY/class of those who may be here; none named means everybody."""
    aircraft_expected: int | None = None
    """How many aircraft of all parties are here at the busiest, for the load of its channels."""


class ReferencePoint(Term, frozen=True, kw_only=True):
    """[[reference_point]]: an agreed fix for range and bearing."""

    id: str
    at: LatLon


class Boundary(Term, frozen=True, kw_only=True):
    """[[boundary]]: signed geometry, never "the river"."""

    id: str
    version: int
    line: tuple[LatLon, ...]
    left: str
    right: str
    buffer_nm: tuple[Decimal, Decimal]
    warn_own_s: int
    crossing: Literal["notice", "call", "never"]


class SpecialArea(Term, frozen=True, kw_only=True):
    """[[special_area]]"""

    id: str
    polygon: tuple[LatLon, ...]
    lower: str
    upper: str
    rule: Literal["prior_contact", "no_entry", "caution"]
    contact_ring_nm: Decimal
    no_entry_unheard_nm: Decimal


class AircraftClass(Term, frozen=True, kw_only=True):
    """[[class]]"""

    id: str
    name: str
    max_speed_kt: int
    standoff_nm: Decimal
    radios: tuple[Literal["uhf", "vhf_25", "vhf_833", "fm", "none"], ...]
    tones: bool


class Separation(Term, frozen=True, kw_only=True):
    """[[separation]]: one row for every unordered pair of classes.

    With mode "figures" all four figures are present; otherwise none is, and nothing is called clear.
    """

    pair: tuple[str, str]
    mode: Literal["figures", "airmanship_only", "own_block"]
    lateral_nm: Decimal | None = None
    vertical_ft: int | None = None
    time_s: int | None = None
    no_transponder_factor: Decimal | None = None


NoticeKind = Literal[
    "routine", "track", "hazard", "relief", "relief_emergency", "crossing", "sar_fire_medical", "popup"
]


class LeadTimes(Term, frozen=True, kw_only=True):
    """[notices.lead_s]: shortest time from receipt to start, for each kind of notice; 0 is always accepted."""

    routine: int
    track: int
    hazard: int
    relief: int
    relief_emergency: int
    crossing: int
    sar_fire_medical: int
    popup: int


class NoticeRules(Term, frozen=True, kw_only=True):
    """[notices]"""

    min_radius_nm: Decimal
    max_radius_nm: Decimal
    min_window_s: int
    max_window_s: int
    level_step_ft: int
    max_volumes: int
    max_points: int
    horizon_s: int
    release_unused_after_s: int
    pass_down_before_s: int
    late_alert_under_s: int
    priority_order: tuple[NoticeKind, ...]
    max_open_per_party: int
    lead_s: LeadTimes


DisclosedField = Literal[
    "volume",
    "window",
    "levels",
    "class",
    "count_band",
    "transponder",
    "frequency_monitored",
    "hazard_kind",
    "movement",
]


class Disclosure(Term, frozen=True, kw_only=True):
    """[disclosure]: what may be said in NTC, HAZ and XNG, and what never."""

    level: Literal["minimal", "open"]
    allow: tuple[DisclosedField, ...]
    never: tuple[str, ...]
    free_text_max: int
    outgoing_review: bool


class Tracks(Term, frozen=True, kw_only=True):
    """[tracks]: whose an aircraft is, and when two are an encounter."""

    own_rule: Literal["own_list", "own_list_then_call_sign"]
    lookahead_s: int
    clear_after_s: int
    max_gap_s: int
    coast_s: int
    identity_valid_s: int


class Memorandum(Term, frozen=True, kw_only=True):
    """The whole file."""

    memorandum: Identity
    duration: Duration
    annex: tuple[Annex, ...] = ()
    party: tuple[Party, ...]
    member: tuple[Member, ...] = ()
    post: tuple[Post, ...]
    path: tuple[Path, ...]
    area: Area
    sector: tuple[Sector, ...]
    reference_point: tuple[ReferencePoint, ...]
    boundary: tuple[Boundary, ...] = ()
    special_area: tuple[SpecialArea, ...] = ()
    class_: tuple[AircraftClass, ...] = msgspec.field(name="class")
    separation: tuple[Separation, ...]
    notices: NoticeRules
    disclosure: Disclosure
    tracks: Tracks
    frequencies: Frequencies
    channel: tuple[Channel, ...]
    assignment: tuple[Assignment, ...] = ()
    station: tuple[Station, ...] = ()
    relay: tuple[Relay, ...] = ()
    line: Line
    languages: Languages
    permission: tuple[Permission, ...] = ()
    conduct: Conduct
    incidents: Incidents
    working_group: WorkingGroup
    suspension: Suspension
    retention: Retention
    voice: Voice | None = None

    def separation_of(self, first: str, second: str) -> Separation:
        """The row for an unordered pair of classes; KeyError where a checked memorandum cannot lack it."""
        for row in self.separation:
            if row.pair in ((first, second), (second, first)):
                return row
        raise KeyError(f"no separation row for {first} and {second}")
