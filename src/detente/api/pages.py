"""The console's own files. Each is packed once, in a thread, and kept so.

To pack the coasts of the basemap takes half a second, each time a console is opened: on the node's loop everything
else would wait for it, an ALERT and speech too.
"""

from __future__ import annotations

import gzip
from pathlib import Path

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

PACKED_TYPES = ("text/", "application/json", "application/javascript", "image/svg")
"""What the beginning of a content type is where packing gains much; pictures are packed already."""


LEVEL = 6
"""A quarter of the time of 9 for one byte in a hundred more."""


class Pages(StaticFiles):
    """A folder of files as it is in the wheel, with `index.html` for the folder itself."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True)
        self._packed: dict[tuple[str, str], bytes] = {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, packed for whoever takes gzip, by the same etag."""
        response = await super().get_response(path, scope)
        if (
            not isinstance(response, FileResponse)
            or scope["method"] != "GET"
            or "gzip" not in Headers(scope=scope).get("accept-encoding", "")
            or not str(response.media_type).startswith(PACKED_TYPES)
        ):
            return response
        headers = {name: response.headers[name] for name in ("etag", "last-modified")}
        key = (str(response.path), headers["etag"])
        if key not in self._packed:
            self._packed[key] = await to_thread.run_sync(packed, key[0])
        return Response(
            self._packed[key],
            status_code=response.status_code,
            media_type=response.media_type,
            headers=headers | {"content-encoding": "gzip", "vary": "accept-encoding"},
        )


def packed(file: str) -> bytes:
    return gzip.compress(Path(file).read_bytes(), LEVEL, mtime=0)
