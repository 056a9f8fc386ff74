"""The line as the watch sees it: declared and observed side by side, never merged; who keeps which post.

Source: practice (d) and (e), screen 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from detente.memorandum.model import Path
from detente.node.declared import suspensions_between
from detente.node.line_held import ClockHeld, PathHeld, WatchHeld
from detente.node.line_paths import MACHINE_MEDIA, paths_to
from detente.node.line_state import human_due_ms
from detente.node.permissions import missing
from detente.node.state import State
from detente.node.warned import Warned, warned
from detente.node.watch import unkept_posts
from detente.quantities import PartyId, PostId, utc_text
from detente.record.statement import Ref

JUMP_SHOWN_MS = 3_600_000
"""A jump of a clock stays among the warnings for an hour; the logbook keeps it."""


def line_status(state: State) -> list[dict[str, Any]]:
    """For each peer: what both have declared, what each path shows, the clock, the watch, the permissions."""
    return [_peer_row(state, peer) for peer in state.peers]


def watch(state: State) -> dict[str, Any]:
    """Who keeps each post of every party that was taken, and which posts nobody has taken."""
    return {
        "posts": [_watch_row(post, held) for post, held in sorted(state.watches.items())],
        "unkept": list(unkept_posts(state)),
    }


def links(state: State, peer: PartyId) -> list[dict[str, Any]]:
    """The paths to a peer in short."""
    rows = []
    for path in paths_to(state, peer):
        held = state.paths.get((peer, path.id))
        if held is None or (held.since_ms is None and held.checked_ms is None):
            continue
        good_ms = _good_ms(path, held)
        rows.append(
            {
                "path": path.id,
                "open": held.state == "open",
                "state": held.state,
                "since_utc": utc_text(held.since_ms) if held.since_ms is not None else None,
                "last_good_utc": utc_text(good_ms) if good_ms is not None else None,
                "reason": held.reason,
            }
        )
    return rows


def warnings(state: State) -> Iterator[Warned]:
    """What of the line must not be overlooked."""
    for (peer, path_id), held in sorted(state.paths.items()):
        yield from _of_path(peer, path_id, held)
    for name, lapse in sorted(state.lapses.items()):
        at = utc_text(lapse.since_ms)
        yield warned("permission-lapsed", f"THE PERMISSION {name} HAS LAPSED at {at}.", name=name, at=at)
    for peer, clock in sorted(state.clocks.items()):
        yield from _of_clock(state, peer, clock)
    for peer in state.peers:
        for by in (state.me, peer):
            for one in suspensions_between(state, peer, by=by):
                at, short = utc_text(one.effective_ms), ", SHORT" if one.is_short else ""
                text = f"{by} suspends {one.scope} from {at}{short}."
                yield warned("suspends", text, by=by, scope=one.scope, at=at)
    if state.watches:
        for post in unkept_posts(state):
            yield warned("nobody-at-post", f"Nobody is on watch at {post}.", post=post)
    for post, kept in sorted(state.watches.items()):
        if kept.relieves is not None and kept.party == state.me:
            text = f"The off-going watch of {post} stays: it has not handed over."
            yield warned("not-handed-over", text, post=post)


def short_ref(ref: Ref) -> str:
    """How people name an entry: `SIERRA#12`, in the journal of SIERRA that is in use."""
    return f"{ref.origin.partition('/')[0]}#{ref.seq}"


def _of_path(peer: PartyId, path_id: str, held: PathHeld) -> Iterator[Warned]:
    args = {"path": path_id, "peer": peer, "reason": held.reason}
    if held.state in ("late", "silent", "own_fault") and held.since_ms is not None:
        word = "REFUSED" if held.is_refused else held.state.upper().replace("_", " ")
        why = f": {held.reason}" if held.reason else ""
        at = utc_text(held.since_ms)
        code = f"path-{'refused' if held.is_refused else held.state}"
        yield warned(code, f"The path {path_id} to {peer} is {word} since {at}{why}", at=at, **args)
    elif held.missed_ms is not None and held.reason:
        word = "was refused" if held.is_refused else "gave no good check"
        at = utc_text(held.missed_ms)
        code = "path-missed-refused" if held.is_refused else "path-missed"
        yield warned(code, f"The path {path_id} to {peer} {word} since {at}: {held.reason}", at=at, **args)
    elif held.missed_ms is not None:
        at = utc_text(held.missed_ms)
        text = f"The path {path_id} to {peer} has not answered since {at}: {held.reason}"
        yield warned("path-missed", text, at=at, **args)
    if held.human in ("late", "silent"):
        text = f"The check by hand of {path_id} to {peer} is {held.human.upper()}, whatever its machines say."
        yield warned("hand-check-late", text, **args)


def _of_clock(state: State, peer: PartyId, clock: ClockHeld) -> Iterator[Warned]:
    if clock.is_off:
        text = f"THE CLOCK of {peer} is {clock.offset_ms} ms off ours."
        yield warned("clock-off", text, peer=peer, ms=clock.offset_ms)
    if clock.jumped_at_ms is not None and state.now_ms < clock.jumped_at_ms + JUMP_SHOWN_MS:
        at = utc_text(clock.jumped_at_ms)
        text = f"The clock of {peer} jumped by {clock.jump_ms} ms at {at}."
        yield warned("clock-jumped", text, peer=peer, ms=clock.jump_ms, at=at)


def _peer_row(state: State, peer: PartyId) -> dict[str, Any]:
    clock = state.clocks.get(peer, ClockHeld())
    paths = paths_to(state, peer)
    ours = {path.id for path in paths}
    return {
        "party": peer,
        "declared": {
            "by_us": _declared(state, peer, by=state.me),
            "by_them": _declared(state, peer, by=peer),
        },
        "paths": [_path_row(state, peer, path) for path in paths],
        "clock_offset_ms": clock.offset_ms,
        "clock_is_off": clock.is_off,
        "watch": [
            _watch_row(post, held) for post, held in sorted(state.watches.items()) if held.party == peer
        ],
        "permissions": [
            {
                "id": one.id,
                "in_force": (lapse := state.lapses.get(one.id)) is None,
                "lapsed_utc": utc_text(lapse.since_ms) if lapse is not None else None,
                "waits_for": list(missing(state, one, lapse)) if lapse is not None else [],
            }
            for one in state.memorandum.permission
            if ours.intersection(one.depends_on)
        ],
    }


def _declared(state: State, peer: PartyId, *, by: PartyId) -> dict[str, Any]:
    """What one side has said of its side of the line."""
    said = suspensions_between(state, peer, by=by)
    return {
        "state": "suspended" if any(one.covers(state.now_ms) for one in said) else "in_force",
        "suspensions": [
            {
                "ref": short_ref(one.ref),
                "scope": one.scope,
                "effective_utc": utc_text(one.effective_ms),
                "in_effect": one.covers(state.now_ms),
                "short": one.is_short,
                "resumes_utc": utc_text(one.resumes_ms) if one.resumes_ms is not None else None,
            }
            for one in said
        ],
        "outages": [
            {
                "what": one.what,
                "name": one.name,
                "start_utc": utc_text(one.start_ms),
                "end_utc": utc_text(one.end_ms),
                "alternate": one.alternate,
                "now": one.covers(state.now_ms),
            }
            for one in state.outages
            if one.party == by and one.end_ms >= state.now_ms
        ],
    }


def _path_row(state: State, peer: PartyId, path: Path) -> dict[str, Any]:
    held = state.paths.get((peer, path.id), PathHeld())
    due_ms = human_due_ms(state, held)
    good_ms = _good_ms(path, held)
    return {
        "path": path.id,
        "medium": path.medium,
        "observed": held.state,
        "since_utc": utc_text(held.since_ms) if held.since_ms is not None else None,
        "missed_utc": utc_text(held.missed_ms) if held.missed_ms is not None else None,
        "refused": held.is_refused,
        "reason": held.reason,
        "last_good_utc": utc_text(good_ms) if good_ms is not None else None,
        "machine_good_utc": utc_text(held.machine_good_ms) if held.machine_good_ms is not None else None,
        "human_good_utc": utc_text(held.human_good_ms) if held.human_good_ms is not None else None,
        "machine_age_s": _age_s(state, held.machine_good_ms),
        "human_age_s": _age_s(state, held.human_good_ms),
        "human": held.human,
        "human_due_utc": utc_text(due_ms) if due_ms is not None else None,
    }


def _good_ms(path: Path, held: PathHeld) -> int | None:
    return held.machine_good_ms if path.medium in MACHINE_MEDIA else held.human_good_ms


def _age_s(state: State, good_ms: int | None) -> int | None:
    return None if good_ms is None else (state.now_ms - good_ms) // 1000


def _watch_row(post: PostId, held: WatchHeld) -> dict[str, Any]:
    return {
        "post": post,
        "party": held.party,
        "roles": list(held.roles),
        "languages": list(held.languages),
        "interpreter": held.interpreter,
        "since_utc": utc_text(held.since_ms),
        "open_items": held.open_items,
        "checked": held.check is not None,
        "is_relieving": held.relieves is not None,
    }
