"""Live and recorded aircraft as position reports, one form whatever the feed.

Takes: bytes of feeds. Gives: `PositionReport`s in time order, and what was rejected by reason.
Next: `detente.encounters` finds those that come near each other.
"""
