"""Rehearsals: real nodes on one conductor's clock, and many nodes in a simulated world from a seed.

Takes: a scenario and a recording, or a seed. Gives: what happened, as figures, a picture and a record that
can be verified. Next: `detente.cli` shows it.
"""
