"""What the tests of the map share: ten thousand aircraft, where things are on the screen."""

from __future__ import annotations

from typing import Any

TRACKS = 10_000


def sky(count: int = TRACKS, *, shift: int = 0) -> dict[str, Any]:
    """Aircraft in a grid round the middle of the agreed area, in the layout of `/api/tracks`."""
    numbers = range(count)
    return {
        "mark": "sky",
        "names": [[f"{one:06x}", f"T{one}", one % 2 == 0] for one in numbers],
        "now_ms": 0,
        "total": count,
        "lon_e5": [round(1e5 * (-121.4 + 0.06 * (one % 100 - 50))) + shift for one in numbers],
        "lat_e5": [round(1e5 * (39.9 + 0.06 * (one // 100 - 50))) for one in numbers],
        "age_s": [1] * count,
        "level_palt_ft": [4_500 + one for one in numbers],
        "track_deg": [one % 360 for one in numbers],
    }


def chart(page: Any, script: str, *args: Any) -> Any:
    """Something of the map's element, as an expression over `chart`."""
    return page.evaluate(
        f"(arg) => {{ const chart = document.querySelector('detente-chart'); {script} }}", *args
    )


def looks_at(page: Any, lat: float, lon: float, zoom: float) -> None:
    """Put a place into the middle, once the map has shown its first view by itself."""
    page.wait_for_function("() => document.querySelector('detente-chart').isFramed")
    script = (
        "const k = 6378137 * Math.PI / 180; const view = chart.map.getView();"
        " view.setCenter([arg[1] * k, 6378137 * Math.log(Math.tan(Math.PI / 4 + arg[0] * Math.PI / 360))]);"
        " view.setZoom(arg[2]); chart.map.renderSync();"
    )
    chart(page, script, [lat, lon, zoom])


def on_screen(page: Any, lat: float, lon: float) -> tuple[float, float]:
    """Where a place is, in pixels of the page."""
    script = (
        "const k = 6378137 * Math.PI / 180; chart.map.renderSync(); return chart.map.getPixelFromCoordinate("
        "[arg[1] * k, 6378137 * Math.log(Math.tan(Math.PI / 4 + arg[0] * Math.PI / 360))]);"
    )
    x, y = chart(page, script, [lat, lon])
    box = page.locator("detente-chart .chart").bounding_box()
    return box["x"] + x, box["y"] + y
