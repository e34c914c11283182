"""Refunds: once a number, never more than was paid, PROCESSING → SUCCESS | ABNORMAL | CLOSED (contract B5)."""

from collections.abc import Callable
from typing import Any

from sandbox.kit.store import Document
from sandbox.wechat_pay import tables
from sandbox.wechat_pay.addresses import Addresses
from sandbox.wechat_pay.errors import PayError, wrong
from sandbox.wechat_pay.memory import REFUND, Memory, present, rfc3339
from sandbox.wechat_pay.orders import Orders

YEAR_SECONDS = 365 * 86400
MOST = 50
PROCESSING = "pay.processing"
RESULTS = ("SUCCESS", "ABNORMAL", "CLOSED")


class NotNow(Exception):
    """A refund that cannot be settled like this."""


class Refunds:
    """Everything about refunds; `settled` is told of each result."""

    def __init__(
        self, memory: Memory, orders: Orders, addresses: Addresses, settled: Callable[[Document], None]
    ) -> None:
        self._memory = memory
        self._orders = orders
        self._addresses = addresses
        self._settled = settled

    def refund(self, body: dict[str, Any]) -> Document:
        """Accept one, or answer how the identical one stands. Raises PayError."""
        tables.REFUND(body, "/body")
        if "notify_url" in body:
            self._addresses.check(body["notify_url"])
        known = self._memory.store.get(REFUND, body["out_refund_no"])
        if known is None:
            return shown(self._new(self._order(body), body))
        if known["request"] != body:
            raise PayError("INVALID_REQUEST", "退款单号已使用，且参数与首次请求时不一致")
        return shown(known)

    def find(self, out_refund_no: str) -> Document:
        """Raises RESOURCE_NOT_EXISTS."""
        refund = self._memory.store.get(REFUND, out_refund_no)
        if refund is None:
            raise PayError("RESOURCE_NOT_EXISTS", "退款单不存在")
        return refund

    def all(self) -> list[Document]:
        """Every refund, the newest first."""
        return self._memory.store.all(REFUND)[::-1]

    def settle(self, out_refund_no: str, result: str) -> Document:
        """How it ends; an abnormal one may still succeed. Raises NotNow, RESOURCE_NOT_EXISTS."""
        refund = self.find(out_refund_no)
        if refund["status"] not in ("PROCESSING", "ABNORMAL") or refund["status"] == result:
            raise NotNow("这笔退款已经结束")
        moment = self._memory.clock() if result == "SUCCESS" else None
        done = self._save({**refund, "status": result, "success_at": moment})
        self._memory.store.delete(PROCESSING, out_refund_no)
        if result == "CLOSED":
            order = self._orders.find(refund["out_trade_no"])
            left = [number for number in order["refunds"] if number != out_refund_no]
            self._orders.save({**order, "refunds": left})
        self._settled(done)
        return done

    def settle_due(self) -> None:
        """Those that have been processing for long enough end as the switch says."""
        seconds, result = self._memory.knobs.get("refund_seconds"), str(self._memory.knobs.get("refund_result"))
        if seconds is None:
            return
        due = self._memory.clock() - float(seconds)
        for waiting in self._memory.store.all(PROCESSING):
            if waiting["since"] <= due:
                self.settle(waiting["out_refund_no"], result)

    def balance(self) -> int:
        """The merchant's money in fen: what was there, plus payments, minus refunds."""
        paid = sum(_total(order) for order in self._orders.all() if order["state"] == "SUCCESS")
        back = sum(_amount(refund) for refund in self.all() if refund["status"] != "CLOSED")
        return int(self._memory.knobs.get("balance_fen")) + paid - back

    def _order(self, body: dict[str, Any]) -> Document:
        """The paid order that is meant. RESOURCE_NOT_EXISTS for none, INVALID_REQUEST for one that is not paid."""
        if "transaction_id" not in body and "out_trade_no" not in body:
            raise wrong("/body/out_trade_no", "与 transaction_id 至少有一个")
        try:
            by_ours = self._orders.find(body["out_trade_no"]) if "out_trade_no" in body else None
            by_theirs = self._orders.find_paid(body["transaction_id"]) if "transaction_id" in body else None
        except PayError:
            raise PayError("RESOURCE_NOT_EXISTS", "订单不存在") from None
        order = by_ours or by_theirs or {}
        if by_ours and by_theirs and by_ours["out_trade_no"] != by_theirs["out_trade_no"]:
            raise PayError("INVALID_REQUEST", "两个订单号不是同一笔订单")
        if order["state"] != "SUCCESS":
            raise PayError("INVALID_REQUEST", "订单未支付，不能退款")
        return order

    def _new(self, order: Document, body: dict[str, Any]) -> Document:
        self._check(order, body)
        refund = {
            "out_refund_no": body["out_refund_no"],
            "request": body,
            "out_trade_no": order["out_trade_no"],
            "transaction_id": order["transaction_id"],
            "notify_url": body.get("notify_url") or self._memory.knobs.get("console_notify_url"),
            "bank_type": order["bank_type"],
            "refund_id": self._memory.new_refund_id(),
            "created_at": self._memory.clock(),
            "success_at": None,
            "status": "PROCESSING",
        }
        self._orders.save({**order, "refunds": [*order["refunds"], body["out_refund_no"]]})
        waiting = {"out_refund_no": body["out_refund_no"], "since": refund["created_at"]}
        self._memory.store.put(PROCESSING, body["out_refund_no"], waiting)
        return self._save(refund)

    def _check(self, order: Document, body: dict[str, Any]) -> None:
        amount = body["amount"]
        earlier = [self.find(number) for number in order["refunds"]]
        if amount["total"] != _total(order):
            raise PayError("INVALID_REQUEST", "订单金额与下单时不一致")
        if self._memory.clock() - order["paid_at"] > YEAR_SECONDS:
            raise PayError("INVALID_REQUEST", "订单已超过可退款的最大期限")
        if len(earlier) >= MOST:
            raise PayError("INVALID_REQUEST", f"同一笔订单最多退款 {MOST} 次")
        if sum(_amount(one) for one in earlier) + amount["refund"] > _total(order):
            raise PayError("INVALID_REQUEST", "退款金额大于可退金额")
        if amount["refund"] > self.balance():
            raise PayError("NOT_ENOUGH", "基本账户余额不足，请充值后重新发起")

    def _save(self, refund: Document) -> Document:
        self._memory.store.put(REFUND, refund["out_refund_no"], refund)
        return refund


