"""A party's home folder: where its keys, card, settings, agreement and store lie, and who may run on it.

Keys are seeds in files that only their owner can read. The root key signs cards and memoranda; it may be
moved off the machine once both are signed, and the node runs without it.
"""

from __future__ import annotations

import base64
import fcntl
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from detente.adapters.certificates import certificate_sha256, make_certificate
from detente.adapters.console_home import ConsoleSettings
from detente.adapters.cot_out import CotSettings
from detente.adapters.feeds import FeedSettings
from detente.adapters.settings_text import settings_text
from detente.adapters.system import SystemClock
from detente.crypto.card import PartyCard, parse_card, sign_card
from detente.crypto.keys import HybridPrivateKey
from detente.crypto.sealing import SEED_BYTES, SealingPrivateKey
from detente.errors import OperatorError, PeerError
from detente.memorandum.agreement import Agreement, agree
from detente.memorandum.load import read_memorandum
from detente.memorandum.model import Memorandum
from detente.ports import Entropy, Keys
from detente.quantities import PartyId, UtcMs, utc_ms_of

_KEY_NAMES = ("root", "statements", "journal", "cosigner")


class PeerAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[[peer]]: where a peer's node listens, over which path of the memorandum."""

    party: str
    path: str
    host: str
    port: int


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """config.toml: nothing in it is a rule between parties; those are in the memorandum."""

    party: str
    listen_host: str
    listen_port: int
    memorandum: str
    store: str | None = None  # the URL of a PostgreSQL database; without it, a SQLite file in the home
    peer: tuple[PeerAddress, ...] = ()
    own_aircraft: tuple[str, ...] = ()
    own_call_signs: tuple[str, ...] = ()
    feed: FeedSettings | tuple[FeedSettings, ...] | None = None
    console: ConsoleSettings | None = None
    cot: CotSettings | None = None
    conducted_from: datetime | None = None
    """Only in an exercise: time comes from a conductor, beginning here, not from the machine."""

    @property
    def feeds(self) -> tuple[FeedSettings, ...]:
        """Each [[feed]], or the one [feed]."""
        if self.feed is None:
            return ()
        return self.feed if isinstance(self.feed, tuple) else (self.feed,)


@dataclass(frozen=True, kw_only=True)
class Home:
    """The folder; every path in it in one place."""

    folder: Path

    @property
    def settings_file(self) -> Path:
        return self.folder / "config.toml"

    @property
    def card_file(self) -> Path:
        return self.folder / "card.json"

    @property
    def certificate_file(self) -> Path:
        return self.folder / "keys" / "tls-certificate.pem"

    @property
    def tls_key_file(self) -> Path:
        return self.folder / "keys" / "tls-key.pem"

    @property
    def cards_folder(self) -> Path:
        return self.folder / "cards"

    @property
    def attachments_folder(self) -> Path:
        """What was attached to incidents, each file under its hash."""
        return self.folder / "attachments"

    @property
    def voice_folder(self) -> Path:
        """Recordings of the net, by day."""
        return self.folder / "voice"

    @property
    def store_file(self) -> Path:
        return self.folder / "record.sqlite"

    @property
    def store_password_file(self) -> Path:
        return self.folder / "keys" / "store.password"

    @property
    def control_file(self) -> Path:
        return self.folder / "control.json"

    @property
    def accounts_file(self) -> Path:
        return self.folder / "accounts.json"

    @property
    def sessions_file(self) -> Path:
        return self.folder / "sessions.json"

    @property
    def pairing_file(self) -> Path:
        return self.folder / "keys" / "pairing.json"

    @property
    def keys_folder(self) -> Path:
        return self.folder / "keys"

    @property
    def changed_keys_folder(self) -> Path:
        """The working keys in use, where they were changed since the first card."""
        return self.keys_folder / "changed"

    @property
    def next_keys_folder(self) -> Path:
        """Prepared and not yet said."""
        return self.keys_folder / "next"

    @property
    def old_keys_folder(self) -> Path:
        """Those before."""
        return self.keys_folder / "before"

    def key_file(self, name: str) -> Path:
        return self.keys_folder / f"{name}.key"


