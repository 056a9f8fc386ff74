"""WGS 84 geometry, levels with a datum, and 4D volumes; whatever is rounded is rounded so that volumes grow.

Takes: positions in whole 1e-7 degrees, levels, windows. Gives: distances that are never too long, level
bounds that are never too narrow, and the fault of a volume that cannot be judged. Next: `detente.notices`.
"""
