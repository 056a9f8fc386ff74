"""Words for an encounter: which own aircraft a question means, and how an aircraft is described to a peer.

Takes: position reports, and questions heard from a peer. Gives: the place, level and movement that a
question carries, and the own aircraft that it means. Next: `detente.node` raises, answers and clears.
"""
