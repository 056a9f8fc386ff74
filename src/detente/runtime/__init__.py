"""Carries a node's decisions out: commit first, then send, then tell; and feeds it what the world answers.

Takes: ports, an agreement and events. Gives: a journal that grows, receipts, requests and responses of
the link. Next: `detente.cli` starts it, `detente.exercise` runs it in a simulated world.
"""
