"""The account's server callback: URL check and pushed messages as WeChat sends them (contract A1)."""

import asyncio
import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sandbox.kit import outgoing
from sandbox.wechat.account import Account, Credentials

TIMEOUT = 5
ATTEMPTS = 3
BLOCK = 32
PATH = "/api/wechat/callback"


class BadCipher(ValueError):
    """An encrypted text that is not for this account or is damaged."""


def signature(*parts: str) -> str:
    """Lower-case hex SHA-1 of the sorted, joined parts."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def encrypt(credentials: Credentials, text: str, random16: bytes, app_id: str | None = None) -> str:
    """Safe mode: 16 random bytes, length, text, appid; AES-256-CBC, padding to 32."""
    body = text.encode()
    plain = random16 + len(body).to_bytes(4, "big") + body + (app_id or credentials.app_id).encode()
    fill = BLOCK - len(plain) % BLOCK
    encryptor = _cipher(credentials).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([fill]) * fill) + encryptor.finalize()).decode()


def decrypt(credentials: Credentials, encrypted: str) -> str:
    """The text of a safe-mode reply; BadCipher when padding, length or appid do not fit."""
    decryptor = _cipher(credentials).decryptor()
    try:
        padded = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
    except ValueError as error:
        raise BadCipher from error
    if not padded or not 1 <= padded[-1] <= BLOCK:
        raise BadCipher
    plain = padded[: -padded[-1]]
    length = int.from_bytes(plain[16:20], "big")
    if plain[20 + length :] != credentials.app_id.encode():
        raise BadCipher
    return plain[20 : 20 + length].decode()


def _cipher(credentials: Credentials) -> Cipher[modes.CBC]:
    key = base64.b64decode(credentials.encoding_aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


@dataclass(frozen=True)
class Sending:
    """How a message goes out. mode: plain | safe | compatible; form: xml | json; tamper: None | signature | app_id."""

    mode: str = "plain"
    form: str = "xml"
    tamper: str | None = None
    copies: int = 1


@dataclass(frozen=True)
class Attempt:
    """One HTTP exchange: status 0 when nothing came back in time."""

    status: int
    body: str

    @property
    def is_answered(self) -> bool:
        """WeChat is content with any 200."""
        return self.status == 200


class CallbackSender:
    """Talks to the product's callback URL; blocking, so callers run it in a thread."""

    def __init__(self, account: Account, product_url: str) -> None:
        self._account = account
        self._url = product_url.rstrip("/") + PATH
        self._pushing: set[asyncio.Task[Any]] = set()
        self._last: tuple[dict[str, str], bytes, str] | None = None

    def usual(self) -> Sending:
        """As the account's settings say."""
        return Sending(mode=str(self._account.knobs.get("callback_mode")))

    def replay(self) -> Attempt | None:
        """What somebody who listened in could do: the last request again, byte for byte. None: there was none."""
        return self._exchange(*self._last) if self._last else None

    def check_url(self) -> dict[str, Any]:
        """The check when the address is saved: the echo must come back verbatim. From then on events are pushed."""
        echo = str(secrets.randbelow(10**19))
        attempt = self._exchange({**self._signed(), "echostr": echo}, None, "")
        passed = attempt.is_answered and attempt.body == echo
        if passed:
            self._account.store.put("wechat.callback", "saved", {"at": self._account.clock()})
        return {"passed": passed, "status": attempt.status, "url": self._url}

    def push_later(self, openid: str, fields: dict[str, Any]) -> None:
        """Send an event in the background, once the address has been saved (the check has passed)."""
        if self._account.store.get("wechat.callback", "saved") is None:
            return
        sending = asyncio.to_thread(self.send, self.message(openid, fields), self.usual())
        task = asyncio.get_running_loop().create_task(sending)
        self._pushing.add(task)
        task.add_done_callback(self._pushing.discard)

    def send(self, message: dict[str, Any], sending: Sending) -> list[Attempt]:
        """Send a message up to three times until it is answered; every extra copy is a repeated delivery."""
        attempts: list[Attempt] = []
        for _ in range(sending.copies):
            for _ in range(ATTEMPTS):
                attempts.append(self._send_once(message, sending))
                if attempts[-1].is_answered:
                    break
        return attempts

    def message(self, openid: str, fields: dict[str, Any]) -> dict[str, Any]:
        """The envelope round an event or a text; only messages carry a MsgId."""
        now = self._account.clock()
        envelope = {
            "ToUserName": self._account.credentials.raw_id,
            "FromUserName": openid,
            "CreateTime": int(now),
            **fields,
        }
        if fields.get("MsgType") != "event":
            envelope["MsgId"] = int(now * 1000) * 1000 + secrets.randbelow(1000)
        return envelope

    def _signed(self) -> dict[str, str]:
        stamp, nonce = str(int(self._account.clock())), str(secrets.randbelow(10**10))
        signed = signature(self._account.credentials.callback_token, stamp, nonce)
        return {"signature": signed, "timestamp": stamp, "nonce": nonce}

    def _send_once(self, message: dict[str, Any], sending: Sending) -> Attempt:
        credentials = self._account.credentials
        query = {**self._signed(), "openid": str(message["FromUserName"])}
        body = dict(message) if sending.mode != "safe" else {"ToUserName": message["ToUserName"]}
        if sending.mode != "plain":
            foreign = "wx0000000000000000" if sending.tamper == "app_id" else None
            body["Encrypt"] = encrypt(credentials, render(message, sending.form), secrets.token_bytes(16), foreign)
            joint = signature(credentials.callback_token, query["timestamp"], query["nonce"], body["Encrypt"])
            query.update(encrypt_type="aes", msg_signature=joint)
        if sending.tamper == "signature":
            name = "signature" if sending.mode == "plain" else "msg_signature"
            query[name] = hashlib.sha1(b"tampered").hexdigest()
        media = "text/xml" if sending.form == "xml" else "application/json"
        self._last = (query, render(body, sending.form).encode(), media)
        return self._exchange(*self._last)

    def _exchange(self, query: dict[str, str], body: bytes | None, media: str) -> Attempt:
        answer = outgoing.call(f"{self._url}?{urlencode(query)}", body, media, TIMEOUT)
        return Attempt(answer.status, answer.body.decode("utf-8", "replace"))


def render(message: dict[str, Any], form: str) -> str:
    """The message as XML (text in CDATA, numbers bare) or JSON."""
    if form == "json":
        return json.dumps(message, ensure_ascii=False)
    return "<xml>" + "".join(f"<{name}>{_xml(value)}</{name}>" for name, value in message.items()) + "</xml>"


def _xml(value: Any) -> str:
    return str(value) if isinstance(value, int) else f"<![CDATA[{value}]]>"
