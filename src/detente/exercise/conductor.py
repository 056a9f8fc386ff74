"""One clock for several node processes: it jumps between events and runs in real time while anything is owed.

Between events nothing can happen, so time jumps. While a statement waits for its receipt or a question
for its answer, the clock runs as the world's does, so that the times in the record are those of a real
conversation over a real connection.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from detente.adapters.system import ConductedClock
from detente.errors import OperatorError
from detente.exercise.processes import NodeProcess
from detente.quantities import UtcMs

QUIET_ROUNDS = 2
"""A statement can be on its way between two looks; two quiet looks in a row mean that nothing is."""
PAUSE_S = 0.002
SETTLE_TIMEOUT_S = 60.0


class Conductor:
    """Moves time for all nodes and plays every party's watch officer by what its own node suggests.

    Args:
        shown: called often, with the newest answer of each node, for a live view.
    """

    def __init__(
        self,
        nodes: Mapping[str, NodeProcess],
        *,
        start_ms: UtcMs,
        shown: Callable[[UtcMs], Awaitable[None]],
    ) -> None:
        self.nodes = nodes
        self._clock = ConductedClock(start_ms)
        self._shown = shown

    @property
    def now_ms(self) -> UtcMs:
        """The exercise's time."""
        return self._clock.now_ms()

    async def jump(self, to_ms: UtcMs) -> Mapping[str, dict[str, Any]]:
        """Set every clock to a moment and let each node take what is due."""
        self._clock.set(to_ms, is_running=False)
        await self._shown(self.now_ms)
        return await self._advance(is_running=False)

    async def settle(self) -> None:
        """Run in real time until every statement has its receipt and nothing is owed by anybody."""
        await self._until(_is_quiet, self._stand_in)

    async def deliver(self) -> Mapping[str, dict[str, Any]]:
        """Run in real time until every statement has its receipt; what people owe stays owed, and is told."""
        return await self._until(lambda told: not told["to_deliver"], None)

    async def _until(
        self,
        is_quiet: Callable[[Mapping[str, Any]], bool],
        stand_in: Callable[[str], Awaitable[None]] | None,
    ) -> Mapping[str, dict[str, Any]]:
        told = await self._advance(is_running=False)
        if all(map(is_quiet, told.values())):
            return told
        self._clock.set(self.now_ms, is_running=True)
        quiet = 0
        deadline = asyncio.get_running_loop().time() + SETTLE_TIMEOUT_S
        while quiet < QUIET_ROUNDS:
            told = await self._advance(is_running=True)
            if stand_in is not None:
                await asyncio.gather(*(stand_in(name) for name, one in told.items() if one["owed"]))
            quiet = quiet + 1 if all(map(is_quiet, told.values())) else 0
            await self._shown(self.now_ms)
            if asyncio.get_running_loop().time() > deadline:
                raise OperatorError(
                    "unsettled", f"After {SETTLE_TIMEOUT_S:.0f} s something is still owed: {told}"
                )
            await asyncio.sleep(PAUSE_S)
        return await self.jump(self.now_ms)

    async def run_for(self, seconds: float) -> None:
        """Let the clock run in real time, with nobody waiting for quiet: how a cut is lived through."""
        self._clock.set(self.now_ms, is_running=True)
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            await self._advance(is_running=True)
            await self._shown(self.now_ms)
            await asyncio.sleep(0.05)

    async def _advance(self, *, is_running: bool) -> Mapping[str, dict[str, Any]]:
        now_ms = self.now_ms
        told = await asyncio.gather(
            *(node.order("advance", at_ms=now_ms, is_running=is_running) for node in self.nodes.values())
        )
        return dict(zip(self.nodes, told, strict=True))

    async def _stand_in(self, name: str) -> None:
        """Do what a watch officer would who follows the node's suggestions at once."""
        node = self.nodes[name]
        for item in (await node.order("owed"))["owed"]:
            if not item["by_us"]:
                continue
            where = {"ref": item["ref"]}
            owed = {one["level"] for one in item["levels"] if one["is_owed"]}
            with contextlib.suppress(OperatorError):  # what was done already waits for the other side
                match item["act"]:
                    case "read_back" if "substance" in owed:
                        await node.order("read_back", **where)
                    case "answer" if "substance" in owed:
                        if item["suggestion"] is not None:
                            action = "visual" if item["code"] == "ALR" else "none"
                            await node.order("answer", **where, answer=item["suggestion"], action=action)
                    case "propose" | "decide" if "substance" in owed:
                        await node.order("refuse", **where)  # the week was flown as it was announced
                    case "check":
                        await node.order("line_check", path=item["ref"])
                    case "echo":
                        await node.order("answer_check", **where, quality=5)
                    case _ if "understood" in owed:
                        await node.order("acknowledge", **where, level="understood")
                    case _ if "passed" in owed:
                        await node.order("acknowledge", **where, level="passed", passed_to="crews")


def _is_quiet(told: Mapping[str, Any]) -> bool:
    return not told["to_deliver"] and not told["owed"]
