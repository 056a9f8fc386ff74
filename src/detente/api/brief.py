"""What an on-coming watch reads before it takes a post: what was said since the last one took it, and what is due.

The log of the line is for everybody who may take a watch; the lines of the logbook only for those who may read it.
Source: practice (e) 1 and 6.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from detente.api import spoken
from detente.api.house import House
from detente.api.roles import LOGBOOK, Role
from detente.node import views
from detente.quantities import utc_text

READ_MAX = 500
SHOWN_MAX = 60
LOGBOOK_MAX = 40
RADIO_MAX = 40


def brief(house: House, *, language: str | None, role: Role) -> dict[str, Any]:
    """Since when, how much of what was said, the newest of it, own posts, radio checks due, the logbook."""
    state = house.node.state
    kept = house.look("watch")
    ours = [row for row in kept["posts"] if row["party"] == state.me]
    since_utc = min((row["since_utc"] for row in ours), default=None)
    said = house.look("transcript", count=READ_MAX)["entries"]
    since = [row for row in said if since_utc is None or row["here_utc"] >= since_utc]
    shown, due = since[-SHOWN_MAX:], views.radio_checks_due(state)
    for row in shown:
        spoken.speak(row, language=language)
    lines = None
    if role in LOGBOOK:
        lines = [
            {"at_utc": at_utc, "kind": line.kind, "text": line.text}
            for line in house.store.log_tail(READ_MAX)
            if (at_utc := utc_text(line.at_ms)) >= (since_utc or "")
        ][-LOGBOOK_MAX:]
    return {
        "since_utc": since_utc,
        "posts": [
            {"post": post.id, "role": post.role, "languages": list(post.languages)}
            for post in state.memorandum.post
            if post.party == state.me and post.role in _KEPT
        ],
        "kept": ours,
        "unkept": kept["unkept"],
        "counts": dict(Counter(row["code"] for row in since)),
        "more": len(since) - len(shown),
        "entries": shown,
        "logbook": lines,
        "radio": due[:RADIO_MAX],
        "radio_more": max(0, len(due) - RADIO_MAX),
    }


_KEPT = frozenset({"air_desk", "duty", "senior", "alternate"})
"""Posts at which a watch is kept."""
