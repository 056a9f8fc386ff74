"""A whole acquaintance through the command line alone: meet, agree, announce, conflict, read back, prove."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from e2e_session import Runner, asked, detente, free_port, notice_file, wait_until


@pytest.mark.slow
def test_two_parties_meet_agree_talk_and_prove_it(tmp_path: Path, nodes: Runner) -> None:
    ports = {"SIERRA": free_port(), "COAST": free_port()}
    for party, port in ports.items():
        assert detente("init", party.lower(), "--party", party, "--port", port, cwd=tmp_path).returncode == 0

    # They meet: three files, one code.
    detente("pair", "sierra", cwd=tmp_path)
    detente("pair", "coast", "sierra-1-offer.pairing.json", cwd=tmp_path)
    unsure = detente("pair", "sierra", "coast-2-reply.pairing.json", cwd=tmp_path)
    assert unsure.returncode == 2
    assert not list((tmp_path / "sierra/cards").iterdir()), "nothing is pinned before the code is confirmed"
    codes = []
    for home, file in (("sierra", "coast-2-reply"), ("coast", "sierra-3-reveal")):
        told = detente("pair", home, f"{file}.pairing.json", "--code-is-the-same", cwd=tmp_path)
        assert told.returncode == 0, told.stderr
        codes += re.findall(r"^ +(\d{3} \d{3} \d{4})$", told.stdout, re.MULTILINE)
    assert len(codes) == 2
    assert codes[0] == codes[1]

    # They agree: one file, two signatures.
    begun = detente(
        "memorandum", "new", "--from", "fires-2020", "--home", "sierra", "--out", "m.toml", cwd=tmp_path
    )
    assert begun.returncode == 0, begun.stderr
    assert detente("memorandum", "check", "m.toml", cwd=tmp_path).returncode == 0
    assert detente("memorandum", "verify", "m.toml", cwd=tmp_path).returncode == 1
    for home in ("sierra", "coast"):
        assert detente("memorandum", "sign", "m.toml", "--home", home, cwd=tmp_path).returncode == 0
    assert detente("memorandum", "verify", "m.toml", "--home", "coast", cwd=tmp_path).returncode == 0
    for home, peer in (("sierra", "COAST"), ("coast", "SIERRA")):
        (tmp_path / home / "memorandum.toml").write_bytes((tmp_path / "m.toml").read_bytes())
        (tmp_path / home / "memorandum.toml.sigs.json").write_bytes(
            (tmp_path / "m.toml.sigs.json").read_bytes()
        )
        with (tmp_path / home / "config.toml").open("a") as settings:
            settings.write(
                f'\n[[peer]]\nparty = "{peer}"\npath = "data-1"\nhost = "127.0.0.1"\nport = {ports[peer]}\n'
            )

    # It was agreed for 2020: today it starts no node.
    told = detente("run", "sierra", cwd=tmp_path)
    assert told.returncode == 2
    assert "expired" in told.stderr
    for home in ("sierra", "coast"):
        settings = (tmp_path / home / "config.toml").read_text()
        (tmp_path / home / "config.toml").write_text("conducted_from = 2020-09-08T00:00:00Z\n" + settings)
    sierra, coast = tmp_path / "sierra", tmp_path / "coast"
    nodes.start(sierra, coast)
    wait_until(lambda: asked("status", sierra)["peers"][0]["paths"][0]["open"], "the line is open")

    # They announce; the later notice makes a conflict, and both know it.
    assert detente("notices", "send", sierra, notice_file(tmp_path)).returncode == 0
    wait_until(lambda: asked("owed", coast), "COAST has the notice")
    assert detente("notices", "send", coast, notice_file(tmp_path, place=[-121.4, 39.95])).returncode == 0
    for home in (sierra, coast):
        wait_until(lambda home=home: asked("notices", "conflicts", home), "both know the conflict")  # type: ignore[misc]
    owed = next(one for one in asked("owed", coast) if one["act"] == "read_back" and one["by_us"])
    assert detente("read-back", coast, owed["ref"]).returncode == 0
    wait_until(
        lambda: asked("notices", "list", sierra)[0]["read_back"] == "correct", "the read-back is correct"
    )
    refused = detente("notices", "send", sierra, notice_file(tmp_path, name="bad", target="x"))
    assert refused.returncode == 2
    assert "never_list" in refused.stderr
    assert any("never_list" in line["text"] for line in asked("log", sierra)), "it is kept in the logbook"
    wait_until(lambda: asked("status", coast)["peers"][0]["unreceipted"] == 0, "all is receipted")
    wait_until(lambda: asked("status", sierra)["peers"][0]["unreceipted"] == 0, "all is receipted")

    # They prove it: anybody, offline.
    assert detente("record", "export", sierra, tmp_path / "evidence").returncode == 0
    proven = asked("record", "verify", tmp_path / "evidence")
    assert proven["verified"]
    by_code = proven["statements_by_code"]
    assert {code: by_code[code] for code in ("CON", "NTC", "OPN", "RBC", "RBK")} == {
        "CON": 1,
        "NTC": 2,
        "OPN": 2,
        "RBC": 1,
        "RBK": 1,
    }
    assert detente("doctor", sierra).returncode == 0
    nodes.end(sierra)
    nodes.end(coast)
    bundles = (tmp_path / "evidence/journals/SIERRA").rglob("tile/entries/**/*")
    entries = next(path for path in bundles if path.is_file())
    data = bytearray(entries.read_bytes())
    data[700] ^= 1
    entries.write_bytes(bytes(data))
    told = detente("record", "verify", tmp_path / "evidence")
    assert told.returncode == 1
    assert "SIERRA/FIRES-2020" in told.stdout
    assert "entry 0" in told.stdout
