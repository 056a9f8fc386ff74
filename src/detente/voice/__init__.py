"""A net to talk on: who may speak on a common channel now, which frames are let through, and what is kept of them.

Takes: frames and asks from own desks and from peers, times, and the memorandum's channels. Gives: decisions about
the floor, frames that may be played, recordings under their hash. Next: `detente.line` says what was kept.
"""
