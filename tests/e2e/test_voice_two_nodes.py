"""Two real nodes and programs at their sockets: talk and hear, press at once, break in, and what strangers get."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from e2e_session import Runner, detente, free_port, wait_until
from e2e_voice import VoiceDesk
from websockets.exceptions import ConnectionClosed, InvalidStatus

from detente.api.accounts import Accounts
from detente.api.client import ApiClient, RefusedError
from detente.exercise.parties import Seat

PASSWORD = "four words for nobody"
SIERRA_KHZ, COAST_KHZ, GUARD_KHZ = 123_975, 122_925, 121_500


@dataclass(kw_only=True)
class Nodes:
    """Both nodes with consoles; `desk` opens a socket."""

    seats: list[Seat]
    urls: list[str]
    runner: Runner
    opened: list[VoiceDesk] = field(default_factory=list)

    def client(self, at: int, account: str = "officer") -> ApiClient:
        seat = self.seats[at]
        client = ApiClient(self.urls[at], certificate=seat.home.keys_folder / "console-certificate.pem")
        client.login(account, PASSWORD)
        return client

    def desk(self, at: int, account: str = "officer", **headers: str) -> VoiceDesk:
        client = self.client(at, account)
        desk = VoiceDesk(client, self.urls[at], ssl_context=client._context, **headers)
        self.opened.append(desk)
        return desk

    def linked(self, *accounts: tuple[int, str]) -> list[VoiceDesk]:
        desks = [self.desk(at, account) for at, account in accounts]
        for desk in desks:
            desk.until(desk.is_linked, "the nodes are linked")
        return desks


@pytest.fixture
def pair(seats: list[Seat], nodes: Runner) -> Iterator[Nodes]:
    urls = []
    for seat in seats:
        port = free_port()
        with seat.home.settings_file.open("a") as settings:
            settings.write(f'\n[console]\nlisten = "127.0.0.1:{port}"\n')
        urls.append(f"https://127.0.0.1:{port}")
        accounts = Accounts(seat.home.accounts_file)
        for name, role in (("officer", "watch_officer"), ("wall", "observer")):
            accounts.add(name, role, PASSWORD)
    nodes.start(*(seat.home.folder for seat in seats))
    made = Nodes(seats=seats, urls=urls, runner=nodes)
    yield made
    for desk in made.opened:
        desk.close()
    for node in nodes.running.values():
        assert "Traceback" not in node.shown()


def sequences(desk: VoiceDesk) -> list[int]:
    return [frame.sequence for _, frame in desk.heard]


@pytest.mark.slow
def test_two_desks_at_two_nodes_talk_with_one_at_a_time(pair: Nodes) -> None:
    """Hear each other, press at once, break in; an observer at each end hears all and may not talk."""
    sierra, coast, wall = pair.linked((0, "officer"), (1, "officer"), (1, "wall"))
    talk = coast.press(SIERRA_KHZ, "coast.air")
    assert coast.answer_to(talk, "granted")["unheard_by"] == []
    coast.talk(SIERRA_KHZ, "coast.air", talk, frames=30)
    for desk in (sierra, wall):
        desk.until(lambda desk=desk: len(desk.heard) == 30, "all is heard")
        assert sequences(desk) == list(range(30))
        assert {(frame.party, frame.post) for _, frame in desk.heard} == {("COAST", "coast.air")}
    assert coast.heard == [], "nobody hears himself"

    busy = sierra.press(SIERRA_KHZ, "sierra.air")
    told = sierra.answer_to(busy, "busy")
    assert (told["by"]["post"], told["waits"]) == ("coast.air", False)
    emergency = sierra.press(SIERRA_KHZ, "sierra.air", "emergency")
    sierra.answer_to(emergency, "granted")
    cut = coast.answer_to(talk, "cut_off")
    assert (cut["why"], cut["by"]["post"]) == ("broken_in", "sierra.air")
    sierra.release(emergency)
    sierra.until(lambda: sierra.told[-1].get("why") == "released", "the floor is free")

    refused = wall.press(GUARD_KHZ, "coast.air")
    assert wall.answer_to(refused, "refused")["why"] == "role"

    for _ in range(5):
        presses = {
            desk: desk.press(COAST_KHZ, post) for desk, post in ((sierra, "sierra.air"), (coast, "coast.air"))
        }
        answers = {desk: desk.answer_to(one, "granted", "busy")["say"] for desk, one in presses.items()}
        assert sorted(answers.values()) == ["busy", "granted"]
        winner = next(desk for desk, answer in answers.items() if answer == "granted")
        before = len(winner.told)
        winner.release(presses[winner])
        winner.until(
            lambda w=winner, b=before: any(t["say"] == "floor" and not t["holder"] for t in w.told[b:]),
            "free",
        )

    shown = pair.client(0).get("/api/voice/net")
    assert shown["frames"]["played"] == 30
    log = [line["text"] for line in _log(pair, 0)]
    assert any("watch_officer officer presses to talk on 123975 kHz" in text for text in log)
    assert any("The voice link to COAST is up." in text for text in log)


def _log(pair: Nodes, at: int) -> list[dict[str, Any]]:
    Accounts(pair.seats[at].home.accounts_file).add("chief", "commander", PASSWORD)
    lines: list[dict[str, Any]] = pair.client(at, "chief").get("/api/logbook", count=200)["lines"]
    return lines


@pytest.mark.slow
def test_a_node_killed_in_mid_sentence_is_heard_of_at_once_and_talks_again_after_its_start(
    pair: Nodes,
) -> None:
    sierra, coast = pair.linked((0, "officer"), (1, "officer"))
    talk = sierra.press(SIERRA_KHZ, "sierra.air")
    sierra.answer_to(talk, "granted")
    sierra.talk(SIERRA_KHZ, "sierra.air", talk, frames=10)
    home = pair.seats[1].home.folder
    began_s = time.monotonic()
    pair.runner.kill(home)
    cut = sierra.answer_to(talk, "cut_off")
    assert (cut["why"], cut["party"]) == ("link", "COAST")
    print(f"told after {time.monotonic() - began_s:.3f} s, the kill itself included")
    assert sierra.net["links"] == [{"party": "COAST", "is_up": False}]
    alone = sierra.press(SIERRA_KHZ, "sierra.air")
    assert sierra.answer_to(alone, "granted")["unheard_by"] == ["COAST"]
    sierra.release(alone)
    unreachable = sierra.press(COAST_KHZ, "sierra.air")
    assert sierra.answer_to(unreachable, "refused")["why"] == "owner_unreachable"
    coast.until(lambda: coast.closed is not None, "its own page is told")

    pair.runner.start(home)
    sierra.until(sierra.is_linked, "it is linked again")
    (again,) = pair.linked((1, "officer"))
    talk = again.press(SIERRA_KHZ, "coast.air")
    again.answer_to(talk, "granted")
    again.talk(SIERRA_KHZ, "coast.air", talk, frames=5)
    sierra.until(lambda: len(sierra.heard) == 5, "it is heard")


@pytest.mark.slow
def test_what_was_said_before_a_node_was_killed_in_mid_sentence_is_stated_at_its_next_start(
    pair: Nodes,
) -> None:
    sierra, coast = pair.linked((0, "officer"), (1, "officer"))
    talk = coast.press(SIERRA_KHZ, "coast.air")
    coast.answer_to(talk, "granted")
    coast.talk(SIERRA_KHZ, "coast.air", talk, frames=100)
    home = pair.seats[1].home.folder
    pair.runner.kill(home)
    assert len(sierra.heard) >= 95
    pair.runner.start(home)
    client = pair.client(0)
    wait_until(
        lambda: [row for row in client.get("/api/transcript", count=50)["entries"] if row["code"] == "VOX"],
        "it is stated",
    )
    (kept,) = pair.client(1).get("/api/voice/kept")["kept"]
    assert kept["post"] == "coast.air"
    assert 60 <= kept["packets"] <= 100, "all but the last half second"
    assert any("CUT OFF" in line["text"] for line in _log(pair, 1))


@pytest.mark.slow
def test_pages_that_break_rules_are_ended_and_foreign_ones_never_begin(pair: Nodes) -> None:
    sierra, coast = pair.linked((0, "officer"), (1, "officer"))
    for headers in (
        {"Origin": "https://evil.test"},
        {"Cookie": "__Host-detente=none"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        with pytest.raises(InvalidStatus) as caught:
            pair.desk(0, **headers)
        assert caught.value.response.status_code in (401, 403)

    # Frames without the floor, of another's transmission, with another's name: counted, not heard.
    for _ in range(5):
        sierra.send(sierra.frame(SIERRA_KHZ, "sierra.air", "a" * 16, 0))
    talk = sierra.press(SIERRA_KHZ, "sierra.air")
    sierra.answer_to(talk, "granted")
    thief = pair.desk(0)
    thief.send(thief.frame(SIERRA_KHZ, "sierra.air", talk, 0))
    sierra.send(sierra.frame(COAST_KHZ, "sierra.air", talk, 1))
    sierra.send(sierra.frame(SIERRA_KHZ, "sierra.duty", talk, 2))
    for sequence in (3, 3, 2, 4):
        sierra.send(sierra.frame(SIERRA_KHZ, "sierra.air", talk, sequence))
    coast.until(lambda: len(coast.heard) == 2, "what is sound is heard")
    assert sequences(coast) == [3, 4]

    # A flood is thinned to what speech is.
    for sequence in range(5, 1_005):
        sierra.send(sierra.frame(SIERRA_KHZ, "sierra.air", talk, sequence))
    counted = pair.client(0)
    wait_until(lambda: counted.get("/api/voice/net")["frames"].get("flood", 0) > 800, "the flood is counted")
    assert len(coast.heard) < 150

    for wrong in (
        b"\x01\x02",
        b"x" * 600,
        b"",
        '{"say":"shout"}',
        "no json",
        '{"say":"hear","channels":[0]}',
    ):
        desk = pair.desk(0)
        desk.send(wrong)
        desk.until(lambda desk=desk: desk.closed is not None, "it is closed")
        assert desk.closed == 1008, wrong
        desk.close()
    big = pair.desk(0)
    big.send(b"x" * 100_000)
    big.until(lambda: big.closed is not None, "it is closed")
    assert big.closed == 1009
    shouting = pair.desk(0)
    with suppress(ConnectionClosed):
        for _ in range(100):
            shouting.say(say="hear", channels=[])
    shouting.until(lambda: shouting.closed == 1008, "who shouts is closed")
    drowning = pair.desk(0)
    with suppress(ConnectionClosed):
        for sequence in range(4_000):
            drowning.send(drowning.frame(SIERRA_KHZ, "sierra.air", "b" * 16, sequence))
    drowning.until(lambda: drowning.closed == 1008, "who never ceases is closed")
    sierra.release(talk)
    assert sierra.closed is None


@pytest.mark.slow
def test_a_recording_verifies_and_a_changed_one_is_refused_with_its_name(pair: Nodes, tmp_path: Path) -> None:
    """Both nodes keep the same file; VOX names it; exports of both verify, and one byte more is found."""
    _, coast = pair.linked((0, "officer"), (1, "officer"))
    talk = coast.press(SIERRA_KHZ, "coast.air")
    coast.answer_to(talk, "granted")
    coast.talk(SIERRA_KHZ, "coast.air", talk, frames=40)
    coast.release(talk)
    asked = [pair.client(at) for at in (0, 1)]

    def kept(at: int) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = asked[at].get("/api/voice/kept")["kept"]
        return rows

    wait_until(lambda: kept(0) and kept(1), "both have kept it")
    (here,), (there,) = kept(0), kept(1)
    assert here == there
    assert (here["packets"], here["missing"], here["post"]) == (40, 0, "coast.air")
    wait_until(
        lambda: [row for row in asked[0].get("/api/transcript", count=50)["entries"] if row["code"] == "VOX"],
        "it is stated",
    )
    file = asked[0].data(f"/api/voice/kept/{here['sha256']}")
    assert file.startswith(b"detente voice 1")
    with pytest.raises(RefusedError) as missing:
        asked[0].get(f"/api/voice/kept/{'0' * 64}")
    assert missing.value.status == 404
    assert any("watch_officer officer replays" in line["text"] for line in _log(pair, 0))
    (on_disk,) = pair.seats[1].home.voice_folder.glob(f"*/{here['sha256']}.voice")
    on_disk.write_bytes(file[:-1] + bytes((file[-1] ^ 1,)))
    with pytest.raises(RefusedError) as altered:
        asked[1].data(f"/api/voice/kept/{here['sha256']}")
    assert altered.value.status == 409
    on_disk.write_bytes(file)

    homes = [seat.home.folder for seat in pair.seats]
    wait_until(
        lambda: not any(row["unreceipted"] for one in asked for row in one.get("/api/status")["peers"]),
        "it is receipted",
    )
    pair.runner.end_together(*homes)
    for home in homes:
        folder = tmp_path / f"export-{home.name}"
        assert detente("record", "export", home, folder).returncode == 0
        told = detente("record", "verify", folder)
        assert told.returncode == 0, told.stdout
        assert "1 transmissions stated, 1 recordings here match, 0 are not here" in told.stdout
        assert _verified_by_the_specs_program(folder) == 0

    recording = folder / "voice" / here["sha256"]
    data = recording.read_bytes()
    recording.write_bytes(data[:-1] + bytes((data[-1] ^ 1,)))
    told = detente("record", "verify", folder)
    assert told.returncode == 1
    assert "recording_altered" in told.stdout
    assert here["sha256"] in told.stdout
    assert _verified_by_the_specs_program(folder) == 1
    without = tmp_path / "without"
    assert detente("record", "export", homes[0], without, "--no-voice").returncode == 0
    told = detente("record", "verify", without)
    assert told.returncode == 0
    assert "0 recordings here match, 1 are not here" in told.stdout


def _verified_by_the_specs_program(folder: Path) -> int:
    program = Path(__file__).parents[2] / "spec" / "verify_record.py"
    return subprocess.run([sys.executable, program, folder], check=False, capture_output=True).returncode


@pytest.mark.slow
def test_a_session_that_ends_ends_its_socket_and_lets_go_of_the_floor(pair: Nodes) -> None:
    sierra, coast = pair.linked((0, "officer"), (1, "officer"))
    talk = sierra.press(SIERRA_KHZ, "sierra.air")
    sierra.answer_to(talk, "granted")
    Accounts(pair.seats[0].home.accounts_file).set_password("officer", PASSWORD)
    sierra.until(lambda: sierra.closed == 4401, "the socket ends")
    coast.until(lambda: coast.told[-1].get("why") == "desk", "the others see why")
