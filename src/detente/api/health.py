"""Whether the node is well, for machines that watch it: alive, ready, and counts; no places, plans or names.

First graphs: age of the last good check of each path, what is owed and overdue in both directions, alerts that are
open, what the peers have not receipted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Counter
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from detente.api.events import Hub
from detente.api.house import House
from detente.api.sessions import Sessions

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counts of one node, in a registry of its own."""

    def __init__(self, house: House, sessions: Sessions, hub: Hub) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(_OfNode(house, sessions, hub))
        self.requests = Counter(
            "detente_api_requests",
            "Requests by their status.",
            ["status"],
            registry=self._registry,
        )

    def text(self) -> bytes:
        return generate_latest(self._registry)


class _OfNode(Collector):
    """Read off the views whenever somebody asks."""

    def __init__(self, house: House, sessions: Sessions, hub: Hub) -> None:
        self._house = house
        self._sessions = sessions
        self._hub = hub

    def describe(self) -> list[Any]:
        """Named at collection only: nothing is looked at before somebody asks."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        status, owed = self._house.look("status"), self._house.look("owed")["owed"]
        counts = {
            "notices": ("Notices held.", status["notices"]),
            "conflicts": ("Conflicts known.", status["conflicts"]),
            "not_checked": ("Pairs of notices without agreed figures.", status["not_checked"]),
            "alerts_open": ("Alerts that are open.", status["alerts_open"]),
            "warnings": ("What stands first on every face.", len(status["warnings"])),
            "sessions": ("Sessions of the console.", len(self._sessions)),
            "event_streams": ("Pages that follow.", len(self._hub)),
        }
        for name, (words, count) in counts.items():
            yield GaugeMetricFamily(f"detente_{name}", words, value=count)
        items = GaugeMetricFamily(
            "detente_owed", "What is owed, by whom, overdue or not.", labels=["by", "overdue"]
        )
        for by_us in (True, False):
            for is_overdue in (True, False):
                rows = [row for row in owed if (row["by_us"], row["is_overdue"]) == (by_us, is_overdue)]
                items.add_metric(["us" if by_us else "them", str(is_overdue).lower()], len(rows))
        yield items
        unreceipted = GaugeMetricFamily(
            "detente_unreceipted_entries", "Own entries without the peer's receipt.", labels=["peer"]
        )
        for peer in status["peers"]:
            unreceipted.add_metric([peer["party"]], peer["unreceipted"])
        yield unreceipted
        yield self._ages()

    def _ages(self) -> GaugeMetricFamily:
        ages = GaugeMetricFamily(
            "detente_path_age_seconds",
            "Age of the last good check.",
            labels=["peer", "path", "by"],
        )
        for peer in self._house.look("line_status")["peers"]:
            for path in peer["paths"]:
                for by in ("machine", "human"):
                    if path[f"{by}_age_s"] is not None:
                        ages.add_metric([peer["party"], path["path"], by], path[f"{by}_age_s"])
        return ages


def readiness(house: House) -> tuple[bool, dict[str, Any]]:
    """Whether the node can do its work, and what of it is not so."""
    state = house.node.state
    peers = house.look("line_status")["peers"]
    checks = {
        "store": not state.store_is_away and not state.disk_is_full,
        "clock": not any(peer["clock_is_off"] for peer in peers),
        "peers": all(any(path["observed"] == "open" for path in peer["paths"]) for peer in peers),
    }
    return all(checks.values()), {"ready": all(checks.values()), "checks": checks}
