"""A file of recorded traffic, in any format, to reports in the order of their times."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from detente.errors import OperatorError, PeerError
from detente.quantities import UtcMs
from detente.tracks.decoding import Circumstances, NoTimesError
from detente.tracks.formats import FORMATS, LOOKED_AT_BYTES, WHOLE, decoder_of, guess
from detente.tracks.position import PositionReport
from detente.tracks.recording import read_recording
from detente.wire.limits import FEED_REPORTS_MAX, RECORDING_BYTES_MAX

PIECE_BYTES = 262_144
_GZIP = b"\x1f\x8b"
Told = Callable[[int, int], None]
"""Bytes read of the file so far, and in all."""


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What a file held; `rejected` and `unused` count by reason what gave no report."""

    format: str
    reports: tuple[PositionReport, ...]
    rejected: Mapping[str, int]
    unused: Mapping[str, int]


def read_recorded(
    path: Path,
    *,
    format_name: str = "auto",
    circumstances: Circumstances | None = None,
    not_after_ms: UtcMs | None = None,
    told: Told = lambda _done, _all: None,
) -> Recorded:
    """Everything in a recording, plain or gzip, that can be a report.

    Args:
        not_after_ms: later reports come from the future, and are counted as `future_time`.
    Raises: OperatorError `no_file`, `unknown_format`, `no_times`, `recording`, `no_asterix`.
    """
    given = circumstances or Circumstances(source=path.name)
    try:
        if format_name == "auto":
            format_name = _guessed(path)
        if format_name not in FORMATS:
            raise OperatorError(
                "unknown_format",
                f"{format_name!r} is no format of positions.",
                cure=f"Write one of: {', '.join(FORMATS)}.",
            )
        if format_name in WHOLE:
            return _whole(path, format_name, given, not_after_ms, told)
        return _streamed(path, format_name, given, not_after_ms, told)
    except OSError as why:
        raise OperatorError(
            "no_file", f"{path} cannot be read: {why.strerror}.", cure="Name a file that is there."
        ) from why
    except NoTimesError as why:
        raise OperatorError(
            "no_times",
            f"{path} says nothing of time.",
            cure="Say how many frames came a second: --frames-per-second N, or frames_per_s in [feed].",
        ) from why
    except (PeerError, zlib.error) as why:
        raise OperatorError(
            "recording", f"{path} cannot be played: {why}.", cure="Name a recording that is whole."
        ) from why


def _guessed(path: Path) -> str:
    head = b""
    for piece, _ in _pieces(path):
        head += piece
        if len(head) >= LOOKED_AT_BYTES:
            break
    found = guess(head)
    if found is None:
        raise OperatorError(
            "unknown_format",
            f"{path} looks like no format of positions that is known here.",
            cure=f"Say which it is, with --format or in [feed]: {', '.join(FORMATS)}.",
        )
    return found


def _whole(path: Path, name: str, given: Circumstances, not_after_ms: UtcMs | None, told: Told) -> Recorded:
    size = path.stat().st_size
    recording = read_recording(path.read_bytes(), not_after_ms=not_after_ms)
    told(size, size)
    return Recorded(
        format=name,
        reports=tuple(replace(report, source=given.source) for report in recording.reports),
        rejected=recording.rejected,
        unused={"height_dropped": recording.heights_dropped} if recording.heights_dropped else {},
    )


def _streamed(
    path: Path, name: str, given: Circumstances, not_after_ms: UtcMs | None, told: Told
) -> Recorded:
    decoder = decoder_of(name, given)
    rejected: Counter[str] = Counter()
    reports: list[PositionReport] = []
    size = path.stat().st_size
    for piece, done in _pieces(path):
        reports += decoder.take(piece, None)
        told(done, size)
        if len(reports) > FEED_REPORTS_MAX:
            raise OperatorError(
                "recording",
                f"{path} holds more than {FEED_REPORTS_MAX:,} positions.",
                cure="Cut it into shorter ones.",
            )
    reports += decoder.finish()
    if not_after_ms is not None:
        past = [report for report in reports if report.time_ms <= not_after_ms]
        if len(past) < len(reports):
            rejected["future_time"] = len(reports) - len(past)
        reports = past
    reports.sort(key=lambda report: report.time_ms)
    rejected.update(decoder.rejected)
    return Recorded(format=name, reports=tuple(reports), rejected=dict(rejected), unused=dict(decoder.unused))


def _pieces(path: Path) -> Iterator[tuple[bytes, int]]:
    """The content, unpacked, and how much of the file that took; bounded, since a packed file can hold anything."""
    total = 0
    with path.open("rb") as file:
        head = file.read(2)
        file.seek(0)
        unpacker = zlib.decompressobj(wbits=31) if head == _GZIP else None
        while data := file.read(PIECE_BYTES):
            while data:
                if unpacker is None:
                    piece, data = data, b""
                else:
                    piece = unpacker.decompress(data, PIECE_BYTES)
                    data = unpacker.unconsumed_tail
                    if unpacker.eof:
                        data = unpacker.unused_data
                        unpacker = zlib.decompressobj(wbits=31)
                total += len(piece)
                if total > RECORDING_BYTES_MAX:
                    raise PeerError("too_large", f"The recording is larger than {RECORDING_BYTES_MAX} bytes.")
                if piece:
                    yield piece, file.tell()
