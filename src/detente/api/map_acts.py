"""What the map asks of the node: the aircraft of now, made once a second for all pages, and the feeds beside them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from time import monotonic

from msgspec import to_builtins
from starlette.responses import Response

from detente.airspace.shapes import DEGREES_E7
from detente.api.acts import Act, Call, reply
from detente.api.air import Picture, picture_of, zipped
from detente.api.basemaps import Basemaps
from detente.api.geo import MEDIA_TYPE, blocks_at
from detente.api.geo_meetings import conflict_items, encounter_items, encounters_of
from detente.api.geo_terms import term_items
from detente.api.house import House
from detente.api.notice_look import fault_of, form_of, looked, taken
from detente.api.radio_card import RadioCards
from detente.api.refusals import ApiError
from detente.api.side import side_of_air, still
from detente.api.trails import Trails
from detente.errors import OperatorError, PeerError
from detente.runtime.places import places_of

PICTURE_KEPT_S = 0.9
LOOKS_AT_ONCE = 1
"""Looking at a drawing can take a core for a second."""
SIDES_WAITING_MAX = 20


class MapActs:
    """The acts by name, over one running node."""

    def __init__(self, *, house: House, trails: Trails, basemaps: Basemaps) -> None:
        self._house = house
        self._trails = trails
        self._basemaps = basemaps
        self._cards = RadioCards(house)
        self._looking = asyncio.Semaphore(LOOKS_AT_ONCE)
        self._siding = asyncio.Semaphore(LOOKS_AT_ONCE)
        self._sides = 0
        self._picture: Picture | None = None
        self._taken_s = 0.0
        self._zipped: dict[bool, bytes] = {}
        """By whether the names are left out."""
        self.by_name: Mapping[str, Act] = {
            "tracks": self.tracks,
            "moment": self.moment,
            "trail": self.trail,
            "side": self.side,
            "basemaps": self.basemaps,
            "basemap": self.basemap,
            "card": self.card,
            "card_page": self.card_page,
            "form": self.form,
            "look": self.look,
            "places": self.places,
            "terms_geo": self.terms,
            "conflicts_geo": self.conflicts,
            "encounters_geo": self.encounters,
        }

    async def tracks(self, call: Call) -> Response:
        """The aircraft of now."""
        picture = self._now()
        is_known = call.args.known == picture.mark
        headers = {"cache-control": "no-store", "vary": "accept-encoding"}
        data = picture.told(call.args.known)
        if "gzip" in call.request.headers.get("accept-encoding", ""):
            if is_known not in self._zipped:
                self._zipped[is_known] = zipped(data)
            data = self._zipped[is_known]
            headers["content-encoding"] = "gzip"
        return Response(data, media_type="application/json", headers=headers)

    async def moment(self, call: Call) -> Response:
        """What moves, as it was or will be."""
        at_ms = call.args.at_ms
        return reply(
            {
                "at_ms": at_ms,
                "kept_from_ms": self._trails.kept_from_ms,
                "tracks": self._trails.at(at_ms) if at_ms <= self._house.clock.now_ms() else None,
                "blocks": blocks_at(self._house, at_ms),
            }
        )

    async def trail(self, call: Call) -> Response:
        """Where one aircraft was."""
        return reply({"positions": self._trails.of(call.args.aircraft)})

    async def side(self, call: Call) -> Response:
        """The air along a line, reckoned in another thread: among a thousand notices it takes half a second."""
        if self._sides >= SIDES_WAITING_MAX:
            raise ApiError("busy", "Many look from the side.", status=503, cure="Ask again.", retry_after_s=3)
        seen = still(self._house, call.args)
        self._sides += 1
        try:
            async with self._siding:
                return reply(await asyncio.to_thread(side_of_air, seen))
        finally:
            self._sides -= 1

    async def basemaps(self, _call: Call) -> Response:
        """The maps that were put into the home."""
        return reply(await self._basemaps.listed())

    async def basemap(self, call: Call) -> Response:
        """A range of one of them."""
        name = call.request.path_params["name"]
        return await self._basemaps.part(name, call.request.headers.get("range"))

    async def card(self, call: Call) -> Response:
        """The words of a sector's card."""
        return reply(await self._cards.words(call.args.sector, call.args.language))

    async def card_page(self, call: Call) -> Response:
        """The card to print."""
        args = call.args
        data = await self._cards.page(args.sector, args.language, args.file_format)
        kind = "application/pdf" if args.file_format == "pdf" else "image/png"
        return Response(data, media_type=kind, headers={"cache-control": "no-store"})

    async def form(self, _call: Call) -> Response:
        """What may be said in a notice under these terms."""
        return reply(form_of(self._house.node.state.memorandum))

    async def look(self, call: Call) -> Response:
        """What a drawing becomes and meets, judged in another thread; the node's own turn goes on."""
        try:
            drawn = taken(self._house, call.args)
        except (PeerError, OperatorError) as why:
            return reply(fault_of(why))
        async with self._looking:
            told = await asyncio.to_thread(looked, drawn)
        return reply({**told, "plans": to_builtins(drawn.plans), "fault": None})

    async def places(self, call: Call) -> Response:
        """Typed places as degrees, longitude first, and the lines that are none."""
        points, faults = places_of(call.args.text)
        return reply(
            {
                "points": [[one.lon_e7 / DEGREES_E7, one.lat_e7 / DEGREES_E7] for one in points],
                "faults": [{"line": one.line, "code": one.code, "message": one.message} for one in faults],
            }
        )

    async def terms(self, call: Call) -> Response:
        """The agreed ground, for a GIS and for the map."""
        return reply(term_items(self._house, call.args), media_type=MEDIA_TYPE)

    async def conflicts(self, call: Call) -> Response:
        """Conflicts with their gaps."""
        return reply(conflict_items(self._house, call.args), media_type=MEDIA_TYPE)

    async def encounters(self, call: Call) -> Response:
        """Encounters in progress."""
        return reply(encounter_items(self._house, call.args), media_type=MEDIA_TYPE)

    def _now(self) -> Picture:
        """A look at ten thousand tracks is made once for all pages that ask within a second."""
        now_s = monotonic()
        if self._picture is None or now_s - self._taken_s >= PICTURE_KEPT_S:
            self._picture = picture_of(
                self._house.node.watcher.heard(),
                now_ms=self._house.clock.now_ms(),
                encounters=list(encounters_of(self._house)),
            )
            self._taken_s = now_s
            self._zipped.clear()
        return self._picture
