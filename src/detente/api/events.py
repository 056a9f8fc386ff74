"""The event stream: what happened, numbered, and what the board shows now, to every open page at once.

A stream begins with `hello`, then the news after the number that the page has seen, then the whole board; from there
on each news as it comes (`news`, with its number as the id), each topic of the board that changes (`board`), the
node's time every 15 s (`clock`), and `session` where the page must log in again. A page that was away sends
the last id it saw. Where that is of another start of the node, or older than what is kept, `hello` says
`resumed: false`: the board that follows is the truth, and the transcript has what was said in between.
Source: the event stream format of the HTML standard, section 9.2.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from time import monotonic

import msgspec

from detente.api.alarms import Alarms
from detente.api.board import Board
from detente.api.house import House
from detente.api.raised import Raised
from detente.api.refusals import ApiError
from detente.api.sessions import Session, Sessions

HEARTBEAT_S = 15.0
LOOK_S = 1.0
WHOLE_LOOK_S = 30.0
GATHER_S = 0.03
"""One order makes several news; they are looked at together."""
STREAMS_MAX = 200
STREAMS_OF_SESSION_MAX = 4
"""A browser opens six connections to one name, for all its pages together: two must stay free to say an ALERT."""
WAITING_MAX = 500
"""Events that a page may be behind before it is cut, to come again with its number."""


class _Stream:
    """One page that follows."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.waiting: asyncio.Queue[bytes | None] = asyncio.Queue(WAITING_MAX)

    def put(self, event: bytes | None) -> None:
        """An event, or the end; a page that does not keep up is ended."""
        if self.waiting.full():
            while not self.waiting.empty():
                self.waiting.get_nowait()
            event = None
        self.waiting.put_nowait(event)


class Hub:
    """Tells every stream; looks at the board only while somebody follows."""

    def __init__(self, house: House, sessions: Sessions, alarms: Alarms, raised: Raised) -> None:
        self._house = house
        self._sessions = sessions
        self._board = Board(house, alarms, raised)
        self._epoch = secrets.token_hex(4)
        self._told = house.node.news.last
        self._streams: set[_Stream] = set()
        self._news_came = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._streams)

    def start(self) -> asyncio.Task[None]:
        """Begin to listen to the node; the task fails only by a fault of ours."""
        self._house.node.news.listeners.add(self._tell_news)
        self._task = asyncio.get_running_loop().create_task(self._look())
        return self._task

    async def close(self) -> None:
        """End every stream."""
        self._house.node.news.listeners.discard(self._tell_news)
        for stream in self._streams:
            stream.put(None)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def look_now(self) -> None:
        """Something beside the news has changed: compare at once."""
        self._news_came.set()

    def follow(self, session: Session, last_id: str | None) -> AsyncIterator[bytes]:
        """The events for one page from the id on that it saw last; raises ApiError where there are too many."""
        own = sum(1 for one in self._streams if one.session is session)
        if own >= STREAMS_OF_SESSION_MAX or len(self._streams) >= STREAMS_MAX:
            raise ApiError(
                "streams", "Too many pages follow.", status=503, cure="Close some.", retry_after_s=30
            )
        return self._events(_Stream(session), last_id)

    async def _events(self, stream: _Stream, last_id: str | None) -> AsyncIterator[bytes]:
        beat_s = monotonic()
        try:
            first = self._first(last_id)
            self._streams.add(stream)  # nothing can happen between the two
            for event in first:
                yield event
            while self._sessions.stands(stream.session):
                self._sessions.keep(stream.session)
                with contextlib.suppress(TimeoutError):
                    told = await asyncio.wait_for(stream.waiting.get(), LOOK_S)
                    if told is None:
                        return
                    yield told
                if monotonic() - beat_s >= HEARTBEAT_S:
                    beat_s = monotonic()
                    left_s = self._sessions.left_s(stream.session)
                    yield _event("clock", {"now_ms": self._house.clock.now_ms(), "session_s": left_s})
            yield _event("session", {"ended": True})
        finally:
            self._streams.discard(stream)

    def _first(self, last_id: str | None) -> list[bytes]:
        """What a page hears before anything new; the others hear first what they have not, for marks are shared."""
        self._compare(every=True)
        news = self._house.node.news
        seen = self._number(last_id)
        missed = news.after(seen) if seen is not None else []
        is_whole = seen is not None and len(missed) == news.last - seen
        hello = {
            "party": self._house.node.keeper.me,
            "resumed": is_whole,
            "now_ms": self._house.clock.now_ms(),
        }
        rows = self._house.desk.news_rows(missed) if is_whole else []
        return [
            _event("hello", hello, None if rows else self._id(news.last)),
            *(_event("news", row, self._id(row["number"])) for row in rows),
            *(_raw("board", data) for data in self._board.whole().values()),
        ]

    def _compare(self, *, every: bool) -> None:
        for data in self._board.changed(every=every).values():
            event = _raw("board", data)
            for stream in self._streams:
                stream.put(event)

    def _number(self, last_id: str | None) -> int | None:
        epoch, _, number = (last_id or "").partition("-")
        if epoch != self._epoch or not (number.isascii() and number.isdecimal()) or len(number) > 15:
            return None
        return int(number) if int(number) <= self._house.node.news.last else None

    def _id(self, number: int) -> str:
        return f"{self._epoch}-{number}"

    def _tell_news(self) -> None:
        news = self._house.node.news
        self._news_came.set()
        if self._streams:
            for row in self._house.desk.news_rows(news.after(self._told)):
                event = _event("news", row, self._id(row["number"]))
                for stream in self._streams:
                    stream.put(event)
        self._told = news.last

    async def _look(self) -> None:
        """Compare the board with what was told, soon after news and once a second."""
        whole_s = 0.0
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news_came.wait(), LOOK_S)
                await asyncio.sleep(GATHER_S)
            is_news = self._news_came.is_set()
            self._news_came.clear()
            if not self._streams:
                continue
            begun_s = monotonic()
            every = is_news or begun_s - whole_s >= WHOLE_LOOK_S
            whole_s = begun_s if every else whole_s
            self._compare(every=every)
            await asyncio.sleep(4 * (monotonic() - begun_s))  # a look at a large sky leaves the node its time


def _event(name: str, data: object, id_: str | None = None) -> bytes:
    return _raw(name, msgspec.json.encode(data), id_)


def _raw(name: str, data: bytes, id_: str | None = None) -> bytes:
    head = f"id: {id_}\n" if id_ is not None else ""
    return f"{head}event: {name}\ndata: ".encode() + data + b"\n\n"
