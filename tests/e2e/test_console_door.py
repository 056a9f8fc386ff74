"""The console's door of real nodes: TLS, accounts, two officers, a restart, and the event stream."""

from __future__ import annotations

import hashlib
import io
import re
import socket
import ssl
import stat
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from e2e_session import Runner, detente, free_port, notice_file, wait_until

from detente.api.accounts import Accounts
from detente.api.client import ApiClient, RefusedError
from detente.cli import accounts as accounts_cli
from detente.errors import OperatorError
from detente.exercise.parties import Seat

PASSWORD = "four words for nobody"


def with_console(seat: Seat, *, more: str = "") -> str:
    """Add [console] to a seat's settings; its address."""
    port = free_port()
    with seat.home.settings_file.open("a") as settings:
        settings.write(f'\n[console]\nlisten = "127.0.0.1:{port}"\n{more}')
    return f"https://127.0.0.1:{port}"


def client_of(seat: Seat, url: str, account: str = "") -> ApiClient:
    client = ApiClient(url, certificate=seat.home.keys_folder / "console-certificate.pem")
    if account:
        client.login(account, PASSWORD)
    return client


@pytest.fixture
def urls(seats: list[Seat]) -> list[str]:
    """Both with consoles, and accounts `officer`, `second` and `chief`."""
    made = [with_console(seat) for seat in seats]
    for seat in seats:
        accounts = Accounts(seat.home.accounts_file)
        for name, role in (("officer", "watch_officer"), ("second", "watch_officer"), ("chief", "commander")):
            accounts.add(name, role, PASSWORD)
    return made


@pytest.mark.slow
def test_a_notice_is_sent_read_back_and_followed_through_both_consoles(
    seats: list[Seat], urls: list[str], nodes: Runner, tmp_path: Path
) -> None:
    nodes.start(*(seat.home.folder for seat in seats))
    sierra, coast = (client_of(seat, url, "officer") for seat, url in zip(seats, urls, strict=True))
    second = client_of(seats[1], urls[1], "second")
    wait_until(lambda: _is_ready(sierra), "the line is open")
    stream = coast.events()
    hello = next(stream)
    assert (hello.name, hello.data["party"]) == ("hello", "COAST")

    text = notice_file(tmp_path).read_text()
    sent = sierra.order("/api/notices", key="key-of-notice", text=text)["sent"][0]
    again = sierra.order("/api/notices", key="key-of-notice", text=text)["sent"][0]
    assert again["ref"] == sent["ref"]
    heard = next(event for event in stream if event.name == "news" and event.data["code"] == "NTC")
    assert heard.data["ref"] == sent["ref"]
    assert heard.id is not None

    # Two officers press at once: one wins, the other is told by whom.
    coast.order("/api/read-back", ref=sent["ref"])
    with pytest.raises(RefusedError) as caught:
        second.order("/api/read-back", ref=sent["ref"])
    assert (caught.value.status, caught.value.code) == (409, "done_already")
    assert "watch_officer officer" in caught.value.message
    wait_until(lambda: sierra.get("/api/notices")["notices"][0]["read_back"] == "correct", "it is correct")
    assert len(sierra.get("/api/notices")["notices"]) == 1

    # What happened is resumed by number, over a new connection.
    resumed = coast.events(heard.id)
    assert next(resumed).data["resumed"] is True
    assert next(event for event in resumed if event.name == "news").data["number"] > heard.data["number"]

    # The logbook names the account; what the peer has of us does not.
    lines = client_of(seats[1], urls[1], "chief").get("/api/logbook", count=200)["lines"]
    assert any("watch_officer officer orders read_back" in line["text"] for line in lines)
    seen = sierra.get("/api/transcript", count=200)["entries"]
    assert any(row["code"] == "RBK" for row in seen)
    assert not any("officer" in str(row["from"]) for row in seen)
    with pytest.raises(RefusedError) as refused:
        sierra.get("/api/logbook")
    assert refused.value.status == 403


@pytest.mark.slow
def test_a_lost_answer_and_a_restart_do_nothing_twice(
    seats: list[Seat], urls: list[str], nodes: Runner
) -> None:
    """kill -9 right after the answer: the same key again is the same entry, not a second one."""
    home = seats[0].home.folder
    nodes.start(home)
    sierra = client_of(seats[0], urls[0], "officer")
    told = sierra.order("/api/watch/take", key="key-of-watch", post="sierra.air")
    nodes.kill(home)
    with pytest.raises(OperatorError) as caught:
        sierra.order("/api/watch/take", key="key-of-watch", post="sierra.air")
    assert caught.value.code == "no_answer"
    nodes.start(home)
    before = sierra.get("/api/status")["journal_entries"]
    again = sierra.order("/api/watch/take", key="key-of-watch", post="sierra.air")
    assert again["ref"] == told["ref"], "in the same session, which outlives the process"
    assert sierra.get("/api/status")["journal_entries"] == before
    assert stat.S_IMODE(seats[0].home.sessions_file.stat().st_mode) == 0o600

    # Who removes the file while the node is down makes everybody log in again, and the key is still known.
    nodes.kill(home)
    seats[0].home.sessions_file.unlink()
    nodes.start(home)
    with pytest.raises(RefusedError) as expired:
        sierra.order("/api/watch/take", key="key-of-watch", post="sierra.air")
    assert expired.value.status == 401
    sierra.login("officer", PASSWORD)
    assert sierra.order("/api/watch/take", key="key-of-watch", post="sierra.air")["ref"] == told["ref"]


