"""What the API does besides the desk's orders: the acts that the table names, each a few lines."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from time import monotonic
from typing import Any, TypeAlias

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from detente.api import geo, spoken
from detente.api.alarms import Alarms
from detente.api.bodies import Items
from detente.api.events import Hub
from detente.api.guard import address_of
from detente.api.health import MEDIA_TYPE, Metrics, readiness
from detente.api.house import House
from detente.api.openapi import document
from detente.api.refusals import ApiError
from detente.api.sessions import Session
from detente.errors import DetenteError
from detente.runtime.offers import offers_of
from detente.wire import encode

TRACKS_KEPT_S = 0.9
TRACKS_KEPT_MAX = 4
WAYS_AT_ONCE = 1
"""Looking for ways out takes a core for seconds; the node needs the other."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request that has passed the guard. `args` is what its door takes."""

    request: Request
    session: Session | None
    args: Any

    @property
    def caller(self) -> Session:
        assert self.session is not None, "the door asks for a role"
        return self.session


Act: TypeAlias = Callable[[Call], Awaitable[Response]]


def reply(value: object, *, status: int = 200, media_type: str = "application/json") -> Response:
    """A value as an answer that no cache keeps."""
    return Response(
        encode(value), status_code=status, media_type=media_type, headers={"cache-control": "no-store"}
    )


def refusal(why: ApiError) -> Response:
    """A refusal as an answer."""
    answer = reply({"code": why.code, "message": why.message, "cure": why.cure}, status=why.status)
    if why.retry_after_s is not None:
        answer.headers["retry-after"] = str(why.retry_after_s)
    return answer


class Acts:
    """The acts by name, over one running node."""

    def __init__(self, *, house: House, hub: Hub, metrics: Metrics, alarms: Alarms) -> None:
        self._house = house
        self._hub = hub
        self._metrics = metrics
        self._alarms = alarms
        self._tracks: dict[Items, tuple[float, bytes]] = {}
        self._looking = asyncio.Semaphore(WAYS_AT_ONCE)
        self.by_name: Mapping[str, Act] = {
            "transcript": self.transcript,
            "alarms": self.alarms,
            "note_alarm": self.note_alarm,
            "fields": self.fields,
            "incident": self.incident,
            "ways": self.ways,
            "events": self.events,
            "collections": self.collections,
            "notices_geo": self.notices,
            "tracks_geo": self.tracks,
            "openapi": self.openapi,
            "health": self.health,
            "ready": self.ready,
            "metrics": self.metrics,
        }

    async def transcript(self, call: Call) -> Response:
        """The hot line in the reader's language."""
        args = call.args
        return reply(
            spoken.transcript(self._house, count=args.count, language=args.language, beside=args.beside)
        )

    async def alarms(self, _call: Call) -> Response:
        """What sounds."""
        return reply({"alarms": self._alarms.shown()})

    async def note_alarm(self, call: Call) -> Response:
        """One alarm is silenced on every page."""
        told = self._alarms.note(call.caller, call.args.id)
        self._hub.look_now()
        return reply(told)

    async def fields(self, call: Call) -> Response:
        """The fields of a code of the catalogue."""
        return reply(self._house.look("fields", code=call.request.path_params["code"][:24]))

    async def incident(self, call: Call) -> Response:
        """One incident."""
        return reply(self._house.look("incident", number=call.request.path_params["number"][:200]))

    async def ways(self, call: Call) -> Response:
        """Ways out, looked for in another thread, one request after the other."""
        if self._looking.locked():
            raise ApiError(
                "busy", "Ways out are being looked for.", status=503, cure="Ask again.", retry_after_s=3
            )
        async with self._looking:
            held = self._house.look("held", ref=call.args.ref)
            while len(held["notices"]) < held["total"]:
                more = self._house.look("held", ref=call.args.ref, skip=len(held["notices"]))
                held["notices"] += more["notices"]
                if not more["notices"]:
                    raise ApiError("moved", "The notices changed meanwhile.", status=409, cure="Ask again.")
            terms = self._house.node.state.memorandum
            found = await asyncio.to_thread(offers_of, held, terms)
            return reply(spoken.offers(found, call.args.language))

    async def events(self, call: Call) -> Response:
        """The event stream."""
        last_id = call.request.headers.get("last-event-id") or call.args.after
        return StreamingResponse(
            self._hub.follow(call.caller, last_id),
            media_type="text/event-stream",
            headers={"cache-control": "no-store"},
        )

    async def collections(self, _call: Call) -> Response:
        """The feeds."""
        return reply(geo.collections())

    async def notices(self, call: Call) -> Response:
        """Notices for a GIS."""
        return reply(geo.notice_items(self._house, call.args), media_type=geo.MEDIA_TYPE)

    async def tracks(self, call: Call) -> Response:
        """Tracks for a GIS."""
        return self._geo_kept(call)

    def _geo_kept(self, call: Call) -> Response:
        """A look at ten thousand tracks is made once for all pages that ask within a second."""
        now_s = monotonic()
        at_s, data = self._tracks.get(call.args, (0.0, b""))
        if not data or now_s - at_s >= TRACKS_KEPT_S:
            data = encode(geo.track_items(self._house, call.args))
            if len(self._tracks) >= TRACKS_KEPT_MAX:
                self._tracks.clear()
            self._tracks[call.args] = (now_s, data)
        return Response(data, media_type=geo.MEDIA_TYPE, headers={"cache-control": "no-store"})

    async def openapi(self, _call: Call) -> Response:
        """The description."""
        return reply(document())

    async def health(self, _call: Call) -> Response:
        """The process answers: that is all it says."""
        return reply({"ok": True})

    async def ready(self, call: Call) -> Response:
        """What is not as it should be, for this machine or who is logged in; the others hear yes or no."""
        is_ready, told = readiness(self._house)
        shown = told if _is_near(call) else {"ready": is_ready}
        return reply(shown, status=200 if is_ready else 503)

    async def metrics(self, call: Call) -> Response:
        """Counts, for this machine or who is logged in."""
        if not _is_near(call):
            raise ApiError(
                "login", "Counts are for this machine, or for who is logged in.", status=401, cure="Log in."
            )
        return Response(self._metrics.text(), media_type=MEDIA_TYPE)


def note_of(why: DetenteError) -> str:
    """A refusal in a few words of a logbook."""
    return f"{why.code}: {why.message}"[:200]


def _is_near(call: Call) -> bool:
    if call.session is not None:
        return True
    try:
        return ip_address(address_of(call.request)).is_loopback
    except ValueError:
        return False
