"""An export as a folder of files, written once and read back whole, with limits on what a stranger's folder holds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from detente.errors import OperatorError, PeerError
from detente.wire.limits import EXPORT_FILE_BYTES_MAX

FILES_MAX = 1_000_000


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by path; refuses a folder that holds anything already."""
    if folder.exists() and any(folder.iterdir()):
        raise OperatorError(
            "folder_exists", f"{folder} holds something already.", cure="Name a folder that does not exist."
        )
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def read_folder(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path with `/`; raises PeerError for links and over limits."""
    if not folder.is_dir():
        raise OperatorError("no_folder", f"{folder} is not a folder.", cure="Name the folder of an export.")
    files: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            raise PeerError("link", f"{path} is a link; an export holds plain files.")
        if path.is_dir():
            continue
        if not path.is_file() or path.stat().st_size > EXPORT_FILE_BYTES_MAX or len(files) >= FILES_MAX:
            raise PeerError("too_large", f"{path} is no plain file, too large, or one of too many.")
        files[path.relative_to(folder).as_posix()] = path.read_bytes()
    return files
