"""Where the commands about frequencies take a plan from: a file, a template, or a home whose node runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from detente.adapters.home import (
    now_for,
    open_home,
    read_agreement,
    read_annexes,
    read_settings,
)
from detente.adapters.system import SystemClock
from detente.cli.ordering import give_order
from detente.errors import OperatorError
from detente.frequencies.changes import ChannelChange, PlanInForce, plan_in_force
from detente.frequencies.proof import Proofs, newest
from detente.memorandum.identity import identity_in_force
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.memorandum.template import template, template_names
from detente.node.views_radio import changes_of, proofs_of
from detente.quantities import Digest, UtcMs
from detente.wire.limits import MEMORANDUM_BYTES_MAX


@dataclass(frozen=True, kw_only=True)
class Source:
    """A memorandum with what is known of its radios; `proofs` is None where no node was asked."""

    memorandum: Memorandum
    identity: Digest
    proofs: Proofs | None
    changes: tuple[ChannelChange, ...]
    noticed: Mapping[int, int]
    now_ms: UtcMs

    @property
    def plan(self) -> PlanInForce:
        """The plan in force now."""
        answered: dict[tuple[str, int], int] = {}
        for proof in (self.proofs or {}).values():
            key = (proof.sector, proof.channel_khz)
            answered[key] = max(proof.at_ms, answered.get(key, 0))
        return plan_in_force(self.memorandum, self.changes, now_ms=self.now_ms, answered_ms=answered)


def source_of(name: str) -> Source:
    """A home whose node runs, a memorandum file, or a template by its name.

    Raises: OperatorError where none of these is there or it cannot be read.
    """
    path = Path(name)
    return _of_home(path) if path.is_dir() else _of_file(name)


def _of_home(folder: Path) -> Source:
    home = open_home(folder)
    settings = read_settings(home)
    agreement = read_agreement(home, settings, now_ms=now_for(settings))
    told = give_order(home, "radios")
    return Source(
        memorandum=agreement.memorandum,
        identity=agreement.identity,
        proofs=newest(proofs_of(told)),
        changes=changes_of(told),
        noticed={int(khz): int(count) for khz, count in told["noticed"].items()},
        now_ms=UtcMs(told["now_ms"]),
    )


def _of_file(name: str) -> Source:
    path = Path(name)
    if not path.exists() and name in template_names():
        data, annexes = template(name), {}
    else:
        try:
            with path.open("rb") as opened:
                data = opened.read(MEMORANDUM_BYTES_MAX + 1)
        except OSError as why:
            raise OperatorError(
                "no_file",
                f"{name} cannot be read: {why.strerror}.",
                cure=f"Name a home, a memorandum, or a template: {', '.join(template_names())}.",
            ) from why
        annexes = dict(read_annexes(path, data))
    read = read_memorandum(data)
    if not isinstance(read, Memorandum):
        raise OperatorError(
            "problems",
            f"{name} has {len(read)} problem(s).",
            cure=f"See all: detente memorandum check {name}",
        )
    return Source(
        memorandum=read,
        identity=identity_in_force(data, annexes),
        proofs=None,
        changes=(),
        noticed={},
        now_ms=SystemClock().now_ms(),
    )
