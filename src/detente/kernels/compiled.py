"""One way to compile: machine code kept beside the source, so that the second start does not wait.

Functions stay plain Python for whoever reads, tests or profiles them (`function.py_func`). `fastmath` stays
off: it may drop a comparison with NaN, and the proofs of `lateral` count on ordinary rounding. A division by
zero gives what it gives in an array, not an exception, for a test before each division keeps loops from being
done several places at a time.

numba asks of a kept function only whether its own file has changed, not the files of the functions it calls, whose
code is inside it. So every key holds the digest of this whole package: a change anywhere compiles all anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib.resources import files
from typing import Any, TypeVar, cast

import numba
from numba.core.caching import FunctionCache

Function = TypeVar("Function", bound=Callable[..., object])


def _digest_of_package() -> str:
    sources = sorted(file.name for file in files(__package__).iterdir() if file.name.endswith(".py"))
    whole = hashlib.sha256()
    for name in sources:
        whole.update(files(__package__).joinpath(name).read_bytes() + b"\0")
    return whole.hexdigest()


DIGEST = _digest_of_package()


class _PackageCache(FunctionCache):
    def _index_key(self, sig: object, codegen: object) -> tuple[Any, ...]:
        inherited: Any = super()  # numba states no types here
        return (*inherited._index_key(sig, codegen), DIGEST)


def compiled(function: Function) -> Function:
    """The same function as machine code, made at its first call for each kind of arguments."""
    dispatcher: Any = numba.njit(nogil=True, error_model="numpy")(function)
    make_cache: Any = _PackageCache
    dispatcher._cache = make_cache(function)
    return cast(Function, dispatcher)
