"""The live view of an exercise: both sides, the line between them, the week's progress, the newest statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from detente.quantities import utc_text

TICKER_LINES = 9
_PRECEDENCE_STYLE = {"ALERT": "bold red", "PRIORITY": "yellow", "ROUTINE": "", "ADMIN": "dim"}


@dataclass(kw_only=True)
class Scene:
    """What the view shows now."""

    title: str
    parties: Sequence[str]
    start_ms: int
    end_ms: int
    now_ms: int = 0
    line: str = "OPEN"
    phase: str = ""
    status: dict[str, dict[str, Any]] = field(default_factory=dict)
    ticker: Sequence[Mapping[str, Any]] = ()


class View:
    """Draws a scene in a terminal; without one it prints a line whenever the phase changes."""

    def __init__(self, scene: Scene, console: Console) -> None:
        self.scene = scene
        self._console = console
        self._phase_printed = ""
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(bar_width=None), TimeElapsedColumn(), expand=True
        )
        self._task = self._progress.add_task("", total=max(1, scene.end_ms - scene.start_ms))
        self._live = Live(
            self._draw(), console=console, refresh_per_second=8, transient=True, auto_refresh=False
        )

    def __enter__(self) -> View:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def show(self) -> None:
        """Draw the scene as it is now."""
        if self._console.is_terminal:
            self._progress.update(
                self._task,
                completed=self.scene.now_ms - self.scene.start_ms,
                description=f"{utc_text(self.scene.now_ms // 1000 * 1000)}  {self.scene.phase}",
            )
            self._live.update(self._draw(), refresh=True)
        elif self.scene.phase != self._phase_printed:
            self._phase_printed = self.scene.phase
            self._console.print(f"{utc_text(self.scene.now_ms // 1000 * 1000)}  {self.scene.phase}")

    def _draw(self) -> RenderableType:
        scene = self.scene
        sides = [_side(party, scene.status.get(party, {})) for party in scene.parties]
        is_open = scene.line == "OPEN"
        wire = Text(f"──── the line is {scene.line} ────", style="bold green" if is_open else "bold red")
        return Panel(
            Group(
                self._progress,
                _beside(sides),
                Text.assemble(wire, justify="center"),
                _ticker(scene.ticker),
            ),
            title=scene.title,
            border_style="green" if is_open else "red",
        )


def _side(party: str, told: Mapping[str, Any]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    said = told.get("said", {})
    waiting = sum(peer["unreceipted"] for peer in told.get("peers", ()))
    rows = (
        ("notices held", told.get("notices", 0)),
        ("conflicts ahead", told.get("conflicts", 0)),
        ("alerts open / over", f"{told.get('alerts_open', 0)} / {told.get('alerts_over', 0)}"),
        ("statements made", told.get("journal_entries", 0)),
        ("waiting for receipt", waiting),
        ("asked 'is this yours?'", said.get("QRY", 0)),
    )
    for name, value in rows:
        style = "bold red" if name == "waiting for receipt" and waiting else ""
        table.add_row(name, Text(str(value), style=style))
    return Panel(table, title=f"[bold]{party}[/]")


def _beside(sides: Sequence[RenderableType]) -> RenderableType:
    grid = Table.grid(expand=True)
    for _ in sides:
        grid.add_column(ratio=1)
    grid.add_row(*sides)
    return grid


def _ticker(entries: Sequence[Mapping[str, Any]]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    shown = list(entries)[-TICKER_LINES:]
    for entry in shown:
        style = _PRECEDENCE_STYLE[entry["precedence"]]
        table.add_row(
            Text(entry["at_utc"][5:19].replace("T", " "), style="dim", no_wrap=True),
            Text(entry["party"], style=style),
            Text(entry["code"], style=style),
            Text(entry["in_words"], style=style),
            Text(entry["detail"], style=style, no_wrap=True, overflow="ellipsis"),
        )
    for _ in range(TICKER_LINES - len(shown)):
        table.add_row("")
    return table
