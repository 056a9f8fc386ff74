"""Verifies the export of a record: one file, the standard library and `cryptography`, nothing of Détente.

    python3 verify_record.py EXPORT [--json]

Written from `record.md` beside it, for the investigator who trusts neither party's program: read that first,
and then this from `verify_export` on. It opens no socket, writes nothing, believes no clock. Every check runs
that can; each finding has a code of `record.md`. Exit 0: nothing was found; 1: something was. Needs Python 3.11 and
cryptography 50. It cannot tell whose cards these are: compare the roots that it prints with those you know from
the parties, or the identity of the memorandum with that of a copy you got elsewhere.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

CHECKS = ("files", "cards", "memorandum", "checkpoints", "trees", "entries", "heads", "policies", "voice")
TYPE = "application/vnd.detente.{}+json"
AUTHOR, COSIGNER, HYBRID = 0x01, 0x04, 0x06  # types of signature lines
TILE_WIDTH, SIZE_MAX = 256, 2**40
PLACES = r"memorandum\.(toml|sigs\.json)|(annexes|cards|voice)/[^/]+|journals/[^/]+/[^/]+/.+"
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
T = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
LOW_ORDER_Y = (0, 1, P - 1, P, P + 1, T, P - T)

Point = tuple[int, int, int, int]  # (X, Y, Z, XY/Z): the point is x = X/Z, y = Y/Z
Signed = tuple[bytes, bytes]  # a message and its signature
Lines = dict[tuple[str, bytes], list[bytes]]  # signatures of a note by key name and key id
Item = tuple[bytes | None, bytes]  # an entry and its leaf hash; None where the entry is for others alone


class RefusalError(Exception):
    """Something does not hold; its arguments are a code of record.md and a sentence."""


def need(holds: object, code: str, what: str) -> None:
    if not holds:
        raise RefusalError(code, what)


class Key(NamedTuple):
    """Both halves of a public key, raw."""

    ed25519: bytes
    mldsa44: bytes


class Card(NamedTuple):
    """A party's public keys by purpose; whose they are is said by the memorandum alone."""

    party: str
    root_sha256: str
    statements: Key
    journal: Key
    cosigner: Key


class Head(NamedTuple):
    """What a checkpoint says; not verified by being read."""

    text: str
    lines: Lines
    size: int
    root: bytes


@dataclass
class Journal:
    """A journal as it is here; what an entry that is not here states is None."""

    folder: str
    party: str
    origin: str
    head: Head
    receipts: dict[str, tuple[int, int]] = field(default_factory=dict)  # by party: size, POSIX second
    items: list[Item] = field(default_factory=list)
    roots: list[str] = field(default_factory=list)  # at every size from 0
    statements: list[dict[str, Any] | None] = field(default_factory=list)
    cards: list[tuple[int, Card]] = field(default_factory=list)  # from which place on each holds

    def place(self, seq: int) -> str:
        return f"{self.folder} entry {seq}"

    def card_at(self, place: int) -> Card:
        return [card for since, card in self.cards if since <= place][-1]


@dataclass
class Export:
    """The files of an export by path; what is read out of them, and all that does not hold."""

    files: dict[str, bytes]
    found: list[dict[str, Any]] = field(default_factory=list)
    index: dict[str, Any] = field(default_factory=dict)
    cards: dict[str, list[Card]] = field(default_factory=dict)  # of every party, the first one first
    roots: dict[str, str] = field(default_factory=dict)  # of every party, as the memorandum names them
    journals: dict[str, Journal] = field(default_factory=dict)

    def note(self, check: int, code: str, where: str, what: str) -> None:
        self.found.append({"check": check, "code": code, "where": where, "what": what})

    @contextmanager
    def collect(self, check: int, where: str) -> Iterator[None]:
        """Notes a refusal inside the block, which ends there; what follows the block goes on."""
        try:
            yield
        except RefusalError as why:
            self.note(check, why.args[0], where, why.args[1])


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def base64_bytes(text: str, length: int | None = None) -> bytes:
    """Standard base64 with padding, in its one spelling."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raw = b""
    need(text and base64.b64encode(raw).decode() == text, "malformed", f"no base64: {text[:40]!r}")
    need(length in (None, len(raw)), "malformed", f"{len(raw)} bytes where {length} belong")
    return raw


def compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def json_value(data: bytes) -> Any:
    """A value whose bytes are the one layout: no white space, no duplicate key, no float."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len(dict(pairs)) == len(pairs), "malformed", "a key stands there twice")
        return dict(pairs)

    def refuse(text: str) -> None:
        raise RefusalError("malformed", f"{text} is no integer")

    try:
        value = json.loads(data.decode(), object_pairs_hook=unique, parse_float=refuse, parse_constant=refuse)
        need(compact(value) == data, "layout", "JSON in another layout")
    except (ValueError, RecursionError) as why:
        raise RefusalError("malformed", f"no JSON: {why}") from why
    return value


