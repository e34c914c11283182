"""The envelope of the account's callback: signature, encryption and XML in WeChat's three modes (wechat.md A1).

wechatpy's crypto is not used: it compares signatures in a time that tells, takes an impossible padding for an empty
message and draws its random bytes from a generator that can be predicted. Nor are its parser and replies: importing
wechatpy costs more than everything else here, and an answer must be out within five seconds of a cold start.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from chalicelib.integrations.wechat.callback import callback_signature, is_from_wechat

BLOCK = 32
"""WeChat pads to 32 bytes, not to AES's 16."""
RANDOM_BYTES = 16
_HEAD = RANDOM_BYTES + 4
_START = re.compile(r"\s*(<\?xml[^>]*\?>\s*)?<xml>")
"""A document type can only stand before the root, so what starts like this has none, and no entities of its own."""


class Mode(StrEnum):
    """How messages come, as chosen in the account's settings."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    """Both kinds are accepted: for the time while the account is being switched."""
    SAFE = "safe"


class EnvelopeInvalid(ValueError):
    """Not from WeChat, damaged, or for another account; the message says which and quotes nothing."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What the account's settings and ours share. The AES key has 43 characters."""

    app_id: str
    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Marks:
    """The query of a request."""

    signature: str = ""
    timestamp: str = ""
    nonce: str = ""
    encrypt_type: str = ""
    msg_signature: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A message whose sender is proven; ``sealed``: it came encrypted, and so must the answer."""

    fields: Mapping[str, str]
    sealed: bool


def open_envelope(body: bytes, marks: Marks, keys: Keys, mode: Mode) -> Opened:
    """Read a request's body; raises :class:`EnvelopeInvalid` whatever is wrong with it.

    In safe mode only ``msg_signature`` counts: the plain one does not cover the body.
    """
    sealed = marks.encrypt_type == "aes"
    if mode is Mode.PLAIN:
        sealed = False
    elif mode is Mode.SAFE and not sealed:
        raise EnvelopeInvalid("a plain message in safe mode")
    if not sealed and not _signed(keys, marks.signature, marks):
        raise EnvelopeInvalid("the signature is wrong")
    fields = read_xml(body)
    if sealed:
        fields = read_xml(unseal(fields.get("Encrypt", ""), marks, keys).encode())
    return Opened(fields, sealed)


def unseal(encrypted: str, marks: Marks, keys: Keys) -> str:
    """The text of an encrypted message, its signature checked first and its appid last."""
    if not encrypted or not _signed(keys, marks.msg_signature, marks, encrypted):
        raise EnvelopeInvalid("the message's signature is wrong")
    try:
        decryptor = _cipher(keys).decryptor()
        padded = decryptor.update(base64.b64decode(encrypted, validate=True)) + decryptor.finalize()
    except ValueError:
        raise EnvelopeInvalid("it cannot be decrypted with our key") from None
    return _content(_without_padding(padded), keys.app_id)


def seal(text: str, keys: Keys, *, random: bytes | None = None) -> str:
    """Encrypt a text for the account; ``random`` is for known answers only."""
    content = text.encode()
    head = (secrets.token_bytes(RANDOM_BYTES) if random is None else random) + len(content).to_bytes(4, "big")
    plain = head + content + keys.app_id.encode()
    fill = BLOCK - len(plain) % BLOCK
    encryptor = _cipher(keys).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()).decode()


def close_envelope(reply: str, keys: Keys, *, timestamp: str, nonce: str, random: bytes | None = None) -> str:
    """A reply as safe mode wants it."""
    encrypted = seal(reply, keys, random=random)
    signature = callback_signature(keys.token, timestamp, nonce, encrypted)
    return render_xml({"Encrypt": encrypted, "MsgSignature": signature, "TimeStamp": int(timestamp), "Nonce": nonce})


def read_xml(body: bytes) -> dict[str, str]:
    """The texts directly below ``<xml>``; nested ones and empty ones are empty."""
    from xml.parsers.expat import ExpatError

    import xmltodict

    try:
        text = body.decode()
        if not _START.match(text):
            raise EnvelopeInvalid("it is not WeChat's XML")
        root: Any = xmltodict.parse(text)["xml"]
    except (UnicodeDecodeError, ExpatError, ValueError, KeyError):
        raise EnvelopeInvalid("it is not WeChat's XML") from None
    if not isinstance(root, dict):
        raise EnvelopeInvalid("it is empty")
    return {name: value if isinstance(value, str) else "" for name, value in root.items()}


def render_xml(fields: Mapping[str, str | int]) -> str:
    """Texts in CDATA, numbers bare, as WeChat writes them."""
    return "<xml>" + "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items()) + "</xml>"


def text_reply(to: str, sender: str, text: str, created: int) -> str:
    """A passive text reply; ``to`` and ``sender`` are those of the message, swapped."""
    return render_xml(
        {"ToUserName": to, "FromUserName": sender, "CreateTime": created, "MsgType": "text", "Content": text}
    )


def _value(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "<![CDATA[" + value.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _signed(keys: Keys, signature: str, marks: Marks, encrypted: str | None = None) -> bool:
    return is_from_wechat(
        keys.token, signature=signature, timestamp=marks.timestamp, nonce=marks.nonce, encrypted=encrypted
    )


def _cipher(keys: Keys) -> Any:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    key = base64.b64decode(keys.encoding_aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def _without_padding(padded: bytes) -> bytes:
    fill = padded[-1] if padded else 0
    if not 1 <= fill <= BLOCK or padded[-fill:] != bytes([fill]) * fill:
        raise EnvelopeInvalid("the padding is wrong")
    return padded[:-fill]


def _content(plain: bytes, app_id: str) -> str:
    end = _HEAD + int.from_bytes(plain[RANDOM_BYTES:_HEAD], "big")
    if len(plain) < _HEAD or end > len(plain):
        raise EnvelopeInvalid("the length is wrong")
    if plain[end:] != app_id.encode():
        raise EnvelopeInvalid("it is for another account")
    try:
        return plain[_HEAD:end].decode()
    except UnicodeDecodeError:
        raise EnvelopeInvalid("it is not UTF-8") from None
