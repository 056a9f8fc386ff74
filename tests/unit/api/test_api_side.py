"""The air from the side, along a line."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from detente.quantities import Digest, UtcMs, utc_text
from detente.tracks.position import PositionReport

HOUR_MS = 3_600_000


@pytest.fixture
def officer(served: Any) -> Any:
    browser = served.browser()
    browser.login("watch_officer")
    return browser


def sent(served: Any, officer: Any, key: str, geometry: dict[str, Any], **more: Any) -> str:
    feature = {
        "type": "Feature",
        "geometry": geometry,
        "properties": {
            "kind": "routine",
            "class": "tanker",
            "floor": "FL040",
            "ceiling": "FL090",
            "start": utc_text(served.clock.at_ms + 3 * HOUR_MS),
            "end": utc_text(served.clock.at_ms + 5 * HOUR_MS),
            **more,
        },
    }
    answer = officer.order("/api/notices", {"text": json.dumps(feature)}, f"key-12345678-{key}")
    assert answer.status == 200, answer.data
    ref: str = answer.told["sent"][0]["ref"]
    return ref


def circle(lon: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, 39.9]}


def test_a_band_begins_and_ends_where_the_line_enters_and_leaves_the_notice(
    served: Any, officer: Any
) -> None:
    ref = sent(served, officer, "one", circle(-121.4), radius_nm=5)
    body = {"at_ms": served.clock.at_ms + 4 * HOUR_MS, "points": [[-121.4, 39.7], [-121.4, 40.1]]}
    told = officer.ask("POST", "/api/side", body).told
    (band,) = told["bands"]
    assert band["notice"] == ref
    assert band["to_nm"] - band["from_nm"] == pytest.approx(10.0, abs=0.2)
    assert (band["from_nm"] + band["to_nm"]) / 2 == pytest.approx(told["length_nm"] / 2, abs=0.2)
    assert (band["floor_palt_ft"], band["ceiling_palt_ft"], band["in_force"]) == (4_000, 9_000, True)


def test_a_line_beside_everything_shows_nothing(served: Any, officer: Any) -> None:
    sent(served, officer, "one", circle(-121.4), radius_nm=5)
    body = {"at_ms": served.clock.at_ms, "points": [[-120.4, 39.7], [-120.4, 40.1]]}
    told = officer.ask("POST", "/api/side", body).told
    assert (told["bands"], told["tracks"], told["conflicts"]) == ([], [], [])


def test_the_line_through_a_notice_is_wider_than_the_notice(served: Any, officer: Any) -> None:
    ref = sent(served, officer, "one", circle(-121.4), radius_nm=5)
    told = officer.ask("POST", "/api/side", {"at_ms": served.clock.at_ms, "notice": ref}).told
    (band,) = told["bands"]
    assert 0 < band["from_nm"] < band["to_nm"] < told["length_nm"]
    assert band["in_force"] is False, "it begins in three hours"


def test_an_aircraft_stands_on_its_own_line_and_those_near_it_beside(served: Any, officer: Any) -> None:
    one = PositionReport(
        aircraft="a1",
        call_sign="ONE",
        time_ms=UtcMs(served.clock.at_ms),
        lat_deg=39.9,
        lon_deg=-121.4,
        level_palt_ft=5_000.0,
        height_hae_m=None,
        ground_speed_mps=100.0,
        track_deg=90.0,
        vertical_rate_mps=None,
    )
    near = replace(one, aircraft="b2", lat_deg=39.98, lon_deg=-121.2, level_palt_ft=6_000.0)
    far = replace(one, aircraft="c3", lat_deg=41.0)
    served.node.see([one, near, far])
    told = officer.ask("POST", "/api/side", {"at_ms": served.clock.at_ms, "aircraft": "a1"}).told
    by_name = {each["aircraft"]: each for each in told["tracks"]}
    assert set(by_name) == {"a1", "b2"}
    assert by_name["a1"]["along_nm"] == pytest.approx(20.0, abs=0.3)
    assert by_name["b2"]["off_nm"] == pytest.approx(4.8, abs=0.5)


@pytest.mark.parametrize(
    "more", [{}, {"aircraft": "nobody"}, {"notice": "COAST#99"}, {"points": [[1.0, 1.0], [1.0, 1.0]]}]
)
def test_what_is_not_there_is_said(officer: Any, more: dict[str, Any]) -> None:
    answer = officer.ask("POST", "/api/side", {"at_ms": 0, **more})
    assert 400 <= answer.status < 500
    assert answer.told["message"]


def test_looks_from_the_side_wait_for_each_other_and_a_crowd_is_told_to_come_again(
    served: Any, officer: Any
) -> None:
    """A look takes a core for a while: it must hold up neither the node nor, by their number, its memory."""
    import asyncio
    import threading

    from detente.api import map_acts
    from detente.api.side import side_of_air as true_side

    acts = served.api._acts["side"].__self__
    threads: set[int] = set()

    def side(seen: Any) -> Any:
        threads.add(threading.get_ident())
        return true_side(seen)

    body = {"at_ms": served.clock.at_ms, "points": [[-121.4, 39.7], [-121.4, 40.1]]}

    async def crowd() -> list[int]:
        asked = (officer.asked("POST", "/api/side", body) for _ in range(map_acts.SIDES_WAITING_MAX + 5))
        return [one.status for one in await asyncio.gather(*asked)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(map_acts, "side_of_air", side)
        statuses = asyncio.run(crowd())
    assert (statuses.count(200), statuses.count(503)) == (map_acts.SIDES_WAITING_MAX, 5)
    assert threading.get_ident() not in threads
    assert acts._sides == 0


def test_a_conflict_that_is_over_is_not_drawn_as_one() -> None:
    """The record of a conflict is kept for questions after one of its notices has ended."""
    from types import SimpleNamespace as Some

    import numpy as np

    from detente.api.side import _conflicts
    from detente.record.statement import Ref

    leaf = Digest("0" * 64)
    refs = Ref(origin="SIERRA/1", seq=1, leaf=leaf), Ref(origin="COAST/1", seq=1, leaf=leaf)
    figures = dict.fromkeys(("lateral_gap_m", "lateral_min_m", "vertical_gap_ft", "vertical_min_ft"), 0)
    found = Some(where=Some(lat_e7=399_000_000, lon_e7=-1_214_000_000), **figures)
    held = Some(own=refs[0], foreign=refs[1], conflict=found)
    along = np.array([39.8, 39.9, 40.0]), np.full(3, -121.4), np.array([0.0, 11_100.0, 22_200.0])
    shown = []
    for now_ms in (999, 1_000):
        notices = {refs[0]: Some(until_ms=2_000), refs[1]: Some(until_ms=1_000)}
        state = Some(conflicts={refs: held}, notices=notices, now_ms=now_ms)
        shown.append(len(list(_conflicts(Some(state=state), *along))))  # type: ignore[arg-type]
    assert shown == [1, 0]
