"""The mini program's side of WeChat: `wx.login` codes, `jscode2session`, `wx.getUserInfo` (contract A7)."""

import base64
import hashlib
import json
import os
import secrets

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from sandbox.kit.store import Document
from sandbox.people import MINI_PROGRAM_APP_ID, WeChatPerson, person_by_openid
from sandbox.wechat.account import Account
from sandbox.wechat.errors import WeChatError
from sandbox.wechat.oauth import CODE_LIFETIME

PER_MINUTE = 100
"""Sign-ins of one user a minute."""


class MiniProgram:
    """One mini program of the same owner as the account; bound to the same open-platform account when the knob says so."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._store = account.store

    def login(self, person: WeChatPerson) -> str:
        """What `wx.login` hands to the page; the session key belongs to this login."""
        code = secrets.token_hex(16)
        login = {
            "person": person.openid,
            "session_key": base64.b64encode(os.urandom(16)).decode(),
            "issued_at": self._account.clock(),
            "used": False,
        }
        self._store.put("wechat.mini_code", code, login)
        self._store.put("wechat.mini_login", person.openid, login)
        return code

    def exchange(self, query: dict[str, str]) -> Document:
        """GET /sns/jscode2session; no access token, the mini program's own appid and secret."""
        self._check_app(query.get("appid"), query.get("secret"))
        if query.get("grant_type") != "authorization_code":
            raise WeChatError(40002)
        if not query.get("js_code"):
            raise WeChatError(41008)
        login = self._use_code(query["js_code"])
        person = person_by_openid(login["person"])
        assert person is not None
        self._account.count("mini_codes_exchanged")
        bound = bool(self._account.knobs.get("open_platform_bound"))
        union = {"unionid": person.unionid} if bound else {}
        return {"openid": person.mini_openid, "session_key": login["session_key"], **union}

    def user_info(self, person: WeChatPerson) -> Document:
        """What `wx.getUserInfo` hands to the page, signed and sealed with the key of the person's last login.

        Since October 2022 it names nobody: 微信用户 and a grey picture (knob `mini_program_anonymous`).
        """
        login = self._store.get("wechat.mini_login", person.openid)
        if login is None:
            raise WeChatError(40029, "call wx.login first")
        anonymous = bool(self._account.knobs.get("mini_program_anonymous"))
        told = {
            "nickName": "微信用户" if anonymous else person.nickname,
            "gender": 0,
            "language": "zh_CN",
            "city": "",
            "province": "",
            "country": "",
            "avatarUrl": f"{self._account.public_url}/mmopen/{'grey' if anonymous else person.openid}/132",
        }
        raw = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        signature = hashlib.sha1((raw + login["session_key"]).encode()).hexdigest()
        bound = {"unionId": person.unionid} if self._account.knobs.get("open_platform_bound") else {}
        watermark = {"timestamp": int(self._account.clock()), "appid": MINI_PROGRAM_APP_ID}
        data = {"openId": person.mini_openid, **told, **bound, "watermark": watermark}
        return {"rawData": raw, "signature": signature, **_seal(data, login["session_key"])}

    def _check_app(self, app_id: str | None, secret: str | None) -> None:
        if not app_id:
            raise WeChatError(41002)
        if not secret:
            raise WeChatError(41004)
        if app_id != MINI_PROGRAM_APP_ID:
            raise WeChatError(40013)
        if secret != self._account.credentials.mini_program_secret:
            raise WeChatError(40125)

    def _use_code(self, code: str) -> Document:
        """40163 for a used one as long as it would have lived, then 40029; a refused user keeps their code."""
        login = self._store.get("wechat.mini_code", code)
        if login is None or login["issued_at"] + CODE_LIFETIME <= self._account.clock():
            raise WeChatError(40029)
        if login["used"]:
            raise WeChatError(40163)
        if login["person"] in self._account.knobs.get("blocked_users"):
            raise WeChatError(40226)
        self._spend_minute(login["person"])
        self._store.put("wechat.mini_code", code, {**login, "used": True})
        return login

    def _spend_minute(self, openid: str) -> None:
        minute = int(self._account.clock() // 60)
        used = self._store.get("wechat.mini_minute", openid) or {"minute": minute, "n": 0}
        count = used["n"] if used["minute"] == minute else 0
        if count >= PER_MINUTE:
            raise WeChatError(45011)
        self._store.put("wechat.mini_minute", openid, {"minute": minute, "n": count + 1})


def _seal(data: Document, session_key: str) -> Document:
    iv = os.urandom(16)
    padder = PKCS7(AES.block_size).padder()
    padded = padder.update(json.dumps(data, ensure_ascii=False).encode()) + padder.finalize()
    encryptor = Cipher(AES(base64.b64decode(session_key)), CBC(iv)).encryptor()
    sealed = encryptor.update(padded) + encryptor.finalize()
    return {"encryptedData": base64.b64encode(sealed).decode(), "iv": base64.b64encode(iv).decode()}
