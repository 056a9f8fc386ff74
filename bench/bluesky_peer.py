"""BlueSky's compiled conflict detector, timed in an environment of its own: its packages are no part of Détente's.

Run as a script by that environment's Python, with a file of arrays: prints the seconds of a detection, and the pairs.
The package itself is not imported, only its compiled module, so that no window and no simulation starts.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np


def main(file: str) -> None:
    given = np.load(file)
    folder = next(Path(one) for one in sys.path if (Path(one) / "bluesky").is_dir())
    (built,) = (folder / "bluesky" / "traffic" / "asas").glob("cstatebased*.so")
    spec = importlib.util.spec_from_file_location("cstatebased", built)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    count = len(given["lat"])

    def traffic() -> SimpleNamespace:
        return SimpleNamespace(
            **{name: given[name].copy() for name in ("lat", "lon", "trk", "gs", "alt", "vs")},
            id=[str(number) for number in range(count)],
            ntraf=count,
        )

    # Two copies: with one object for both sides, the bearings of release 1.1.1 come out symmetric.
    own, others = traffic(), traffic()
    lateral, vertical, ahead = (np.full(count, float(given[name])) for name in ("rpz", "hpz", "ahead"))
    best, pairs = float("inf"), 0
    for _ in range(int(given["passes"])):
        began = time.perf_counter()
        found = module.detect(own, others, lateral, vertical, ahead)
        best, pairs = min(best, time.perf_counter() - began), len(found[0])
    print(json.dumps({"seconds": best, "directed_pairs": pairs}))


main(sys.argv[1])
