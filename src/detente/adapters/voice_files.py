"""Recordings in the home: one file each, in the folder of the day on which it was heard, under its SHA-256.

Days are those of the machine's clock here, whatever a talker's clock said; a whole day goes when its time is over.
What is written is synced before it is said; a disk that is full, or a folder that is, refuses.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf
from pathlib import Path
from threading import Lock
from time import monotonic

from detente.errors import DamageError, PeerError
from detente.line.terms import LATEST_MS
from detente.quantities import Digest
from detente.voice.recording import (
    HEADING_BYTES_MAX,
    Heading,
    Recording,
    digest_of,
    parse_heading,
    parse_recording,
)
from detente.wire.limits import VOICE_FOLDER_BYTES_MAX, VOICE_RECORDING_BYTES_MAX

SUFFIX = ".voice"
KNOWN_MAX = 2_000
BEGAN_MAX = 200_000
LEFT_MAX = 1_000
DAY_MS = 86_400_000
BLOCK_BYTES = 4_096
_GROWING = re.compile(r"[0-9]{1,6}-[0-9a-f]{16}-[0-9a-f]{16}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptFile:
    """One recording that is here, without its packets: many are known at once. `missing`: packets that it lacks."""

    digest: Digest
    heading: Heading
    length_ms: int
    packets: int
    missing: int


@dataclass(frozen=True, kw_only=True)
class KeptBetween:
    """Recordings of a time, as they began; `left_away` is how many more there are."""

    kept: tuple[KeptFile, ...]
    left_away: int


@dataclass(frozen=True, kw_only=True)
class Swept:
    """How many days are gone, and which the disk did not let go of: the next sweep tries those again."""

    gone: int
    stuck: tuple[str, ...]


class VoiceFiles:
    """The folder ``voice`` of a home.

    Args:
        bytes_max: all recordings together, each with the whole blocks that it takes on a disk.
    """

    def __init__(self, folder: Path, *, bytes_max: int = VOICE_FOLDER_BYTES_MAX) -> None:
        self._folder = folder
        self._growing = folder / "growing"
        self._bytes_max = bytes_max
        self._bytes = sum(_size_of(day) for day in folder.glob("*"))
        self._counting = Lock()
        """Recordings are written in one thread while days go in another."""
        self._kept_s: dict[str, float] = {}
        """When this start last wrote to a day, by a clock that never steps."""
        self._known: OrderedDict[str, KeptFile] = OrderedDict()
        self._began: dict[str, int] = {}

    def keep(self, file: bytes) -> Digest:
        """Write a recording; raises DamageError `voice_full` or `voice_disk` where it is not kept."""
        digest = digest_of(file)
        if self._bytes + _on_disk(len(file)) > self._bytes_max:
            raise DamageError(
                "voice_full",
                f"Recordings fill the {self._bytes_max} bytes that they may have.",
                cure=f"Move days out of {self._folder}.",
            )
        beside: Path | None = None
        try:
            day = self._today()
            target = day / f"{digest}{SUFFIX}"
            if target.exists():
                return digest
            beside = target.with_suffix(".part")
            with beside.open("wb") as out:
                out.write(file)
                out.flush()
                os.fsync(out.fileno())
            beside.replace(target)
            _sync_folder(day)
        except OSError as why:
            if beside is not None:
                with suppress(OSError):
                    beside.unlink(missing_ok=True)
            raise DamageError(
                "voice_disk",
                f"A recording cannot be written: {why.strerror or why}.",
                cure=f"Make room for {self._folder}.",
            ) from why
        self._count(_on_disk(len(file)))
        return digest

    def grow(self, name: str, data: bytes, *, is_first: bool) -> None:
        """Add to the file of a transmission that is under way; raises DamageError `voice_disk`.

        It is not synced: it is for a process that is killed, and the next start.
        """
        assert _GROWING.fullmatch(name), "names of growing files are made here"
        try:
            self._growing.mkdir(parents=True, exist_ok=True)
            with (self._growing / name).open("wb" if is_first else "ab") as out:
                out.write(data)
        except OSError as why:
            raise DamageError(
                "voice_disk",
                f"Speech cannot be written: {why.strerror or why}.",
                cure=f"Make room for {self._folder}.",
            ) from why

    def grown(self, name: str) -> None:
        """It is kept whole, and stated: what grew is not needed any more."""
        with suppress(OSError):
            (self._growing / name).unlink(missing_ok=True)

    def left(self) -> Iterator[tuple[str, Recording]]:
        """What was under way, or not stated yet, when the node last ended; what is no recording goes.

        Raises DamageError `voice_disk` after all others for what cannot be read now: that stays for the next start.
        """
        unread: OSError | None = None
        try:
            files = sorted(self._growing.iterdir()) if self._growing.is_dir() else []
        except OSError as why:
            files, unread = [], why
        for file in files[:LEFT_MAX]:
            try:
                if file.stat().st_size > VOICE_RECORDING_BYTES_MAX:
                    raise PeerError("too_large", "It is no recording.")
                recording = parse_recording(file.read_bytes(), is_broken_off=True)
            except PeerError:
                self.grown(file.name)
            except OSError as why:
                unread = why
            else:
                yield file.name, recording
        if unread is not None:
            raise DamageError(
                "voice_disk",
                f"Speech that the last start left cannot be read: {unread.strerror or unread}.",
                cure=f"See to {self._growing} and start the node again.",
            ) from unread

    def read(self, digest: str) -> bytes | None:
        """The file of a hash, or None; it is not judged here whether it still has that hash."""
        file = self._file_of(digest)
        return None if file is None else file.read_bytes()

    def is_here(self, digest: str) -> bool:
        """Whether a file lies under a hash."""
        return self._file_of(digest) is not None

    def newest(self, count: int) -> list[KeptFile]:
        """The newest recordings, the newest first."""
        found: list[KeptFile] = []
        for day in self._days():
            files = sorted(day.glob(f"*{SUFFIX}"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
            for file in files[: count - len(found)]:
                if (kept := self._kept(file)) is not None and kept not in found:
                    found.append(kept)
            if len(found) >= count:
                break
        return found

    def between(self, *, from_ms: int, until_ms: int, near_ms: int, count: int) -> KeptBetween:
        """Recordings that began in a time, both ends included; where there are too many, those nearest to a moment.

        When they began is the talker's word. Only the folders of those days are looked into, and one to each side:
        what was stamped by a clock that was further off is not found.

        Args:
            from_ms, until_ms, near_ms: UTC; anybody's word, and they may lie in any year.
        """
        first, last = _day_of(from_ms - DAY_MS), _day_of(until_ms + DAY_MS)
        at = {  # by name: what was kept again after midnight is one recording
            file.name: (began_ms, file)
            for day in self._days()
            if first <= day.name <= last
            for file in day.glob(f"*{SUFFIX}")
            if (began_ms := self._began_ms(file)) is not None and from_ms <= began_ms <= until_ms
        }
        found = sorted(at.values(), key=lambda one: (abs(one[0] - near_ms), one[1].name))
        kept = [one for _, file in found[:count] if (one := self._kept(file)) is not None]
        kept.sort(key=lambda one: (one.heading.start_ms, one.digest))
        return KeptBetween(kept=tuple(kept), left_away=max(0, len(found) - count))

    def sweep(self, *, days: int, needed: Collection[str] = (), cited: Set[str] = frozenset()) -> Swept:
        """Let go of the days that are over by the memorandum.

        Args:
            needed: days that stay.
            cited: hashes of recordings of which the days stay.
        """
        oldest = f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d}"
        try:
            over = [day for day in self._days() if day.name < oldest and day.name not in needed]
        except OSError:
            return Swept(gone=0, stuck=(self._folder.name,))
        gone, stuck = 0, []
        for day in over:
            kept_ms = (monotonic() - self._kept_s.get(day.name, -inf)) * 1_000
            try:
                gone += self._let_go(day, is_young=kept_ms < days * DAY_MS / 2, cited=cited)
            except OSError:
                stuck.append(day.name)
        return Swept(gone=gone, stuck=tuple(stuck))

    def _let_go(self, day: Path, *, is_young: bool, cited: Set[str]) -> bool:
        """Whether a day is gone now; raises OSError where the disk does not let go of it.

        Args:
            is_young: it is over, and yet was written to not long ago: the clock was far behind then and has been set
                since. What lies there goes on under today.
        """
        files = list(day.glob(f"*{SUFFIX}"))
        if not cited.isdisjoint(file.stem for file in files):
            return False
        if is_young:
            self._move_to_today(files)
        before = _size_of(day)
        try:
            shutil.rmtree(day)
        finally:
            self._count(_size_of(day) - before)
        return not is_young

    def _today(self) -> Path:
        """The folder of today, to be written to."""
        today = self._folder / f"{datetime.now(UTC):%Y-%m-%d}"
        today.mkdir(parents=True, exist_ok=True)
        self._kept_s[today.name] = monotonic()
        return today

    def _move_to_today(self, files: Iterable[Path]) -> None:
        today = self._today()
        for file in files:
            file.replace(today / file.name)
        _sync_folder(today)

    def _count(self, size: int) -> None:
        with self._counting:
            self._bytes += size

    def _kept(self, file: Path) -> KeptFile | None:
        if (known := self._known.get(file.stem)) is not None:
            return known
        try:
            recording = parse_recording(file.read_bytes())
        except (OSError, PeerError):
            return None
        known = self._known[file.stem] = KeptFile(
            digest=Digest(file.stem),
            heading=recording.heading,
            length_ms=recording.length_ms,
            packets=len(recording.packets),
            missing=recording.missing,
        )
        if len(self._known) > KNOWN_MAX:
            self._known.popitem(last=False)
        return known

    def _began_ms(self, file: Path) -> int | None:
        """When a recording began, read once and remembered; None of what cannot be read."""
        if (known := self._began.get(file.stem)) is not None:
            return known
        try:
            with file.open("rb") as opened:
                heading, _ = parse_heading(opened.read(HEADING_BYTES_MAX))
        except (OSError, PeerError):
            return None
        if len(self._began) >= BEGAN_MAX:
            self._began.clear()
        self._began[file.stem] = heading.start_ms
        return heading.start_ms

    def _file_of(self, digest: str) -> Path | None:
        if _DIGEST.fullmatch(digest) is None:
            return None
        for day in self._days():
            file = day / f"{digest}{SUFFIX}"
            if file.is_file() and file.stat().st_size <= VOICE_RECORDING_BYTES_MAX:
                return file
        return None

    def _days(self) -> Iterator[Path]:
        if self._folder.is_dir():
            days = (one for one in self._folder.iterdir() if _DAY.fullmatch(one.name) and one.is_dir())
            yield from sorted(days, reverse=True)


def _day_of(at_ms: int) -> str:
    """As a folder is named; what is beyond all calendars is the last day."""
    return f"{datetime.fromtimestamp(min(max(at_ms, 0), LATEST_MS) / 1_000, UTC):%Y-%m-%d}"


def _on_disk(size: int) -> int:
    """A second of speech takes a block and a name as well as a minute does."""
    return -(-size // BLOCK_BYTES) * BLOCK_BYTES


def _size_of(day: Path) -> int:
    """What the recordings of a day take on the disk, as far as it tells."""
    size = 0
    with suppress(OSError):
        for file in day.glob(f"*{SUFFIX}"):
            size += _on_disk(file.stat().st_size)
    return size


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
