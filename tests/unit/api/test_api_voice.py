"""The doors of voice without a socket: what they say, who may, and radio calls by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from detente.adapters.voice_files import VoiceFiles
from detente.api.voice import framed

Served = Any


def test_the_door_of_the_socket_says_that_it_is_one(served: Served) -> None:
    browser = served.browser()
    assert browser.ask("GET", "/api/voice").status == 401
    browser.login("observer")
    answer = browser.ask("GET", "/api/voice")
    assert (answer.status, answer.told["code"]) == (400, "not_a_socket")


def test_a_node_without_voice_says_so(served: Served) -> None:
    browser = served.browser()
    browser.login("observer")
    assert browser.ask("GET", "/api/voice/net").told == {"is_agreed": False}
    assert browser.ask("GET", "/api/voice/kept").told == {"kept": []}
    assert browser.ask("GET", f"/api/voice/kept/{'0' * 64}").status == 404


def test_an_address_that_is_no_hash_accuses_nobody(served: Served, tmp_path: Path) -> None:
    """One letter too many found the recording, and wrote into the logbook that it was altered."""
    files = VoiceFiles(tmp_path)
    digest = files.keep(b"what was kept")
    object.__setattr__(served.api._house, "recordings", files)
    browser = served.browser()
    browser.login("observer")
    for wrong in (f"{digest}0", digest[:-1], digest.upper()):
        assert browser.ask("GET", f"/api/voice/kept/{wrong}").status == 404
    assert not any("ALTERED" in line for line in served.log())
    assert browser.ask("GET", f"/api/voice/kept/{digest}").status == 200


def test_a_call_is_logged_with_the_age_of_proof_and_never_leaves(served: Served) -> None:
    browser = served.browser()
    browser.login("watch_officer")
    body = {"channel_khz": 123_975, "called": "COAST/tanker", "readability": 4}
    before = served.node.keeper.own.size
    told = browser.order("/api/radio/calls", body, "key-of-call")
    assert told.status == 200, told.told
    assert "123.975 sierra.air called COAST/tanker: answered, 4/5" in told.told["message"]
    assert "No check said on the line" in told.told["message"]
    again = browser.order("/api/radio/calls", body, "key-of-call")
    assert again.headers["idempotency-replayed"] == "true"
    silent = {"channel_khz": 121_500, "called": "COAST/lead"}
    browser.order("/api/radio/calls", silent, "key-of-second")
    shown = browser.ask("GET", "/api/radio/calls").told
    assert [row["text"].rpartition(": ")[2] for row in shown["calls"]] == ["NO ANSWER", "answered, 4/5"]
    assert {row["state"] for row in shown["proofs"]} == {"never"}
    assert served.node.keeper.own.size == before
    assert any(line.startswith("call: ") for line in served.log())


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"channel_khz": 118_000}, "unknown_channel"),
        ({"called": "EVE/spy"}, "unknown_end"),
        ({"at": "yesterday"}, "bad_time"),
        ({"at": "2099-01-01T00:00:00Z"}, "bad_time"),
        ({"readability": 6}, "malformed"),
    ],
)
def test_a_call_that_cannot_be_is_refused_with_what_may_be(
    served: Served, changes: dict[str, Any], code: str
) -> None:
    browser = served.browser()
    browser.login("watch_officer")
    body = {"channel_khz": 123_975, "called": "COAST/tanker", **changes}
    answer = browser.order("/api/radio/calls", body, "key-of-call")
    assert (answer.status, answer.told["code"]) == (422, code)


def test_an_observer_logs_nothing(served: Served) -> None:
    browser = served.browser()
    browser.login("observer")
    body = {"channel_khz": 123_975, "called": "COAST/tanker"}
    assert browser.order("/api/radio/calls", body, "key-of-call").status == 403


@pytest.mark.parametrize(("size", "head"), [(5, b"\x82\x05"), (200, b"\x82\x7e\x00\xc8"), (70_000, None)])
def test_a_frame_of_a_socket_is_framed_once_for_all(size: int, head: bytes | None) -> None:
    """RFC 6455, section 5.2: from a server, unmasked, whole."""
    message = framed(0x82, bytes(size))
    assert message == (head or b"\x82\x7f" + size.to_bytes(8, "big")) + bytes(size)
