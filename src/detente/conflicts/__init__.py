"""Conflicts: whether two notices come nearer than the memorandum's minima; a slow, obvious reference decides.

Takes: two admitted notices and the memorandum. Gives: the conflict, none, or that none could be checked.
Next: `detente.line` states it to the other side.
"""
