"""The frequency card of a sector: its heading and phrases for the screen, and the page to print.

The plan in force is looked at once for all who ask within `KEPT_S`; drawing a page takes seconds, so one is drawn at
a time, beside the node's own turn.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Any, Literal

from detente.api.house import House
from detente.api.refusals import ApiError
from detente.errors import OperatorError
from detente.frequencies.changes import plan_in_force
from detente.frequencies.check import Report, check
from detente.frequencies.proof import newest
from detente.line.figures import channel_text
from detente.line.language import LANGUAGES
from detente.line.radio_words import PHRASES, card_text, phrase_text
from detente.memorandum.model import Memorandum, Sector
from detente.memorandum.radio_bands import bands_of
from detente.node.views_radio import changes_of, proofs_of
from detente.quantities import UtcMs

KEPT_S = 30.0


class RadioCards:
    """Cards of one running node."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._turn = asyncio.Lock()
        self._report: tuple[float, Report] | None = None

    async def words(self, sector: str, language: str | None) -> dict[str, Any]:
        """UNTESTED, INVALID or nothing above a sector, and its phrases as they are said and as they are read."""
        terms, tongue = self._house.node.state.memorandum, _tongue(language)
        found = _sector(terms, sector)
        heading = (await self._checked()).heading_in(found.id)
        on_air = terms.languages.on_air
        args = {"sector": found.id, "caller": "…", "channel": _other_channel(terms, found)}
        return {
            "sector": found.id,
            "name": found.name,
            "heading": heading,
            "heading_text": card_text(heading.lower(), tongue) if heading in ("INVALID", "UNTESTED") else "",
            "on_air": on_air,
            "listen": phrase_text("listen", tongue, {}),
            "phrases": [
                {"said": phrase_text(name, on_air, args), "read": phrase_text(name, tongue, args)}
                for name in PHRASES
            ],
        }

    async def page(self, sector: str, language: str | None, file_format: Literal["png", "pdf"]) -> bytes:
        """The card to print, its first page where it is a picture; raises ApiError `busy`."""
        if self._turn.locked():
            raise ApiError("busy", "A card is being drawn.", status=503, cure="Ask again.", retry_after_s=3)
        terms = self._house.node.state.memorandum
        found, report = _sector(terms, sector), await self._checked()
        async with self._turn:
            return await asyncio.to_thread(self._drawn, found.id, _tongue(language), file_format, report)

    def _drawn(self, sector: str, language: str, file_format: Literal["png", "pdf"], report: Report) -> bytes:
        from detente.adapters.frequency_card import CardData, draw_cards  # matplotlib takes a second

        told = self._house.look("radios")
        state = self._house.node.state
        proofs = newest(proofs_of(told))
        answered: dict[tuple[str, int], int] = {}
        for proof in proofs.values():
            key = (proof.sector, proof.channel_khz)
            answered[key] = max(proof.at_ms, answered.get(key, 0))
        now_ms = UtcMs(told["now_ms"])
        plan = plan_in_force(state.memorandum, changes_of(told), now_ms=now_ms, answered_ms=answered)
        data = CardData(plan=plan, proofs=proofs, report=report, identity=state.identity, now_ms=now_ms)
        return draw_cards(data, sector=sector, language=language, file_format=file_format)[0]

    async def _checked(self) -> Report:
        if self._report is None or monotonic() - self._report[0] >= KEPT_S:
            told, terms = self._house.look("radios"), self._house.node.state.memorandum
            report = await asyncio.to_thread(
                check,
                terms,
                proofs=newest(proofs_of(told)),
                changes=changes_of(told),
                noticed={int(khz): int(count) for khz, count in told["noticed"].items()},
                now_ms=told["now_ms"],
            )
            self._report = (monotonic(), report)
        return self._report[1]


def _sector(terms: Memorandum, name: str) -> Sector:
    for sector in terms.sector:
        if sector.id == name:
            return sector
    known = ", ".join(one.id for one in terms.sector)
    raise OperatorError("unknown_sector", f"There is no sector {name[:40]!r}.", cure=f"Write one of {known}.")


def _other_channel(terms: Memorandum, sector: Sector) -> str:
    """The channel that one changes to in the phrases: the secondary of the sector, or its primary."""
    for band in bands_of(terms):
        if terms.sector[band.sector].id == sector.id:
            for index in (band.secondary, band.primary):
                if index is not None:
                    return channel_text(terms.channel[index].name_khz)
    return "…"


def _tongue(language: str | None) -> str:
    return language if language in LANGUAGES else "en"
