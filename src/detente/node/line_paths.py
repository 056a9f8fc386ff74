"""Which paths join us with whom, and at whose posts they end, by the memorandum."""

from __future__ import annotations

from detente.memorandum.model import Path
from detente.node.state import State
from detente.quantities import PartyId, PostId

MACHINE_MEDIA = frozenset({"data"})
"""What machines check by themselves; every other medium is proven only by people."""


def paths_to(state: State, peer: PartyId) -> tuple[Path, ...]:
    """The paths between a post of ours and one of a peer, by rank."""
    pair = {state.me, peer}
    found = (path for path in state.memorandum.path if {state.party_of(post) for post in path.posts} == pair)
    return tuple(sorted(found, key=lambda path: path.rank))


def path_of(state: State, path_id: str) -> Path | None:
    """A path of ours by its name; None where it is not one."""
    peer = peer_over(state, path_id)
    if peer is None:
        return None
    return next(path for path in paths_to(state, peer) if path.id == path_id)


def peer_over(state: State, path_id: str) -> PartyId | None:
    """Who is at the other end of a path; None where it does not end with us."""
    for path in state.memorandum.path:
        if path.id == path_id:
            ends = {state.party_of(post) for post in path.posts}
            others = ends - {state.me}
            if state.me in ends and len(others) == 1:
                return others.pop()
    return None


def far_post(state: State, path: Path) -> PostId:
    """The post at the other end."""
    return PostId(next(post for post in path.posts if state.party_of(post) != state.me))
