"""What a node's settings and memorandum say of tracks, and what a running node tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from detente.adapters.feeds import JoinedFeed, open_feed
from detente.adapters.home import Settings
from detente.cli.tracks_shown import track_row
from detente.errors import OperatorError
from detente.memorandum.model import Memorandum
from detente.node.state import State
from detente.notices.ground import atmosphere_of
from detente.ports import Clock, Feed
from detente.quantities import UtcMs
from detente.tracks.tracker import Rules, Tracker
from detente.tracks.whose import Ownership

NEW_MAX = 1_000
"""Aircraft heard once: each is compared with every own one for as long as the longest gap, invented or not."""
TRACKS_TOLD_MAX = 2_000
"""Those heard last; more would not fit an answer of the control door."""


def tracker_for(settings: Settings, memorandum: Memorandum) -> Tracker:
    """A tracker by the memorandum's rules, with the own list of the settings."""
    rules = memorandum.tracks
    return Tracker(
        rules=Rules(coast_s=rules.coast_s, forget_s=max(600.0, 2.0 * rules.coast_s), new_max=NEW_MAX),
        ownership=Ownership(
            aircraft=frozenset(settings.own_aircraft),
            call_signs=frozenset(settings.own_call_signs),
            rule=rules.own_rule,
            identity_valid_s=rules.identity_valid_s,
        ),
    )


def feed_for(settings: Settings, memorandum: Memorandum, *, folder: Path, clock: Clock) -> Feed | None:
    """The feeds of a home, by the memorandum's rules for tracks and its bounds of the weather; None without any."""
    return open_feed(
        settings.feeds,
        folder=folder,
        tracker=tracker_for(settings, memorandum),
        clock=clock,
        atmosphere=atmosphere_of(memorandum.area.atmosphere),
    )


def tell_tracks(feed: Feed | None, state: State, now_ms: UtcMs) -> Mapping[str, Any]:
    """The tracks that a running node follows, whose they are by what peers have answered, and what was rejected."""
    if not isinstance(feed, JoinedFeed):
        raise no_live_feed()
    tracker = feed.tracker
    tracker.ownership = replace(tracker.ownership, known=state.known_aircraft)
    newest = sorted(tracker.tracks(now_ms), key=lambda track: (track.age_s, track.aircraft))
    return {
        "now_ms": now_ms,
        "tracks": [track_row(track) for track in newest[:TRACKS_TOLD_MAX]],
        "in_all": len(newest),
        **tell_counts(feed),
    }


def tell_counts(feed: JoinedFeed) -> dict[str, Any]:
    """What became of everything that was heard."""
    return {
        "accepted": feed.tracker.accepted,
        "rejected": dict(feed.rejected.most_common()),
        "unused": dict(feed.unused.most_common()),
        "sources": [{"name": one.name, "state": one.state} for one in feed.live],
    }


def no_live_feed() -> OperatorError:
    """Nothing to watch."""
    return OperatorError(
        "no_live_feed",
        "The settings name no live feed.",
        cure="Write [[feed]] with connect = in config.toml, or give --connect.",
    )
