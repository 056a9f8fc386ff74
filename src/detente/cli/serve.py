"""Starts one node for real: chooses the adapters, opens the doors, and runs until it is told to stop."""

from __future__ import annotations

import asyncio
import secrets
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

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
from detente.api.house import House
from detente.cli import carrying, key_change
from detente.cli.peer_paths import addresses_by_rank, connection_to, notes_of
from detente.cli.starting import shown_progress
from detente.cli.voice_door import open_voice, voice_of
from detente.cli.watched import feed_for, tell_tracks
from detente.errors import DamageError, DetenteError, OperatorError
from detente.memorandum.agreement import Agreement
from detente.node import views
from detente.node.effects import Ring, Write
from detente.node.events import SelfTested, Woke
from detente.ports import Feed, Keys, LinkRequest, LinkResponse, LogLine
from detente.quantities import PartyId, UtcMs, utc_ms_of
from detente.runtime.courier import Courier, Runner
from detente.runtime.desk import Desk
from detente.runtime.journal import Entry
from detente.runtime.keeper import Keeper
from detente.runtime.node import Node
from detente.runtime.outside import Made

LOOK_EVERY_S = 1.0
SELF_TEST_S = 5.0


@dataclass(kw_only=True)
class _Running:
    """Everything of one running node; `run_node` below puts it together and takes it apart."""

    home: Home
    settings: Settings
    keys: Keys
    agreement: Agreement
    clock: SystemClock | ConductedClock
    store: SqlStore
    node: Node
    desk: Desk
    feed: Feed | None
    couriers: dict[PartyId, list[Courier]]
    runners: list[Runner] = field(default_factory=list)
    stopping: asyncio.Event
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    failure: BaseException | None = None

    def wake(self) -> None:
        """Bring what is new to every peer at once."""
        for peer, couriers in self.couriers.items():
            if self.node.keeper.unreceipted(peer):
                for courier in couriers:
                    courier.wake()

    async def serve(self, party: PartyId, request: LinkRequest) -> LinkResponse:
        """Answer a peer; its voice on any path ends the back-off towards it."""
        try:
            response = self.node.serve(party, request)
        except DamageError as why:
            self.stop_for(why)
            raise
        self.wake()
        return response

    def urgent(self, entry: Entry) -> None:
        """An own ALERT is committed: it leaves on every path to those it is for."""
        parties = {self.node.state.party_of(post) for post in entry.statement.to}
        for runner in self.runners:
            if runner.peer in parties:
                runner.run_with(entry.ref)

    def ring(self, ring: Ring) -> None:
        """Show and sound it where people are."""
        print(f"\a{_ring_text(ring)}", flush=True)

    def warn(self, text: str) -> None:
        """Show and sound what concerns an own aircraft."""
        print(f"\a{text}", flush=True)

    def self_test(self) -> None:
        """Test the own end: the store takes a line, and our own door answers."""
        task = asyncio.get_running_loop().create_task(self._test_self())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def try_all_paths(self, peer: PartyId) -> None:
        """Check every path to a peer at once."""
        for courier in self.couriers.get(peer, ()):
            courier.check_now()

    def work(self, act: Callable[[], Made], then: Callable[[Made], None]) -> None:
        """Reckon in another thread; what comes of it is taken up here."""
        task = asyncio.get_running_loop().create_task(self._work(act, then))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        task.add_done_callback(self.ended)

    async def _work(self, act: Callable[[], Made], then: Callable[[Made], None]) -> None:
        made = await asyncio.to_thread(act)
        try:
            then(made)
        except DamageError as why:
            self.stop_for(why)

    async def _test_self(self) -> None:
        reason = ""
        try:
            self.store.log(
                LogLine(at_ms=self.clock.now_ms(), kind="self-test", text="The store takes a line.")
            )
            async with asyncio.timeout(SELF_TEST_S):
                host = self.settings.listen_host
                _, writer = await asyncio.open_connection(host, self.settings.listen_port)
                writer.close()
        except (DetenteError, OSError, TimeoutError) as why:
            reason = str(why) or "our own door does not answer"
        self.node.happen(SelfTested(at_ms=self.clock.now_ms(), is_good=not reason, reason=reason))

    def refused(self, reason: str) -> None:
        """A stranger or a broken request at the door."""
        self.node.write(Write(kind="refused", text=reason))

    def watch(self) -> None:
        """Take the positions that are due, and let time pass."""
        if self.feed is not None:
            self.node.see(self.feed.take_until(self.clock.now_ms()))
        self.node.look()
        self.wake()

    async def order(self, name: str, args: Mapping[str, Any]) -> Mapping[str, Any]:
        """An operator's order; the operator hears of damage, and the node stops for it."""
        try:
            return await self._order(name, args)
        except DamageError as why:
            if not why.may_pass:
                self.stop_for(why)
            raise

    async def _order(self, name: str, args: Mapping[str, Any]) -> Mapping[str, Any]:
        """Carry it out; a conductor's orders exist only in an exercise."""
        match name:
            case "stop":
                self.stopping.set()
                return {}
            case "advance":
                return self._advance(**args)
            case "line_export":
                return carrying.export_to(self.node, **args)
            case "line_import":
                taken = carrying.import_from(self.node, **args)
                self.wake()
                return taken
            case "change_keys":
                return self._change_keys(**args)
            case "news":
                return await self._news(**args)
            case "tracks":
                return tell_tracks(self.feed, self.node.state, self.clock.now_ms())
            case "episodes":
                if isinstance(self.clock, ConductedClock):
                    self.node.watcher.finish()  # a live watch goes on
                return {"episodes": msgspec.to_builtins(tuple(self.node.watcher.completed))}
        result = self.desk.order(name, args)
        self.wake()
        return result

    def _change_keys(self, reason: str, revoked: Sequence[str] = ()) -> dict[str, Any]:
        seq = self.node.keeper.own.size
        self.keys = key_change.change(self.home, self.node, reason=reason, revoked=tuple(revoked))
        self.wake()
        return {"ref": f"{self.node.keeper.me}#{seq}"}

    async def _news(self, after: int = 0, timeout_s: float = 10.0) -> dict[str, Any]:
        """What happened after a number, as soon as there is something, and no later than the timeout."""
        news, changed = self.node.news, asyncio.Event()
        news.listeners.add(changed.set)
        try:
            if news.last <= after:
                await asyncio.wait_for(changed.wait(), min(timeout_s, 60.0))
        except TimeoutError:
            pass
        finally:
            news.listeners.discard(changed.set)
        return {"last": news.last, "items": self.desk.news_rows(news.after(after))}

    def stop_for(self, why: BaseException) -> None:
        """Our own record, or our own program, cannot go on."""
        self.failure = self.failure or why
        self.stopping.set()

    def ended(self, task: asyncio.Task[None]) -> None:
        """Nobody's line is dead in silence: a courier that fails by a fault of ours takes the node with it."""
        if not task.cancelled() and (why := task.exception()) is not None:
            self.stop_for(why)

    def _advance(self, at_ms: int, is_running: bool) -> dict[str, Any]:
        if not isinstance(self.clock, ConductedClock):
            raise OperatorError("not_conducted", "This node keeps its own time.")
        leap_ms = at_ms - self.clock.now_ms()
        self.clock.set(UtcMs(at_ms), is_running=is_running)
        if leap_ms > 1000:
            self.node.happen(Woke(at_ms=UtcMs(at_ms)))
        self.watch()
        state = self.node.state
        return {
            "next_ms": self.feed.next_ms() if self.feed is not None else None,
            "to_deliver": self.node.unreceipted,
            "owed": sum(1 for item in state.open_items.values() if item.owed_by == state.me),
        }


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
) -> _Running:
    keeper = Keeper(agreement=agreement, keys=keys, store=store, clock=clock, entropy=SystemEntropy())
    key_change.follow(home, keeper)
    own = frozenset(settings.own_aircraft)
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
    return _Running(
        home=home,
        settings=settings,
        keys=keys,
        agreement=agreement,
        clock=clock,
        store=store,
        node=node,
        desk=Desk(node=node, store=store, clock=clock, notes=notes_of(settings, agreement)),
        feed=feed,
        couriers={},
        stopping=asyncio.Event(),
    )


