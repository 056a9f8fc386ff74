"""Starts the record of a home in a process of its own and prints how long that took and how much memory it holds."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

BEGAN = time.perf_counter()

from detente.cli.carrying import quiet_node  # noqa: E402 - the imports are part of what is measured

with quiet_node(Path(sys.argv[1])) as node:
    SPENT_S = time.perf_counter() - BEGAN
    print(
        json.dumps(
            {
                "start_s": round(SPENT_S, 2),
                "start_entries": node.keeper.own.size,
                "start_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
            }
        )
    )
