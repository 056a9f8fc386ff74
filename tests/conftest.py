"""A PostgreSQL server for a process of tests; and what tests counted with `record_property("total ...", number)`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from detente.exercise.private_postgres import PrivateServer, programs

TOTAL = "total "


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Reports of other processes carry their properties too, so `-n 2` adds up as well."""
    totals: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) == "call":
                for name, number in report.user_properties:
                    totals[name] += number if name.startswith(TOTAL) else 0
    found = [f"{totals[name]:,.0f} {name.removeprefix(TOTAL)}" for name in sorted(totals) if totals[name]]
    if found:
        terminalreporter.write_line(f"Simulated: {', '.join(found)}.")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PrivateServer]:
    """One for each process of tests; each test takes a database of its own on it."""
    if programs() is None:
        pytest.skip("PostgreSQL IS NOT TESTED: its server programs are missing. Run tools/setup-postgresql.")
    server = PrivateServer()
    yield server
    server.remove()
