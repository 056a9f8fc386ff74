"""The week is over, the consoles stay: both nodes go on from where it ended, and its busiest hours are flown again.

The traffic is the recording's, moved to the hours after its end, and so are the notices that are drawn from it.
Nobody stands in for the watch any more: what is asked now waits for whoever looks.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import math
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec

from detente.adapters.home import PeerAddress
from detente.errors import OperatorError
from detente.exercise.conductor import Conductor
from detente.exercise.consoles import Consoles
from detente.exercise.fires import dispatch
from detente.exercise.outcome import Encore, Left
from detente.exercise.parties import HOST, write_settings
from detente.exercise.processes import NodeProcess
from detente.memorandum.model import Memorandum
from detente.quantities import UtcMs
from detente.tracks.recording import read_recording

LONG_MS = 3 * 3_600_000
STEP_MS = 1_800_000
PAUSE_MS = 4 * 3_600_000
"""Between the end and what is flown again: notices are sent three hours ahead."""
BEGINS_BEFORE_MS = 60_000


def busiest(times_ms: Sequence[int]) -> int:
    """The start of the `LONG_MS`, in steps of half an hour, that hold most of these moments; the earliest."""
    starts = {(when - back) // STEP_MS * STEP_MS for when in times_ms for back in range(0, LONG_MS, STEP_MS)}
    return max(sorted(starts), key=lambda start: sum(start <= when < start + LONG_MS for when in times_ms))


def encore(
    recording: Path, left: Left, memorandum: Memorandum, *, from_ms: int, party_of: Mapping[str, str]
) -> Encore | None:
    """Three hours of a recording from `from_ms` on, moved behind its end; None where they are empty."""
    data = recording.read_bytes()
    rows = json.loads(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)
    by_ms = math.ceil((left.end_ms + PAUSE_MS - from_ms) / STEP_MS) * STEP_MS
    moved = [
        {**row, "timestamp": row["timestamp"] + by_ms}
        for row in rows
        if from_ms <= row["timestamp"] < from_ms + LONG_MS
    ]
    packed = gzip.compress(json.dumps(moved).encode(), mtime=0)
    reports = read_recording(packed).reports
    if not reports:
        return None
    drawn = [
        one
        for party in left.own_aircraft
        for one in dispatch(
            [report for report in reports if party_of[report.aircraft] == party],
            party=party,
            memorandum=memorandum,
        )
    ]
    drawn.sort(key=lambda one: (one.issue_ms, one.party))
    return Encore(recording=packed, first_ms=reports[0].time_ms, drawn=tuple(drawn))


async def stay(left: Left, flown: Encore | None, consoles: Consoles) -> None:
    """Both nodes up again on the homes of the rehearsal, their clocks running, until this is cancelled."""
    for seat, other in zip(left.seats, reversed(left.seats), strict=True):
        recording = seat.home.folder / "encore.json.gz"
        if flown is not None:
            recording.write_bytes(flown.recording)
        write_settings(
            seat,
            peers=[PeerAddress(party=other.party, path=left.path_id, host=HOST, port=other.port)],
            own_aircraft=left.own_aircraft[seat.party],
            recording=None if flown is None else recording,
            conducted_from_ms=left.end_ms,
            console=consoles.listen[seat.party],
        )
    async with AsyncExitStack() as stack:
        nodes = {}
        for seat in left.seats:
            nodes[seat.party] = await NodeProcess.start(seat.home)
            stack.push_async_callback(nodes[seat.party].stop)
        conductor = Conductor(nodes, start_ms=left.end_ms, shown=_unseen)
        await conductor.settle()
        if flown is not None:
            await _announce(conductor, nodes, flown)
        await conductor.run_for(math.inf)


async def _announce(conductor: Conductor, nodes: Mapping[str, NodeProcess], flown: Encore) -> None:
    for one in flown.drawn:
        await conductor.jump(one.issue_ms)
        with contextlib.suppress(
            OperatorError
        ):  # refused stands in that node's logbook, and the others are sent
            await nodes[one.party].order(
                "send_notice", notice=msgspec.to_builtins(one.notice), plans=msgspec.to_builtins(one.plans)
            )
        await conductor.settle()
    await conductor.jump(UtcMs(flown.first_ms - BEGINS_BEFORE_MS))
    await conductor.settle()


async def _unseen(now_ms: UtcMs) -> None:
    """Who looks, looks at a console."""