def _total(order: Document) -> int:
    return int(order["request"]["amount"]["total"])


def _amount(refund: Document) -> int:
    return int(refund["request"]["amount"]["refund"])


def receiver_of(refund: Document) -> str:
    """Where the money goes, in words."""
    return "支付用户零钱" if refund["bank_type"] == "OTHERS" else "招商银行借记卡8888"


def shown(refund: Document) -> Document:
    """The answer of refund and query; success_time only once there is one."""
    amount = refund["request"]["amount"]
    facts = {
        "refund_id": refund["refund_id"],
        "out_refund_no": refund["out_refund_no"],
        "transaction_id": refund["transaction_id"],
        "out_trade_no": refund["out_trade_no"],
        "channel": "ORIGINAL",
        "user_received_account": receiver_of(refund),
        "success_time": rfc3339(refund["success_at"]),
        "create_time": rfc3339(refund["created_at"]),
        "status": refund["status"],
        "funds_account": refund["request"].get("funds_account", "AVAILABLE"),
        "amount": {
            "total": amount["total"],
            "refund": amount["refund"],
            "from": amount.get("from", []),
            "payer_total": amount["total"],
            "payer_refund": amount["refund"],
            "settlement_refund": amount["refund"],
            "settlement_total": amount["total"],
            "discount_refund": 0,
            "currency": "CNY",
            "refund_fee": 0,
        },
        "promotion_detail": [],
    }
    return present(facts)
