"""Steadiness may delay clearing, never a first alert; as published it delays both."""

from __future__ import annotations

from detente.encounters.guidance import Band, nearly_in
from detente.encounters.steadiness import Steadiness, steady
from detente.encounters.steady_bands import SteadyBands, steady_bands


def shown(raw: list[int], *, as_published: bool) -> list[int]:
    held: Steadiness | None = None
    levels = []
    for level in raw:
        held = steady(held, level, m=2, n=4, as_published=as_published)
        levels.append(held.shown)
    return levels


def test_as_published_a_level_shows_one_row_late_and_clears_two_rows_late() -> None:
    assert shown([0, 0, 2, 2, 2, 0, 0, 0, 0], as_published=True) == [0, 0, 0, 2, 2, 2, 2, 0, 0]


def test_ours_shows_a_level_at_once_and_clears_as_late() -> None:
    assert shown([0, 0, 2, 2, 2, 0, 0, 0, 0], as_published=False) == [0, 0, 2, 2, 2, 2, 2, 0, 0]


def test_a_track_without_history_shows_its_raw_level_at_once() -> None:
    assert shown([3], as_published=False) == [3]


def test_one_row_of_alert_is_an_alert() -> None:
    """What the published rule would never show."""
    assert shown([0, 3, 0, 0], as_published=True) == [0, 0, 0, 0]
    assert shown([0, 3, 0, 0], as_published=False) == [0, 3, 0, 0]


def test_without_m_of_n_every_level_shows_as_it_comes() -> None:
    assert [steady(None, 3, m=0, n=0).shown, steady(Steadiness(recent=(3,), shown=3), 0, m=0, n=0).shown] == [
        3,
        0,
    ]


def banded(edges: list[float], *, as_published: bool) -> list[float]:
    """Where a warning below a value ends, as it shows from second to second."""
    held: SteadyBands | None = None
    ends = []
    for edge in edges:
        raw = (Band(low=10.0, high=edge, region="NEAR"), Band(low=edge, high=700.0, region="NONE"))
        held = steady_bands(
            held, raw, m=2, n=4, recovers=False, nearly=nearly_in("hs"), as_published=as_published
        )
        ends.append(held.shown[0].high)
    return ends


def test_a_band_that_grows_shows_at_once_with_us_and_a_second_late_as_published() -> None:
    grows = [100.0, 110.0, 120.0, 130.0]
    assert banded(grows, as_published=True) == [100.0, 100.0, 110.0, 120.0]
    assert banded(grows, as_published=False) == [100.0, 110.0, 120.0, 130.0]


def test_a_band_that_shrinks_clears_two_seconds_late_either_way() -> None:
    shrinks = [130.0, 130.0, 120.0, 110.0, 100.0, 100.0, 100.0]
    assert banded(shrinks, as_published=True) == banded(shrinks, as_published=False)
    assert banded(shrinks, as_published=True) == [130.0, 130.0, 130.0, 130.0, 120.0, 110.0, 100.0]
