"""How two notices in conflict stand to each other: which has priority, which came first, and which gives way.

The memorandum orders the kinds of notice (`priority_order`, the first before all others). The later kind gives
way; of two of one kind, the one that was announced later. This says who is asked first, not who must change: either
side can propose a way out for either notice.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from detente.memorandum.model import Memorandum, NoticeKind
from detente.quantities import UtcMs
from detente.wire import Record

Which: TypeAlias = Literal["first", "second"]


class Standing(Record, frozen=True, kw_only=True):
    """`priority` is None for two of one kind, `announced_first` for two of the same second."""

    priority: Which | None
    announced_first: Which | None
    gives_way: Which | None
    because: Literal["priority", "announced_later", "equal"]


def standing(
    first: NoticeKind, second: NoticeKind, *, first_ms: UtcMs, second_ms: UtcMs, memorandum: Memorandum
) -> Standing:
    """The standing of two notices by their kinds and the times at which they were announced.

    Times count in whole seconds, as receipts do.
    """
    order = memorandum.notices.priority_order
    priority = _lesser(order.index(first), order.index(second))
    earlier = _lesser(first_ms // 1000, second_ms // 1000)
    before = priority or earlier
    return Standing(
        priority=priority,
        announced_first=earlier,
        gives_way=None if before is None else "second" if before == "first" else "first",
        because="priority" if priority else "announced_later" if earlier else "equal",
    )


def _lesser(first: int, second: int) -> Which | None:
    return None if first == second else "first" if first < second else "second"
