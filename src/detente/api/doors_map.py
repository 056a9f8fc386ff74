"""The doors behind the map: what lies there, seen from above and from the side, and what is only drawn yet."""

from __future__ import annotations

from detente.api import bodies as b
from detente.api import bodies_map as m
from detente.api.door import own
from detente.api.roles import WATCH

MAP = (
    own(
        "GET",
        "/api/tracks",
        "tracks",
        "Live aircraft in columns, for a map that draws them every second.",
        takes=m.Tracks,
        answers=("mark", "names", "lon_e5", "lat_e5", "encounters"),
    ),
    own(
        "GET",
        "/api/moment",
        "moment",
        "Blocks that move at a moment, and aircraft where that is in the last half an hour.",
        takes=m.Moment,
        answers=("kept_from_ms", "tracks", "blocks"),
        example={"at_ms": 1_599_523_200_000},
    ),
    own(
        "GET",
        "/api/trail",
        "trail",
        "Where one aircraft was in the last half an hour.",
        takes=m.Aircraft,
        answers=("positions",),
        example={"aircraft": "a1b2c3"},
    ),
    own(
        "POST",
        "/api/side",
        "side",
        "The air along a line from the side: bands, aircraft and conflicts by distance and level.",
        takes=m.SideAsked,
        answers=("length_nm", "bands", "tracks", "conflicts"),
        example={"at_ms": 1_599_523_200_000, "points": [[-121.9, 39.9], [-120.9, 39.9]]},
    ),
    own("GET", "/api/base", "basemaps", "Finer basemaps that lie in the home.", answers=("maps",)),
    own("GET", "/api/base/{name}", "basemap", "A range of one of them; it needs a header Range."),
    own(
        "GET",
        "/api/card",
        "card",
        "The heading and the phrases of a sector's frequency card.",
        takes=m.Card,
        answers=("sector", "heading", "phrases"),
        example={"sector": "NORTH"},
    ),
    own(
        "GET",
        "/api/card/page",
        "card_page",
        "A sector's frequency card to print, as PDF or PNG.",
        takes=m.CardPage,
        example={"sector": "NORTH"},
    ),
    own(
        "GET",
        "/api/notices/form",
        "form",
        "What may stand in a notice under these terms.",
        answers=("kinds", "classes", "allowed"),
    ),
    own(
        "POST",
        "/api/notices/look",
        "look",
        "What a drawn notice becomes and meets; nothing is said, nothing leaves.",
        roles=WATCH,
        takes=m.Looked,
        answers=("notices", "fault"),
        example={"text": '{"type":"FeatureCollection","features":[]}'},
    ),
    own(
        "POST",
        "/api/places",
        "places",
        "Typed places, one a line, as degrees.",
        takes=m.Places,
        answers=("points", "faults"),
        example={"text": "10SFK3677717883"},
    ),
    own(
        "GET",
        "/collections/terms/items",
        "terms_geo",
        "Area, sectors, boundaries, special areas and reference points as GeoJSON.",
        takes=b.Items,
        answers=("features",),
    ),
    own(
        "GET",
        "/collections/conflicts/items",
        "conflicts_geo",
        "Conflicts with their gaps as GeoJSON.",
        takes=b.Items,
        answers=("features",),
    ),
    own(
        "GET",
        "/collections/encounters/items",
        "encounters_geo",
        "Encounters in progress as GeoJSON.",
        takes=b.Items,
        answers=("features",),
    ),
)