KINDS: dict[str, Callable[[Any], object]] = {
    "one": lambda value: type(value) is int and value == 1,
    "time": lambda value: type(value) is int and 0 <= value < 2**53,
    "seq": lambda value: type(value) is int and 0 <= value < SIZE_MAX,
    "size": lambda value: type(value) is int and 0 < value <= SIZE_MAX,
    "flag": lambda value: isinstance(value, bool),
    "text": lambda value: isinstance(value, str),
    "word": lambda value: isinstance(value, str) and 0 < len(value) <= 200,
    "name": lambda value: isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}", value),
    "code": lambda value: isinstance(value, str) and re.fullmatch(r"[A-Z]{3}[1-9]?", value),
    "digest": lambda value: isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value),
    "precedence": lambda value: value in ("ALERT", "PRIORITY", "ROUTINE", "ADMIN"),
    "list": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
CARD = (
    "v:one party:name root:object statements:object journal:object cosigner:object"
    " sealing:text tls_certificate_sha256:digest valid_from_ms:time valid_until_ms:time"
)
STATEMENT = (
    "v:one memorandum:name identity:digest origin:text seq:seq from:word to:list code:code"
    " precedence:precedence sent_ms:time answer_due_ms:time? reply_to:object? language:word exercise:flag"
    " heads:list salt:text body:object"
)


def shaped(value: Any, shape: str) -> Any:
    """The object, if it has exactly these keys in this order, each of its kind; with a `?` it may be null."""
    fields = [field.split(":") for field in shape.split()]
    is_object = isinstance(value, dict) and list(value) == [name for name, _ in fields]
    need(is_object, "layout", f"no object with the keys of {shape}")
    for name, kind in fields:
        right = (value[name] is None and kind.endswith("?")) or KINDS[kind.rstrip("?")](value[name])
        need(right, "malformed", f"{name} cannot be {str(value[name])[:60]!r}")
    return value


def added(one: Point, other: Point) -> Point:
    """RFC 8032 section 5.1.4."""
    a, b = (one[1] - one[0]) * (other[1] - other[0]), (one[1] + one[0]) * (other[1] + other[0])
    c, d = 2 * one[3] * other[3] * D, 2 * one[2] * other[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


@cache
def is_prime_order(key: bytes) -> bool:
    """Whether these bytes are the canonical encoding of a point, not zero, that ORDER takes to zero."""
    encoded = int.from_bytes(key, "little")
    y, sign = encoded & (2**255 - 1), encoded >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or x * x % P != square or (x == 0 and sign):
        return False
    x = x if x & 1 == sign else P - x
    point, total = (x, y, 1, x * y % P), (0, 1, 1, 0)
    for bit in f"{ORDER:b}":
        total = added(total, total)
        total = added(total, point) if bit == "1" else total
    return total[0] == 0 and total[1] == total[2] and (x, y) != (0, 1)


def key_of(value: Any) -> Key:
    shaped(value, "ed25519:text mldsa44:text")
    return Key(base64_bytes(value["ed25519"], 32), base64_bytes(value["mldsa44"], 1312))


def verify(what: str, key: Key, ed25519: Signed, mldsa44: Signed) -> None:
    """Both halves: one alone is no signature."""
    need(is_prime_order(key.ed25519), "key_unsound", f"{what}: the Ed25519 key is no point of prime order")
    r_y = int.from_bytes(ed25519[1][:32], "little") & (2**255 - 1)
    need(r_y not in LOW_ORDER_Y, "signature_invalid", f"{what}: R has low order")
    try:
        Ed25519PublicKey.from_public_bytes(key.ed25519).verify(ed25519[1], ed25519[0])
        MLDSA44PublicKey.from_public_bytes(key.mldsa44).verify(mldsa44[1], mldsa44[0])
    except (InvalidSignature, ValueError) as why:
        raise RefusalError("signature_invalid", f"{what}: a signature does not verify") from why


def dsse(kind: str, payload: bytes) -> bytes:
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind.encode(), len(payload), payload)


