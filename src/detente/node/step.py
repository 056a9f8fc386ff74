"""The one door into a node's decisions: an event goes to the handler of its topic, and nothing else happens.

Keep this a dispatcher: a rule belongs into the handler file of its topic.
"""

from __future__ import annotations

from detente.node import (
    encounters,
    entries,
    incidents,
    ladder,
    line_state,
    link,
    orders,
    own_flights,
    saying,
    watch,
)
from detente.node.effects import Effect
from detente.node.events import (
    Acknowledge,
    AnswerCheck,
    Cosigned,
    DeliveredEarly,
    DiskChanged,
    Encountered,
    Event,
    Forked,
    GiveAnswer,
    HandOver,
    Heard,
    HeardEarly,
    LineCheckNow,
    MatchIncident,
    OpenIncident,
    OwnFlown,
    OwnMatched,
    PathChecked,
    ProtestIncident,
    ReadBackNow,
    Receipted,
    Said,
    SayNow,
    SelfTested,
    SendNotice,
    Started,
    StateIncident,
    TakeWatch,
    Tick,
    Woke,
)
from detente.node.state import State
from detente.node.state_with import state_with
from detente.quantities import UtcMs


def step(state: State, event: Event) -> tuple[State, tuple[Effect, ...]]:
    """The state after an event, and what is to be done; pure, so any run can be repeated from its events."""
    state = state_with(state, now_ms=UtcMs(max(state.now_ms, event.at_ms)))
    match event:
        case Started():
            return entries.started(state, event)
        case Woke():
            return line_state.woke(state, event)
        case Tick():
            return _tick(state, state.now_ms)
        case Said():
            return entries.said(state, event)
        case Heard():
            return entries.heard(state, event)
        case HeardEarly():
            return entries.heard_early(state, event)
        case Receipted():
            return link.receipted(state, event)
        case DeliveredEarly():
            return link.delivered_early(state, event)
        case Cosigned():
            return link.cosigned(state, event)
        case PathChecked():
            return link.path_checked(state, event)
        case SelfTested():
            return line_state.self_tested(state, event)
        case Forked():
            return link.forked(state, event)
        case DiskChanged():
            return link.disk_changed(state, event)
        case Encountered():
            return encounters.encountered(state, event)
        case OwnMatched():
            return encounters.matched(state, event)
        case OwnFlown():
            return own_flights.own_flown(state, event)
        case _:
            return _order(state, event)


def _order(
    state: State,
    event: SendNotice
    | ReadBackNow
    | GiveAnswer
    | Acknowledge
    | TakeWatch
    | HandOver
    | LineCheckNow
    | AnswerCheck
    | SayNow
    | OpenIncident
    | StateIncident
    | ProtestIncident
    | MatchIncident,
) -> tuple[State, tuple[Effect, ...]]:
    """What an operator orders."""
    match event:
        case SendNotice():
            return orders.send_notice(state, event)
        case ReadBackNow():
            return orders.read_back_now(state, event)
        case GiveAnswer():
            return orders.give_answer(state, event)
        case Acknowledge():
            return orders.acknowledge(state, event)
        case TakeWatch():
            return watch.take_watch(state, event)
        case HandOver():
            return watch.hand_over(state, event)
        case LineCheckNow():
            return watch.line_check_now(state, event)
        case AnswerCheck():
            return watch.answer_check(state, event)
        case SayNow():
            return saying.say_now(state, event)
        case OpenIncident():
            return incidents.open_incident(state, event)
        case StateIncident():
            return incidents.state_incident(state, event)
        case ProtestIncident():
            return incidents.protest(state, event)
        case MatchIncident():
            return incidents.match(state, event)


def _tick(state: State, at_ms: UtcMs) -> tuple[State, tuple[Effect, ...]]:
    """First the paths, then whom to ring."""
    state, seen = line_state.tick(state, at_ms)
    state, rung = ladder.ring(state, at_ms)
    return state, (*seen, *rung)
