"""A watch that talks as fast as its node lives, and remembers what it was promised."""

from __future__ import annotations

import random
import threading
from collections import Counter

from e2e_three import FLYING, Three, numbers_of, statements

from detente.errors import OperatorError
from detente.record.export import JournalExport

ALERT_SHARE, ANSWER_SHARE = 0.1, 0.3

Place = tuple[str, int]
"""Origin and number of an entry."""


class Talker:
    """One party's watch: says, calls, answers, as fast as its node lives."""

    def __init__(self, three: Three, party: str, seed: int) -> None:
        self.party = party
        self.promised: dict[Place, int] = {}
        self.refused: Counter[str] = Counter()
        self.done = 0
        """How many acts its node has answered."""
        self._three = three
        self._seed = seed
        self._rng = random.Random(f"{party} {seed}")
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._talk, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._is_over.set()
        self._thread.join()

    def assert_kept(self, held: dict[str, dict[str, JournalExport]]) -> None:
        """What it was promised stands where it was told, nothing stands twice, and the other flying party has it."""
        told = f"seed {self._seed}: {self.party}"
        whole = statements(held, holder=self.party, author=self.party)
        numbers = numbers_of(whole)
        assert len(set(numbers)) == len(numbers), f"{told} stands for something twice"
        (other,) = set(FLYING) - {self.party}
        there = numbers_of(statements(held, holder=other, author=self.party))
        assert there == numbers, f"{told} is read with other words by {other}"
        places = {(one.origin, one.seq): one for one in whole}
        lost = [
            place
            for place, number in self.promised.items()
            if place not in places or numbers_of([places[place]]) != [number]
        ]
        assert not lost, f"{told} lost {lost}"

    def _talk(self) -> None:
        number = 0
        door = self._three.seats[self.party].home.control_file
        while not self._is_over.wait(self._rng.uniform(0, 0.02)):
            if not door.exists():
                continue
            number += 1
            try:
                draw = self._rng.random()
                if draw < ANSWER_SHARE:
                    self._do_what_is_owed()
                else:
                    say = self._three.alert if draw > 1 - ALERT_SHARE else self._three.say
                    place = say(self.party, number)
                    assert place not in self.promised, f"{place} was promised twice"
                    self.promised[place] = number
                self.done += 1
            except OperatorError as why:
                self.refused[why.code] += 1
                self._is_over.wait(0.02)

    def _do_what_is_owed(self) -> None:
        self._three.answer_all(self.party)
        for item in self._three.order(self.party, "owed")["owed"]:
            if item["by_us"] and item["act"] == "acknowledge":
                self._three.order(self.party, "acknowledge", ref=item["ref"])
