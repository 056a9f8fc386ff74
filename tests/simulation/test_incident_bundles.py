"""A bundle is refused for every changed byte, however well its maker covers it; what it lacks is named."""

from __future__ import annotations

import base64
import hashlib
import random
import socket
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from detente.adapters.incident_record import Bundled, IncidentRecord
from detente.adapters.voice_files import VoiceFiles
from detente.crypto.card import sign_card
from detente.errors import OperatorError, PeerError
from detente.exercise.parties import keys_from_seed
from detente.exercise.world import World
from detente.incidents.bundle import entry_path
from detente.incidents.bundle_verify import BundleVerdict, verify_bundle
from detente.line.bodies_duty import Attachment, KeyChange, VoiceKept
from detente.line.recordings import spoken_of
from detente.node.effects import Say
from detente.node.events import MatchIncident, OpenIncident, ProtestIncident, StateIncident
from detente.quantities import Digest, PartyId, PostId, UtcMs
from detente.record.export import Index, index_of
from detente.record.statement import Ref
from detente.voice.frame import Frame
from detente.voice.recording import Recording, digest_of, encode_recording, recording_of
from detente.wire import decode, encode

SEED = 20_230_705
SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")
SOUND = b"the call as it was heard"
FIRST, SECOND = "FIRES-2020-20200907-SIERRA-01", "FIRES-2020-20200907-COAST-01"
Files = dict[str, bytes]


def give(world: World, party: PartyId, order: object) -> None:
    replies = world.node(party).happen(order)  # type: ignore[arg-type]  # orders of these tests
    assert all(reply.ok for reply in replies), replies
    world.run_for(30)


def opened(world: World, party: PartyId) -> OpenIncident:
    return OpenIncident(
        at_ms=UtcMs(world.now_ms),
        category="conduct",
        articles=("C01",),
        at=None,
        event_ms=UtcMs(world.now_ms - 3_600_000),
        passing=None,
        entries=(),
        text="",
        same_as=None,
        to=(),
    )


def record_of(world: World, party: PartyId) -> IncidentRecord:
    keeper = world.node(party).keeper
    cards = {str(one): world.node(one).keeper.keys.card_bytes for one in (SIERRA, COAST)}
    return IncidentRecord(agreement=keeper.agreement, me=party, store=keeper.book.store, cards=cards)


@pytest.fixture
def told(make_world: Callable[..., World]) -> World:
    """One incident that both reported, stated and protested."""
    world = make_world(seed=SEED)
    world.run_for(30)
    sound = Attachment(name="call.opus", sha256=Digest(hashlib.sha256(SOUND).hexdigest()), length=len(SOUND))
    for party in (SIERRA, COAST):
        give(world, party, opened(world, party))
    for party in (COAST, SIERRA):
        give(world, party, MatchIncident(at_ms=UtcMs(world.now_ms), number=FIRST, other=SECOND))
    statement = StateIncident(
        at_ms=UtcMs(world.now_ms), number=SECOND, entries=(), attachments=(sound,), text="", closes=True
    )
    give(world, SIERRA, statement)
    give(world, COAST, ProtestIncident(at_ms=UtcMs(world.now_ms), number=FIRST, article="C01"))
    world.run_for(60)
    return world


@pytest.fixture
def made(told: World, tmp_path: Path) -> Bundled:
    (tmp_path / "any name").write_bytes(SOUND)
    return record_of(told, SIERRA).bundled(SECOND, [tmp_path])


def reindexed(files: Mapping[str, bytes]) -> Files:
    """What a liar does after altering files: a new index over them."""
    index = decode(files["index.json"], Index, what="index", bytes_max=10**7)
    rest = {path: content for path, content in files.items() if path != "index.json"}
    made = index_of(rest, memorandum_id=index.memorandum, identity=index.identity)
    return rest | {"index.json": encode(made)}


def codes(verdict: BundleVerdict) -> set[str]:
    return {problem.code for problem in verdict.problems}


