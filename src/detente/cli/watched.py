"""What a node's settings and memorandum say of tracks: how long they last, and whose they are."""

from __future__ import annotations

from detente.adapters.home import Settings
from detente.memorandum.model import Memorandum
from detente.tracks.tracker import Rules, Tracker
from detente.tracks.whose import Ownership


def tracker_for(settings: Settings, memorandum: Memorandum) -> Tracker:
    """A tracker by the memorandum's rules, with the own list of the settings."""
    rules = memorandum.tracks
    return Tracker(
        rules=Rules(coast_s=rules.coast_s, forget_s=max(600.0, 2.0 * rules.coast_s)),
        ownership=Ownership(
            aircraft=frozenset(one.lower() for one in settings.own_aircraft if len(one) == 6)
            | frozenset(settings.own_aircraft),
            call_signs=frozenset(settings.own_call_signs),
            rule=rules.own_rule,
            identity_valid_s=rules.identity_valid_s,
        ),
    )
