"""Orders made, paid and bent by hand: what tests and the console need to play WeChat's side."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from sandbox.kit.clock import parse_iso
from sandbox.kit.store import Document
from sandbox.people import APP_ID, person_by_openid
from sandbox.wechat_pay import cashier
from sandbox.wechat_pay.merchant import MERCHANT_ID
from sandbox.wechat_pay.orders import OPEN_SECONDS

if TYPE_CHECKING:
    from sandbox.wechat_pay.wiring import WeChatPay


class Unusable(ValueError):
    """The description cannot be used; the text says what is wrong."""


def paid_order(pay: WeChatPay, body: dict[str, Any]) -> Document:
    """A paid order the product knows nothing of: no notification is sent, the bill has it."""
    number, openid = str(body.get("out_trade_no") or secrets.token_hex(13).upper()), str(body.get("openid"))
    amount = body.get("amount_fen")
    if type(amount) is not int or amount < 1 or person_by_openid(openid) is None:
        raise Unusable("需要 amount_fen（分，正整数）和 openid")
    if pay.orders.known(number):
        raise Unusable("这个商户订单号已存在")
    moment = _moment(body.get("paid_at"), pay.memory.clock())
    request = {
        "appid": APP_ID,
        "mchid": MERCHANT_ID,
        "description": str(body.get("description", "饭卡充值")),
        "out_trade_no": number,
        "notify_url": "",
        "amount": {"total": amount, "currency": "CNY"},
        "payer": {"openid": openid},
    }
    order = {
        "out_trade_no": number,
        "request": request,
        "created_at": moment,
        "deadline": moment + OPEN_SECONDS,
        "state": "NOTPAY",
        "prepay_id": "",
        "prepay_until": 0.0,
        "refunds": [],
    }
    return pay.orders.pay(order, at=moment)


def change_order(pay: WeChatPay, number: str, body: dict[str, Any]) -> Document:
    """`not_in_bill` hides it from the bill, `billed_fen` has the bill name another amount (null: the true one)."""
    order = pay.orders.find(number)
    if set(body) - {"not_in_bill", "billed_fen"}:
        raise Unusable("只能改 not_in_bill 和 billed_fen")
    billed = body.get("billed_fen", order.get("billed_fen"))
    if billed is not None and (type(billed) is not int or billed < 1):
        raise Unusable("billed_fen 是分，正整数")
    hidden = body.get("not_in_bill", order.get("not_in_bill", False)) is True
    return pay.orders.save({**order, "billed_fen": billed, "not_in_bill": hidden})


def pay_order(pay: WeChatPay, number: str, body: dict[str, Any]) -> Document:
    """As its payer unless somebody else is named; `late`: although it was closed or has expired."""
    order = pay.orders.find(number)
    outcome, method = body.get("outcome", "ok"), body.get("method", "balance")
    if outcome not in cashier.OUTCOMES or method not in cashier.METHODS:
        raise Unusable(f"outcome 必须是 {' | '.join(cashier.OUTCOMES)}")
    if body.get("late") and order["state"] != "SUCCESS":
        order = pay.orders.save({**order, "state": "NOTPAY", "deadline": pay.memory.clock() + 1})
    return pay.cashier.pay(order, str(body.get("openid") or order["request"]["payer"]["openid"]), outcome, method)


def _moment(text: Any, now: float) -> float:
    if text is None:
        return now
    try:
        return parse_iso(str(text))
    except ValueError:
        raise Unusable("paid_at 应为带时区的时间") from None
