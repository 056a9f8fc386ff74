"""Array kernels: what is asked a million times a second, over plain arrays, compiled; they know no rule.

Takes: arrays of whole numbers. Gives: candidates, never too few, and verdicts outside a stated error bound.
Next: `detente.conflicts`, where a slow, obvious reference decides what is left. Importing a module of this
package imports numba, so whoever starts fast imports it late.
"""
