"""The gateway signature against the vendor's example and every derived known answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chalicelib.integrations.gate.signature import content_md5, sign

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "peers.json").read_text(encoding="utf-8"))["artemis"]


def _sign(vector, **changed):
    facts = {**vector, **changed}
    return sign(
        facts["app_secret"],
        facts["method"],
        facts["path"],
        facts["headers"],
        query=facts["query"],
        form=facts["form"],
        extra_headers=facts["extra_signed_headers"],
    )


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_known_answer(vector):
    signature = _sign(vector)
    assert signature.string_to_sign == vector["string_to_sign"]
    assert signature.signed_headers == vector["signature_headers"]
    assert signature.value == vector["signature"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_another_secret_gives_another_signature(vector):
    assert _sign(vector, app_secret=vector["app_secret"] + "x").value != vector["signature"]


def test_header_names_are_case_insensitive_and_their_order_does_not_matter():
    vector = next(vector for vector in VECTORS if vector["name"] == "json_post_key_nonce_timestamp")
    shuffled = {name.upper(): value for name, value in reversed(vector["headers"].items())}
    assert _sign(vector, headers=shuffled).value == vector["signature"]


def test_signature_headers_themselves_are_never_signed():
    vector = VECTORS[1]
    headers = {**vector["headers"], "X-Ca-Signature": "abc", "X-Ca-Signature-Headers": "x-ca-key"}
    assert _sign(vector, headers=headers).value == vector["signature"]


def test_content_md5_of_the_contract_and_that_it_binds_the_body():
    vector = next(vector for vector in VECTORS if vector["name"] == "json_post_md5_and_date")
    assert content_md5(vector["body"].encode()) == vector["headers"]["Content-MD5"]
    assert content_md5(b"\x00\x01\x02") == "uV9n9h67A2GWIteY9F/C0w=="
    changed = {**vector["headers"], "Content-MD5": content_md5(b"{}")}
    assert _sign(vector, headers=changed).value != vector["signature"]


def test_keys_are_sorted_by_code_unit_with_empty_values_kept():
    signature = sign("s", "get", "/artemis/api/x", {}, query={"a": "", "A": "1 2", "b": "中"})
    assert signature.string_to_sign == "GET\n/artemis/api/x?A=1 2&a=&b=中"


def test_blank_header_value_leaves_its_name():
    assert sign("s", "POST", "/p", {"x-ca-key": " "}).string_to_sign == "POST\nx-ca-key:\n/p"
