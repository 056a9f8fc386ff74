"""How often each may knock: token buckets in a table of bounded size.

A bucket holds `burst` tokens and gains `each_s` of them a second. The table forgets the bucket that was asked
longest ago; a full one loses nothing by that, and an attacker who fills the table with addresses only resets his own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from math import ceil

BUCKETS_MAX = 4_096


class Rate:
    """One rule for many callers.

    Args:
        burst: tokens of a full bucket.
        each_s: tokens gained a second.
        now_s: a clock that never runs back.
    """

    def __init__(self, *, burst: int, each_s: float, now_s: Callable[[], float]) -> None:
        self._burst = float(burst)
        self._each_s = each_s
        self._now_s = now_s
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, who: str) -> int:
        """Take a token: 0, or after how many seconds (at least 1) there is one."""
        now_s = self._now_s()
        left, at_s = self._buckets.pop(who, (self._burst, now_s))
        left = min(self._burst, left + (now_s - at_s) * self._each_s)
        is_there = left >= 1.0
        self._buckets[who] = (left - 1.0 if is_there else left, now_s)
        if len(self._buckets) > BUCKETS_MAX:
            self._buckets.popitem(last=False)
        return 0 if is_there else max(1, ceil((1.0 - left) / self._each_s))

    def give_back(self, who: str) -> None:
        """What was taken in good faith is returned: a good password costs its owner nothing."""
        left, at_s = self._buckets.get(who, (self._burst, self._now_s()))
        self._buckets[who] = (min(self._burst, left + 1.0), at_s)