def payload_of(kind: str, envelope: bytes, key: Key | None = None) -> bytes:
    """The payload of an envelope that this key signed; without a key, the root of the card in it."""
    need(len(envelope) <= 65_535, "too_large", f"an envelope of {len(envelope)} bytes")
    value = shaped(json_value(envelope), "payload:text payloadType:text signatures:list")
    need(value["payloadType"] == kind, "wrong_type", f"it is of type {value['payloadType'][:60]!r}")
    need(len(value["signatures"]) == 2, "malformed", "two signatures belong there")
    first, second = (base64_bytes(shaped(one, "sig:text")["sig"]) for one in value["signatures"])
    payload = base64_bytes(value["payload"])
    need(len(payload) <= 46_000, "too_large", f"a payload of {len(payload)} bytes")
    key = key or key_of(shaped(json_value(payload), CARD)["root"])
    verify("the envelope", key, (dsse(kind, payload), first), (dsse(kind, payload), second))
    return payload


def check_index(export: Export) -> None:
    """Check 1: the files are exactly those that the index names."""
    files = export.files
    need("index.json" in files, "file_missing", "the export has no index")
    index = shaped(json_value(files["index.json"]), "v:one memorandum:name identity:digest files:list")
    named = {shaped(one, "path:text sha256:digest length:time")["path"]: one for one in index["files"]}
    need([one["path"] for one in index["files"]] == sorted(named), "layout", "its paths are not sorted")
    export.index = index
    for path in sorted(files.keys() - named.keys() - {"index.json"}):
        export.note(1, "unexpected_file", path, "the index does not name this file")
    for path, one in named.items():
        if path not in files:
            export.note(1, "file_missing", path, "the index names it, and it is not there")
        elif (len(files[path]), sha256(files[path])) != (one["length"], one["sha256"]):
            export.note(1, "hash_mismatch", path, "length or SHA-256 is not that of the index")
        if not re.fullmatch(PLACES, path):
            export.note(1, "unexpected_file", path, "an export has no such file")


def root_digest(party: str, root: Any) -> str:
    return sha256(compact({"party": party, "root": root}))


def card_of(envelope: bytes) -> Card:
    """A card that its own root signed."""
    card = json_value(payload_of(TYPE.format("party-card"), envelope))
    keys = [key_of(card[purpose]) for purpose in ("root", "statements", "journal", "cosigner")]
    base64_bytes(card["sealing"], 1216)
    need(len({half for key in keys for half in key}) == 8, "card_invalid", "a key has two purposes")
    need(all(is_prime_order(key.ed25519) for key in keys), "key_unsound", "an Ed25519 key is unsound")
    need(card["valid_from_ms"] < card["valid_until_ms"], "card_invalid", "it is never valid")
    return Card(card["party"], root_digest(card["party"], card["root"]), *keys[1:])


def check_cards(export: Export) -> None:
    """Check 2: each card by itself, under its party's name."""
    for path in (path for path in export.files if path.startswith("cards/")):
        with export.collect(2, path):
            card = card_of(export.files[path])
            need(path == f"cards/{card.party}.json", "card_misplaced", f"it is the card of {card.party}")
            export.cards[card.party] = [card]


def identity_of(files: dict[str, bytes]) -> str:
    """Each part stands behind its name and length, so that no byte moves from one to another."""
    annexes = sorted((path.encode()[8:], files[path]) for path in files if path.startswith("annexes/"))
    whole = b"detente memorandum 1\n"
    for name, part in [(b"", files["memorandum.toml"]), *annexes]:
        whole += struct.pack(">Q", len(name)) + name + struct.pack(">Q", len(part)) + part
    return sha256(whole)


