"""The ways out of a notice's conflicts, from what the desk's `held` gives, as plain values for every face.

Looking for them takes seconds in a crowded sky: a face does it in its own process, or beside the node's own turn.
"""

from __future__ import annotations

from typing import Any

import msgspec

from detente.conflicts.decide import Conflict, decide
from detente.conflicts.ways_out import ways_out
from detente.line.bodies import Proposal
from detente.line.wording import detail
from detente.memorandum.model import Memorandum
from detente.notices.notice import Notice
from detente.quantities import Digest, UtcMs
from detente.record.statement import Ref

NOTHING = Ref(origin="", seq=0, leaf=Digest("0" * 64))
"""A proposal in words names its notice beside them."""


def offers_of(held: dict[str, Any], terms: Memorandum) -> dict[str, Any]:
    """The ways of the notice and of each that it is in conflict with, as plain values."""
    sky = [(row["ref"], row["party"], msgspec.convert(row["notice"], Notice)) for row in held["notices"]]
    name = held["notice"]
    ((_, party, notice),) = (one for one in sky if one[0] == name)
    partners = [one for one in sky if one[1] != party and isinstance(decide(notice, one[2], terms), Conflict)]
    offers: list[dict[str, Any]] = []
    none: list[dict[str, Any]] = []
    not_checked: list[list[str]] = []
    for its_name, its_party, its_notice in [(name, party, notice), *partners]:
        others = [one for one in sky if one[1] != its_party]
        found = ways_out(
            its_notice,
            [one[2] for one in others],
            party=its_party,
            memorandum=terms,
            now_ms=UtcMs(held["now_ms"]),
        )
        clears = [others[place][0] for place in found.conflicts]
        not_checked += [[its_name, others[place][0]] for place in found.not_checked]
        none += [{"notice": its_name, **msgspec.to_builtins(one)} for one in found.none]
        offers += [
            {
                "notice": its_name,
                "party": its_party,
                "direction": way.direction,
                "change": msgspec.to_builtins(way.change),
                "in_words": detail(Proposal(notice=NOTHING, **msgspec.structs.asdict(way.change))),
                "cost": way.cost,
                "stamp": way.stamp,
                "clears": clears,
            }
            for way in found.ways
        ]
    offers.sort(key=lambda offer: int(offer["cost"]))
    return {
        "notice": name,
        "conflicts": [one[0] for one in partners],
        "offers": [{"number": number, **offer} for number, offer in enumerate(offers, start=1)],
        "none": none,
        "not_checked": not_checked,
    }
