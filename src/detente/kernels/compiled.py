"""One way to compile: machine code kept beside the source, so that the second start does not wait.

Functions stay plain Python for whoever reads, tests or profiles them (`function.py_func`). `fastmath` stays
off: it may drop a comparison with NaN, and the proofs of `lateral` count on ordinary rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """The same function as machine code, made at its first call for each kind of arguments."""
    return cast(Function, numba.njit(cache=True, nogil=True)(function))
