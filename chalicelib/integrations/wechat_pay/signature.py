"""What is signed, to the byte, and whether what came in holds: https://pay.weixin.qq.com/doc/v3/merchant/4012365334."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from chalicelib.integrations.wechat_pay.keys import Keyring, Merchant

SCHEME = "WECHATPAY2-SHA256-RSA2048"
WINDOW = timedelta(minutes=5)
"""How far WeChat Pay's clock may be from ours; five minutes and more are too far (as in its own libraries)."""
_LONGEST_TIMESTAMP = 12


def request_message(method: str, target: str, timestamp: str, nonce: str, body: bytes) -> bytes:
    """Five lines. ``target`` is the path with ``?`` and query as on the wire."""
    return _lines(method.encode(), target.encode(), timestamp.encode(), nonce.encode(), body)


def received_message(timestamp: str, nonce: str, body: bytes) -> bytes:
    """Three lines, for answers and notifications; whatever a stranger's header holds."""
    return _lines(timestamp.encode(), nonce.encode(errors="surrogatepass"), body)


def page_message(app_id: str, timestamp: str, nonce: str, package: str) -> bytes:
    """Four lines, for the page that opens the pay sheet."""
    return _lines(app_id.encode(), timestamp.encode(), nonce.encode(), package.encode())


def authorization(merchant: Merchant, method: str, target: str, timestamp: str, nonce: str, body: bytes) -> str:
    """Value of the ``Authorization`` header."""
    facts = {
        "mchid": merchant.merchant_id,
        "nonce_str": nonce,
        "signature": merchant.sign(request_message(method, target, timestamp, nonce, body)),
        "timestamp": timestamp,
        "serial_no": merchant.serial,
    }
    return f"{SCHEME} " + ",".join(f'{name}="{value}"' for name, value in facts.items())


def fault_of(keys: Keyring, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Why an answer or notification is not provably WeChat Pay's: ``form``, ``scheme``, ``time``, ``serial``, ``signature``;
    empty when it is.

    ``headers`` have lower-case names. A probe (``WECHATPAY/SIGNTEST/…``) is a wrong signature like any other.
    """
    timestamp, nonce = headers.get("wechatpay-timestamp", ""), headers.get("wechatpay-nonce", "")
    serial, signature = headers.get("wechatpay-serial", ""), headers.get("wechatpay-signature", "")
    if not (_is_time(timestamp) and nonce and serial and signature):
        return "form"
    if headers.get("wechatpay-signature-type", SCHEME) != SCHEME:
        return "scheme"
    if abs(now.timestamp() - int(timestamp)) >= WINDOW.total_seconds():
        return "time"
    keys = keys.valid_at(now)
    if not keys.knows(serial):
        return "serial"
    return "" if keys.verify(serial, received_message(timestamp, nonce, body), signature) else "signature"


def lower_names(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers by lower-case name: their case is the sender's and the gateway's affair."""
    return {name.lower(): value for name, value in headers.items()}


def _lines(*lines: bytes) -> bytes:
    """Each with a line feed, the last one, too."""
    return b"".join(line + b"\n" for line in lines)


def _is_time(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_TIMESTAMP
