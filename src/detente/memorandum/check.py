"""Cross-checks."""

from detente.memorandum.model import Memorandum
from detente.memorandum.problem import Problem


def check(memorandum: Memorandum, *, template: bool) -> tuple[Problem, ...]:
    return ()
