"""Sealed numbers open for their owner only, with any key of the ring, and show nothing."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.sealing import Sealer, Unopenable, read_keys
from chalicelib.core.settings import SettingsError

OLD, NEW = bytes(range(32)), bytes(range(1, 33))
NUMBER = "11010519491231002X"
TODAY = Sealer({"b": NEW, "a": OLD}, b"index")


@given(st.text(max_size=40), st.text(max_size=20))
def test_what_is_sealed_opens_for_its_owner(text: str, owner: str) -> None:
    assert TODAY.open(TODAY.seal(text, owner), owner) == text


def test_a_sealed_number_shows_nothing_and_is_never_the_same() -> None:
    sealed = TODAY.seal(NUMBER, "u1")
    assert NUMBER not in sealed
    assert sealed != TODAY.seal(NUMBER, "u1")
    assert repr(TODAY) == "Sealer()"


def test_it_does_not_open_for_anybody_else() -> None:
    with pytest.raises(Unopenable):
        TODAY.open(TODAY.seal(NUMBER, "u1"), "u2")


def test_keys_rotate() -> None:
    before = Sealer({"a": OLD}, b"index").seal(NUMBER, "u1")
    assert TODAY.open(before, "u1") == NUMBER
    assert TODAY.seal(NUMBER, "u1").split(".")[1] == "b", "the first key seals"
    with pytest.raises(Unopenable):
        Sealer({"b": NEW}, b"index").open(before, "u1")


@given(st.integers(min_value=0, max_value=10_000))
def test_a_changed_byte_is_noticed(place: int) -> None:
    form, key_id, encoded = TODAY.seal(NUMBER, "u1").split(".")
    content = bytearray(base64.urlsafe_b64decode(encoded))
    content[place % len(content)] ^= 1
    with pytest.raises(Unopenable):
        TODAY.open(f"{form}.{key_id}.{base64.urlsafe_b64encode(content).decode()}", "u1")


@pytest.mark.parametrize("sealed", ["", "v1.b", "v1.b.", "v2.b.AAAA", "v1.c.AAAA", "v1.b.?", "v1.b.AAAA"])
def test_what_was_never_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(Unopenable):
        TODAY.open(sealed, "u1")


def test_the_hash_depends_on_its_key() -> None:
    assert TODAY.digest(NUMBER) == Sealer({"c": OLD}, b"index").digest(NUMBER)
    assert TODAY.digest(NUMBER) != Sealer({"b": NEW}, b"other").digest(NUMBER)


@pytest.mark.parametrize("text", ["", "a1", "a1=AAAA", "=", "a1=????", f"a-1={base64.b64encode(OLD).decode()}"])
def test_wrong_keys_are_refused_without_repeating_them(text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_keys(text)
    assert "AAAA" not in str(refused.value)
