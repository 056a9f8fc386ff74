"""The voice of one node: presses of its desks, frames of desks and peers, and what both are told.

No socket and no clock here: whoever holds the connections calls. What is let through goes to every audience and, from
own desks, to every peer that is linked. A link is up while messages come and can be sent; when it goes, the floor of
its party's channels is nobody's, and whoever talks is told so at once, cut off where that leaves nobody to hear him.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from detente.errors import PeerError
from detente.runtime.voice_floors import Floors, Said
from detente.runtime.voice_links import Link, Links, Press
from detente.runtime.voice_ports import Audience, Clocks, Desk, Told, Wire, is_of, refused, which, who
from detente.runtime.voice_tapes import Tapes
from detente.voice.frame import Frame, encode_frame, parse_frame
from detente.voice.gate import Dropped, Gate
from detente.voice.messages import (
    Alive,
    Ask,
    Busy,
    Decision,
    Hello,
    Lost,
    Message,
    Precedence,
    Release,
    parse_message,
)
from detente.voice.net import NetChannel, NetTerms

ALIVE_MS = 500
LINK_SILENT_MS = 1_600


class VoiceNet:
    """The net of one node.

    Args:
        posts: every post of the memorandum with its party.
        epoch: 16 hexadecimal digits that no other start of this node has.
        tapes: takes what is to be kept; None where nothing is recorded.
        note: a line for the logbook.
    """

    def __init__(
        self,
        *,
        me: str,
        peers: Iterable[str],
        posts: Mapping[str, str],
        terms: NetTerms,
        epoch: str,
        clocks: Clocks,
        tapes: Tapes | None = None,
        note: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.me = me
        self.terms = terms
        self.audiences: set[Audience] = set()
        self.counts: Counter[str] = Counter()
        """By what happened to frames and messages: `played`, or why they were not."""
        self.tapes = tapes
        self.floors = Floors(me=me, epoch=epoch)
        self._posts = posts
        self._clocks = clocks
        self._note = note
        self._links = Links(peers, me=me, own_epoch=epoch, stamp_ms=clocks.stamp_ms)
        self._presses: dict[str, Press] = {}
        self._alive_ms = 0

    def agree(self, channels: Mapping[int, NetChannel]) -> None:
        """The channels in force; on one that is gone, or has another owner, nobody talks on."""
        if channels == self.floors.channels:
            return
        changed = self.floors.agree(channels)
        for press in list(self._presses.values()):
            if press.ask.channel_khz in changed:
                self._cut(press, why="free")
        self._decide([one for one in self.floors.decisions() if one.channel_khz in changed])
        self.tell_all(self.shown())

    def press(
        self, desk: Desk, *, channel_khz: int, post: str, precedence: Precedence, transmission: str
    ) -> None:
        """A button is pressed: the desk is told `granted`, `busy`, `refused`, and later perhaps `cut_off`."""
        ask = Ask(
            channel_khz=channel_khz,
            transmission=transmission,
            party=self.me,
            post=post,
            precedence=precedence,
        )
        if (reason := self._reason_against(ask)) is not None:
            desk.tell(refused(ask, reason))
            return
        self.leave(desk, why="released")
        self._presses[transmission] = Press(desk=desk, ask=ask, at_ms=self._now())
        owner = self.floors.owner(channel_khz)
        if owner == self.me:
            self._carry_out(self.floors.ask(ask, now_ms=self._now()), asked=ask)
        else:
            self._send(owner, ask)

    def let_go(self, desk: Desk, *, transmission: str, why: Lost) -> None:
        """The button is let go, or what fed it was lost."""
        press = self._presses.get(transmission)
        if press is not None and press.desk is desk:
            self._end(press.ask, why)

    def leave(self, desk: Desk, why: Lost = "desk") -> None:
        """A page is gone, or begins anew."""
        for press in [one for one in self._presses.values() if one.desk is desk]:
            self._end(press.ask, why)

    def speak(self, desk: Desk, raw: bytes) -> None:
        """A frame of an own desk, stamped anew by the node's clock; raises PeerError where it cannot be read."""
        frame = parse_frame(raw)
        press = self._presses.get(frame.transmission)
        if press is None or press.desk is not desk or press.state != "talking" or not is_of(frame, press.ask):
            self.counts["no_floor"] += 1
            return
        if isinstance(verdict := press.gate.judge(frame, now_ms=self._now()), Dropped):
            self.counts[verdict.why] += 1
            press.tell_lost(now_ms=self._now())
            return
        frame = replace(frame, captured_ms=self._clocks.stamp_ms() - verdict.age_ms)
        sent = encode_frame(frame)
        for link in self._links.values():
            link.send_frame(sent)
        self._pass_on(frame, age_ms=verdict.age_ms)

    def connected(self, party: str, wire: Wire) -> None:
        """Our connection to a peer stands; it is told who speaks, and who has the floor of our channels."""
        link = self._links[party]
        link.wire, link.is_heard = wire, False
        link.greet(self._links.up)
        self._look_at(party)

    def disconnected(self, party: str, wire: Wire) -> None:
        """Our connection to a peer is gone."""
        if self._links[party].wire is wire:
            self._links[party].wire = None
            self._look_at(party)

    def silent(self, party: str) -> None:
        """The peer's connection to us is gone, or says nothing."""
        link = self._links[party]
        if link.epoch:
            link.epoch = ""
            link.be_alive(self._links.up)
        self._look_at(party)

    def heard(self, party: str, data: bytes) -> None:
        """A message or frame of a peer; raises PeerError where it cannot be read, which ends its connection."""
        link = self._links[party]
        link.hear(now_ms=self._now())
        if data[:1] != b"{":
            self._take_frame(party, link, parse_frame(data))
            return
        message = parse_message(data)
        link.count(message, channels=len(self.floors.channels))
        self._take(party, link, message)

    def restamped(self) -> None:
        """Our stamps have stepped: peers hear so, and measure from here how late what we say is."""
        for link in self._links.values():
            link.greet(self._links.up)

    @property
    def is_quiet(self) -> bool:
        """Whether no button is held here, and nobody has a floor as far as this node knows."""
        return not self._presses and not any(map(self.floors.holder, self.floors.channels))

    def is_up(self, party: str) -> bool:
        """Whether a peer can be heard and hears us."""
        return self._links[party].is_up

    def tick(self) -> None:
        """Ten times a second: time-outs, signs of life, links that are silent."""
        now_ms, talk_max_ms = self._now(), self.terms.talk_max_s * 1_000
        self._carry_out(self.floors.tick(now_ms=now_ms, talk_max_ms=talk_max_ms))
        for press in list(self._presses.values()):
            if press.is_overdue(now_ms=now_ms, talk_max_ms=talk_max_ms):
                self._end(press.ask, "released")
                if press.state == "talking":
                    self._cut(press, why="timed_out")
                else:
                    press.desk.tell(refused(press.ask, "owner_silent"))
        for party, link in self._links.items():
            if link.epoch and now_ms - link.heard_ms > LINK_SILENT_MS:
                self.silent(party)
        if now_ms - self._alive_ms >= ALIVE_MS:
            self._alive_ms = now_ms
            for link in self._links.values():
                link.be_alive(self._links.up)
                link.note(self._note, changes=0, now_ms=now_ms)
            self._decide(self.floors.repeated())
            self.tell_all({"say": "clock", "stamp_ms": now_ms})
        if self.tapes is not None:
            self.tapes.look()

    def shown(self) -> dict[str, Any]:
        """The net whole: terms, channels with their floors, links."""
        is_failing = self.tapes is not None and self.tapes.is_failing
        return {
            "say": "net",
            "is_agreed": True,
            "party": self.me,
            "recording": "off" if not self.terms.recorded else "failing" if is_failing else "on",
            "talk_max_s": self.terms.talk_max_s,
            "posts": [post for post, party in self._posts.items() if party == self.me],
            "links": [{"party": party, "is_up": link.is_up} for party, link in self._links.items()],
            "channels": self.floors.all_shown(),
        }

    def tell_all(self, told: Told) -> None:
        for audience in self.audiences:
            audience.tell_all(told)

    def _reason_against(self, ask: Ask) -> str | None:
        owner = self.floors.owner(ask.channel_khz)
        if owner is None:
            return "no_channel"
        if self._posts.get(ask.post) != self.me:
            return "not_your_post"
        if ask.transmission in self._presses:
            return "pressed_already"
        if owner == self.me:
            return None
        link = self._links.get(owner)
        return None if link is not None and link.is_up else "owner_unreachable"

    def _end(self, ask: Ask, why: Lost) -> None:
        """A transmission is over on our side, and its channel's owner hears so."""
        self._presses.pop(ask.transmission, None)
        khz, owner = ask.channel_khz, self.floors.owner(ask.channel_khz)
        if owner == self.me:
            self._carry_out(self.floors.release(khz, ask.transmission, why=why, now_ms=self._now()))
        else:
            self._send(owner, Release(channel_khz=khz, transmission=ask.transmission, why=why))

    def _cut(self, press: Press, *, why: str, party: str = "", by: Ask | None = None) -> None:
        """Tell a desk that its press is over although its button is held."""
        self._presses.pop(press.ask.transmission, None)
        press.desk.tell({"say": "cut_off", **which(press.ask), "why": why, "party": party, "by": who(by)})

    def _carry_out(self, said: Said, asked: Ask | None = None) -> None:
        """Say what was decided: to all, or busy to who asked."""
        for one in said:
            match one:
                case Decision():
                    self._decide((one,))
                    self._apply(one)
                case Busy():
                    assert asked is not None, "only an ask is answered so"
                    if asked.party == self.me:
                        self._told_busy(one)
                    else:
                        self._send(asked.party, one)

    def _decide(self, decisions: Sequence[Decision]) -> None:
        """Say decisions to who is linked."""
        for link in self._links.values():
            for decision in decisions if link.is_up else ():
                link.send(decision)

    def _apply(self, decision: Decision) -> None:
        """A decision holds here now: presses, recordings and pages follow it."""
        holder = decision.holder
        for ended, why in [(one, one.over_by(decision)) for one in self._presses.values()]:
            if why is not None:
                self._cut(ended, why=why, by=holder)
        if self.tapes is not None and decision.gone is not None and holder is not None:
            self.tapes.close(decision.channel_khz, decision.gone)
        if holder is not None and holder.party == self.me:
            press = self._presses.get(holder.transmission)
            if press is None:  # let go, or given up, while the grant was under way
                self._end(holder, "released")
                return
            if press.state != "talking":
                press.state, press.at_ms = "talking", self._now()
                press.unheard_by = self._links.deaf(self.floors.owner(decision.channel_khz))
                press.desk.tell({"say": "granted", **which(holder), "unheard_by": press.unheard_by})
        self.tell_all({"say": "floor", **self.floors.shown(decision.channel_khz)})

    def _take(self, party: str, link: Link, message: Message) -> None:
        match message:
            case Hello():
                self.silent(party)  # another start of it, or another connection: what was before is over
                link.epoch, link.gate = message.epoch, Gate()
                link.gate.delay.age_ms(stamped_ms=message.clock_ms, now_ms=self._now())
                link.be_alive(self._links.up)
                self._look_at(party)
            case _ if not link.epoch:
                raise PeerError("no_hello", f"{party} speaks before it says which node it is.")
            case Alive():
                link.take(message)
                self._look_at(party)
                self._tell_unheard()
            case Ask(channel_khz=khz) if self.floors.is_own(khz) and self._is_of(party, message):
                self._carry_out(self.floors.ask(message, now_ms=self._now()), asked=message)
            case Release(channel_khz=khz) if self.floors.is_released_by(party, message):
                self._carry_out(
                    self.floors.release(khz, message.transmission, why=message.why, now_ms=self._now())
                )
            case Decision() if self.floors.owner(message.channel_khz) == party:
                if self.floors.follow(message, epoch=link.epoch, now_ms=self._now()):
                    self._apply(message)
            case Busy() if self.floors.owner(message.channel_khz) == party:
                self._told_busy(message)
            case _:
                self.counts["not_theirs"] += 1

    def _take_frame(self, party: str, link: Link, frame: Frame) -> None:
        """A peer's frame: its own, on a channel of the net, of who has the floor, once, and not too late."""
        if not link.epoch or not self._is_of(party, frame):
            self.counts["stranger"] += 1
        elif frame.channel_khz not in self.floors.channels:
            self.counts["wrong_channel"] += 1
        elif not self.floors.admits(frame, now_ms=self._now()):
            self.counts["no_floor"] += 1
        elif isinstance(verdict := link.gate.judge(frame, now_ms=self._now()), Dropped):
            self.counts[verdict.why] += 1
            if verdict.why == "late" and self.tapes is not None:
                self.tapes.take(frame, is_own=False)
        else:
            self._pass_on(frame, age_ms=verdict.age_ms)

    def _pass_on(self, frame: Frame, *, age_ms: int) -> None:
        """Pages judge age by one clock, this node's that never steps; what is kept has the talker's."""
        self.counts["played"] += 1
        self.floors.heard(frame, now_ms=self._now())
        if self.tapes is not None:
            self.tapes.take(frame, is_own=frame.party == self.me)
        shown = replace(frame, captured_ms=self._now() - age_ms)
        raw = encode_frame(shown)
        for audience in self.audiences:
            audience.play(shown, raw)

    def _told_busy(self, busy: Busy) -> None:
        press = self._presses.get(busy.transmission)
        if press is None or press.state == "talking":
            return
        if busy.waits:
            press.state = "waiting"
        else:
            del self._presses[busy.transmission]
        press.desk.tell({"say": "busy", **which(busy), "by": who(busy.by), "waits": busy.waits})

    def _look_at(self, party: str) -> None:
        """What follows when a link is up, or no more."""
        link = self._links[party]
        if link.stands == link.is_up:
            return
        link.is_up = link.stands
        link.note(self._note, changes=1, now_ms=self._now())
        if link.is_up:
            for decision in self.floors.decisions():
                link.send(decision)
        else:
            self._lost(party)
        self.tell_all(self.shown())

    def _lost(self, party: str) -> None:
        """Who waited for a word of that node, or talks to nobody now, is cut off; so is its talker on our channels.

        Of more than two parties none silences the others by coming and going: who talks is told, and talks on.
        """
        for press in list(self._presses.values()):
            is_alone = press.state == "talking" and not self._links.up
            if is_alone or self.floors.owner(press.ask.channel_khz) == party:
                self._end(press.ask, "link")
                self._cut(press, why="link", party=party)
        self._tell_unheard()
        self._carry_out(self.floors.lose(party, now_ms=self._now()))

    def _tell_unheard(self) -> None:
        for press in self._presses.values():
            if press.state == "talking":
                press.tell_unheard(self._links.deaf(self.floors.owner(press.ask.channel_khz)))

    def _is_of(self, party: str, said: Ask | Frame) -> bool:
        return said.party == party and self._posts.get(said.post) == party

    def _send(self, party: str | None, message: Message) -> None:
        if party is not None and party in self._links:
            self._links[party].send(message)

    def _now(self) -> int:
        return self._clocks.steady_ms()