async def _open_doors(running: _Running, stack: AsyncExitStack) -> None:
    me, addresses = running.node.keeper.me, addresses_by_rank(running.settings, running.agreement)
    connection = partial(connection_to, me=me, home=running.home, agreement=running.agreement)
    voice = voice_of(running.node, running.home.voice_folder, SystemEntropy())
    ear = open_voice(stack, running.node, voice, [connection(one) for one in addresses], running.ended)
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
    if running.settings.console is not None:
        # Read only here: a node without a console starts without its libraries.
        from detente.cli.console_door import open_console

        await open_console(
            stack,
            home=running.home,
            settings=running.settings.console,
            house=House(
                node=running.node,
                desk=running.desk,
                store=running.store,
                clock=running.clock,
                give=running.order,
                voice=None if voice is None else voice.net,
                recordings=None if voice is None else voice.files,
            ),
            ended=running.ended,
        )
    control = ControlServer(running.order, secrets.token_hex(16))
    await control.start(running.home.control_file)
    stack.push_async_callback(control.close)
    stack.callback(running.home.control_file.unlink, missing_ok=True)


async def _until_stopped(running: _Running) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, running.stopping.set)
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


def _ring_text(ring: Ring) -> str:
    radio = " Call on the common frequency and on guard too." if ring.radio_prompt else ""
    return f"RING {ring.post}: {views.short_ref(ring.ref)}, {ring.why.replace('_', ' ')}.{radio}"
