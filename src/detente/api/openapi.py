"""The API described for programs, drawn from the table of doors: nothing of it is written twice.

Source: OpenAPI 3.1.0; schemas of requests are those by which msgspec judges them.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from detente import __version__
from detente.api.bodies import Body, Nothing
from detente.api.door import Door
from detente.api.table import DOORS

_SCHEMAS = "#/components/schemas/{name}"
_IN_PATH = re.compile(r"\{(\w+)\}")
_MEDIA = {
    "events": "text/event-stream",
    "metrics": "text/plain",
    "statistics_csv": "text/csv",
}
_FILES = {"bundle": "application/zip", "voice_recording": "application/octet-stream"}
_REFUSED = {
    "400": "The order has no key, or the request no sound host.",
    "401": "Nobody is logged in, or the session is over.",
    "403": "The role may not, or the request did not come from our own page.",
    "404": "That is not there.",
    "405": "That door does not open so.",
    "408": "The body did not come in time.",
    "409": "Not now: the words say why.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "422": "It is written wrongly: the words say where.",
    "429": "Too often; Retry-After says when.",
    "503": "The store, or the node, cannot now.",
}


def document() -> dict[str, Any]:
    """The whole description."""
    taken = {door.takes for door in DOORS if door.takes is not Nothing}
    _, schemas = msgspec.json.schema_components(
        sorted(taken, key=lambda one: one.__name__), ref_template=_SCHEMAS
    )
    paths: dict[str, dict[str, Any]] = {}
    for door in DOORS:
        paths.setdefault(door.path, {})[door.method.lower()] = _operation(door)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Détente",
            "version": __version__,
            "description": "The orders and views of one party's node. Advice only; not air traffic control.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {
                **schemas,
                "Refusal": {
                    "type": "object",
                    "required": ["code", "message", "cure"],
                    "properties": {name: {"type": "string"} for name in ("code", "message", "cure")},
                },
            },
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "__Host-detente-PARTY"},
                "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"},
            },
        },
    }


def name_of(door: Door) -> str:
    """What a program may call it: unique among all doors."""
    return door.order or door.act or ""


def path_names(door: Door) -> tuple[str, ...]:
    """The fields that stand in its path."""
    return tuple(_IN_PATH.findall(door.path))


def _operation(door: Door) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": name_of(door),
        "summary": door.summary,
        "tags": [_tag(door)],
        "responses": {**_good(door), **_refusals()},
        "security": [] if not door.roles else [{"session": [], **({"csrf": []} if _changes(door) else {})}],
        "x-roles": sorted(door.roles),
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "maxLength": 200}}
        for name in path_names(door)
    ]
    if door.method == "GET":
        parameters += _query(door.takes)
    elif door.takes is not Nothing:
        operation["requestBody"] = {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": _SCHEMAS.format(name=door.takes.__name__)},
                    **({"example": door.example} if door.example else {}),
                }
            },
        }
    if door.is_order:
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "description": "Drawn anew for each order; the same again does nothing twice.",
                "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$"},
            }
        )
    if parameters:
        operation["parameters"] = parameters
    return operation


def _changes(door: Door) -> bool:
    return door.method == "POST"


def _tag(door: Door) -> str:
    if door.is_order or door.order == "draft":
        return "orders"
    if door.path.startswith("/collections"):
        return "feeds"
    return "views" if door.roles and door.method == "GET" else "access and health"


def _query(takes: type[Body]) -> list[dict[str, Any]]:
    schema = msgspec.json.schema(takes, ref_template=_SCHEMAS)
    fields = schema["$defs"][takes.__name__]
    return [
        {"name": name, "in": "query", "required": name in fields.get("required", ()), "schema": of}
        for name, of in fields.get("properties", {}).items()
    ]


def _good(door: Door) -> dict[str, Any]:
    if door.act in _MEDIA:
        content: dict[str, Any] = {_MEDIA[door.act]: {"schema": {"type": "string"}}}
    elif door.act in _FILES:
        content = {_FILES[door.act]: {"schema": {"type": "string", "format": "binary"}}}
    else:
        kind = "application/geo+json" if door.act in ("notices_geo", "tracks_geo") else "application/json"
        content = {kind: {"schema": {"type": "object", "required": list(door.answers)}}}
    good: dict[str, Any] = {"200": {"description": door.summary, "content": content}}
    if door.is_order:
        good["202"] = {
            "description": "It waits for the store, and is said when that takes it.",
            "content": {"application/json": {"schema": {"type": "object", "required": ["message", "waits"]}}},
        }
    return good


def _refusals() -> dict[str, Any]:
    return {
        status: {
            "description": words,
            "content": {"application/json": {"schema": {"$ref": _SCHEMAS.format(name="Refusal")}}},
        }
        for status, words in _REFUSED.items()
    }
