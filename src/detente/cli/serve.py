"""Starts one node for real: chooses the adapters, opens the doors, and runs until it is told to stop."""

from __future__ import annotations

import asyncio
import secrets
import signal
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from detente.adapters.control import ControlServer
from detente.adapters.feeds import JoinedFeed
from detente.adapters.home import (
    Home,
    HomeLock,
    Settings,
    open_home,
    read_agreement,
    read_keys,
    read_settings,
)
from detente.adapters.link_server import serve_link
from detente.adapters.sql_store import SqlStore
from detente.adapters.stores import open_store
from detente.adapters.system import ConductedClock, SystemClock, SystemEntropy
from detente.cli import key_change
from detente.cli.peer_paths import addresses_by_rank, connection_to, notes_of
from detente.cli.running import Running
from detente.cli.starting import shown_progress
from detente.cli.voice_door import open_voice, voice_of
from detente.cli.watched import feed_for
from detente.memorandum.agreement import Agreement
from detente.ports import Keys
from detente.quantities import PartyId, utc_ms_of
from detente.runtime.courier import Courier, Runner
from detente.runtime.desk import Desk
from detente.runtime.keeper import Keeper
from detente.runtime.node import Node

LOOK_EVERY_S = 1.0


async def run_node(folder: Path) -> None:
    """Run the node of a home until SIGINT, SIGTERM or the order `stop`.

    Raises: OperatorError where settings, agreement or a second node forbid it; DamageError where the record
    cannot go on.
    """
    home = open_home(folder)
    settings = read_settings(home)
    lock = HomeLock.take(home)
    async with AsyncExitStack() as stack:
        stack.callback(lock.release)
        clock = (
            SystemClock()
            if settings.conducted_from is None
            else ConductedClock(utc_ms_of(settings.conducted_from))
        )
        agreement = read_agreement(home, settings, now_ms=clock.now_ms())
        keys = read_keys(home)
        store = open_store(home, settings)
        stack.callback(store.close)
        running = _assemble(home, settings, clock, agreement, keys, store)
        await _open_doors(running, stack)
        running.node.start()
        for note in running.desk.notes:
            print(f"! {note}", flush=True)
        print(f"{keys.card.party} is on watch. Stop with Ctrl-C, or: detente stop {folder}", flush=True)
        await _until_stopped(running)
        running.node.close()
        if running.failure is not None:
            raise running.failure


def _assemble(
    home: Home,
    settings: Settings,
    clock: SystemClock | ConductedClock,
    agreement: Agreement,
    keys: Keys,
    store: SqlStore,
) -> Running:
    keeper = Keeper(agreement=agreement, keys=keys, store=store, clock=clock, entropy=SystemEntropy())
    key_change.follow(home, keeper)
    own, is_rehearsal = frozenset(settings.own_aircraft), settings.conducted_from is not None
    with shown_progress() as tell:
        node = Node(
            keeper=keeper,
            store=store,
            clock=clock,
            own_aircraft=own,
            own_call_signs=frozenset(settings.own_call_signs),
            tell=tell,
        )
    feed = feed_for(settings, agreement.memorandum, folder=home.folder, clock=clock)
    return Running(
        home=home,
        settings=settings,
        keys=keys,
        agreement=agreement,
        clock=clock,
        store=store,
        node=node,
        desk=Desk(
            node=node,
            store=store,
            clock=clock,
            notes=notes_of(settings, agreement),
            is_rehearsal=is_rehearsal,
        ),
        feed=feed,
        couriers={},
        stopping=asyncio.Event(),
    )


async def _open_doors(running: Running, stack: AsyncExitStack) -> None:
    me, addresses = running.node.keeper.me, addresses_by_rank(running.settings, running.agreement)
    connection = partial(connection_to, me=me, home=running.home, agreement=running.agreement)
    folder, paths = running.home.voice_folder, [connection(one) for one in addresses]
    voice = voice_of(running.node, folder, SystemEntropy())
    ear = open_voice(stack, running.node, voice, folder, paths, running.ended)
    pins = {
        card.tls_certificate_sha256: PartyId(party)
        for party, card in running.agreement.cards.items()
        if party != running.keys.card.party
    }
    server = await serve_link(
        host=running.settings.listen_host,
        port=running.settings.listen_port,
        certificate_pem=running.home.certificate_file.read_bytes(),
        key_pem=running.home.tls_key_file.read_bytes(),
        pins=pins.get,
        handle=running.serve,
        refused=running.refused,
        now=lambda: datetime.now(UTC),
        upgrade=ear,
    )
    stack.push_async_callback(server.close)
    running.node.outside = running
    running.node.news.listeners.add(running.wake)
    for address in addresses:
        couriers = running.couriers.setdefault(PartyId(address.party), [])
        courier = Courier(
            node=running.node,
            connection=connection(address),
            clock=running.clock,
            entropy=SystemEntropy(),
            stop=running.stop_for,
            better=tuple(couriers),
        )
        couriers.append(courier)
        task = asyncio.create_task(courier.run(heartbeat_s=running.agreement.memorandum.line.heartbeat_s))
        task.add_done_callback(running.ended)
        stack.push_async_callback(_end, task)
        runner = Runner(node=running.node, connection=connection(address), ended=running.ended)
        running.runners.append(runner)
        stack.push_async_callback(runner.close)
    if isinstance(running.feed, JoinedFeed):
        await running.feed.start()
        stack.push_async_callback(running.feed.close)
    if running.settings.cot is not None:
        from detente.cli.cot_door import open_cot

        await open_cot(stack, running.settings, running.node, running.clock, running.ended)
    if running.settings.console is not None:
        # Read only here: a node without a console starts without its libraries.
        from detente.cli.console_door import house_of, open_console

        house = house_of(
            running.home, running.node, running.desk, running.store, running.clock, running.order, voice
        )
        await open_console(
            stack, home=running.home, settings=running.settings.console, house=house, ended=running.ended
        )
    control = ControlServer(running.order, secrets.token_hex(16))
    await control.start(running.home.control_file)
    stack.push_async_callback(control.close)
    stack.callback(running.home.control_file.unlink, missing_ok=True)


async def _until_stopped(running: Running) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, running.stopping.set)
    while not running.stopping.is_set():
        if running.settings.conducted_from is None:
            running.watch()
        try:
            await asyncio.wait_for(running.stopping.wait(), LOOK_EVERY_S)
        except TimeoutError:
            continue


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
