"""Files attached to incidents: kept in the home by their hash, given to nobody until a bundle is made.

A statement binds name, hash and length at once; the file stays where it is. JSON is looked through for field names
that the memorandum never discloses. Other files, such as sound, cannot be looked through.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from detente.adapters.home import Home, Settings
from detente.adapters.stores import open_store
from detente.errors import OperatorError, PeerError
from detente.line.bodies_duty import Attachment
from detente.line.catalogue import is_name
from detente.memorandum.model import Memorandum
from detente.notices.notice import field_names, is_never_said
from detente.quantities import Digest, utc_text
from detente.wire.limits import EXPORT_FILE_BYTES_MAX

LOG_LINES_MAX = 100_000
_JSON_SUFFIXES = (".json", ".geojson")


def keep_attachment(home: Home, file: Path, memorandum: Memorandum) -> Attachment:
    """Copy a file into the home and say what binds it; raises OperatorError where it may not be attached."""
    return _keep(home, file.name, _read(file), memorandum)


def keep_logbook(
    home: Home, settings: Settings, *, since_ms: int, until_ms: int, memorandum: Memorandum
) -> Attachment:
    """Keep the own logbook's lines of a time as a file: they stay at home until a bundle is made of them."""
    store = open_store(home, settings, is_writer=False)
    try:
        lines = [one for one in store.log_tail(LOG_LINES_MAX) if since_ms <= one.at_ms < until_ms]
    finally:
        store.close()
    if not lines:
        raise OperatorError(
            "no_log_lines", "The logbook has no line of that time.", cure="See `detente log` for its times."
        )
    stamp = utc_text(since_ms)[:19].replace("-", "").replace(":", "")
    text = "".join(f"{utc_text(one.at_ms)}  {one.kind}  {one.text}\n" for one in lines)
    return _keep(home, f"logbook-{stamp}Z.txt", text.encode(), memorandum)


def find_attachments(
    wanted: Sequence[Attachment], folders: Iterable[Path]
) -> tuple[dict[str, bytes], list[Attachment]]:
    """Contents by hash of those that lie in one of the folders under whatever name, and those that lie in none."""
    lengths = {one.length for one in wanted}
    by_hash: dict[str, bytes] = {}
    for folder in folders:
        if not folder.is_dir():
            continue
        for file in sorted(folder.iterdir()):
            if file.is_file() and not file.is_symlink() and file.stat().st_size in lengths:
                content = file.read_bytes()
                by_hash[hashlib.sha256(content).hexdigest()] = content
    found = {str(one.sha256): by_hash[one.sha256] for one in wanted if one.sha256 in by_hash}
    return found, [one for one in wanted if one.sha256 not in found]


def _keep(home: Home, name: str, content: bytes, memorandum: Memorandum) -> Attachment:
    if not is_name(name):
        raise OperatorError(
            "attachment_name",
            f"{name[:60]!r} is no name for an attachment.",
            cure="Rename it: up to 40 letters, figures or . _ / - and spaces, a letter or figure first.",
        )
    for word in (name, *_fields_of(name, content)):
        if is_never_said(word, memorandum.disclosure.never):
            raise OperatorError(
                "never_list",
                f"{name}: {word[:40]!r} holds a word that the memorandum never discloses.",
                cure="Take it out of the file, or leave the file at home.",
            )
    attachment = Attachment(
        name=name, sha256=Digest(hashlib.sha256(content).hexdigest()), length=len(content)
    )
    home.attachments_folder.mkdir(mode=0o700, exist_ok=True)
    (home.attachments_folder / attachment.sha256).write_bytes(content)
    return attachment


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > EXPORT_FILE_BYTES_MAX:
            raise OperatorError(
                "attachment_size",
                f"{file} has more than {EXPORT_FILE_BYTES_MAX:,} bytes.",
                cure="Attach the part that matters.",
            )
        return file.read_bytes()
    except OSError as why:
        raise OperatorError(
            "file", f"{file} cannot be read: {why.strerror}.", cure="Name another file."
        ) from why


def _fields_of(name: str, content: bytes) -> list[str]:
    if not name.lower().endswith(_JSON_SUFFIXES):
        return []
    try:
        return list(field_names(json.loads(content)))
    except (ValueError, RecursionError, PeerError) as why:
        raise OperatorError(
            "attachment_json", f"{name} is called JSON and cannot be read as such.", cure="Mend or rename it."
        ) from why