@pytest.mark.slow
def test_first_start_prints_one_link_and_no_password_is_there_before_it(
    seats: list[Seat], nodes: Runner
) -> None:
    seat, url = seats[0], with_console(seats[0])
    nodes.start(seat.home.folder)
    shown = nodes.running[seat.home.folder].shown()
    word = re.search(r"#first=(\S+)", shown)
    assert word is not None, shown
    assert f"{url}/#first=" in shown
    client = client_of(seat, url)
    assert client.first(word[1], "ada", PASSWORD)["role"] == "administrator"
    assert stat.S_IMODE(seat.home.accounts_file.stat().st_mode) == 0o600
    key = seat.home.keys_folder / "console-key.pem"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with pytest.raises(RefusedError) as caught:
        client_of(seat, url).first(word[1], "eve", PASSWORD)
    assert caught.value.code == "first_link"
    nodes.end(seat.home.folder)
    nodes.start(seat.home.folder)
    assert "#first=" not in nodes.running[seat.home.folder].shown()

    # Shut out in a terminal while he is logged in: the next request is refused.
    assert detente("accounts", "role", seat.home.folder, "ada", "observer").returncode == 2
    Accounts(seat.home.accounts_file).add("bob", "administrator", PASSWORD)
    client = client_of(seat, url, "ada")
    assert client.get("/api/owed") == {"owed": []}
    assert detente("accounts", "disable", seat.home.folder, "ada").returncode == 0
    with pytest.raises(RefusedError) as shut:
        client.get("/api/owed")
    assert shut.value.status == 401


@pytest.mark.slow
def test_tls_is_1_3_the_certificate_is_the_printed_one_and_crowds_are_bounded(
    seats: list[Seat], nodes: Runner
) -> None:
    seat, url = seats[0], with_console(seats[0])
    nodes.start(seat.home.folder)
    host, port = "127.0.0.1", int(url.rpartition(":")[2])
    certificate = seat.home.keys_folder / "console-certificate.pem"
    context = ssl.create_default_context(cafile=str(certificate))
    with (
        socket.create_connection((host, port), 10) as raw,
        context.wrap_socket(raw, server_hostname=host) as own,
    ):
        assert own.version() == "TLSv1.3"
        shown = own.getpeercert(binary_form=True)
        assert shown is not None
    fingerprint = hashlib.sha256(shown).hexdigest().upper()
    assert fingerprint in nodes.running[seat.home.folder].shown().replace(":", "")
    old = ssl.create_default_context(cafile=str(certificate))
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection((host, port), 10) as raw, pytest.raises(ssl.SSLError):
        old.wrap_socket(raw, server_hostname=host)

    def held() -> Iterator[ssl.SSLSocket]:
        for _ in range(64 + 4):
            raw = socket.create_connection((host, port), 10)
            yield context.wrap_socket(raw, server_hostname=host)

    crowd = list(held())
    assert _is_cut(crowd[-1])
    for one in crowd:
        one.close()
    wait_until(lambda: client_of(seat, url).get("/healthz")["ok"], "it answers again")


def _is_ready(client: ApiClient) -> bool:
    with suppress(RefusedError):
        return bool(client.get("/readyz")["ready"])
    return False


def _is_cut(connection: ssl.SSLSocket) -> bool:
    connection.settimeout(5)
    try:
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


@pytest.mark.slow
@pytest.mark.parametrize(
    ("listen", "more", "code"),
    [
        ("0.0.0.0:8443", "tls = false\n", "console_plain"),
        ("localhost:8443", "", "console_listen"),
        ("127.0.0.1", "", "console_listen"),
        ("127.0.0.1:0", "", "console_listen"),
        ("127.0.0.1:8443", "password = 1\n", "settings"),
    ],
)
def test_settings_that_cannot_be_start_no_node_and_say_why(
    seats: list[Seat], listen: str, more: str, code: str
) -> None:
    with seats[0].home.settings_file.open("a") as settings:
        settings.write(f'\n[console]\nlisten = "{listen}"\n{more}')
    told = detente("run", seats[0].home.folder)
    assert told.returncode == 2
    assert told.stderr.lstrip().startswith(f"{code}:")
    assert "Do this:" in told.stderr


@pytest.mark.slow
def test_a_port_that_is_taken_is_named(seats: list[Seat]) -> None:
    url = with_console(seats[0])
    with closing(socket.create_server(("127.0.0.1", int(url.rpartition(":")[2])))):
        told = detente("run", seats[0].home.folder)
    assert told.returncode == 2
    assert "console_port" in told.stderr


def test_accounts_are_kept_by_the_command_line_without_a_running_node(
    seats: list[Seat], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = seats[0].home.folder
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{PASSWORD}\n"))
    accounts_cli.add(home, "ada", "administrator")
    accounts_cli.list_accounts(home, as_json=True)
    shown = capsys.readouterr().out
    assert '"account": "ada"' in shown
    assert PASSWORD not in shown
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    with pytest.raises(OperatorError) as caught:
        accounts_cli.password(home, "ada")
    assert caught.value.code == "no_password"
