"""Every cross-check of a memorandum can fail: one mutation of a clean template for each, and twenty at once."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from detente.memorandum.check import CHECKS, check, is_template
from detente.memorandum.hours import first_gap, staffed_minutes
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template, template_names

Tables = dict[str, Any]
CLEAN: Tables = tomllib.loads(template("fires-2020").decode(), parse_float=Decimal)


def read(tables: Tables) -> Memorandum:
    return msgspec.convert(tables, Memorandum)


def put(path: str, value: object) -> Callable[[Tables], None]:
    """Set the value at a path like ``post[0].hours``."""

    def act(tables: Tables) -> None:
        *parents, last = path.replace("[", ".[").split(".")
        at: Any = tables
        for part in parents:
            at = at[int(part[1:-1])] if part.startswith("[") else at[part]
        at[int(last[1:-1]) if last.startswith("[") else last] = value

    return act


def add(table: str, row: Tables) -> Callable[[Tables], None]:
    return lambda tables: tables.setdefault(table, []).append(row)


def drop(table: str, index: int) -> Callable[[Tables], None]:
    return lambda tables: tables[table].pop(index)


def edit(act: Callable[[Tables], object]) -> Callable[[Tables], None]:
    return lambda tables: act(tables) and None


ANNEX = {
    "id": "a",
    "kind": "posts",
    "file": "a.toml",
    "sha256": "1" * 64,
    "version": 1,
    "in_force_from": CLEAN["duration"]["ends"],
}
LINE = {
    "id": "L1",
    "version": 1,
    "line": [{"lat": 40, "lon": -120}, {"lat": 39, "lon": -120}],
    "left": "SIERRA",
    "right": "COAST",
    "buffer_nm": [2, 2],
    "warn_own_s": 180,
    "crossing": "notice",
}
RING = {
    "id": "C1",
    "polygon": [{"lat": 40, "lon": -120}, {"lat": 40, "lon": -119}, {"lat": 39, "lon": -119}],
    "lower": "0 AMSL",
    "upper": "FL100",
    "rule": "prior_contact",
    "contact_ring_nm": 12,
    "no_entry_unheard_nm": 7,
}
WITNESS = CLEAN["party"][0] | {"id": "WITNESS", "role": "observer"}
WITNESS_POST = CLEAN["post"][0] | {"id": "witness.desk", "party": "WITNESS", "role": "liaison"}
PERMISSION = {
    "id": "P1",
    "text": "Low passes over the lake",
    "depends_on": ["data-1"],
    "restore_after": ["LCK"],
}
ROW = {
    "sector": "NORTH",
    "lower": CLEAN["sector"][0]["lower"],
    "upper": CLEAN["sector"][0]["upper"],
    "primary": "NORTH-1",
    "secondary": "NORTH-2",
}
RELAY = {"post": CLEAN["post"][0]["id"], "sectors": ["NORTH"], "channels": ["NORTH-1", "NORTH-2"]}
STATION = {
    "id": "LOOKOUT",
    "post": CLEAN["post"][0]["id"],
    "at": {"lat": 40, "lon": -121},
    "antenna_agl_ft": 50,
    "channels": ["NORTH-1"],
}
CROSSED = [
    {"lat": 40, "lon": -120},
    {"lat": 39, "lon": -119},
    {"lat": 40, "lon": -119},
    {"lat": 39, "lon": -120},
]
FAR = [{"lat": 10, "lon": 10}, {"lat": 10, "lon": 11}, {"lat": 9, "lon": 11}]

MUTATIONS: list[tuple[str, Callable[[Tables], None], str]] = [
    ("ids_are_usable", put("memorandum.id", "a/b"), "memorandum.id"),
    ("ids_are_usable", put("party[0].id", "SI ERRA"), "party[0].id"),
    ("ids_are_unique", put("sector[1].id", "NORTH"), "sector[1].id"),
    ("text_is_hashed", put("memorandum.text_sha256", "abc"), "memorandum.text_sha256"),
    (
        "authentic_languages_are_named",
        put("memorandum.authentic_languages", ["en", "en"]),
        "memorandum.authentic",
    ),
    ("duration_runs_forward", put("duration.ends", CLEAN["duration"]["in_force_from"]), "duration.ends"),
    (
        "duration_runs_forward",
        put("duration.ends", CLEAN["duration"]["ends"].replace(tzinfo=None)),
        "duration",
    ),
    ("duration_runs_forward", put("duration.review_months", 0), "duration"),
    ("annexes_are_named_by_hash", add("annex", ANNEX | {"sha256": "x"}), "annex[0].sha256"),
    ("annexes_are_named_by_hash", add("annex", ANNEX | {"file": "../a"}), "annex[0].file"),
    ("annexes_are_named_by_hash", add("annex", ANNEX | {"version": 0}), "annex[0].version"),
    ("annexes_are_named_by_hash", edit(lambda t: t.update(annex=[ANNEX, ANNEX | {"id": "b"}])), "annex"),
    ("annexes_that_are_named_exist", put("frequencies.annex", "freq-9"), "frequencies.annex"),
    ("annexes_that_are_named_exist", put("line.test_texts", "annex:none"), "line.test_texts"),
    ("two_parties_agree", put("party[1].role", "observer"), "party"),
    ("root_keys_are_hashed", put("party[0].root_card_sha256", "12"), "party[0].root_card_sha256"),
    (
        "root_keys_are_hashed",
        edit(lambda t: [party.update(root_card_sha256="1" * 64) for party in t["party"]]),
        "party[1].root_card_sha256",
    ),
    ("nobody_is_named", put("party[0].signed_by_office", "Gen. Somebody"), "party[0].signed_by_office"),
    ("nobody_is_named", put("post[0].id", "J Smith"), "post[0].id"),
    ("members_are_bound", put("member[0].party", "NOBODY"), "member[0].party"),
    ("members_are_bound", put("member[0].classes", ["balloon"]), "member[0].classes"),
    ("posts_belong_to_parties", put("post[0].party", "NOBODY"), "post[0].party"),
    ("posts_belong_to_parties", put("post[0].languages", []), "post[0].languages"),
    ("post_hours_can_be_read", put("post[0].hours", "office hours"), "post[0].hours"),
    (
        "ladder_is_staffed",
        edit(
            lambda t: [
                post.update(hours="Mon-Fri 08:00-18:00") for post in t["post"] if post["party"] == "COAST"
            ]
        ),
        "line.ladder",
    ),
    ("ladder_has_posts", put("post[1].role", "liaison"), "line.ladder[1].role"),
    ("observers_can_be_reached", add("party", WITNESS), "party[2]"),
    (
        "observers_can_be_reached",
        edit(lambda t: (t["party"].append(WITNESS), t["post"].append(WITNESS_POST))),
        "party[2]",
    ),
    ("ladder_climbs", put("line.ladder[0].after_s", 5), "line.ladder[0]"),
    ("ladder_climbs", put("line.ladder[2].after_s", 30), "line.ladder[2].after_s"),
    (
        "ladder_climbs",
        edit(
            lambda t: [
                post.update(may_stop_own_flights=False) for post in t["post"] if post["party"] == "COAST"
            ]
        ),
        "line.ladder",
    ),
    ("paths_join_posts", put("path[0].posts", ["sierra.air", "nobody.air"]), "path[0].posts"),
    ("paths_join_posts", put("path[2].posts", ["sierra.air", "sierra.duty"]), "path[2].posts"),
    ("paths_join_posts", put("path[1].rank", 1), "path[1].rank"),
    (
        "two_routes_between_parties",
        edit(lambda t: [path.update(route="one-cable") for path in t["path"]]),
        "path",
    ),
    ("two_routes_between_parties", put("path[0].authenticated", False), "path"),
    ("points_are_on_earth", put("reference_point[0].at", {"lat": 91, "lon": 0}), "reference_point[0].at[0]"),
    ("outlines_are_sound", put("sector[0].polygon", CROSSED), "sector[0].polygon"),
    ("outlines_are_sound", put("sector[0].polygon", CROSSED[:2]), "sector[0].polygon"),
    ("levels_have_a_datum", put("area.upper", "25000"), "area"),
    ("levels_have_a_datum", put("sector[0].upper", "-3000 PALT"), "sector[0].upper"),
    ("ground_levels_have_a_surface", put("area.lower", "0 AGL"), "area"),
    (
        "ground_levels_have_a_surface",
        edit(lambda t: (t["sector"][0].pop("surface"), t["sector"][0].update(lower="500 AGL"))),
        "sector[0].surface",
    ),
    ("surfaces_rise", put("sector[0].surface.elevation_max_amsl_ft", -500), "sector[0].surface"),
    ("atmosphere_is_possible", put("area.atmosphere.qnh_min_hpa", 1060), "area.atmosphere.qnh_min_hpa"),
    ("atmosphere_is_possible", put("area.atmosphere.isa_deviation_max_k", 90), "area.atmosphere.isa"),
    ("there_is_a_sector", put("sector", []), "sector"),
    ("sectors_lie_in_the_area", put("sector[0].polygon", FAR), "sector[0].polygon"),
    ("sectors_have_reference_points", drop("reference_point", 0), "sector[0]"),
    ("boundaries_are_drawn", add("boundary", LINE | {"line": LINE["line"][:1]}), "boundary[0].line"),  # type: ignore[index]
    ("boundaries_are_drawn", add("boundary", LINE | {"right": "SIERRA"}), "boundary[0].left"),
    ("boundaries_are_drawn", add("boundary", LINE | {"buffer_nm": [-1, 2]}), "boundary[0].buffer_nm"),
    ("boundaries_are_drawn", add("boundary", LINE | {"warn_own_s": 0}), "boundary[0].warn_own_s"),
    (
        "special_areas_have_rings",
        add("special_area", RING | {"contact_ring_nm": 5}),
        "special_area[0].contact_ring",
    ),
    ("classes_are_possible", put("class[0].max_speed_kt", 0), "class[0].max_speed_kt"),
    ("classes_are_possible", put("class[0].standoff_nm", -1), "class[0].standoff_nm"),
    ("classes_are_possible", put("class[0].radios", ["none", "fm"]), "class[0].radios"),
    ("every_pair_has_a_row", drop("separation", 3), "separation"),
    ("every_pair_has_a_row", put("separation[0].pair", ["air_attack", "balloon"]), "separation[0].pair"),
    ("figures_fit_their_mode", put("separation[0].mode", "airmanship_only"), "separation[0].lateral_nm"),
    ("figures_fit_their_mode", edit(lambda t: t["separation"][0].pop("time_s")), "separation[0].time_s"),
    (
        "figures_fit_their_mode",
        put("separation[0].no_transponder_factor", Decimal("0.5")),
        "separation[0].no_tr",
    ),
    ("lead_times_fit_the_horizon", put("notices.lead_s.hazard", 700000), "notices.lead_s.hazard"),
    ("some_notices_are_always_taken", put("notices.lead_s.popup", 60), "notices.lead_s.popup"),
    ("notice_limits_are_in_order", put("notices.min_radius_nm", 50), "notices.min_radius_nm"),
    ("notice_limits_are_in_order", put("notices.min_window_s", 90000), "notices.min_window_s"),
    ("notice_limits_are_in_order", put("notices.max_points", 0), "notices.max_points"),
    ("notice_limits_are_in_order", put("notices.late_alert_under_s", -1), "notices.late_alert_under_s"),
    ("every_kind_has_a_priority", put("notices.priority_order", ["routine"]), "notices.priority_order"),
    (
        "what_is_allowed_is_not_forbidden",
        edit(lambda t: t["disclosure"]["never"].append("class")),
        "disclosure.allow",
    ),
    (
        "what_must_never_be_said_is_listed",
        edit(lambda t: t["disclosure"]["never"].remove("target")),
        "disclosure.never",
    ),
    ("a_notice_can_be_made", edit(lambda t: t["disclosure"]["allow"].remove("levels")), "disclosure.allow"),
    ("a_notice_can_be_made", put("disclosure.free_text_max", 5000), "disclosure.free_text_max"),
    ("tracks_are_watched_sensibly", put("tracks.lookahead_s", 0), "tracks.lookahead_s"),
    ("tracks_are_watched_sensibly", put("tracks.clear_after_s", 30), "tracks.clear_after_s"),
    ("channel_names_are_valid", put("channel[0].name_khz", 123970), "channel[0].name_khz"),
    ("channel_names_are_valid", put("channel[0].spacing", "8.33"), "channel[0].spacing"),
    (
        "channel_names_are_valid",
        edit(lambda t: t["channel"][0].update(band="uhf", name_khz=225010)),
        "channel[0]",
    ),
    ("one_carrier_has_one_name", put("channel[1].name_khz", 123980), "channel[1].name_khz"),
    ("channels_name_what_exists", put("channel[0].sectors", ["EAST"]), "channel[0].sectors"),
    ("channels_name_what_exists", put("channel[0].tunable_by", ["SIERRA/balloon"]), "channel[0].tunable_by"),
    ("channels_name_what_exists", put("channel[0].floor_owner", "NOBODY"), "channel[0].floor_owner"),
    ("who_listens_can_tune", put("channel[0].tunable_by", []), "channel[0].monitored_by"),
    ("who_listens_can_tune", put("class[0].radios", ["fm"]), "channel[0].tunable_by"),
    (
        "tones_can_be_sent",
        edit(lambda t: (t["channel"][0].update(tone_hz=Decimal("110.9")), t["class"][1].update(tones=False))),
        "channel[0].tone_hz",
    ),
    ("one_name_has_one_tone", put("channel[0].tone_receive_hz", Decimal("110.9")), "channel[0].tone_receive"),
    (
        "one_name_has_one_tone",
        edit(lambda t: t["channel"].append(t["channel"][0] | {"id": "AGAIN", "tone_hz": Decimal("110.9")})),
        "channel[7].tone_hz",
    ),
    ("channels_name_what_exists", put("channel[0].back_up", "NORTH-1"), "channel[0].back_up"),
    ("guard_is_kept_clear", put("channel[0].name_khz", 121575), "channel[0].name_khz"),
    ("data_links_are_kept_clear", put("channel[0].name_khz", 136925), "channel[0].name_khz"),
    ("frequency_rules_are_positive", put("frequencies.reuse_ratio", 0), "frequencies.reuse_ratio"),
    (
        "everybody_can_call",
        edit(lambda t: [one["tunable_by"].remove("COAST/lead") for one in t["channel"][:2]]),
        "sector[0]",
    ),
    ("assignments_are_whole", add("assignment", ROW | {"sector": "EAST"}), "assignment[0].sector"),
    ("assignments_are_whole", add("assignment", ROW | {"primary": "SOUTH-1"}), "assignment[0].primary"),
    ("assignments_are_whole", add("assignment", ROW | {"lower": "5000 AMSL"}), "assignment[0].lower"),
    ("assignments_are_whole", add("assignment", ROW | {"upper": "FL100"}), "assignment[0].upper"),
    ("assignments_are_whole", add("assignment", ROW | {"lower": "high"}), "assignment[0].upper"),
    ("assignments_are_whole", add("assignment", ROW | {"lower": "FL300"}), "assignment[0].upper"),
    ("sectors_name_their_users", put("sector[0].users", ["SIERRA/balloon"]), "sector[0].users"),
    ("sectors_name_their_users", put("sector[0].aircraft_expected", -1), "sector[0].aircraft_expected"),
    ("relays_are_staffed", add("relay", RELAY | {"post": "nobody.air"}), "relay[0].post"),
    ("relays_are_staffed", add("relay", RELAY | {"sectors": ["EAST"]}), "relay[0].sectors"),
    ("relays_are_staffed", add("relay", RELAY | {"channels": ["NORTH-1", "SOUTH-1"]}), "relay[0].channels"),
    ("relays_are_staffed", add("relay", RELAY | {"channels": ["NORTH-1"]}), "relay[0].channels"),
    (
        "relays_are_staffed",
        edit(lambda t: (t.update(relay=[RELAY]), t["post"][0].update(hours="Mon-Fri 08:00-18:00"))),
        "relay[0].post",
    ),
    ("stations_are_placed", add("station", STATION | {"post": "nobody.air"}), "station[0].post"),
    ("stations_are_placed", add("station", STATION | {"antenna_agl_ft": -1}), "station[0].antenna_agl_ft"),
    ("stations_are_placed", add("station", STATION | {"channels": ["X"]}), "station[0].channels"),
    ("stations_are_placed", add("station", STATION | {"at": {"lat": 91, "lon": 0}}), "station[0].at"),
    ("stations_are_placed", edit(lambda t: t.update(station=[STATION, STATION])), "station[1].id"),
    ("sectors_have_channels", drop("channel", 0), "sector[0]"),
    ("sectors_have_channels", put("channel[6].sectors", ["NORTH"]), "sector[1]"),
    (
        "every_pair_can_talk",
        edit(lambda t: [one["monitored_by"].remove("COAST/tanker") for one in t["channel"]]),
        "sector[0]",
    ),
    ("guard_is_one_list", put("frequencies.guard", [121500, 243000]), "frequencies.guard"),
    ("frequency_rules_are_positive", put("frequencies.proven_max_days", 0), "frequencies.proven_max_days"),
    ("line_checks_escalate", put("line.heartbeat_late_s", 30), "line.heartbeat_s"),
    ("line_checks_escalate", put("line.human_silent_s", 60), "line.human_check_s"),
    ("line_checks_escalate", put("line.self_test_within_s", 60), "line.self_test_within_s"),
    ("line_checks_escalate", put("line.clock_tolerance_ms", 0), "line.clock_tolerance_ms"),
    ("answers_are_complete", edit(lambda t: t["line"]["answer"].pop(0)), "line.answer"),
    ("answers_are_complete", put("line.answer[4].of", "QQZ"), "line.answer[4].of"),
    ("answers_are_complete", put("line.answer[5].of", "NTC"), "line.answer[4].of"),
    ("answers_come_in_order", put("line.answer[0].understood_s", 1), "line.answer[0]"),
    ("posts_speak_the_line", put("languages.line", ["en", "fr"]), "languages.line"),
    ("posts_speak_the_line", put("languages.on_air", "fr"), "languages.on_air"),
    ("posts_speak_the_line", put("languages.phrase_card", 0), "languages.phrase_card"),
    (
        "permissions_hang_on_paths",
        add("permission", PERMISSION | {"depends_on": ["x"]}),
        "permission[0].depends_on",
    ),
    (
        "permissions_hang_on_paths",
        add("permission", PERMISSION | {"depends_on": []}),
        "permission[0].depends_on",
    ),
    (
        "permissions_hang_on_paths",
        add("permission", PERMISSION | {"restore_after": ["X"]}),
        "permission[0].restore",
    ),
    ("conduct_rules_are_known", put("conduct.rules", ["C99"]), "conduct.rules"),
    ("conduct_rules_are_known", put("conduct.rules", ["C01", "C01"]), "conduct.rules"),
    ("incidents_have_deadlines", put("incidents.first_report_s", 700000), "incidents.first_report_s"),
    ("incidents_have_deadlines", put("incidents.match_window_s", 0), "incidents.match_window_s"),
    ("incidents_have_deadlines", put("incidents.categories", ["rude"]), "incidents.categories"),
    ("working_group_meets", put("working_group.extraordinary_within_s", 0), "working_group.extraordinary"),
    ("working_group_meets", put("working_group.triggers", ["boredom"]), "working_group.triggers"),
    (
        "suspension_keeps_the_floor",
        edit(lambda t: t["suspension"]["floor"].remove("ALR")),
        "suspension.floor",
    ),
    (
        "suspension_keeps_the_floor",
        edit(lambda t: t["suspension"]["floor"].append("QQQ")),
        "suspension.floor",
    ),
    ("suspension_keeps_the_floor", put("suspension.floor_duties", ["sleep"]), "suspension.floor_duties"),
    ("suspension_is_announced", put("suspension.reason_codes", []), "suspension.notice_s"),
    ("suspension_is_announced", put("suspension.scopes", ["moon"]), "suspension.scopes"),
    ("record_outlives_evidence", put("retention.log_days", 10), "retention.log_days"),
    ("record_outlives_evidence", put("retention.voice_days", -1), "retention.private_plan_days"),
    ("talk_ends", put("voice.talk_max_s", 90), "voice.talk_max_s"),
    ("talk_ends", put("retention.voice_days", 0), "retention.voice_days"),
]


@pytest.mark.parametrize("name", template_names())
def test_the_templates_are_clean(name: str) -> None:
    memorandum = read_memorandum(template(name))
    assert isinstance(memorandum, Memorandum), memorandum
    assert check(memorandum, template=True) == ()
    assert is_template(memorandum)
    assert {one.path.partition("[")[0] for one in check(memorandum, template=False)} == {
        "memorandum.text_sha256",
        "party",
    }


@pytest.mark.parametrize(("name", "mutate", "path"), MUTATIONS, ids=[f"{n}-{p}" for n, _, p in MUTATIONS])
def test_each_check_can_fail(name: str, mutate: Callable[[Tables], None], path: str) -> None:
    tables = copy.deepcopy(CLEAN)
    mutate(tables)
    found = list(next(fn for fn in CHECKS if fn.__name__ == name)(read(tables)))
    assert any(one.path.startswith(path) for one in found), found
    assert all(one.message and one.cure for one in found)


def test_no_check_is_without_a_mutation_or_a_rule() -> None:
    assert {fn.__name__ for fn in CHECKS} == {name for name, _, _ in MUTATIONS}
    assert all(fn.__doc__ for fn in CHECKS)


def test_twenty_mistakes_across_the_file_are_twenty_problems() -> None:
    text = template("fires-2020").decode()
    changes = [
        ('status = "binding"', 'status = "maybe"'),
        ("text_public = true", 'text_public = "yes"'),
        ('title = "Separation', 'titel = "Separation'),
        ("review_months = 1", "review_months = 1.5"),
        ("termination_notice_days = 7", 'termination_notice_days = "seven"'),
        ('datum = "WGS-84"', 'datum = "NAD27"'),
        ("qnh_min_hpa = 990.0", "qnh_min_hpa = nan"),
        ("max_volumes = 16", "max_volumes = true"),
        ("horizon_s = 604800", "horizon_min = 10080"),
        ("lookahead_s = 60", "lookahead_s = []"),
        ("outgoing_review = true", "outgoing_review = 1"),
        ("proven_max_days = 7", 'proven_max_days = "7"'),
        ("heartbeat_s = 60", "heartbeat_s = 60.5"),
        ('on_air = "en"', "on_air = 1"),
        ("phrase_card = 1", 'phrase_card = "1"'),
        ('close_by = "both"', 'close_by = "nobody"'),
        ("monthly = true", 'monthly = "often"'),
        ("log_days = 3650", "log_days = {}"),
    ]
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    problems = read_memorandum(text.encode())
    assert not isinstance(problems, Memorandum)
    # Two of the changes each make one unknown and one missing key: eighteen changes, twenty problems.
    assert len(problems) == 20, [(one.path, one.message) for one in problems]
    assert len({one.path for one in problems}) == 20


def test_twenty_broken_rules_are_twenty_problems() -> None:
    """Chosen so that each breaks one rule once."""
    chosen = (
        "text_is_hashed",
        "authentic_languages_are_named",
        "post_hours_can_be_read",
        "atmosphere_is_possible",
        "some_notices_are_always_taken",
        "every_kind_has_a_priority",
        "what_must_never_be_said_is_listed",
        "tracks_are_watched_sensibly",
        "frequency_rules_are_positive",
        "line_checks_escalate",
        "answers_come_in_order",
        "conduct_rules_are_known",
        "working_group_meets",
        "suspension_is_announced",
        "record_outlives_evidence",
        "lead_times_fit_the_horizon",
        "classes_are_possible",
        "annexes_that_are_named_exist",
        "permissions_hang_on_paths",
        "special_areas_have_rings",
    )
    tables = copy.deepcopy(CLEAN)
    for name in chosen:
        next(mutate for check_name, mutate, _ in MUTATIONS if check_name == name)(tables)
    problems = check(read(tables), template=True)
    assert len(problems) == 20, [(one.path, one.message) for one in problems]


@pytest.mark.parametrize("data", [b"\xff", b"[memorandum", b"a" * 2_000_000, b"x = 1" * 3, b"[[[[", b""])
def test_what_is_no_memorandum_is_named(data: bytes) -> None:
    problems = read_memorandum(data)
    assert not isinstance(problems, Memorandum)
    assert problems


def test_hours_show_their_first_gap() -> None:
    weekdays = staffed_minutes("Mon-Fri 08:00-18:00")
    assert weekdays is not None
    assert len(weekdays) == 5 * 600
    assert first_gap(weekdays) == "Mon 00:00 to Mon 08:00"
    assert first_gap(staffed_minutes("24/7") or frozenset()) is None
    night = staffed_minutes("Sat-Mon 22:00-06:00")
    assert night is not None
    assert len(night) == 3 * 480
    assert staffed_minutes("Mon-Sun 00:00-24:00") == staffed_minutes("24/7")
    assert staffed_minutes("Mon 25:00-26:00") is None
