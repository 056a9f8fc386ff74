"""Bytes of every format as their writers would make them, and ways to spoil them."""

from __future__ import annotations

import json
import warnings
from functools import cache

from hypothesis import strategies as st

from detente.tracks.formats import STREAMED

EVEN, ODD = "8d40621d58c382d690c8ac2863a7", "8d40621d58c386435cc412692ad6"
VELOCITY, IDENTITY = "8d485020994409940838175b284f", "8d4840d6202cc371c32ce0576098"
SURFACE, REPLY = "8c4841753aab238733c8cd4020b1", "2000171806a983"
_EVENT = (
    '<event version="2.0" uid="X-1" type="a-f-A-M" how="m-g" time="2024-07-06T12:00:00Z" start="2024-07-06T12:00:00Z"'
    ' stale="2024-07-06T12:01:00Z"><point lat="1" lon="2" hae="300" ce="10" le="10"/>'
    '<detail><contact callsign="AB1"/><track course="10" speed="30"/></detail></event>'
)


def _beast(digits: str, ticks: int) -> bytes:
    data = bytes.fromhex(digits)
    body = ticks.to_bytes(6, "big") + b"\x1a" + data
    return (b"\x1a3" if len(data) == 14 else b"\x1a2") + body.replace(b"\x1a", b"\x1a\x1a")


def _asterix() -> bytes:
    """One record of each category, without libasterix none."""
    try:
        from asterix import generated
    except ImportError:
        return b"\x15\x00\x06\x80\x19\x07"
    place = (("LAT", (45.0, "°")), ("LON", (-120.0, "°")))
    records = (
        (generated.Cat_062_1_21, {"010": 7, "070": (1.5, "s"), "105": place, "040": 5, "136": (350.0, "FL")}),
        (
            generated.Cat_021_2_7,
            {"010": 7, "071": (1.5, "s"), "131": place, "080": 0xABCDEF, "170": "T72     "},
        ),
        (
            generated.Cat_048_1_32,
            {"010": 7, "140": (1.5, "s"), "040": (("RHO", (9.0, "NM")), ("THETA", (4.0, "°"))), "220": 1},
        ),
    )
    return b"".join(
        bytes(spec.create([spec.cv_record.create(items)]).unparse().to_bytes()) for spec, items in records
    )


def _tak() -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import takproto
        except ImportError:
            return b"\xbf\x04\x12\x02\x0a\x00"
        return bytes(takproto.xml2proto(_EVENT, takproto.TAKProtoVer.STREAM))


@cache
def good_bytes(name: str) -> bytes:
    """A few messages of a format, all of them good."""
    frames = (ODD, EVEN, VELOCITY, IDENTITY, SURFACE, REPLY)
    sbs = (
        "MSG,{},1,1,ABCDEF,1,2024/07/06,12:00:0{}.000,2024/07/06,12:00:00.000,"
        "T72,33300,435,183,46.5,1.9,-64,14,0,0,0,0"
    )
    aircraft = {
        "hex": "abcdef",
        "lat": 1.0,
        "lon": 2.0,
        "alt_baro": "ground",
        "seen_pos": 1.5,
        "mlat": ["lat"],
    }
    state = {
        "timestamp": "2024-07-06T12:00:00Z",
        "position": {"lat": 47.3, "lng": 8.4, "alt": 496.0},
        "track": 16.4,
        "speed": 5.0,
    }
    observation = {"lon_dd": 30.1, "lat_dd": -1.9, "timestamp": 1_590_000_000_000, "icao_address": "a"}
    made = {
        "beast": b"".join(_beast(one, 12_000_000 * at) for at, one in enumerate(frames)),
        "avr": "".join(f"*{one};\n@{at:012x}{one};\n" for at, one in enumerate(frames)).encode(),
        "frames": "".join(
            f'{{"timestamp":{at}.5,"frame":"{one}"}}\n' for at, one in enumerate(frames)
        ).encode(),
        "sbs": "".join(sbs.format(kind, kind) + "\r\n" for kind in (1, 4, 3, 3, 2)).encode(),
        "readsb": (
            json.dumps({"now": 1.7e9, "aircraft": [aircraft, {**aircraft, "hex": "~ab1234"}]}) + "\n"
        ).encode(),
        "remote-id": (
            json.dumps({"flights": [{"id": "f", "current_state": state}]}, indent=1) + "\n"
        ).encode(),
        "air-traffic": (json.dumps({"observations": [observation]}) + "\n").encode(),
        "cot": (_EVENT * 2).encode(),
        "tak": _tak() * 2,
        "asterix": _asterix(),
    }
    assert set(made) == set(STREAMED)
    return made[name]


_PIECES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [b"\x00", b"1e999", b"NaN", b"-1", b"null", b"9" * 40, b"[", b"{", b'"', b"\x1a", b"\n", b"\xbf"]
    ),
)


@st.composite
def spoiled(draw: st.DrawFn, name: str) -> bytes:
    """Good bytes with pieces changed, cut out, doubled or put in; now and then nothing but noise."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=400))
    data = good_bytes(name) * draw(st.integers(1, 3))
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, len(data)))
        match draw(st.integers(0, 3)):
            case 0:
                piece = draw(_PIECES)
                data = data[:at] + piece + data[at + len(piece) :]
            case 1:
                data = data[:at] + data[at + draw(st.integers(1, 60)) :]
            case 2:
                data = data[:at] + data[max(0, at - draw(st.integers(1, 60))) :]
            case _:
                data = data[:at] + draw(_PIECES) + data[at:]
    return data
