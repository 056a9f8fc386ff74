"""What a node decides: `step(state, event) -> (state, effects)`, pure, so that any day can be run again.

Takes: events (entries committed, receipts, findings, an operator's orders, checks of the line, seconds).
Gives: a new state and effects (statements to make, logbook lines, replies). Next: `detente.runtime`
carries the effects out: record before you say.
"""
