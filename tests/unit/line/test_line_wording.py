"""Every message in every language: whole, its figures isolated, and no stranger's words act on a screen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec
import pytest

from detente.airspace.levels import Level
from detente.airspace.shapes import Corridor, MovingBlock, Point, Polygon
from detente.line import language as catalogue_of_words
from detente.line.bodies import (
    Acceptance,
    Acknowledgement,
    Alert,
    Answer,
    Crossing,
    Distress,
    Proposal,
    Query,
)
from detente.line.bodies_duty import (
    Correction,
    Fork,
    IncidentReport,
    LineState,
    Opening,
    RadioCheck,
    WatchChange,
)
from detente.line.catalogue import CATALOGUE, Body
from detente.line.facts import Fact
from detente.line.language import LANGUAGES, Phrase, Value, source_of, text_of
from detente.line.wording import _facts, bare, detail, direction_of, in_words, named, plain, render
from detente.notices.notice import Notice
from detente.quantities import Digest
from detente.record.statement import Head, Ref
from detente.wire.limits import SHOWN_CHARS_MAX

Bodies = Mapping[str, Body]
FSI, PDI = "\u2068", "\u2069"
EVERY = [(code, language) for code in CATALOGUE for language in LANGUAGES]

ALERT = Alert(
    what="unsafe_closure",
    at=Point(lat_e7=399_000_000, lon_e7=-1_214_000_000),
    at_ms=1_599_583_330_000,
    level=None,
    track_deg=90,
    call_on_khz=123_975,
    ask="turn",
)


def visible(text: str) -> str:
    """The marks as brackets that a test can show."""
    return text.replace(FSI, "‹").replace(PDI, "›")


def whole(code: str, body: Body, language: str) -> str:
    shown = render(code, body, language=language)
    return "\n".join([shown.title, *shown.lines])


def figures(value: Value) -> Iterator[str]:
    """Every text that goes into a fact as it is; a count stands apart, for Arabic says one and two in words."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Phrase):
        if "count" not in value.args:
            for inner in value.args.values():
                assert not isinstance(inner, int)
                yield from figures(inner)
    else:
        for one in value:
            yield from figures(one)


def of_fact(fact: Fact) -> Iterator[str]:
    yield from figures(fact.value)
    if fact.label is not None:
        yield from figures(fact.label)


@pytest.mark.parametrize(("code", "language"), EVERY)
def test_every_message_is_whole_in_every_language(
    bodies: Bodies, monkeypatch: pytest.MonkeyPatch, code: str, language: str
) -> None:
    """No message is missing, none has an error, and none falls back to English."""
    formatted, asked = catalogue_of_words._formatted, []

    def strictly(tongue: str, message_id: str, args: Mapping[str, str | int]) -> str | None:
        text = formatted(tongue, message_id, args)
        asked.append((tongue, message_id, text))
        return text

    monkeypatch.setattr(catalogue_of_words, "_formatted", strictly)
    text = whole(code, bodies[code], language) + detail(bodies[code], language) + in_words(code, language)
    assert not [one for one in asked if one[0] != language or one[2] is None]
    assert not re.search(r"\{|\}|\$|\?\?\?|None|\[[a-z]+-", text)
    assert not re.search(r"[^\W\D0-9]", text), "digits are Western"


