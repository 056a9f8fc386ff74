"""The played day, hour by hour: what each watch is told to do and when; all else the nodes do themselves.

Between events the clock jumps from position to position; while anything is on its way it runs as the world's does.
The watch-keepers answer after the time that people take.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from detente.airspace.shapes import DEGREES_E7
from detente.exercise.conductor import Conductor
from detente.exercise.consoles import Consoles
from detente.exercise.overheard import said_ms
from detente.exercise.processes import NodeProcess
from detente.exercise.stage import earliest
from detente.exercise.syria_areas import (
    AREAS,
    CIVIL_ROUTES,
    CROSSING,
    HAZARD,
    Area,
    at_ms,
    crossing_asked,
    lies_across,
)
from detente.exercise.syria_flights import Flight
from detente.exercise.syria_plan import Cards
from detente.exercise.syria_telling import Telling
from detente.exercise.syria_terms import PARTIES
from detente.exercise.watch_keepers import WatchKeepers
from detente.frequencies.check import Report
from detente.line.bodies_duty import RadioCheck
from detente.memorandum.model import Memorandum
from detente.memorandum.radio_bands import pairs_that_meet
from detente.notices.conformance import Plan, PlanPoint
from detente.quantities import UtcMs

BEGINS, ENDS = "02:30", "13:50"
"""Of the played day, UTC; checks of the line by hand are due again twelve hours after the first."""
CALLED_AFTER_MS = 14_000
"""How long after the first ALERT the crews have spoken: our assumption."""


class Day:
    """One run of the day; `notices` has every notice with its sender and where it stands in the journal."""

    def __init__(
        self,
        *,
        nodes: Mapping[str, NodeProcess],
        conductor: Conductor,
        keepers: WatchKeepers,
        memorandum: Memorandum,
        flown: Sequence[Flight],
        telling: Telling,
        drawer: Cards,
        consoles: Consoles,
    ) -> None:
        self.telling = telling
        self.plan_after: Mapping[str, Report] = {}
        self.cards: list[str] = []
        self.notices: list[tuple[Area, str]] = []
        self._nodes = nodes
        self._conductor = conductor
        self._keepers = keepers
        self._memorandum = memorandum
        self._flown = flown
        self._story = telling.story
        self._drawer = drawer
        self._consoles = consoles
        self._is_seen = False
        self._next_ms: UtcMs | None = None
        self._called = False

    async def play(self) -> None:
        """From taking the watch until the last flight is over."""
        await self._conductor.settle()
        await self._take_the_watch()
        await self._check_radios()
        await self._exchange_notices()
        await self._announce_hazard()
        self._story.chapter("the flying day")
        for clock in ("07:00", "08:30"):
            await self._until(clock)
            self._count()
        await self._until("09:20")
        await self._ask_to_cross()
        await self._until("10:45")
        self._story.chapter("the rest of the day")
        for clock in ("11:30", ENDS):
            await self._until(clock)
            self._count()

    async def _take_the_watch(self) -> None:
        self._story.chapter("the watch is taken, and every path is checked")
        await self._until("02:40")
        for party in PARTIES:
            await self._nodes[party].order("take_watch", post=f"{party.lower()}.air")
        await self._until("02:44")
        self.telling.sum_up_checks(self._conductor.now_ms)

    async def _check_radios(self) -> None:
        """Each pair of classes that may meet, on the first channel of each sector; the two sides report in turn."""
        self._story.chapter("radio check, pair by pair")
        rows = [
            (sector.id, channel.name_khz, pair)
            for sector in self._memorandum.sector
            for channel in self._memorandum.channel
            if channel.sectors == (sector.id,) and channel.use == "air_air"
            for pair in pairs_that_meet(self._memorandum, sector)
        ]
        for place, (sector_id, khz, (caller, called)) in enumerate(rows):
            body = RadioCheck(
                channel_khz=khz,
                sector=sector_id,
                caller=caller,
                called=called,
                how="air_air",
                readability=5 if place % 4 else 4,
                at_ms=self._conductor.now_ms,
            )
            party = PARTIES[place % 2]
            await self._nodes[party].order("say", code="RCK", body=msgspec.to_builtins(body))
        await self._until("02:50")
        now_ms = self._conductor.now_ms
        self.plan_after, proofs = await self.telling.sum_up_radios(now_ms)
        self.cards = self._drawer.draw(proofs, now_ms)
        self._story.tell(
            now_ms, "both", f"cards printed: {', '.join(one for one in self.cards if one.endswith('.pdf'))}"
        )

    async def _exchange_notices(self) -> None:
        self._story.chapter("notices of the day, each read back")
        for area in AREAS:
            await self._send(area)
        await self._until("03:10")
        await self.telling.sum_up_notices(self._conductor.now_ms)

    async def _announce_hazard(self) -> None:
        self._story.chapter("a hazard corridor, days ahead")
        await self._until("05:00")
        await self._send(HAZARD)
        await self._attend(await self._conductor.deliver())
        across = sum(lies_across(HAZARD, route) for route in CIVIL_ROUTES)
        least_days = self._memorandum.notices.lead_s.hazard / 86_400
        self._story.tell(
            self._conductor.now_ms,
            "note",
            f"the corridor lies across {across} civil routes of third parties (invented); a hazard is said"
            f" {least_days:.0f} days ahead at the least, and is passed to crews before it begins",
        )
        await self._until("05:25")

    async def _ask_to_cross(self) -> None:
        self._story.chapter("a crossing of the boundary, announced")
        await self._send(CROSSING)
        body = msgspec.to_builtins(crossing_asked())
        await self._nodes["WEST"].order("say", code="XNG", body=body)

    async def _send(self, area: Area) -> None:
        """A notice, proven first against the own plans, which stay at home."""
        told = await self._nodes[area.party].order(
            "send_notice",
            notice=msgspec.to_builtins(area.notice()),
            plans=msgspec.to_builtins(
                [plan_of(one) for one in self._flown if one.area == area.name and not one.drifts]
            ),
        )
        self.notices.append((area, f"{area.party}#{told['seq']}"))

    async def _until(self, clock: str) -> None:
        """Let the day go on; every position and every act of a watch at its own time."""
        until_ms = at_ms(clock)
        await self._attend(await self._conductor.jump(self._conductor.now_ms))
        while self._conductor.now_ms < until_ms:
            times = (self._next_ms, self._keepers.next_ms(), until_ms)
            due_ms = min(one for one in times if one is not None)
            await self._attend(await self._conductor.jump(UtcMs(max(due_ms, self._conductor.now_ms))))

    async def _attend(self, told: Mapping[str, Mapping[str, Any]]) -> None:
        """Deliver what was said, do what is due, and tell it, until nobody has anything to do now."""
        while True:
            if any(one["to_deliver"] for one in told.values()):
                told = await self._conductor.deliver()
            if any(one["owed"] for one in told.values()):
                await self._keepers.look(self._conductor.now_ms)
            if not await self._keepers.act(self._conductor.now_ms):
                break
            told = await self._conductor.deliver()
        self._next_ms = earliest(told)
        await self.telling.hear(self._conductor.now_ms)
        await self._look_once()
        await self._call_on_the_channel()

    async def _look_once(self) -> None:
        """A picture of both consoles at the first ALERT."""
        if self.telling.alerts and not self._is_seen:
            self._is_seen = True
            await self._consoles.look("alert")

    async def _call_on_the_channel(self) -> None:
        """The crews do what the ALERT asks; whoever raised it says how the other was heard."""
        if self._called or not self.telling.alerts:
            return
        alert = self.telling.alerts[0]
        if self._conductor.now_ms < said_ms(alert) + CALLED_AFTER_MS:
            return
        self._called = True
        body = RadioCheck(
            channel_khz=alert["body"]["call_on_khz"],
            sector="NORTH",
            caller="WEST/transport",
            called="EAST/uncrewed",
            how="air_air",
            readability=4,
            at_ms=self._conductor.now_ms,
        )
        await self._nodes["WEST"].order("say", code="RCK", body=msgspec.to_builtins(body))
        self._next_ms = earliest(await self._conductor.deliver())
        await self.telling.hear(self._conductor.now_ms)

    def _count(self) -> None:
        """How many fly now and have flown, for whoever looks up."""
        now_ms = self._conductor.now_ms
        words = []
        for party in PARTIES:
            mine = [flight for flight in self._flown if flight.party == party]
            begun = sum(flight.way[0].time_ms <= now_ms for flight in mine)
            over = sum(flight.way[-1].time_ms <= now_ms for flight in mine)
            words.append(f"{party} {begun - over} in the air, {over} of {len(mine)} over")
        self._story.tell(now_ms, "both", "; ".join(words), style="dim")


def plan_of(flight: Flight) -> Plan:
    """What a flight means to do."""
    return Plan(
        datum="palt",
        points=tuple(
            PlanPoint(
                lat_e7=round(fix.lat_deg * DEGREES_E7),
                lon_e7=round(fix.lon_deg * DEGREES_E7),
                time_ms=fix.time_ms,
                level=round(fix.level_ft),
            )
            for fix in flight.way
        ),
    )
