"""Where a party is addressed first: its air desk, or the first post of an observer, which has none."""

from __future__ import annotations

from detente.memorandum.model import Memorandum
from detente.quantities import PartyId, PostId


def desk_of(memorandum: Memorandum, party: PartyId) -> PostId:
    """A post of the party; raises KeyError for a party without any."""
    posts = [post for post in memorandum.post if post.party == party]
    for post in posts:
        if post.role == "air_desk":
            return PostId(post.id)
    if not posts:
        raise KeyError(f"{party} has no post")
    return PostId(posts[0].id)
