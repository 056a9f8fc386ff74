"""A node with ten thousand aircraft, in memory, behind its console's door: what `bench.console_map` lets pages poll.

`python -m bench.tracks_node PORT FOLDER` prints `up` when it listens; its certificate lies in the folder. The
aircraft stand still, for only what pages cost is measured: feeds and tracker are measured elsewhere.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from detente.adapters.console_home import ConsoleSettings, console_context
from detente.adapters.sqlite_store import SqliteStore
from detente.adapters.system import SystemClock
from detente.api.accounts import Accounts
from detente.api.air import TRACKS_MAX
from detente.api.app import Api
from detente.api.house import House
from detente.api.server import ApiServer
from detente.exercise.parties import agreement_from_seed
from detente.exercise.world import SeededEntropy
from detente.quantities import PartyId, UtcMs
from detente.runtime.desk import Desk
from detente.runtime.keeper import Keeper
from detente.runtime.node import Node
from detente.tracks.position import PositionReport

PASSWORD = "four words for nobody"


def random_sky(at_ms: int) -> list[tuple[PositionReport, bool]]:
    """Aircraft at random places, heard in the last five seconds, half of them own ones."""
    chance = random.Random(7)
    return [
        (
            PositionReport(
                aircraft=f"{chance.randrange(1 << 24):06x}",
                call_sign=f"{chance.choice('ABCDEFGH')}{chance.randrange(10_000)}",
                time_ms=UtcMs(at_ms - chance.randrange(5_000)),
                lat_deg=chance.uniform(30, 40),
                lon_deg=chance.uniform(30, 50),
                level_palt_ft=25.0 * chance.randrange(1_600),
                height_hae_m=None,
                ground_speed_mps=200.0,
                track_deg=chance.uniform(0, 360),
                vertical_rate_mps=None,
            ),
            chance.random() < 0.5,
        )
        for _ in range(TRACKS_MAX)
    ]


async def _serve(port: int, folder: Path) -> None:
    agreement, keys = agreement_from_seed("fires-2020", seed=2)
    store, clock = SqliteStore(None), SystemClock()
    keeper = Keeper(
        agreement=agreement,
        keys=keys[PartyId("SIERRA")],
        store=store,
        clock=clock,
        entropy=SeededEntropy(random.Random("SIERRA")),
    )
    node = Node(keeper=keeper, store=store, clock=clock, own_aircraft=frozenset())
    sky = random_sky(clock.now_ms())
    node.watcher.heard = lambda: iter(sky)  # type: ignore[method-assign]  # as if a feed had told of them
    desk = Desk(node=node, store=store, clock=clock)

    async def give(name: str, args: Mapping[str, Any]) -> Mapping[str, Any]:
        return desk.order(name, args)

    settings = ConsoleSettings(listen=f"127.0.0.1:{port}")
    context, _ = console_context(folder, settings, "SIERRA")
    accounts = Accounts(folder / "accounts.json")
    accounts.add("display", "observer", PASSWORD)
    house = House(node=node, desk=desk, store=store, clock=clock, give=give)
    api = Api(house=house, accounts=accounts, names=settings.all_names(), is_tls=True)
    server = ApiServer(api.app, host="127.0.0.1", port=port, context=context)
    await server.start()
    print("up", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2])))