def make_home(
    folder: Path,
    *,
    party: str,
    listen_host: str,
    listen_port: int,
    entropy: Entropy,
    valid_from: datetime,
    valid_until: datetime,
    store: str | None = None,
) -> Home:
    """Keys, certificate, card and settings for a new party; refuses a folder that holds any already."""
    home = Home(folder=folder)
    if home.card_file.exists() or home.settings_file.exists():
        raise OperatorError(
            "home_exists", f"{folder} is a home already.", cure="Choose another folder, or use this one."
        )
    (folder / "keys").mkdir(parents=True, exist_ok=True)
    (folder / "keys").chmod(0o700)
    home.cards_folder.mkdir(exist_ok=True)
    keys = {name: HybridPrivateKey.from_seeds(entropy.draw(32), entropy.draw(32)) for name in _KEY_NAMES}
    for name, key in keys.items():
        _write_private(home.key_file(name), _seed_text(key))
    sealing = SealingPrivateKey(seed=entropy.draw(32))
    _write_private(home.key_file("sealing"), base64.b64encode(sealing.seed) + b"\n")
    certificate, tls_key = make_certificate(party, not_before=valid_from, not_after=valid_until)
    _write_private(home.tls_key_file, tls_key)
    home.certificate_file.write_bytes(certificate)
    card = PartyCard(
        v=1,
        party=party,
        root=keys["root"].public,
        statements=keys["statements"].public,
        journal=keys["journal"].public,
        cosigner=keys["cosigner"].public,
        sealing=sealing.public,
        tls_certificate_sha256=certificate_sha256(certificate),
        valid_from_ms=utc_ms_of(valid_from),
        valid_until_ms=utc_ms_of(valid_until),
    )
    home.card_file.write_bytes(sign_card(card, keys["root"]))
    home.settings_file.write_text(settings_text(party, listen_host, listen_port, store))
    return home


def open_home(folder: Path) -> Home:
    """An existing home; raises OperatorError where there is none."""
    home = Home(folder=folder)
    if not home.card_file.exists():
        raise OperatorError(
            "no_home",
            f"{folder} is not the home of a party.",
            cure=f"Make it: detente init {folder} --party NAME",
        )
    return home


def read_settings(home: Home) -> Settings:
    """config.toml as values; raises OperatorError saying which key is wrong."""
    try:
        settings = msgspec.convert(tomllib.loads(home.settings_file.read_text()), type=Settings)
        for port in (settings.listen_port, *(peer.port for peer in settings.peer)):
            if not 0 < port < 65_536:
                raise msgspec.ValidationError(f"{port} is no port; write 1 to 65535")
        return settings
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, OSError) as why:
        raise OperatorError(
            "settings", f"{home.settings_file} cannot be used: {why}.", cure="Correct that line."
        ) from why


def now_for(settings: Settings) -> UtcMs:
    """The time by which this node's agreement is judged before a conductor has spoken."""
    if settings.conducted_from is None:
        return SystemClock().now_ms()
    return utc_ms_of(settings.conducted_from)


def read_keys(home: Home) -> Keys:
    """The working keys in use, held against their card."""
    if home.changed_keys_folder.exists():
        return read_keys_from(home.changed_keys_folder)
    return _keys_of(home.keys_folder, home.card_file.read_bytes())


def read_keys_from(folder: Path) -> Keys:
    """Working keys that lie together with their card."""
    return _keys_of(folder, (folder / "card.json").read_bytes())


def write_keys_to(
    folder: Path, keys: Mapping[str, HybridPrivateKey], sealing: SealingPrivateKey, card: bytes
) -> None:
    """Working keys together with their card; the card last, so that a folder with one is whole."""
    folder.mkdir(mode=0o700)
    for name, key in keys.items():
        _write_private(folder / f"{name}.key", _seed_text(key))
    _write_private(folder / "sealing.key", base64.b64encode(sealing.seed) + b"\n")
    _write_private(folder / "card.json", card)


def _keys_of(folder: Path, card_bytes: bytes) -> Keys:
    card = parse_card(card_bytes)
    keys = {name: _read_key(folder / f"{name}.key") for name in ("statements", "journal", "cosigner")}
    for name, key in keys.items():
        if key.public != getattr(card, name):
            raise _mismatch(folder / f"{name}.key")
    sealing = _read_sealing(folder / "sealing.key")
    if sealing.public != card.sealing:
        raise _mismatch(folder / "sealing.key")
    return Keys(card=card, card_bytes=card_bytes, sealing=sealing, **keys)