def entry(files: Mapping[str, bytes], party: str, place: int = -1) -> str:
    found = [path for path in files if path.startswith(f"entries/{party}/") and path.endswith(".json")]
    return sorted(found, key=lambda path: int(path.rpartition("/")[2].split(".")[0]))[place]


def test_a_bundle_holds_what_both_sides_said_and_verifies(made: Bundled) -> None:
    verdict = verify_bundle(made.files)
    assert verdict.problems == ()
    assert (made.number, verdict.number, made.left_out, verdict.missing) == (FIRST, FIRST, (), ())
    assert {statement.code for _, statement in verdict.statements} == {"OPN", "INC1", "INC2", "PRT", "ACK"}
    shown = made.files["summary.html"].decode()
    for words in (FIRST, SECOND, "SIERRA", "COAST", "call.opus", "not an admission", "closes the incident"):
        assert words in shown
    assert "://" not in shown
    assert "<script" not in shown


def test_each_of_80_random_single_byte_changes_is_refused(made: Bundled) -> None:
    """Anywhere in any file, the index included."""
    chance = random.Random(SEED)
    seen = set()
    for number in range(80):
        path = chance.choice(sorted(made.files))
        at = chance.randrange(len(made.files[path]))
        altered = bytearray(made.files[path])
        altered[at] ^= chance.randrange(1, 256)
        verdict = verify_bundle(made.files | {path: bytes(altered)})
        assert not verdict.ok, f"seed {SEED}, change {number}: byte {at} of {path}"
        seen.add(path.split("/")[0])
    assert seen >= {"entries", "cards", "attachments", "index.json", "summary.html"}


@pytest.mark.parametrize("suffix", [".json", ".tlog-proof"])
def test_an_altered_entry_or_proof_is_refused_under_a_new_index_too(made: Bundled, suffix: str) -> None:
    """Under the base64 of a hash or a signature, where no form is broken."""
    path = entry(made.files, "COAST").removesuffix(".json") + suffix
    content = bytearray(made.files[path])
    at = content.index(b"\n\n") - 20 if suffix == ".tlog-proof" else content.index(b"payload") + 20
    content[at] = ord("A") if content[at] != ord("A") else ord("B")
    verdict = verify_bundle(reindexed(made.files | {path: bytes(content)}))
    assert codes(verdict) & {"bad_proof", "signature_invalid", "malformed", "layout", "summary_altered"}
    assert any(problem.seq is not None for problem in verdict.problems), "the entry is named"


def test_a_proof_of_another_entry_proves_nothing(made: Bundled) -> None:
    first, last = entry(made.files, "COAST", 0), entry(made.files, "COAST")
    proofs = [path.removesuffix(".json") + ".tlog-proof" for path in (first, last)]
    swapped = made.files | {proofs[1]: made.files[proofs[0]]}
    assert "misplaced" in codes(verify_bundle(reindexed(swapped)))


def test_a_head_that_nobody_cosigned_is_no_receipt(made: Bundled) -> None:
    path = entry(made.files, "COAST").removesuffix(".json") + ".tlog-proof"
    lines = made.files[path].splitlines(keepends=True)
    alone = b"".join(line for line in lines if not line.startswith("— SIERRA ".encode()))
    assert alone != made.files[path]
    assert "signature_missing" in codes(verify_bundle(reindexed(made.files | {path: alone})))


