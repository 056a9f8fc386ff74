"""Parties made for an exercise: homes, keys, cards swapped, one memorandum signed by all."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from detente.adapters.home import Home, PeerAddress, make_home, pin_card, read_cards, read_root_key
from detente.adapters.system import SystemEntropy
from detente.crypto.card import PartyCard, sign_card
from detente.crypto.keys import HybridPrivateKey
from detente.crypto.sealing import SealingPrivateKey
from detente.memorandum.agreement import Agreement, agree
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.signing import sign_memorandum
from detente.memorandum.template import fill, template
from detente.ports import Keys
from detente.quantities import Digest, PartyId, UtcMs, utc_ms_of, utc_text

HOST = "127.0.0.1"


def agreement_from_seed(template_name: str, *, seed: int) -> tuple[Agreement, dict[PartyId, Keys]]:
    """Keys from a seed for every party of a template, and the agreement signed by all, for simulated worlds."""
    memorandum = read_memorandum(template(template_name))
    assert isinstance(memorandum, Memorandum), "the templates that ship can be read"
    made = {PartyId(party.id): keys_from_seed(party.id, seed) for party in memorandum.party}
    cards = {str(party): keys.card for party, (keys, _) in made.items()}
    file = fill(template(template_name), cards)
    sidecar: bytes | None = None
    for keys, root in made.values():
        sidecar = sign_memorandum(file, {}, sidecar, card=keys.card, root=root)
    start_ms = utc_ms_of(memorandum.duration.in_force_from)
    agreement = agree(file, {}, sidecar, cards, now_ms=start_ms)
    return agreement, {party: keys for party, (keys, _) in made.items()}


def keys_from_seed(party: str, seed: int) -> tuple[Keys, HybridPrivateKey]:
    """A party's working keys with their card, and its root key, all from a seed: never for real use."""
    rng = random.Random(f"{party} {seed}")
    root, statements, journal, cosigner = (
        HybridPrivateKey.from_seeds(rng.randbytes(32), rng.randbytes(32)) for _ in range(4)
    )
    sealing = SealingPrivateKey(seed=rng.randbytes(32))
    card = PartyCard(
        v=1,
        party=party,
        root=root.public,
        statements=statements.public,
        journal=journal.public,
        cosigner=cosigner.public,
        sealing=sealing.public,
        tls_certificate_sha256=Digest(rng.randbytes(32).hex()),
        valid_from_ms=0,
        valid_until_ms=2**42,
    )
    return Keys(
        card=card,
        card_bytes=sign_card(card, root),
        statements=statements,
        journal=journal,
        cosigner=cosigner,
        sealing=sealing,
    ), root


@dataclass(frozen=True, kw_only=True)
class Seat:
    """One party of an exercise: its home and where its node listens."""

    party: str
    home: Home
    port: int


def make_parties(
    folder: Path,
    *,
    template_name: str,
    parties: Sequence[str],
    ports: Sequence[int],
    in_force_now: bool = False,
    terms: bytes | None = None,
) -> list[Seat]:
    """Homes with keys of their own, each other's cards pinned, and the filled memorandum signed by all.

    Args:
        in_force_now: the template's dates give way to a year from yesterday on, for nodes that keep real time.
        terms: an edited copy of the template, to be signed in its place.
    """
    if folder.exists():
        shutil.rmtree(folder)
    now = datetime.now(UTC)
    seats = [
        Seat(
            party=party,
            port=port,
            home=make_home(
                folder / party.lower(),
                party=party,
                listen_host=HOST,
                listen_port=port,
                entropy=SystemEntropy(),
                valid_from=now - timedelta(days=1),
                valid_until=now + timedelta(days=30),
            ),
        )
        for party, port in zip(parties, ports, strict=True)
    ]
    for seat in seats:
        for other in seats:
            if other is not seat:
                pin_card(seat.home, other.home.card_file.read_bytes())
    file = template(template_name) if terms is None else terms
    if in_force_now:
        file = _dated(file, in_force_from=now - timedelta(days=1), ends=now + timedelta(days=364))
    file = fill(file, read_cards(seats[0].home))
    sidecar: bytes | None = None
    for seat in seats:
        card = read_cards(seat.home)[seat.party]
        sidecar = sign_memorandum(file, {}, sidecar, card=card, root=read_root_key(seat.home))
    assert sidecar is not None
    for seat in seats:
        (seat.home.folder / "memorandum.toml").write_bytes(file)
        (seat.home.folder / "memorandum.toml.sigs.json").write_bytes(sidecar)
    return seats


def write_settings(
    seat: Seat,
    *,
    peers: Sequence[PeerAddress],
    own_aircraft: Sequence[str] = (),
    recording: Path | None = None,
    conducted_from_ms: UtcMs | None,
    store: str | None = None,
    console: str | None = None,
) -> None:
    """config.toml of a node; without `conducted_from_ms` it keeps the machine's own time.

    Args:
        console: ADDRESS:PORT of its console; without it there is none.
    """
    lines = [
        f'party = "{seat.party}"',
        f'listen_host = "{HOST}"',
        f"listen_port = {seat.port}",
        'memorandum = "memorandum.toml"',
        f"own_aircraft = {sorted(own_aircraft)!r}".replace("'", '"'),
    ]
    if conducted_from_ms is not None:
        lines.append(f"conducted_from = {utc_text(conducted_from_ms)}")
    if store is not None:
        lines.append(f"store = {json.dumps(store)}")
    for peer in peers:
        lines += [
            "",
            "[[peer]]",
            f'party = "{peer.party}"',
            f'path = "{peer.path}"',
            f'host = "{peer.host}"',
            f"port = {peer.port}",
        ]
    if recording is not None:
        lines += ["", "[feed]", f'recording = "{recording}"']
    if console is not None:
        lines += ["", "[console]", f'listen = "{console}"']
    seat.home.settings_file.write_text("\n".join(lines) + "\n")


def _dated(file: bytes, *, in_force_from: datetime, ends: datetime) -> bytes:
    """The same agreement, of another time."""
    for key, when in (("in_force_from", in_force_from), ("ends", ends)):
        line = f"{key} = {when:%Y-%m-%dT%H:%M:%SZ}"
        file = re.sub(rf"^{key} *= *[0-9TZ:-]+".encode(), line.encode(), file, count=1, flags=re.MULTILINE)
    return file
