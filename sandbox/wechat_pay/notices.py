"""Notifications: what they say, when they are sent again, what a forged one says (contract B6). Pure."""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from sandbox.kit.store import Document
from sandbox.wechat_pay.memory import rfc3339
from sandbox.wechat_pay.merchant import MERCHANT_ID
from sandbox.wechat_pay.orders import shown as shown_order
from sandbox.wechat_pay.refunds import receiver_of
from sandbox.wechat_pay.signature import seal

MINUTE, HOUR = 60, 3600
PAUSES = (
    15,
    15,
    30,
    *(minutes * MINUTE for minutes in (3, 10, 20, 30, 30, 30, 60)),
    *(3 * HOUR,) * 3,
    *(6 * HOUR,) * 2,
)
"""Seconds before each repetition: fifteen in 24 h 4 min."""
SUMMARIES = {
    "TRANSACTION.SUCCESS": "支付成功",
    "REFUND.SUCCESS": "退款成功",
    "REFUND.ABNORMAL": "退款异常",
    "REFUND.CLOSED": "退款关闭",
}
TAMPERS = ("", "amount", "merchant", "order", "app", "currency", "key")


@dataclass(frozen=True)
class Told:
    """What happened: the event, the object that is encrypted, the order it is about."""

    event: str
    original_type: str
    content: Document
    out_trade_no: str
    url: str


def of_payment(order: Document) -> Told:
    """TRANSACTION.SUCCESS."""
    content = {**shown_order({**order, "refunds": []}), "attach": order["request"].get("attach", "")}
    return Told("TRANSACTION.SUCCESS", "transaction", content, order["out_trade_no"], order["request"]["notify_url"])


def of_refund(refund: Document) -> Told:
    """REFUND.SUCCESS, ABNORMAL or CLOSED."""
    amount = refund["request"]["amount"]
    content = {
        "mchid": MERCHANT_ID,
        "transaction_id": refund["transaction_id"],
        "out_trade_no": refund["out_trade_no"],
        "refund_id": refund["refund_id"],
        "out_refund_no": refund["out_refund_no"],
        "refund_status": refund["status"],
        **({"success_time": rfc3339(refund["success_at"])} if refund["success_at"] else {}),
        "user_received_account": receiver_of(refund),
        "amount": {
            "total": amount["total"],
            "refund": amount["refund"],
            "payer_total": amount["total"],
            "payer_refund": amount["refund"],
        },
    }
    return Told(f"REFUND.{refund['status']}", "refund", content, refund["out_trade_no"], refund["notify_url"])


def tampered(content: Document, how: str) -> Document:
    """The same with one lie in it; `key` lies in the cipher, not here."""
    amount: dict[str, Any] = content["amount"]
    return {
        "amount": {**content, "amount": {**amount, "total": amount["total"] + 1}},
        "currency": {**content, "amount": {**amount, "currency": "USD"}},
        "merchant": {**content, "mchid": "1900000109"},
        "app": {**content, "appid": "wx0000000000000000"},
        "order": {**content, "out_trade_no": "UNKNOWN" + content["out_trade_no"][7:]},
    }.get(how, content)


def envelope(notice: Document, api_v3_key: str, tamper: str = "") -> bytes:
    """The body; each attempt has a fresh nonce and cipher text under the same id."""
    content = json.dumps(tampered(notice["content"], tamper), ensure_ascii=False, separators=(",", ":")).encode()
    nonce = secrets.token_hex(6)
    key = secrets.token_hex(16) if tamper == "key" else api_v3_key
    body = {
        "id": notice["id"],
        "create_time": rfc3339(notice["created_at"]),
        "resource_type": "encrypt-resource",
        "event_type": notice["event"],
        "summary": SUMMARIES[notice["event"]],
        "resource": {
            "original_type": notice["original_type"],
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": seal(key, nonce, notice["original_type"], content),
            "associated_data": notice["original_type"],
            "nonce": nonce,
        },
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
