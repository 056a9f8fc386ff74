"""What may stand in the requests of the map: which picture is known already, a moment, a drawing."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import Meta

from detente.api.bodies import Body

Mark: TypeAlias = Annotated[str, Meta(max_length=32)]


class Tracks(Body, frozen=True, kw_only=True):
    """The mark of the names that the page has; they are told again only when they are others."""

    known: Mark | None = None
