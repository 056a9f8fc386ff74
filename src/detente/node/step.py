"""The one door into a node's decisions: an event goes to the handler of its topic, and nothing else happens.

Keep this a dispatcher: a rule belongs into the handler file of its topic.
"""

from __future__ import annotations

from dataclasses import replace

from detente.node import encounters, entries, link, orders
from detente.node.effects import Effect
from detente.node.events import (
    Acknowledge,
    DiskChanged,
    Encountered,
    Event,
    Forked,
    GiveAnswer,
    Heard,
    LinkChanged,
    OwnMatched,
    ReadBackNow,
    Receipted,
    Said,
    SendNotice,
    Started,
)
from detente.node.state import State
from detente.quantities import UtcMs


def step(state: State, event: Event) -> tuple[State, tuple[Effect, ...]]:
    """The state after an event, and what is to be done; pure, so any run can be repeated from its events."""
    state = replace(state, now_ms=UtcMs(max(state.now_ms, event.at_ms)))
    match event:
        case Started():
            return entries.started(state)
        case Said():
            return entries.said(state, event)
        case Heard():
            return entries.heard(state, event)
        case Receipted():
            return link.receipted(state, event)
        case LinkChanged():
            return link.changed(state, event)
        case Forked():
            return link.forked(state, event)
        case DiskChanged():
            return link.disk_changed(state, event)
        case Encountered():
            return encounters.encountered(state, event)
        case OwnMatched():
            return encounters.matched(state, event)
        case SendNotice():
            return orders.send_notice(state, event)
        case ReadBackNow():
            return orders.read_back_now(state, event)
        case GiveAnswer():
            return orders.give_answer(state, event)
        case Acknowledge():
            return orders.acknowledge(state, event)
