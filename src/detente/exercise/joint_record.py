"""The joint record of a played world, exported from each honest store and verified as a stranger would."""

from __future__ import annotations

from collections.abc import Sequence

from detente.adapters.evidence import journals_of
from detente.exercise.invariants import InvariantError
from detente.exercise.world import Station, World
from detente.quantities import PartyId
from detente.record.export import export_files
from detente.record.verify import verify_journals


def verify_joint_record(world: World, parties: Sequence[PartyId]) -> None:
    """Raises InvariantError where an export has a problem, or two that can read the same differ in its order."""
    orders: dict[frozenset[tuple[str, int]], list[tuple[str, int]]] = {}
    for party in parties:
        verdict = verify_journals(export_of(world, world.stations[party]))
        if not verdict.ok:
            problems = "; ".join(f"{one.where} {one.code}: {one.message}" for one in verdict.problems[:5])
            raise InvariantError(f"record: {party}: {problems}")
        order = [(one.origin, one.seq) for one in verdict.statements]
        if orders.setdefault(frozenset(order), order) != order:
            raise InvariantError(f"record: {party} has the same statements as another in a different order")


def export_of(world: World, station: Station) -> dict[str, bytes]:
    """The export of one station, as `detente record export` writes it."""
    agreement = world.agreement
    return export_files(
        memorandum=agreement.file,
        sidecar=agreement.sidecar,
        annexes=agreement.annexes,
        memorandum_id=agreement.memorandum.memorandum.id,
        identity=agreement.identity,
        cards={party: keys.card_bytes for party, keys in world.keys.items()},
        journals=journals_of(station.store),
    )
