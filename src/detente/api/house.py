"""What the API stands on: the running node, its desk, and how an order is given so that all that follows is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from detente.adapters.incident_record import IncidentRecord
from detente.adapters.voice_files import VoiceFiles
from detente.node.effects import Write
from detente.ports import Clock, Store
from detente.runtime.desk import Desk
from detente.runtime.node import Node
from detente.runtime.voice_net import VoiceNet

Give: TypeAlias = Callable[[str, Mapping[str, Any]], Awaitable[Mapping[str, Any]]]

Evidence: TypeAlias = Callable[[], AbstractContextManager[IncidentRecord]]

LogKind: TypeAlias = Literal["order", "ordered", "access", "accounts", "alarm", "evidence", "fault", "voice"]


@dataclass(frozen=True, kw_only=True)
class House:
    """One running node, as a face has it.

    Args:
        give: carries out an order of the desk and wakes whoever delivers what came of it.
        evidence: opens the record to be read by another thread than the node's, with the folders of attachments.
        voice, recordings: the net, and what is kept of it; None where the memorandum agrees none.
    """

    node: Node
    desk: Desk
    store: Store
    clock: Clock
    give: Give
    evidence: Evidence | None = None
    attachments: tuple[Path, ...] = ()
    voice: VoiceNet | None = None
    recordings: VoiceFiles | None = None

    def look(self, name: str, **args: object) -> dict[str, Any]:
        """A view of the desk; nothing follows from it."""
        return self.desk.order(name, args)

    def note(self, kind: LogKind, text: str) -> None:
        """A line of the logbook; a store that takes none now stops nobody from raising an ALERT."""
        self.node.write(Write(kind=kind, text=text))
