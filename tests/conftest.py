"""What tests counted with `record_property("total ...", number)` is added up and shown at the end of a run."""

from __future__ import annotations

from collections import Counter

import pytest

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