def others(bodies: Bodies) -> Iterator[tuple[str, Body]]:
    """Bodies with the optional fields the other way round, and the codes that say something more."""
    here, at_ms, level = ALERT.at, ALERT.at_ms, Level(datum="palt", value=5000)
    ref = Ref(origin="COAST/T/0", seq=3, leaf=Digest("a" * 64))
    notice = bodies["NTC"]
    assert isinstance(notice, Notice)
    block = MovingBlock(
        points=(here, here), times_ms=(at_ms, at_ms + 1), half_width_cm=100, early_ms=1, late_ms=60_000
    )
    for shape in (Polygon(points=(here,) * 9), Corridor(points=(here, here), half_width_cm=100), block):
        volume = msgspec.structs.replace(notice.volumes[0], shape=shape)
        yield "NTC", msgspec.structs.replace(notice, volumes=(volume,))
    yield "NTC", msgspec.structs.replace(notice, volumes=(), hazard_kind=None, count_band=None)
    nothing = Proposal(notice=ref, shift_s=None, floor=None, ceiling=None, move_m=None, bearing_deg=None)
    yield "PRO", nothing
    yield "PRO", msgspec.structs.replace(nothing, shift_s=-90, floor=level, move_m=-10)
    yield "PRO", msgspec.structs.replace(nothing, ceiling=level)
    yield "ACC", Acceptance(notice=None)
    yield "ACK", Acknowledgement(level="in_effect", post="coast.air", at_ms=at_ms, passed_to=None)
    yield "ANS", Answer(answer="standby", action="none")
    yield "ALR", msgspec.structs.replace(ALERT, level=level, call_on_khz=None)
    yield "DST", Distress(nature="missing", at=None, at_ms=at_ms, persons=None, call_on_khz=None)
    yield (
        "LST",
        LineState(party="COAST", path="data-1", state="own_fault", since_ms=at_ms, cause="outage"),
    )
    yield (
        "RCK",
        RadioCheck(
            channel_khz=121_500,
            sector="S1",
            caller="A",
            called="B",
            how="bench",
            readability=0,
            at_ms=at_ms,
        ),
    )
    yield (
        "WCH",
        WatchChange(
            what="taken",
            post="coast.air",
            roles=(),
            languages=(),
            interpreter="none",
            open_items=1,
            check=None,
        ),
    )
    head = Head(origin="COAST/T/0", size=4, root=Digest("e" * 64))
    yield "OPN", Opening(identity=Digest("b" * 64), cards=(), previous=head)
    report = bodies["INC1"]
    assert isinstance(report, IncidentReport)
    yield "INC1", msgspec.structs.replace(report, at=None, same_as=None, text="seen", entries=(ref,) * 20)
    yield (
        "XNG",
        Crossing(
            boundary="L1",
            gate=here,
            start_ms=at_ms,
            end_ms=at_ms,
            floor=level,
            ceiling=level,
            class_="x",
        ),
    )


