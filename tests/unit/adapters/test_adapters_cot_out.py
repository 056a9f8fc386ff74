"""CoT out: nothing that the settings do not name, over a real socket, and never what came in by CoT."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest

from detente.adapters.cot_out import CotOut, CotSettings
from detente.airspace.atmosphere import Atmosphere
from detente.airspace.levels import Level
from detente.airspace.shapes import Circle, Corridor, Point
from detente.airspace.volumes import Volume
from detente.errors import OperatorError
from detente.notices.notice import Notice
from detente.quantities import UtcMs
from detente.tracks.position import PositionReport

NOW_MS = 1_600_000_000_000
WEATHER = Atmosphere(
    qnh_min_hpa=970.0, qnh_max_hpa=1_050.0, isa_deviation_min_k=-30.0, isa_deviation_max_k=35.0
)


class Clock:
    at_ms = NOW_MS

    def now_ms(self) -> UtcMs:
        return UtcMs(self.at_ms)


def report(name: str, *, source: str = "roof") -> PositionReport:
    return PositionReport(
        aircraft=name,
        call_sign=name.upper(),
        time_ms=UtcMs(NOW_MS - 1_000),
        lat_deg=39.9,
        lon_deg=-121.4,
        level_palt_ft=9_000.0,
        height_hae_m=None,
        ground_speed_mps=None,
        track_deg=None,
        vertical_rate_mps=None,
        source=source,
    )


TRACKS = [
    (report("a00001"), True),
    (report("a00002"), False),
    (report("a00003", source="tak"), True),
    (report("cot:HIKER"), False),
]
POINTS = (Point(lat_e7=399_000_000, lon_e7=-1_214_000_000), Point(lat_e7=400_000_000, lon_e7=-1_214_000_000))
VOLUME = Volume(
    shape=Circle(centre=POINTS[0], radius_cm=926_000),
    floor=Level(datum="palt", value=4_000),
    ceiling=Level(datum="palt", value=9_000),
    start_ms=NOW_MS,
    end_ms=NOW_MS + 3_600_000,
)
NOTICE = Notice(
    kind="routine",
    volumes=(VOLUME, msgspec.structs.replace(VOLUME, shape=Corridor(points=POINTS, half_width_cm=185_200))),
    class_="tanker",
    count_band=None,
    transponder=None,
    frequency_monitored_khz=(),
    hazard_kind=None,
    movement=None,
)


def out(settings: CotSettings, notices: list[Any] | None = None) -> CotOut:
    return CotOut(
        settings,
        party="SIERRA",
        atmosphere=WEATHER,
        clock=Clock(),
        tracks=lambda: TRACKS,
        notices=lambda: (
            notices if notices is not None else [("SIERRA#2", "SIERRA", NOTICE), ("COAST#3", "COAST", NOTICE)]
        ),
        not_from=frozenset({"tak"}),
    )


def received(which: str, notices: str, *, rounds: int = 1) -> list[ElementTree.Element]:
    """What a socket on this machine hears of some rounds."""

    async def run() -> list[ElementTree.Element]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as hearing:
            hearing.bind(("127.0.0.1", 0))
            hearing.setblocking(False)
            port = hearing.getsockname()[1]
            settings = CotSettings(to=(f"udp://127.0.0.1:{port}",), tracks=which, notices=notices)  # type: ignore[arg-type]
            sender = out(settings)
            door = asyncio.get_running_loop().create_task(sender._doors[0].run())
            while sender._doors[0]._transport is None:
                await asyncio.sleep(0)
            for _ in range(rounds):
                await sender.send_tracks()
                await sender.send_notices()
            heard = []
            for _ in range(sender.counts["sent"]):
                heard.append(
                    ElementTree.fromstring(await asyncio.get_running_loop().sock_recv(hearing, 65_536))
                )
            door.cancel()
            await asyncio.gather(door, return_exceptions=True)
            sender._doors[0].close()
            return heard

    return asyncio.run(run())


def uids(events: list[ElementTree.Element]) -> list[str]:
    return [event.attrib["uid"] for event in events]


def test_own_tracks_alone_go_where_own_was_written_and_never_what_came_by_cot() -> None:
    assert uids(received("own", "none")) == ["DETENTE-SIERRA-a00001"]


def test_all_are_what_is_heard_but_for_echoes_own_first_and_each_position_once() -> None:
    assert uids(received("all", "none", rounds=3)) == ["DETENTE-SIERRA-a00001", "DETENTE-SIERRA-a00002"]


@pytest.mark.parametrize(("which", "parties"), [("own", {"SIERRA"}), ("all", {"SIERRA", "COAST"})])
def test_notices_of_others_leave_only_where_all_was_written(which: str, parties: set[str]) -> None:
    events = received("none", which)
    assert {uid.split("-")[1] for uid in uids(events)} == parties
    circle, line = events[:2]
    assert circle.find("detail/shape/ellipse") is not None
    assert [one.attrib["point"] for one in line.findall("detail/link")] == [
        "39.9000000,-121.4000000",
        "40.0000000,-121.4000000",
    ]
    assert "1.00 NM on each side" in (line.findtext("detail/remarks") or "")
    assert circle.find("point").attrib["hae"] == "9999999.0", "a flight level is no height"  # type: ignore[union-attr]


def test_a_notice_that_is_withdrawn_is_ended_on_the_tablet() -> None:
    sender, sent = out(CotSettings(to=("udp://127.0.0.1:9",), notices="own")), []
    sender._send = sent.append  # type: ignore[method-assign]
    asyncio.run(sender.send_notices())
    asyncio.run(sender.send_notices(again=False))
    assert len(sent) == 2, "nothing is new"
    sender._notices = list
    asyncio.run(sender.send_notices())
    ended = [ElementTree.fromstring(event) for event in sent[2:]]
    assert [(one.attrib["type"], one.attrib["uid"]) for one in ended] == [
        ("t-x-d-d", "DETENTE-SIERRA-SIERRA#2.0"),
        ("t-x-d-d", "DETENTE-SIERRA-SIERRA#2.1"),
    ]
    assert all(one.attrib["time"] == one.attrib["stale"] for one in ended)


def test_a_server_that_is_not_there_costs_nothing_but_a_count() -> None:
    async def run() -> CotOut:
        sender = out(CotSettings(to=("tcp://127.0.0.1:9",), tracks="all"))
        sender.start()
        await asyncio.sleep(0.05)
        await sender.close()
        return sender

    assert asyncio.run(run()).counts["not_sent"] == 2


def test_a_server_takes_events_one_after_the_other() -> None:
    async def run() -> bytes:
        got, done = bytearray(), asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while got.count(b"</event>") < 2 and (data := await reader.read(4_096)):
                got.extend(data)
            writer.close()
            done.set()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        sender = out(CotSettings(to=(f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}",), tracks="all"))
        sender.start()
        while sender._doors[0]._writer is None:
            await asyncio.sleep(0)
        sender._sent.clear()
        await sender.send_tracks()
        await asyncio.wait_for(done.wait(), 10)
        await sender.close()
        server.close()
        return bytes(got)

    assert len(ElementTree.fromstring(b"<all>" + asyncio.run(run()) + b"</all>")) == 2


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"to": ()}, "cot_settings", "one to 8"),
        ({"to": ("http://127.0.0.1:1",)}, "feed_address", "tcp://"),
        ({"to": ("udp://239.2.3.1:6969",)}, "cot_in_clear", "in_clear = true"),
        ({"to": ("udp://tak.example:6969",)}, "cot_in_clear", "in_clear = true"),
        ({"tracks": "none"}, "cot_settings", "leave [cot] out"),
        ({"every_s": 0.0}, "cot_settings", "1 to 60"),
        ({"stale_s": 4}, "cot_settings", "flicker"),
    ],
)
def test_settings_say_what_is_wrong_and_what_to_write(changes: dict[str, Any], code: str, words: str) -> None:
    good = CotSettings(to=("udp://127.0.0.1:4242",), tracks="own")
    assert good.addresses()[0].port == 4242
    with pytest.raises(OperatorError) as refused:
        msgspec.structs.replace(good, **changes).addresses()
    assert refused.value.code == code
    assert words in refused.value.cure


def test_a_network_that_is_one_s_own_is_said_to_be() -> None:
    settings = CotSettings(to=("udp://239.2.3.1:6969",), tracks="own", in_clear=True)
    assert settings.addresses()[0].host == "239.2.3.1"
    assert replace(report("a00001"), source="x").source == "x"


def test_what_was_withdrawn_before_this_start_is_ended_too_each_time_that_all_are_sent_again() -> None:
    """A node that was started anew, or a tablet that was off, must not show it to the end of its window."""
    sender, sent = out(CotSettings(to=("udp://127.0.0.1:9",), notices="own"), notices=[]), []
    sender._send = sent.append  # type: ignore[method-assign]
    sender._withdrawn = lambda: [("SIERRA#2", "SIERRA", NOTICE), ("COAST#3", "COAST", NOTICE)]
    for again in (True, False, True):
        asyncio.run(sender.send_notices(again=again))
    ended = [ElementTree.fromstring(event).attrib for event in sent]
    assert {one["type"] for one in ended} == {"t-x-d-d"}
    assert {one["uid"] for one in ended} == {"DETENTE-SIERRA-SIERRA#2.0", "DETENTE-SIERRA-SIERRA#2.1"}
    assert len(ended) == 4
