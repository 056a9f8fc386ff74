"""The floor of every channel as one node has it: its own, which it decides, and the others', which it follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from detente.runtime.voice_ports import is_of, who
from detente.voice import floor as floors
from detente.voice.floor import Floor, View
from detente.voice.frame import Frame
from detente.voice.messages import Ask, Busy, Decision, Lost, Release
from detente.voice.net import NetChannel

REPEATED = 8
TAIL_MS = 300
"""Between three nodes the word that the floor is free can overtake the last frames."""

Said: TypeAlias = tuple[Decision | Busy, ...]


class Floors:
    """All floors of one start of a node; every method that decides tells what is to be said."""

    def __init__(self, *, me: str, epoch: str) -> None:
        self.channels: Mapping[int, NetChannel] = {}
        self._me = me
        self._epoch = epoch
        self._own: dict[int, Floor] = {}
        self._numbers: dict[int, int] = {}
        self._repeated = 0
        self._views: dict[int, View] = {}
        self._tails: dict[int, tuple[Ask, int]] = {}

    def agree(self, channels: Mapping[int, NetChannel]) -> frozenset[int]:
        """Take the channels in force; which are new, gone or otherwise: their floors are nobody's now.

        Nodes take them up at different moments. So an own floor goes on in its numbers, or its followers would take
        what is decided next for old; and the word of an owner who stays the owner stands.
        """
        changed = frozenset(
            khz for khz in {*channels, *self.channels} if channels.get(khz) != self.channels.get(khz)
        )
        before, self.channels = self.channels, dict(channels)
        for khz in changed:
            if (own := self._own.pop(khz, None)) is not None:
                self._numbers[khz] = own.number + 1
            channel = channels.get(khz)
            if channel is None or before.get(khz) is None or before[khz].owner != channel.owner:
                self._views.pop(khz, None)
            self._tails.pop(khz, None)
            if channel is not None and channel.owner == self._me:
                gone = own.holder.transmission if own is not None and own.holder is not None else None
                number = self._numbers.get(khz, 0)
                self._own[khz] = Floor(channel_khz=khz, epoch=self._epoch, number=number, gone=gone)
        return changed

    def owner(self, khz: int) -> str | None:
        """The party that decides; None for what is no channel of the net."""
        channel = self.channels.get(khz)
        return None if channel is None else channel.owner

    def holder(self, khz: int) -> Ask | None:
        """Who has the floor, as far as this node knows."""
        own = self._own.get(khz)
        return own.holder if own is not None else self._view(khz).holder

    def is_own(self, khz: int) -> bool:
        """Whether this node decides."""
        return khz in self._own

    def ask(self, wanted: Ask, *, now_ms: int) -> Said:
        """An ask for an own channel, of a desk here or of a peer's."""
        khz = wanted.channel_khz
        self._own[khz], said = floors.ask(self._own[khz], wanted, now_ms=now_ms)
        return said

    def release(self, khz: int, transmission: str, *, why: Lost, now_ms: int) -> Said:
        """A button of an own channel is let go."""
        self._own[khz], said = floors.release(self._own[khz], transmission, why=why, now_ms=now_ms)
        return said

    def is_released_by(self, party: str, message: Release) -> bool:
        """Whether a party may let this go: we decide, and nobody lets go what is another's."""
        own = self._own.get(message.channel_khz)
        if own is None:
            return False
        of = [one for one in (own.holder, *own.waiting) if one is not None]
        return all(one.party == party for one in of if one.transmission == message.transmission)

    def lose(self, party: str, *, now_ms: int) -> Said:
        """The link to a party is gone: who talks or waits there, and the word of its channels."""
        said: list[Decision | Busy] = []
        for khz, own in list(self._own.items()):
            self._own[khz], more = floors.lose(own, party, now_ms=now_ms)
            said += more
        for khz, channel in self.channels.items():
            if channel.owner == party:
                self._views.pop(khz, None)
        return tuple(said)

    def tick(self, *, now_ms: int, talk_max_ms: int) -> Said:
        """Time passes."""
        said: list[Decision | Busy] = []
        for khz, own in list(self._own.items()):
            self._own[khz], more = floors.tick(own, now_ms=now_ms, talk_max_ms=talk_max_ms)
            said += more
        return tuple(said)

    def follow(self, decision: Decision, *, epoch: str, now_ms: int) -> bool:
        """A decision of a channel's owner; False where it is not news."""
        khz = decision.channel_khz
        before = self._view(khz)
        after = floors.follow(before, decision, epoch=epoch)
        if after is before:
            return False
        self._views[khz] = after
        self._tails.pop(khz, None)
        if decision.why == "released" and before.holder is not None and decision.holder is None:
            self._tails[khz] = (before.holder, now_ms + TAIL_MS)
        return True

    def admits(self, frame: Frame, *, now_ms: int) -> bool:
        """Whether a frame is of who has the floor, or of who has just let it go."""
        holder = self.holder(frame.channel_khz)
        if holder is not None:
            return is_of(frame, holder)
        tail = self._tails.get(frame.channel_khz)
        return tail is not None and is_of(frame, tail[0]) and now_ms <= tail[1]

    def heard(self, frame: Frame, *, now_ms: int) -> None:
        """A frame was let through."""
        own = self._own.get(frame.channel_khz)
        if own is not None:
            self._own[frame.channel_khz] = floors.hear(own, frame.transmission, now_ms=now_ms)

    def decisions(self) -> tuple[Decision, ...]:
        """The newest of each own channel, for a peer that has just come."""
        return tuple(own.decision() for own in self._own.values())

    def repeated(self) -> tuple[Decision, ...]:
        """The next few of the newest decisions, over and over: for a peer that did not have the channel before."""
        own = list(self._own.values())
        first = self._repeated if self._repeated < len(own) else 0
        self._repeated = first + REPEATED
        return tuple(one.decision() for one in own[first : first + REPEATED])

    def shown(self, khz: int) -> dict[str, Any]:
        """One floor, as pages are told; `is_known`: its owner's word is here."""
        own, view = self._own.get(khz), self._view(khz)
        return {
            "channel_khz": khz,
            "is_known": own is not None or view.is_known,
            "holder": who(self.holder(khz)),
            "why": own.why if own is not None else view.why,
        }

    def all_shown(self) -> list[dict[str, Any]]:
        """Every channel with its floor, as pages are told."""
        return [
            {
                "khz": one.khz,
                "ids": one.ids,
                "use": one.use,
                "sectors": one.sectors,
                "owner": one.owner,
                **self.shown(one.khz),
            }
            for one in self.channels.values()
        ]

    def _view(self, khz: int) -> View:
        return self._views.get(khz, View())
