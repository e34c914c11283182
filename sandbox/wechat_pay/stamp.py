"""The headers that prove a message is WeChat's, right or wrong in a chosen way (contract B2)."""

import secrets

from sandbox.wechat_pay.keys import key_of_this_process, load_key
from sandbox.wechat_pay.memory import Memory
from sandbox.wechat_pay.platform_keys import PlatformKeys, Signer
from sandbox.wechat_pay.signature import SCHEME, lines, sign

PROBE = "WECHATPAY/SIGNTEST/"
STALE_SECONDS = 301
KINDS = ("good", "probe", "stale", "unknown_serial", "wrong", "missing")


class Stamp:
    """Signs bodies of responses and notifications."""

    def __init__(self, memory: Memory, keys: PlatformKeys) -> None:
        self._memory = memory
        self._keys = keys

    def headers(self, body: bytes, kind: str = "good", asked: str | None = None) -> dict[str, str]:
        """`kind`: good, or one of the ways in which the merchant must not believe it."""
        if kind == "missing":
            return {}
        signer = self._signer(kind, asked)
        timestamp = str(int(self._memory.clock()) - (STALE_SECONDS if kind == "stale" else 0))
        nonce = secrets.token_hex(16)
        signed = sign(signer.key, lines(timestamp, nonce, body + b" " if kind == "wrong" else body))
        headers = {
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": PROBE + signed[len(PROBE) + 1 :] if kind == "probe" else signed,
            "Wechatpay-Serial": signer.serial,
        }
        return headers | ({"Wechatpay-Signature-Type": SCHEME} if self._memory.knobs.get("signature_type") else {})

    def _signer(self, kind: str, asked: str | None) -> Signer:
        if kind == "unknown_serial":
            return Signer(f"5{secrets.token_hex(19)}B".upper(), load_key(key_of_this_process("stranger")))
        return self._keys.signer(asked)
