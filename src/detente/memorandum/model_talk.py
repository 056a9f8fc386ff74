"""The tables of a memorandum about talking: channels, the line, languages, conduct, incidents, suspension."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from detente.memorandum.term import LatLon, Term


class Channel(Term, frozen=True, kw_only=True):
    """[[channel]]: one frequency record. Names are spoken channel names in whole kHz."""

    id: str
    name_khz: int
    band: Literal["vhf", "uhf", "fm", "marine"]
    spacing: Literal["25", "8.33", "12.5", "none"]
    use: Literal["contact", "working", "air_air", "guard", "sar", "ground"]
    sectors: tuple[str, ...]
    monitored_by: tuple[str, ...]
    """PARTY/class, for example "ALFA/combat"."""
    tunable_by: tuple[str, ...]
    floor_owner: str
    tone_hz: Decimal | None = None
    """The tone that is sent; without it a receiver that waits for one stays shut."""
    tone_receive_hz: Decimal | None = None
    """The tone that a receiver waits for; without one it hears everybody."""
    language: str | None = None
    """What is spoken there, where it is not the language on the air."""
    back_up: str | None = None
    """The channel to go to when this one fails."""
    authority: str | None = None
    licence: str | None = None
    """Who assigned it, and under which number: this file assigns nothing."""


class Assignment(Term, frozen=True, kw_only=True):
    """[[assignment]]: what is called first and second in a band of levels of a sector.

    A sector without any has its first two channels for contact, at all its levels.
    """

    sector: str
    lower: str
    upper: str
    primary: str
    secondary: str


class Station(Term, frozen=True, kw_only=True):
    """[[station]]: a ground station of a post; the antenna above the surface around it."""

    id: str
    post: str
    at: LatLon
    antenna_agl_ft: Decimal
    channels: tuple[str, ...]


class Relay(Term, frozen=True, kw_only=True):
    """[[relay]]: a post that hears all these channels in these sectors and passes on what it hears."""

    post: str
    sectors: tuple[str, ...]
    channels: tuple[str, ...]


class Frequencies(Term, frozen=True, kw_only=True):
    """[frequencies]"""

    annex: str
    proven_max_days: int
    max_aircraft_per_channel: int
    change_window_s: int
    guard: tuple[int, ...]
    guard_keep_out_khz: int = 100
    reuse_ratio: Decimal = Decimal(5)
    """How many times farther than the wanted an unwanted station on the same carrier is: 5 is 14 dB, 10 is 20 dB."""
    neighbour_nm: Decimal = Decimal(10)
    """How near two sectors may not have channels that touch."""


class Answer(Term, frozen=True, kw_only=True):
    """[[line.answer]]: how long each acknowledgement may take; 0 = none is owed.

    `of` is a precedence (ALERT, PRIORITY, ROUTINE, ADMIN) or a message code, whose own row wins.
    """

    of: str
    delivered_s: int
    understood_s: int
    substance_s: int
    passed_s: int


class Rung(Term, frozen=True, kw_only=True):
    """[[line.ladder]]: who is rung when nobody answers."""

    role: Literal["air_desk", "duty", "senior", "alternate"]
    after_s: int
    radio_prompt: bool = False


class Line(Term, frozen=True, kw_only=True):
    """[line]"""

    heartbeat_s: int
    heartbeat_late_s: int
    heartbeat_silent_s: int
    human_check_s: int
    human_late_s: int
    human_silent_s: int
    self_test_within_s: int
    other_paths_within_s: int
    clock_tolerance_ms: int
    max_open_messages_per_peer: int
    first_caller: Literal["alternate_days", "first_party", "second_party"]
    test_texts: str
    answer: tuple[Answer, ...]
    ladder: tuple[Rung, ...]


class Languages(Term, frozen=True, kw_only=True):
    """[languages]"""

    line: tuple[str, ...]
    on_air: str
    phrase_card: int


class Permission(Term, frozen=True, kw_only=True):
    """[[permission]]: lapses when its path goes silent."""

    id: str
    text: str
    depends_on: tuple[str, ...]
    restore_after: tuple[str, ...]


class Conduct(Term, frozen=True, kw_only=True):
    """[conduct]"""

    rules: tuple[str, ...]


class Incidents(Term, frozen=True, kw_only=True):
    """[incidents]"""

    first_report_s: int
    full_statement_s: int
    evidence_days: int
    match_window_s: int
    close_by: Literal["both", "reporter"]
    categories: tuple[str, ...]


class WorkingGroup(Term, frozen=True, kw_only=True):
    """[working_group]"""

    monthly: bool
    yearly_review: bool
    extraordinary_within_s: int
    triggers: tuple[str, ...]
    statistics: Literal["by_article"]


class Suspension(Term, frozen=True, kw_only=True):
    """[suspension]: what a suspension may cover, and what it never can."""

    notice_s: int
    scopes: tuple[str, ...]
    reason_codes: tuple[str, ...]
    floor: tuple[str, ...]
    floor_duties: tuple[str, ...]


class Retention(Term, frozen=True, kw_only=True):
    """[retention]"""

    log_days: int
    private_plan_days: int
    voice_days: int


class Voice(Term, frozen=True, kw_only=True):
    """[voice]: a net to talk on, one for each channel; without this table there is none.

    How long recordings are kept is `retention.voice_days`.
    """

    recorded: bool
    talk_max_s: int
    """After so long the floor is taken from a talker; it is asked for anew."""
