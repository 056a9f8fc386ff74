"""How long a path was open, from the changes of its state that are journaled."""

from __future__ import annotations

from detente.line.availability import shares_of
from detente.line.bodies_duty import LineState


def change(state: str, at_s: int, path: str = "data-1") -> LineState:
    return LineState(party="COAST", path=path, state=state, since_ms=at_s * 1000, cause="not_known")  # type: ignore[arg-type]


def test_a_change_holds_until_the_next_and_what_was_before_the_first_is_not_counted() -> None:
    changes = [change("silent", 400), change("open", 100), change("open", 450), change("late", 300)]
    (share,) = shares_of(changes, from_ms=0, until_ms=500_000)
    assert (share.known_s, share.open_s, share.late_s, share.silent_s) == (400, 250, 100, 50)
    assert share.losses == 1


def test_only_the_window_counts_and_each_path_for_itself() -> None:
    changes = [change("open", 0), change("late", 100), change("open", 0, "phone-1")]
    first, second = shares_of(changes, from_ms=50_000, until_ms=80_000)
    assert (first.path, first.open_s, first.losses) == ("data-1", 30, 0)
    assert (second.path, second.known_s) == ("phone-1", 30)


def test_a_path_that_never_changed_has_no_share() -> None:
    assert shares_of([], from_ms=0, until_ms=1) == ()
