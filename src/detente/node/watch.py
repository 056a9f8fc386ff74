"""Who keeps each post, and the checks that people make by hand.

A watch is taken with words and a check of every path. The off-going watch stays until the on-coming one's check
was answered: only then can it hand over, and the word names that answer. A check by hand is good when the other
end echoes its very text; it cannot be ticked.
Source: practice (e) 1 and 6, (d) rule 1; the memorandum's `human_check_s` and `first_caller`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from detente.line.bodies_duty import LineCheck, LineCheckReply, WatchChange
from detente.line.catalogue import is_name
from detente.memorandum.model import Path
from detente.node import declared, line_state
from detente.node.duty import is_echo, item_of
from detente.node.effects import Effect, Reply, Say, Write
from detente.node.events import AnswerCheck, HandOver, LineCheckNow, TakeWatch
from detente.node.ladder import is_staffed
from detente.node.line_held import PathHeld, WatchHeld
from detente.node.line_paths import far_post, path_of, paths_to
from detente.node.refusal import no
from detente.node.state import State
from detente.node.state_with import state_with
from detente.quantities import PartyId, PostId, UtcMs
from detente.record.statement import Ref, Statement

_Outcome = tuple[State, tuple[Effect, ...]]

DAY_MS = 86_400_000


def take_watch(state: State, event: TakeWatch) -> _Outcome:
    """Say who keeps the post now, and check every path by hand."""
    if state.party_of(event.post) != state.me:
        return no(state, "not_your_post", f"{event.post} is not a post of ours.")
    if not event.roles or not event.languages or not all(map(is_name, event.languages)):
        return no(state, "no_roles", "A watch has roles and languages.")
    change = WatchChange(
        what="taken",
        post=event.post,
        roles=event.roles,
        languages=event.languages,
        interpreter=event.interpreter,
        open_items=len(state.open_items),
        check=None,
    )
    paths = [path for peer in state.peers for path in paths_to(state, peer)]
    checks = [_check(state, path, event.at_ms, place) for place, path in enumerate(paths, start=1)]
    told = f"The watch is taken. {len(checks)} line checks are out; stay until one is answered."
    return state, (_told_to_all(state, change), *checks, Reply(ok=True, code="sent", message=told))


def hand_over(state: State, event: HandOver) -> _Outcome:
    """The off-going watch leaves: only after the on-coming one's own line check was answered."""
    held = state.watches.get(event.post)
    if held is None or held.party != state.me or held.relieves is None:
        return no(state, "nobody_relieves", "No on-coming watch has taken this post: it is taken first.")
    if held.check is None:
        return no(
            state, "check_first", "No line check of the on-coming watch has been answered: stay on watch."
        )
    change = WatchChange(
        what="handed_over",
        post=event.post,
        roles=held.roles,
        languages=held.languages,
        interpreter=held.interpreter,
        open_items=len(state.open_items),
        check=held.check,
    )
    reply = Reply(ok=True, code="sent", message="The watch is handed over.")
    return state, (_told_to_all(state, change), reply)


def line_check_now(state: State, event: LineCheckNow) -> _Outcome:
    """Check one path by hand."""
    path = path_of(state, event.path)
    if path is None:
        return no(state, "unknown_path", "There is no such path of ours.")
    reply = Reply(
        ok=True, code="sent", message=f"The check of {path.id} is out: it is good when it is echoed."
    )
    return state, (_check(state, path, event.at_ms, 0), reply)


def answer_check(state: State, event: AnswerCheck) -> _Outcome:
    """Echo a peer's check, with how well its text was heard."""
    item = item_of(state, event.ref, state.me)
    if item is None or not isinstance(item.body, LineCheck):
        return no(state, "nothing_owed", "No line check waits for that.")
    if not 1 <= event.quality <= 5:
        return no(state, "quality", "Readability is 1 (none) to 5 (perfect).")
    echo = LineCheckReply(
        path=item.body.path,
        text_id=item.body.text_id,
        quality=event.quality,
        clock_offset_ms=event.at_ms - item.body.clock_ms,
    )
    say = Say(
        to=(state.desk_of(item.owed_to),),
        code="LCR",
        body=echo,
        precedence="ADMIN",
        reply_to=event.ref,
    )
    return state, (say, Reply(ok=True, code="sent", message="The line check is answered."))


