"""Radios as the watch sees them: what is proven, which changes wait for whom, and what must not be overlooked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from detente.frequencies.changes import ChannelChange
from detente.frequencies.proof import Proof, pair_proof
from detente.frequencies.where import Here, where
from detente.line.figures import channel_text, minute_of
from detente.line.radio_words import channel_in_words
from detente.memorandum.radio_bands import bands_of, pairs_that_meet
from detente.node import radio
from detente.node.state import State
from detente.node.warned import Warned, warned
from detente.quantities import utc_text


def radios(state: State) -> dict[str, Any]:
    """What a face needs to compute any view of the plan itself: checks, changes, aircraft noticed on each channel."""
    return {
        "party": state.me,
        "now_ms": state.now_ms,
        "proofs": [msgspec.to_builtins(proof) for proof in state.radio_proofs.values()],
        "changes": [msgspec.to_builtins(change) for change in state.channel_changes.values()],
        "noticed": {str(khz): count for khz, count in sorted(radio.noticed_on(state).items())},
        "states": [
            {
                "change": one.change.name,
                "status": one.status,
                "missing": list(one.missing),
                "effective_utc": utc_text(one.change.effective_ms),
                "problem": one.problems[0].message if one.problems else None,
            }
            for one in radio.plan(state).changes
        ],
    }


def at_place(
    state: State, *, lat: float, lon: float, level: str, user: str | None, language: str
) -> dict[str, Any]:
    """What to call at a place and a level, by the plan in force; guard alone where no sector is.

    Raises: OperatorError `unknown_class`; PeerError `bad_level`.
    """
    found = where(
        radio.plan(state),
        lat_deg=lat,
        lon_deg=lon,
        level=level,
        user=user,
        proofs=state.radio_proofs,
        now_ms=state.now_ms,
    )
    return {
        "sectors": [here_row(one, language) for one in found],
        "guard_khz": list(state.memorandum.frequencies.guard),
    }


def radio_checks_due(state: State) -> list[dict[str, Any]]:
    """Every pair of own users and theirs that may meet in a band of a sector and is not proven, with a channel."""
    now = radio.plan(state)
    terms = now.memorandum
    rows = []
    for band in bands_of(terms):
        sector = terms.sector[band.sector]
        for pair in pairs_that_meet(terms, sector):
            held = pair_proof(
                terms, band, pair, state.radio_proofs, now_ms=state.now_ms, ended_ms=now.ended_ms
            )
            if held.state != "proven" and any(user.startswith(f"{state.me}/") for user in pair):
                first = band.primary if band.primary is not None else next(iter(band.channels), None)
                rows.append(
                    {
                        "sector": sector.id,
                        "lower": band.lower,
                        "upper": band.upper,
                        "pair": list(pair),
                        "state": held.state,
                        "age_days": held.age_days,
                        "channel_khz": None if first is None else terms.channel[first].name_khz,
                    }
                )
    return rows


def here_row(here: Here, language: str) -> dict[str, Any]:
    """One band of a sector at a place for a face: what to call, who listens, what is proven, which stations reach."""
    return {
        "sector": here.sector,
        "lower": here.lower,
        "upper": here.upper,
        "calls": [
            {
                "role": call.role,
                "id": call.channel.id,
                "name_khz": call.channel.name_khz,
                "band": call.channel.band,
                "spacing": call.channel.spacing,
                "tone_hz": None if call.channel.tone_hz is None else str(call.channel.tone_hz),
                "said": channel_in_words(call.channel.name_khz, call.channel.band, language),
                "listens": list(call.listens),
                "tunable": call.tunable,
                "monitored": call.monitored,
                "watch_too_khz": call.watch_too_khz,
                "out": call.is_out,
                "fall_back_khz": call.fall_back_khz,
            }
            for call in here.calls
        ],
        "pairs": [
            {
                "pair": list(pair.pair),
                "state": pair.state,
                "proven_utc": None if pair.proof is None else minute_of(pair.proof.at_ms),
                "age_days": pair.age_days,
            }
            for pair in here.pairs
        ],
        "stations": [
            {
                "station": one.station,
                "post": one.post,
                "channels": list(one.channels),
                "distance_nm": one.distance_nm,
                "reach_nm": one.reach_nm,
                "hears": one.is_heard,
            }
            for one in here.stations
        ],
    }


def proofs_of(told: dict[str, Any]) -> tuple[Proof, ...]:
    """The proofs of an answer of `radios`."""
    return msgspec.convert(told["proofs"], tuple[Proof, ...])


def changes_of(told: dict[str, Any]) -> tuple[ChannelChange, ...]:
    """The changes of an answer of `radios`."""
    return msgspec.convert(told["changes"], tuple[ChannelChange, ...])


def warnings(state: State) -> Iterator[Warned]:
    """Changes that are not in force though their time has come, windows of two channels, failures."""
    if not state.channel_changes:
        return
    window_ms = state.memorandum.frequencies.change_window_s * 1000
    for one in radio.plan(state).changes:
        change = one.change
        name, new_khz = channel_text(change.channel_khz), change.new_khz
        args = {"change": change.name, "channel": name, "sector": change.sector}
        match one.status:
            case "lapsed":
                missing = " and ".join(one.missing)
                text = (
                    f"THE CHANGE {change.name} of {name} IS NOT IN FORCE: {missing} had not acknowledged it."
                )
                yield warned("change-lapsed", text, missing=" ".join(one.missing), **args)
            case "refused":
                reason = one.problems[0].message
                text = f"THE CHANGE {change.name} of {name} IS NOT IN FORCE: {reason}"
                yield warned("change-refused", text, reason=reason, **args)
            case "window":
                both = name if new_khz is None else f"{name} and {channel_text(new_khz)}"
                until = utc_text(change.effective_ms + window_ms)
                text = f"WATCH {both} in {change.sector} until {until}: {change.name} takes effect. UNTESTED."
                other = "" if new_khz is None else channel_text(new_khz)
                yield warned("change-window", text, other=other, until=until, **args)
            case "in_force" if change.what != "change":
                instead = "guard" if change.fall_back_khz is None else channel_text(change.fall_back_khz)
                text = f"{name} in {change.sector}: {change.what.upper()}, call on {instead} ({change.name})."
                yield warned(f"channel-{change.what}", text, instead=instead, **args)
            case _:
                pass
