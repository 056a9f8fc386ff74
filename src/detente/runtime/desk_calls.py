"""Calls on the radio, logged by hand: our own logbook has them, and beside them how old the proof of each channel is.

A call that was logged proves nothing to the other side; what is to count as a proof between two crews is said on the
line (RCK). So the log shows both: what was tried, and since when it is proven.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from detente.errors import OperatorError
from detente.frequencies.proof import READABILITY_MIN
from detente.line.bodies_duty import RadioCheck
from detente.line.figures import channel_text, second_of
from detente.node import radio
from detente.node.effects import Write
from detente.node.saying import choices
from detente.ports import Clock, Store
from detente.quantities import UtcMs, parse_utc_text, utc_text
from detente.runtime.node import Node

KIND = "call"
LOOKED_AT_MAX = 2_000
_DAY_MS = 86_400_000


class CallsDesk:
    """The orders by name; every one answers with plain values or raises OperatorError."""

    def __init__(self, *, node: Node, store: Store, clock: Clock) -> None:
        self._node = node
        self._store = store
        self._clock = clock
        self.orders: Mapping[str, Callable[..., dict[str, Any]]] = {
            "log_call": self.log_call,
            "calls": self.calls,
        }

    def log_call(
        self, channel_khz: int, called: str, readability: int = 0, caller: str | None = None, at: str = "now"
    ) -> dict[str, Any]:
        """A call that was made on a channel; readability 1 to 5, 0 where nobody answered.

        Raises: OperatorError `unknown_channel`, `unknown_end`, `bad_time`, or `not_logged` where the store takes
        nothing now.
        """
        state = self._node.state
        named = choices(state.memorandum, RadioCheck, in_force=radio.plan(state).memorandum)
        if str(channel_khz) not in named["channel_khz"]:
            raise OperatorError(
                "unknown_channel",
                f"{channel_khz} is no channel of the plan.",
                cure=f"Write one of: {', '.join(named['channel_khz'])}.",
            )
        caller = caller or state.desk_of(state.me)
        for end in (caller, called):
            if end not in named["called"]:
                raise OperatorError(
                    "unknown_end",
                    f"{end[:40]!r} is neither a post nor PARTY/class.",
                    cure=f"Write one of: {', '.join(named['called'])}.",
                )
        if not 0 <= readability <= 5:
            raise OperatorError("bad_readability", "Readability is 1 to 5, or 0 where nobody answered.")
        heard = f"answered, {readability}/5" if readability else "NO ANSWER"
        text = f"{second_of(self._time_of(at))} {channel_text(channel_khz)} {caller} called {called}: {heard}"
        if not self._node.write(Write(kind=KIND, text=text)):
            raise OperatorError(
                "not_logged", "The store takes nothing now.", cure="Write it on paper; try again."
            )
        proof = self._proof(channel_khz)
        return {"message": f"Logged: {text}. {_in_words(proof)}", "proof": proof}

    def calls(self, count: int = 20) -> dict[str, Any]:
        """The newest calls logged, the newest first, and the proof of every channel of the plan."""
        lines = [line for line in self._store.log_tail(LOOKED_AT_MAX) if line.kind == KIND][-count:]
        channels = radio.plan(self._node.state).memorandum.channel
        return {
            "calls": [{"logged_utc": utc_text(line.at_ms), "text": line.text} for line in reversed(lines)],
            "proofs": [self._proof(khz) for khz in sorted({one.name_khz for one in channels})],
        }

    def _proof(self, channel_khz: int) -> dict[str, Any]:
        """The newest check said on the line in which somebody was readable on a channel, and whether it holds."""
        state = self._node.state
        good = [
            one.at_ms
            for one in state.radio_proofs.values()
            if one.channel_khz == channel_khz and one.readability >= READABILITY_MIN
        ]
        newest_ms = max(good, default=None)
        age_days = None if newest_ms is None else max(0.0, (self._clock.now_ms() - newest_ms) / _DAY_MS)
        limit = state.memorandum.frequencies.proven_max_days
        return {
            "channel_khz": channel_khz,
            "newest_utc": None if newest_ms is None else utc_text(newest_ms),
            "age_days": None if age_days is None else round(age_days, 2),
            "state": "never" if age_days is None else "proven" if age_days <= limit else "aged",
        }

    def _time_of(self, at: str) -> UtcMs:
        now_ms = self._clock.now_ms()
        try:
            when_ms = now_ms if at == "now" else parse_utc_text(at)
        except ValueError as why:
            raise OperatorError(
                "bad_time", f"{at[:40]!r} is no time.", cure="Write now, or 2020-09-08T03:00:00Z."
            ) from why
        if when_ms > now_ms:
            raise OperatorError("bad_time", f"{at} is not over yet.", cure="Log a call after it was made.")
        return when_ms


def _in_words(proof: Mapping[str, Any]) -> str:
    if proof["newest_utc"] is None:
        return "No check said on the line has proven this channel: say RCK when crews have heard each other."
    return f"The channel was last proven {proof['age_days']} days ago ({proof['state']})."