def read_root_key(home: Home) -> HybridPrivateKey:
    """The root key; raises OperatorError where it was moved away."""
    return _read_key(home.key_file("root"))


def read_cards(home: Home) -> Mapping[str, PartyCard]:
    """The own card and every pinned one, by party."""
    cards = {}
    for file in [home.card_file, *sorted(home.cards_folder.glob("*.json"))]:
        try:
            card = parse_card(file.read_bytes())
        except PeerError as why:
            raise OperatorError("card", f"{file}: {why.message}", cure="Pair again with that party.") from why
        cards[card.party] = card
    return cards


def read_agreement(home: Home, settings: Settings, *, now_ms: UtcMs) -> Agreement:
    """The memorandum in force for this node, or an OperatorError that says why it starts no node."""
    file = home.folder / settings.memorandum
    if not file.exists():
        raise OperatorError(
            "no_memorandum",
            f"{file} does not exist.",
            cure="Put the signed memorandum there, or name it in config.toml.",
        )
    sidecar = file.with_name(file.name + ".sigs.json")
    data = file.read_bytes()
    return agree(
        data,
        read_annexes(file, data),
        sidecar.read_bytes() if sidecar.exists() else None,
        read_cards(home),
        now_ms=now_ms,
    )


def read_annexes(file: Path, data: bytes) -> Mapping[str, bytes]:
    """The annexes that lie beside a memorandum, by the file names that it gives."""
    parsed = read_memorandum(data)
    if not isinstance(parsed, Memorandum):
        return {}
    found = {}
    for annex in parsed.annex:
        beside = file.parent / Path(annex.file).name
        if beside.exists():
            found[annex.file] = beside.read_bytes()
    return found


def pin_card(home: Home, card_bytes: bytes) -> PartyCard:
    """Keep a peer's card after its short code was compared."""
    card = parse_card(card_bytes)
    home.cards_folder.mkdir(exist_ok=True)
    (home.cards_folder / f"{card.party}.json").write_bytes(card_bytes)
    return card


@dataclass
class HomeLock:
    """Held while a node runs; a second node on the same home is told so."""

    descriptor: int

    @classmethod
    def take(cls, home: Home) -> HomeLock:
        """Raises OperatorError where another node holds it. The operating system lets go when we die."""
        descriptor = os.open(home.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as why:
            os.close(descriptor)
            raise OperatorError(
                "already_running",
                f"A node runs on {home.folder} already.",
                cure=f"See it with: detente status {home.folder}",
            ) from why
        return cls(descriptor)

    def release(self) -> None:
        os.close(self.descriptor)


def party_of(home: Home) -> PartyId:
    """Whose home it is."""
    return PartyId(parse_card(home.card_file.read_bytes()).party)


def _write_private(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _seed_text(key: HybridPrivateKey) -> bytes:
    return b"\n".join(base64.b64encode(seed) for seed in key.seeds) + b"\n"


def _read_key(path: Path) -> HybridPrivateKey:
    try:
        first, second = (base64.b64decode(line, validate=True) for line in path.read_bytes().split())
        return HybridPrivateKey.from_seeds(first, second)
    except (OSError, ValueError) as why:
        raise _unreadable(path, why) from why


def _read_sealing(path: Path) -> SealingPrivateKey:
    try:
        seed = base64.b64decode(path.read_bytes().strip(), validate=True)
    except (OSError, ValueError) as why:
        raise _unreadable(path, why) from why
    if len(seed) != SEED_BYTES:
        raise _unreadable(path, f"it holds {len(seed)} bytes")
    return SealingPrivateKey(seed=seed)


def _mismatch(path: Path) -> OperatorError:
    return OperatorError(
        "key_mismatch",
        f"{path} is not the key that the card names.",
        cure="Restore the key file that belongs to this card.",
    )


def _unreadable(path: Path, why: object) -> OperatorError:
    return OperatorError(
        "key_file", f"The key {path} cannot be read: {why}.", cure="Restore it from your copy."
    )
