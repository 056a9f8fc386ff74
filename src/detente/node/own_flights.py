"""Warnings about own aircraft: shown and sounded at the own watch while they stand; nothing is said to a peer."""

from __future__ import annotations

from detente.alerts.describing import name_of
from detente.encounters.own_flights import Eased, Warned
from detente.line.figures import channel_text
from detente.node import radio
from detente.node.effects import Effect, Warn, Write
from detente.node.events import OwnFlown
from detente.node.state import State
from detente.node.state_with import state_with
from detente.node.warned import Warned as Coded
from detente.node.warned import warned as coded


def own_flown(state: State, event: OwnFlown) -> tuple[State, tuple[Effect, ...]]:
    """A warning stands from when it is given until it is over; one that becomes true is given again."""
    match event.finding:
        case Warned() as warned:
            key = (warned.aircraft, _topic(warned.kind), warned.what)
            khz = radio.call_khz_at(
                state,
                lat_deg=warned.report.lat_deg,
                lon_deg=warned.report.lon_deg,
                level_palt_ft=warned.report.level_palt_ft,
            )
            call = "" if khz is None else f" Call it on {channel_text(khz)}."
            text = f"OWN AIRCRAFT {name_of(warned.report)} {warned.reason}.{call}"
            return (
                state_with(state, own_warnings={**state.own_warnings, key: (warned, event.at_ms)}),
                (Write(kind="own", text=text), Warn(text=text)),
            )
        case Eased() as eased:
            key = (eased.aircraft, eased.kind, eased.what)
            if key not in state.own_warnings:
                return state, ()
            left = {known: one for known, one in state.own_warnings.items() if known != key}
            of = name_of(state.own_warnings[key][0].report)
            text = f"Own aircraft {of}: over ({eased.kind.replace('_', ' ')} {eased.what})."
            return state_with(state, own_warnings=left), (Write(kind="own", text=text),)


def warnings(state: State) -> tuple[Coded, ...]:
    """Every warning that stands, the longest-standing first; which aircraft, and of what, tell one from another."""
    standing = sorted(state.own_warnings.values(), key=lambda one: one[1])
    return tuple(
        coded(
            "own-aircraft",
            f"OWN AIRCRAFT {name_of(warned.report)} {warned.reason}.",
            aircraft=warned.aircraft,
            kind=warned.kind,
            what=warned.what,
        )
        for warned, _ in standing
    )


def _topic(kind: str) -> str:
    return "left_notice" if kind == "left_notice" else "boundary"
