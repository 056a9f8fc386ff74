"""How far a start has come, for whoever waits: a bar for each kind of work, gone when the node is up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import TaskID

from detente.runtime.sky import Progress


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """Gives what a node tells its progress to; on a terminal alone anything is shown."""
    with Bars(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=of)
            bars.update(tasks[what], completed=done, total=of)

        yield tell
