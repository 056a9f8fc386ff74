"""Kept machine code belongs to the sources of the whole package, and nothing starts slower for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from detente.kernels import ask, compiled


def test_a_change_anywhere_in_the_package_makes_kept_code_useless(monkeypatch: pytest.MonkeyPatch) -> None:
    """numba itself looks at the caller's file only: once, a verdict outlived its own correction in the cache."""
    cache = ask.ask._cache  # type: ignore[attr-defined]

    class Codegen:
        @staticmethod
        def magic_tuple() -> tuple[str]:
            return ("machine",)

    before = cache._index_key("signature", Codegen)
    assert compiled.DIGEST in before
    monkeypatch.setattr(compiled, "DIGEST", "other sources")
    assert cache._index_key("signature", Codegen) != before


def test_commands_and_the_node_start_without_numba() -> None:
    code = (
        "import sys, detente.cli.main, detente.runtime.node, detente.node.step\n"
        "sys.exit('numba is imported at start' if 'numba' in sys.modules else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
