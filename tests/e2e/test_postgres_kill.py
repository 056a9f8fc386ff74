"""kill -9 of nodes that keep their record in PostgreSQL, and of the server itself, while all three parties talk.

What was promised stands, once; what was receipted stands; the record of each verifies. A node whose server goes
down in the middle of a commit may have to stop, and says why; started again it goes on.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e_paths import Paths
from e2e_session import Runner, wait_until
from e2e_talker import Talker
from e2e_three import ALFA, BRAVO, FLYING, PARTIES, Three, assert_same_record

from detente.adapters.home import read_settings
from detente.adapters.stores import open_store
from detente.exercise.private_postgres import PrivateServer

SEED = int(os.environ.get("DETENTE_SEED", "15"))
KILLS = 4
SERVED_AGAIN_S = 90.0
"""The server recovers, and a node that had to stop is started, on a machine with much else to do."""
PAUSE_MAX_S = 1.0
DOWN_S = (0.0, 6.0)
"""Shorter and longer than a node waits for its store before it goes on without."""


@pytest.fixture
def three(tmp_path: Path, nodes: Runner, postgres_server: PrivateServer) -> Iterator[Three]:
    """ALFA and BRAVO keep their records in PostgreSQL, CHARLIE in SQLite."""
    paths = Paths()
    stores = {party: postgres_server.url(postgres_server.database()) for party in (ALFA, BRAVO)}
    yield Three(tmp_path, nodes, paths, seed=SEED, stores=stores)
    nodes.kill_all()
    paths.close()


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["node", "server"])
def test_what_was_promised_outlives_kill_9(three: Three, postgres_server: PrivateServer, victim: str) -> None:
    print(f"seed {SEED}")
    rng = random.Random(SEED)
    three.start()
    wait_until(three.is_settled, "all three have met")
    talkers = [Talker(three, party, SEED) for party in FLYING]
    graves = []
    for number in range(KILLS):
        time.sleep(rng.uniform(0, PAUSE_MAX_S))
        before = [len(talker.promised) for talker in talkers]
        if victim == "node":
            party = (ALFA, BRAVO)[number % 2]
            three.kill(party)
            graves.append(receipted(three, party))
            three.start(party)
        else:
            postgres_server.kill()
            time.sleep(DOWN_S[number % 2])
            postgres_server.start()
            graves.append(receipted(three, (ALFA, BRAVO)[number % 2]))
        _wait_for_more(three, talkers, before)
    for talker in talkers:
        talker.end()
    wait_until(three.is_settled, f"seed {SEED}: all is receipted after the kills")
    for party in FLYING:
        three.answer_all(party)
    three.stop()
    held = assert_same_record(three)
    for origin, leaves in (one for grave in graves for one in grave.items()):
        now = b"".join(leaf for _, leaf in held[ALFA][origin].items)
        assert now.startswith(leaves), f"seed {SEED}: what was receipted of {origin} before a kill changed"
    for talker in talkers:
        talker.assert_kept(held)
        print(f"{talker.party}: {len(talker.promised)} promised; refused: {dict(talker.refused)}")
    assert all(three.verify(party)["verified"] for party in PARTIES)


def _wait_for_more(three: Three, talkers: list[Talker], before: list[int]) -> None:
    """Until both are promised something again; a node that had to stop for its store is started, as a service is."""
    until_s = time.monotonic() + SERVED_AGAIN_S
    while any(len(talker.promised) <= count for talker, count in zip(talkers, before, strict=True)):
        assert time.monotonic() < until_s, f"seed {SEED}: nothing is said any more"
        for party in (ALFA, BRAVO):
            node = three.nodes.running[three.home(party)]
            if node.process.exitcode is not None:
                assert (node.process.exitcode, "store_unsure" in node.shown()) == (1, True), node.shown()
                print(f"{party} stopped: {node.shown()[-300:]}")
                three.start(party)
        time.sleep(0.05)


def receipted(three: Three, party: str) -> dict[str, bytes]:
    """The leaf hashes below the greatest cosigned head of each journal, read beside whoever writes."""
    home = three.seats[party].home
    store = open_store(home, read_settings(home), is_writer=False)
    try:
        stored = store.load()
    finally:
        store.close()
    sizes = {
        one.origin: max((head.size for head in stored.heads if head.origin == one.origin), default=0)
        for one in stored.journals
    }
    return {one.origin: one.leaves[: 32 * sizes[one.origin]] for one in stored.journals}
