"""The week of fires, end to end: two node processes, notices, conflicts, replayed traffic, a cut line, evidence.

Everything is real but the watch officers, who follow their node's suggestions at once, and the notices,
which are drawn from the flown day by the rules in `exercise.fires`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from detente.adapters import fault_proxy
from detente.adapters.home import PeerAddress
from detente.adapters.recording_feed import RecordingFeed
from detente.encounters.episodes import Episode
from detente.errors import OperatorError
from detente.exercise.conductor import Conductor
from detente.exercise.consoles import Consoles
from detente.exercise.encore import busiest, encore
from detente.exercise.fires import PARTIES, PATH_ID, TEMPLATE, Drawn, agencies, call_signs, dispatch
from detente.exercise.live import Scene, View
from detente.exercise.outcome import Left, Result
from detente.exercise.parties import HOST, Seat, make_parties, write_settings
from detente.exercise.picture import Cut, Encounter, Place, draw
from detente.exercise.processes import NodeProcess
from detente.exercise.stage import earliest, free_port, keep_evidence, status_of
from detente.exercise.summary import Played, Sent, summarise
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template
from detente.quantities import UtcMs, parse_utc_text, utc_text

CUT_AFTER_SHARE = 0.45
"""How far into the week the line is cut: when the next notices are due after this."""
CUT_BATCH_MIN = 8
"""A cut worth watching catches a whole day's notices."""
CUT_S = 3.0
VIEW_EVERY_S = 0.15
AFTER_LAST_MS = 600_000


async def play(recording: Path, out: Path, console: Console, *, consoles: Consoles, folder: Path) -> Result:
    """Run the whole rehearsal; leaves the export in `out/record`, and the homes in `folder`.

    Raises: OperatorError where a node does not start or the exercise does not settle.
    """
    began = time.monotonic()
    rehearsal = _Rehearsal(recording=recording, folder=folder / "homes", console=console, consoles=consoles)
    played = await rehearsal.play()
    evidence = keep_evidence(rehearsal.seats, out / "record")
    summary = summarise(
        played,
        evidence,
        rehearsal.memorandum,
        call_signs(rehearsal.feed_reports),
        seconds=time.monotonic() - began,
    )
    left = rehearsal.left()
    met_ms = [parse_utc_text(one["time_utc"]) for one in summary["encounters"]]
    flown = (
        encore(recording, left, rehearsal.memorandum, from_ms=busiest(met_ms), party_of=rehearsal.party_of)
        if met_ms
        else None
    )
    return Result(summary=summary, picture=_picture(summary, played, rehearsal), left=left, encore=flown)


