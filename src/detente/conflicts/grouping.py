"""Whose, which class and whether heard, as one number for each stored volume; and the minima of a question by it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from detente.airspace.levels import MICROMETRES_PER_FT
from detente.conflicts.decide import minima_of
from detente.kernels.layout import Floats, Int64
from detente.memorandum.model import Memorandum
from detente.notices.notice import Notice
from detente.quantities import PartyId

NOT_COMPARED_M = -1.0


class MinimaTable(NamedTuple):
    """Minima by group, each shape (groups,); a negative lateral minimum says that the group is not compared."""

    lateral_m: Floats
    vertical_um: Int64
    time_ms: Int64


class Groups:
    """The groups of one memorandum: every party, class, and transponder stated on or not."""

    def __init__(self, memorandum: Memorandum) -> None:
        self._memorandum = memorandum
        self._parties = {party.id: number for number, party in enumerate(memorandum.party)}
        self._classes = {row.id: number for number, row in enumerate(memorandum.class_)}

    def group_of(self, notice: Notice, party: PartyId) -> int:
        """The group of a notice without fault, said by a party of the memorandum."""
        return (self._parties[party] * len(self._classes) + self._classes[notice.class_]) * 2 + (
            notice.transponder == "on"
        )

    def minima_for(self, notice: Notice, party: PartyId) -> MinimaTable:
        """What applies between a notice and each group of the other parties, as `decide` applies it.

        Own groups, and pairs for which nothing was agreed, are not compared.
        """
        groups = len(self._parties) * len(self._classes) * 2
        table = MinimaTable(
            np.full(groups, NOT_COMPARED_M),
            np.zeros(groups, dtype=np.int64),
            np.zeros(groups, dtype=np.int64),
        )
        for class_, number in self._classes.items():
            try:
                row = self._memorandum.separation_of(notice.class_, class_)
            except KeyError:
                continue
            for is_on in (False, True):
                minima = minima_of(row, "", both_on=is_on and notice.transponder == "on")
                if minima is None:
                    continue
                for other, whose in self._parties.items():
                    if other != party:
                        group = (whose * len(self._classes) + number) * 2 + is_on
                        table.lateral_m[group] = minima.within_m
                        table.vertical_um[group] = minima.vertical_ft * MICROMETRES_PER_FT
                        table.time_ms[group] = minima.time_s * 1000
        return table
