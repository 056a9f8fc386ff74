"""Keys, signatures and signed envelopes: every signature is two, Ed25519 and ML-DSA-44, and both must hold.

Takes: bytes, and seeds drawn by the caller. Gives: envelopes, party cards and verdicts on a stranger's.
Next: `detente.record` keeps what was signed; `detente.memorandum` binds the cards.
"""

from detente.crypto.card import PartyCard, parse_card, root_digest, sign_card
from detente.crypto.dsse import open_envelope, pae, peek_payload, seal
from detente.crypto.keys import HybridPrivateKey, HybridPublicKey, HybridSignature, verify

__all__ = [
    "HybridPrivateKey",
    "HybridPublicKey",
    "HybridSignature",
    "PartyCard",
    "open_envelope",
    "pae",
    "parse_card",
    "peek_payload",
    "root_digest",
    "seal",
    "sign_card",
    "verify",
]
