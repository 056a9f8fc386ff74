"""Three parties as processes on one machine: ALFA and BRAVO fly, CHARLIE observes; every path has a proxy of its own.

The nodes keep the machine's own time, so everything that follows is what an operator would have.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

from e2e_paths import Paths
from e2e_session import Runner, detente, free_port, wait_until

from detente.adapters.evidence import journals_of
from detente.adapters.fault_proxy import FaultProxy
from detente.adapters.home import PeerAddress, read_settings
from detente.adapters.stores import open_store
from detente.cli.ordering import give_order
from detente.errors import OperatorError
from detente.exercise.parties import HOST, make_parties, write_settings
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template
from detente.record.export import JournalExport
from detente.record.statement import Statement, peek_statement

TEMPLATE = "neighbours-2030"
ALFA, BRAVO, CHARLIE = PARTIES = ("ALFA", "BRAVO", "CHARLIE")
FLYING = (ALFA, BRAVO)


class Three:
    """Homes, paths and processes; `kill` and `start` as often as one likes."""

    def __init__(
        self,
        folder: Path,
        nodes: Runner,
        paths: Paths,
        *,
        seed: int = 0,
        in_force_now: bool = True,
        stores: Mapping[str, str] | None = None,
    ) -> None:
        self.folder, self.nodes, self.paths = folder, nodes, paths
        ports = [free_port() for _ in PARTIES]
        made = make_parties(
            folder / "homes", template_name=TEMPLATE, parties=PARTIES, ports=ports, in_force_now=in_force_now
        )
        self.seats = {seat.party: seat for seat in made}
        self.proxies: dict[tuple[str, str, str], FaultProxy] = {
            (one, other, path): paths.lay(self.seats[other].port, seed=seed)
            for one, other in permutations(PARTIES, 2)
            for path in data_paths(one, other)
        }
        for party, seat in self.seats.items():
            store = (stores or {}).get(party)
            write_settings(seat, peers=self.peers_of(party), conducted_from_ms=None, store=store)

    def peers_of(self, party: str) -> list[PeerAddress]:
        """Where a party reaches the others: every path, by its proxy."""
        return [
            PeerAddress(party=other, path=path, host=HOST, port=proxy.port)
            for (one, other, path), proxy in self.proxies.items()
            if one == party
        ]

    def home(self, party: str) -> Path:
        return self.seats[party].home.folder

    def start(self, *parties: str) -> None:
        self.nodes.start(*(self.home(party) for party in parties or PARTIES))

    def kill(self, party: str) -> None:
        """kill -9, wherever it is."""
        self.nodes.kill(self.home(party))

    def stop(self) -> None:
        """Stop all when everything is receipted; whoever had a word after the others is heard first."""
        while True:
            wait_until(self.is_settled, "all is receipted in the end")
            self.nodes.end_together(*map(self.home, PARTIES))
            sizes = [
                {origin: len(one.items) for origin, one in self.journals(party).items()} for party in PARTIES
            ]
            if all(one == sizes[0] for one in sizes):
                return
            self.start()

    def order(self, party: str, name: str, **args: object) -> dict[str, Any]:
        return give_order(self.seats[party].home, name, **args)

    def say(self, party: str, number: int) -> tuple[str, int]:
        """One statement that nobody acts on, known again by its number; where it stands."""
        body = {"what": "call", "at_ms": number, "document": None}
        told = self.order(party, "say", code="WGM", body=body)
        return told["origin"], told["seq"]

    def alert(self, party: str, number: int) -> tuple[str, int]:
        """One distress call, known again by its number; where it stands."""
        body = {"nature": "emergency", "at": None, "at_ms": number, "persons": 3, "call_on_khz": 121_500}
        told = self.order(party, "say", code="DST", body=body)
        return told["origin"], told["seq"]

    def answer_all(self, party: str) -> None:
        """A watch that answers every distress call, and passes it on."""
        for item in self.order(party, "owed")["owed"]:
            owed = {level["level"] for level in item["levels"] if level["is_owed"]}
            if item["by_us"] and item["code"] == "DST" and "substance" in owed:
                self.order(party, "answer", ref=item["ref"], answer="yes")
            if item["by_us"] and item["code"] == "DST" and "passed" in owed:
                self.order(party, "acknowledge", ref=item["ref"], level="passed", passed_to="rescue")

    def is_settled(self) -> bool:
        """Whether everything that anybody has said is receipted by everybody."""
        try:
            told = [self.order(party, "status") for party in PARTIES]
        except OperatorError:
            return False
        return not any(one["to_deliver"] or peer["unreceipted"] for one in told for peer in one["peers"])

    def journals(self, party: str) -> dict[str, JournalExport]:
        """What lies in the store of a node that has ended, by origin."""
        home = self.seats[party].home
        store = open_store(home, read_settings(home), is_writer=False)
        try:
            return {journal.origin: journal for journal in journals_of(store)}
        finally:
            store.close()

    def verify(self, party: str) -> dict[str, Any]:
        """Export and verify, as a stranger would; the verdict."""
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


def assert_same_record(three: Three, holders: Sequence[str] = PARTIES) -> dict[str, dict[str, JournalExport]]:
    """The homes of these hold the same journals of each other: each leaf, and what is there whole, byte for byte."""
    held = {party: three.journals(party) for party in holders}
    for author in holders:
        for origin, own in held[author].items():
            if not origin.startswith(f"{author}/"):
                continue
            assert all(envelope for envelope, _ in own.items), f"{author} holds its own entries whole"
            for party in holders:
                mirror = held[party][origin]
                assert [leaf for _, leaf in mirror.items] == [leaf for _, leaf in own.items], (
                    f"{party}: {origin}"
                )
                for seq, ((envelope, _), (there, _)) in enumerate(zip(own.items, mirror.items, strict=True)):
                    assert there in (envelope, b""), f"{party}: entry {seq} of {origin}"
    return held


def statements(held: dict[str, dict[str, JournalExport]], *, holder: str, author: str) -> list[Statement]:
    """What one party can read of another's journals, in order."""
    return [
        peek_statement(envelope)
        for origin, journal in held[holder].items()
        if origin.startswith(f"{author}/")
        for envelope, _ in journal.items
        if envelope
    ]


def numbers_of(said: Iterable[Statement]) -> list[int]:
    """The numbers by which `say` and `alert` know their statements again."""
    return [json.loads(bytes(one.body))["at_ms"] for one in said if one.code in ("WGM", "DST")]
