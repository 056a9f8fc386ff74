"""Recordings on the disk: under their hash, by day, no more than allowed, and gone when their time is over."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest

from detente.adapters import voice_files
from detente.adapters.voice_files import BLOCK_BYTES, Swept, VoiceFiles
from detente.errors import DamageError
from detente.voice.frame import Frame
from detente.voice.recording import digest_of, encode_recording, recording_of

FRAME = Frame(
    channel_khz=123_975,
    party="SIERRA",
    post="sierra.air",
    transmission="0" * 16,
    sequence=0,
    captured_ms=1,
    codec="opus",
    payload=b"x" * 60,
)


def file(number: int) -> bytes:
    return encode_recording(recording_of([replace(FRAME, transmission=f"{number:016x}")]))


def test_what_is_kept_is_read_again_and_a_restart_knows_it(tmp_path: Path) -> None:
    files = VoiceFiles(tmp_path / "voice")
    digests = [files.keep(file(number)) for number in range(5)]
    assert digests[0] == digest_of(file(0))
    assert files.keep(file(0)) == digests[0], "twice is once"
    for made in (files, VoiceFiles(tmp_path / "voice")):
        assert made.read(digests[3]) == file(3)
        assert {one.digest for one in made.newest(10)} == set(digests)
        assert len(made.newest(2)) == 2
    assert list((tmp_path / "voice").glob("*/*.part")) == []


@pytest.mark.parametrize("digest", ["", "..", "../../keys/root", "A" * 64, "0" * 64, "0" * 63 + "/"])
def test_no_name_reaches_out_of_the_folder(tmp_path: Path, digest: str) -> None:
    files = VoiceFiles(tmp_path / "voice")
    files.keep(file(1))
    assert files.read(digest) is None


def test_a_full_folder_and_a_disk_that_refuses_say_so(tmp_path: Path) -> None:
    files = VoiceFiles(tmp_path / "voice", bytes_max=BLOCK_BYTES + 10)
    files.keep(file(0))
    with pytest.raises(DamageError) as full:
        files.keep(file(1))
    assert full.value.code == "voice_full"
    (tmp_path / "plain").write_bytes(b"")
    with pytest.raises(DamageError) as disk:
        VoiceFiles(tmp_path / "plain").keep(file(1))
    assert disk.value.code == "voice_disk"


def test_days_that_are_over_go_and_the_others_stay(tmp_path: Path) -> None:
    folder = tmp_path / "voice"
    files = VoiceFiles(folder, bytes_max=3 * BLOCK_BYTES)
    today = files.keep(file(0))
    old = folder / f"{datetime.now(UTC) - timedelta(days=91):%Y-%m-%d}"
    young = folder / f"{datetime.now(UTC) - timedelta(days=89):%Y-%m-%d}"
    for number, day in enumerate((old, young), 1):
        day.mkdir()
        (day / f"{digest_of(file(number))}.voice").write_bytes(file(number))
    (folder / "not-a-day").mkdir()
    files = VoiceFiles(folder, bytes_max=3 * BLOCK_BYTES)
    assert files.sweep(days=90).gone == 1
    assert not old.exists()
    assert young.exists()
    assert (folder / "not-a-day").exists()
    assert files.read(today) is not None
    files.keep(file(7))  # there is room again


def test_what_is_no_recording_is_not_listed(tmp_path: Path) -> None:
    files = VoiceFiles(tmp_path / "voice")
    files.keep(file(0))
    (next(files._days()) / f"{'0' * 64}.voice").write_bytes(b"nothing")
    assert len(files.newest(10)) == 1


def test_a_day_that_an_incident_needs_stays_although_it_is_over(tmp_path: Path) -> None:
    folder = tmp_path / "voice"
    for days in (91, 95):
        (folder / f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d}").mkdir(parents=True)
    needed = f"{datetime.now(UTC) - timedelta(days=95):%Y-%m-%d}"
    assert VoiceFiles(folder).sweep(days=90, needed={needed}).gone == 1
    assert [day.name for day in folder.iterdir()] == [needed]


def test_a_day_with_a_recording_that_an_incident_cites_stays_although_it_is_over(tmp_path: Path) -> None:
    for number, day in enumerate(("2020-01-01", "2020-01-02")):
        (tmp_path / day).mkdir()
        (tmp_path / day / f"{digest_of(file(number))}.voice").write_bytes(file(number))
    files = VoiceFiles(tmp_path)
    assert files.sweep(days=90, cited={digest_of(file(1))}) == Swept(gone=1, stuck=())
    assert files.read(digest_of(file(1))) == file(1)


def test_what_was_kept_by_a_clock_far_behind_outlives_its_being_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A board without a battery starts in 2020, records, and is set right: today's speech is not of that year."""
    (tmp_path / "2020-01-02").mkdir()
    files = VoiceFiles(tmp_path, bytes_max=2 * BLOCK_BYTES)
    with monkeypatch.context() as patched:
        patched.setattr(
            voice_files, "datetime", SimpleNamespace(now=lambda _: datetime(2020, 1, 1, tzinfo=UTC))
        )
        digest = files.keep(file(0))
    assert [day.name for day in files._days()] == ["2020-01-02", "2020-01-01"]
    assert files.sweep(days=90) == Swept(gone=1, stuck=())
    assert [day.name for day in files._days()] == [f"{datetime.now(UTC):%Y-%m-%d}"]
    assert files.read(digest) == file(0)
    files.keep(file(1))  # it counts once
    later_s = monotonic() + 46 * 86_400
    monkeypatch.setattr(voice_files, "monotonic", lambda: later_s)
    next(files._days()).rename(tmp_path / "2020-01-01")
    files._kept_s["2020-01-01"] = monotonic()
    assert files.sweep(days=90) == Swept(gone=1, stuck=()), "its time is over by both clocks"


