"""Commands about positions: decode a recording, play it through the tracker, watch live feeds."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from detente.adapters.feeds import FeedSettings, JoinedFeed, open_feed
from detente.adapters.home import Home, now_for, open_home, read_agreement, read_settings
from detente.adapters.recorded import Recorded, Told, read_recorded
from detente.adapters.system import SystemClock
from detente.cli.ordering import give_order
from detente.cli.tracks_shown import (
    report_row,
    show_counts,
    show_reports,
    track_row,
    tracks_table,
    wide_console,
)
from detente.cli.watched import feed_for, no_live_feed, tell_counts
from detente.errors import OperatorError
from detente.quantities import UtcMs, utc_ms_of
from detente.tracks.decoding import Circumstances
from detente.tracks.position import PositionReport
from detente.tracks.tracker import Rules, Tracker

app = typer.Typer(help="Positions: decode a recording, replay it, watch live feeds.", no_args_is_help=True)

REDRAW_S = 1.0
STEP_S = 0.05
BAR_FROM_BYTES = 300_000

FileArgument = Annotated[Path, typer.Argument(help="A recording, plain or gzip.")]
FormatOption = Annotated[str, typer.Option("--format", help="The format; auto guesses from the content.")]
SiteOption = Annotated[
    str, typer.Option(help="LAT,LON of the receiver: for aircraft on the ground, and radar plots.")
]
StartOption = Annotated[
    str, typer.Option(help="When the recording begins, UTC, where it counts from its own start.")
]
RateOption = Annotated[
    float | None,
    typer.Option("--frames-per-second", help="How fast frames came, for a recording without any times."),
]
OffsetOption = Annotated[
    int, typer.Option("--utc-offset", help="Minutes that the times of an SBS-1 recording are ahead of UTC.")
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON lines for programs; the last one counts.")]


@app.callback()
def _tracks() -> None:
    """Positions: decode a recording, replay it, watch live feeds."""


@app.command()
def decode(
    file: FileArgument,
    format_name: FormatOption = "auto",
    site: SiteOption = "",
    start: StartOption = "",
    frames_per_s: RateOption = None,
    utc_offset_min: OffsetOption = 0,
    as_json: AsJson = False,
) -> None:
    """Show every position that a recording holds, in the order of time, and what was rejected by reason."""
    recorded = _read(file, format_name, site, start, frames_per_s, utc_offset_min, is_quiet=as_json)
    if as_json:
        for report in recorded.reports:
            print(json.dumps(report_row(report)))
        print(json.dumps(_summary(recorded)))
        return
    console = wide_console()
    show_reports(console, recorded.reports)
    show_counts(console, recorded.format, len(recorded.reports), recorded.rejected, recorded.unused)


@app.command()
def replay(
    file: FileArgument,
    format_name: FormatOption = "auto",
    speed: Annotated[
        float | None, typer.Option(min=0.01, help="Times as fast as it was flown; at once where left out.")
    ] = None,
    site: SiteOption = "",
    start: StartOption = "",
    frames_per_s: RateOption = None,
    utc_offset_min: OffsetOption = 0,
    as_json: AsJson = False,
) -> None:
    """Play a recording through the tracker: one track for each aircraft, and what was rejected by reason."""
    recorded = _read(file, format_name, site, start, frames_per_s, utc_offset_min, is_quiet=as_json)
    tracker = Tracker(rules=Rules(forget_s=math.inf))
    console = wide_console()
    shown = Live(console=console, auto_refresh=False) if speed is not None and not as_json else None
    with _opened(shown):
        drawn = 0.0
        for now_ms, due in _paced(recorded.reports, speed):
            for report in due:
                seen = tracker.see(report, report.time_ms)
                if isinstance(seen, str):
                    continue
                if as_json:
                    print(json.dumps(report_row(seen)))
            if shown is not None and time.monotonic() - drawn >= REDRAW_S:
                rows = [track_row(track) for track in tracker.tracks(now_ms)]
                shown.update(tracks_table(rows, now_ms), refresh=True)
                drawn = time.monotonic()
    end_ms = recorded.reports[-1].time_ms if recorded.reports else UtcMs(0)
    rejected = Counter(recorded.rejected) + tracker.rejected
    tracks = [track_row(track) for track in tracker.tracks(end_ms)]
    if as_json:
        for track in tracks:
            print(json.dumps(track))
        print(
            json.dumps(
                {
                    **_summary(recorded),
                    "rejected": dict(rejected.most_common()),
                    "accepted": tracker.accepted,
                    "tracks": len(tracks),
                    "jumps": tracker.jumps,
                }
            )
        )
        return
    console.print(tracks_table(tracks, end_ms))
    show_counts(console, recorded.format, tracker.accepted, rejected, recorded.unused)


@app.command()
def live(
    home: Annotated[
        Path | None, typer.Option(help="A home: its [[feed]]s, its own aircraft, its memorandum's rules.")
    ] = None,
    connect: Annotated[str, typer.Option(help="tcp://HOST:PORT to connect, udp://HOST:PORT to listen.")] = "",
    format_name: Annotated[str, typer.Option("--format", help="The format, with --connect.")] = "beast",
    site: SiteOption = "",
    seconds: Annotated[
        float | None, typer.Option(min=0.1, help="Stop after as long; else with Ctrl-C.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Watch live feeds as a table, or as JSON lines: the running node's tracks, else positions as they come."""
    if (home is None) == (not connect):
        raise OperatorError(
            "usage", "Positions come from a home or from an address.", cure="Give --home or --connect."
        )
    clock = SystemClock()
    console = wide_console()
    shown = None if as_json else Live(console=console, auto_refresh=False)
    until = math.inf if seconds is None else time.monotonic() + seconds
    counts: Mapping[str, Any] = {}
    with _opened(shown), suppress(KeyboardInterrupt):
        if home is not None and (opened := open_home(home)).control_file.exists():
            for counts in _asked(opened, until):
                _show(counts, shown)
        else:
            feed = _feed_of(home, connect, format_name, site, clock)
            try:
                asyncio.run(_watch(feed, clock, shown, until))
            finally:
                counts = tell_counts(feed)
    if not counts:
        return
    if as_json:
        print(json.dumps({key: counts[key] for key in ("accepted", "rejected", "unused", "sources")}))
    else:
        show_counts(console, "live", counts["accepted"], counts["rejected"], counts["unused"])


