"""What decoders of JSON documents share: bytes gathered into whole documents, and each read as JSON or counted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from typing import Any

import msgspec

from detente.quantities import UtcMs
from detente.tracks.decoding import Circumstances
from detente.tracks.lines import Documents
from detente.tracks.position import PositionReport


class DocumentDecoder(ABC):
    """A `Decoder` whose format says in `_document` what one document holds."""

    def __init__(self, circumstances: Circumstances) -> None:
        self.rejected: Counter[str] = Counter()
        self.unused: Counter[str] = Counter()
        self._source = circumstances.source
        self._documents = Documents(self.rejected)

    def take(self, data: bytes, received_ms: UtcMs | None) -> list[PositionReport]:
        """The reports that `data` completes."""
        return self._read(self._documents.take(data), received_ms)

    def finish(self) -> list[PositionReport]:
        """What stands without an end."""
        return self._read(self._documents.finish(), None)

    def _read(self, documents: list[bytes], received_ms: UtcMs | None) -> list[PositionReport]:
        reports: list[PositionReport] = []
        for document in documents:
            try:
                said: Any = msgspec.json.decode(document)
            except (ValueError, RecursionError):
                self.rejected["malformed"] += 1
                continue
            reports += self._document(said, received_ms)
        return reports

    @abstractmethod
    def _document(self, said: Any, received_ms: UtcMs | None) -> list[PositionReport]:
        """The reports of one document, whatever kind of value it is."""

    def _at_most(self, rows: list[Any], most: int) -> list[Any]:
        """The first rows; those past the bound are counted."""
        if len(rows) > most:
            self.rejected["too_many"] += len(rows) - most
        return rows[:most]
