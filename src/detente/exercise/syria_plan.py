"""The played day's frequencies: the plan as it is signed, and its cards once radio checks have proven it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from detente.adapters.frequency_card import CardData, FileFormat, draw_cards
from detente.exercise.story import Story
from detente.frequencies.changes import plan_in_force
from detente.frequencies.check import Report, check
from detente.frequencies.proof import Proofs
from detente.line.figures import channel_text
from detente.line.language import LANGUAGES
from detente.memorandum.model import Memorandum
from detente.quantities import Digest, UtcMs


def check_plan(story: Story, memorandum: Memorandum, now_ms: UtcMs) -> Report:
    """Tell the channels of each sector and what the checks find before anybody has spoken on them."""
    story.chapter("the plan of frequencies is checked")
    report = check(memorandum)
    for sector in memorandum.sector:
        names = (
            f"{channel_text(one.name_khz)} ({one.use.replace('_', '-')})"
            for one in memorandum.channel
            if sector.id in one.sectors
        )
        story.tell(now_ms, "plan", f"{sector.id}: {', '.join(names)}")
    story.tell(
        now_ms,
        "plan",
        f"{len(report.findings)} findings in the checks of names, pairs, sight and reuse;"
        f" nobody has spoken on it yet, so it is headed {report.heading}",
        style="yellow",
    )
    return report


@dataclass(frozen=True, kw_only=True)
class Cards:
    """Draws the cards of a memorandum into a folder."""

    memorandum: Memorandum
    identity: Digest
    folder: Path

    def draw(self, proofs: Proofs, now_ms: UtcMs) -> list[str]:
        """One page of each sector, PDF in each language of the line and PNG in that on the air; the files by name."""
        data = CardData(
            plan=plan_in_force(self.memorandum, (), now_ms=now_ms),
            proofs=proofs,
            report=check(self.memorandum, proofs=proofs, now_ms=now_ms),
            identity=self.identity,
            now_ms=now_ms,
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        return list(self._drawn(data))

    def _drawn(self, data: CardData) -> Iterator[str]:
        for sector in self.memorandum.sector:
            for language in self.memorandum.languages.line:
                if language not in LANGUAGES:
                    continue
                formats: tuple[FileFormat, ...] = (
                    ("pdf", "png") if language == self.memorandum.languages.on_air else ("pdf",)
                )
                for file_format in formats:
                    pages = draw_cards(data, sector=sector.id, language=language, file_format=file_format)
                    for number, page in enumerate(pages, start=1):
                        suffix = f"-{number}" if len(pages) > 1 else ""
                        path = self.folder / f"{sector.id}-{language}{suffix}.{file_format}"
                        path.write_bytes(page)
                        yield path.name
