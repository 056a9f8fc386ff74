"""Whose an aircraft is: this party's, a peer's, or a third party's, by the memorandum's rule.

`own_rule = "own_list"` believes only the list of addresses that the party keeps; `own_list_then_call_sign` also
a call sign on the list of call signs, which anybody can set in a transponder. A peer's is what a peer answered
"yes" to, for as long as `identity_valid_s`. Everything else is a third party's, or nobody has been asked yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from detente.quantities import PartyId, UtcMs

Whose: TypeAlias = Literal["own", "foreign", "third_party"]


@dataclass(frozen=True, kw_only=True)
class Ownership:
    """What this party knows of whose aircraft are whose.

    Args:
        aircraft: own addresses, and own names of other feeds (`cot:…`, `rid:…`).
        call_signs: own call signs; they count only under `own_list_then_call_sign`.
        known: aircraft that a peer has claimed, with the party and when it said so.
    """

    aircraft: frozenset[str] = frozenset()
    call_signs: frozenset[str] = frozenset()
    rule: Literal["own_list", "own_list_then_call_sign"] = "own_list"
    identity_valid_s: int = 0
    known: Mapping[str, tuple[PartyId, UtcMs]] = field(default_factory=dict)

    def of(self, aircraft: str, call_sign: str, now_ms: int) -> Whose:
        """Whose it is at a time."""
        if aircraft in self.aircraft:
            return "own"
        if self.rule == "own_list_then_call_sign" and call_sign in self.call_signs:
            return "own"
        claim = self.known.get(aircraft)
        if claim is not None and now_ms - claim[1] <= self.identity_valid_s * 1000:
            return "foreign"
        return "third_party"
