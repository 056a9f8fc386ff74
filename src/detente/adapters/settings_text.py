"""The settings that a new home begins with, each explained where it stands."""

from __future__ import annotations

import json


def settings_text(party: str, host: str, port: int, store: str | None) -> str:
    """What `detente init` writes into config.toml."""
    stored = f"store = {json.dumps(store)}" if store else '# store = "postgresql://USER@HOST:5432/DATABASE"'
    return f'''# Settings of one node. Nothing here is a rule between parties: those are in the memorandum.
party = "{party}"
listen_host = "{host}"
listen_port = {port}
memorandum = "memorandum.toml"      # with memorandum.toml.sigs.json beside it

# The record is in record.sqlite, or in a PostgreSQL database of this node alone (password: keys/store.password).
{stored}

# Aircraft of your own, by ICAO 24-bit address; the list never leaves this node.
own_aircraft = []
own_call_signs = []                 # they count only where the memorandum says own_list_then_call_sign

# Where positions come from: one [[feed]] for each. Also file = "…", or udp://0.0.0.0:PORT to listen. Formats:
# beast, avr, sbs, frames, readsb, asterix, cot, tak, remote-id, air-traffic; for files also traffic and auto.
# [[feed]]
# name = "roof"
# connect = "tcp://127.0.0.1:30005"
# format = "beast"
# site = [48.10, 11.50]             # of the receiver; needed for aircraft on the ground, and for radar plots


# The console, for browsers: https with a certificate of its own. First start prints a one-time link.
# [console]
# listen = "127.0.0.1:8443"
# names = []                        # further host names under which it is opened

# Tracks and notices to ATAK and TAK servers, as Cursor on Target. Nothing leaves that is not written here.
# [cot]
# to = ["udp://127.0.0.1:4242"]     # also tcp://; addresses beyond this machine need in_clear = true
# tracks = "own"                    # none, own, all
# notices = "none"                  # none, own, all

# Where each peer listens, over which path of the memorandum.
# [[peer]]
# party = "BRAVO"
# path = "data-1"
# host = "192.0.2.1"
# port = 7600
'''