def test_what_grew_when_the_process_ended_is_found_again_without_its_broken_packet(tmp_path: Path) -> None:
    files, name = VoiceFiles(tmp_path / "voice"), "123975-0011223344556677-8899aabbccddeeff"
    whole = recording_of(
        [replace(FRAME, sequence=number, captured_ms=1 + 20 * number) for number in range(3)]
    )
    data = encode_recording(whole)
    files.grow(name, data[:-100], is_first=True)
    files.grow(name, data[-100:-30], is_first=False)
    (tmp_path / "voice" / "growing" / "123975-0011223344556677-0000000000000000").write_bytes(b"nothing")
    again = VoiceFiles(tmp_path / "voice")
    ((found, recording),) = again.left()
    assert (found, recording.packets) == (name, whole.packets[:2])
    assert again.newest(10) == []
    again.grown(name)
    assert list(again.left()) == []


def test_a_day_that_the_disk_does_not_let_go_of_stays_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root put it back from a backup, it is a link to another disk, or it is held for an investigation."""
    folder, days = tmp_path / "voice", ("2020-01-01", "2020-01-02", "2020-01-03")
    for number, day in enumerate(days):
        (folder / day).mkdir(parents=True)
        (folder / day / f"{digest_of(file(number))}.voice").write_bytes(file(number))
    files, unlink = VoiceFiles(folder, bytes_max=3 * BLOCK_BYTES), os.unlink

    def held(path: Any, **more: Any) -> None:
        if str(path).startswith(digest_of(file(1))):
            raise PermissionError(1, "Operation not permitted")
        unlink(path, **more)

    with monkeypatch.context() as patched:
        patched.setattr(os, "unlink", held)
        assert files.sweep(days=90) == Swept(gone=2, stuck=("2020-01-02",))
    files.keep(file(7))
    files.keep(file(8))
    with pytest.raises(DamageError):
        files.keep(file(9))  # what is still there takes room
    assert files.sweep(days=90) == Swept(gone=1, stuck=())
    files.keep(file(9))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (folder / "2020-01-04").symlink_to(elsewhere)
    assert files.sweep(days=90) == Swept(gone=0, stuck=("2020-01-04",))
    monkeypatch.setattr(Path, "iterdir", lambda _: refuse())
    assert files.sweep(days=90) == Swept(gone=0, stuck=("voice",))


def refuse() -> Any:
    raise OSError(24, "Too many open files")


def test_own_speech_that_cannot_be_read_at_a_start_stays_for_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was said and is stated nowhere yet: deleted, it never would be."""
    files, names = VoiceFiles(tmp_path), [f"123975-0011223344556677-{number:016x}" for number in range(2)]
    for number, name in enumerate(names):
        files.grow(name, file(number), is_first=True)
    read = Path.read_bytes
    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", lambda one: refuse() if one.name == names[0] else read(one))
        left = files.left()
        assert next(left)[0] == names[1]
        with pytest.raises(DamageError, match="Too many open files"):
            next(left)
        patched.setattr(Path, "iterdir", lambda _: refuse())
        with pytest.raises(DamageError, match="Too many open files"):
            next(files.left())
    assert [name for name, _ in files.left()] == names


def began(at_ms: int, number: int) -> bytes:
    frame = replace(FRAME, captured_ms=at_ms, transmission=f"{number:016x}")
    return encode_recording(recording_of([frame, replace(frame, sequence=3, captured_ms=at_ms + 60)]))


def test_what_began_in_a_time_is_found_and_of_too_much_the_nearest(tmp_path: Path) -> None:
    """Both ends are included; a stranger's file in the folder is passed over."""
    files = VoiceFiles(tmp_path / "voice")
    now_ms = int(datetime.now(UTC).timestamp() * 1_000)
    digests = [files.keep(began(now_ms + 1_000 * number, number)) for number in range(6)]
    folder = tmp_path / "voice" / f"{datetime.now(UTC):%Y-%m-%d}"
    (folder / f"{'0' * 64}.voice").write_bytes(b"no recording")
    for made in (files, VoiceFiles(tmp_path / "voice")):
        found = made.between(from_ms=now_ms + 1_000, until_ms=now_ms + 4_000, near_ms=now_ms, count=10)
        assert [one.digest for one in found.kept] == digests[1:5]
        assert found.left_away == 0
        assert {(one.packets, one.missing, one.length_ms) for one in found.kept} == {(2, 2, 80)}
        near = made.between(from_ms=0, until_ms=2**53, near_ms=now_ms + 3_000, count=2)
        assert [one.digest for one in near.kept] in (digests[2:4], digests[3:5])
        assert near.left_away == 4
    assert files.is_here(digests[0])
    assert not files.is_here("0" * 63)


def test_a_time_that_no_calendar_has_finds_nothing_and_raises_nothing(tmp_path: Path) -> None:
    files = VoiceFiles(tmp_path / "voice")
    digest = files.keep(began(2**53 - 1_000, 1))
    late = files.between(from_ms=2**53 - 2_000, until_ms=2**60, near_ms=0, count=5)
    assert late.kept == (), "its day is not one of those"
    assert [one.digest for one in files.newest(5)] == [digest]