def take_change(state: State, *, party: PartyId, ref: Ref, change: WatchChange, at_ms: UtcMs) -> _Outcome:
    """A party's word on who keeps one of its posts."""
    post = PostId(change.post)
    if state.party_of(post) != party:
        return state, (Write(kind="refused", text=f"{party} took the watch at a post that is not its own."),)
    before = state.watches.get(post)
    if change.what == "handed_over":
        if before is None or change.check is None:
            return state, (Write(kind="refused", text=f"{party} handed {post} over without a line check."),)
        return _with_watch(state, post, replace(before, relieves=None)), ()
    held = WatchHeld(
        party=party,
        ref=ref,
        roles=change.roles,
        languages=change.languages,
        interpreter=change.interpreter,
        since_ms=at_ms,
        open_items=change.open_items,
        relieves=before.ref if before is not None else None,
    )
    return _with_watch(state, post, held), ()


def take_reply(
    state: State, *, party: PartyId, ref: Ref, statement: Statement, reply: LineCheckReply, at_ms: UtcMs
) -> _Outcome:
    """An answer to a check by hand counts if it echoes it, at the time at which the other end said it."""
    item = item_of(state, statement.reply_to, party)
    if item is None or not is_echo(item.body, reply):
        text = f"{party} answered a line check on {reply.path} that was not made so."
        return state, (Write(kind="refused", text=text),)
    assert isinstance(item.body, LineCheck), "an echo is of a check"
    if item.body.kind == "machine":
        return state, ()
    for post, held in state.watches.items():
        is_later = item.ref.origin == held.ref.origin and item.ref.seq > held.ref.seq
        if held.party == item.owed_to and is_later and held.check is None:
            state = _with_watch(state, post, replace(held, check=ref))
    peer = item.owed_to if party == state.me else party
    good_ms = UtcMs(min(statement.sent_ms, at_ms))
    state = declared.checked_by_hand(state, peer, good_ms)
    return line_state.checked_by_hand(state, peer, reply.path, good_ms, at_ms)


@dataclass(frozen=True, kw_only=True)
class DueCheck:
    """A check by hand that is due on a path, and who is to call first."""

    peer: PartyId
    path: str
    caller: PartyId
    due_ms: UtcMs


def due_checks(state: State) -> Iterator[DueCheck]:
    """Every check by hand whose time has come."""
    for peer in state.peers:
        for path in paths_to(state, peer):
            held = state.paths.get((peer, path.id), PathHeld())
            due_ms = line_state.human_due_ms(state, held)
            if due_ms is not None and due_ms <= state.now_ms:
                yield DueCheck(peer=peer, path=path.id, caller=caller(state, peer, due_ms), due_ms=due_ms)


def caller(state: State, peer: PartyId, at_ms: UtcMs) -> PartyId:
    """Who calls first on the UTC day of a moment: the earlier party of the memorandum on even days, by default."""
    first, second = (party.id for party in state.memorandum.party if party.id in (state.me, peer))
    match state.memorandum.line.first_caller:
        case "first_party":
            return PartyId(first)
        case "second_party":
            return PartyId(second)
        case "alternate_days":
            return PartyId(second if at_ms // DAY_MS % 2 else first)


def unkept_posts(state: State) -> tuple[PostId, ...]:
    """Posts of the ladder that should be staffed now, and that nobody has taken."""
    roles = {step.role for step in state.memorandum.line.ladder}
    return tuple(
        PostId(post.id)
        for post in state.memorandum.post
        if post.role in roles and PostId(post.id) not in state.watches and is_staffed(post, state.now_ms)
    )


def _check(state: State, path: Path, at_ms: UtcMs, place: int) -> Say:
    """A check with a text of its own: its number is the place that it takes in the journal."""
    body = LineCheck(path=path.id, kind="human", text_id=f"T-{state.own_size + place}", clock_ms=at_ms)
    return Say(to=(far_post(state, path),), code="LCK", body=body, precedence="ADMIN", reply_to=None)


def _told_to_all(state: State, change: WatchChange) -> Say:
    return Say(
        to=tuple(state.desk_of(peer) for peer in state.peers),
        code="WCH",
        body=change,
        precedence="ADMIN",
        reply_to=None,
    )


def _with_watch(state: State, post: PostId, held: WatchHeld) -> State:
    return state_with(state, watches={**state.watches, post: held})
