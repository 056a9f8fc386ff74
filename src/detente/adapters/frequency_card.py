"""A frequency card: one page for a crew's knee, read at arm's length and spoken from, in any language of the line.

Digits are large; under them stands how they are said. A language that runs from right to left has its whole page
mirrored; figures and channel names keep their order. Shaping of Arabic is matplotlib's own, by HarfBuzz.
Source: practice (f), check 10.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import segno
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from detente.adapters.card_page import ALARM, FAIR, INK, PALE, WARN, Page
from detente.frequencies.changes import PlanInForce
from detente.frequencies.check import Report
from detente.frequencies.proof import PairState, Proofs
from detente.frequencies.screening import seen_from_ft
from detente.frequencies.sky import sky_of
from detente.frequencies.where import Here, ToCall, here
from detente.line.figures import channel_text, minute_of
from detente.line.language import isolated
from detente.line.radio_words import (
    PHRASES,
    call_text,
    card_text,
    channel_in_words,
    phrase_text,
    proof_text,
    tone_in_words,
)
from detente.memorandum.model import Memorandum
from detente.memorandum.radio_bands import RadioBand, bands_of
from detente.quantities import Digest

FileFormat: TypeAlias = Literal["png", "pdf"]

BANDS_PER_PAGE = 2
"""More would need digits that nobody reads in turbulence."""

_CALLS_PER_BAND = 4
_QR_PREFIX = "DETENTE"


@dataclass(frozen=True, kw_only=True)
class CardData:
    """What every card needs: the plan now, its proofs, what was found, and the identity of the memorandum."""

    plan: PlanInForce
    proofs: Proofs
    report: Report
    identity: Digest
    now_ms: int


def draw_cards(data: CardData, *, sector: str, language: str, file_format: FileFormat) -> tuple[bytes, ...]:
    """The card of a sector: one PNG for each page, or one PDF with all. The same input gives the same bytes."""
    figures = list(_pages(data, sector, language))
    if file_format == "png":
        return tuple(_png(figure) for figure in figures)
    out = io.BytesIO()
    with PdfPages(out, metadata={"CreationDate": None, "Creator": None, "Producer": None}) as pages:
        for figure in figures:
            pages.savefig(figure)
    return (out.getvalue(),)


def qr_text(memorandum: Memorandum, identity: Digest) -> str:
    """What the code on a card says: which memorandum, which version, and the hash that every node names."""
    return f"{_QR_PREFIX} {memorandum.memorandum.id} {memorandum.memorandum.version} {identity}"


def _png(figure: Figure) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _pages(data: CardData, sector: str, language: str) -> Iterator[Figure]:
    memorandum = data.plan.memorandum
    bands = [band for band in bands_of(memorandum) if memorandum.sector[band.sector].id == sector]
    for start in range(0, len(bands), BANDS_PER_PAGE):
        yield _page(data, bands[start : start + BANDS_PER_PAGE], language)


def _page(data: CardData, bands: Sequence[RadioBand], language: str) -> Figure:
    memorandum = data.plan.memorandum
    page = Page(language)
    _head(page, data, bands[0])
    page.gap(6)
    for band in bands:
        found = here(data.plan, band, users=(), at=None, proofs=data.proofs, now_ms=data.now_ms)
        _band(page, data, found, is_small=len(bands) > 1)
    _proofs(page, data, bands)
    _stations(page, memorandum, bands)
    _phrases(page, memorandum, bands[0], bottom=_foot(page, data))
    return page.figure


def _head(page: Page, data: CardData, band: RadioBand) -> None:
    memorandum = data.plan.memorandum
    sector = memorandum.sector[band.sector]
    title = card_text("sector", page.language, {"sector": sector.id})
    page.banner(title, f"{card_text('title', page.language)}  ·  {sector.name}")
    code = segno.make(qr_text(memorandum, data.identity), error="m", micro=False)
    page.code([[bool(cell) for cell in row] for row in code.matrix])
    heading = data.report.heading_in(sector.id)
    if heading == "INVALID":
        page.strip(card_text("invalid", page.language), ALARM)
    elif heading == "UNTESTED":
        page.strip(card_text("untested", page.language), WARN)


def _band(page: Page, data: CardData, found: Here, *, is_small: bool) -> None:
    page.heading(card_text("levels", page.language, {"lower": found.lower, "upper": found.upper}))
    shown = [call for call in found.calls if call.role != "other"][:_CALLS_PER_BAND]
    everybody = frozenset(user for call in found.calls for user in call.listens)
    for call in shown:
        _call(page, data, call, everybody, is_small=is_small)


def _call(page: Page, data: CardData, call: ToCall, everybody: frozenset[str], *, is_small: bool) -> None:
    channel, language = call.channel, page.language
    said = channel_in_words(channel.name_khz, channel.band, language)
    if channel.tone_hz is not None:
        tone = f"{channel.tone_hz} Hz"
        said += (
            f"  ·  {card_text('tone', language, {'tone': tone})} ({tone_in_words(channel.tone_hz, language)})"
        )
    page.channel(
        call_text(call.role, language),
        channel_text(channel.name_khz),
        f"{channel.band.upper()} {channel.spacing}",
        f"{card_text('say', language)}: {said}",
        is_guard=call.role == "guard",
        is_small=is_small,
    )
    page.small(_who(call.listens, everybody, language))
    if call.is_out:
        instead = "121.500" if call.fall_back_khz is None else channel_text(call.fall_back_khz)
        page.small(card_text("out", language, {"instead": instead}), colour=ALARM, bold=True)
    if call.watch_too_khz is not None:
        old, new = channel_text(call.watch_too_khz), channel_text(channel.name_khz)
        until = minute_of(data.now_ms)
        for state in data.plan.changes:
            if state.status == "window" and state.change.new_khz == channel.name_khz:
                window_ms = data.plan.memorandum.frequencies.change_window_s * 1000
                until = minute_of(state.change.effective_ms + window_ms)
        args = {"old": old, "new": new, "until": until}
        page.small(card_text("watch_both", language, args), colour=ALARM, bold=True)


def _who(listens: Sequence[str], everybody: frozenset[str], language: str) -> str:
    missing = sorted(everybody - set(listens))
    if not missing:
        return card_text("everybody", language)
    if len(missing) < len(listens):
        return card_text("silent", language, {"who": tuple(_by_party(missing))})
    return card_text("listens", language, {"who": tuple(_by_party(listens)) or "–"})


def _by_party(users: Sequence[str]) -> Iterator[str]:
    """`ALFA combat, transport` for each party, so that a line holds them."""
    parties: dict[str, list[str]] = {}
    for user in users:
        party, _, class_ = user.partition("/")
        parties.setdefault(party, []).append(class_)
    for party, classes in parties.items():
        yield f"{party} {'/'.join(classes)}"


def _proofs(page: Page, data: CardData, bands: Sequence[RadioBand]) -> None:
    """How many pairs are proven; each state that is not stands in its own line with the first pairs by name."""
    language = page.language
    page.heading(card_text("proven", language))
    pairs = [
        pair
        for band in bands
        for pair in here(data.plan, band, users=(), at=None, proofs=data.proofs, now_ms=data.now_ms).pairs
    ]
    counts = Counter(pair.state for pair in pairs)
    oldest = max((pair.age_days or 0.0 for pair in pairs if pair.state == "proven"), default=0.0)
    age = card_text("age", language, {"days": f"{oldest:.1f}"})
    if pairs and counts["proven"] == len(pairs):
        page.small(card_text("all_proven", language, {"age": age}), colour=FAIR)
        return
    colours: Mapping[PairState, str] = {"proven": FAIR, "relayed": WARN, "aged": WARN, "never": ALARM}
    for state, colour in colours.items():
        if counts[state]:
            args = {"some": str(counts[state]), "all": str(len(pairs))}
            text = f"{proof_text(state, language)}: {card_text('of_pairs', language, args)}"
            if state == "proven":
                text += f" ({age})"
            page.small(text, colour=colour)


def _stations(page: Page, memorandum: Memorandum, bands: Sequence[RadioBand]) -> None:
    language = page.language
    sky = sky_of(memorandum)
    serving = {memorandum.channel[one].id for band in bands for one in band.channels}
    stations = [one for one in memorandum.station if serving.intersection(one.channels)]
    page.heading(card_text("stations", language))
    if not stations:
        page.small(card_text("no_station", language))
        return
    for station in stations[:3]:
        height = f"{seen_from_ft(sky, bands[0].sector, station):,.0f} ft".replace(",", "\u2009")
        args = {"station": station.id, "post": station.post, "height": height}
        page.small(card_text("station", language, args))
    page.small(card_text("horizon", language), colour=PALE)


def _phrases(page: Page, memorandum: Memorandum, band: RadioBand, *, bottom: float) -> None:
    language, on_air = page.language, memorandum.languages.on_air
    page.heading(card_text("phrases", language, {"language": on_air.upper()}))
    sector = memorandum.sector[band.sector].id
    channels = [memorandum.channel[one] for one in (band.secondary, band.primary) if one is not None]
    other = channel_text(channels[0].name_khz) if channels else "…"
    args = {"sector": sector, "caller": "…", "channel": other}
    page.small(phrase_text("listen", language, {}), bold=True)
    said = [phrase_text(name, on_air, args).upper() for name in PHRASES]
    if on_air == language:
        rows = list(zip(said[::2], said[1::2], strict=True))
    else:
        rows = [
            (isolated(text) if page.is_rtl else text, phrase_text(name, language, args))
            for name, text in zip(PHRASES, said, strict=True)
        ]
    for near, far in rows:
        if not page.row(near, far, bottom=bottom, both_said=on_air == language):
            break


def _foot(page: Page, data: CardData) -> float:
    memorandum = data.plan.memorandum
    args = {
        "id": memorandum.memorandum.id,
        "version": memorandum.memorandum.version,
        "identity": data.identity[:16],
    }
    drawn = card_text("drawn", page.language, {"time": minute_of(data.now_ms)})
    return page.foot(
        card_text("screening", page.language),
        f"{card_text('identity', page.language, args)}  ·  {drawn}",
    )


__all__ = ["INK", "CardData", "FileFormat", "draw_cards", "qr_text"]
