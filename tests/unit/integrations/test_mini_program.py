"""Mini program: WeChat's published answers go through the product's own checks; whatever was changed is refused."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.integrations.wechat.mini_program import UserInfoInvalid, is_signed, open_user_data

FILE = Path(__file__).parents[2] / "data" / "wechat.json"
VECTORS: dict[str, dict[str, Any]] = {
    vector["id"]: vector for vector in json.loads(FILE.read_text(encoding="utf-8"))["vectors"]
}
SIGNED, SEALED = VECTORS["miniprogram-rawdata-signature"], VECTORS["miniprogram-userdata-decrypt"]


def opened(**changes: str) -> dict[str, Any]:
    known = {name: SEALED[name] for name in ("encrypted_data", "iv", "session_key")}
    return open_user_data(**{**known, "app_id": SEALED["appid"], **changes})


def test_the_published_signature_is_right() -> None:
    assert is_signed(SIGNED["raw_data"], SIGNED["session_key"], SIGNED["signature"])


@pytest.mark.parametrize(
    "changes",
    [
        {"raw_data": SIGNED["raw_data"].replace("Band", "Bank")},
        {"session_key": SEALED["session_key"]},
        {"signature": SIGNED["signature"][:-1] + "0"},
        {"signature": SIGNED["signature"].upper()},
        {"signature": ""},
        {"signature": "签名"},
    ],
)
def test_what_was_changed_is_not_signed(changes: dict[str, str]) -> None:
    assert not is_signed(**{name: SIGNED[name] for name in ("raw_data", "session_key", "signature")} | changes)


def test_the_published_user_data_opens() -> None:
    told = opened()
    assert (told["openId"], told["unionId"], told["nickName"]) == (
        SEALED["openid"],
        SEALED["unionid"],
        SEALED["nickname"],
    )
    assert told["watermark"] == {"timestamp": SEALED["timestamp"], "appid": SEALED["appid"]}


def flipped(text: str, at: int) -> str:
    raw = bytearray(base64.b64decode(text))
    raw[at] ^= 1
    return base64.b64encode(bytes(raw)).decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"app_id": "wx0000000000000000"},
        {"session_key": SIGNED["session_key"]},
        {"session_key": "c2hvcnQ="},
        {"session_key": "?"},
        {"iv": flipped(SEALED["iv"], 0)},
        {"iv": ""},
        {"encrypted_data": ""},
        {"encrypted_data": "bm8gYmxvY2s="},
        {"encrypted_data": flipped(SEALED["encrypted_data"], -1)},
        {"encrypted_data": flipped(SEALED["encrypted_data"], 40)},
        {"encrypted_data": SEALED["encrypted_data"][:64]},
        {"encrypted_data": "数据"},
    ],
)
def test_what_was_changed_or_is_of_another_app_does_not_open(changes: dict[str, str]) -> None:
    with pytest.raises(UserInfoInvalid) as caught:
        opened(**changes)
    assert SEALED["openid"] not in str(caught.value)
