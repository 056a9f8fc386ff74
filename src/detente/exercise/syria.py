"""A day of two coalitions over one country under the template's terms, with synthetic flights from a seed.

Real are the two node processes, their line, their clocks, their records and what is verified at the end. Invented are
the flights, the areas, the boundary and the people, who answer after the time that people take; the terms are the
template's, most of which are assumptions themselves. Nothing here describes what anybody flew, said or meant.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console

from detente.adapters.home import PeerAddress
from detente.encounters.episodes import Episode
from detente.encounters.motion import WELL_CLEAR
from detente.exercise.conductor import Conductor
from detente.exercise.consoles import Consoles
from detente.exercise.outcome import Left, Result
from detente.exercise.overheard import Overheard
from detente.exercise.parties import HOST, Seat, make_parties, write_settings
from detente.exercise.processes import NodeProcess
from detente.exercise.stage import free_port, keep_evidence, status_of
from detente.exercise.story import Story
from detente.exercise.syria_areas import at_ms
from detente.exercise.syria_day import BEGINS, ENDS, Day
from detente.exercise.syria_flights import Flight, flights, recording_for
from detente.exercise.syria_picture import draw
from detente.exercise.syria_plan import Cards, check_plan
from detente.exercise.syria_summary import Played, call_signs, summarise
from detente.exercise.syria_telling import Telling
from detente.exercise.syria_terms import PARTIES, PATH_ID, TEMPLATE, terms, terms_read
from detente.exercise.watch_keepers import WatchKeepers
from detente.line.evidence import Evidence
from detente.memorandum.identity import identity_in_force
from detente.memorandum.model import Memorandum
from detente.quantities import UtcMs

SEED = 2015
ACTIONS = {"EAST": "descend"}
"""What a watch answers to an ALERT on its own aircraft: the drifter of the written meeting descends."""
OPENING = (
    "SYNTHETIC. Flights, areas, the line L1 and the people are invented; the terms are those of the template"
    " syria-2015, which are mostly assumptions. What each side says is its claim."
)


async def play(out: Path, console: Console, *, consoles: Consoles, folder: Path, seed: int = SEED) -> Result:
    """Run the whole day; leaves the record in `out/record`, the cards in `out/cards`, the homes in `folder`.

    Raises: OperatorError where a node does not start, a notice is refused, or the two sides' records differ.
    """
    began = time.monotonic()
    memorandum, flown = terms_read(), flights(seed)
    story = Story(console=console)
    _open(console, memorandum, flown)
    before = check_plan(story, memorandum, at_ms(BEGINS))
    seats = _make_homes(folder / "homes", flown, seed, consoles)
    day, rest = await _play(seats, memorandum, flown, story, out / "cards", seed, consoles)
    evidence = keep_evidence(seats, out / "record")
    played = Played(
        seed=seed,
        flown=flown,
        notices=day.notices,
        plan_before=before,
        plan_after=day.plan_after,
        cards=day.cards,
        alerts=day.telling.alerts,
        **rest,
    )
    summary = summarise(played, evidence, memorandum, story)
    _close(story, summary, evidence)
    summary["steps"] = story.rows()
    picture = draw(played, summary, memorandum)
    left = Left(
        seats=seats,
        path_id=PATH_ID,
        own_aircraft={party: _own_aircraft(party, flown) for party in PARTIES},
        end_ms=at_ms(ENDS),
    )
    return Result(
        summary={**summary, "seconds": round(time.monotonic() - began, 1)}, picture=picture, left=left
    )


def _open(console: Console, memorandum: Memorandum, flown: Sequence[Flight]) -> None:
    console.print(f"[bold]{memorandum.memorandum.id}, 5 November 2015[/], all times UTC", soft_wrap=True)
    console.print(OPENING, style="yellow")
    for party in memorandum.party:
        mine = sum(flight.party == party.id for flight in flown)
        where = "east of the line L1" if party.id == "WEST" else "west of the line L1"
        console.print(f"[bold]{party.id}[/]  {party.name}: {mine} flights today, {where}")


def _own_aircraft(party: str, flown: Sequence[Flight]) -> list[str]:
    return [flight.aircraft for flight in flown if flight.party == party]


def _make_homes(folder: Path, flown: Sequence[Flight], seed: int, consoles: Consoles) -> list[Seat]:
    """Two homes under the edited terms, each with its own picture of the traffic and its own list of aircraft."""
    seats = make_parties(
        folder,
        template_name=TEMPLATE,
        parties=PARTIES,
        ports=[free_port() for _ in PARTIES],
        terms=terms(),
    )
    for seat, other in zip(seats, reversed(seats), strict=True):
        recording = seat.home.folder / "traffic.json.gz"
        recording.write_bytes(recording_for(seat.party, flown, seed=seed))
        write_settings(
            seat,
            peers=[PeerAddress(party=other.party, path=PATH_ID, host=HOST, port=other.port)],
            own_aircraft=_own_aircraft(seat.party, flown),
            recording=recording,
            conducted_from_ms=at_ms(BEGINS),
            console=consoles.listen[seat.party],
        )
    consoles.let_in(seats)
    return seats


async def _play(
    seats: Sequence[Seat],
    memorandum: Memorandum,
    flown: Sequence[Flight],
    story: Story,
    cards: Path,
    seed: int,
    consoles: Consoles,
) -> tuple[Day, dict[str, Any]]:
    """The day on two processes, and what they know at its end."""
    identity = identity_in_force((seats[0].home.folder / "memorandum.toml").read_bytes(), {})
    async with AsyncExitStack() as stack:
        started = await asyncio.gather(*(NodeProcess.start(seat.home) for seat in seats))
        for node in started:
            stack.push_async_callback(node.stop)
        nodes = dict(zip(PARTIES, started, strict=True))
        day = Day(
            nodes=nodes,
            conductor=Conductor(nodes, start_ms=at_ms(BEGINS), shown=_unseen),
            keepers=WatchKeepers(nodes, seed=seed, actions=ACTIONS),
            memorandum=memorandum,
            flown=flown,
            telling=Telling(overheard=Overheard(nodes=nodes, memorandum=memorandum), story=story),
            drawer=Cards(memorandum=memorandum, identity=identity, folder=cards),
            consoles=consoles,
        )
        await day.play()
        episodes = {
            party: msgspec.convert((await node.order("episodes"))["episodes"], tuple[Episode, ...])
            for party, node in nodes.items()
        }
        _tell_passes(story, episodes, call_signs(flown))
        return day, {"episodes": episodes, "status": await status_of(nodes)}


def _tell_passes(story: Story, episodes: Mapping[str, Sequence[Episode]], names: Mapping[str, str]) -> None:
    """How near they came, as each side measured it; who was kept apart is not among them."""
    for party, found in episodes.items():
        passes = "; ".join(
            f"{names[one.a]} and {names[one.b]}, {one.nearest.miss_nm:.2f} NM, {one.nearest.miss_ft:.0f} ft"
            for one in found
        )
        near = f"{WELL_CLEAR.lateral_nm} NM and {WELL_CLEAR.vertical_ft:.0f} ft"
        pairs = "1 pair" if len(found) == 1 else f"{len(found)} pairs"
        story.tell(
            at_ms(ENDS), f"{party} watch", f"{pairs} measured under {near} all day: {passes or 'none'}"
        )


def _close(story: Story, summary: Mapping[str, Any], evidence: Evidence) -> None:
    """The record, and how the clocks were met."""
    story.chapter("the record")
    now_ms = at_ms(ENDS)
    verdict = "VERIFIED" if evidence.ok else f"NOT VERIFIED: {len(evidence.problems)} problems"
    style = "bold green" if evidence.ok else "bold red"
    sizes = " and ".join(
        f"{size} of {origin.partition('/')[0]}" for origin, size in sorted(evidence.sizes.items())
    )
    story.tell(
        now_ms,
        "both",
        f"each exports its record: {sizes}; {summary['receipts']} of {summary['messages']} statements receipted;"
        " the two are the same, statement by statement",
    )
    story.tell(now_ms, "offline", f"the record is {verdict}", style=style)
    missed, owed = summary["clocks_missed"], sum(summary["still_owed"].values())
    story.tell(
        now_ms,
        "both",
        f"{summary['clocks_met']} answers lay inside their agreed clocks, {missed} did not; {owed} are still owed",
        style="bold red" if missed else "bold green",
    )


async def _unseen(now_ms: UtcMs) -> None:
    """The story is told line by line; there is no view to refresh."""
