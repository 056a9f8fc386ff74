"""kill -9 at fifty random moments while three parties talk over paths that break in mid-message now and then.

What was promised stands, once, and all three agree. Each node's clock is the machine's own.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from e2e_paths import Paths
from e2e_session import Runner, wait_until
from e2e_talker import Talker
from e2e_three import FLYING, PARTIES, Three, assert_same_record

from detente.adapters.fault_proxy import CutWithin, Forward
from detente.adapters.sqlite_store import SqliteStore

SEED = int(os.environ.get("DETENTE_SEED", "50"))
KILLS = 50
ACTS_MAX = 8
"""So much its watch does at most before a node is killed, and that moment is drawn too."""
PAUSE_MAX_S = 0.1
START_SHARE = 0.2
"""So many kills fall into a start, wherever it is."""


@pytest.fixture
def three(tmp_path: Path, nodes: Runner) -> Iterator[Three]:
    paths = Paths()
    yield Three(tmp_path, nodes, paths, seed=SEED)
    nodes.kill_all()
    paths.close()


@pytest.mark.slow
def test_after_fifty_kills_nothing_promised_is_lost_and_all_records_agree(three: Three) -> None:
    """An order that was answered stands in the journal; what was receipted before a kill stands after it."""
    print(f"seed {SEED}")
    three.start()
    wait_until(three.is_settled, "all three have met")
    three.paths.switch(CutWithin(stretch_bytes=100_000, chance=0.2))
    talkers = {party: Talker(three, party, SEED) for party in FLYING}
    kills = _shared_out(KILLS, SEED)
    with ThreadPoolExecutor(len(PARTIES)) as pool:
        graves = list(pool.map(lambda party: _kill(three, party, kills[party], talkers.get(party)), PARTIES))
    for talker in talkers.values():
        talker.end()
    assert sum(map(len, graves)) == KILLS
    three.paths.switch(Forward())
    wait_until(three.is_settled, f"seed {SEED}: all is receipted after the kills")
    for party in FLYING:
        three.answer_all(party)
    three.stop()
    held = assert_same_record(three)
    for receipted in (one for grave in graves for one in grave):
        for origin, leaves in receipted.items():
            now = b"".join(leaf for _, leaf in held[PARTIES[0]][origin].items)
            assert now.startswith(leaves), (
                f"seed {SEED}: what was receipted of {origin} before a kill changed"
            )
    for talker in talkers.values():
        talker.assert_kept(held)
        print(f"{talker.party}: {len(talker.promised)} promised; refused: {dict(talker.refused)}")
    with ThreadPoolExecutor(len(PARTIES)) as pool:
        assert all(verdict["verified"] for verdict in pool.map(three.verify, PARTIES))


@dataclass(frozen=True, kw_only=True)
class _Moment:
    """When a node is killed: so long after its start began, or after its watch has done so much."""

    is_starting: bool
    acts: int
    pause_s: float


def _kill(three: Three, party: str, moments: list[_Moment], talker: Talker | None) -> list[dict[str, bytes]]:
    """Kill and start again; returns for each kill what was receipted of each journal in its store."""
    home = three.home(party)
    graves = []
    for moment in moments:
        if not moment.is_starting:
            three.nodes.wait_for(home)
            if talker is not None:
                until = talker.done + moment.acts
                wait_until(lambda: talker.done >= until, f"{party} goes on talking", every_s=0.01)  # noqa: B023
        time.sleep(moment.pause_s)
        three.kill(party)
        graves.append(_receipted(three, party))
        three.nodes.begin(home)
    three.nodes.wait_for(home)
    return graves


def _receipted(three: Three, party: str) -> dict[str, bytes]:
    """The leaf hashes below the greatest cosigned head of each journal, out of a copy of a dead node's store."""
    file = three.seats[party].home.store_file
    copy = three.folder / f"grave-{party}"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for one in file.parent.glob(f"{file.name}*"):
        shutil.copy(one, copy)
    store = SqliteStore(copy / file.name)
    try:
        stored = store.load()
    finally:
        store.close()
    sizes = {
        one.origin: [head.size for head in stored.heads if head.origin == one.origin]
        for one in stored.journals
    }
    return {one.origin: one.leaves[: 32 * max(sizes[one.origin], default=0)] for one in stored.journals}


def _shared_out(count: int, seed: int) -> dict[str, list[_Moment]]:
    """So many kills over the parties, each at a moment of its own."""
    rng = random.Random(seed)
    found: dict[str, list[_Moment]] = {party: [] for party in PARTIES}
    for _ in range(count):
        moment = _Moment(
            is_starting=rng.random() < START_SHARE,
            acts=rng.randrange(ACTS_MAX),
            pause_s=rng.uniform(0, PAUSE_MAX_S),
        )
        found[rng.choice(PARTIES)].append(moment)
    return found