def test_an_entry_without_its_proof_and_a_journal_without_its_opening_are_refused(made: Bundled) -> None:
    proof = entry(made.files, "COAST").removesuffix(".json") + ".tlog-proof"
    without = {path: content for path, content in made.files.items() if path != proof}
    assert "file_missing" in codes(verify_bundle(reindexed(without)))
    start = entry(made.files, "COAST", 0).removesuffix(".json")
    without = {path: content for path, content in made.files.items() if not path.startswith(f"{start}.")}
    assert "not_opened" in codes(verify_bundle(reindexed(without)))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"incident.json": b'{"v":1,"number":"FIRES-2020-20200907-COAST-01"}'}, "other_number"),
        ({"incident.json": b'{"v":1,"number":"FIRES-2020-20200907-COAST-77"}'}, "no_incident"),
        ({"incident.json": b"{}"}, "malformed"),
        ({"summary.html": b"<p>COAST admits everything.</p>"}, "summary_altered"),
        ({"attachments/" + "a" * 64: b"more"}, "unexpected_file"),
        ({"attachments/" + hashlib.sha256(SOUND).hexdigest(): SOUND + b"!"}, "attachment_altered"),
        ({"extra.txt": b"x"}, "unexpected_file"),
        ({"entries/COAST/x": b"x"}, "unexpected_file"),
        ({"cards/COAST.json": b"{}"}, "card_missing"),
        ({"memorandum.toml": b""}, "memorandum"),
    ],
)
def test_what_is_not_so_is_named_under_a_new_index_too(made: Bundled, change: Files, code: str) -> None:
    assert code in codes(verify_bundle(reindexed(made.files | change)))


def test_a_summary_that_another_version_wrote_is_told_from_altered_entries(made: Bundled) -> None:
    """The entries are judged apart, and the summary can be written anew from them."""
    older = verify_bundle(reindexed(made.files | {"summary.html": b"<p>as it looked last year</p>"}))
    assert older.is_only_summary
    assert older.summary == made.files["summary.html"]
    assert not verify_bundle(made.files).is_only_summary


def test_the_incident_must_be_among_the_entries(made: Bundled) -> None:
    kept = {path: one for path, one in made.files.items() if not path.startswith("entries/SIERRA/")}
    assert codes(verify_bundle(reindexed(kept))) & {"no_incident", "other_number", "summary_altered"}
    assert "file_missing" in codes(verify_bundle({}))


def test_another_identity_than_the_verifier_knows_is_refused(made: Bundled) -> None:
    assert "other_memorandum" in codes(verify_bundle(made.files, identity=Digest("0" * 64)))


def test_an_attachment_that_is_not_in_the_bundle_is_named_as_missing(told: World, tmp_path: Path) -> None:
    """COAST does not have it: the bundle verifies, and says what it lacks and who keeps it."""
    bundled = record_of(told, COAST).bundled(FIRST, [tmp_path])
    verdict = verify_bundle(bundled.files)
    assert verdict.ok
    assert [(party, one.name) for party, one in verdict.missing] == [("SIERRA", "call.opus")]
    assert "MISSING: SIERRA keeps it" in bundled.files["summary.html"].decode()
    assert bundled.missing == verdict.missing


def test_taking_an_attachment_out_cannot_be_hidden(made: Bundled) -> None:
    kept = {path: content for path, content in made.files.items() if not path.startswith("attachments/")}
    verdict = verify_bundle(reindexed(kept))
    assert [one.name for _, one in verdict.missing] == ["call.opus"]
    assert codes(verdict) == {"summary_altered"}, "the summary said that it was here"


def test_what_nobody_has_cosigned_is_left_out_and_named(told: World, tmp_path: Path) -> None:
    """The line is dead: the other side's receipt is missing, not ours to invent."""
    told.turn_off(COAST)
    order = ProtestIncident(at_ms=UtcMs(told.now_ms), number=FIRST, article="C12")
    told.node(SIERRA).happen(order)
    seq = told.node(SIERRA).keeper.own.size - 1
    keeper = told.node(SIERRA).keeper
    cards = {str(SIERRA): keeper.keys.card_bytes}
    record = IncidentRecord(agreement=keeper.agreement, me=SIERRA, store=keeper.book.store, cards=cards)
    bundled = record.bundled(FIRST, [tmp_path])
    assert bundled.left_out == (f"SIERRA#{seq}",)
    told.node(SIERRA).happen(opened(told, SIERRA))
    with pytest.raises(OperatorError, match="cosigned"):
        record_with(told, cards).bundled("FIRES-2020-20200907-SIERRA-02", [tmp_path])
    with pytest.raises(OperatorError, match="no incident"):
        record_with(told, cards).bundled("FIRES-2020-20200907-SIERRA-03", [tmp_path])


