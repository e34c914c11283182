"""Mini program sign-in: code exchange, and the checks of what ``wx.getUserInfo`` hands to the page.

``jscode2session`` needs no access token; wechatpy's own call fetches one first and fails with it, so it is not used.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from chalicelib.integrations.http import Http
from chalicelib.integrations.wechat import PEER, answers
from chalicelib.integrations.wechat.oauth import READ_SECONDS

_KEY_BYTES = 16


class UserInfoInvalid(Exception):
    """What the page sent is not what WeChat signed and sealed for this sign-in; says nothing of the content."""


@dataclass(frozen=True, slots=True)
class MiniProgramGrant:
    """What a code was exchanged for. ``session_key`` must neither leave the server nor be stored."""

    openid: str
    session_key: str = field(repr=False)
    unionid: str = ""
    """Whenever the mini program is bound to an open-platform account."""


@dataclass(frozen=True, slots=True)
class MiniProgram:
    """One mini program. The base URL is scheme and host, so that a simulator can stand in."""

    app_id: str
    app_secret: str = field(repr=False)
    api_base_url: str
    http: Http = field(default_factory=lambda: Http(PEER, read_seconds=READ_SECONDS))

    def exchange(self, code: str) -> MiniProgramGrant:
        """Trade a code of ``wx.login``, which works once and for five minutes.

        Refused with ``code_invalid`` (wrong, used, too old), ``wechat_user_blocked`` (40226), or later with ``peer_busy``
        (-1, 45011). A lost answer is an unknown outcome: the code may be spent, and ``wx.login`` gives another.
        """
        parameters = {
            "appid": self.app_id,
            "secret": self.app_secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        url = self.api_base_url.rstrip("/") + "/sns/jscode2session"
        answer = self.http.exchange("GET", url, repeatable=False, params=parameters)
        result = answers.read(self.http, answer, False)
        if answers.errcode(result) != 0:
            raise answers.refusal(result, parameters.values())
        return MiniProgramGrant(
            openid=answers.required_text(self.http, result, "openid", False),
            session_key=answers.required_text(self.http, result, "session_key", False),
            unionid=answers.optional_text(result, "unionid"),
        )


def is_signed(raw_data: str, session_key: str, signature: str) -> bool:
    """Whether WeChat signed ``rawData`` in the session of this key: sha1 over the two, in lower-case hex."""
    expected = hashlib.sha1((raw_data + session_key).encode(), usedforsecurity=False).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


def open_user_data(encrypted_data: str, iv: str, session_key: str, app_id: str) -> dict[str, Any]:
    """The object in ``encryptedData`` (AES-128-CBC, PKCS#7), whose watermark must name our mini program.

    Raises :class:`UserInfoInvalid`, whatever is wrong with it: sealed with another key, changed, of another app.
    """
    opened = _decrypt(_decode(encrypted_data), _decode(session_key), _decode(iv))
    try:
        data = json.loads(opened)
    except ValueError:
        raise UserInfoInvalid("not sealed with this key") from None
    watermark = data.get("watermark") if isinstance(data, dict) else None
    if not isinstance(watermark, dict) or watermark.get("appid") != app_id:
        raise UserInfoInvalid("of another app")
    return dict(data)


def _decrypt(sealed: bytes, key: bytes, iv: bytes) -> bytes:
    # 30 ms that only a sign-in with a profile needs.
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC
    from cryptography.hazmat.primitives.padding import PKCS7

    if len(key) != _KEY_BYTES or len(iv) != _KEY_BYTES or not sealed or len(sealed) % _KEY_BYTES:
        raise UserInfoInvalid("wrong size")
    decryptor = Cipher(AES(key), CBC(iv)).decryptor()
    unpadder = PKCS7(AES.block_size).unpadder()
    try:
        return unpadder.update(decryptor.update(sealed) + decryptor.finalize()) + unpadder.finalize()
    except ValueError:
        raise UserInfoInvalid("not sealed with this key") from None


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise UserInfoInvalid("not base64") from None
