"""The casebook's two failures of radio are refused at signing, and the sentence names the pair or the class.

su-24-2015-two-frequencies: each side used *a* right channel, not the same. tone-change-2008: a frequency is more
than a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from detente.crypto.card import PartyCard
from detente.errors import OperatorError
from detente.exercise.parties import keys_from_seed
from detente.frequencies.check import check
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.signing import sign_memorandum
from detente.memorandum.template import fill, template

MADE = {name: keys_from_seed(name, 5) for name in ("ALFA", "BRAVO", "CHARLIE")}
CARDS: dict[str, PartyCard] = {name: keys.card for name, (keys, _) in MADE.items()}
TEXT = template("neighbours-2030").decode()
LINE = re.compile(r"^(id|monitored_by|tunable_by) = .*$", re.MULTILINE)


def changed(act: Callable[[str, str, str], str]) -> bytes:
    """The template with each line of each channel given to `act`: channel, key, line."""
    head, *blocks = TEXT.split("[[channel]]\n")
    done = []
    for block in blocks:
        own, rest = block.split("\n\n", 1)
        name = str(re.search(r'^id = "(.*)"$', own, re.MULTILINE)[1])  # type: ignore[index]  # each has one
        done.append(LINE.sub(lambda found: act(name, found[1], found[0]), own) + "\n\n" + rest)  # noqa: B023
    return fill("[[channel]]\n".join([head, *done]).encode(), CARDS)


def two_frequencies(channel: str, key: str, line: str) -> str:
    """ALFA's combat aircraft listen on guard, BRAVO's only elsewhere; both can tune both."""
    if key != "monitored_by":
        return line
    gone = "ALFA/combat" if channel == "WEST-2" else "BRAVO/combat"
    return line.replace(f'"{gone}", ', "")


def tone(channel: str, key: str, line: str) -> str:
    return f"{line}\ntone_hz = 110.9" if (channel, key) == ("WEST-1", "id") else line


def sign(file: bytes) -> bytes:
    keys, root = MADE["ALFA"]
    return sign_memorandum(file, {}, None, card=keys.card, root=root)


def refused(file: bytes) -> str:
    with pytest.raises(OperatorError) as caught:
        sign(file)
    assert caught.value.code == "problems"
    return caught.value.message


def findings(file: bytes) -> tuple[str, list[tuple[int, str, str, tuple[str, ...], str]]]:
    read = read_memorandum(file)
    assert isinstance(read, Memorandum)
    report = check(read)
    return report.heading, [
        (one.check, one.gravity, one.sector, one.pair, one.message) for one in report.findings
    ]


def test_the_template_is_signed() -> None:
    assert sign(changed(lambda channel, key, line: line))


def test_two_sides_that_each_listen_to_a_right_channel_cannot_sign() -> None:
    file = changed(two_frequencies)
    assert "ALFA/combat and BRAVO/combat share no monitored channel in WEST." in refused(file)
    heading, found = findings(file)
    assert heading == "INVALID"
    assert (
        3,
        "invalid",
        "WEST",
        ("ALFA/combat", "BRAVO/combat"),
        "ALFA/combat and BRAVO/combat share no monitored channel in WEST.",
    ) in found


def test_a_tone_that_one_class_cannot_send_cannot_be_signed() -> None:
    file = changed(tone)
    assert "ALFA/combat cannot send a tone, and WEST-1 has a tone of 110.9 Hz." in refused(file)
    heading, found = findings(file)
    assert heading == "INVALID"
    assert {number for number, *_ in found} == {1}
