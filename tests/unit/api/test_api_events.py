"""The event stream: nothing is lost to who was away, and who keeps no pace harms nobody."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from detente.api import events
from detente.api.events import STREAMS_OF_SESSION_MAX, Hub
from detente.api.refusals import ApiError
from detente.api.sessions import LIMITS


@pytest.fixture
def session(served: Any) -> Any:
    return served.api.sessions.begin(served.accounts.all()["watch_officer"])[1]


def parsed(event: bytes) -> tuple[str, Any, str | None]:
    fields = dict(line.split(": ", 1) for line in event.decode().strip().split("\n"))
    return fields["event"], json.loads(fields["data"]), fields.get("id")


async def until(stream: AsyncIterator[bytes], is_it: Callable[[str, Any], bool]) -> list[Any]:
    """The events up to one that is meant; fails after a while."""
    found = []
    async with asyncio.timeout(20):
        async for event in stream:
            found.append(parsed(event))
            if is_it(*found[-1][:2]):
                return found
    raise AssertionError(f"the stream ended: {found}")


def is_last_topic(name: str, data: Any) -> bool:
    return name == "board" and data["topic"] == "incidents"


def speak(served: Any) -> None:
    served.api._house.desk.order("take_watch", {"post": "sierra.air"})


def test_a_page_hears_hello_the_board_and_then_what_happens(served: Any, session: Any) -> None:
    async def follow() -> None:
        hub: Hub = served.api.hub
        task = hub.start()
        stream = hub.follow(session, None)
        first = await until(stream, is_last_topic)
        assert first[0][0] == "hello"
        assert first[0][1]["party"] == "SIERRA"
        topics = {data["topic"] for name, data, _ in first if name == "board"}
        assert topics == {"status", "line", "owed", "alarms", "raised", "notices", "findings", "incidents"}
        speak(served)
        came = await until(stream, lambda name, data: name == "board" and data["topic"] == "line")
        news = [(data["code"], id_) for name, data, id_ in came if name == "news"]
        assert news[0][0] == "WCH"
        assert all(id_ for _, id_ in news)
        kept = came[-1][1]["data"]["kept"]["posts"]
        assert [row["post"] for row in kept] == ["sierra.air"]
        await hub.close()
        await until_end(stream)
        assert task.cancelled() or task.done()

    asyncio.run(follow())


async def until_end(stream: AsyncIterator[bytes]) -> list[bytes]:
    async with asyncio.timeout(20):
        return [event async for event in stream]


def test_who_was_away_gets_every_news_after_the_last_id_he_saw(served: Any, session: Any) -> None:
    async def follow() -> None:
        hub: Hub = served.api.hub
        hub.start()
        first = await until(hub.follow(session, None), is_last_topic)
        seen = first[0][2]
        before = served.node.news.last
        speak(served)
        missed = served.node.news.last - before
        back = await until(hub.follow(session, seen), is_last_topic)
        assert back[0][1]["resumed"] is True
        numbers = [data["number"] for name, data, _ in back if name == "news"]
        assert numbers == list(range(before + 1, before + missed + 1))
        await hub.close()

    asyncio.run(follow())


@pytest.mark.parametrize("id_", ["ffffffff-1", "nonsense", "-", "99", "\u0661-\u0661", "x" * 500, ""])
def test_an_id_that_is_not_of_this_start_gives_the_whole_board_and_says_so(
    served: Any, session: Any, id_: str
) -> None:
    async def follow() -> None:
        first = await until(served.api.hub.follow(session, id_), is_last_topic)
        assert first[0][1]["resumed"] is False
        assert not any(name == "news" for name, _, _ in first)

    asyncio.run(follow())


def test_an_id_older_than_what_is_kept_gives_the_whole_board_and_says_so(served: Any, session: Any) -> None:
    async def follow() -> None:
        first = await until(served.api.hub.follow(session, None), is_last_topic)
        for _ in range(1_100):
            served.node.news.tell("own", text="an own aircraft")
        back = await until(served.api.hub.follow(session, first[0][2]), is_last_topic)
        assert back[0][1]["resumed"] is False

    asyncio.run(follow())


def test_a_page_that_keeps_no_pace_is_cut_and_the_others_hear_all(served: Any, session: Any) -> None:
    """It comes again with its last id and has lost nothing."""

    async def follow() -> None:
        hub: Hub = served.api.hub
        hub.start()
        slow, quick = hub.follow(session, None), hub.follow(session, None)
        await until(slow, is_last_topic)
        await until(quick, is_last_topic)
        heard = 0
        for number in range(events.WAITING_MAX + 10):
            served.node.news.tell("own", text=f"{number}")
            await until(quick, lambda name, _: name == "news")
            heard += 1
        assert heard == events.WAITING_MAX + 10
        assert len(await until_end(slow)) < events.WAITING_MAX
        await hub.close()

    asyncio.run(follow())


def test_a_second_page_takes_no_news_of_the_board_from_the_first(served: Any, session: Any) -> None:
    """What changed is told to the first although the second has just been shown it."""

    async def follow() -> None:
        hub: Hub = served.api.hub
        first = hub.follow(session, None)
        await until(first, is_last_topic)
        speak(served)
        await until(hub.follow(session, None), is_last_topic)
        await until(first, lambda name, data: name == "board" and data["topic"] == "line")

    asyncio.run(follow())


def test_the_stream_ends_with_the_session_and_says_so(served: Any, session: Any) -> None:
    async def follow() -> None:
        stream = served.api.hub.follow(session, None)
        await until(stream, is_last_topic)
        served.accounts.set_disabled("watch_officer", True)
        last = await until(stream, lambda name, _: name == "session")
        assert last[-1][1] == {"ended": True}

    asyncio.run(follow())


def test_an_open_stream_is_somebody_who_watches_but_not_for_ever(served: Any, session: Any) -> None:
    limits = LIMITS["watch_officer"]

    async def follow() -> None:
        served.api.hub.start()
        stream = served.api.hub.follow(session, None)
        await until(stream, is_last_topic)
        for _ in range(3):
            served.seconds[0] += limits.idle_s - 1
            served.node.news.tell("own", text="x")
            await until(stream, lambda name, _: name == "news")
        served.seconds[0] += limits.whole_s
        await until(stream, lambda name, _: name == "session")

    asyncio.run(follow())


def test_one_session_does_not_take_every_stream(served: Any, session: Any) -> None:
    async def follow() -> None:
        streams = [served.api.hub.follow(session, None) for _ in range(STREAMS_OF_SESSION_MAX)]
        for stream in streams:
            await until(stream, is_last_topic)
        with pytest.raises(ApiError) as caught:
            served.api.hub.follow(session, None)
        assert caught.value.status == 503
        await streams[0].aclose()  # type: ignore[attr-defined]
        await until(served.api.hub.follow(session, None), is_last_topic)

    asyncio.run(follow())


def test_a_heartbeat_comes_with_the_node_s_time(
    served: Any, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.0)

    async def follow() -> None:
        came = await until(served.api.hub.follow(session, None), lambda name, _: name == "clock")
        assert came[-1][1]["now_ms"] == served.clock.at_ms
        assert came[-1][1]["session_s"] > 0

    asyncio.run(follow())
