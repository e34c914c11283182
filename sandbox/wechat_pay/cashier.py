"""The pay sheet in WeChat: what a page asks for is checked as WeChat's client and server do, then somebody pays (contract B3.1)."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from sandbox.kit.store import Document
from sandbox.people import ACCOUNT_NAME
from sandbox.wechat_pay.memory import Memory
from sandbox.wechat_pay.merchant import MERCHANT_NAME
from sandbox.wechat_pay.orders import BANKS, Orders
from sandbox.wechat_pay.signature import lines, verifies

SHEET = "pay.sheet"
PREFIX = "prepay_id="
MEMBERS = ("appId", "timeStamp", "nonceStr", "package", "signType", "paySign")
OUTCOMES = ("ok", "cancel", "insufficient", "system_error")
NO_TOTAL_FEE = "调用支付JSAPI缺少参数：total_fee"
FAILURES = {"insufficient": "零钱余额不足，请更换支付方式", "system_error": "系统繁忙，请稍后再试"}


class NotPossible(Exception):
    """What WeChat shows instead of the sheet, or after it."""


class Cashier:
    """Between a page that wants money and the person who holds the phone."""

    def __init__(self, memory: Memory, orders: Orders, merchant_key: RSAPublicKey) -> None:
        self._memory = memory
        self._orders = orders
        self._merchant_key = merchant_key

    def open(self, parameters: dict[str, Any], page_url: str, openid: str) -> Document:
        """What the sheet shows. Raises NotPossible."""
        self._check_page(page_url)
        order = self._order(parameters)
        self._check_signature(parameters)
        if order["request"]["appid"] != parameters["appId"]:
            raise NotPossible(NO_TOTAL_FEE)
        self._check_payable(order, openid)
        number = secrets.token_hex(8)
        sheet = {"id": number, "out_trade_no": order["out_trade_no"], "openid": openid}
        self._memory.store.put(SHEET, number, sheet)
        return {
            **sheet,
            "merchant": MERCHANT_NAME,
            "account": ACCOUNT_NAME,
            "amount_fen": order["request"]["amount"]["total"],
            "description": order["request"]["description"],
        }

    def finish(self, number: str, outcome: str, method: str = "balance") -> Document:
        """What the person did: one of OUTCOMES. Answers {"err_msg", "err_desc"?, "told"}; told: whether the page hears it.

        Raises NotPossible when the sheet is gone or the order can no longer be paid.
        """
        sheet = self._memory.store.get(SHEET, number)
        if sheet is None:
            raise NotPossible("支付页面已关闭")
        self._memory.store.delete(SHEET, number)
        order = self._orders.find(sheet["out_trade_no"])
        return self.pay(order, sheet["openid"], outcome, method)

    def pay(self, order: Document, openid: str, outcome: str, method: str = "balance") -> Document:
        """The same without a sheet."""
        if outcome == "cancel":
            return _result("cancel")
        outcome = self._switched(outcome, method)
        if outcome in FAILURES:
            return _result("fail", FAILURES[outcome])
        self._check_payable(order, openid)
        self._orders.pay(order, method)
        return _result("ok") | {"told": not self._memory.knobs.get("killed_after_paying")}

    def _switched(self, outcome: str, method: str) -> str:
        knobs = self._memory.knobs
        if knobs.get("insufficient") and method == "balance":
            return "insufficient"
        return "system_error" if knobs.get("cashier_error") else outcome

    def _check_page(self, url: str) -> None:
        """The page lies below one of the registered directories; host and path count, not the query."""
        parts = urlsplit(url)
        page = f"{parts.scheme}://{parts.netloc}{parts.path or '/'}"
        directories = self._memory.knobs.get("payment_directories")
        if not any(page.startswith(str(one)) and str(one).endswith("/") for one in directories):
            raise NotPossible(f"当前页面的URL未注册：{page}")

    def _order(self, parameters: dict[str, Any]) -> Document:
        for name in MEMBERS:
            if not isinstance(parameters.get(name), str) or not parameters[name]:
                raise NotPossible(f"调用支付JSAPI缺少参数：{name}")
        prepay_id = parameters["package"].removeprefix(PREFIX)
        now = self._memory.clock()
        if not parameters["package"].startswith(PREFIX):
            raise NotPossible(NO_TOTAL_FEE)
        order = next((one for one in self._orders.all() if one["prepay_id"] == prepay_id), None)
        if order is None or now >= order["prepay_until"]:
            raise NotPossible(NO_TOTAL_FEE)
        return order

    def _check_signature(self, parameters: dict[str, Any]) -> None:
        message = lines(*(parameters[name] for name in ("appId", "timeStamp", "nonceStr", "package")))
        if parameters["signType"] != "RSA" or not verifies(self._merchant_key, message, parameters["paySign"]):
            raise NotPossible("支付验证签名失败")

    def _check_payable(self, order: Document, openid: str) -> None:
        if order["state"] == "SUCCESS":
            raise NotPossible("该订单已支付")
        if order["state"] == "CLOSED":
            raise NotPossible("该订单已关闭，请重新下单")
        if self._memory.clock() > order["deadline"]:
            raise NotPossible("该订单已过期，请重新下单")
        if order["request"]["payer"]["openid"] != openid:
            raise NotPossible("下单账号与支付账号不一致，请核实后再支付")


def _result(outcome: str, reason: str = "") -> Document:
    said = {"err_msg": f"get_brand_wcpay_request:{outcome}", "told": True}
    return {**said, "err_desc": reason} if reason else said


def refused(reason: str) -> Document:
    """What the page hears of NotPossible."""
    return _result("fail", reason)


METHODS = tuple(BANKS)
