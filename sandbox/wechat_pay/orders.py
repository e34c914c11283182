"""Orders: prepay, query, close, and the payment itself. NOTPAY → SUCCESS → REFUND, or CLOSED (contract B3, B4)."""

from collections.abc import Callable
from typing import Any

from sandbox.kit.clock import parse_iso
from sandbox.kit.store import Document
from sandbox.people import APP_ID, person_by_openid
from sandbox.wechat_pay import tables
from sandbox.wechat_pay.addresses import Addresses
from sandbox.wechat_pay.errors import OTHER_PARAMETERS, OUT_OF_RANGE, PayError, wrong
from sandbox.wechat_pay.memory import ORDER, Memory, present, rfc3339
from sandbox.wechat_pay.merchant import MERCHANT_ID

PREPAY_SECONDS = 2 * 3600
SHORTEST_SECONDS = 60
LONGEST_SECONDS = 15 * 86400
OPEN_SECONDS = 7 * 86400
TRANSACTION = "pay.transaction"
WORDS = {
    "NOTPAY": "订单未支付",
    "SUCCESS": "支付成功",
    "REFUND": "订单发生过退款，退款详情请查询退款单",
    "CLOSED": "订单已关闭",
}
BANKS = {"balance": "OTHERS", "card": "CMB_DEBIT"}
"""How it was paid → bank_type."""


class Orders:
    """Everything about orders; `paid` is told of each payment."""

    def __init__(self, memory: Memory, addresses: Addresses, paid: Callable[[Document], None]) -> None:
        self._memory = memory
        self._addresses = addresses
        self._paid = paid

    def prepay(self, body: dict[str, Any]) -> Document:
        """A new order, or the living prepay_id of the identical one. Raises PayError."""
        self._check(body)
        known = self.known(body["out_trade_no"])
        order = self._again(known, body) if known else self._new(body)
        return {"prepay_id": self._renewed(order)["prepay_id"]}

    def known(self, out_trade_no: str) -> Document | None:
        """The order; one that nobody paid for seven days has closed itself."""
        order = self._memory.store.get(ORDER, out_trade_no)
        return self._aged(order) if order else None

    def find(self, out_trade_no: str) -> Document:
        """Raises ORDER_NOT_EXIST."""
        order = self.known(out_trade_no)
        if order is None:
            raise PayError("ORDER_NOT_EXIST", "订单不存在")
        return order

    def find_paid(self, transaction_id: str) -> Document:
        """By WeChat's number. Raises ORDER_NOT_EXIST."""
        place = self._memory.store.get(TRANSACTION, transaction_id) or {"out_trade_no": ""}
        return self.find(place["out_trade_no"])

    def all(self) -> list[Document]:
        """Every order, the newest first."""
        return [self._aged(order) for order in self._memory.store.all(ORDER)[::-1]]

    def close(self, out_trade_no: str) -> None:
        """Nobody can pay any more; closing again changes nothing. Raises ORDER_NOT_EXIST, ORDER_PAID."""
        order = self.find(out_trade_no)
        if order["state"] == "SUCCESS":
            raise PayError("ORDER_PAID", "订单已支付")
        if order["state"] == "NOTPAY":
            self.save({**order, "state": "CLOSED", "closed_at": self._memory.clock()})

    def pay(self, order: Document, method: str = "balance", at: float | None = None) -> Document:
        """The money has moved, and the merchant is told. Who may pay was decided before."""
        moment = self._memory.clock() if at is None else at
        facts = {"state": "SUCCESS", "paid_at": moment, "bank_type": BANKS[method]}
        paid = self.save({**order, **facts, "transaction_id": self._memory.new_transaction_id(moment)})
        self._memory.store.put(TRANSACTION, paid["transaction_id"], {"out_trade_no": paid["out_trade_no"]})
        self._paid(paid)
        return paid

    def save(self, order: Document) -> Document:
        """Keep it."""
        self._memory.store.put(ORDER, order["out_trade_no"], order)
        return order

    def _check(self, body: dict[str, Any]) -> None:
        tables.PREPAY(body, "/body")
        if body["appid"] != APP_ID:
            raise PayError("APPID_MCHID_NOT_MATCH", "商户号与 appid 不匹配")
        if person_by_openid(body["payer"]["openid"]) is None:
            raise wrong("/body/payer/openid", "无效的 openid", body["payer"]["openid"])
        if len(str(body.get("detail", "")).encode()) > tables.LARGEST_DETAIL:
            raise wrong("/body/detail", "过长", None, OUT_OF_RANGE)
        self._addresses.check(body["notify_url"])

    def _again(self, order: Document, body: dict[str, Any]) -> Document:
        if order["state"] == "SUCCESS":
            raise PayError("ORDER_PAID", "订单已支付")
        if order["state"] == "CLOSED" or self._memory.clock() > order["deadline"]:
            raise PayError("ORDER_CLOSED", "订单已关闭或已过期，请重新下单")
        if order["request"] != body:
            raise PayError("INVALID_REQUEST", "请求重入时，参数与首次请求时不一致", OTHER_PARAMETERS)
        return order

    def _new(self, body: dict[str, Any]) -> Document:
        now = self._memory.clock()
        return {
            "out_trade_no": body["out_trade_no"],
            "request": body,
            "created_at": now,
            "deadline": _deadline(body, now),
            "state": "NOTPAY",
            "prepay_until": 0.0,
            "refunds": [],
        }

    def _renewed(self, order: Document) -> Document:
        now = self._memory.clock()
        if now < order["prepay_until"]:
            return order
        return self.save({**order, "prepay_id": self._memory.new_prepay_id(), "prepay_until": now + PREPAY_SECONDS})

    def _aged(self, order: Document) -> Document:
        end = max(order["created_at"] + OPEN_SECONDS, order["deadline"])
        if order["state"] != "NOTPAY" or self._memory.clock() < end:
            return order
        return self.save({**order, "state": "CLOSED", "closed_at": end})


