"""What every table of the memorandum is: frozen, named keys only, unknown keys refused; and a point."""

from __future__ import annotations

from decimal import Decimal

import msgspec


class Term(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every table of the file."""


class LatLon(Term, frozen=True, kw_only=True):
    """A point; WGS 84, degrees. Named, so that nobody can swap the two."""

    lat: Decimal
    lon: Decimal
