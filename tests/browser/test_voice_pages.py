"""Two pages at two nodes talk and hear each other: what is played is what was spoken, and losses are told."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from bench import onsets
from browser_pair import Desk
from console_session import client_of, said
from e2e_session import Runner, wait_until
from e2e_voice import Paths
from voice_pages import (
    NO_CODECS,
    PATIENCE_MS,
    RHYTHM_MS,
    Pages,
    hear_again,
    hold,
    let_go,
    recordings,
    shows,
    sounded,
    talk,
    two_pages,
)

from detente.adapters.evidence import evidence_of
from detente.adapters.fault_proxy import Cut, Forward
from detente.line.evidence import verify_evidence
from detente.voice.recording import digest_of, parse_recording

MICROPHONE = True
pytestmark = pytest.mark.alone


@pytest.mark.slow
def test_what_one_page_speaks_the_other_plays(pages: Pages, pictures: Path) -> None:
    """The onsets that are played are those that were captured, in the same rhythm; how late is for the bench."""
    sierra, coast = pages.sierra, pages.coast
    onsets.attach(sierra.page, "captured")
    onsets.attach(coast.page, "played")
    hold(sierra)
    shows(sierra, "button.hold.talking")
    shows(coast, ".channel.heard", "SIERRA")
    sierra.page.screenshot(path=pictures / "talk-en.png")
    coast.page.keyboard.press("Alt+n")
    coast.page.screenshot(path=pictures / "heard-ar-night.png")
    sierra.page.wait_for_timeout(6_000)
    # A third party's link goes while he talks: he is told at once, in words and by a sound, and talks on.
    sierra.page.evaluate(
        "() => import('/net.js').then(({ net }) => net.told({ say: 'unheard', unheard_by: ['THIRD'],"
        " transmission: net.press.transmission, channel_khz: net.press.khz }))"
    )
    shows(sierra, ".outcome.bad", "THIRD")
    shows(sierra, "button.hold.talking")
    assert sounded(sierra) == "lost"
    let_go(sierra)
    shows(coast, ".channel.chosen.free")
    captured, played = (
        onsets.onsets(page, which) for page, which in ((sierra.page, "captured"), (coast.page, "played"))
    )
    found = onsets.in_rhythm(captured, played, within_ms=RHYTHM_MS)
    late = [after - before for before, after in found]
    print(f"captured to played: {sorted(round(one) for one in late)} ms")
    assert len(found) >= 5, (captured, played)
    assert min(played) > min(captured), "nothing is played that was not captured"
    # Both have kept it: what COAST's page plays again sounds as it did.
    coast.page.locator("detente-kept summary").click()
    before = len(onsets.onsets(coast.page, "played"))
    coast.page.locator("detente-kept li button").first.click(timeout=PATIENCE_MS)
    coast.page.wait_for_timeout(7_000)
    again = onsets.onsets(coast.page, "played")[before:]
    assert len(onsets.in_rhythm(captured, again, within_ms=RHYTHM_MS)) >= 5
    for watched in (sierra, coast):
        assert [one for one in watched.complaints if "favicon" not in one] == []


@pytest.mark.slow
def test_two_press_at_once_and_an_emergency_breaks_in(pages: Pages, pictures: Path) -> None:
    """One talks and the other hears who; what breaks in is heard though muted, and shown to who was cut off."""
    sierra, coast = pages.sierra, pages.coast
    hold(coast)
    hold(sierra)
    talks, waits = (
        (coast, sierra)
        if coast.page.evaluate(
            "() => new Promise((done) => setInterval(() => { const talk = document.querySelector('detente-talk');"
            " if (talk.audio.speaks || talk.outcome) done(Boolean(talk.audio.speaks)); }, 20))"
        )
        else (sierra, coast)
    )
    shows(talks, "button.hold.talking")
    shows(waits, ".outcome.bad")
    assert sounded(waits) == "busy"
    assert not waits.page.evaluate("() => Boolean(document.querySelector('detente-talk').audio.speaks)")
    let_go(waits)
    mute = talks.page.locator("detente-talk .channel.chosen button")
    mute.evaluate("(button) => button.click()")  # the hand holds the other button
    onsets.attach(talks.page, "played")
    hold(waits, ".hold-alert")
    shows(waits, ".channel.you")
    shows(talks, ".outcome.bad")
    assert sounded(talks) == "lost"
    talks.page.screenshot(path=pictures / "talk-broken-in.png")
    wait_until(
        lambda: talks.page.wait_for_timeout(50) or len(onsets.onsets(talks.page, "played")) >= 2,
        "an emergency is heard on a channel that is muted",
    )
    let_go(talks)
    let_go(waits)
    shows(talks, ".channel.chosen.free")

    # Anything else is muted as before, once the end of the emergency is played.
    talks.page.wait_for_function("() => document.querySelector('detente-talk').listening.breaking.size === 0")
    heard = len(onsets.onsets(talks.page, "played"))
    hold(waits)
    shows(talks, ".channel.heard")
    talks.page.wait_for_timeout(2_000)
    let_go(waits)
    assert len(onsets.onsets(talks.page, "played")) == heard


@pytest.mark.slow
def test_a_lost_microphone_and_a_node_that_dies_are_told_at_both_ends(pages: Pages, pictures: Path) -> None:
    sierra, coast = pages.sierra, pages.coast
    hold(sierra)
    shows(sierra, "button.hold.talking")
    sierra.page.evaluate(
        "() => { const track = document.querySelector('detente-talk').audio.stream.getAudioTracks()[0];"
        " track.stop(); track.dispatchEvent(new Event('ended')); }"
    )
    shows(sierra, ".outcome.bad", "the microphone is lost")
    shows(coast, ".outcome.bad", "الميكروفون")
    assert sounded(sierra) == "lost"
    let_go(sierra)

    hold(coast)
    shows(coast, "button.hold.talking")
    pages.nodes.kill(pages.desks[0].seat.home.folder)
    shows(coast, ".outcome.bad", "SIERRA")
    assert sounded(coast) == "lost"
    shows(coast, ".link.bad")
    shows(sierra, ".net .bad", "no voice from the node")
    coast.page.screenshot(path=pictures / "talk-cut-ar-night.png")
    let_go(coast)
    hold(coast)
    shows(coast, ".outcome.bad")
    let_go(coast)
    pages.nodes.start(pages.desks[0].seat.home.folder)
    shows(coast, ".link:not(.bad)")


@pytest.mark.slow
def test_a_link_cut_in_mid_sentence_is_told_at_both_pages_and_heals(pages: Pages) -> None:
    """What was said before the cut was played; the talker hears the cut, the listener sees it, and both can go on."""
    sierra, coast = pages.sierra, pages.coast
    onsets.attach(sierra.page, "captured")
    onsets.attach(coast.page, "played")
    hold(sierra)
    shows(sierra, "button.hold.talking")
    sierra.page.wait_for_timeout(3_000)
    pages.paths.set(Cut())
    shows(sierra, ".outcome.bad", "the link to")
    assert sounded(sierra) == "lost"
    shows(coast, ".link.bad")
    shows(coast, ".channel.chosen.lost")
    heard = len(onsets.onsets(coast.page, "played"))
    assert heard >= 1
    sierra.page.wait_for_timeout(2_000)
    assert len(onsets.onsets(coast.page, "played")) <= heard + 1, "nothing is played after the cut"
    let_go(sierra)
    pages.paths.set(Forward())
    for watched in (sierra, coast):
        shows(watched, ".link:not(.bad)")
    hold(sierra)
    shows(sierra, "button.hold.talking")
    sierra.page.wait_for_timeout(3_000)
    let_go(sierra)
    assert len(onsets.onsets(coast.page, "played")) > heard + 1


@pytest.mark.slow
def test_the_net_is_kept_by_keyboard_and_has_no_fault_that_axe_finds(pages: Pages) -> None:
    sierra, coast = pages.sierra, pages.coast
    button = sierra.page.locator("detente-talk button.hold")
    button.focus()
    sierra.page.keyboard.down("Space")
    shows(sierra, "button.hold.talking")
    sierra.page.keyboard.up("Space")
    shows(sierra, ".channel.chosen.free")
    sierra.page.locator("body").press("Escape")
    sierra.page.keyboard.down("Alt")
    sierra.page.keyboard.down("t")
    shows(sierra, "button.hold.talking")
    shows(coast, ".channel.heard")
    for watched in (sierra, coast):
        found = Axe().run(watched.page, context="detente-talk").response["violations"]
        assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    sierra.page.keyboard.up("t")
    sierra.page.keyboard.up("Alt")
    shows(sierra, ".channel.chosen.free")


@pytest.mark.slow
def test_a_node_that_falls_silent_without_a_word_is_told_to_who_talks(pages: Pages) -> None:
    """A path that dies, or a node that hangs, closes no socket: TCP would let him talk to nobody for minutes."""
    sierra = pages.sierra
    hold(sierra)
    shows(sierra, "button.hold.talking")
    node = pages.nodes.running[pages.desks[0].seat.home.folder].process.pid
    assert node is not None
    os.kill(node, signal.SIGSTOP)
    try:
        sierra.page.locator("detente-talk .outcome.bad", has_text="no connection to our node").wait_for(
            timeout=10_000
        )
        assert sounded(sierra) == "lost"
        shows(sierra, ".net .bad", "no voice from the node")
    finally:
        os.kill(node, signal.SIGCONT)
    let_go(sierra)
    shows(sierra, ".link:not(.bad)")


@pytest.mark.slow
def test_one_microphone_is_opened_however_often_the_button_is_pressed_meanwhile(pages: Pages) -> None:
    """A second would stay open. Nobody is told to speak before the microphone and its encoder are there."""
    sierra = pages.sierra
    sierra.page.evaluate(
        "() => { const is = AudioEncoder.isConfigSupported.bind(AudioEncoder); AudioEncoder.isConfigSupported ="
        " async (wanted) => { await new Promise((done) => setTimeout(done, 500)); return is(wanted); };"
        " const talk = document.querySelector('detente-talk'); setInterval(() => talk.granted(), 20); }"
    )
    sierra.page.evaluate(
        "() => { window.opened = []; const devices = navigator.mediaDevices;"
        " const open = devices.getUserMedia.bind(devices);"
        " devices.getUserMedia = async (wanted) => { await new Promise((done) => setTimeout(done, 1500));"
        " const stream = await open(wanted); window.opened.push(stream); return stream; }; }"
    )
    for _ in range(3):
        hold(sierra)
        sierra.page.wait_for_timeout(200)
        let_go(sierra)
    hold(sierra)
    shows(sierra, "button.hold.talking")
    sierra.page.wait_for_function("() => window.opened.length > 0")
    sierra.page.wait_for_timeout(2_000)
    assert sierra.page.evaluate("() => window.opened.length") == 1
    assert sierra.page.locator("detente-talk .outcome.bad").count() == 0
    let_go(sierra)


@pytest.mark.slow
def test_a_key_that_is_held_while_the_focus_goes_elsewhere_is_let_go(pages: Pages) -> None:
    sierra = pages.sierra
    sierra.page.locator("detente-talk button.hold").focus()
    sierra.page.keyboard.down("Space")
    shows(sierra, "button.hold.talking")
    sierra.page.locator("detente-talk button.hold-alert").focus()
    free = sierra.page.locator("detente-talk .channel.chosen.free")
    free.wait_for(timeout=10_000)  # long before the agreed time takes the floor
    sierra.page.keyboard.up("Space")
    sierra.page.locator("detente-talk button.hold").focus()
    sierra.page.keyboard.down("Space")
    shows(sierra, "button.hold.talking")
    sierra.page.keyboard.up("Space")
    shows(sierra, ".channel.chosen.free")


@pytest.mark.slow
def test_a_browser_without_opus_speaks_g711_and_says_what_it_cannot_play(
    browser: Any, desks: list[Desk], nodes: Runner, paths: Paths, pictures: Path
) -> None:
    """What it says is heard, kept, verified and heard again at both ends; that Opus comes to it is told."""
    with two_pages(browser, desks, nodes, paths, before_coast=NO_CODECS) as pages:
        sierra, coast = pages.sierra, pages.coast
        onsets.attach(coast.page, "captured")
        onsets.attach(sierra.page, "played")
        talk(coast, 4_000)
        shows(sierra, ".channel.chosen.free")
        captured = onsets.onsets(coast.page, "captured")
        live = onsets.onsets(sierra.page, "played")
        assert len(onsets.in_rhythm(captured, live, within_ms=RHYTHM_MS)) >= 4, (captured, live)

        # Both keep it as it was sent, and the record that COAST exports holds what it states of it.
        for desk in desks:
            wait_until(lambda desk=desk: recordings(desk), "it is kept")  # type: ignore[misc]
            file = max(recordings(desk), key=lambda one: one.stat().st_size)
            kept = parse_recording(file.read_bytes())
            assert (kept.heading.party, kept.heading.codec) == ("COAST", "pcmu")
            assert digest_of(file.read_bytes()) == file.stem
            assert {len(one.payload) for one in kept.packets} == {160}, "20 ms at 8 kHz, a byte each"
        theirs = client_of(desks[1])
        wait_until(lambda: said(theirs, "VOX"), "it is stated")
        wait_until(lambda: theirs.get("/api/status")["to_deliver"] == 0, "it is cosigned")
        verdict = verify_evidence(evidence_of(desks[1].seat.home))
        assert verdict.ok, verdict.problems
        assert verdict.recordings is not None
        assert verdict.recordings.stated == verdict.recordings.held >= 1

        # Heard again, where there is Opus and where there is none.
        onsets.attach(coast.page, "played")
        before = {watched.page: len(onsets.onsets(watched.page, "played")) for watched in (sierra, coast)}
        for page in before:
            page.locator("detente-kept summary").click()
        for watched in (sierra, coast):
            hear_again(watched, file.stem)
        coast.page.wait_for_timeout(5_000)
        for page, heard in before.items():
            again = onsets.onsets(page, "played")[heard:]
            assert len(onsets.in_rhythm(captured, again, within_ms=RHYTHM_MS)) >= 4, (captured, again)

        # Opus is not heard here: that stands there before anybody talks, at who talks, and sounds.
        shows(coast, ".net .bad", "Opus")
        heard = len(onsets.onsets(coast.page, "played"))
        hold(sierra)
        shows(coast, ".channel.heard .bad", "Opus")
        assert sounded(coast) == "lost"
        coast.page.screenshot(path=pictures / "no-opus-ar.png")
        sierra.page.wait_for_timeout(1_500)
        let_go(sierra)
        shows(coast, ".channel.chosen.free")
        coast.page.locator("detente-kept li").nth(1).wait_for(timeout=PATIENCE_MS)
        coast.page.locator("detente-kept li button").first.click()
        coast.page.locator("detente-kept li").first.locator("b.bad", has_text="Opus").wait_for()
        assert len(onsets.onsets(coast.page, "played")) == heard
        found = Axe().run(coast.page, context="detente-talk").response["violations"]
        assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
        for watched in (sierra, coast):
            assert [one for one in watched.complaints if "favicon" not in one] == []
