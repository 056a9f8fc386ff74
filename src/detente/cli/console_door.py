"""Opens the console's door beside the line's: the API inside the running node, where config.toml has [console]."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial

from detente.adapters.console_home import ConsoleSettings, console_context
from detente.adapters.home import Home
from detente.adapters.incident_record import open_incident_record
from detente.api.accounts import Accounts
from detente.api.app import Api
from detente.api.house import Give, House
from detente.api.server import ApiServer
from detente.api.session_file import SessionFile
from detente.cli.voice_door import Voice
from detente.console import pages
from detente.ports import Clock, Store
from detente.runtime.desk import Desk
from detente.runtime.node import Node


def house_of(
    home: Home, node: Node, desk: Desk, store: Store, clock: Clock, give: Give, voice: Voice | None
) -> House:
    """What the API stands on, with the record of the home to be read beside the running node."""
    return House(
        node=node,
        desk=desk,
        store=store,
        clock=clock,
        give=give,
        evidence=partial(open_incident_record, home),
        attachments=(home.attachments_folder,),
        voice=None if voice is None else voice.net,
        recordings=None if voice is None else voice.files,
    )


BASE_FOLDER = "base"
"""Where an operator puts finer maps, `*.pmtiles`, inside the home."""


async def open_console(
    stack: AsyncExitStack,
    *,
    home: Home,
    settings: ConsoleSettings,
    house: House,
    ended: Callable[[asyncio.Task[None]], None],
) -> None:
    """Listen until the stack is closed, and print where; on a home without accounts, the one-time link too.

    Args:
        ended: hears of a task that ended, so that no fault of ours goes unseen.
    Raises: OperatorError where settings, certificate or accounts cannot be used.
    """
    host, port = settings.address()
    context, fingerprint = None, ""
    if settings.tls:
        context, fingerprint = console_context(home.keys_folder, settings, house.node.keeper.me)
    accounts = Accounts(home.accounts_file)
    api = Api(
        house=house,
        accounts=accounts,
        names=settings.all_names(),
        is_tls=settings.tls,
        pages=pages(),
        kept=SessionFile(home.sessions_file),
        base=home.folder / BASE_FOLDER,
    )
    word = api.first.draw()
    server = ApiServer(api.app, host=host, port=port, context=context)
    await server.start()
    stack.push_async_callback(server.close)
    api.hub.start().add_done_callback(ended)
    stack.push_async_callback(api.hub.close)
    api.trails.start().add_done_callback(ended)
    stack.push_async_callback(api.trails.close)
    print(f"The console is at {settings.url()}", flush=True)
    if fingerprint:
        print(f"Its certificate has the SHA-256 {fingerprint}", flush=True)
    if word is not None:
        print(
            f"Nobody has an account yet. For an hour, once: {settings.url()}#first={word}\n"
            f"Or make one here: detente accounts add {home.folder} NAME --role administrator",
            flush=True,
        )
