"""The page that a watch officer looks at: plain ES modules and everything they need, in the wheel; no rules.

Takes: the API's views, orders and events. Gives: the folder that the API serves. Next: `detente.cli`.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def pages() -> Path:
    """The folder with `index.html`; a package installed as a wheel is a folder too."""
    return Path(str(files("detente.console"))) / "pages"