def record_with(world: World, cards: Mapping[str, bytes]) -> IncidentRecord:
    keeper = world.node(SIERRA).keeper
    return IncidentRecord(agreement=keeper.agreement, me=SIERRA, store=keeper.book.store, cards=cards)


def test_keys_that_changed_in_between_are_followed(told: World, tmp_path: Path) -> None:
    """The KEY entry is in every bundle; without it what was signed afterwards cannot be judged."""
    first_cards = {str(one): told.node(one).keeper.keys.card_bytes for one in (SIERRA, COAST)}
    (_, root), (fresh, _) = keys_from_seed("COAST", 1), keys_from_seed("COAST", 2)
    card = msgspec.structs.replace(fresh.card, root=root.public)
    fresh = replace(fresh, card=card, card_bytes=sign_card(card, root))
    node = told.node(COAST)
    body = KeyChange(card=base64.b64encode(fresh.card_bytes).decode(), revoked=(), reason="scheduled")
    node.say(Say(to=(PostId("sierra.air"),), code="KEY", body=body, precedence="PRIORITY", reply_to=None))
    node.keeper.change_keys(fresh)
    give(told, COAST, ProtestIncident(at_ms=UtcMs(told.now_ms), number=FIRST, article="C12"))
    told.run_for(120)
    bundled = record_with(told, first_cards).bundled(FIRST, [tmp_path])
    verdict = verify_bundle(bundled.files)
    assert verdict.problems == ()
    assert bundled.left_out == ()
    key = next(ref for ref, statement in verdict.statements if statement.code == "KEY")
    start = entry_path(key.origin, key.seq)
    without = {path: one for path, one in bundled.files.items() if not path.startswith(f"{start}.")}
    assert "signature_invalid" in codes(verify_bundle(reindexed(without)))


def test_no_hostile_bundle_is_taken_and_none_raises(made: Bundled) -> None:
    """Files cut, removed, exchanged, moved and spliced, with or without a fitting index."""
    chance = random.Random(SEED)
    for number in range(40):
        files = dict(made.files)
        for _ in range(chance.randrange(1, 4)):
            path, other = chance.choice(sorted(files)), chance.choice(sorted(files))
            at = chance.randrange(len(files[path]) + 1)
            match chance.choice(["cut", "remove", "exchange", "move", "splice", "terms"]):
                case "cut":
                    files[path] = files[path][:at]
                case "remove":
                    del files[path]
                case "exchange":
                    files[path], files[other] = files[other], files[path]
                case "move":
                    files[chance.choice(["x", "entries/A/b/0.json", "cards/\udcff", "../y"])] = files.pop(
                        path
                    )
                case "splice":
                    files[path] = files[path][:at] + chance.randbytes(9) + files[path][at:]
                case "terms":
                    text = files.get("memorandum.toml", b"")
                    files["memorandum.toml"] = text.replace(b"= 604800", b"= 999999999999999999", 1)
        if files == made.files:
            continue
        assert not verify_bundle(files).ok, f"seed {SEED}, case {number}"
        if "index.json" in files and not any("\udcff" in path for path in files):
            try:
                covered = reindexed(files)
            except PeerError:
                continue
            assert not verify_bundle(covered).ok, f"seed {SEED}, case {number} under a new index"


