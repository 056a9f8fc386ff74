"""Three parties as processes on one machine: ALFA and BRAVO fly, CHARLIE observes; every path has a proxy of its own.

The nodes keep the machine's own time, so everything that follows is what an operator would have.
"""

from __future__ import annotations

import signal
from collections.abc import Iterable, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

from e2e_paths import Paths
from e2e_session import Runner, detente, free_port

from detente.adapters.evidence import journals_of
from detente.adapters.fault_proxy import FaultProxy
from detente.adapters.home import PeerAddress
from detente.adapters.sqlite_store import SqliteStore
from detente.cli.ordering import give_order
from detente.errors import OperatorError
from detente.exercise.parties import HOST, make_parties, write_settings
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template
from detente.record.export import JournalExport

TEMPLATE = "neighbours-2030"
ALFA, BRAVO, CHARLIE = PARTIES = ("ALFA", "BRAVO", "CHARLIE")
FLYING = (ALFA, BRAVO)


class Three:
    """Homes, paths and processes; `kill` and `start` as often as one likes."""

    def __init__(self, folder: Path, nodes: Runner, paths: Paths, *, seed: int = 0) -> None:
        self.folder, self.nodes, self.paths = folder, nodes, paths
        ports = [free_port() for _ in PARTIES]
        made = make_parties(
            folder / "homes", template_name=TEMPLATE, parties=PARTIES, ports=ports, in_force_now=True
        )
        self.seats = {seat.party: seat for seat in made}
        self.proxies: dict[tuple[str, str, str], FaultProxy] = {
            (one, other, path): paths.lay(self.seats[other].port, seed=seed)
            for one, other in permutations(PARTIES, 2)
            for path in data_paths(one, other)
        }
        for party, seat in self.seats.items():
            peers = [
                PeerAddress(party=other, path=path, host=HOST, port=proxy.port)
                for (one, other, path), proxy in self.proxies.items()
                if one == party
            ]
            write_settings(seat, peers=peers, conducted_from_ms=None)

    def home(self, party: str) -> Path:
        return self.seats[party].home.folder

    def start(self, *parties: str) -> None:
        for party in parties or PARTIES:
            self.nodes.start(self.home(party))

    def kill(self, party: str) -> None:
        """kill -9, wherever it is."""
        self.nodes.end(self.home(party), signal.SIGKILL)

    def stop(self) -> None:
        """All at once, so that none has a word after the others."""
        running = [self.nodes.running[self.home(party)] for party in PARTIES]
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process, party in zip(running, PARTIES, strict=True):
            out, err = process.communicate(timeout=20)
            del self.nodes.running[self.home(party)]
            assert process.returncode == 0, f"{party}: {out[-2000:]}{err[-2000:]}"

    def order(self, party: str, name: str, **args: object) -> dict[str, Any]:
        return give_order(self.seats[party].home, name, **args)

    def say(self, party: str, number: int) -> tuple[str, int]:
        """One statement that nobody acts on, known again by its number; where it stands."""
        body = {"what": "call", "at_ms": number, "document": None}
        told = self.order(party, "say", code="WGM", body=body)
        return told["origin"], told["seq"]

    def alert(self, party: str, number: int) -> tuple[str, int]:
        """One distress call, known again by its number; where it stands."""
        body = {
            "at": {"lat_e7": 450_000_000, "lon_e7": -300_000_000},
            "at_ms": number,
            "persons": 3,
            "frequency_khz": 121_500,
        }
        told = self.order(party, "say", code="DST", body=body)
        return told["origin"], told["seq"]

    def answer_all(self, party: str) -> None:
        """A watch that answers every distress call at once."""
        for item in self.order(party, "owed")["owed"]:
            if item["by_us"] and item["code"] == "DST" and item["act"] == "answer":
                self.order(party, "answer", ref=item["ref"], answer="yes")

    def is_settled(self) -> bool:
        """Whether everything that anybody has said is receipted by everybody."""
        try:
            told = [self.order(party, "status") for party in PARTIES]
        except OperatorError:
            return False
        return not any(one["to_deliver"] or peer["unreceipted"] for one in told for peer in one["peers"])

    def journals(self, party: str) -> dict[str, JournalExport]:
        """What lies in the store of a node that has ended, by origin."""
        store = SqliteStore(self.seats[party].home.store_file)
        try:
            return {journal.origin: journal for journal in journals_of(store)}
        finally:
            store.close()

    def verify(self, party: str) -> dict[str, Any]:
        """Export and verify, as a stranger would; the verdict."""
        import json

        out = self.folder / f"evidence-{party}"
        exported = detente("record", "export", self.home(party), out)
        assert exported.returncode == 0, exported.stderr
        verified = detente("record", "verify", out, "--json")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        told: dict[str, Any] = json.loads(verified.stdout)
        return told


def data_paths(one: str, other: str) -> Sequence[str]:
    """The paths of machines between two parties, by rank."""
    memorandum = read_memorandum(template(TEMPLATE))
    assert isinstance(memorandum, Memorandum)
    owner = {post.id: post.party for post in memorandum.post}
    found = [
        path
        for path in memorandum.path
        if path.medium == "data" and {owner[post] for post in path.posts} == {one, other}
    ]
    return [path.id for path in sorted(found, key=lambda path: path.rank)]


def assert_same_record(three: Three) -> dict[str, dict[str, JournalExport]]:
    """Every home holds the same journals: each leaf, and each envelope that is there, byte for byte."""
    held = {party: three.journals(party) for party in PARTIES}
    for party in PARTIES:
        assert held[party].keys() == held[ALFA].keys()
    for origin, own in _own_journals(held):
        for party in PARTIES:
            mirror = held[party][origin]
            assert len(mirror.items) == len(own.items), f"{party} of {origin}"
            for seq, ((envelope, leaf), (theirs, leaf_there)) in enumerate(
                zip(own.items, mirror.items, strict=True)
            ):
                assert leaf == leaf_there, f"{party}: entry {seq} of {origin}"
                assert theirs in (envelope, b""), f"{party}: entry {seq} of {origin}"
                assert envelope, f"an author holds its own entry {seq} of {origin} whole"
    return held


def _own_journals(held: dict[str, dict[str, JournalExport]]) -> Iterable[tuple[str, JournalExport]]:
    for party, journals in held.items():
        for origin, journal in journals.items():
            if origin.startswith(f"{party}/"):
                yield origin, journal
