"""What every rehearsal of two processes stands on: free ports, the nodes' own counts, and evidence held together."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from detente.adapters.evidence import evidence_of, read_folder, write_folder
from detente.errors import OperatorError
from detente.exercise.parties import HOST, Seat
from detente.exercise.processes import NodeProcess
from detente.line.evidence import Evidence, verify_evidence
from detente.quantities import UtcMs


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


async def status_of(nodes: Mapping[str, NodeProcess]) -> dict[str, dict[str, Any]]:
    """What each node says of itself."""
    told = await asyncio.gather(*(node.order("status") for node in nodes.values()))
    return dict(zip(nodes, told, strict=True))


def earliest(told: Mapping[str, Mapping[str, Any]]) -> UtcMs | None:
    """When the next position comes to any node; None after the last."""
    times = [one["next_ms"] for one in told.values() if one["next_ms"] is not None]
    return UtcMs(min(times)) if times else None


def keep_evidence(seats: Sequence[Seat], folder: Path) -> Evidence:
    """Write one side's export, verify it offline from the disk, and hold the other side's against it.

    Raises: OperatorError `records_differ` where the other side's does not verify or says anything else.
    """
    write_folder(folder, evidence_of(seats[0].home))
    ours = verify_evidence(read_folder(folder))
    theirs = verify_evidence(evidence_of(seats[1].home))
    if not theirs.ok or theirs.sizes != ours.sizes or theirs.statements != ours.statements:
        raise OperatorError(
            "records_differ", "The two sides hold different records.", cure="Keep both homes."
        )
    return ours
