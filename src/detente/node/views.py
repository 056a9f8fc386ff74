"""What the faces show of a node's state: plain values, the same for a terminal, `--json` and a page."""

from __future__ import annotations

from typing import Any

from detente.line.wording import IN_WORDS, plain
from detente.node.state import ConflictHeld, NoticeHeld, OpenItem, State
from detente.notices.admit import Admitted
from detente.quantities import utc_text
from detente.record.statement import Ref


def status(state: State) -> dict[str, Any]:
    """Counts, the line to each peer, and what must not be overlooked."""
    return {
        "party": state.me,
        "memorandum": state.memorandum.memorandum.id,
        "identity": state.identity,
        "now_utc": utc_text(state.now_ms),
        "warnings": list(warnings(state)),
        "journal_entries": state.own_size,
        "peers": [
            {
                "party": peer,
                "receipted": state.receipted.get(peer, 0),
                "unreceipted": state.own_size - state.receipted.get(peer, 0),
                "mirrored": state.heard.get(peer, 0),
                "forked": any(journal.startswith(f"{peer}/") for journal in state.forked),
                "paths": [
                    {
                        "path": path_id,
                        "open": held.is_up,
                        "since_utc": utc_text(held.since_ms),
                        "last_good_utc": utc_text(held.last_good_ms) if held.last_good_ms else None,
                        "reason": held.reason,
                    }
                    for (party, path_id), held in sorted(state.links.items())
                    if party == peer
                ],
            }
            for peer in state.peers
        ],
        "notices": len(state.notices),
        "conflicts": len(state.conflicts),
        "not_checked": len(state.not_checked),
        "alerts_open": len(state.alerts),
        "alerts_over": state.alerts_over,
        "owed_by_us": sum(1 for item in state.open_items.values() if item.owed_by == state.me),
        "owed_to_us": sum(1 for item in state.open_items.values() if item.owed_by != state.me),
        "said": dict(state.said_by_code),
        "heard": dict(state.heard_by_code),
    }


def warnings(state: State) -> tuple[str, ...]:
    """What stands first on every face."""
    found = []
    if state.disk_is_full:
        found.append(
            "THE DISK IS FULL: nothing new is signed but ALERTs. Free space; the node goes on by itself."
        )
    for journal in sorted(state.forked):
        found.append(f"THE JOURNAL {journal} HAS TWO PASTS. It is cosigned no more; the proof is kept.")
    for (peer, path_id), held in sorted(state.links.items()):
        if not held.is_up:
            found.append(
                f"The path {path_id} to {peer} is down since {utc_text(held.since_ms)}: {held.reason}"
            )
    return tuple(found)


def owed(state: State) -> list[dict[str, Any]]:
    """What is owed in both directions, the earliest due first."""
    items = sorted(state.open_items.values(), key=lambda item: (item.due_ms or item.since_ms, item.ref.seq))
    return [_owed_row(state, item) for item in items]


def notices(state: State) -> list[dict[str, Any]]:
    """Every notice held, own and foreign."""
    return [_notice_row(held) for held in state.notices.values()]


def conflicts(state: State) -> list[dict[str, Any]]:
    """Every conflict known, with who has stated it."""
    return [_conflict_row(held) for held in state.conflicts.values()]


def short_ref(ref: Ref) -> str:
    """How people name an entry: `SIERRA#12`, in the journal of SIERRA that is in use."""
    return f"{ref.origin.partition('/')[0]}#{ref.seq}"


def _owed_row(state: State, item: OpenItem) -> dict[str, Any]:
    return {
        "ref": short_ref(item.ref),
        "leaf": item.ref.leaf,
        "code": item.code,
        "in_words": IN_WORDS[item.code],
        "act": item.act,
        "by_us": item.owed_by == state.me,
        "owed_by": item.owed_by,
        "owed_to": item.owed_to,
        "precedence": item.precedence,
        "due_ms": item.due_ms,
        "is_overdue": item.due_ms is not None and item.due_ms < state.now_ms,
        "suggestion": item.suggestion,
    }


def _notice_row(held: NoticeHeld) -> dict[str, Any]:
    verdict = held.verdict
    return {
        "ref": short_ref(held.ref),
        "party": held.party,
        "kind": held.notice.kind,
        "class": plain(held.notice.class_),
        "volumes": len(held.notice.volumes),
        "start_ms": min(volume.start_ms for volume in held.notice.volumes),
        "end_ms": max(volume.end_ms for volume in held.notice.volumes),
        "stamp": verdict.stamp if isinstance(verdict, Admitted) else f"REFUSED {verdict.code}",
        "read_back": held.read_back,
        "refused_by": dict(held.refused_by),
    }


def _conflict_row(held: ConflictHeld) -> dict[str, Any]:
    conflict = held.conflict
    return {
        "own": short_ref(held.own),
        "foreign": short_ref(held.foreign),
        "article": plain(conflict.article),
        "lateral_gap_m": conflict.lateral_gap_m,
        "vertical_gap_ft": conflict.vertical_gap_ft,
        "time_gap_s": conflict.time_gap_s,
        "lat": conflict.where.lat_e7 / 1e7,
        "lon": conflict.where.lon_e7 / 1e7,
        "from_ms": conflict.from_ms,
        "until_ms": conflict.until_ms,
        "found_ms": held.found_ms,
        "stated_by": sorted(held.stated_by),
    }
