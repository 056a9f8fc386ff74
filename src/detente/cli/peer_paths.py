"""The data paths to peers: which addresses the settings give, and a pinned connection to each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from detente.adapters.home import Home, PeerAddress, Settings
from detente.adapters.link_client import LinkClient
from detente.errors import OperatorError
from detente.memorandum.agreement import Agreement
from detente.quantities import PartyId


def addresses_by_rank(settings: Settings, agreement: Agreement) -> Sequence[PeerAddress]:
    """The addresses of peers, the best-ranked path of each first."""
    ranks = {path.id: path.rank for path in agreement.memorandum.path}
    return sorted(settings.peer, key=lambda address: ranks.get(address.path, 0))


def connection_to(address: PeerAddress, *, me: PartyId, home: Home, agreement: Agreement) -> LinkClient:
    """A connection for one path. Raises OperatorError where the memorandum has no such peer or path."""
    card = agreement.cards.get(PartyId(address.party))
    if card is None:
        raise OperatorError(
            "unknown_peer",
            f"config.toml names a peer {address.party!r} that is not a party of the memorandum.",
            cure="Correct [[peer]] party.",
        )
    owner = {post.id: post.party for post in agreement.memorandum.post}
    paths = [
        path.id
        for path in agreement.memorandum.path
        if path.medium == "data" and {owner[post] for post in path.posts} == {me, address.party}
    ]
    if address.path not in paths:
        raise OperatorError(
            "unknown_path",
            f"config.toml names a path {address.path!r} to {address.party} that the memorandum does not have.",
            cure=f"Write one of: {', '.join(paths)}.",
        )
    return LinkClient(
        host=address.host,
        port=address.port,
        certificate_pem=home.certificate_file.read_bytes(),
        key_pem=home.tls_key_file.read_bytes(),
        peer_sha256=card.tls_certificate_sha256,
        peer=PartyId(address.party),
        path_id=address.path,
        now=lambda: datetime.now(UTC),
    )


def notes_of(settings: Settings, agreement: Agreement) -> tuple[str, ...]:
    """What the settings leave out or make unreal, for every face."""
    reached = {settings.party, *(peer.party for peer in settings.peer)}
    notes = [
        f"No address for {party}: add [[peer]] to config.toml."
        for party in agreement.cards
        if party not in reached
    ]
    if settings.conducted_from is not None:
        notes.append("EXERCISE: time comes from a conductor and stands still without one (conducted_from).")
    return tuple(notes)
