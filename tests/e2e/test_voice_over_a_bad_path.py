"""The voice link over paths that stall, break and heal, between real nodes; and the line meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from e2e_session import Runner, free_port, wait_until
from e2e_voice import Paths, VoiceDesk

from detente.adapters.fault_proxy import Cut, Forward, HalfOpen
from detente.adapters.home import PeerAddress
from detente.api.accounts import Accounts
from detente.api.client import ApiClient
from detente.exercise.parties import make_parties, write_settings

PASSWORD = "four words for nobody"
KHZ = 123_975


@pytest.fixture
def desks(tmp_path: Any) -> Iterator[tuple[VoiceDesk, VoiceDesk, Paths, list[ApiClient]]]:
    seats = make_parties(
        tmp_path / "homes",
        template_name="fires-2020",
        parties=("SIERRA", "COAST"),
        ports=(free_port(), free_port()),
        in_force_now=True,
    )
    paths = Paths([seat.port for seat in seats])
    urls, clients, made, runner = [], [], [], Runner(tmp_path)
    for seat, other, proxy in (
        (seats[0], seats[1], paths.proxies[1]),
        (seats[1], seats[0], paths.proxies[0]),
    ):
        peer = PeerAddress(party=other.party, path="data-1", host="127.0.0.1", port=proxy.port)
        write_settings(seat, peers=[peer], conducted_from_ms=None)
        port = free_port()
        with seat.home.settings_file.open("a") as settings:
            settings.write(f'\n[console]\nlisten = "127.0.0.1:{port}"\n')
        Accounts(seat.home.accounts_file).add("officer", "watch_officer", PASSWORD)
        urls.append(f"https://127.0.0.1:{port}")
    runner.start(*(seat.home.folder for seat in seats))
    try:
        for seat, url in zip(seats, urls, strict=True):
            clients.append(ApiClient(url, certificate=seat.home.keys_folder / "console-certificate.pem"))
            clients[-1].login("officer", PASSWORD)
            made.append(VoiceDesk(clients[-1], url, ssl_context=clients[-1]._context))
        for desk in made:
            desk.until(desk.is_linked, "linked")
        yield made[0], made[1], paths, clients
    finally:
        for desk in made:
            desk.close()
        runner.kill_all()
        paths.close()


def granted(desk: VoiceDesk, post: str) -> str:
    talk = desk.press(KHZ, post)
    desk.answer_to(talk, "granted")
    return talk


@pytest.mark.slow
def test_a_link_cut_in_mid_sentence_is_told_at_both_ends_and_heals(desks: Any) -> None:
    sierra, coast, paths, _ = desks
    talk = granted(coast, "coast.air")
    coast.talk(KHZ, "coast.air", talk, frames=20)
    began_s = time.monotonic()
    paths.set(Cut())
    cut = coast.answer_to(talk, "cut_off")
    assert (cut["why"], cut["party"]) == ("link", "SIERRA")
    told_s = time.monotonic() - began_s
    sierra.until(lambda: sierra.told[-1]["say"] == "net" and not sierra.is_linked(), "shown at the other end")
    print(f"a cut is told after {told_s:.3f} s")
    paths.set(Forward())
    for desk in (sierra, coast):
        desk.until(desk.is_linked, "it heals by itself")
    talk = granted(coast, "coast.air")
    before = len(sierra.heard)
    coast.talk(KHZ, "coast.air", talk, frames=10)
    sierra.until(lambda: len(sierra.heard) >= before + 10, "it is heard")


@pytest.mark.slow
def test_a_path_that_swallows_everything_one_way_cuts_the_talker_off(desks: Any) -> None:
    """Nothing breaks: bytes only stop to arrive. The hearer says so; the talker is told in two seconds or so."""
    sierra, coast, paths, _ = desks
    talk = granted(coast, "coast.air")
    paths.set(HalfOpen(), only=0)
    began_s = time.monotonic()
    for sequence in range(400):
        coast.send(coast.frame(KHZ, "coast.air", talk, sequence))
        time.sleep(0.02)
        if any(one["say"] == "cut_off" for one in coast.told):
            break
    took_s = time.monotonic() - began_s
    assert coast.answer_to(talk, "cut_off")["why"] == "link"
    print(f"a talker whom nobody hears is told after {took_s:.1f} s")
    assert not sierra.is_linked()


@pytest.mark.slow
def test_an_alert_overtakes_while_voice_is_flooded(desks: Any) -> None:
    """Speech at ten times its rate on the way; the ALERT is delivered all the same, and the flood is thinned."""
    _, coast, _, clients = desks
    talk = granted(coast, "coast.air")
    is_over = threading.Event()

    def flood() -> None:
        for sequence in range(4_000):
            if is_over.is_set():
                return
            coast.send(coast.frame(KHZ, "coast.air", talk, sequence))
            time.sleep(0.002)

    thread = threading.Thread(target=flood, daemon=True)
    thread.start()
    coast.until(
        lambda: clients[1].get("/api/voice/net")["frames"].get("flood", 0) > 200, "the flood is thinned"
    )
    draft = clients[1].post("/api/draft", {"code": "QRY", "fields": {"at": "39.9 -121.4", "at_ms": "now"}})
    said = clients[1].order("/api/say", code="QRY", body=draft["body"], to=draft["to"], precedence="ALERT")
    began_s = time.monotonic()
    wait_until(
        lambda: any(
            row["ref"] == said["ref"] for row in clients[0].get("/api/transcript", count=50)["entries"]
        ),
        "the ALERT is there",
    )
    print(f"the ALERT is at the other end after {time.monotonic() - began_s:.3f} s")
    is_over.set()
    thread.join(20)
    shown = clients[1].get("/api/voice/net")["frames"]
    assert shown.get("flood", 0) > shown["played"]
