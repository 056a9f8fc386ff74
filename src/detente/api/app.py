"""The application: each row of the table becomes a route behind the guard; every answer carries the same headers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic, time

import msgspec
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from detente.api.accounts import Accounts
from detente.api.acts import Acts, Call, note_of, refusal, reply
from detente.api.alarms import Alarms
from detente.api.basemaps import Basemaps
from detente.api.door import Door
from detente.api.doors_voice import SOCKET
from detente.api.entering import Entering
from detente.api.events import Hub
from detente.api.guard import HEADERS, Guard
from detente.api.health import Metrics
from detente.api.house import House
from detente.api.map_acts import MapActs
from detente.api.orders import Orders
from detente.api.pages import Pages
from detente.api.panel_acts import PanelActs
from detente.api.raised import Raised
from detente.api.refusals import ApiError, refusal_of
from detente.api.session_file import SessionFile
from detente.api.sessions import FirstLink, Sessions
from detente.api.table import DOORS
from detente.api.trails import Trails
from detente.api.voice import VoiceDoor
from detente.api.voice_acts import VoiceActs
from detente.errors import DamageError, DetenteError

IDEMPOTENCY_HEADER = "idempotency-key"


class Api:
    """Everything of the API over one running node.

    Args:
        accounts: who may come in.
        names: host names under which it may be asked for.
        is_tls: whether it is served so.
        pages: the folder of the console's page, where there is one.
        base: the folder of further basemaps, whether it is there or not.
        now_s: a clock that never runs back.
        kept: where sessions outlive this process.
        wall_s: the clock by which their age is told after a restart.
    """

    def __init__(
        self,
        *,
        house: House,
        accounts: Accounts,
        names: frozenset[str],
        is_tls: bool,
        pages: Path | None = None,
        base: Path | None = None,
        now_s: Callable[[], float] = monotonic,
        kept: SessionFile | None = None,
        wall_s: Callable[[], float] = time,
    ) -> None:
        self.sessions = Sessions(accounts, now_s, kept=kept, wall_s=wall_s)
        self.first = FirstLink(accounts, now_s)
        alarms = Alarms(house)
        raised = Raised(house)
        self.hub = Hub(house, self.sessions, alarms, raised)
        self.trails = Trails(house.node.watcher.heard, house.clock.now_ms)
        self._house = house
        self._guard = Guard(
            party=house.node.keeper.me, sessions=self.sessions, names=names, is_tls=is_tls, now_s=now_s
        )
        self._orders = Orders(house, now_s, raised)
        self._metrics = Metrics(house, self.sessions, self.hub)
        entering = Entering(
            house=house,
            accounts=accounts,
            sessions=self.sessions,
            first=self.first,
            guard=self._guard,
            now_s=now_s,
        )
        acts = Acts(house=house, hub=self.hub, metrics=self._metrics, alarms=alarms)
        self._acts = {
            **acts.by_name,
            **MapActs(house=house, trails=self.trails, basemaps=Basemaps(base)).by_name,
            **PanelActs(house, alarms).by_name,
            **VoiceActs(house).by_name,
            **entering.by_name,
        }
        self.voice = VoiceDoor(house, self.sessions, now_s)
        routes: list[BaseRoute] = [
            Route(door.path, self._endpoint(door), methods=[door.method]) for door in DOORS
        ]
        routes.append(WebSocketRoute(SOCKET.path, self._socket))
        if pages is not None:
            routes.append(Mount("/line-words", StaticFiles(packages=[("detente.line", "locale")])))
            routes.append(Mount("/", Pages(pages)))
        starlette = Starlette(
            routes=routes, exception_handlers={HTTPException: self._no_door, Exception: self._fault}
        )
        starlette.router.redirect_slashes = False
        self.app: ASGIApp = _Outermost(starlette, self._guard, self._metrics)

    def _endpoint(self, door: Door) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                session = self._guard.session(request, door)
                if door.method == "POST":
                    self._guard.origin(request, session if door.roles else None)
                args = await self._guard.args(request, door)
                return await self._answer(door, Call(request=request, session=session, args=args))
            except DetenteError as why:
                if isinstance(why, DamageError):
                    self._house.note("fault", f"{door.path}: {note_of(why)}")
                return refusal(refusal_of(why))

        return endpoint

    async def _socket(self, connection: WebSocket) -> None:
        """The one door that is a socket: the same guard, and a refusal before it opens."""
        try:
            session = self._guard.session(connection, SOCKET)
            assert session is not None, "the door asks for a role"
            self._guard.page(connection)
            self.voice.check(session)
        except DetenteError as why:
            await connection.send_denial_response(refusal(refusal_of(why)))
            return
        await self.voice.serve(connection, session)

    async def _answer(self, door: Door, call: Call) -> Response:
        if door.act is not None:
            return await self._acts[door.act](call)
        assert door.order is not None, "a door has an order or an act"
        args = msgspec.to_builtins(call.args)
        if not door.is_order:
            return reply(self._house.look(door.order, **args))
        key = call.request.headers.get(IDEMPOTENCY_HEADER)
        given = await self._orders.give(call.caller, door, args, key)
        answer = reply(given.answer, status=given.status)
        if given.is_again:
            answer.headers["idempotency-replayed"] = "true"
        return answer

    async def _no_door(self, _request: Request, why: Exception) -> Response:
        assert isinstance(why, HTTPException), "it is registered for these"
        words = {404: ("no_door", "There is no such door."), 405: ("method", "This door does not open so.")}
        code, message = words.get(why.status_code, ("refused", "That cannot be done."))
        return refusal(ApiError(code, message, status=why.status_code, cure="See /api/openapi.json."))

    async def _fault(self, request: Request, why: Exception) -> Response:
        """A fault of ours: the node goes on, its logbook knows, and the trace is on the terminal."""
        self._house.note("fault", f"{request.url.path[:80]}: {type(why).__name__}")
        return refusal(
            ApiError("fault", "The node made a mistake.", status=500, cure="Its terminal shows which.")
        )


class _Outermost:
    """Host and rate before anything else, headers after everything, and a count of the statuses."""

    def __init__(self, app: ASGIApp, guard: Guard, metrics: Metrics) -> None:
        self._app = app
        self._guard = guard
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                self._metrics.requests.labels(str(message["status"])).inc()
            await send(message)

        request = HTTPConnection(scope)
        try:
            self._guard.host(request)
            self._guard.knock(request)
        except ApiError as why:
            if scope["type"] == "websocket":
                await WebSocket(scope, receive, send).send_denial_response(refusal(why))
            else:
                await refusal(why)(scope, receive, with_headers)
            return
        await self._app(scope, receive, with_headers)
