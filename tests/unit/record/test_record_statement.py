from __future__ import annotations

from typing import Any

import msgspec
import pytest

from detente.crypto.dsse import seal
from detente.errors import PeerError
from detente.record.statement import STATEMENT_TYPE, Head, Ref, Statement, parse_statement
from detente.wire import encode


def parse(talking: Any, payload: bytes) -> Statement:
    alfa = talking.talkers[0]
    envelope = seal(STATEMENT_TYPE, payload, alfa.keys["statements"])
    return parse_statement(envelope, key=alfa.card.statements)


def refusal(talking: Any, payload: bytes) -> str:
    with pytest.raises(PeerError) as caught:
        parse(talking, payload)
    return caught.value.code


def test_a_statement_reads_back_with_its_body_untouched(talking: Any) -> None:
    statement = talking.talkers[0].statement(body=msgspec.Raw('{"text":"né","n":[1,-2,null,true]}'.encode()))
    again = parse(talking, encode(statement))
    assert encode(again) == encode(statement)
    assert b'"from":"ALFA-DESK"' in encode(statement)


HEX = "ab" * 32


@pytest.mark.parametrize(
    "changes",
    [
        {"memorandum": "two words"},
        {"memorandum": ""},
        {"identity": "AB" * 32},
        {"identity": ""},
        {"seq": -1},
        {"seq": 10**30},
        {"to": ()},
        {"to": ("A", "A")},
        {"to": tuple(str(number) for number in range(33))},
        {"to": ("x" * 201,)},
        {"sender": ""},
        {"code": "ack"},
        {"code": "ACKS"},
        {"sent_ms": -1},
        {"sent_ms": 2**53},
        {"answer_due_ms": -1},
        {"language": ""},
        {"reply_to": Ref(origin="A/b/c", seq=-1, leaf=HEX)},
        {"reply_to": Ref(origin="A/b/c", seq=1, leaf="short")},
        {"heads": (Head(origin="B/b/c", size=1, root=HEX), Head(origin="A/b/c", size=1, root=HEX))},
        {"heads": (Head(origin="A/b/c", size=1, root=HEX), Head(origin="A/b/c", size=2, root=HEX))},
        {"heads": (Head(origin="A/b/c", size=0, root=HEX),)},
        {"heads": (Head(origin="A/b/c", size=1, root="root"),)},
        {"heads": tuple(Head(origin=f"A/b/{number:02d}", size=1, root=HEX) for number in range(33))},
        {"salt": ""},
        {"salt": "QR=="},
        {"precedence": "URGENT"},
        {"v": 2},
        {"exercise": None},
        {"body": msgspec.Raw(b"[]")},
        {"body": msgspec.Raw(b'"text"')},
        {"body": msgspec.Raw(b'{"a":1.5}')},
        {"body": msgspec.Raw(b'{"a":[{"b":1.0}]}')},
        {"body": msgspec.Raw(b'{"a":1e400}')},
        {"body": msgspec.Raw(b'{"a":"\xff"}')},
        {"body": msgspec.Raw(b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}")},
    ],
)
def test_a_field_outside_its_limits_is_refused(talking: Any, changes: dict[str, Any]) -> None:
    """However well it is signed."""
    assert refusal(talking, encode(talking.talkers[0].statement(**changes))) == "malformed"


@pytest.mark.parametrize("body", [b'{"a": 1}', b'{"a":1,"a":1}', b'{"a":"\\u0041"}', b'{"a":-0}'])
def test_the_body_has_one_layout(talking: Any, body: bytes) -> None:
    assert refusal(talking, encode(talking.talkers[0].statement(body=msgspec.Raw(body)))) == "layout"


def test_fields_stand_in_one_order_and_no_other_is_known(talking: Any) -> None:
    payload = encode(talking.talkers[0].statement())
    assert refusal(talking, payload.replace(b'{"v":1,', b'{"x":1,"v":1,')) == "malformed"
    assert refusal(talking, payload.replace(b'{"v":1,', b'{"v": 1,')) == "layout"
    assert refusal(talking, payload.replace(b'"seq":3,', b'"seq":3,"seq":3,')) == "layout"
