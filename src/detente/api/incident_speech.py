"""Speech in the timeline of an incident: what was kept of that time, and which recordings that it names are not here.

The time is that of the replay: from some minutes before the first entry, or the event, until as long after the last.
Where more was said than a reader goes through, what was said nearest to the event is told. Whether a recording is
still the one that was stated is judged when it is asked for, by its hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from detente.adapters.voice_files import KeptFile, VoiceFiles
from detente.line.terms import LATEST_MS
from detente.quantities import UtcMs, parse_utc_text, utc_text

AROUND_MS = 600_000
KEPT_MAX = 200
NAMED_MAX = 500

Row = Mapping[str, Any]


def window_of(entries: Iterable[Row], *, event_ms: int) -> tuple[UtcMs, UtcMs]:
    """From when until when an incident is replayed; a claimed time may be any that a calendar has."""
    times_ms = [event_ms, *(parse_utc_text(row["at_utc"]) for row in entries)]
    return UtcMs(max(0, min(times_ms) - AROUND_MS)), UtcMs(min(max(times_ms) + AROUND_MS, LATEST_MS))


def speech(
    files: VoiceFiles,
    entries: Sequence[Row],
    *,
    others: Iterable[Row],
    window_ms: tuple[int, int],
    event_ms: int,
) -> dict[str, Any]:
    """What the timeline has of it; reads the disk, so it is for another thread.

    `stated_in` is the entry by which the talker's party states a transmission, and `is_as_stated` whether the same
    packets are kept here: whoever lost some has another recording.

    Args:
        entries: of the incident, as rows of the transcript.
        others: rows in which such entries are looked for too.
    """
    named = list(dict.fromkeys(spoken["sha256"] for _, spoken in _stated(entries)))[:NAMED_MAX]
    stated = {
        (row["party"], spoken["channel_khz"], spoken["transmission"]): (row["ref"], spoken["sha256"])
        for row, spoken in _stated((*others, *entries))
    }
    between = files.between(from_ms=window_ms[0], until_ms=window_ms[1], near_ms=event_ms, count=KEPT_MAX)
    kept = []
    for one in between.kept:
        key = (one.heading.party, one.heading.channel_khz, one.heading.transmission)
        ref, digest = stated.get(key, (None, None))
        kept.append({**kept_row(one), "stated_in": ref, "is_as_stated": digest == one.digest})
    return {
        "kept": kept,
        "left_away": between.left_away,
        "not_here": [digest for digest in named if not files.is_here(digest)],
    }


def _stated(entries: Iterable[Row]) -> Iterator[tuple[Row, Row]]:
    for row in entries:
        if row["code"] == "VOX" and row["body"] is not None:
            yield from ((row, spoken) for spoken in row["body"]["spoken"])


def kept_row(one: KeptFile) -> dict[str, Any]:
    """A recording as pages have it; a talker's clock may say what no calendar has."""
    return {
        "sha256": one.digest,
        "start_utc": utc_text(min(one.heading.start_ms, LATEST_MS)),
        "length_ms": one.length_ms,
        "packets": one.packets,
        "missing": one.missing,
        "channel_khz": one.heading.channel_khz,
        "party": one.heading.party,
        "post": one.heading.post,
        "codec": one.heading.codec,
    }
