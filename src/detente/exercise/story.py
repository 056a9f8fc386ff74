"""A rehearsal told as it happens: short timed lines, who and what, and beside an answer its clock.

The terminal and `summary.json` have the same steps, so that nothing is told that is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from detente.quantities import UtcMs, utc_text


@dataclass(frozen=True, kw_only=True)
class Told:
    """One line of the story; `took_s` and `within_s` stand where an agreed clock ran."""

    chapter: str
    at_ms: UtcMs
    who: str
    text: str
    took_s: float | None = None
    within_s: int | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether its clock was met; None where none ran."""
        if self.took_s is None or self.within_s is None:
            return None
        return self.took_s <= self.within_s


@dataclass(kw_only=True)
class Story:
    """What has been told so far; it prints each line when it is told."""

    console: Console
    steps: list[Told] = field(default_factory=list)
    _chapters: list[str] = field(default_factory=list)

    def chapter(self, title: str) -> None:
        """Begin the next part; nothing where it has begun."""
        if self._chapters[-1:] == [title]:
            return
        self._chapters.append(title)
        self.console.print()
        self.console.print(Text(f"{len(self._chapters)}  {title.upper()}", "bold"))

    def tell(
        self,
        at_ms: UtcMs,
        who: str,
        text: str,
        *,
        style: str = "",
        took_s: float | None = None,
        within_s: int | None = None,
    ) -> None:
        """One line."""
        chapter = self._chapters[-1] if self._chapters else ""
        told = Told(chapter=chapter, at_ms=at_ms, who=who, text=text, took_s=took_s, within_s=within_s)
        self.steps.append(told)
        row = Table.grid(padding=(0, 2), expand=True)
        row.add_column(width=8, no_wrap=True)
        row.add_column(width=12, no_wrap=True)
        row.add_column(ratio=1)
        row.add_column(width=16, justify="right", no_wrap=True)
        row.add_row(
            Text(utc_text(at_ms)[11:19], "dim"), Text(who, style or "bold"), Text(text, style), _clock(told)
        )
        self.console.print(row)

    def rows(self) -> list[dict[str, Any]]:
        """The steps for `summary.json`."""
        return [_row(told) for told in self.steps]


def _row(told: Told) -> dict[str, Any]:
    row: Mapping[str, Any] = {
        "chapter": told.chapter,
        "utc": utc_text(told.at_ms // 1000 * 1000),
        "who": told.who,
        "text": told.text,
        "took_s": told.took_s,
        "within_s": told.within_s,
        "met": told.is_met,
    }
    return dict(row)


def _clock(told: Told) -> Text:
    if told.within_s is None:
        return Text("")
    size, unit = _unit_of(told.within_s)
    if told.took_s is None:
        return Text(f"within {told.within_s / size:.0f} {unit}", "yellow")
    took = f"{told.took_s:.0f}" if size == 1 else f"{told.took_s / size:.1f}"
    return Text(f"{took} of {told.within_s / size:.0f} {unit}", "green" if told.is_met else "bold red")


def _unit_of(within_s: int) -> tuple[int, str]:
    """Seconds for what is allowed three minutes at most, then minutes, then hours: compared at a glance."""
    return (1, "s") if within_s <= 180 else (60, "min") if within_s <= 7200 else (3600, "h")
