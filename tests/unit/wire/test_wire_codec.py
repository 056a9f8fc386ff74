"""Values to bytes and back: one layout, limits on sizes, and never another error than PeerError."""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import PeerError
from detente.wire import Record, decode, encode


class Inner(Record, frozen=True, kw_only=True):
    name: str
    figures: tuple[int, ...] = ()


class Outer(Record, frozen=True, kw_only=True):
    kind: Literal["a", "b"]
    class_: str = msgspec.field(name="class")
    inner: Inner | None
    flag: bool
    inners: tuple[Inner, ...] = ()


ONE = Outer(kind="a", class_="x", inner=Inner(name="n", figures=(1, -2)), flag=True)
ONE_BYTES = b'{"kind":"a","class":"x","inner":{"name":"n","figures":[1,-2]},"flag":true,"inners":[]}'


def parse(data: bytes, bytes_max: int = 1000) -> Outer:
    return decode(data, Outer, what="thing", bytes_max=bytes_max)


def test_the_layout_is_compact_in_the_order_of_the_type() -> None:
    assert encode(ONE) == ONE_BYTES
    assert parse(ONE_BYTES) == ONE


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (ONE_BYTES.replace(b'"kind":"a",', b'"kind": "a",'), "layout"),
        (ONE_BYTES + b"\n", "layout"),
        (b" " + ONE_BYTES, "layout"),
        (b"\xef\xbb\xbf" + ONE_BYTES, "malformed"),
        (ONE_BYTES.replace(b'"kind":"a","class":"x"', b'"class":"x","kind":"a"'), "layout"),
        (ONE_BYTES.replace(b'"kind":"a"', b'"kind":"b","kind":"a"'), "layout"),
        (ONE_BYTES.replace(b'"x"', b'"\\u0078"'), "layout"),
        (ONE_BYTES.replace(b',"inners":[]', b""), "layout"),
        (ONE_BYTES.replace(b"-2", b"-2.0"), "malformed"),
        (ONE_BYTES.replace(b"-2", b"-2e0"), "malformed"),
        (ONE_BYTES.replace(b"-2", b"-0"), "layout"),
        (ONE_BYTES.replace(b"-2", b"NaN"), "malformed"),
        (ONE_BYTES.replace(b"-2", b"9" * 500), "fine"),
        (ONE_BYTES.replace(b"-2", b"9" * 1000), "too_large"),
        (ONE_BYTES.replace(b"true", b"1"), "malformed"),
        (ONE_BYTES.replace(b'"a"', b'"c"'), "malformed"),
        (ONE_BYTES.replace(b'"flag"', b'"flags"'), "malformed"),
        (ONE_BYTES.replace(b'"flag":true', b'"flag":true,"more":0'), "malformed"),
        (ONE_BYTES.replace(b'"flag":true,', b""), "malformed"),
        (ONE_BYTES.replace(b'"x"', b'"\xff"'), "malformed"),
        (ONE_BYTES.replace(b'"x"', b'"\\ud800"'), "malformed"),
        (b"", "malformed"),
        (b"null", "malformed"),
        (b"[" * 900, "malformed"),
    ],
)  # fmt: skip
def test_what_re_encodes_to_other_bytes_or_is_no_such_value_is_refused(data: bytes, code: str) -> None:
    if code == "fine":
        assert encode(parse(data)) == data
        return
    with pytest.raises(PeerError) as caught:
        parse(data)
    assert caught.value.code == code
    assert "thing" in caught.value.message


def test_a_limit_is_the_last_size_that_is_taken() -> None:
    assert parse(ONE_BYTES, len(ONE_BYTES)) == ONE
    with pytest.raises(PeerError) as caught:
        parse(ONE_BYTES, len(ONE_BYTES) - 1)
    assert caught.value.code == "too_large"


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(PeerError) as caught:
        decode(b"[" * 100_000 + b"]" * 100_000, list, what="thing", bytes_max=10**6)
    assert caught.value.code == "malformed"


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
INNERS = st.builds(Inner, name=TEXTS, figures=st.lists(st.integers(), max_size=4).map(tuple))
OUTERS = st.builds(
    Outer,
    kind=st.sampled_from(["a", "b"]),
    class_=TEXTS,
    inner=st.none() | INNERS,
    flag=st.booleans(),
    inners=st.lists(INNERS, max_size=3).map(tuple),
)


@settings(deadline=None, max_examples=200)
@given(OUTERS)
def test_every_value_survives_its_bytes(value: Outer) -> None:
    assert parse(encode(value), 10**6) == value


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200) | st.tuples(OUTERS, st.integers(0, 10_000), st.binary(max_size=3)))
def test_any_bytes_are_the_value_or_a_peer_error(data: bytes | tuple[Outer, int, bytes]) -> None:
    """Random bytes, and good ones with a few replaced."""
    if isinstance(data, tuple):
        value, place, noise = data
        good = encode(value)
        place %= len(good)
        data = good[:place] + noise + good[place + len(noise) :]
    with suppress(PeerError):
        assert encode(parse(data, 10**6)) == data


def test_a_record_is_frozen_and_takes_only_its_own_names() -> None:
    with pytest.raises(AttributeError):
        ONE.flag = False  # type: ignore[misc]
    with pytest.raises(TypeError):
        Inner("n")  # type: ignore[misc]
