"""The played day in words: which statements are told one by one, which are summed up, and how each is put.

Told is what a watch would look up for; line checks, radio checks and most of the morning's notices are counted.
Positions stand as the line has them. Nothing is told that a node has not said or shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from detente.exercise.overheard import Level, Overheard, Row, said_ms
from detente.exercise.story import Story
from detente.exercise.syria_areas import DAY_MS
from detente.exercise.syria_terms import PARTIES
from detente.frequencies.check import Report, check
from detente.frequencies.proof import Proofs, newest
from detente.line.figures import channel_text
from detente.node.views_radio import changes_of, proofs_of
from detente.quantities import UtcMs, utc_text

MEETING = "an encounter: is this yours?"
_FIRST_RING_MS = 2_000
"""A post that is rung sooner than this after the question hears of it for the first time."""
_TODAY = f"{utc_text(DAY_MS)[:10]} "
"""Left out of lines: the day stands at the head."""
_ALARM, _GOOD, _WATCH = "bold red", "bold green", "yellow"


@dataclass(frozen=True, kw_only=True)
class _Line:
    """How a statement is told: what it asks for, or what it answers, puts a clock beside it."""

    text: str
    style: str = ""
    asks: bool = False
    reaches: Level | None = None
    is_inside: bool = False
    """Whether it concerns its own side alone, though the other's record has it too."""


