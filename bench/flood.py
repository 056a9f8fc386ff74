"""A party that floods another with notices far past what is agreed: is it told, and does the other stay responsive?

Two real nodes. One home holds a journal with thousands of notices that its own desk would never have let pass; when
both run, all of them come. Meanwhile the other's operator asks for the status again and again.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.full_node import notice_at
from bench.line import pair_of_homes
from detente.adapters.system import SystemClock
from detente.cli.carrying import quiet_node
from detente.exercise.processes import NodeProcess
from detente.node.effects import Say
from detente.quantities import PostId

NOTICES = 10_000
TOGETHER = 100
ASK_EVERY_S = 0.02


def measure(tell: Callable[[str], None], *, notices: int = NOTICES) -> dict[str, Any]:
    """How fast a flood is judged and refused, how long an operator waits meanwhile, and what memory it takes."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_flooded(Path(folder), tell, notices))


async def _flooded(folder: Path, tell: Callable[[str], None], notices: int) -> dict[str, Any]:
    async with pair_of_homes(folder) as (seats, _):
        here, there = seats
        tell(f"a flood of {notices:,} notices is signed")
        rng = random.Random(1)
        with quiet_node(there.home.folder) as node:
            for _ in range(0, notices, TOGETHER):
                node.keeper.say_together([_notice(rng) for _ in range(TOGETHER)])
        flooded = await NodeProcess.start(here.home)
        before_mb = _memory_mb(flooded)
        tell(f"a flood of {notices:,} notices is heard")
        flooding = await NodeProcess.start(there.home)
        try:
            began, waits, heard = time.perf_counter(), [], 0
            while heard < notices:
                asked = time.perf_counter()
                status = await flooded.order("status")
                waits.append(1_000.0 * (time.perf_counter() - asked))
                heard = status["heard"].get("NTC", 0)
                await asyncio.sleep(ASK_EVERY_S)
            spent = time.perf_counter() - began
            after_mb = _memory_mb(flooded)
        finally:
            await flooded.stop()
            await flooding.stop()
    waits.sort()
    return {
        "notices": notices,
        "notices_per_s": round(notices / spent),
        "refused_and_told": status["said"].get("REJ", 0),
        "held": status["notices"],
        "operator_waits_ms_p50": round(waits[len(waits) // 2], 1),
        "operator_waits_ms_p99": round(waits[int(len(waits) * 0.99)], 1),
        "operator_waits_ms_max": round(waits[-1], 1),
        "memory_mb_before": before_mb,
        "memory_mb_after": after_mb,
    }


def _notice(rng: random.Random) -> Say:
    notice = notice_at(SystemClock().now_ms(), rng)
    return Say(to=(PostId("sierra.air"),), code="NTC", body=notice, precedence="ROUTINE", reply_to=None)


def _memory_mb(node: NodeProcess) -> float:
    status = Path(f"/proc/{node.process.pid}/status").read_text(encoding="ascii")
    kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return round(kb / 1024.0, 1)
