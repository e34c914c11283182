"""WeChat Pay's messages to the person: 支付凭证 after a payment, 退款到账通知 after a refund; shown in the phone's chat."""

import secrets

from sandbox.kit.clock import iso
from sandbox.kit.store import Document
from sandbox.wechat_pay.memory import Memory
from sandbox.wechat_pay.merchant import MERCHANT_NAME
from sandbox.wechat_pay.refunds import receiver_of

METHODS = {"OTHERS": "零钱", "CMB_DEBIT": "招商银行(8888)"}


def of_payment(memory: Memory, order: Document) -> None:
    """支付凭证."""
    facts = {"付款方式": METHODS[order["bank_type"]], "收款方": MERCHANT_NAME, "商品": order["request"]["description"]}
    _add(memory, order, "支付凭证", order["request"]["amount"]["total"], facts)


def of_refund(memory: Memory, refund: Document, order: Document) -> None:
    """退款到账通知, once the money is there."""
    if refund["status"] == "SUCCESS":
        facts = {
            "退款方式": receiver_of(refund),
            "退款原因": refund["request"].get("reason", "商家退款"),
            "商家": MERCHANT_NAME,
        }
        _add(memory, order, "退款到账通知", refund["request"]["amount"]["refund"], facts)


def _add(memory: Memory, order: Document, title: str, amount_fen: int, facts: dict[str, str]) -> None:
    now = memory.clock()
    lines = [{"label": label, "value": value} for label, value in facts.items()]
    message = {
        "from": "payment",
        "title": title,
        "amount_fen": amount_fen,
        "lines": lines,
        "sent_at": now,
        "at": iso(now),
    }
    memory.store.put(f"wechat.chat.{order['request']['payer']['openid']}", secrets.token_hex(8), message)