@dataclass(kw_only=True)
class Telling:
    """Tells what is overheard; `alerts` keeps every ALR."""

    overheard: Overheard
    story: Story
    alerts: list[Row] = field(default_factory=list)
    _followed: set[str] = field(default_factory=set)
    """Statements whose answers are told too."""

    async def hear(self, now_ms: UtcMs) -> None:
        """Tell what has happened since the last time."""
        own, rows = await self.overheard.news()
        for party, text in own:
            is_encounter = text.startswith("ENCOUNTER")
            if is_encounter:
                self.story.chapter(MEETING)
            self.story.tell(now_ms, f"{party} watch", text, style=_ALARM if is_encounter else _WATCH)
        for row in rows:
            line = self._line(row)
            if line is not None:
                self._tell(row, line)

    def sum_up_checks(self, now_ms: UtcMs) -> None:
        """Every path, by hand, in both directions."""
        echoes = [row for row in self.overheard.rows.values() if row["code"] == "LCR"]
        for party in PARTIES:
            took = {
                row["body"]["path"]: self.overheard.took_s(row) or 0.0
                for row in echoes
                if row["party"] == party
            }
            words = ", ".join(f"{path} after {seconds:.0f} s" for path, seconds in sorted(took.items()))
            self.story.tell(
                now_ms,
                party,
                f"echoed the other side's check of each path: {words}",
                took_s=max(took.values(), default=None),
                within_s=self.overheard.within_s(self.overheard.rows[echoes[0]["reply_to"]], "substance"),
            )

    async def sum_up_radios(self, now_ms: UtcMs) -> tuple[dict[str, Report], Proofs]:
        """What the checks prove, as each node reckons it for itself; the proofs that the last one has."""
        reports: dict[str, Report] = {}
        proofs: Proofs = {}
        said: dict[str, str] = {}
        for party, node in self.overheard.nodes.items():
            told = await node.order("radios")
            proofs = newest(proofs_of(told))
            report = check(
                self.overheard.memorandum, proofs=proofs, changes=changes_of(told), now_ms=told["now_ms"]
            )
            reports[party] = report
            worst = min((proof.readability for proof in proofs.values()), default=0)
            channels = " and ".join(sorted({channel_text(proof.channel_khz) for proof in proofs.values()}))
            said[party] = (
                f"{len(proofs)} pairs of classes heard each other on {channels}, readability {worst} or better"
                f" of 5: the plan is {report.heading}, {len(report.findings)} findings"
            )
        is_proven = all(report.heading == "PROVEN" for report in reports.values())
        self._tell_each(now_ms, said, style=_GOOD if is_proven else _WATCH)
        return reports, proofs

    async def sum_up_notices(self, now_ms: UtcMs) -> None:
        """How the morning's notices were understood, and what no figure is agreed for."""
        rows = list(self.overheard.rows.values())
        notices = [row for row in rows if row["code"] == "NTC"]
        correct = sum(row["code"] == "RBC" and row["body"]["verdict"] == "correct" for row in rows)
        took = [self.overheard.took_s(row) or 0.0 for row in rows if row["code"] == "RBK"]
        self.story.tell(
            now_ms,
            "both",
            f"{len(notices)} notices in all, {correct} read back CORRECT; the slowest read-back",
            took_s=max(took, default=None),
            within_s=self.overheard.within_s(notices[0], "substance"),
        )
        said = {}
        for party, node in self.overheard.nodes.items():
            found = (await node.order("findings"))["not_checked"]
            pairs = sum(len(row["own"]) * len(row["foreign"]) for row in found)
            said[party] = f"no figure is agreed: {pairs} pairs of notices stand NOT CHECKED, never as clear"
        self._tell_each(now_ms, said, style=_WATCH)

    def _tell_each(self, now_ms: UtcMs, said: Mapping[str, str], *, style: str) -> None:
        """What each node reckons for itself: one line where both come to the same."""
        if len(set(said.values())) == 1:
            said = {"both": next(iter(said.values()))}
        for who, text in said.items():
            self.story.tell(now_ms, who, text, style=style)

    def _line(self, row: Row) -> _Line | None:
        """How a statement is told; None where it is only counted."""
        body, of = row["body"], row["reply_to"]
        text = f"{row['ref']}  {row['text'].replace(_TODAY, '')}"
        match row["code"]:
            case "WCH":
                tongues = " and ".join(body["languages"])
                return _Line(text=f"{body['post']} is on watch in {tongues}, interpreter on watch")
            case "NTC" | "HAZ" if self._is_told(row):
                return _Line(text=f"{text}{_rest(row)}", asks=True)
            case "RBK" if of in self._followed:
                return _Line(text=f"{row['text']} (of {of})", reaches="substance")
            case "RBC" if of in self._followed:
                return _Line(text=f"the read-back of {of} is {body['verdict'].upper()}", style=_GOOD)
            case "XNG":
                return _Line(text=text, asks=True)
            case "QRY":
                return _Line(text=text, style=_ALARM, asks=True)
            case "ALR":
                self.alerts.append(row)
                return _Line(text=f"{text}.  COMMON CHANNEL {self._channel(body)}", style=_ALARM, asks=True)
            case "ANS":
                words = row["text"].removeprefix("answer ").upper()
                return _Line(text=f"{words} (to {of})", style="bold", reaches="substance")
            case "ACK" if of in self._followed:
                return self._acknowledged(row)
            case "CLR":
                parted = utc_text(body["parted_ms"])[11:19]
                return _Line(text=f"{of} is over; not too near since {parted}", style=_GOOD)
            case "RNG":
                return self._rung(row)
            case "RCK" if self.alerts:
                heard = f"{body['caller']} hears {body['called']}, {body['readability']} of 5"
                return _Line(
                    text=f"the crews speak on {channel_text(body['channel_khz'])}: {heard}", style="bold"
                )
            case _:
                return None

    def _is_told(self, row: Row) -> bool:
        """The first notice of each side, what needs more than a read-back, and what crosses."""
        rows = self.overheard.rows.values()
        first = next(one for one in rows if (one["code"], one["party"]) == (row["code"], row["party"]))
        return row is first or row["code"] == "HAZ" or row["body"]["kind"] == "crossing"

    def _acknowledged(self, row: Row) -> _Line | None:
        of, body = row["reply_to"], row["body"]
        if body["level"] == "passed":
            return _Line(text=f"{of} is passed to {body['passed_to']}", reaches="passed")
        asked = self.overheard.rows[of]
        if asked["code"] not in ("QRY", "ALR", "XNG"):
            return None
        return _Line(text=f"{of} is understood by {body['post']}", reaches="understood")

    def _rung(self, row: Row) -> _Line:
        """The first ring of a post is told plainly; any later one is somebody who did not answer."""
        asked, body = self.overheard.rows.get(row["reply_to"] or ""), row["body"]
        if asked is not None and said_ms(row) - said_ms(asked) < _FIRST_RING_MS:
            return _Line(text=f"{body['post']} rings at once for {row['reply_to']}", is_inside=True)
        return _Line(text=f"{body['post']} is rung for {row['reply_to']}: {body['why']}", style=_ALARM)

    def _channel(self, body: Row) -> str:
        """The channel of an ALERT, with its name in the plan and where it serves."""
        khz = body["call_on_khz"]
        channels = self.overheard.memorandum.channel
        named = [f"{one.id}, sector {' and '.join(one.sectors)}" for one in channels if one.name_khz == khz]
        return f"{channel_text(khz)} ({named[0] if named else 'not in the plan'})"

    def _tell(self, row: Row, line: _Line) -> None:
        other = next(party for party in PARTIES if party != row["party"])
        took_s, within_s = None, None
        if line.asks:
            self._followed.add(row["ref"])
            within_s = self.overheard.within_s(row, "substance")
        elif line.reaches is not None and row["reply_to"] in self.overheard.rows:
            took_s = self.overheard.took_s(row)
            within_s = self.overheard.within_s(self.overheard.rows[row["reply_to"]], line.reaches)
        self.story.tell(
            said_ms(row),
            f"{row['party']} watch" if line.is_inside else f"{row['party']} → {other}",
            line.text,
            style=line.style,
            took_s=took_s,
            within_s=within_s,
        )


def _rest(row: Row) -> str:
    """What the one line of a notice leaves out: how far ahead it was said, and the channel listened to."""
    body = row["body"]
    lead_s = (min(volume["start_ms"] for volume in body["volumes"]) - said_ms(row)) / 1000.0
    ahead = f"{lead_s / 3600:.1f} h" if lead_s < 86_400 else f"{lead_s / 86_400:.1f} days"
    khz = " and ".join(channel_text(one) for one in body["frequency_monitored_khz"])
    return f"; {ahead} ahead; listens on {khz}"
