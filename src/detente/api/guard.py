"""What every request passes before it means anything: host, rate, session, role, origin, word, size.

In this order, each named in the answer: a host name that is ours (a foreign page that points its own name at this
machine gets nothing), not too often from this address, a session where the door asks for one, a role, not too
often in this session, and for whatever changes something: JSON, from our own origin, with the session's CSRF word.
Sources: OWASP cheat sheets on sessions and CSRF; Fetch Metadata (W3C) for `Sec-Fetch-Site`.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec
from starlette.requests import ClientDisconnect, HTTPConnection, Request

from detente.api.door import Door
from detente.api.openapi import path_names
from detente.api.rates import Rate
from detente.api.refusals import ApiError
from detente.api.sessions import Session, Sessions
from detente.quantities import PartyId
from detente.wire.limits import HTTP_BODY_BYTES_MAX

BODY_BYTES_MAX = HTTP_BODY_BYTES_MAX
DRAWN_BYTES_MAX = 4_500_000
"""A GeoJSON of the largest allowed size, as a text inside JSON."""
BODY_S = 10.0
_DOORS = ("/api", "/collections", "/healthz", "/readyz", "/metrics")
CSRF_HEADER = "x-csrf-token"

IMPORT_MAP_SHA256 = "sha256-FCnnN4r9lOwwXeKn6WIZhNwj4b0CKV3RjxiILtKNchg="
"""The one script inside a page, which only says where "lit", "ol" and "fluent" lie; any other is refused."""
HEADERS = {
    "content-security-policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
        f"script-src 'self' '{IMPORT_MAP_SHA256}'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(self), payment=(), usb=()",
}
"""On every answer. No Strict-Transport-Security: with it no browser may be told to trust our own certificate."""


class Guard:
    """The checks of one server.

    Args:
        party: whose console it is; a browser gives the cookies of one host name to every port of it.
        names: the host names under which the console may be asked for.
        is_tls: whether the cookie can be kept to encrypted connections.
    """

    def __init__(
        self,
        *,
        party: PartyId,
        sessions: Sessions,
        names: frozenset[str],
        is_tls: bool,
        now_s: Callable[[], float],
    ) -> None:
        self._sessions = sessions
        self._names = names
        self._scheme = "https" if is_tls else "http"
        self.cookie = f"{'__Host-' if is_tls else ''}detente-{party.lower()}"
        self._by_address = Rate(burst=120, each_s=40.0, now_s=now_s)
        self._pages_by_address = Rate(burst=1_000, each_s=100.0, now_s=now_s)
        self._by_session = Rate(burst=100, each_s=20.0, now_s=now_s)

    def host(self, request: HTTPConnection) -> None:
        """Raises ApiError `host` for a name that is not ours."""
        if self._name_of(f"//{request.headers.get('host', '')}") not in self._names:
            raise ApiError(
                "host",
                "This node is not called so.",
                status=400,
                cure="Use the address that it printed, or add the name to [console] names in config.toml.",
            )

    def knock(self, request: HTTPConnection) -> None:
        """Raises ApiError `too_often`.

        A page is some seventy files: where several consoles of one address are loaded at once, as after a cut of
        the power, none may be left without one of them. So files have a measure of their own.
        """
        is_door = request.url.path.startswith(_DOORS)
        rate = self._by_address if is_door else self._pages_by_address
        _not_too_often(rate.take(address_of(request)))

    def session(self, request: HTTPConnection, door: Door) -> Session | None:
        """Whose request it is; raises ApiError `login`, `role`, `too_often`."""
        session = self._sessions.of(self.token(request))
        if not door.roles:
            return session
        if session is None:
            raise ApiError("login", "Nobody is logged in.", status=401, cure="Log in; nothing was done.")
        if session.role not in door.roles:
            raise ApiError(
                "role",
                f"A {session.role.replace('_', ' ')} may not do this.",
                status=403,
                cure=f"It is for: {', '.join(sorted(door.roles)).replace('_', ' ')}.",
            )
        _not_too_often(self._by_session.take(session.csrf))
        return session

    def origin(self, request: Request, session: Session | None) -> None:
        """For what changes something: from our own page or a program, never from a foreign page; raises ApiError."""
        if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
            raise ApiError("not_json", "The body is not JSON.", status=415, cure="Send application/json.")
        self.page(request)
        if session is not None:
            word = request.headers.get(CSRF_HEADER, "")
            if not hmac.compare_digest(word.encode(), session.csrf.encode()):
                raise ApiError(
                    "csrf",
                    "The word of the session is missing.",
                    status=403,
                    cure="Send what /api/session gives as `csrf` in the header X-CSRF-Token.",
                )

    def page(self, request: HTTPConnection) -> None:
        """From our own page or a program: a browser always says of a socket whose page opens it."""
        site = request.headers.get("sec-fetch-site", "same-origin")
        origin = request.headers.get("origin")
        own = f"{self._scheme}://{request.headers.get('host', '')}"
        if site not in ("same-origin", "none") or (origin is not None and origin != own):
            raise ApiError(
                "origin", "This came from a foreign page.", status=403, cure="Use the console itself."
            )

    async def args(self, request: Request, door: Door) -> Any:
        """The fields of a request; raises ApiError `too_large`, `slow`, `malformed`."""
        named = dict(request.path_params) if path_names(door) else {}
        try:
            if door.method == "GET":
                query = dict(request.query_params)
                return msgspec.convert(query, door.takes, strict=False)
            body = await _body(
                request,
                DRAWN_BYTES_MAX if door.order == "send_geojson" or door.act == "look" else BODY_BYTES_MAX,
            )
            return msgspec.json.decode(body or b"{}", type=door.takes)
        except (msgspec.ValidationError, msgspec.DecodeError, RecursionError, UnicodeDecodeError) as why:
            raise ApiError(
                "malformed",
                f"It cannot be read: {str(why)[:300]}.",
                status=422,
                cure=f"See {door.path} in /api/openapi.json." if not named else "",
            ) from why

    def token(self, request: HTTPConnection) -> str | None:
        return request.cookies.get(self.cookie)

    def _name_of(self, text: str) -> str:
        try:
            return (urlsplit(text).hostname or "").rstrip(".")
        except ValueError:
            return ""


def address_of(request: HTTPConnection) -> str:
    """Who is at the other end; behind a proxy, the proxy."""
    return request.client.host if request.client is not None else "?"


def _not_too_often(wait_s: int) -> None:
    if wait_s:
        raise ApiError("too_often", "Too often.", status=429, cure=f"Wait {wait_s} s.", retry_after_s=wait_s)


async def _body(request: Request, bytes_max: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_S):
            async for part in request.stream():
                size += len(part)
                if size > bytes_max:
                    raise ApiError(
                        "too_large",
                        f"The body has more than {bytes_max} bytes.",
                        status=413,
                        cure="Send it in parts.",
                    )
                parts.append(part)
    except TimeoutError as why:
        raise ApiError("slow", "The body did not come in time.", status=408, cure="Send it again.") from why
    except ClientDisconnect as why:
        raise ApiError("gone", "The caller has gone.", status=400) from why
    return b"".join(parts)
