"""A small client for programs: log in once, look, follow, and give orders that are done once, however often sent.

Standard library only. It trusts the certificate that it is given (the console's own, copied or compared by its
hash) and no authority beside it.
"""

from __future__ import annotations

import http.client
import json
import secrets
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from detente.errors import OperatorError

ANSWER_BYTES_MAX = 67_108_864
LINE_BYTES_MAX = 16_777_216


class RefusedError(OperatorError):
    """The node did not do it; `status` is HTTP's."""

    def __init__(self, code: str, message: str, *, status: int, cure: str = "") -> None:
        super().__init__(code, message, cure=cure)
        self.status = status


@dataclass(frozen=True, kw_only=True)
class ServerEvent:
    """One event of the stream; `id` is None where it has no number."""

    name: str
    data: Any
    id: str | None


class ApiClient:
    """One account at one node.

    Args:
        url: where the console is, for example ``https://127.0.0.1:8443``.
        certificate: PEM file to trust; None for plain http on loopback.
        timeout_s: how long one answer may take.
    """

    def __init__(self, url: str, *, certificate: Path | None = None, timeout_s: float = 30.0) -> None:
        self._url = urlsplit(url)
        self._timeout_s = timeout_s
        self._context = None if certificate is None else _trusting(certificate)
        self._cookies: dict[str, str] = {}
        self._csrf = ""

    def login(self, account: str, password: str) -> dict[str, Any]:
        """Begin a session; tells role and how long it lasts."""
        return self._begin("/api/login", {"account": account, "password": password})

    def first(self, word: str, account: str, password: str) -> dict[str, Any]:
        """Make the first account by the word of the link that the node printed."""
        return self._begin("/api/first", {"word": word, "account": account, "password": password})

    def logout(self) -> None:
        """End the session."""
        self.post("/api/logout")
        self._cookies, self._csrf = {}, ""

    def get(self, path: str, **query: object) -> dict[str, Any]:
        """A view; raises RefusedError in the node's words."""
        asked = f"?{urlencode({name: value for name, value in query.items() if value is not None})}"
        told = self._request("GET", quote(path) + (asked if len(asked) > 1 else ""))
        assert isinstance(told, dict), "every view is an object"
        return told

    def post(
        self, path: str, body: Mapping[str, Any] | None = None, *, key: str | None = None
    ) -> dict[str, Any]:
        """Something that changes the session or the accounts; an order where a key is given."""
        headers = {"Content-Type": "application/json", "X-CSRF-Token": self._csrf}
        if key is not None:
            headers["Idempotency-Key"] = key
        told = self._request("POST", quote(path), json.dumps(body or {}).encode(), headers)
        assert isinstance(told, dict), "every answer is an object"
        return told

    def order(self, path: str, /, *, key: str | None = None, **body: object) -> dict[str, Any]:
        """An order; give the same key again after a lost answer, and it is not done twice."""
        return self.post(path, body, key=key or secrets.token_urlsafe(18))

    def data(self, path: str) -> bytes:
        """What is neither JSON nor text: a recording."""
        data = self._request("GET", path)
        assert isinstance(data, bytes), "the door gives bytes"
        return data

    def text(self, path: str) -> str:
        """An answer that is not JSON, such as /metrics."""
        return str(self._request("GET", path))

    def events(self, last_id: str | None = None) -> Iterator[ServerEvent]:
        """The event stream, from the id on that was seen last; ends with the connection."""
        connection = self._connection()
        try:
            headers = self._headers()
            if last_id is not None:
                headers["Last-Event-ID"] = last_id
            connection.request("GET", "/api/events", headers=headers)
            answer = connection.getresponse()
            if answer.status != 200:
                raise _refused(answer.status, answer.read(ANSWER_BYTES_MAX))
            yield from _events(answer)
        finally:
            connection.close()

    def _begin(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        told = self.post(path, body)
        self._csrf = str(told["csrf"])
        return told

    def _request(
        self, method: str, target: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> object:
        connection = self._connection()
        try:
            connection.request(method, target, body=body, headers={**self._headers(), **(headers or {})})
            answer = connection.getresponse()
            data = answer.read(ANSWER_BYTES_MAX)
        except (OSError, http.client.HTTPException) as why:
            raise OperatorError(
                "no_answer",
                f"{self._url.geturl()} does not answer: {why}.",
                cure="Look whether the node runs, then send the same again with the same key.",
            ) from why
        finally:
            connection.close()
        for line in answer.headers.get_all("set-cookie") or []:
            self._cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        if answer.status >= 400:
            raise _refused(answer.status, data)
        if answer.headers.get_content_type() == "application/octet-stream":
            return data
        is_json = "json" in answer.headers.get_content_type()
        return json.loads(data) if is_json else data.decode()

    def _headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return {"Cookie": cookies} if cookies else {}

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self._url.hostname or "", self._url.port
        if self._url.scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=self._timeout_s, context=self._context)
        return http.client.HTTPConnection(host, port, timeout=self._timeout_s)


def _trusting(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(certificate)
    return context


def _refused(status: int, data: bytes) -> RefusedError:
    try:
        told = json.loads(data)
        return RefusedError(told["code"], told["message"], status=status, cure=told["cure"])
    except (ValueError, KeyError, TypeError):
        return RefusedError("no_words", f"The answer was HTTP {status} without words of ours.", status=status)


def _events(answer: http.client.HTTPResponse) -> Iterator[ServerEvent]:
    name, data, id_ = "message", "", None
    while line := answer.readline(LINE_BYTES_MAX):
        match line.decode().rstrip("\n").partition(": "):
            case ("", "", ""):
                if data:
                    yield ServerEvent(name=name, data=json.loads(data), id=id_)
                name, data, id_ = "message", "", None
            case ("event", _, value):
                name = value
            case ("data", _, value):
                data += value
            case ("id", _, value):
                id_ = value
