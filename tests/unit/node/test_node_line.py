"""The line, the record and the disk as the watch sees them, and what the faces show."""

from __future__ import annotations

from typing import Any

from detente.line.bodies_duty import Fork
from detente.node import views
from detente.node.events import DiskChanged, Forked, PathChecked, Receipted
from detente.quantities import PartyId, UtcMs

SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")


def link(table: Any, *, is_good: bool, reason: str = "") -> None:
    event = PathChecked(
        at_ms=UtcMs(table.now_ms),
        peer=COAST,
        path_id="data-1",
        is_good=is_good,
        rtt_ms=None,
        offset_ms=None,
        reason=reason,
    )
    table.give("SIERRA", event)


def test_a_receipt_never_shrinks(table: Any) -> None:
    for size in (3, 5, 4):
        table.give("SIERRA", Receipted(at_ms=UtcMs(table.now_ms), peer=COAST, size=size))
    assert table.states[SIERRA].receipted == {COAST: 5}


def test_a_failing_path_is_told_of_at_once_though_its_state_waits_for_the_limits(table: Any) -> None:
    link(table, is_good=True)
    table.now_ms += 1000
    down_ms = table.now_ms
    link(table, is_good=False, reason="refused")
    for _ in range(3):
        table.now_ms += 1000
        link(table, is_good=False, reason="timed out")
    held = table.states[SIERRA].paths[COAST, "data-1"]
    assert (held.state, held.missed_ms, held.machine_good_ms) == ("open", down_ms, down_ms - 1000)
    assert table.log[SIERRA] == [
        "line: COAST over data-1: untested to open",
        "link: COAST over data-1: no answer: refused",
        "link: COAST over data-1: no answer: timed out",
    ]
    (warning,) = views.warnings(table.states[SIERRA])
    assert "data-1 to COAST gave no good check since" in warning
    assert "timed out" in warning
    (row,) = views.status(table.states[SIERRA])["peers"][0]["paths"]
    assert (row["path"], row["open"], row["reason"]) == ("data-1", True, "timed out")
    link(table, is_good=True)
    assert views.warnings(table.states[SIERRA]) == ()


def test_a_full_disk_stands_first_on_every_face_until_there_is_room(table: Any) -> None:
    link(table, is_good=False, reason="x")
    table.give("SIERRA", DiskChanged(at_ms=UtcMs(table.now_ms), is_full=True))
    assert views.status(table.states[SIERRA])["warnings"][0].startswith("THE DISK IS FULL")
    table.give("SIERRA", DiskChanged(at_ms=UtcMs(table.now_ms), is_full=False))
    assert len(views.warnings(table.states[SIERRA])) == 1


def test_a_fork_is_told_to_all_once_and_marks_the_journal_for_ever(table: Any) -> None:
    for _ in range(2):
        table.give("SIERRA", Forked(at_ms=UtcMs(table.now_ms), journal="COAST/T/0"))
    assert table.codes("SIERRA") == ["FRK"]
    state = table.states[SIERRA]
    assert state.forked == {"COAST/T/0"}
    assert views.status(state)["peers"][0]["forked"] is True
    assert any("TWO PASTS" in warning for warning in views.warnings(state))


def test_the_accused_hears_it_and_nobody_is_marked_by_a_word(table: Any) -> None:
    table.give("SIERRA", Forked(at_ms=UtcMs(table.now_ms), journal="COAST/T/0"))
    assert not table.states[COAST].forked
    assert table.log[COAST] == ["fork: SIERRA says that two pasts of COAST/T/0 are signed."]
    (row,) = [row for row in views.owed(table.states[COAST]) if row["by_us"]]
    assert (row["code"], row["act"], row["in_words"]) == ("FRK", "acknowledge", "two pasts signed")
    assert Fork(journal="COAST/T/0").journal in bytes(table.last("SIERRA").body).decode()


def test_what_is_owed_is_shown_by_when_it_is_due_and_overdue_is_said(table: Any) -> None:
    table.give("SIERRA", Forked(at_ms=UtcMs(table.now_ms), journal="COAST/T/0"))
    (row,) = views.owed(table.states[COAST])
    assert row["is_overdue"] is False
    table.now_ms += 901_000
    table.give("COAST", DiskChanged(at_ms=UtcMs(table.now_ms), is_full=False))
    (row,) = views.owed(table.states[COAST])
    assert row["is_overdue"] is True
