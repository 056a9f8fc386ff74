"""What tests of the console share: two officers at two consoles, programs beside them, notices that meet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from browser_pair import PASSWORD, Desk, Watched, login, opened, running
from e2e_session import Runner, notice_file, wait_until

from detente.api.accounts import Accounts
from detente.api.client import ApiClient

PICTURES = Path(__file__).parents[2] / "test-out" / "browser"


def client_of(desk: Desk, account: str = "officer") -> ApiClient:
    """A program at a desk's API."""
    certificate = desk.seat.home.keys_folder / "console-certificate.pem"
    client = ApiClient(desk.url.rstrip("/"), certificate=certificate)
    client.login(account, PASSWORD)
    return client


def drawn(folder: Path, name: str, *, north: float) -> str:
    """A notice from three hours on, in the agreed area, as GeoJSON."""
    start = datetime.now(UTC) + timedelta(hours=3)
    spelled = {
        key: f"{when:%Y-%m-%dT%H:%M:%SZ}"
        for key, when in {"start": start, "end": start + timedelta(hours=2)}.items()
    }
    return notice_file(folder, name=name, place=[-121.4, north], **spelled).read_text()


def shows(watched: Watched, selector: str, text: str) -> None:
    """Wait until a part of the page has a text."""
    watched.page.locator(selector).filter(has_text=text).first.wait_for()


def said(client: ApiClient, code: str) -> list[str]:
    """The entries of a code."""
    return [row["ref"] for row in client.get("/api/transcript", count=200)["entries"] if row["code"] == code]


def say(client: ApiClient, code: str, to: str, **fields: str) -> str:
    """Draft a message from what could be typed, say it, and tell its entry."""
    draft = client.post("/api/draft", {"code": code, "fields": fields})
    return str(client.order("/api/say", code=code, body=draft["body"], to=[to])["ref"])


@contextmanager
def two_watches(
    browser: Any, desks: list[Desk], nodes: Runner, *, role: str = "watch_officer"
) -> Iterator[tuple[Watched, Watched]]:
    """SIERRA reads English, COAST Arabic; both are logged in. Nothing leaves the origin, nothing complains."""
    if role != "watch_officer":
        for desk in desks:
            Accounts(desk.seat.home.accounts_file).set_role("officer", role)
    with running(nodes, desks):
        english = opened(browser, desks[0], language="en")
        arabic = opened(browser, desks[1], language="ar")
        for watched in (english, arabic):
            login(watched)
            watched.page.locator(".path.open").first.wait_for()
        try:
            yield english, arabic
        except BaseException:
            for watched, language in ((english, "en"), (arabic, "ar")):  # for who reads the failure
                print(watched.page.locator("footer").inner_text(), watched.complaints)
                for part in ("detente-owed", "detente-thread"):
                    print(watched.page.locator(part).inner_text())
                watched.page.screenshot(path=PICTURES / f"failed-{language}.png")
            raise
        for watched in (english, arabic):
            assert watched.strayed == [], "nothing leaves the node"
            assert not watched.complaints, watched.complaints
            watched.page.context.close()


def conflict(sierra: ApiClient, coast: ApiClient, folder: Path) -> None:
    """A notice of each side, too near each other, known to both as a conflict."""
    sierra.order("/api/notices", text=drawn(folder, "first", north=39.9))
    wait_until(lambda: coast.get("/api/notices")["notices"], "COAST has the notice")
    coast.order("/api/notices", text=drawn(folder, "second", north=39.95))
    for client in (sierra, coast):
        wait_until(
            lambda client=client: any(row["stated_in"] for row in client.get("/api/conflicts")["conflicts"]),  # type: ignore[misc]
            "the conflict is stated",
        )


def serious_faults(watched: Watched) -> list[Any]:
    """What axe calls serious or critical."""
    from axe_playwright_python.sync_playwright import Axe

    return [
        (one["id"], [node["html"][:200] for node in one["nodes"]][:3])
        for one in Axe().run(watched.page).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
