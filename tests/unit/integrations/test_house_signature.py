"""The signature of our own contracts against its known answers, and what the receiver refuses."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.integrations.house.signature import is_genuine, sign

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "peers.json").read_text(encoding="utf-8"))["proposed_hmac"]
SIGNED_AT = datetime.fromtimestamp(1735689600, UTC)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["target"])
def test_known_answer(vector: dict[str, str]) -> None:
    parts = (vector["method"], vector["target"], vector["timestamp"], vector["nonce"], vector["body"].encode())
    assert sign(vector["secret"], *parts) == vector["signature"]
    assert is_genuine(vector["secret"], *parts, vector["signature"], SIGNED_AT)


def genuine(now: float = 1735689600, **changed: Any) -> bool:
    """The first known answer with something else in one place."""
    vector = {**VECTORS[0], "body": VECTORS[0]["body"].encode(), **changed}
    names = ("secret", "method", "target", "timestamp", "nonce", "body", "signature")
    return is_genuine(*(vector[name] for name in names), datetime.fromtimestamp(now, UTC))


@pytest.mark.parametrize(
    "changed",
    [
        {"secret": "SyntheticInternal02"},
        {"method": "PUT"},
        {"target": "/le/v1/registrations?x=1"},
        {"timestamp": "1735689601"},
        {"nonce": "n0002"},
        {"nonce": ""},
        {"body": b"{}"},
        {"signature": VECTORS[0]["signature"].upper()},
        {"signature": ""},
        {"signature": "签名"},
        {"timestamp": ""},
        {"timestamp": "１７３５６８９６００"},
        {"timestamp": "-1735689600"},
    ],
    ids=str,
)
def test_anything_changed_is_not_genuine(changed: dict[str, Any]) -> None:
    assert not genuine(**changed)


@pytest.mark.parametrize(("seconds", "expected"), [(-301, False), (-300, True), (0, True), (300, True), (301, False)])
def test_the_window(seconds: int, expected: bool) -> None:
    assert genuine(1735689600 + seconds) is expected