def check_memorandum(export: Export) -> None:
    """Check 3: who the parties are, with which roots, and that all of them signed these bytes."""
    cards = export.cards
    export.roots = {party: line[0].root_sha256 for party, line in cards.items()}  # until better is known
    try:
        toml = tomllib.loads(export.files["memorandum.toml"].decode())
        name, version = str(toml["memorandum"]["id"]), str(toml["memorandum"]["version"])
        export.roots = {str(one["id"]): str(one["root_card_sha256"]) for one in toml["party"]}
        identity = identity_of(export.files)
    except (ValueError, LookupError, TypeError, RecursionError) as why:
        raise RefusalError("memorandum", f"memorandum.toml cannot be read: {why!r}") from why
    need(len(export.roots) > 1, "memorandum", "a memorandum has two parties or more")
    for party in sorted(export.roots.keys() | cards.keys()):
        if party not in cards:
            export.note(2, "card_missing", f"cards/{party}.json", "a party without a sound card")
        elif cards[party][0].root_sha256 != export.roots.get(party):
            export.note(3, "card", f"cards/{party}.json", "the memorandum does not name this root")
    is_named = [name, identity] == [export.index["memorandum"], export.index["identity"]]
    need(is_named, "identity", f"file and annexes are {name}, {identity}")
    sidecar = json_value(export.files.get("memorandum.sigs.json", b""))
    consents = shaped(sidecar, "v:one identity:digest signatures:list")["signatures"]
    signers = [shaped(one, "party:name root:object signature:object")["party"] for one in consents]
    need(signers == sorted(export.roots), "unsigned", f"signed by {signers}, to be by {sorted(export.roots)}")
    need(sidecar["identity"] == identity, "unsigned", "it is signed under another identity")
    signed = compact({"v": 1, "id": name, "version": version, "identity": identity})
    for one in consents:
        who, halves = one["party"], shaped(one["signature"], "ed25519:text mldsa44:text")
        need(root_digest(who, one["root"]) == export.roots[who], "unsigned", f"{who} has another root")
        first, second = (base64_bytes(half) for half in halves.values())
        message = dsse(TYPE.format("memorandum"), signed)
        verify(f"memorandum by {who}", key_of(one["root"]), (message, first), (message, second))


def head_of(note: bytes, origin: str) -> Head:
    """A C2SP signed note whose text is a checkpoint of this journal."""
    need(len(origin) <= 255, "malformed", "the origin is too long")
    try:
        text, blank, rest = note.decode().rpartition("\n\n")
    except ValueError as why:
        raise RefusalError("malformed", "the note is not UTF-8") from why
    need(blank and rest.endswith("\n"), "malformed", "no text, blank line, signature lines")
    need(not re.search(r"[\x00-\x09\x0b-\x1f]", text + rest), "malformed", "a control character")
    lines: Lines = {}
    for line in rest[:-1].split("\n"):
        name, _, encoded = line.removeprefix("\u2014 ").partition(" ")
        is_line = line.startswith("\u2014 ") and name.split() == [name] and "+" not in name
        raw = base64_bytes(encoded)
        need(is_line and len(raw) > 4, "malformed", f"no signature line: {line[:60]!r}")
        lines.setdefault((name, raw[:4]), []).append(raw[4:])
    three = text.split("\n")
    need(len(three) == 3, "malformed", "the lines of a checkpoint are origin, size, root")
    need(three[0] == origin, "misplaced", f"it is a head of {three[0][:80]!r}")
    is_size = re.fullmatch(r"0|[1-9][0-9]{0,12}", three[1]) and int(three[1]) <= SIZE_MAX
    need(is_size, "malformed", f"the size cannot be {three[1][:20]!r}")
    return Head(text + "\n", lines, int(three[1]), base64_bytes(three[2], 32))


def key_id(name: str, kind: int, key: bytes) -> bytes:
    return hashlib.sha256(b"%b\n%c%b" % (name.encode(), kind, key)).digest()[:4]


def line_by(head: Head, name: str, kind: int, key: bytes) -> bytes:
    signatures = head.lines.get((name, key_id(name, kind, key)), [])
    code = "malformed" if signatures else "signature_missing"
    need(len(signatures) == 1, code, f"the line 0x{kind:02x} of {name} stands there {len(signatures)} times")
    return signatures[0]


def cosigned_message(name: str, time: bytes, origin: str, head: Head) -> bytes:
    """C2SP tlog-cosignature, for type 0x06: names behind their length, then start, end and root."""
    who, what, tree = name.encode(), origin.encode(), struct.pack(">QQ", 0, head.size) + head.root
    return b"subtree/v1\n\0%c%b%b%c%b%b" % (len(who), who, time, len(what), what, tree)


def verify_head(head: Head, journal: Journal) -> None:
    """Check 4: both lines of the author, by the card of the place."""
    origin, key = journal.origin, journal.card_at(head.size).journal
    first, second = line_by(head, origin, AUTHOR, key.ed25519), line_by(head, origin, HYBRID, key.mldsa44)
    need(second[:8] == bytes(8), "malformed", "the author's line 0x06 has a time")
    message = cosigned_message(origin, second[:8], origin, head)
    verify(f"head of {origin}", key, (head.text.encode(), first), (message, second[8:]))


