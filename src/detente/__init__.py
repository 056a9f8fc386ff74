"""Détente keeps aircraft apart when those who fly them share a sky, but no command, server or plans.

Walk the flow by reading each package's `Next:`. Start at `detente.memorandum`.
"""

__version__ = "0.1.0"
