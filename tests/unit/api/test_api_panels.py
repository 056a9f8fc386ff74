"""The doors behind the panels: an entry in two languages, the brief of a watch, an incident and its evidence."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from detente.adapters.incident_record import IncidentRecord
from detente.adapters.voice_files import VoiceFiles
from detente.api import incident_entries, panel_acts
from detente.line.bodies import Acknowledgement
from detente.line.bodies_duty import VoiceKept
from detente.line.recordings import spoken_of
from detente.node.effects import Say
from detente.quantities import Digest, PostId
from detente.voice.frame import Frame
from detente.voice.recording import Recording, encode_recording, recording_of

NUMBER = "FIRES-2020-20200908-SIERRA-01"


@pytest.fixture
def roles(served: Any) -> dict[str, Any]:
    browsers = {
        role: served.browser() for role in ("observer", "watch_officer", "commander", "administrator")
    }
    for role, browser in browsers.items():
        browser.login(role)
    return browsers


def reported(commander: Any) -> str:
    told = commander.order(
        "/api/incidents", {"category": "conduct", "articles": ["C01"]}, "key-report-1"
    ).told
    return str(told["number"])


def test_an_entry_is_read_in_two_languages_at_once(roles: dict[str, Any]) -> None:
    officer = roles["watch_officer"]
    ref = (
        officer.order("/api/watch/take", {"post": "sierra.air"}, "key-take-12")
        .told["ref"]
        .replace("#", "%23")
    )
    told = officer.ask("GET", f"/api/entry?ref={ref}&language=ar&beside=fr").told
    assert (told["direction"], told["beside"]["direction"], told["beside"]["language"]) == (
        "rtl",
        "ltr",
        "fr",
    )
    assert told["title"] != told["beside"]["title"]
    assert officer.ask("GET", f"/api/entry?ref={ref}&language=xx").told["beside"] is None
    assert officer.ask("GET", "/api/entry?ref=SIERRA%23999").status == 404
    assert officer.ask("GET", f"/api/read-back?ref={ref}").told["code"] == "no_read_back"


def test_a_brief_goes_back_to_the_last_watch_and_shows_the_logbook_only_to_who_may_read_it(
    served: Any, roles: dict[str, Any]
) -> None:
    officer = roles["watch_officer"]
    before = officer.ask("GET", "/api/brief").told
    assert before["since_utc"] is None
    served.clock.at_ms += 3_600_000
    officer.order("/api/watch/take", {"post": "sierra.air"}, "key-take-12")
    told = officer.ask("GET", "/api/brief?language=tr").told
    assert told["counts"]["WCH"] == 1
    assert told["entries"][0]["code"] == "WCH", "nothing of before the watch was taken"
    assert told["logbook"] is None
    assert roles["commander"].ask("GET", "/api/brief").told["logbook"] is not None
    assert {row["state"] for row in told["radio"]} == {"never"}
    assert all(any(user.startswith("SIERRA/") for user in row["pair"]) for row in told["radio"])


def test_an_incident_is_told_in_order_and_a_number_that_nobody_made_is_not_there(
    roles: dict[str, Any],
) -> None:
    number = reported(roles["commander"])
    officer = roles["watch_officer"]
    told = officer.ask("GET", f"/api/incidents/{number}/timeline").told
    assert [row["code"] for row in told["entries"]] == ["INC1"]
    assert told["logbook"] is None
    notes = roles["commander"].ask("GET", f"/api/incidents/{number}/timeline").told["logbook"]
    assert any("key-report-1" in line["text"] for line in notes)
    assert officer.ask("GET", "/api/incidents/NOBODY-01/timeline").status == 404


def test_an_answer_is_in_the_timeline_however_much_was_said_since(
    served: Any, roles: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of an incident of last week is missing for what was said this week; where it may be, that is told."""
    number = reported(roles["commander"])
    own = served.node.keeper.own
    ref = own.ref(own.size - 1)
    told_ms = served.clock.at_ms
    said = Acknowledgement(level="understood", post="sierra.air", at_ms=told_ms, passed_to=None)
    ack = Say(to=(PostId("coast.air"),), code="ACK", body=said, precedence="ADMIN", reply_to=ref)
    other = Say(to=(PostId("coast.air"),), code="ACK", body=said, precedence="ADMIN", reply_to=None)
    served.node.say(ack)
    for _ in range(600):
        served.clock.at_ms += 60_000
        served.node.say(other)
    path = f"/api/incidents/{number}/timeline"
    told = roles["observer"].ask("GET", path).told
    assert [row["code"] for row in told["entries"]] == ["INC1", "ACK"]
    assert (told["left_away"], told["is_cut"]) == (0, False)

    monkeypatch.setattr(incident_entries, "READ_MAX", 300)
    told = roles["observer"].ask("GET", path).told
    assert ([row["code"] for row in told["entries"]], told["is_cut"]) == (["INC1", "ACK"], True)
    monkeypatch.setattr(panel_acts, "TIMELINE_MAX", 1)
    told = roles["observer"].ask("GET", path).told
    assert ([row["code"] for row in told["entries"]], told["left_away"]) == (["ACK"], 1)