def _feed_of(home: Path | None, connect: str, format_name: str, site: str, clock: SystemClock) -> JoinedFeed:
    """The live feeds of a home whose node does not run, or of an address."""
    if home is not None:
        opened = open_home(home)
        settings = read_settings(opened)
        agreement = read_agreement(opened, settings, now_ms=now_for(settings))
        feed = feed_for(settings, agreement.memorandum, folder=opened.folder, clock=clock)
    else:
        feeds = (FeedSettings(connect=connect, format=format_name, site=_site(site)),)
        feed = open_feed(feeds, folder=Path(), tracker=Tracker(rules=Rules()), clock=clock)
    if not isinstance(feed, JoinedFeed):
        raise no_live_feed()
    return feed


def _asked(home: Home, until: float) -> Iterator[Mapping[str, Any]]:
    """What the running node follows, once a second: its feeds are not opened twice."""
    while True:
        yield give_order(home, "tracks")
        if time.monotonic() + REDRAW_S > until:
            return
        time.sleep(REDRAW_S)


def _show(told: Mapping[str, Any], shown: Live | None) -> None:
    if shown is None:
        for row in told["tracks"]:
            print(json.dumps(row), flush=True)
        return
    states = ", ".join(f"{one['name']}: {one['state']}" for one in told["sources"])
    shown.update(
        tracks_table(told["tracks"], told["now_ms"], in_all=told["in_all"], caption=states), refresh=True
    )


