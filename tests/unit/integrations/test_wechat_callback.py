"""The callback's plain signature against the official examples."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.integrations.wechat.callback import callback_signature, is_from_wechat

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "wechat.json").read_text(encoding="utf-8"))["vectors"]
SIGNED = [vector for vector in VECTORS if vector["kind"] == "oa_signature"]


@pytest.mark.parametrize("vector", SIGNED, ids=lambda vector: vector["id"])
def test_known_answer(vector):
    facts = {name: vector[name] for name in ("signature", "timestamp", "nonce")}
    assert is_from_wechat(vector["token"], **facts)
    for name in facts:
        assert not is_from_wechat(vector["token"], **{**facts, name: facts[name] + "0"})
    assert not is_from_wechat(vector["token"] + "A", **facts)
    assert not is_from_wechat(vector["token"], **{**facts, "signature": facts["signature"].upper()})


def test_there_are_known_answers():
    assert {vector["id"] for vector in SIGNED} == {"oa-url-verify", "oa-plain-post"}


@given(st.text(), st.text(), st.text())
def test_any_text_is_answered_without_an_error(signature, timestamp, nonce):
    expected = callback_signature("token", timestamp, nonce)
    assert is_from_wechat("token", signature=signature, timestamp=timestamp, nonce=nonce) is (signature == expected)
    assert is_from_wechat("token", signature=expected, timestamp=timestamp, nonce=nonce)
