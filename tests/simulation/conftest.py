"""Two parties under fires-2020, with keys from a seed, for simulated worlds."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from detente.crypto.card import PartyCard, sign_card
from detente.crypto.keys import HybridPrivateKey
from detente.exercise.world import Weather, World
from detente.memorandum.agreement import Agreement, agree
from detente.memorandum.signing import sign_memorandum
from detente.memorandum.template import fill, template
from detente.ports import Keys
from detente.quantities import Digest, PartyId, UtcMs, utc_ms_of

START_MS = utc_ms_of(datetime(2020, 9, 8, tzinfo=UTC))
SIERRA, COAST = PartyId("SIERRA"), PartyId("COAST")


def make_keys(party: str, seed: int) -> tuple[Keys, HybridPrivateKey]:
    rng = random.Random(f"{party} {seed}")
    root, statements, journal, cosigner = (
        HybridPrivateKey.from_seeds(rng.randbytes(32), rng.randbytes(32)) for _ in range(4)
    )
    card = PartyCard(
        v=1,
        party=party,
        root=root.public,
        statements=statements.public,
        journal=journal.public,
        cosigner=cosigner.public,
        tls_certificate_sha256=Digest(rng.randbytes(32).hex()),
        valid_from_ms=0,
        valid_until_ms=2**40,
    )
    keys = Keys(
        card=card,
        card_bytes=sign_card(card, root),
        statements=statements,
        journal=journal,
        cosigner=cosigner,
    )
    return keys, root


@pytest.fixture(scope="session")
def parties() -> tuple[Agreement, dict[PartyId, Keys]]:
    made = {PartyId(name): make_keys(name, 1) for name in ("SIERRA", "COAST")}
    cards = {str(party): keys.card for party, (keys, _) in made.items()}
    file = fill(template("fires-2020"), cards)
    sidecar: bytes | None = None
    for keys, root in made.values():
        sidecar = sign_memorandum(file, {}, sidecar, card=keys.card, root=root)
    agreement = agree(file, {}, sidecar, cards, now_ms=START_MS)
    return agreement, {party: keys for party, (keys, _) in made.items()}


@pytest.fixture
def make_world(
    parties: tuple[Agreement, dict[PartyId, Keys]], request: pytest.FixtureRequest
) -> Callable[..., World]:
    agreement, keys = parties

    def make(*, seed: int, weather: Weather | None = None, **more: object) -> World:
        world = World(
            seed=seed, agreement=agreement, keys=keys, start_ms=UtcMs(START_MS), weather=weather, **more
        )  # type: ignore[arg-type]
        request.addfinalizer(world.close)
        return world

    return make