async def _watch(feed: JoinedFeed, clock: SystemClock, shown: Live | None, until: float) -> None:
    await feed.start()
    try:
        while time.monotonic() < until:
            now_ms = clock.now_ms()
            for report in feed.take_until(now_ms):
                if shown is None:
                    print(json.dumps(report_row(report)), flush=True)
            if shown is not None:
                rows = [track_row(track) for track in feed.tracker.tracks(now_ms)]
                _show({"now_ms": now_ms, "tracks": rows, "in_all": len(rows), **tell_counts(feed)}, shown)
            await asyncio.sleep(min(REDRAW_S, max(0.0, until - time.monotonic())))
    finally:
        await feed.close()


def _read(
    file: Path,
    format_name: str,
    site: str,
    start: str,
    frames_per_s: float | None,
    utc_offset_min: int,
    *,
    is_quiet: bool,
) -> Recorded:
    """The file, with a bar where it is long."""
    circumstances = Circumstances(
        source=file.name,
        start_ms=_start_ms(start),
        frames_per_s=frames_per_s,
        site=_site(site),
        utc_offset_min=utc_offset_min,
    )
    is_long = file.exists() and file.stat().st_size > BAR_FROM_BYTES
    with _bar(f"reading {file.name}", is_shown=is_long and not is_quiet) as told:
        return read_recorded(
            file,
            format_name=format_name,
            circumstances=circumstances,
            not_after_ms=SystemClock().now_ms(),
            told=told,
        )


def _paced(
    reports: Sequence[PositionReport], speed: float | None
) -> Iterator[tuple[UtcMs, Sequence[PositionReport]]]:
    """Reports as they fall due; all at once without a speed."""
    if speed is None or not reports:
        yield (reports[-1].time_ms if reports else UtcMs(0)), reports
        return
    began, start_ms, place = time.monotonic(), reports[0].time_ms, 0
    while place < len(reports):
        now_ms = UtcMs(start_ms + int((time.monotonic() - began) * 1000.0 * speed))
        first = place
        while place < len(reports) and reports[place].time_ms <= now_ms:
            place += 1
        yield now_ms, reports[first:place]
        if place < len(reports):
            wait_s = (reports[place].time_ms - now_ms) / 1000.0 / speed
            time.sleep(min(REDRAW_S, max(STEP_S, wait_s)))


def _site(text: str) -> tuple[float, float] | None:
    if not text:
        return None
    try:
        lat_deg, lon_deg = (float(one) for one in text.split(","))
    except ValueError:
        lat_deg = lon_deg = math.nan
    if not (abs(lat_deg) <= 90.0 and abs(lon_deg) <= 180.0):
        raise OperatorError(
            "usage", f"{text!r} is no place.", cure="Write --site LAT,LON in degrees, for example 48.1,11.5."
        )
    return lat_deg, lon_deg


def _start_ms(text: str) -> UtcMs:
    if not text:
        return UtcMs(0)
    try:
        return utc_ms_of(datetime.fromisoformat(text))
    except ValueError as why:
        raise OperatorError(
            "usage", f"{text!r} is no time: {why}.", cure="Write it as 2024-07-06T06:43:09Z."
        ) from why


def _summary(recorded: Recorded) -> dict[str, object]:
    return {
        "format": recorded.format,
        "reports": len(recorded.reports),
        "rejected": dict(Counter(recorded.rejected).most_common()),
        "unused": dict(Counter(recorded.unused).most_common()),
    }


@contextmanager
def _opened(shown: Live | None) -> Iterator[None]:
    if shown is None:
        yield
    else:
        with shown:
            yield


@contextmanager
def _bar(doing: str, *, is_shown: bool) -> Iterator[Told]:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not is_shown) as progress:
        task = progress.add_task(doing, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