def test_verifying_opens_no_socket(made: Bundled, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a bundle is verified offline")

    monkeypatch.setattr(socket, "socket", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    assert verify_bundle(made.files).ok


def speech(number: int) -> Recording:
    frame = Frame(
        channel_khz=123_975,
        party="SIERRA",
        post="sierra.air",
        transmission=f"{number:016x}",
        sequence=0,
        captured_ms=1_599_523_200_000 + number,
        codec="opus",
        payload=bytes([number]) * 60,
    )
    return recording_of([frame, replace(frame, sequence=1, captured_ms=frame.captured_ms + 20)])


@pytest.fixture
def heard(told: World, tmp_path: Path) -> tuple[World, VoiceFiles, list[bytes]]:
    """A statement of SIERRA names a VOX of two recordings, and another whose recording is not kept any more."""
    files = [encode_recording(speech(number)) for number in (1, 2)]
    voice = VoiceFiles(tmp_path / "voice")
    for file in files:
        voice.keep(file)
    spoken = tuple(spoken_of(speech(number), digest_of(file)) for number, file in enumerate(files, 1))
    gone = msgspec.structs.replace(spoken[0], transmission="e" * 16, sha256=Digest("e" * 64))
    node = told.node(SIERRA)
    refs = []
    for body in (VoiceKept(spoken=spoken), VoiceKept(spoken=(gone,))):
        node.say(Say(to=(PostId("coast.air"),), code="VOX", body=body, precedence="ADMIN", reply_to=None))
        own = node.keeper.own
        (stored,) = node.keeper.book.store.entries(own.origin, own.size - 1, own.size)
        refs.append(Ref(origin=own.origin, seq=own.size - 1, leaf=Digest(stored.leaf.hex())))
    statement = StateIncident(
        at_ms=UtcMs(told.now_ms), number=FIRST, entries=tuple(refs), attachments=(), text="", closes=False
    )
    give(told, SIERRA, statement)
    told.run_for(60)
    return told, voice, files


def test_recordings_that_its_entries_state_are_in_a_bundle_and_verify(
    heard: tuple[World, VoiceFiles, list[bytes]], tmp_path: Path
) -> None:
    world, voice, files = heard
    bundled = record_of(world, SIERRA).bundled(FIRST, [tmp_path], voice)
    verdict = verify_bundle(bundled.files)
    assert verdict.problems == ()
    assert verdict.recordings is not None
    assert (verdict.recordings.stated, verdict.recordings.held, verdict.recordings.lacking) == (3, 2, 1)
    paths = {path for path in bundled.files if path.startswith("voice/")}
    assert paths == {f"voice/{digest_of(file)}" for file in files}
    assert [one.sha256[:4] for _, one in bundled.unheard] == ["eeee"]
    shown = bundled.files["summary.html"].decode()
    assert digest_of(files[0]) in shown
    assert "not here: recordings are kept as long as agreed" in shown


def test_a_recording_that_was_altered_on_the_disk_or_is_too_much_is_not_taken_along(
    heard: tuple[World, VoiceFiles, list[bytes]], tmp_path: Path
) -> None:
    """The evidence verifies, and says what it lacks; without voice it lacks all of them."""
    world, voice, files = heard
    (file,) = (tmp_path / "voice").glob(f"*/{digest_of(files[0])}.voice")
    file.write_bytes(files[0][:-1] + b"?")
    record = record_of(world, SIERRA)
    for bundled, held in ((record.bundled(FIRST, [], voice), 1), (record.bundled(FIRST, []), 0)):
        verdict = verify_bundle(bundled.files)
        assert verdict.ok
        assert verdict.recordings is not None
        assert (verdict.recordings.held, len(bundled.unheard)) == (held, 3 - held)
    with pytest.raises(OperatorError) as large:
        record.bundled(FIRST, [], voice, voice_bytes_max=len(files[1]) - 1)
    assert large.value.code == "voice_large"


def test_speech_in_a_bundle_is_the_stated_or_the_bundle_is_refused(
    heard: tuple[World, VoiceFiles, list[bytes]], tmp_path: Path
) -> None:
    world, voice, files = heard
    made = record_of(world, SIERRA).bundled(FIRST, [tmp_path], voice).files
    path = f"voice/{digest_of(files[0])}"
    altered = reindexed(made | {path: files[0][:-1] + b"?"})
    assert codes(verify_bundle(altered)) == {"recording_altered"}
    unnamed = reindexed(made | {f"voice/{'d' * 64}": files[0]})
    assert codes(verify_bundle(unnamed)) == {"unexpected_file"}
    without = reindexed({name: data for name, data in made.items() if name != path})
    assert codes(verify_bundle(without)) == {"summary_altered"}, "the summary said that it was here"
