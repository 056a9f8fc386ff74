"""Opens the voice of a node: the net, a connection to each peer, and what keeps recordings, where one is agreed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from detente.adapters.link_client import LinkClient
from detente.adapters.link_server import Upgrade
from detente.adapters.voice_files import VoiceFiles
from detente.adapters.voice_link import VoiceDialler, VoiceEar
from detente.errors import DamageError
from detente.node import radio
from detente.node.effects import Write
from detente.ports import Entropy
from detente.runtime.node import Node
from detente.runtime.voice_keep import VoiceKeep
from detente.runtime.voice_net import VoiceNet
from detente.runtime.voice_ports import Clocks
from detente.runtime.voice_retention import days_needed, is_clock_agreed, recordings_cited
from detente.voice.net import channels_of, terms_of

TICK_S = 0.1
LOOK_S = 1.0
OFF_MS = 1_000
SWEEP_S = 3_600.0
GROW_S = 0.5


class Stamp:
    """UTC as the machine's clock had it when that was last taken, and steady from there: the clock of own frames."""

    def __init__(self) -> None:
        self.take()

    def __call__(self) -> int:
        return self._base_ms + steady_ms()

    def take(self) -> None:
        """Take the machine's clock as it is now."""
        self._base_ms = _wall_ms() - steady_ms()

    @property
    def off_ms(self) -> int:
        """How far the machine's clock was set ahead since."""
        return _wall_ms() - self()


@dataclass(frozen=True, kw_only=True)
class Voice:
    """The net of a node and, where speech is recorded, what keeps it."""

    net: VoiceNet
    files: VoiceFiles
    keep: VoiceKeep | None
    stamp: Stamp


def voice_of(node: Node, folder: Path, entropy: Entropy) -> Voice | None:
    """The voice of a node, or None where the memorandum has no [voice]; recordings lie in `folder`."""
    memorandum = node.state.memorandum
    terms = terms_of(memorandum)
    if terms is None:
        return None
    files = VoiceFiles(folder)
    keep = VoiceKeep(node=node, files=files, now_ms=steady_ms) if terms.recorded else None
    stamp = Stamp()
    net = VoiceNet(
        me=node.keeper.me,
        peers=node.keeper.peers,
        posts={post.id: post.party for post in memorandum.post},
        terms=terms,
        epoch=entropy.draw(8).hex(),
        clocks=Clocks(steady_ms=steady_ms, stamp_ms=stamp),
        tapes=None if keep is None else keep.tapes,
        note=lambda text: _note(node, text),
    )
    net.agree(channels_of(radio.plan(node.state).memorandum))
    return Voice(net=net, files=files, keep=keep, stamp=stamp)


def steady_ms() -> int:
    """Milliseconds of the machine's clock that never steps."""
    return time.monotonic_ns() // 1_000_000


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


def open_voice(
    stack: AsyncExitStack,
    node: Node,
    voice: Voice | None,
    folder: Path,
    paths: Sequence[LinkClient],
    ended: Callable[[asyncio.Task[None]], None],
) -> Upgrade | None:
    """Dial each peer until the stack is closed; gives what hears them, for the link's server.

    Args:
        folder: where recordings lie; those of an agreement that recorded go when their time is over under any.
        paths: connections of our own to the peers, the best of each first.
        ended: hears of a task that ended, so that no fault of ours goes unseen.
    """
    jobs = [_sweep(node, VoiceFiles(folder) if voice is None else voice.files)]
    if voice is not None:
        net = voice.net
        by_party: dict[str, list[LinkClient]] = {}
        for path in paths:
            by_party.setdefault(path.peer, []).append(path)
        jobs.append(_keep_time(net, node, voice.stamp))
        jobs += [VoiceDialler(net=net, party=party, paths=own).run() for party, own in by_party.items()]
        if voice.keep is not None:
            jobs.append(_keep_speech(net, voice.keep))
    loop = asyncio.get_running_loop()
    for job in jobs:
        task = loop.create_task(job)
        task.add_done_callback(ended)
        stack.push_async_callback(_end, task)
    return None if voice is None else VoiceEar(voice.net).take


async def _keep_time(net: VoiceNet, node: Node, stamp: Stamp) -> None:
    looked_s, changes = 0.0, node.state.channel_changes
    while True:
        await asyncio.sleep(TICK_S)
        net.tick()
        if time.monotonic() - looked_s < LOOK_S:
            continue
        looked_s = time.monotonic()
        if abs(off_ms := stamp.off_ms) > OFF_MS and net.is_quiet:
            stamp.take()
            net.restamped()
            _note(
                node, f"The machine's clock was set by {off_ms / 1_000:+.1f} s, and speech is stamped so now."
            )
        if changes or node.state.channel_changes:
            changes = node.state.channel_changes
            net.agree(channels_of(radio.plan(node.state).memorandum))


async def _sweep(node: Node, files: VoiceFiles) -> None:
    """Delete the days that are over by the memorandum; what the disk does not let go of ends nothing."""
    days = node.state.memorandum.retention.voice_days
    stuck: tuple[str, ...] = ()
    while True:
        await asyncio.sleep(LOOK_S)
        if not is_clock_agreed(node.state):
            continue
        try:
            cited = await recordings_cited(node)
        except DamageError:  # the store is away for the moment: nothing goes unseen
            continue
        needed = days_needed(node.state)
        swept = await asyncio.to_thread(files.sweep, days=days, needed=needed, cited=cited)
        if swept.gone:
            _note(node, f"Recordings of {swept.gone} days are over by the memorandum and gone.")
        if swept.stuck and swept.stuck != stuck:
            oldest = f"{len(swept.stuck)} days, the oldest {min(swept.stuck)}"
            _note(node, f"NOT DELETED, although over by the memorandum: recordings of {oldest}. Delete them.")
        stuck = swept.stuck
        await asyncio.sleep(SWEEP_S)


async def _keep_speech(net: VoiceNet, keep: VoiceKeep) -> None:
    """Write and state; at the end whatever is under way is written."""
    grown_s, was_failing = 0.0, False
    writing: asyncio.Future[Callable[[], None]] | None = None
    try:
        writing = asyncio.ensure_future(asyncio.to_thread(keep.recall))
        (await asyncio.shield(writing))()
        while True:
            writing = None
            await asyncio.sleep(TICK_S)
            while (write := keep.next_write()) is not None:
                writing = asyncio.ensure_future(asyncio.to_thread(write))
                (await asyncio.shield(writing))()
                writing = None
            if time.monotonic() - grown_s >= GROW_S and (write := keep.next_growth()) is not None:
                grown_s = time.monotonic()
                writing = asyncio.ensure_future(asyncio.to_thread(write))
                (await asyncio.shield(writing))()
                writing = None
            keep.look()
            if keep.tapes.is_failing != was_failing:
                was_failing = keep.tapes.is_failing
                net.tell_all(net.shown())
    finally:
        if writing is not None:
            (await writing)()
        keep.tapes.look(all_of_them=True)
        while (write := keep.next_write()) is not None:
            write()()
        while keep.is_owing:
            keep.look(is_last=True)


def _note(node: Node, text: str) -> None:
    node.write(Write(kind="voice", text=text))


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