class _Rehearsal:
    """One run: everything that its steps share."""

    def __init__(self, *, recording: Path, folder: Path, console: Console, consoles: Consoles) -> None:
        self._recording = recording.resolve()
        self._folder = folder
        self._console = console
        self._consoles = consoles
        self._is_seen = False
        feed = RecordingFeed.open(recording)
        self.feed_reports = feed.take_until(UtcMs(2**53))
        if not self.feed_reports:
            raise OperatorError("empty_recording", f"{recording} has no position that can be used.")
        self._rejected = feed.rejected
        self.party_of = agencies(self.feed_reports)
        memorandum = read_memorandum(template(TEMPLATE))
        assert isinstance(memorandum, Memorandum), "the templates that ship can be read"
        self.memorandum = memorandum
        self.seats: list[Seat] = []
        self._played = Played(rejected=self._rejected)
        self._last_shown = 0.0

    async def play(self) -> Played:
        """Set up, run the week, tear down."""
        self.seats = make_parties(
            self._folder, template_name=TEMPLATE, parties=PARTIES, ports=[free_port() for _ in PARTIES]
        )
        drawn = self._draw_notices()
        start_ms = UtcMs(min(one.issue_ms for one in drawn) - 60_000)
        end_ms = UtcMs(self.feed_reports[-1].time_ms + AFTER_LAST_MS)
        async with AsyncExitStack() as stack:
            self._proxies = [await self._lay_path(stack, seat) for seat in self.seats]
            for seat, proxy in zip(self.seats, reversed(self._proxies), strict=True):
                other = next(one for one in self.seats if one is not seat)
                write_settings(
                    seat,
                    peers=[PeerAddress(party=other.party, path=PATH_ID, host=HOST, port=proxy.port)],
                    own_aircraft=self._own_aircraft(seat.party),
                    recording=self._recording,
                    conducted_from_ms=start_ms,
                    console=self._consoles.listen[seat.party],
                )
            self._consoles.let_in(self.seats)
            self._nodes = {seat.party: await NodeProcess.start(seat.home) for seat in self.seats}
            for node in self._nodes.values():
                stack.push_async_callback(node.stop)
            scene = Scene(
                title="Détente · two fire agencies, one sky, the week of 8 September 2020",
                parties=PARTIES,
                start_ms=start_ms,
                end_ms=end_ms,
                now_ms=start_ms,
            )
            with View(scene, self._console) as self._view:
                self._conductor = Conductor(self._nodes, start_ms=start_ms, shown=self._shown)
                await self._run_week(drawn, end_ms)
                await self._look_back()
        return self._played

    def left(self) -> Left:
        """What stands when it is over."""
        return Left(
            seats=self.seats,
            path_id=PATH_ID,
            own_aircraft={party: self._own_aircraft(party) for party in PARTIES},
            end_ms=self._conductor.now_ms,
        )

    def _own_aircraft(self, party: str) -> list[str]:
        return [one for one, owner in self.party_of.items() if owner == party]

    def _draw_notices(self) -> list[Drawn]:
        drawn = [
            one
            for party in PARTIES
            for one in dispatch(
                [report for report in self.feed_reports if self.party_of[report.aircraft] == party],
                party=party,
                memorandum=self.memorandum,
            )
        ]
        return sorted(drawn, key=lambda one: (one.issue_ms, one.party))

    async def _lay_path(self, stack: AsyncExitStack, seat: Seat) -> fault_proxy.FaultProxy:
        proxy = fault_proxy.FaultProxy(seat.port)
        await proxy.start()
        stack.push_async_callback(proxy.close)
        return proxy

    async def _run_week(self, drawn: Sequence[Drawn], end_ms: UtcMs) -> None:
        conductor, scene = self._conductor, self._view.scene
        scene.phase = "the nodes meet"
        await conductor.settle()
        waiting = list(drawn)
        cut_from_ms = scene.start_ms + CUT_AFTER_SHARE * (end_ms - scene.start_ms)
        next_ms: UtcMs | None = self.feed_reports[0].time_ms
        while waiting or next_ms is not None:
            due_ms = min(
                one for one in (waiting[0].issue_ms if waiting else None, next_ms) if one is not None
            )
            scene.phase = f"flying, {utc_text(due_ms)[:10]}"
            told = await conductor.jump(due_ms)
            next_ms = earliest(told)
            if waiting and waiting[0].issue_ms <= due_ms:
                batch = [one for one in waiting if one.issue_ms <= due_ms]
                waiting = waiting[len(batch) :]
                scene.phase = (
                    f"{len(batch)} notices of {batch[0].party} for {utc_text(due_ms + 10_800_000)[:10]}"
                )
                is_much = len(batch) >= CUT_BATCH_MIN
                if is_much and due_ms >= cut_from_ms and not self._played.link_cuts:
                    await self._send_through_a_cut(batch)
                else:
                    await self._send(batch)
                await conductor.settle()
            elif any(one["to_deliver"] or one["owed"] for one in told.values()):
                await self._look_once()
                await conductor.settle()
        scene.phase = "the last alerts are cleared"
        await conductor.jump(end_ms)
        await conductor.settle()

    async def _look_once(self) -> None:
        """A picture of the first ALERT after the cut, before anybody has answered it."""
        if self._is_seen or not self._played.link_cuts:
            return
        told = await self._conductor.deliver()
        owed = [row for node in self._nodes.values() for row in (await node.order("owed"))["owed"]]
        if any(one["owed"] for one in told.values()) and any(row["precedence"] == "ALERT" for row in owed):
            self._is_seen = True
            self._view.scene.phase = "pictures of both consoles"
            self._view.show()
            await self._consoles.look("alert")

    async def _send(self, batch: Sequence[Drawn]) -> None:
        for one in batch:
            told = await self._nodes[one.party].order(
                "send_notice",
                notice=msgspec.to_builtins(one.notice),
                plans=msgspec.to_builtins(one.plans),
            )
            self._played.sent.append(Sent(drawn=one, origin=told["origin"], seq=told["seq"]))

    async def _send_through_a_cut(self, batch: Sequence[Drawn]) -> None:
        """The line breaks before the notices leave; they wait in the journal, and go when it heals."""
        conductor, scene = self._conductor, self._view.scene
        for proxy in self._proxies:
            await proxy.switch(fault_proxy.Cut())
        cut_ms = conductor.now_ms
        scene.line, scene.phase = "CUT", f"{scene.phase}, into a cut line"
        await self._send(batch)
        await conductor.run_for(CUT_S)
        status = await status_of(self._nodes)
        for proxy in self._proxies:
            await proxy.switch(fault_proxy.Forward())
        scene.line = "OPEN"
        healed_ms = conductor.now_ms
        await conductor.settle()
        self._played.link_cuts.append(
            {
                "cut_utc": utc_text(cut_ms),
                "healed_utc": utc_text(healed_ms),
                "waited_unreceipted": max(one["to_deliver"] for one in status.values()),
                "all_receipted_utc": utc_text(conductor.now_ms),
            }
        )

    async def _look_back(self) -> None:
        played = self._played
        played.episodes = {
            party: msgspec.convert((await node.order("episodes"))["episodes"], tuple[Episode, ...])
            for party, node in self._nodes.items()
        }
        played.status = await status_of(self._nodes)

    async def _shown(self, now_ms: UtcMs) -> None:
        if time.monotonic() - self._last_shown < VIEW_EVERY_S:
            return
        self._last_shown = time.monotonic()
        scene = self._view.scene
        scene.now_ms = now_ms
        scene.status = await status_of(self._nodes)
        scene.ticker = (await self._nodes[PARTIES[0]].order("ticker"))["entries"]
        self._view.show()


def _picture(summary: Mapping[str, Any], played: Played, rehearsal: _Rehearsal) -> bytes:
    first, second = PARTIES
    return draw(
        title="Two fire agencies, one sky: California, 8 to 14 September 2020",
        parties=(first, second),
        reports=rehearsal.feed_reports,
        party_of=rehearsal.party_of,
        notices=[(sent.drawn.party, sent.drawn.notice) for sent in played.sent],
        encounters=[
            Encounter(
                time_ms=parse_utc_text(one["time_utc"]),
                lat_deg=one["lat"],
                lon_deg=one["lon"],
                names=(one["a_call_sign"], one["b_call_sign"]),
                miss_nm=one["miss_nm"],
                miss_ft=one["miss_ft"],
                is_announced=one["announced"],
            )
            for one in summary["encounters"]
        ],
        cuts=[
            Cut(from_ms=parse_utc_text(one["cut_utc"]), until_ms=parse_utc_text(one["healed_utc"]))
            for one in summary["link_cuts"]
        ],
        places=[
            Place(name=point.id, lat_deg=float(point.at.lat), lon_deg=float(point.at.lon))
            for point in rehearsal.memorandum.reference_point
        ],
    )