def cosigned_s(head: Head, journal: Journal, name: str, key: Key) -> int:
    """When this party cosigned the head: both of its lines hold and agree on that."""
    first, second = line_by(head, name, COSIGNER, key.ed25519), line_by(head, name, HYBRID, key.mldsa44)
    time_s = int.from_bytes(first[:8], "big")
    need(first[:8] == second[:8] and 0 < time_s < 2**63, "malformed", f"the times of {name} differ")
    timed = f"cosignature/v1\ntime {time_s}\n{head.text}".encode()
    message = cosigned_message(name, second[:8], journal.origin, head)
    verify(f"cosignature of {name}", key, (timed, first[8:]), (message, second[8:]))
    return time_s


def check_receipts(export: Export, journal: Journal) -> None:
    """Check 4: who receipted how much, by any card it had; somebody did, or it is a claim alone."""
    for name in sorted(export.cards.keys() - {journal.party}):
        path, head = f"{journal.folder}/cosigned/{name}", journal.head
        with export.collect(4, path):
            if path in export.files:
                head = head_of(export.files[path], journal.origin)
                verify_head(head, journal)
                is_prefix = journal.roots[head.size : head.size + 1] == [head.root.hex()]
                need(is_prefix, "root_mismatch", "it is no head of these entries")
            keys = [card.cosigner for card in export.cards[name]]
            known = [one for one in keys if (name, key_id(name, COSIGNER, one.ed25519)) in head.lines]
            key = (known or keys)[-1]
            try:
                journal.receipts[name] = (head.size, cosigned_s(head, journal, name, key))
            except RefusalError as why:  # a third party's receipt is not everybody's to show
                need(path not in export.files and why.args[0] == "signature_missing", *why.args)
    need(journal.receipts, "signature_missing", "no other party cosigned it")


