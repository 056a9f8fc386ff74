"""What may stand in the requests of the map: which picture is known already, a moment, a drawing."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from detente.api.bodies import Body, Entry

Lon: TypeAlias = Annotated[float, Meta(ge=-180.0, le=180.0)]
Lat: TypeAlias = Annotated[float, Meta(ge=-90.0, le=90.0)]
Mark: TypeAlias = Annotated[str, Meta(max_length=32)]


class Tracks(Body, frozen=True, kw_only=True):
    """The mark of the names that the page has; they are told again only when they are others."""

    known: Mark | None = None


class Moment(Body, frozen=True, kw_only=True):
    """A moment, milliseconds since 1970 UTC."""

    at_ms: Annotated[int, Meta(ge=0, lt=2**48)]


class Aircraft(Body, frozen=True, kw_only=True):
    """One aircraft, as the tracks name it."""

    aircraft: Annotated[str, Meta(min_length=1, max_length=200)]


class SideAsked(Body, frozen=True, kw_only=True):
    """A line through places, [longitude, latitude] in degrees, or through a notice, or along an aircraft's way."""

    at_ms: Annotated[int, Meta(ge=0, lt=2**48)]
    points: Annotated[tuple[tuple[Lon, Lat], ...], Meta(max_length=64)] = ()
    notice: Entry | None = None
    aircraft: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class Looked(Body, frozen=True, kw_only=True):
    """Notices in GeoJSON as they are drawn; own flights in GeoJSON, that stay here; the notice that is amended."""

    text: Annotated[str, Meta(min_length=2, max_length=100_000)]
    plans: Annotated[str, Meta(max_length=500_000)] = ""
    amends: Entry | None = None


class Places(Body, frozen=True, kw_only=True):
    """Places as they are typed, one a line: degrees, DMS, MGRS or GARS."""

    text: Annotated[str, Meta(max_length=20_000)]


class Card(Body, frozen=True, kw_only=True):
    """A sector, and the language of who reads."""

    sector: Annotated[str, Meta(min_length=1, max_length=80)]
    language: Annotated[str, Meta(max_length=12)] | None = None


class CardPage(Body, frozen=True, kw_only=True):
    """A sector, the language of who reads, and the kind of file."""

    sector: Annotated[str, Meta(min_length=1, max_length=80)]
    language: Annotated[str, Meta(max_length=12)] | None = None
    file_format: Literal["png", "pdf"] = "pdf"
