"""The hot line, measured between real processes: an ALERT past a backlog, the return after a cut, and the journal.

Writes `bench-out/line.json`. Figures stand beside a reference of the same run where there is one: the machines
are noisy.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from detente.adapters.fault_proxy import Cut, FaultProxy, Forward
from detente.adapters.home import PeerAddress, read_agreement, read_keys, read_settings
from detente.adapters.link_client import LinkClient
from detente.adapters.sqlite_store import SqliteStore
from detente.adapters.system import SystemClock, SystemEntropy
from detente.cli.carrying import quiet_node
from detente.exercise.joint_record import export_of
from detente.exercise.parties import Seat, agreement_from_seed, make_parties, write_settings
from detente.exercise.processes import NodeProcess
from detente.exercise.world import Weather, World
from detente.line.bodies_duty import Outage
from detente.line.evidence import verify_evidence
from detente.node import snapshot
from detente.node.effects import Say
from detente.ports import Snapshot, StoredEntry
from detente.quantities import PartyId, PostId, UtcMs, utc_ms_of
from detente.record.merkle import leaf_hash
from detente.runtime.courier import Courier
from detente.runtime.keeper import Keeper
from detente.runtime.node import Node

BACKLOG = 20_000
BACKLOG_AT_LEAST = 10_000
ALERTS = 400
"""Fewer than a party may owe answers to; as many as that are enough for one in a hundred."""

SAID = 4_000
TOGETHER = 8
"""Committed together, as the notices of one file are."""

VERIFIED = 5_000
ENTRIES = 1_000_000
SYNTHETIC_BYTES = 700
Tell = Callable[[str], None]


def measure(tell: Tell) -> dict[str, Any]:
    """Every figure; `tell` hears what is being done."""
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        tell("ALERT past a backlog, and the return after a cut")
        figures |= asyncio.run(_alerts(Path(folder) / "alerts", tell))
        tell("messages a second between two nodes")
        figures |= asyncio.run(_throughput(Path(folder) / "throughput"))
        tell("offline verification")
        figures |= _verification()
        tell("a journal of a million entries")
        figures |= _start(Path(folder) / "million", tell)
    return figures


@asynccontextmanager
async def pair_of_homes(folder: Path, proxies: bool = False) -> Any:
    """Two homes agreed now; with proxies, each reaches the other through one."""
    async with AsyncExitStack() as stack:
        ports = (_free_port(), _free_port())
        seats = make_parties(
            folder, template_name="fires-2020", parties=("SIERRA", "COAST"), ports=ports, in_force_now=True
        )
        ways: list[FaultProxy] = []
        for seat, other in ((seats[0], seats[1]), (seats[1], seats[0])):
            port = other.port
            if proxies:
                way = FaultProxy(other.port)
                await way.start()
                stack.push_async_callback(way.close)
                ways.append(way)
                port = way.port
            address = PeerAddress(party=other.party, path="data-1", host="127.0.0.1", port=port)
            write_settings(seat, peers=[address], conducted_from_ms=None)
        yield seats, ways


async def _alerts(folder: Path, tell: Tell) -> dict[str, Any]:
    async with pair_of_homes(folder, proxies=True) as (seats, ways):
        sierra, coast = seats
        tell(f"signing a backlog of {BACKLOG:,}")
        with quiet_node(sierra.home.folder) as node:
            for _ in range(BACKLOG):
                node.keeper.say(_outage())
        there, here = await NodeProcess.start(coast.home), await NodeProcess.start(sierra.home)
        try:
            waits, least = await _past_backlog(here, there)
            while (await here.order("status"))["peers"][0]["unreceipted"]:
                await asyncio.sleep(0.5)
            heals = [await _after_a_cut(here, there, ways) for _ in range(5)]
        finally:
            await here.stop()
            await there.stop()
    waits.sort()
    return {
        "alert_ms_p50": round(statistics.median(waits), 1),
        "alert_ms_p99": round(waits[int(len(waits) * 0.99)], 1),
        "alert_ms_max": round(waits[-1], 1),
        "alerts": len(waits),
        "backlog_at_least": least,
        "first_after_heal_ms_max": round(max(heals), 1),
        "first_after_heal_ms": [round(one, 1) for one in heals],
    }


async def _past_backlog(here: NodeProcess, there: NodeProcess) -> tuple[list[float], int]:
    """From the operator's call to the other node's news, while entries before it are still on their way."""
    waits: list[float] = []
    least = BACKLOG
    last = (await there.order("news", after=0, timeout_s=0.0))["last"]
    while True:
        waiting = (await here.order("status"))["peers"][0]["unreceipted"]
        if waiting < BACKLOG_AT_LEAST or len(waits) == ALERTS:
            return waits, least
        began = time.perf_counter()
        said = asyncio.create_task(here.order("say", code="ALR", body=_alert()))
        is_there = False
        while not is_there:
            news = await there.order("news", after=last, timeout_s=5.0)
            last = news["last"]
            is_there = any(item["code"] == "ALR" for item in news["items"])
        waits.append((time.perf_counter() - began) * 1000)
        await said
        least = min(least, waiting)


async def _after_a_cut(here: NodeProcess, there: NodeProcess, ways: list[FaultProxy]) -> float:
    for way in ways:
        await way.switch(Cut())
    await asyncio.sleep(3.0)
    last = (await there.order("news", after=0, timeout_s=0.0))["last"]
    await here.order("say", code="OUT", body=_outage_body(), exercise=True)
    await asyncio.sleep(random.uniform(2.0, 4.0))
    for way in ways:
        await way.switch(Forward())
    began = time.perf_counter()
    while True:
        news = await there.order("news", after=last, timeout_s=20.0)
        last = news["last"]
        if any(item["code"] == "OUT" for item in news["items"]):
            return (time.perf_counter() - began) * 1000


async def _throughput(folder: Path) -> dict[str, Any]:
    """One node here, one in its own process: said, signed twice, durable, judged, durable there, receipted."""
    async with pair_of_homes(folder) as (seats, _):
        sierra, coast = seats
        there = await NodeProcess.start(coast.home)
        try:
            rate = await _say_all(sierra, coast)
        finally:
            await there.stop()
    key = MLDSA44PrivateKey.generate()
    began = time.perf_counter()
    for _ in range(2_000):
        key.sign(bytes(1024))
    return {
        "messages_per_s": round(rate, 1),
        "messages_committed_together": TOGETHER,
        "mldsa44_signatures_per_s": round(2_000 / (time.perf_counter() - began), 1),
    }


async def _say_all(sierra: Seat, coast: Seat) -> float:
    home, clock = sierra.home, SystemClock()
    settings = read_settings(home)
    agreement = read_agreement(home, settings, now_ms=clock.now_ms())
    store = SqliteStore(home.store_file)
    keeper = Keeper(
        agreement=agreement, keys=read_keys(home), store=store, clock=clock, entropy=SystemEntropy()
    )
    node = Node(keeper=keeper, store=store, clock=clock, own_aircraft=frozenset())
    peer = PartyId("COAST")
    connection = LinkClient(
        host="127.0.0.1",
        port=coast.port,
        certificate_pem=home.certificate_file.read_bytes(),
        key_pem=home.tls_key_file.read_bytes(),
        peer_sha256=agreement.cards[peer].tls_certificate_sha256,
        peer=peer,
        path_id="data-1",
        now=lambda: datetime.now(UTC),
    )
    courier = Courier(node=node, connection=connection, clock=clock, entropy=SystemEntropy(), stop=_fail)
    node.news.listeners.add(courier.wake)
    task = asyncio.create_task(courier.run(heartbeat_s=60.0))
    while keeper.unreceipted(peer):
        await asyncio.sleep(0.05)
    began = time.perf_counter()
    for _ in range(SAID // TOGETHER):
        node.say(*(_outage() for _ in range(TOGETHER)))
        await asyncio.sleep(0)
    while keeper.unreceipted(peer):
        await asyncio.sleep(0.001)
    spent = time.perf_counter() - began
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    store.close()
    return SAID / spent


def _fail(why: Exception) -> None:
    raise why


def _verification() -> dict[str, Any]:
    """Every signature, leaf, head and receipt of an export of two parties, on one core."""
    agreement, keys = agreement_from_seed("fires-2020", seed=1)
    start_ms = utc_ms_of(agreement.memorandum.duration.in_force_from)
    weather = Weather(delay_min_ms=0, delay_max_ms=0)
    world = World(seed=1, agreement=agreement, keys=keys, start_ms=start_ms, weather=weather)
    for party, post in (("SIERRA", "coast.air"), ("COAST", "sierra.air")):
        for _ in range(VERIFIED // 2):
            world.node(PartyId(party)).keeper.say(_outage(post))
    world.run_for(60.0)
    files = export_of(world, world.stations[PartyId("SIERRA")])
    world.close()
    began = time.process_time()
    evidence = verify_evidence(files)
    spent = time.process_time() - began
    assert evidence.ok, evidence.problems
    entries = sum(evidence.sizes.values())
    return {"verified_entries_per_s": round(entries / spent, 1), "verified_entries": entries}


def _start(folder: Path, tell: Tell) -> dict[str, Any]:
    """A journal of real openings and synthetic entries, with the snapshot that a node keeps by itself."""
    seats = make_parties(
        folder,
        template_name="fires-2020",
        parties=("SIERRA", "COAST"),
        ports=(_free_port(), _free_port()),
        in_force_now=True,
    )
    home = seats[0].home
    write_settings(seats[0], peers=[], conducted_from_ms=None)
    with quiet_node(home.folder) as node:
        origin, real = node.keeper.own.origin, node.keeper.own.envelopes[0]
        store = SqliteStore(home.store_file)
        for start in range(1, ENTRIES - 1, 10_000):
            stop = min(start + 10_000, ENTRIES - 1)
            store.append(*(_synthetic(origin, seq) for seq in range(start, stop)), urgent=False)
            if start // 10_000 % 20 == 0:
                tell(f"writing entry {start:,} of {ENTRIES:,}")
        last = StoredEntry(
            origin=origin, seq=ENTRIES - 1, envelope=real, leaf=leaf_hash(real), committed_ms=UtcMs(0)
        )
        store.append(last, urgent=False)
        store.put_snapshot(Snapshot(place=ENTRIES, data=snapshot.freeze(node.state)))
        store.close()
    told = subprocess.run(
        [sys.executable, "-m", "bench.starting", str(home.folder)], capture_output=True, text=True, check=True
    )
    figures: dict[str, Any] = json.loads(told.stdout)
    return figures


def _synthetic(origin: str, seq: int) -> StoredEntry:
    envelope = seq.to_bytes(8, "big").ljust(SYNTHETIC_BYTES, b"x")
    return StoredEntry(
        origin=origin, seq=seq, envelope=envelope, leaf=leaf_hash(envelope), committed_ms=UtcMs(0)
    )


def _outage_body() -> dict[str, Any]:
    now_ms = SystemClock().now_ms()
    return {"what": "path", "name": "data-1", "start_ms": now_ms, "end_ms": now_ms + 1, "alternate": None}


def _outage(post: str = "coast.air") -> Say:
    return Say(
        to=(PostId(post),),
        code="OUT",
        body=Outage(**_outage_body()),
        precedence="PRIORITY",
        reply_to=None,
        exercise=True,
    )


def _alert() -> dict[str, Any]:
    return {
        "what": "unsafe_closure",
        "at": {"lat_e7": 399_000_000, "lon_e7": -1_214_000_000},
        "at_ms": SystemClock().now_ms(),
        "level": None,
        "track_deg": 90,
        "call_on_khz": None,
        "ask": "call_on_channel",
    }


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
