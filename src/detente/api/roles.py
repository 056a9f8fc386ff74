"""Who may do what at the console: four roles, each a set of duties, none simply above another.

An administrator keeps accounts and reads everything, and says nothing on the line: a stolen administrator's password
must not be the party's voice. What suspends the line, or speaks for the party on an incident, is a commander's.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

Role: TypeAlias = Literal["observer", "watch_officer", "commander", "administrator"]

ROLES: tuple[Role, ...] = get_args(Role)

EVERY: frozenset[Role] = frozenset(ROLES)
WATCH: frozenset[Role] = frozenset({"watch_officer", "commander"})
COMMAND: frozenset[Role] = frozenset({"commander"})
LOGBOOK: frozenset[Role] = frozenset({"commander", "administrator"})
ACCOUNTS: frozenset[Role] = frozenset({"administrator"})
ANYONE: frozenset[Role] = frozenset()
"""No session is asked for; the door itself may ask for something else."""

COMMANDERS_CODES = frozenset({"SUS", "RES", "WGM", "PRT", "INC2"})
"""Codes of the catalogue that bind the party beyond this watch: said by a commander only."""
