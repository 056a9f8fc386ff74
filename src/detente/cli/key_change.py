"""New working keys for a party: made beside the old ones, said in the journal, and only then put in their place.

A crash at any point leaves either the old keys in use with new ones beside them, or the KEY statement committed
and the new ones beside: the next start sees which, by the card that the journal names last.
"""

from __future__ import annotations

import base64
import shutil

import msgspec

from detente.adapters.home import Home, read_keys_from, read_root_key, write_keys_to
from detente.crypto.card import sign_card
from detente.crypto.keys import HybridPrivateKey
from detente.crypto.sealing import SealingPrivateKey
from detente.errors import OperatorError
from detente.line.bodies_duty import KeyChange
from detente.node.effects import Say
from detente.ports import Entropy, Keys
from detente.runtime.keeper import Keeper
from detente.runtime.node import Node

REASONS = ("scheduled", "lost", "compromised")


def prepare(home: Home, keys: Keys, *, entropy: Entropy) -> None:
    """Draw new statements, journal, cosigner and sealing keys, and sign their card with the root key.

    Raises: OperatorError where the root key is not in the home.
    """
    made = {
        name: HybridPrivateKey.from_seeds(entropy.draw(32), entropy.draw(32))
        for name in ("statements", "journal", "cosigner")
    }
    sealing = SealingPrivateKey(seed=entropy.draw(32))
    card = msgspec.structs.replace(
        keys.card, sealing=sealing.public, **{name: key.public for name, key in made.items()}
    )
    shutil.rmtree(home.next_keys_folder, ignore_errors=True)
    write_keys_to(home.next_keys_folder, made, sealing, sign_card(card, read_root_key(home)))


def change(home: Home, node: Node, *, reason: str, revoked: tuple[str, ...] = ()) -> Keys:
    """Say it under the old keys, then use the new ones. Raises OperatorError where none are prepared."""
    if not home.next_keys_folder.exists():
        raise OperatorError(
            "no_new_keys", "No new keys are prepared.", cure="detente keys change HOME --reason scheduled"
        )
    if reason not in REASONS:
        raise OperatorError("reason", f"{reason!r} is no reason.", cure=f"One of: {', '.join(REASONS)}.")
    keys = read_keys_from(home.next_keys_folder)
    keeper = node.keeper
    body = msgspec.convert(
        {"card": base64.b64encode(keys.card_bytes).decode(), "revoked": revoked, "reason": reason}, KeyChange
    )
    to = tuple(keeper.book.desk_of(peer) for peer in keeper.peers)
    node.say(Say(to=to, code="KEY", body=body, precedence="PRIORITY", reply_to=None))
    follow(home, keeper)
    return keys


def follow(home: Home, keeper: Keeper) -> None:
    """Use the prepared keys where the journal names their card; at a start, after a crash in between.

    Raises: OperatorError `key_mismatch` where the journal names keys that are not here.
    """
    newest = keeper.book.cards[keeper.me].newest
    if newest == keeper.keys.card:
        return
    keys = read_keys_from(home.next_keys_folder) if home.next_keys_folder.exists() else None
    if keys is None or keys.card != newest:
        raise OperatorError(
            "key_mismatch",
            "Our journal names newer keys than those in this home.",
            cure="Restore the keys folder that belongs to this record.",
        )
    keeper.change_keys(keys)
    shutil.rmtree(home.old_keys_folder, ignore_errors=True)
    if home.changed_keys_folder.exists():
        home.changed_keys_folder.rename(home.old_keys_folder)
    home.next_keys_folder.rename(home.changed_keys_folder)
