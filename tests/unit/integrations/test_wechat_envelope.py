"""The callback's envelope: the official examples through our own functions, and nothing else gets in."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.integrations.wechat.callback import callback_signature
from chalicelib.integrations.wechat.envelope import (
    EnvelopeInvalid,
    Keys,
    Marks,
    Mode,
    close_envelope,
    open_envelope,
    read_xml,
    render_xml,
    seal,
    text_reply,
    unseal,
)

FILE = Path(__file__).parents[2] / "data" / "wechat.json"
VECTORS = {vector["id"]: vector for vector in json.loads(FILE.read_text(encoding="utf-8"))["vectors"]}
KEYS = Keys("wx0c7a3f51d2e84b96", "testtoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")
TEXT = "<xml><FromUserName><![CDATA[o_1]]></FromUserName><Content><![CDATA[帮助]]></Content></xml>"


def keys_of(vector: dict[str, Any]) -> Keys:
    return Keys(vector["appid"], vector["token"], vector["encoding_aes_key"])


def sealed(text: str = TEXT, keys: Keys = KEYS, mine: Keys = KEYS) -> tuple[bytes, Marks]:
    """A safe-mode request: encrypted with ``keys``, signed with the token of ``mine``."""
    encrypted = seal(text, keys)
    marks = Marks(
        callback_signature(mine.token, "1", "2"), "1", "2", "aes", callback_signature(mine.token, "1", "2", encrypted)
    )
    return render_xml({"ToUserName": "gh_1", "Encrypt": encrypted}).encode(), marks


def plain(text: str = TEXT) -> tuple[bytes, Marks]:
    return text.encode(), Marks(callback_signature(KEYS.token, "1", "2"), "1", "2")


def test_the_official_message_is_decrypted() -> None:
    vector = VECTORS["oa-safe-decrypt-json"]
    marks = Marks("", vector["timestamp"], vector["nonce"], "aes", vector["msg_signature"])
    assert unseal(vector["encrypt"], marks, keys_of(vector)) == vector["plaintext"]
    assert seal(vector["plaintext"], keys_of(vector), random=vector["random16"].encode()) == vector["encrypt"]


def test_the_official_reply_is_encrypted_and_signed() -> None:
    vector = VECTORS["oa-safe-encrypt-reply"]
    reply = read_xml(
        close_envelope(
            vector["plaintext"],
            keys_of(vector),
            timestamp=vector["timestamp"],
            nonce=vector["nonce"],
            random=vector["random16"].encode(),
        ).encode()
    )
    assert reply == {
        "Encrypt": vector["encrypt"],
        "MsgSignature": vector["msg_signature"],
        "TimeStamp": vector["timestamp"],
        "Nonce": vector["nonce"],
    }


def test_every_known_answer_is_used() -> None:
    tested = {"oa-url-verify", "oa-plain-post", "oa-safe-decrypt-json", "oa-safe-encrypt-reply"}
    assert {name for name in VECTORS if name.startswith("oa-")} == tested


@pytest.mark.parametrize("mode", [Mode.SAFE, Mode.COMPATIBLE])
def test_an_encrypted_message_is_opened(mode: Mode) -> None:
    opened = open_envelope(*sealed(), KEYS, mode)
    assert (opened.fields, opened.sealed) == ({"FromUserName": "o_1", "Content": "帮助"}, True)


@pytest.mark.parametrize("mode", [Mode.PLAIN, Mode.COMPATIBLE])
def test_a_plain_message_is_opened(mode: Mode) -> None:
    opened = open_envelope(*plain(), KEYS, mode)
    assert (opened.fields["Content"], opened.sealed) == ("帮助", False)


def test_a_plain_message_is_nothing_in_safe_mode() -> None:
    with pytest.raises(EnvelopeInvalid, match="safe mode"):
        open_envelope(*plain(), KEYS, Mode.SAFE)


def test_the_plain_signature_does_not_open_an_encrypted_message() -> None:
    body, marks = sealed()
    wrong = Marks(marks.signature, marks.timestamp, marks.nonce, "aes", marks.signature)
    with pytest.raises(EnvelopeInvalid, match="signature"):
        open_envelope(body, wrong, KEYS, Mode.SAFE)


def test_another_accounts_message_is_refused() -> None:
    other = Keys("wx0000000000000000", KEYS.token, KEYS.encoding_aes_key)
    with pytest.raises(EnvelopeInvalid, match="another account"):
        open_envelope(*sealed(keys=other), KEYS, Mode.SAFE)


def test_another_key_is_refused() -> None:
    other = Keys(KEYS.app_id, KEYS.token, "A" * 43)
    with pytest.raises(EnvelopeInvalid):
        open_envelope(*sealed(keys=other), KEYS, Mode.SAFE)


def encrypted_raw(plain_text: bytes) -> tuple[str, Marks]:
    """Any bytes, encrypted with our key and signed with our token."""
    key = base64.b64decode(KEYS.encoding_aes_key + "=")
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    text = base64.b64encode(encryptor.update(plain_text) + encryptor.finalize()).decode()
    return text, Marks("", "1", "2", "aes", callback_signature(KEYS.token, "1", "2", text))


MESSAGE = b"r" * 16 + (4).to_bytes(4, "big") + b"text" + KEYS.app_id.encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (MESSAGE.ljust(63, b"x") + b"\x00", "padding"),
        (MESSAGE.ljust(63, b"x") + b"\x21", "padding"),
        (MESSAGE.ljust(63, b"x") + b"\x05", "padding"),
        (b"r" * 12 + b"\x04" * 4, "length"),
        (b"r" * 16 + (1000).to_bytes(4, "big") + b"\x0c" * 12, "length"),
        (b"r" * 16 + (1).to_bytes(4, "big") + b"\xff" + KEYS.app_id.encode() + b"\x09" * 9, "UTF-8"),
        (b"r" * 16 + (0).to_bytes(4, "big") + b"\x0c" * 12, "another account"),
        (b"", "signature"),
    ],
)
def test_what_decrypts_to_nonsense_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(EnvelopeInvalid, match=reason):
        unseal(*encrypted_raw(content), KEYS)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"text",
        b'{"ToUserName": "gh_1"}',
        b"<xml>",
        b"<xml/>",
        b"<xml></xml>",
        b"<html></html>",
        b"\xff\xfe",
        b'<!DOCTYPE xml [<!ENTITY a "b">]><xml><Content>&a;</Content></xml>',
        b'<?xml version="1.0"?><!DOCTYPE xml SYSTEM "http://attacker.example/x.dtd"><xml><A>1</A></xml>',
        b"<xml><Content>&a;</Content></xml>",
    ],
)
def test_what_is_not_wechats_xml_is_refused(body: bytes) -> None:
    with pytest.raises(EnvelopeInvalid):
        open_envelope(body, plain()[1], KEYS, Mode.PLAIN)


def test_a_users_text_may_look_like_xml() -> None:
    text = "]]></Content><Event>unsubscribe</Event><!DOCTYPE x>"
    body = render_xml({"FromUserName": "o_1", "Content": text}).encode()
    assert read_xml(body) == {"FromUserName": "o_1", "Content": text}


def test_a_reply_goes_back_to_its_sender() -> None:
    assert read_xml(text_reply("o_1", "gh_1", "你好", 7).encode()) == {
        "ToUserName": "o_1",
        "FromUserName": "gh_1",
        "CreateTime": "7",
        "MsgType": "text",
        "Content": "你好",
    }


@given(st.text(max_size=200), st.binary(min_size=16, max_size=16))
def test_sealing_and_unsealing(text: str, random: bytes) -> None:
    encrypted = seal(text, KEYS, random=random)
    marks = Marks("", "1", "2", "aes", callback_signature(KEYS.token, "1", "2", encrypted))
    assert unseal(encrypted, marks, KEYS) == text


@given(st.binary(max_size=200), st.sampled_from(Mode), st.sampled_from(["", "aes"]))
def test_any_body_is_refused_and_nothing_else(body: bytes, mode: Mode, kind: str) -> None:
    marks = Marks(callback_signature(KEYS.token, "1", "2"), "1", "2", kind)
    with pytest.raises(EnvelopeInvalid):
        open_envelope(body, marks, KEYS, mode)


@given(st.text(max_size=120))
def test_any_signed_ciphertext_is_refused_and_nothing_else(encrypted: str) -> None:
    marks = Marks("", "1", "2", "aes", callback_signature(KEYS.token, "1", "2", encrypted))
    with pytest.raises(EnvelopeInvalid):
        unseal(encrypted, marks, KEYS)