def leaf_of(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def roots_of(leaves: list[bytes]) -> list[str]:
    """The RFC 6962 root at every size from 0: complete subtrees by width, joined from the right."""
    roots, peaks = [sha256(b"")], list[tuple[int, bytes]]()
    for leaf in leaves:
        peaks.append((1, leaf))
        while len(peaks) > 1 and peaks[-2][0] == peaks[-1][0]:
            (width, left), (_, right) = peaks[-2:]
            peaks[-2:] = [(2 * width, hashlib.sha256(b"\1" + left + right).digest())]
        root = peaks[-1][1]
        for _, left in reversed(peaks[:-1]):
            root = hashlib.sha256(b"\1" + left + root).digest()
        roots.append(root.hex())
    return roots


def tile_path(level: int | str, number: int, width: int) -> str:
    """C2SP tlog-tiles: the number in groups of three digits, all but the last behind an x."""
    whole = f"{number % 1000:03d}"
    while number := number // 1000:
        whole = f"x{number % 1000:03d}/{whole}"
    return f"tile/{level}/{whole}" + (f".p/{width}" if width < TILE_WIDTH else "")


def tiles_of(leaves: list[bytes]) -> dict[str, bytes]:
    """Every tile of a tree by its path; a full one is one hash of the level above."""
    tiles, level, hashes = dict[str, bytes](), 0, leaves
    while hashes:
        rows = [hashes[at : at + TILE_WIDTH] for at in range(0, len(hashes), TILE_WIDTH)]
        tiles |= {tile_path(level, number, len(row)): b"".join(row) for number, row in enumerate(rows)}
        hashes = [bytes.fromhex(roots_of(row)[-1]) for row in rows if len(row) == TILE_WIDTH]
        level += 1
    return tiles


def split(data: bytes, hash_bytes: int) -> list[Item]:
    """Entries, each behind its length in 16 bits; 0 for one that is for others, its hash may follow."""
    items, at = list[Item](), 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        end = at + 2 + (length or hash_bytes)
        need(end <= len(data), "truncated", f"entry {len(items)} has no end")
        content = data[at + 2 : end]
        items.append((content, leaf_of(content)) if length else (None, content))
        at = end
    return items


def check_tree(export: Export, journal: Journal) -> None:
    """Check 5: what leads to the signed root; fills items and roots, the tail included."""
    above = f"{journal.folder}/"
    files = {path[len(above) :]: content for path, content in export.files.items() if path.startswith(above)}
    need(journal.head.size <= sum(map(len, files.values())), "entry_missing", "its entries are not here")
    known = {"checkpoint", "policy", "tail", *(f"cosigned/{party}" for party in export.roots)}
    by_tiles = list[bytes]()
    for at in range(0, journal.head.size, TILE_WIDTH):
        width, items = min(TILE_WIDTH, journal.head.size - at), list[Item]()
        bundle, tile = (tile_path(level, at // TILE_WIDTH, width) for level in ("entries", 0))
        known.add(bundle)
        with export.collect(5, above + bundle):
            items = split(files.get(bundle, b""), 0)
            need(len(items) >= width, "entry_missing", f"{len(items)} entries where {width} belong")
            need(len(items) <= width, "unexpected_entry", f"{len(items)} entries where {width} belong")
        journal.items += [*items, *[(None, b"")] * width][:width]
        hashes = files.get(tile, b"").ljust(32 * width, b"\0")
        by_tiles += [hashes[32 * i : 32 * i + 32] for i in range(width)]
    choose_leaves(export, journal, by_tiles)
    for path, content in tiles_of([leaf for _, leaf in journal.items]).items():
        known.add(path)
        if files.get(path) != content:
            export.note(5, "tile_altered", above + path, "the tile is not as recomputed")
    for path in sorted(files.keys() - known):
        export.note(5, "unexpected_file", above + path, "a journal like this has no such file")
    with export.collect(5, f"{above}tail"):
        need(files.get("tail") != b"", "unexpected_file", "a tail without entries is no file")
        journal.items += split(files.get("tail", b""), 32)
    journal.roots = roots_of([leaf for _, leaf in journal.items])


def choose_leaves(export: Export, journal: Journal, by_tiles: list[bytes]) -> None:
    """The leaves that lead to the signed root: those of the entries, or else those of the tiles."""
    leaves = [leaf or tile for (_, leaf), tile in zip(journal.items, by_tiles, strict=True)]
    if roots_of(leaves)[-1] != journal.head.root.hex():
        is_by_tiles = roots_of(by_tiles)[-1] == journal.head.root.hex()
        code = "entry_altered" if is_by_tiles else "entry_or_tile_altered"
        if not is_by_tiles:
            export.note(
                5, "root_mismatch", journal.folder, "neither entries nor tiles lead to the signed root"
            )
        for seq in (seq for seq, tile in enumerate(by_tiles) if leaves[seq] != tile):
            export.note(5, code, journal.place(seq), "it has not the hash that stands in the tile")
        leaves = by_tiles if is_by_tiles else leaves
    journal.items = [(entry, leaf) for (entry, _), leaf in zip(journal.items, leaves, strict=True)]


def statement_of(export: Export, journal: Journal, seq: int, envelope: bytes) -> dict[str, Any]:
    """A statement that is signed, whole, and at its place."""
    payload = payload_of(TYPE.format("statement"), envelope, journal.card_at(seq).statements)
    said: dict[str, Any] = shaped(json_value(payload), STATEMENT)
    base64_bytes(said["salt"], 32)
    is_heard = all(map(KINDS["word"], said["to"])) and 0 < len(set(said["to"])) == len(said["to"]) <= 32
    need(is_heard, "malformed", "`to` names nobody, one twice, or too many")
    if said["reply_to"] is not None:
        shaped(said["reply_to"], "origin:text seq:seq leaf:digest")
    origins = [shaped(head, "origin:text size:size root:digest")["origin"] for head in said["heads"]]
    need(origins == sorted(set(origins))[:32], "malformed", "heads are not sorted, double, or over 32")
    need(journal.origin not in origins, "bad_heads", "it names a head of its own journal")
    need((said["origin"], said["seq"]) == (journal.origin, seq), "misplaced", "it belongs to another place")
    under = all(said[name] == export.index[name] for name in ("memorandum", "identity"))
    need(under, "other_memorandum", "it is said under another memorandum")
    return said


def check_entries(export: Export, journal: Journal) -> None:
    """Check 6: every entry, the tail included, by the card of its place; the first one opens the journal."""
    line = export.cards[journal.party]
    journal.cards = [(0, line[-1])]
    for seq, (entry, _) in enumerate(journal.items):
        said = None
        with export.collect(6, journal.place(seq)):
            said = statement_of(export, journal, seq, entry) if entry is not None else None
        journal.statements.append(said)
        with suppress(RefusalError):  # a card that is not this party's changes nothing
            if said and said["code"] == "KEY":
                card = card_of(base64_bytes(str(said["body"].get("card"))))
                if (card.party, card.root_sha256) == line[0][:2]:
                    line.append(card)
                    journal.cards.append((seq + 1, card))
    with export.collect(6, journal.place(0)):
        if journal.statements and (said := journal.statements[0]):
            need(said["code"] == "OPN", "not_opened", "it does not open the journal")
            cards = [{"party": party, "root_card_sha256": root} for party, root in export.roots.items()]
            is_ours = said["body"].get("identity") == said["identity"]
            need(is_ours, "other_memorandum", "it opens under another one")
            need(said["body"].get("cards") == cards, "card", "it names other cards than the memorandum")


def check_links(export: Export, journal: Journal) -> None:
    """Checks 6 and 7, once all is read: answers and heads name what is here, and heads only grow."""
    before: dict[str, tuple[int, str]] = {}
    for seq, said in enumerate(journal.statements):
        now = {one["origin"]: (one["size"], one["root"]) for one in said["heads"]} if said else before
        if said and said["reply_to"]:
            origin, at, leaf = said["reply_to"].values()
            here = export.journals[origin].items[at : at + 1] if origin in export.journals else []
            if (origin == journal.origin and at >= seq) or (here and here[0][1].hex() != leaf):
                export.note(6, "bad_reference", journal.place(seq), f"it answers another {at} of {origin}")
        for origin, (size, root) in before.items():
            if (after := now.get(origin, (-1, ""))) != (size, root) and after[0] <= size:
                export.note(7, "heads_backwards", journal.place(seq), f"it takes back its head of {origin}")
        for origin, (size, root) in now.items():
            roots = export.journals[origin].roots if origin in export.journals else []
            if size >= len(roots):
                export.note(7, "head_beyond", journal.place(seq), f"{size} of {origin}: an end is left out")
            elif roots[size] != root:
                export.note(7, "fork", journal.place(seq), f"it held another past of {origin} at {size}")
        before = now


def policy_of(export: Export, journal: Journal) -> bytes:
    """Check 8: the tlog-policy of a journal: its author's newest keys, and both of every other party."""

    def verifier_key(name: str, kind: int, key: bytes) -> str:
        typed = base64.b64encode(bytes([kind]) + key).decode()
        return f"{name}+{key_id(name, kind, key).hex()}+{typed}"

    newest = {party: line[-1] for party, line in sorted(export.cards.items())}
    author = newest.pop(journal.party).journal
    text = f"log {verifier_key(journal.origin, AUTHOR, author.ed25519)}\n"
    text += f"log {verifier_key(journal.origin, HYBRID, author.mldsa44)}\n"
    for name, key in ((party, card.cosigner) for party, card in newest.items()):
        text += f"witness {name}/ed25519 {verifier_key(name, COSIGNER, key.ed25519)}\n"
        text += f"witness {name}/mldsa44 {verifier_key(name, HYBRID, key.mldsa44)}\n"
        text += f"group {name}/both all {name}/ed25519 {name}/mldsa44\n"
    groups = " ".join(f"{name}/both" for name in newest)
    return f"{text}group all/others all {groups}\nquorum all/others\n".encode()


def check_journal(export: Export, folder: str) -> None:
    """Checks 4, 5 and 6 of one journal, where there is a card and a head to judge it by."""
    _, party, generation = (*folder.split("/"), "", "")[:3]
    origin = f"{party}/{export.index['memorandum']}/{generation}"
    need(party in export.roots and KINDS["name"](generation), "misplaced", "no journal of a party")
    need(party in export.cards, "card_missing", f"there is no sound card of {party}")
    need(f"{folder}/checkpoint" in export.files, "checkpoint_missing", "it has no checkpoint")
    head = head_of(export.files[f"{folder}/checkpoint"], origin)
    journal = Journal(folder, party, origin, head)
    check_tree(export, journal)
    check_entries(export, journal)
    export.journals[journal.origin] = journal
    verify_head(head, journal)


def followed_by(export: Export, folder: str) -> str:
    """The folder of the journal that this one says it follows; not verified, it only orders the reading."""
    bundles = sorted(path for path in export.files if path.startswith(f"{folder}/tile/entries/000"))
    try:
        payload = json_value(split(export.files[bundles[0]], 0)[0][0] or b"")["payload"]
        party, _, generation = json_value(base64_bytes(payload))["body"]["previous"]["origin"].split("/")
    except (RefusalError, LookupError, TypeError, ValueError, AttributeError):
        return ""
    return f"journals/{party}/{generation}"


def in_order(export: Export) -> list[str]:
    """The folders of journals, each after the one that it follows: keys change from one to the next."""
    folders = sorted({"/".join(path.split("/")[:3]) for path in export.files if path.startswith("journals/")})
    order: list[str] = []
    for folder in folders:
        chain: list[str] = []
        while folder in folders and folder not in order and folder not in chain:
            chain.append(folder)
            folder = followed_by(export, folder)
        order += reversed(chain)
    return order


def check_recordings(export: Export) -> None:
    """Check 9: a recording is one that a VOX names by its SHA-256; one that is named and not here is no fault."""
    bodies = [said["body"] for one in export.journals.values() for said in one.statements if said]
    spoken = [one for body in bodies if isinstance(body.get("spoken"), list) for one in body["spoken"]]
    named = {str(one.get("sha256")) for one in spoken if isinstance(one, dict)}
    for path in sorted(path for path in export.files if path.startswith("voice/")):
        if path[6:] not in named:
            export.note(9, "unexpected_file", path, "no VOX names this recording")
        elif sha256(export.files[path]) != path[6:]:
            export.note(9, "recording_altered", path, "it is not the recording that a VOX names")


def verify_export(files: dict[str, bytes]) -> Export:
    """Every check of record.md, in its order; without an index nothing says what the rest should be."""
    export = Export(files)
    with export.collect(1, "index.json"):
        check_index(export)
    if not export.index:
        return export
    check_cards(export)
    with export.collect(3, "memorandum"):
        check_memorandum(export)
    for folder in in_order(export):
        with export.collect(4, folder):
            check_journal(export, folder)
    for journal in export.journals.values():
        with export.collect(4, journal.folder):
            check_receipts(export, journal)
        check_links(export, journal)
        if files.get(f"{journal.folder}/policy") != policy_of(export, journal):
            export.note(8, "policy_altered", f"{journal.folder}/policy", "it is not what the cards give")
    for party in export.roots:
        if not any(path.startswith(f"journals/{party}/") for path in files):
            export.note(8, "journal_missing", f"journals/{party}", "a party without a journal")
    check_recordings(export)
    return export


def as_json(export: Export) -> str:
    journals = {
        one.origin: {"root": one.head.root.hex(), "entries": len(one.items), "receipts": one.receipts}
        for one in export.journals.values()
    }
    said = {name: export.index.get(name) for name in ("memorandum", "identity")} | {"roots": export.roots}
    return json.dumps(
        {"ok": not export.found, "findings": export.found, "journals": journals} | said, indent=1
    )


def as_table(export: Export) -> str:
    """What a stranger chose is shown escaped."""
    nothing = "nothing found" if export.index else "not asked"
    lines = [f"memorandum {export.index.get('memorandum')}, identity {export.index.get('identity')}"]
    lines += [f"root of {party!a}: {root!a}" for party, root in export.roots.items()]
    for one in export.journals.values():
        hashes = sum(not entry for entry, _ in one.items)
        lines.append(f"{one.origin}: {len(one.items)} entries, of {hashes} the hash alone")
        for name, (size, at_s) in one.receipts.items():
            lines.append(f"  {name} receipted {size} of them at POSIX second {at_s}")
    for number, name in enumerate(CHECKS, 1):
        codes = {one["code"] for one in export.found if one["check"] == number}
        lines.append(f"  {number}  {name:<12} {', '.join(sorted(codes)) or nothing}")
    lines += [f"[{one['code']}] {one['where']!a}: {one['what']!a}" for one in export.found]
    return "\n".join([*lines, "REFUSED" if export.found else "Everything holds."])


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file under the folder by its path; a link has nothing to read in it."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_symlink() or path.is_file()]
    read = {path: b"" if path.is_symlink() else path.read_bytes() for path in paths}
    return {path.relative_to(folder).as_posix(): content for path, content in read.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description="Verify the export of a record without its makers' program.")
    parser.add_argument("export", type=Path, help="the folder with index.json in it")
    parser.add_argument("--json", action="store_true", help="print one JSON object, not a table")
    asked = parser.parse_args()
    export = verify_export(files_of(asked.export))
    sys.stdout.write((as_json(export) if asked.json else as_table(export)) + "\n")
    return 1 if export.found else 0


if __name__ == "__main__":
    sys.exit(main())
