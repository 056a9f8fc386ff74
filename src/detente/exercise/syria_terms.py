"""The terms that the day of two coalitions is played under: the template as it ships, and one boundary of our own.

No line was shared in 2015, and the template has none. A verbal line along a river two years later was crossed
several times a day, because nobody had its geometry; so the exercise draws one, straight, in round figures, and marks
it as what it is. West of it the eastern signatory flies, east of it the western one.
"""

from __future__ import annotations

from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Boundary, Memorandum
from detente.memorandum.template import template

TEMPLATE = "syria-2015"
PARTIES = ("WEST", "EAST")
PATH_ID = "data-1"
BOUNDARY_ID = "L1"

_BOUNDARY = b"""\
# In no published text and in no template: OUR ASSUMPTION, added for this exercise. Straight, in round figures, and
# nobody's line. Looking along it, to the south, the western signatory flies on the left, which is east of it.
[[boundary]]
id = "L1"                                                         # our assumption
version = 1
line = [{lat = 37.5, lon = 38.4}, {lat = 32.3, lon = 39.4}]       # our assumption
left = "WEST"                                                     # our assumption
right = "EAST"                                                    # our assumption
buffer_nm = [2.0, 2.0]                                            # our assumption
warn_own_s = 180                                                  # our assumption
crossing = "call"                                                 # our assumption

"""
_BEFORE = b"[[class]]"


def terms() -> bytes:
    """The template's bytes with the boundary before its classes; everything else stays as it is."""
    whole, mark, rest = template(TEMPLATE).partition(_BEFORE)
    assert mark, "the template has classes"
    return whole + _BOUNDARY + mark + rest


def terms_read() -> Memorandum:
    """The same, read."""
    memorandum = read_memorandum(terms())
    assert isinstance(memorandum, Memorandum), f"the edited template can be read: {memorandum}"
    return memorandum


def boundary_of(memorandum: Memorandum) -> Boundary:
    """The one boundary of these terms."""
    return next(line for line in memorandum.boundary if line.id == BOUNDARY_ID)
