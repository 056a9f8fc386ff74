"""The acts behind the console's panels: one entry, the brief of a watch, an incident's timeline, evidence, counts.

Evidence and counts are read from the store itself, in another thread and one request after the other: a record of a
year takes seconds, and the node goes on meanwhile.
"""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from starlette.responses import Response

from detente.adapters.incident_record import Bundled, IncidentRecord
from detente.api import brief, counts, incident_entries, incident_speech, spoken
from detente.api.acts import Act, Call, reply
from detente.api.alarms import Alarms
from detente.api.house import House
from detente.api.refusals import ApiError
from detente.api.roles import LOGBOOK
from detente.errors import OperatorError
from detente.incidents.table import csv_of
from detente.node import views
from detente.quantities import parse_utc_text, utc_text
from detente.record.statement import Ref

BUNDLE_BYTES_MAX = 67_108_864
TIMELINE_MAX = 300
LOGBOOK_READ = 2_000
AT_ONCE = 10
"""Rows put into words before whatever else the node has to do."""
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""Nothing in a bundle depends on when it was made; the same evidence is the same file."""

_Made = TypeVar("_Made")


class PanelActs:
    """The acts by name, over one running node."""

    def __init__(self, house: House, alarms: Alarms) -> None:
        self._house = house
        self._alarms = alarms
        self._reading = asyncio.Lock()
        self._telling = asyncio.Lock()
        self.by_name: Mapping[str, Act] = {
            "entry": self.entry,
            "read_back_compared": self.read_back_compared,
            "brief": self.brief,
            "incident_timeline": self.timeline,
            "bundle": self.bundle,
            "statistics": self.statistics,
            "statistics_csv": self.statistics_csv,
        }

    async def entry(self, call: Call) -> Response:
        """One entry in words."""
        args = call.args
        return reply(spoken.entry(self._house, args.ref, language=args.language, beside=args.beside))

    async def read_back_compared(self, call: Call) -> Response:
        """What was understood beside what was sent."""
        return reply(spoken.compared(self._house, call.args.ref, language=call.args.language))

    async def brief(self, call: Call) -> Response:
        """For who takes the watch."""
        return reply(brief.brief(self._house, language=call.args.language, role=call.caller.role))

    async def timeline(self, call: Call) -> Response:
        """What an incident rests on and every answer to it, in the order of their times; notes and speech beside."""
        number, language = _number(call), call.args.language
        state = self._house.node.state
        refs, incident = views.refs_of_incident(state, number), views.incident(state, number)
        if refs is None or incident is None:
            raise ApiError(
                "unknown_number", "There is no such incident here.", status=404, cure="See /api/incidents."
            )
        async with self._telling:  # news brings every page that has it open, at once
            return reply(await self._timeline(number, refs, incident, language, call.caller.role))

    async def _timeline(
        self, number: str, refs: Sequence[Ref], incident: Mapping[str, Any], language: str | None, role: str
    ) -> dict[str, Any]:
        node = self._house.node
        held, is_cut = await incident_entries.with_answers(node, refs)
        rows = []
        for place, ref in enumerate(held):
            if place % AT_ONCE == 0:
                await asyncio.sleep(0)
            if (row := _held_row(self._house, ref)) is not None:
                rows.append(row)
        found = sorted(rows, key=lambda row: row["at_utc"])[-TIMELINE_MAX:]
        for place, row in enumerate(found):
            if place % AT_ONCE == 0:
                await asyncio.sleep(0)
            spoken.speak(row, language=language)
        notes = None
        if role in LOGBOOK:
            named = (number, *map(views.short_ref, refs))
            notes = [
                {"at_utc": utc_text(line.at_ms), "kind": line.kind, "text": line.text}
                for line in self._house.store.log_tail(LOGBOOK_READ)
                if any(_is_named(name, line.text) for name in named)
            ]
        event_ms = parse_utc_text(incident["event_utc"])
        window_ms = incident_speech.window_of(found, event_ms=event_ms)
        said = None
        if (files := self._house.recordings) is not None:
            said = await asyncio.to_thread(
                incident_speech.speech,
                files,
                found,
                others=await incident_entries.speech_stated(node, window_ms),
                window_ms=window_ms,
                event_ms=event_ms,
            )
        bounds = {"from_utc": utc_text(window_ms[0]), "until_utc": utc_text(window_ms[1])}
        left = {"left_away": len(rows) - len(found), "is_cut": is_cut}
        return {"number": number, **bounds, "entries": found, **left, "speech": said, "logbook": notes}

    async def bundle(self, call: Call) -> Response:
        """The evidence of an incident in one file; who took it stands in the logbook."""
        number = _number(call)
        made = await self._read(
            lambda record: record.bundled(
                number,
                self._house.attachments,
                self._house.recordings,
                voice_bytes_max=BUNDLE_BYTES_MAX,
            )
        )
        size = sum(map(len, made.files.values()))
        if size > BUNDLE_BYTES_MAX:
            raise ApiError(
                "too_large",
                f"The evidence has {size:,} bytes, more than {BUNDLE_BYTES_MAX:,}.",
                status=409,
                cure="Write it at the node: detente incident bundle HOME NUMBER FOLDER",
            )
        data = await asyncio.to_thread(zip_of, made)
        who = f"{call.caller.role} {call.caller.account}"
        self._house.note("evidence", f"{who} downloads the bundle of {made.number}: {len(data)} bytes")
        return Response(
            data,
            media_type="application/zip",
            headers={
                "cache-control": "no-store",
                "content-disposition": f'attachment; filename="{made.number}.zip"',
                "x-left-out": str(len(made.left_out)),
                "x-missing": str(len(made.missing) + len(made.unheard)),
            },
        )

    async def statistics(self, call: Call) -> Response:
        """Everything that is counted."""
        window = counts.window_of(call.args)
        state = self._house.node.state
        told = await self._read(lambda record: counts.counts(record, window, now_ms=state.now_ms))
        standing = self._alarms.shown()
        return reply(
            {
                **told,
                "alarms": {
                    "standing": len(standing),
                    "not_noted": sum(1 for row in standing if row["noted_by"] is None),
                },
                "notices": counts.notices_by_class(self._house.look("notices")["notices"]),
                "radio": counts.radio_ages(state),
            }
        )

    async def statistics_csv(self, call: Call) -> Response:
        """The counts that both parties have alike, as a table."""
        window = counts.window_of(call.args)
        data = await self._read(lambda record: csv_of(counts.counted(record, window)))
        headers = {
            "cache-control": "no-store",
            "content-disposition": 'attachment; filename="statistics.csv"',
        }
        return Response(data, media_type="text/csv; charset=utf-8", headers=headers)

    async def _read(self, act: Callable[[IncidentRecord], _Made]) -> _Made:
        opened = self._house.evidence
        if opened is None:
            raise ApiError("no_record", "This node's record cannot be read here.", status=404)

        def read() -> _Made:
            with opened() as record:
                return act(record)

        async with self._reading:
            return await asyncio.to_thread(read)


def zip_of(made: Bundled) -> bytes:
    """A bundle as one file: the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, content in sorted(made.files.items()):
            entry = zipfile.ZipInfo(f"{made.number}/{path}", ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            packed.writestr(entry, content)
    return out.getvalue()


def _number(call: Call) -> str:
    text: str = call.request.path_params["number"][:200]
    return text


def _held_row(house: House, ref: Ref) -> dict[str, Any] | None:
    """An entry as a row; None where it is not kept here."""
    try:
        return house.look("entry", ref=f"{ref.origin}#{ref.seq}")
    except OperatorError:
        return None


def _is_named(name: str, text: str) -> bool:
    """Whether a line of the logbook speaks of an entry: COAST#1 is not COAST#12."""
    place = text.find(name)
    return place >= 0 and not text[place + len(name) : place + len(name) + 1].isdecimal()