def _deadline(body: dict[str, Any], now: float) -> float:
    """Until when it can be paid: at least a minute from now, at most 15 days. PARAM_ERROR for a time that is none."""
    if "time_expire" not in body:
        return now + OPEN_SECONDS
    try:
        moment = parse_iso(body["time_expire"])
    except ValueError:
        raise wrong("/body/time_expire", "应为带时区的 RFC 3339 时间", body["time_expire"]) from None
    if not now < moment <= now + LONGEST_SECONDS:
        raise wrong("/body/time_expire", "应在未来 15 天之内", body["time_expire"], OUT_OF_RANGE)
    return max(moment, now + SHORTEST_SECONDS)


def state_of(order: Document) -> str:
    """What the query tells: a paid order with a refund is REFUND, however far the refund is."""
    return "REFUND" if order["state"] == "SUCCESS" and order["refunds"] else str(order["state"])


def shown(order: Document) -> Document:
    """The answer of the query; what only a payment has is left out before."""
    request, state = order["request"], state_of(order)
    facts = {
        "appid": request["appid"],
        "mchid": MERCHANT_ID,
        "out_trade_no": order["out_trade_no"],
        "trade_type": "JSAPI",
        "trade_state": state,
        "trade_state_desc": WORDS[state],
        "attach": request.get("attach"),
    }
    return present({**facts, **(_payment(order) if order["state"] == "SUCCESS" else {})})


def _payment(order: Document) -> Document:
    request = order["request"]
    total = request["amount"]["total"]
    device = request.get("scene_info", {}).get("device_id")
    return {
        "transaction_id": order["transaction_id"],
        "bank_type": order["bank_type"],
        "success_time": rfc3339(order["paid_at"]),
        "payer": {"openid": request["payer"]["openid"]},
        "amount": {"total": total, "payer_total": total, "currency": "CNY", "payer_currency": "CNY"},
        "scene_info": {"device_id": device} if device else None,
    }
