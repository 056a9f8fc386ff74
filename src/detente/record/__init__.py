"""The record: one append-only Merkle journal of signed statements per party, cosigned by its peers.

Knows bytes, not aviation. Formats are those of C2SP, so that public tools can check what is kept here.
Takes: envelopes from `detente.crypto`. Gives: statements, proofs, heads, receipts, exports and verdicts on
them. Next: `detente.line` says what the statements mean.
"""