def test_every_message_is_said_somewhere_with_all_that_it_takes(
    bodies: Bodies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In all languages; but for the words of single codes, which take nothing."""
    formatted, said = catalogue_of_words._formatted, set()

    def strictly(tongue: str, message_id: str, args: Mapping[str, str | int]) -> str | None:
        text = formatted(tongue, message_id, args)
        assert text is not None, (tongue, message_id)
        said.add(message_id)
        return text

    monkeypatch.setattr(catalogue_of_words, "_formatted", strictly)
    for code, body in (*bodies.items(), *others(bodies)):
        for language in (*LANGUAGES, "xx"):
            render(code, body, language=language, exercise=True, written_in="ru")
            detail(body, language)
    unsaid = {name for name in re.findall(r"^([a-zA-Z0-9_-]+) =", source_of("en"), re.M) if name not in said}
    unsaid = {
        name for name in unsaid if not name.startswith(("card-", "phrase-"))
    }  # said by the cards' tests
    takes_nothing = set(re.findall(r"^([a-zA-Z0-9_-]+) = [^{}\n]*$", source_of("en"), re.M))
    assert unsaid <= takes_nothing


@pytest.mark.parametrize(("code", "language"), EVERY)
def test_every_figure_stands_in_an_isolate(bodies: Bodies, code: str, language: str) -> None:
    text = whole(code, bodies[code], language)
    for fact in _facts(bodies[code], "en"):
        if fact.on != "detail":
            for figure in of_fact(fact):
                assert f"{FSI}{figure}{PDI}" in text
    if code == "NTC":
        assert f"{FSI}123.975{PDI}" in text


@pytest.mark.parametrize(("code", "language"), EVERY)
def test_isolates_are_closed_on_their_own_line(bodies: Bodies, code: str, language: str) -> None:
    shown = render(code, bodies[code], language=language, exercise=True)
    for line in (shown.title, *shown.lines, detail(bodies[code], language)):
        depth = 0
        for mark in line:
            depth += (mark == FSI) - (mark == PDI)
            assert depth >= 0
        assert depth == 0
        assert line.strip() == line
        assert "\n" not in line


def test_languages_run_their_own_way(bodies: Bodies) -> None:
    assert {language: direction_of(language) for language in LANGUAGES} == {
        "en": "ltr",
        "fr": "ltr",
        "ru": "ltr",
        "ar": "rtl",
        "tr": "ltr",
    }
    assert render("CLR", bodies["CLR"], language="ar").direction == "rtl"


SNAPSHOT = {
    "en": (
        "‹ALERT›: ‹YOUR AIRCRAFT: ‹UNSAFE CLOSURE››",
        "‹DO NOW›: ‹turn away›",
        "‹Where›: ‹39°54.00'N 121°24.00'W›",
        "‹When›: ‹2020-09-08 16:42:10Z›",
        "‹Level›: ‹not known›",
        "‹Track›: ‹090°T›",
        "‹Call on channel›: ‹123.975›",
        "‹ANSWER›: ‹AT ONCE: yes, no or unknown, and what your aircraft is doing. Pass this to the crew.›",
    ),
    "fr": (
        "‹ALERTE›\u00a0: ‹VOTRE AÉRONEF\u00a0: ‹RAPPROCHEMENT DANGEREUX››",
        "‹À FAIRE›\u00a0: ‹virer pour s'écarter›",
        "‹Lieu›\u00a0: ‹39°54.00'N 121°24.00'W›",
        "‹Heure›\u00a0: ‹2020-09-08 16:42:10Z›",
        "‹Niveau›\u00a0: ‹inconnu›",
        "‹Route›\u00a0: ‹090°T›",
        "‹Appeler sur la fréquence›\u00a0: ‹123.975›",
        "‹RÉPONSE›\u00a0: ‹IMMÉDIATEMENT\u00a0: oui, non ou inconnu, et ce que fait votre aéronef."
        " Transmettez à l'équipage.›",
    ),
    "ru": (
        "‹ТРЕВОГА›: ‹ВАШЕ ВОЗДУШНОЕ СУДНО: ‹ОПАСНОЕ СБЛИЖЕНИЕ››",
        "‹ДЕЙСТВИЕ›: ‹отвернуть›",
        "‹Место›: ‹39°54.00'N 121°24.00'W›",
        "‹Время›: ‹2020-09-08 16:42:10Z›",
        "‹Высота›: ‹неизвестно›",
        "‹Путевой угол›: ‹090°T›",
        "‹Вызывать на канале›: ‹123.975›",
        "‹ОТВЕТ›: ‹НЕМЕДЛЕННО: да, нет или неизвестно, и что делает ваше воздушное судно. Передайте экипажу.›",
    ),
    "ar": (
        "‹إنذار›: ‹طائرتكم: ‹اقتراب خطِر››",
        "‹المطلوب الآن›: ‹الانعطاف والابتعاد›",
        "‹الموقع›: ‹39°54.00'N 121°24.00'W›",
        "‹الوقت›: ‹2020-09-08 16:42:10Z›",
        "‹المستوى›: ‹غير معروف›",
        "‹المسار›: ‹090°T›",
        "‹النداء على القناة›: ‹123.975›",
        "‹الجواب›: ‹فورًا: نعم أو لا أو غير معروف، وماذا تفعل طائرتكم. أبلغوا الطاقم.›",
    ),
    "tr": (
        "‹ALARM›: ‹SİZİN UÇAĞINIZ: ‹TEHLİKELİ YAKLAŞMA››",
        "‹ŞİMDİ YAPIN›: ‹dönerek uzaklaşın›",
        "‹Yer›: ‹39°54.00'N 121°24.00'W›",
        "‹Zaman›: ‹2020-09-08 16:42:10Z›",
        "‹Seviye›: ‹bilinmiyor›",
        "‹Rota›: ‹090°T›",
        "‹Çağrı kanalı›: ‹123.975›",
        "‹YANIT›: ‹DERHAL: evet, hayır veya bilinmiyor; uçağınızın ne yaptığını da bildirin."
        " Mürettebata iletin.›",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_alert_reads_so(language: str) -> None:
    """What, what is asked, where, when, level, track, channel, what is answered: in this order."""
    shown = render("ALR", ALERT, language=language)
    assert (visible(shown.title), *map(visible, shown.lines)) == SNAPSHOT[language]


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "is this yours?"),
        ("fr", "est-ce le vôtre\u00a0?"),
        ("ru", "ваш борт?"),
        ("ar", "هل هذه طائرتكم؟"),
        ("tr", "bu sizin mi?"),
    ],
)
def test_the_question_is_the_fields_own(language: str, question: str) -> None:
    assert in_words("QRY", language) == question


@pytest.mark.parametrize(
    ("language", "mark"),
    [
        ("en", "EXERCISE EXERCISE EXERCISE"),
        ("fr", "EXERCICE EXERCICE EXERCICE"),
        ("ru", "УЧЕБНОЕ УЧЕБНОЕ УЧЕБНОЕ"),
        ("ar", "تمرين تمرين تمرين"),
        ("tr", "TATBİKAT TATBİKAT TATBİKAT"),
    ],
)
def test_an_exercise_says_so_first_and_last_and_else_nothing_does(language: str, mark: str) -> None:
    shown = render("ALR", ALERT, language=language, exercise=True)
    assert shown.title.startswith(f"{mark} / ")
    assert shown.lines[-1] == mark
    assert mark not in whole("ALR", ALERT, language)


def test_the_precedence_is_the_one_it_was_sent_with() -> None:
    query = Query(at=ALERT.at, at_ms=ALERT.at_ms, level=None, track_deg=None, speed_kt=None)
    assert bare(render("QRY", query, language="en").title, "en") == "PRIORITY: IS THIS YOURS?"
    urgent = render("QRY", query, language="ru", precedence="ALERT")
    assert bare(urgent.title, "ru") == "ТРЕВОГА: ВАШ БОРТ?"


def test_a_language_that_is_not_here_gets_english_and_is_told() -> None:
    for language in ("xx", "", "../en", "EN", "de"):
        shown = render("ALR", ALERT, language=language)
        english = render("ALR", ALERT, language="en")
        assert (shown.title, shown.lines[:-1], shown.direction) == (english.title, english.lines, "ltr")
        assert bare(shown.lines[-1], "en").endswith("is not available here: shown in English.")
        assert detail(ALERT, language) == detail(ALERT)
        assert in_words("QRY", language) == in_words("QRY")


def test_what_a_language_lacks_is_said_in_english_with_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests keep this from happening; at run time an alert is never left half said."""
    torn = source_of("ar").replace("what-unsafe_closure", "gone").replace("label-where =", "label-where = {")
    monkeypatch.setattr(catalogue_of_words, "source_of", lambda of: torn if of == "ar" else source_of(of))
    catalogue_of_words._bundle.cache_clear()
    try:
        shown = render("ALR", ALERT, language="ar")
        assert "UNSAFE CLOSURE [what-unsafe_closure]" in shown.title
        assert any("Where [label-where]" in line for line in shown.lines)
        assert any("39°54.00'N 121°24.00'W" in line for line in shown.lines)
    finally:
        catalogue_of_words._bundle.cache_clear()


def test_a_code_and_a_body_that_do_not_belong_together_do_not_raise() -> None:
    query = Query(at=ALERT.at, at_ms=ALERT.at_ms, level=None, track_deg=None, speed_kt=None)
    assert bare(render("ALR", query, language="en").title, "en") == "ALERT: ALR"
    assert bare(render("NO", query, language="en").title, "en") == "ADMIN: NO"
    assert in_words("NO") == "NO"


def test_a_code_of_the_memorandums_own_is_shown_as_it_is() -> None:
    assert named("scope", "SECTOR-7", "ar") == "SECTOR-7"
    assert named("category", "boundary", "fr") == "limite franchie"
    assert named("level", "substance", "ru") == "дан ответ"
    assert named("reason", "no such code") == "no such code"


HOSTILE = "a\u202eb\u2069\u2069c\u200fd\u2066e\u001b[31m\nf\u061cg {$x} { DST }"


def test_free_text_is_marked_with_its_language_and_cannot_turn_a_line_round(bodies: Bodies) -> None:
    """No mark of direction, line or terminal survives; Fluent's own syntax in it is only text."""
    report = bodies["INC1"]
    assert isinstance(report, IncidentReport)
    report = msgspec.structs.replace(report, text=HOSTILE)
    for language in LANGUAGES:
        lines = render("INC1", report, language=language, written_in="fr").lines
        (line,) = [line for line in lines if "{$x}" in line]
        assert f"{FSI}a?b??c?d?e?[31m?f?g {{$x}} {{ DST }}{PDI}" in line
        assert named("language", "fr", language) in line
        assert not set(line) & set("\u202e\u200f\u2066\u061c\u001b\n")
    unnamed = render("INC1", report, language="en", written_in="q\u202eq")
    assert any("q?q" in line for line in unnamed.lines)


def test_arabic_words_inside_english_keep_their_marks_and_nothing_else_does() -> None:
    """A log gets bare lines; only where a text runs the other way do the marks stay."""
    assert detail(Correction(field="persons", value="3")) == "persons, 3"
    assert visible(detail(Correction(field="text", value="ثلاثة"))) == "‹text›, ‹ثلاثة›"
    assert visible(detail(Correction(field="persons", value="3"), "ar")) == "‹persons›، ‹3›"


def test_a_strangers_words_end() -> None:
    line = render("FRK", Fork(journal="y" * 9999), language="en").lines[0]
    assert line.count("y") == SHOWN_CHARS_MAX
    assert plain("a\u001b[31m\r\nb\u202ec\u0000") == "a?[31m??b?c?"


def test_a_notice_of_many_volumes_and_points_ends_too(bodies: Bodies) -> None:
    notice = bodies["NTC"]
    assert isinstance(notice, Notice)
    many = msgspec.structs.replace(notice, volumes=notice.volumes * 32)
    shown = render("NTC", many, language="en")
    assert len(shown.lines) < 50
    assert "64 volumes" in [bare(line, "en") for line in shown.lines]
    none = msgspec.structs.replace(notice, volumes=())
    assert detail(none) == "tanker, no volume"


DETAILS = {
    "OPN": "under bbbbbbbbbbbb",
    "NTC": "tanker, 2020-09-08 0000Z to 0100Z, FL040 to 3000.00 m HAE, 2 volumes",
    "HAZ": "laser, tanker, 2020-09-08 0000Z to 0100Z, FL040 to 3000.00 m HAE, 2 volumes",
    "AMD": "tanker, 2020-09-08 0000Z to 0100Z, FL040 to 3000.00 m HAE, 2 volumes",
    "CNX": "from 2020-09-08 0000Z",
    "REL": "from 2020-09-08 0000Z",
    "RBK": "REDDING 131/54.95 NM, CHICO 073/22.09 NM, 2 volumes, tanker",
    "RBC": "NEGATIVE, place",
    "ACK": "passed to Tanker 72",
    "CON": "0.50 NM and 200 ft apart, 2020-09-08 0000Z to 0001Z",
    "PRO": "15 minutes later, FL050 to FL050, 5.00 NM towards 090°T",
    "ACC": "as proposed, COAST#3",
    "REJ": "outside the agreed area, volumes[0].shape",
    "XNG": "L1, 39°54.00'N 121°24.00'W, 2020-09-08 0000Z to 0010Z",
    "QRY": "39°54.00'N 121°24.00'W, FL050",
    "ANS": "yes, turning away",
    "ALR": "has crossed the boundary, hold and come no closer, 39°54.00'N 121°24.00'W",
    "CLR": "parted 2020-09-08 00:00:00Z",
    "DST": "aircraft down, 39°54.00'N 121°24.00'W, 2020-09-08 00:00:00Z, 2 persons",
    "LCK": "data-1, by hand",
    "LCR": "data-1, -40 ms",
    "LST": "data-1 to COAST, SILENT, from 2020-09-08 0000Z",
    "WCH": "coast.air, Watch handed over, 3 items open",
    "RNG": "coast.duty, nobody took it in time",
    "RCK": "123.975, SIERRA to COAST, readability 4/5",
    "FRQ": "CHANGE, 123.975, new channel 123.150, 110.9 Hz, from 2020-09-08 0000Z",
    "OUT": "path, data-1, 2020-09-08 0000Z to 0000Z",
    "SUS": "everything, from 2020-09-08 0000Z",
    "RES": "everything, from 2020-09-08 0000Z",
    "INC1": "FIRES-2020-20200908-COAST-01, unsafe proximity",
    "INC2": "FIRES-2020-20200908-COAST-01",
    "PRT": "FIRES-2020-20200908-COAST-01",
    "WGM": "statistics, 2020-09-08 0000Z",
    "COR": "persons, 3",
    "KEY": "LOST, statements",
    "FRK": "COAST/T/0",
    "VOX": "sierra.air on 123.975 at 2020-09-08 00:00:00Z, 5 s, SHA-256 abababababab",
}


@pytest.mark.parametrize("code", CATALOGUE)
def test_a_detail_is_one_bare_line_with_its_units(bodies: Bodies, code: str) -> None:
    assert detail(bodies[code]) == DETAILS[code]
    assert detail(bodies[code]).isprintable()


def test_several_things_are_each_isolated_behind_the_comma_of_the_language() -> None:
    assert visible(text_of(("A", "B"), "ar")) == "‹A›، ‹B›"
