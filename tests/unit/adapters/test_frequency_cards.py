"""A card is a page that a crew can carry: in every language, the same bytes each time, nothing beyond its edges."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from detente.adapters import frequency_card
from detente.adapters.frequency_card import CardData, draw_cards, qr_text
from detente.exercise.radio_plans import channel, grid_plan
from detente.frequencies.changes import ChannelChange, plan_in_force
from detente.frequencies.check import check
from detente.frequencies.proof import newest
from detente.line import language as catalogue_of_words
from detente.line.language import LANGUAGES, source_of
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.model_talk import Assignment
from detente.memorandum.template import template
from detente.quantities import Digest

NOW_MS = 1_900_000_000_000
IDENTITY = Digest("ab" * 32)


def syria() -> Memorandum:
    read = read_memorandum(template("syria-2015"))
    assert isinstance(read, Memorandum)
    return read


def data(memorandum: Memorandum, *changes: ChannelChange) -> CardData:
    return CardData(
        plan=plan_in_force(memorandum, changes, now_ms=NOW_MS),
        proofs=newest(()),
        report=check(memorandum),
        identity=IDENTITY,
        now_ms=NOW_MS,
    )


def texts(figure: Figure) -> Iterator[Text]:
    yield from (one for one in figure.findobj(Text) if isinstance(one, Text) and one.get_text())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_a_card_lies_on_the_page(language: str) -> None:
    (figure,) = frequency_card._pages(data(syria()), "EAST-S", language)
    figure.canvas.draw()
    width, height = figure.canvas.get_width_height()
    shown = list(texts(figure))
    assert len(shown) > 30
    for one in shown:
        box = one.get_window_extent()
        assert box.x0 >= 0, one.get_text()
        assert box.y0 >= 0, one.get_text()
        assert box.x1 <= width, one.get_text()
        assert box.y1 <= height, one.get_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_lines_of_a_card_lie_on_each_other(language: str) -> None:
    (figure,) = frequency_card._pages(data(syria()), "NORTH", language)
    figure.canvas.draw()
    boxes = [(one.get_window_extent().shrunk(0.98, 0.72), one.get_text()) for one in texts(figure)]
    hit = [
        (text, other)
        for place, (box, text) in enumerate(boxes)
        for its_box, other in boxes[place + 1 :]
        if box.overlaps(its_box)
    ]
    assert hit == []


def test_a_card_says_what_is_spoken_who_listens_and_that_it_is_untested() -> None:
    (figure,) = frequency_card._pages(data(syria()), "NORTH", "en")
    said = " | ".join(one.get_text() for one in texts(figure))
    for words in (
        "Sector NORTH",
        "251.250",
        "say: two five one decimal two five zero",
        "everybody listens",
        "UNTESTED: 16 of 16 pairs",
        "RADIO CHECK, HOW DO YOU READ",
        "Screening, not an assignment",
        "identity abababababababab",
    ):
        assert words in said


def test_in_a_language_from_right_to_left_the_page_is_mirrored_and_names_keep_their_order() -> None:
    (figure,) = frequency_card._pages(data(syria()), "NORTH", "ar")
    (western,) = frequency_card._pages(data(syria()), "NORTH", "en")

    def place(of: Figure, text: str) -> tuple[float, str]:
        (found,) = [one for one in texts(of) if one.get_text() == text]
        return round(found.get_position()[0], 6), str(found.get_ha())

    x, side = place(western, "251.250")
    assert place(figure, "251.250") == (round(1.0 - x, 6), {"left": "right", "right": "left"}[side])


def test_the_same_plan_gives_the_same_bytes() -> None:
    for file_format, start in (("png", b"\x89PNG"), ("pdf", b"%PDF")):
        first = draw_cards(data(syria()), sector="NORTH", language="ar", file_format=file_format)  # type: ignore[arg-type]
        again = draw_cards(data(syria()), sector="NORTH", language="ar", file_format=file_format)  # type: ignore[arg-type]
        assert first == again
        assert all(page.startswith(start) for page in first)


def test_three_bands_of_levels_take_two_pages() -> None:
    plan = grid_plan(columns=1, rows=1)
    extra = tuple(channel(plan, f"X{khz}", khz, "vhf", ("S000",)) for khz in (130_000, 131_000))
    edges = ("0 AMSL", "FL040", "FL070", "FL100")
    rows = tuple(
        Assignment(sector="S000", lower=lower, upper=upper, primary=name, secondary="S000-U")
        for lower, upper, name in zip(edges, edges[1:], ("S000-V", "X130000", "X131000"), strict=False)
    )
    banded = msgspec.structs.replace(plan, channel=(*plan.channel, *extra), assignment=rows)
    assert check(banded).is_valid
    assert len(draw_cards(data(banded), sector="S000", language="en", file_format="png")) == 2
    assert len(draw_cards(data(banded), sector="S000", language="en", file_format="pdf")) == 1


def test_the_code_names_the_memorandum_and_its_whole_identity() -> None:
    assert qr_text(syria(), IDENTITY) == f"DETENTE SYRIA-2015 1.0 {'ab' * 32}"


def test_every_message_of_the_card_is_said_with_all_that_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """In all languages, over a plan with a tone, a change, a failure, silent listeners, stations and proofs."""
    formatted, said = catalogue_of_words._formatted, set()

    def strictly(tongue: str, message_id: str, args: dict[str, str | int]) -> str | None:
        text = formatted(tongue, message_id, args)
        assert text is not None, (tongue, message_id)
        said.add(message_id)
        return text

    monkeypatch.setattr(catalogue_of_words, "_formatted", strictly)
    plan = grid_plan(columns=1, rows=1)
    able = tuple(msgspec.structs.replace(one, tones=True) for one in plan.class_)
    vhf, uhf = plan.channel[2], plan.channel[3]
    plan = msgspec.structs.replace(
        plan,
        class_=able,
        channel=(
            *plan.channel[:2],
            msgspec.structs.replace(vhf, tone_hz="110.9", monitored_by=vhf.monitored_by[:-1]),
            uhf,
        ),
    )
    plan = msgspec.convert(msgspec.to_builtins(plan, builtin_types=()), Memorandum, strict=False)
    at = {"party": "ALFA", "tone_dhz": None, "sector": "S000", "said_ms": 0, "effective_ms": NOW_MS - 1}
    changes = (
        ChannelChange(
            name="ALFA#1",
            what="change",
            channel_khz=vhf.name_khz,
            new_khz=130_000,
            fall_back_khz=None,
            understood_ms={"BRAVO": NOW_MS - 2},
            **at,
        ),
        ChannelChange(
            name="ALFA#2",
            what="failure",
            channel_khz=uhf.name_khz,
            new_khz=None,
            fall_back_khz=None,
            **at,
        ),
    )
    for tongue in LANGUAGES:
        list(frequency_card._pages(data(plan, *changes), "S000", tongue))
        list(frequency_card._pages(data(syria()), "NORTH", tongue))
        invalid = msgspec.structs.replace(plan, channel=plan.channel[:3])
        list(frequency_card._pages(data(invalid), "S000", tongue))
    takes = set(re.findall(r"^((?:card|phrase)-[a-z_]+) = .*\{", source_of("en"), re.M))
    assert takes - said <= {"card-all_proven", "card-age"}, takes - said
