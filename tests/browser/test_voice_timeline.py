"""Speech in the timeline of an incident: heard again at both parties, whoever reads, and said where it cannot be."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from bench import onsets
from browser_pair import Desk, Watched
from console_session import client_of, said, serious_faults
from e2e_session import Runner, wait_until
from e2e_voice import Paths
from voice_pages import PATIENCE_MS, RHYTHM_MS, recordings, talk, two_pages

from detente.api.accounts import Accounts
from detente.api.client import ApiClient
from detente.incidents.bundle_verify import verify_bundle
from detente.voice.frame import FRAME_MS
from detente.voice.recording import parse_recording

MICROPHONE = True
pytestmark = pytest.mark.alone
SPEECH_MS = 4_000


def open_incident(watched: Watched) -> None:
    watched.page.keyboard.press("Alt+i")
    watched.page.locator(".panel .card button.link").first.click()
    watched.page.locator(".panel .log li.speech").first.wait_for(timeout=PATIENCE_MS)


def kept(desk: Desk) -> set[str]:
    """The recordings that a node has, by their digests."""
    return {file.stem for file in recordings(desk)}


def whole(desk: Desk) -> list[str]:
    """Those in which nearly all is that was spoken for `SPEECH_MS`."""
    least = 0.8 * SPEECH_MS / FRAME_MS
    return [one.stem for one in recordings(desk) if len(parse_recording(one.read_bytes()).packets) > least]


def stating(client: ApiClient, sha256: str) -> list[str]:
    """The entries that name a recording."""
    return [ref for ref in said(client, "VOX") if sha256 in str(client.get("/api/entry", ref=ref)["body"])]


@pytest.mark.slow
def test_what_was_said_is_heard_again_from_the_timeline_and_the_map_goes_with_it(
    browser: Any, desks: list[Desk], nodes: Runner, paths: Paths, pictures: Path
) -> None:
    """An entry of SIERRA names one recording of two; an observer at COAST finds both all the same."""
    Accounts(desks[1].seat.home.accounts_file).set_role("officer", "observer")
    with two_pages(browser, desks, nodes, paths) as pages:
        sierra, coast = pages.sierra, pages.coast
        ours = client_of(desks[0])
        onsets.attach(sierra.page, "captured")
        onsets.attach(coast.page, "played")
        talk(sierra, SPEECH_MS)
        wait_until(lambda: whole(desks[0]), "what was said is kept")
        spoken = whole(desks[0])[0]
        wait_until(lambda: stating(ours, spoken), "what was said is stated")
        (vox,) = stating(ours, spoken)
        before = kept(desks[0])
        talk(sierra, 500)
        wait_until(lambda: before < kept(desks[0]) == kept(desks[1]), "both have all")
        count = len(kept(desks[0]))  # two, or more where a starved machine has cut something off
        number = ours.order(
            "/api/incidents", category="conduct", event="now", articles=["C01"], entries=[vox]
        )["number"]
        wait_until(lambda: client_of(desks[1]).get("/api/incidents")["incidents"], "COAST has the report")

        # Whoever only listens hears it from the timeline; the map is at the moment that is heard.
        open_incident(coast)
        rows = coast.page.locator(".panel .log > li.speech")
        assert rows.count() == count
        shown = rows.all_inner_texts()
        print(shown)
        assert sum(vox in text for text in shown) == 1
        place = [vox in text for text in shown].index(True)
        captured = onsets.onsets(sierra.page, "captured")
        heard = len(onsets.onsets(coast.page, "played"))
        coast.page.evaluate(
            "() => { window.told = []; addEventListener('detente-time', (event) => told.push(event.detail.ms)); }"
        )
        # Its row has a button where COAST has every packet, or says that this recording is not here.
        named = coast.page.locator(".panel .log li:not(.speech) detente-hear")
        (theirs, listed) = (named.locator("button"), rows.nth(place).locator("detente-hear button"))
        assert theirs.count() == 1 or "غير محفوظ" in named.inner_text()
        (theirs if theirs.count() else listed).click()
        coast.page.wait_for_timeout(SPEECH_MS // 2)
        coast.page.screenshot(path=pictures / "timeline-speech-ar.png")
        coast.page.wait_for_function("() => !document.querySelector('detente-incidents').isHearing")
        again = onsets.onsets(coast.page, "played")[heard:]
        assert len(onsets.in_rhythm(captured, again, within_ms=RHYTHM_MS)) >= 4, (captured, again)
        told = coast.page.evaluate("() => told")
        assert SPEECH_MS * 0.8 < told[-1] - told[0] < SPEECH_MS * 2, "as fast as it was said"
        assert serious_faults(coast) == []

        # Played fast nothing is spoken, and that is written there; whoever moves in time hears no more of another.
        sierra.page.bring_to_front()
        open_incident(sierra)
        sierra.page.locator(".replay p").filter(has_text="nothing is spoken").wait_for()
        player = "async () => (await import('./player.js')).player.playing !== ''"
        sierra.page.locator(".panel .log > li.speech").nth(place).locator("button:not(.link)").click()
        sierra.page.locator(".replay button", has_text="×1").wait_for()
        assert sierra.page.evaluate(player)
        sierra.page.locator(".panel input[type=range]").press("Home")
        assert not sierra.page.evaluate(player)
        sierra.page.locator(".replay button").first.click()
        assert not sierra.page.evaluate(player)
        sierra.page.locator(".replay button").first.click()
        sierra.page.screenshot(path=pictures / "timeline-speech-en.png")
        assert serious_faults(sierra) == []

        # The evidence has the recording that the entry states, and not the other.
        wait_until(lambda: ours.get("/api/status")["to_deliver"] == 0, "all is cosigned")
        answer = sierra.page.request.get(f"{desks[0].url}api/incidents/{number}/bundle")
        with zipfile.ZipFile(io.BytesIO(answer.body())) as packed:
            files = {name.partition("/")[2]: packed.read(name) for name in packed.namelist()}
        verdict = verify_bundle(files)
        assert verdict.ok, verdict.problems
        assert verdict.recordings is not None
        assert (verdict.recordings.stated, verdict.recordings.held) == (1, 1)

        # What is not as it was kept is not played; what is gone is said before anybody presses.
        (file,) = [one for one in recordings(desks[0]) if one.stem == spoken]
        good = file.read_bytes()
        file.write_bytes(good[:-1] + bytes((good[-1] ^ 1,)))
        vox_row = sierra.page.locator(".panel .log li:not(.speech) detente-hear")
        vox_row.locator("button").click()
        vox_row.locator("b.bad", has_text="ALTERED").wait_for()
        file.unlink()
        sierra.page.get_by_role("button", name="All incidents").click()
        sierra.page.locator(".panel .card button.link").first.click()
        vox_row.locator("b.bad", has_text="not kept here").wait_for()
        assert vox_row.locator("button").count() == 0
        assert sierra.page.locator(".panel .log > li.speech").count() == count - 1
        assert [one for one in coast.complaints if "favicon" not in one] == []
