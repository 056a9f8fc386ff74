"""What any body is made of: names that can never be sentences, short texts, and times that can be written."""

from __future__ import annotations

from typing import Annotated

import msgspec

from detente.wire.limits import FREE_TEXT_CHARS_MAX

Name = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9 ._/-]{0,39}\Z")]
"""A post, a crew, a path or a code: a name, never a sentence."""

Text = Annotated[str, msgspec.Meta(max_length=FREE_TEXT_CHARS_MAX)]
"""Words of a person, shown in the original; the memorandum says how many, and most agree on none."""

FieldName = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_.\[\]]{1,80}\Z")]

LATEST_MS = 253_402_300_799_999
"""The end of the year 9999: later times have no ISO 8601 text."""
