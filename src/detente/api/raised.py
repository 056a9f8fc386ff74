"""Who raised which ALERT of the last half minute: a second officer is told, so that nobody must answer twice.

The desk knows what was said, and whether a second ALERT would say more; here is added who at the console said it, by
role and account, and which aircraft of our own tracks the form was filled from. None of that leaves the node. It is
kept in memory alone: after a start nothing holds an ALERT back.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from detente.api.house import House
from detente.api.sessions import Session
from detente.errors import DetenteError

KEPT_MAX = 500
OWN_FIELDS = ("aircraft", "beside")
"""Fields of an order to say something that are for this node alone."""


@dataclass(frozen=True, kw_only=True)
class _Sayer:
    role: str
    account: str
    aircraft: str | None


class Raised:
    """The ALERTs that stand unanswered, with who raised them."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._sayers: OrderedDict[str, _Sayer] = OrderedDict()

    def shown(self) -> list[dict[str, Any]]:
        """Each with its entry, when it was raised, and by whom: role and account are null where by no account."""
        return [self._told(row) for row in self._house.look("raised")["raised"]]

    def remember(self, caller: Session, ref: str, args: Mapping[str, Any]) -> None:
        """An ALERT was said."""
        self._sayers[ref] = _Sayer(role=caller.role, account=caller.account, aircraft=args.get("aircraft"))
        if len(self._sayers) > KEPT_MAX:
            self._sayers.popitem(last=False)

    def already(self, caller: Session, args: Mapping[str, Any]) -> dict[str, Any] | None:
        """The answer in place of a second ALERT that says no more than another's; None where it is to be said.

        Whatever stands against asking is no reason to say nothing: the order itself is judged by the node.
        """
        if args.get("beside") is not None:
            return None
        said = {name: value for name, value in args.items() if name != "beside"}
        known = {ref: one.aircraft for ref, one in self._sayers.items() if one.aircraft is not None}
        try:
            rows = self._house.look("raised_already", aircraft_of=known, **said)["raised"]
        except DetenteError:
            return None
        except Exception as why:  # noqa: BLE001  # a fault of ours in a look keeps no ALERT back
            self._house.note("fault", f"looking for a standing ALERT: {type(why).__name__}")
            return None
        for row in map(self._told, rows):
            if row["account"] != caller.account:
                age_s = (self._house.clock.now_ms() - row["raised_ms"]) // 1000
                message = f"ALR {row['ref']} was raised {age_s} s ago by {who(row)}; nothing second was said."
                return {"message": message, "raised_already": True, "age_s": age_s, **row}
        return None

    def _told(self, row: Mapping[str, Any]) -> dict[str, Any]:
        sayer = self._sayers.get(row["ref"])
        return {
            **row,
            "role": None if sayer is None else sayer.role,
            "account": None if sayer is None else sayer.account,
        }


def who(row: Mapping[str, Any]) -> str:
    """Who raised it, in words for people; the command line, and what had waited, has no account."""
    if row["account"] is not None:
        return f"{row['role']} {row['account']}"
    return "the node itself" if row["is_by_node"] else "somebody at this node"
