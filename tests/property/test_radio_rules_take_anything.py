"""Whatever stands in the tables about radios, the checks answer with problems and never with an exception."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.frequencies.check import check as check_plan
from detente.memorandum import check_channels, check_radio
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template

BASE = tomllib.loads(template("fires-2020").decode(), parse_float=Decimal)
LISTS = (list, tuple)

NAMES = st.sampled_from(
    ["NORTH", "SOUTH", "SIERRA", "NORTH-1", "SIERRA/tanker", "sierra.air", "", "x/y", "\u202e"]
)
WHOLE = st.one_of(
    st.integers(-(10**30), 10**30), st.sampled_from([0, 118_005, 121_500, 136_990, 168_012, 156_800, 243_000])
)
EXACT = st.decimals(allow_nan=False, allow_infinity=False)
LEVELS = st.sampled_from(["0 AMSL", "FL050", "FL250", "500 AGL", "high", "", "-99999 AMSL", "FL9999"])
MANY = st.lists(NAMES, max_size=4)

CHANNEL = st.fixed_dictionaries(
    {
        "id": NAMES,
        "name_khz": WHOLE,
        "band": st.sampled_from(["vhf", "uhf", "fm", "marine"]),
        "spacing": st.sampled_from(["25", "8.33", "12.5", "none"]),
        "use": st.sampled_from(["contact", "working", "air_air", "guard", "sar", "ground"]),
        "sectors": MANY,
        "monitored_by": MANY,
        "tunable_by": MANY,
        "floor_owner": NAMES,
    },
    optional={"tone_hz": EXACT, "tone_receive_hz": EXACT, "back_up": NAMES},
)
ASSIGNMENT = st.fixed_dictionaries(
    {"sector": NAMES, "lower": LEVELS, "upper": LEVELS, "primary": NAMES, "secondary": NAMES}
)
STATION = st.fixed_dictionaries(
    {
        "id": NAMES,
        "post": NAMES,
        "at": st.fixed_dictionaries({"lat": EXACT, "lon": EXACT}),
        "antenna_agl_ft": EXACT,
        "channels": MANY,
    }
)
RELAY = st.fixed_dictionaries({"post": NAMES, "sectors": MANY, "channels": MANY})
RULES = st.fixed_dictionaries(
    {"guard": st.lists(WHOLE, max_size=3)},
    optional={"guard_keep_out_khz": WHOLE, "reuse_ratio": EXACT, "neighbour_nm": EXACT},
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(CHANNEL, max_size=5),
    st.lists(ASSIGNMENT, max_size=3),
    st.lists(STATION, max_size=2),
    st.lists(RELAY, max_size=2),
    RULES,
    st.booleans(),
)
def test_no_table_about_radios_raises(
    channels: list[Any],
    rows: list[Any],
    stations: list[Any],
    relays: list[Any],
    rules: dict[str, Any],
    keeps: bool,
) -> None:
    tables = {
        **BASE,
        "channel": [*(BASE["channel"] if keeps else ()), *channels],
        "assignment": rows,
        "station": stations,
        "relay": relays,
        "frequencies": {**BASE["frequencies"], **rules},
    }
    memorandum = msgspec.convert(tables, Memorandum)
    for one in (*check_channels.CHECKS, *check_radio.CHECKS):
        assert all(problem.message and problem.cure for problem in one(memorandum))
    assert check_plan(memorandum, proofs={}).heading in ("INVALID", "UNTESTED")
