"""What the net has of a peer, whether both ways to it stand, and of an own desk whose button is held."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from detente.errors import PeerError
from detente.runtime.voice_ports import Desk, Wire, which
from detente.voice.gate import Gate
from detente.voice.messages import FOLLOWS_MAX, Alive, Ask, Decision, Hello, Message, encode_message

ASK_MS = 1_500
"""An owner that has not answered by then is told of as one that cannot be reached."""
OWN_GRACE_MS = 3_000
"""After the agreed time an own talker is stopped here, if the owner has not."""
MESSAGES_PER_S_MAX = 100
HEARD_PER_S_MAX = 10_000
"""Frames and messages: more than a stall of seconds gives back at once, and what costs a core a tenth of its time."""
WEIGHT = 5
"""Of a message that can change a link or a floor: each costs every page something, a grant perhaps a file."""
LOST_EACH_MS = 1_000
NOTED_EACH_MS = 5_000


@dataclass(kw_only=True)
class Press:
    """A button that is held; `at_ms`: since it was pressed, and then since it was granted.

    `unheard_by`: the parties that miss at least part of what is said, as the desk was told.
    """

    desk: Desk
    ask: Ask
    at_ms: int
    gate: Gate = field(default_factory=Gate)
    state: Literal["asking", "waiting", "talking"] = "asking"
    unheard_by: list[str] = field(default_factory=list)
    lost_ms: int | None = None

    def tell_unheard(self, deaf: Iterable[str]) -> None:
        """Tell the desk whom its talker does not reach any more: each party once, however often it goes."""
        if lost := [party for party in deaf if party not in self.unheard_by]:
            self.unheard_by = [*self.unheard_by, *lost]
            self.desk.tell({"say": "unheard", **which(self.ask), "unheard_by": self.unheard_by})

    def tell_lost(self, *, now_ms: int) -> None:
        """Tell the desk that what its talker says is dropped here; once a second, as long as it is."""
        if self.lost_ms is None or now_ms - self.lost_ms >= LOST_EACH_MS:
            self.lost_ms = now_ms
            self.desk.tell({"say": "words_lost", **which(self.ask)})

    def is_overdue(self, *, now_ms: int, talk_max_ms: int) -> bool:
        """Whether its owner has not answered, or has not stopped it, in time."""
        held_ms = now_ms - self.at_ms
        if self.state == "talking":
            return held_ms > talk_max_ms + OWN_GRACE_MS
        return self.state == "asking" and held_ms > ASK_MS

    def over_by(self, decision: Decision) -> str | None:
        """Why a decision ends this press although its button is held; None where it does not.

        Nobody talks on who does not have the floor, whether or not the owner says that he has lost it.
        """
        holder = decision.holder
        has_floor = holder is not None and holder.transmission == self.ask.transmission
        is_named = decision.gone == self.ask.transmission
        is_talking = self.state == "talking" and decision.channel_khz == self.ask.channel_khz
        if has_floor or not (is_named or is_talking):
            return None
        if holder is not None:
            return "broken_in"
        return "free" if decision.why in ("released", "granted") else decision.why


@dataclass(kw_only=True)
class Link:
    """A peer, where `me`, `own_epoch` and `stamp_ms` are what we say to it of ourselves.

    `epoch` names the start of the peer's node that speaks to us, empty: none does; `is_heard`: it hears us;
    `follows`: the further parties whose word it has.
    """

    party: str
    me: str
    own_epoch: str
    stamp_ms: Callable[[], int]
    wire: Wire | None = None
    epoch: str = ""
    is_heard: bool = False
    follows: tuple[str, ...] = ()
    heard_ms: int = 0
    gate: Gate = field(default_factory=Gate)
    is_up: bool = False
    _second: int = 0
    _messages: int = 0
    _heard: int = 0
    _changes: int = 0
    _note_from_ms: int = 0

    def send(self, message: Message) -> None:
        """Where our connection stands."""
        if self.wire is not None:
            self.wire.send(encode_message(message))

    def greet(self, up: Iterable[str]) -> None:
        """Say which node speaks, and from which clock on it is judged how late that is."""
        self.send(Hello(protocol=1, epoch=self.own_epoch, clock_ms=self.stamp_ms()))
        self.be_alive(up)

    def be_alive(self, up: Iterable[str]) -> None:
        """A sign of life, with the parties that are linked to us."""
        follows = tuple(party for party in up if party != self.party)
        self.send(Alive(clock_ms=self.stamp_ms(), hears=bool(self.epoch), follows=follows[:FOLLOWS_MAX]))

    @property
    def stands(self) -> bool:
        """Both ways, by the word of both."""
        return self.wire is not None and bool(self.epoch) and self.is_heard

    def admits(self, owner: str | None) -> bool:
        """Whether what we say on a channel of an owner is heard there: only with the owner's word that it is ours."""
        return self.is_up and (owner in (self.party, self.me) or owner in self.follows)

    def send_frame(self, raw: bytes) -> None:
        """Where the peer can be heard too."""
        if self.is_up and self.wire is not None:
            self.wire.send_frame(raw)

    def hear(self, *, now_ms: int) -> None:
        """Anything came; raises PeerError `flood` for more than speech can be."""
        if now_ms // 1_000 != self._second:
            self._second, self._messages, self._heard = now_ms // 1_000, 0, 0
        self.heard_ms, self._heard = now_ms, self._heard + 1
        if self._heard > HEARD_PER_S_MAX:
            raise PeerError("flood", f"{self.party} sends more than {HEARD_PER_S_MAX} frames a second.")

    def count(self, message: Message, *, channels: int) -> None:
        """Raises PeerError `flood` for what is no conversation about floors; a new link begins with all of them."""
        self._messages += WEIGHT if isinstance(message, Hello | Alive | Ask) else 1
        most = MESSAGES_PER_S_MAX + channels
        if self._messages > most:
            raise PeerError("flood", f"{self.party} sends more than {most} messages a second.")

    def take(self, sign: Alive) -> None:
        """A sign of life; raises PeerError `slow` where all has come late for long: it is to be connected anew."""
        delay, self.is_heard, self.follows = self.gate.delay, sign.hears, sign.follows
        delay.age_ms(stamped_ms=sign.clock_ms, now_ms=self.heard_ms)
        if delay.is_slow(now_ms=self.heard_ms):
            raise PeerError("slow", f"All that {self.party} says has come late for ten seconds and more.")

    def note(self, note: Callable[[str], None], *, changes: int, now_ms: int) -> None:
        """In the logbook at once, then after five seconds with all that was: who comes and goes does not fill it."""
        self._changes += changes
        if self._changes and now_ms >= self._note_from_ms:
            times = "" if self._changes == 1 else f" ({self._changes} changes)"
            note(f"The voice link to {self.party} is {'up' if self.is_up else 'lost'}{times}.")
            self._note_from_ms, self._changes = now_ms + NOTED_EACH_MS, 0


class Links(dict[str, Link]):
    """Those to all peers, by party."""

    def __init__(self, peers: Iterable[str], *, me: str, own_epoch: str, stamp_ms: Callable[[], int]) -> None:
        super().__init__(
            {party: Link(party=party, me=me, own_epoch=own_epoch, stamp_ms=stamp_ms) for party in peers}
        )

    @property
    def up(self) -> list[str]:
        """Who is linked, both ways."""
        return [party for party, link in self.items() if link.is_up]

    def deaf(self, owner: str | None) -> list[str]:
        """Who does not hear an own talker on a channel of an owner."""
        return [party for party, link in self.items() if not link.admits(owner)]
