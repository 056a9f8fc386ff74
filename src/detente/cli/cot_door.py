"""Opens Cursor on Target out, where config.toml has [cot]: what of the node's tracks and notices goes where."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from functools import partial

from detente.adapters.cot_out import CotOut
from detente.adapters.home import Settings
from detente.node import views
from detente.notices.ground import atmosphere_of
from detente.notices.notice import Notice
from detente.ports import Clock
from detente.runtime.node import Node

COT_FORMATS = frozenset({"cot", "tak"})


async def open_cot(
    stack: AsyncExitStack,
    settings: Settings,
    node: Node,
    clock: Clock,
    ended: Callable[[asyncio.Task[None]], None],
) -> None:
    """Send until the stack is closed; raises OperatorError where the settings cannot be used."""
    assert settings.cot is not None, "looked at by the caller"

    def notices(*, in_force: bool = True) -> Iterator[tuple[str, str, Notice]]:
        for held in tuple(node.state.notices.values()):
            is_in_force = held.counts and held.until_ms > node.state.now_ms
            if is_in_force == in_force:
                yield views.short_ref(held.ref), held.party, held.notice

    out = CotOut(
        settings.cot,
        party=node.keeper.me,
        atmosphere=atmosphere_of(node.state.memorandum.area.atmosphere),
        clock=clock,
        tracks=node.watcher.heard,
        notices=notices,
        withdrawn=partial(notices, in_force=False),
        not_from=frozenset(
            feed.name or feed.connect or feed.file or ""
            for feed in settings.feeds
            if feed.format in COT_FORMATS
        ),
    )
    out.start().add_done_callback(ended)
    stack.push_async_callback(out.close)
    shown = f"tracks: {settings.cot.tracks}, notices: {settings.cot.notices}"
    print(f"Cursor on Target goes to {', '.join(settings.cot.to)} ({shown})", flush=True)
