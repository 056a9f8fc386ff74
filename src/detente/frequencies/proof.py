"""What radio checks have proven: for each pair, each sector and each channel, the newest check that was answered.

A check proves only the hop it used: two crews who each spoke with their own post have not spoken with each other, and
are shown as relayed. A proof ages; a change of the channel or of its tone ends it.
Source: practice (f), check 8; casebook test-proves-only-its-path-2015.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from detente.frequencies.finding import Finding
from detente.memorandum.model import Memorandum
from detente.memorandum.radio_bands import RadioBand, bands_of, hearing_of, pairs_that_meet

How: TypeAlias = Literal["air_air", "air_ground", "bench"]
PairState: TypeAlias = Literal["proven", "aged", "relayed", "never"]

READABILITY_MIN = 3
"""Readable, if with difficulty. Below that nobody should be told that they can talk."""

_DAY_MS = 86_400_000


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Two ends, each PARTY/class or a post, heard each other on a channel in a sector; `ends` in order of name."""

    sector: str
    channel_khz: int
    ends: tuple[str, str]
    how: How
    readability: int
    at_ms: int

    @property
    def key(self) -> tuple[str, int, str, str, str]:
        """What a newer check takes the place of."""
        return (self.sector, self.channel_khz, *self.ends, self.how)


@dataclass(frozen=True, kw_only=True)
class PairProof:
    """How well a pair is proven in a band: the state, the newest proof that it rests on, and its age."""

    pair: tuple[str, str]
    state: PairState
    proof: Proof | None
    age_days: float | None


Proofs: TypeAlias = Mapping[tuple[str, int, str, str, str], Proof]


def newest(proofs: Iterable[Proof]) -> Proofs:
    """The newest of each key."""
    kept: dict[tuple[str, int, str, str, str], Proof] = {}
    for proof in proofs:
        if proof.key not in kept or kept[proof.key].at_ms < proof.at_ms:
            kept[proof.key] = proof
    return kept


def pair_proof(
    memorandum: Memorandum,
    band: RadioBand,
    pair: tuple[str, str],
    proofs: Proofs,
    *,
    now_ms: int,
    ended_ms: Mapping[int, int] | None = None,
) -> PairProof:
    """How a pair stands in a band of a sector.

    Args:
        ended_ms: by channel name the moment before which no proof counts any more, for it was changed then.
    """
    ended_ms = ended_ms or {}
    heard = hearing_of(memorandum, band.channels)
    shared = heard.get(pair[0], 0) & heard.get(pair[1], 0)
    sector = memorandum.sector[band.sector].id
    names = [memorandum.channel[one].name_khz for one in band.channels if shared >> one & 1]
    direct = _newest_of(proofs, sector, names, tuple(sorted(pair)), ("air_air",), ended_ms)
    if direct is not None:
        age_days = max(0.0, (now_ms - direct.at_ms) / _DAY_MS)
        is_fresh = age_days <= memorandum.frequencies.proven_max_days
        return PairProof(
            pair=pair, state="proven" if is_fresh else "aged", proof=direct, age_days=round(age_days, 3)
        )
    hops = [_hop(memorandum, proofs, sector, user, now_ms=now_ms, ended_ms=ended_ms) for user in pair]
    if all(hop is not None for hop in hops):
        return PairProof(pair=pair, state="relayed", proof=None, age_days=None)
    return PairProof(pair=pair, state="never", proof=None, age_days=None)


def check_proofs(
    memorandum: Memorandum, proofs: Proofs, *, now_ms: int, ended_ms: Mapping[int, int] | None = None
) -> Iterator[Finding]:
    """8: a finding for every pair whose proof is missing, relayed or older than agreed."""
    limit = memorandum.frequencies.proven_max_days
    for band in bands_of(memorandum):
        sector = memorandum.sector[band.sector]
        for pair in pairs_that_meet(memorandum, sector):
            held = pair_proof(memorandum, band, pair, proofs, now_ms=now_ms, ended_ms=ended_ms)
            if held.state == "proven":
                continue
            message = {
                "never": "have never been heard to talk",
                "relayed": "have each spoken with a post, not with each other",
                "aged": f"were proven {held.age_days or 0.0:.1f} days ago; a proof holds {limit}",
                "proven": "",
            }[held.state]
            yield Finding(
                check=8,
                gravity="screening",
                sector=sector.id,
                pair=pair,
                path=f"sector[{band.sector}]",
                message=f"{' and '.join(pair)} {message} in {sector.id}.",
                cure="Make a radio check between two crews and say it on the line: RCK.",
            )


def _hop(
    memorandum: Memorandum,
    proofs: Proofs,
    sector: str,
    user: str,
    *,
    now_ms: int,
    ended_ms: Mapping[int, int],
) -> Proof | None:
    """A check of a user with any post that is still fresh."""
    limit_ms = memorandum.frequencies.proven_max_days * _DAY_MS
    posts = {post.id for post in memorandum.post}
    found = [
        proof
        for proof in proofs.values()
        if proof.sector == sector
        and user in proof.ends
        and posts.intersection(proof.ends)
        and proof.how == "air_ground"
        and _counts(proof, ended_ms)
        and now_ms - proof.at_ms <= limit_ms
    ]
    return max(found, key=lambda proof: proof.at_ms, default=None)


def _newest_of(
    proofs: Proofs,
    sector: str,
    names: Iterable[int],
    ends: tuple[str, ...],
    ways: tuple[How, ...],
    ended_ms: Mapping[int, int],
) -> Proof | None:
    first, second = ends
    found = [
        proof
        for name in names
        for how in ways
        if (proof := proofs.get((sector, name, first, second, how))) is not None and _counts(proof, ended_ms)
    ]
    return max(found, key=lambda proof: proof.at_ms, default=None)


def _counts(proof: Proof, ended_ms: Mapping[int, int]) -> bool:
    return proof.readability >= READABILITY_MIN and proof.at_ms >= ended_ms.get(proof.channel_khz, 0)