def recorded(at_ms: int, number: int) -> Recording:
    frame = Frame(
        channel_khz=123_975,
        party="SIERRA",
        post="sierra.air",
        transmission=f"{number:016x}",
        sequence=0,
        captured_ms=at_ms,
        codec="opus",
        payload=b"x" * 60,
    )
    return recording_of([frame])


def test_what_was_kept_around_an_incident_is_in_its_timeline_and_what_is_gone_is_named(
    served: Any, roles: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the report names, what was heard with losses, what nothing names; and what is too far off in time."""
    served.clock.at_ms = int(datetime.now(UTC).timestamp() * 1_000)
    now_ms = served.clock.at_ms
    files = VoiceFiles(tmp_path / "voice")
    stated, heard, unnamed, far = (recorded(now_ms + off, off) for off in (1_000, 5_000, 9_000, 3_600_000))
    kept = [files.keep(encode_recording(one)) for one in (stated, heard, unnamed, far)]
    gone = Digest("9" * 64)
    lossy = spoken_of(recorded(now_ms + 5_000, 5_000), gone)
    spoken = (spoken_of(stated, kept[0]), lossy)
    to = (PostId("coast.air"),)
    served.node.say(Say(to=to, code="VOX", body=VoiceKept(spoken=spoken), precedence="ADMIN", reply_to=None))
    vox = f"SIERRA#{served.node.keeper.own.size - 1}"
    body = {"category": "conduct", "articles": ["C01"], "entries": [vox]}
    number = roles["commander"].order("/api/incidents", body, "key-report-2").told["number"]
    path = f"/api/incidents/{number}/timeline"
    assert roles["observer"].ask("GET", path).told["speech"] is None, "no voice is agreed"
    acts = served.api._acts["incident_timeline"].__self__
    monkeypatch.setattr(acts, "_house", replace(acts._house, recordings=files))
    told = roles["observer"].ask("GET", path).told
    assert [row["code"] for row in told["entries"]] == ["VOX", "INC1"]
    assert [(one["sha256"], one["stated_in"], one["is_as_stated"]) for one in told["speech"]["kept"]] == [
        (kept[0], vox, True),
        (kept[1], vox, False),
        (kept[2], None, False),
    ]
    assert told["speech"]["not_here"] == [gone]
    assert told["speech"]["left_away"] == 0
    assert told["from_utc"] < told["entries"][0]["at_utc"] < told["until_utc"]


def test_a_recording_that_claims_a_year_beyond_all_calendars_hides_no_other(
    served: Any, roles: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A talker's node stamps as it likes; the list of what was kept must still be told."""
    files = VoiceFiles(tmp_path / "voice")
    for at_ms in (2**53 - 1, 1_599_523_200_000):
        files.keep(encode_recording(recorded(at_ms, at_ms % 99)))
    acts = served.api._acts["voice_kept"].__self__
    monkeypatch.setattr(acts, "_house", replace(acts._house, recordings=files))
    rows = roles["observer"].ask("GET", "/api/voice/kept").told["kept"]
    assert [row["start_utc"][:4] for row in rows] == ["9999", "2020"]


def test_without_a_record_that_can_be_read_apart_there_is_no_bundle_and_an_observer_has_none(
    roles: dict[str, Any],
) -> None:
    number = reported(roles["commander"])
    assert roles["commander"].ask("GET", f"/api/incidents/{number}/bundle").told["code"] == "no_record"
    assert roles["observer"].ask("GET", f"/api/incidents/{number}/bundle").status == 403


def test_what_nobody_has_cosigned_is_no_evidence_and_counts_are_of_what_both_hold(
    served: Any, roles: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = reported(roles["commander"])
    acts = served.api._acts["bundle"].__self__

    @contextmanager
    def opened() -> Iterator[IncidentRecord]:
        keeper = served.node.keeper
        yield IncidentRecord(agreement=keeper.agreement, me=keeper.me, store=served.store, cards={})

    async def here(act: Any, *args: Any) -> Any:
        return act(*args)  # a store in memory is its thread's own

    monkeypatch.setattr("detente.api.panel_acts.asyncio.to_thread", here)
    monkeypatch.setattr(acts, "_house", replace(acts._house, evidence=opened))
    refused = roles["commander"].ask("GET", f"/api/incidents/{number}/bundle")
    assert (refused.status, refused.told["code"]) == (409, "no_receipt")
    told = roles["observer"].ask("GET", "/api/statistics").told
    assert told["counted"]["incidents"] == 0, "COAST does not hold it yet"
    assert told["alarms"]["standing"] >= told["alarms"]["not_noted"]
    assert roles["observer"].ask("GET", "/api/statistics?from_utc=yesterday").told["code"] == "bad_time"
    table = roles["observer"].ask("GET", "/api/statistics/csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert table.data.startswith(b"table,row,what,value\r\n")


def test_a_zip_of_the_same_evidence_is_the_same_file() -> None:
    from detente.adapters.incident_record import Bundled
    from detente.api.panel_acts import zip_of

    made = Bundled(number=NUMBER, files={"b/x": b"1", "a": b"2" * 10_000}, left_out=(), missing=())
    assert zip_of(made) == zip_of(replace(made, files=dict(reversed(made.files.items()))))
    with zipfile.ZipFile(io.BytesIO(zip_of(made))) as packed:
        assert packed.namelist() == [f"{NUMBER}/a", f"{NUMBER}/b/x"]
