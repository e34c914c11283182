"""The adapter for WeChat Pay behind :class:`~chalicelib.integrations.wechat_pay.port.PayPort`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from chalicelib.integrations.errors import Refused, Retryable
from chalicelib.integrations.house.members import Row, wire_time
from chalicelib.integrations.wechat_pay import PEER, answers, codes
from chalicelib.integrations.wechat_pay.bill import BillUnreadable, read_bill
from chalicelib.integrations.wechat_pay.bill_file import Damaged, opened
from chalicelib.integrations.wechat_pay.certificates import contained
from chalicelib.integrations.wechat_pay.gateway import Gateway, unclear
from chalicelib.integrations.wechat_pay.keys import Certificate, usable_api_v3_key
from chalicelib.integrations.wechat_pay.port import Bill, Payment, Prepay, Refund, RefundOrder
from chalicelib.integrations.wechat_pay.signature import page_message

PREPAY = "/v3/pay/transactions/jsapi"
ORDERS = "/v3/pay/transactions/out-trade-no"
REFUNDS = "/v3/refund/domestic/refunds"
TRADE_BILL = "/v3/bill/tradebill"
CERTIFICATES = "/v3/certificates"
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class PayClient:
    """One merchant number and one official account. The two addresses are where WeChat Pay notifies, without query."""

    gateway: Gateway
    app_id: str
    payments_url: str
    refunds_url: str
    api_v3_key: Callable[[], str] = field(repr=False)
    """Opens platform certificates; asked for by :meth:`certificates` only."""

    def prepay(self, order: Prepay) -> str:
        """See the port."""
        return self._ask("POST", PREPAY, answers.prepay_id, self._order(order))

    def page_parameters(self, prepay_id: str, now: datetime) -> dict[str, str]:
        """See the port."""
        timestamp, nonce, package = str(int(now.timestamp())), self.gateway.nonce(), f"prepay_id={prepay_id}"
        message = page_message(self.app_id, timestamp, nonce, package)
        return {
            "appId": self.app_id,
            "timeStamp": timestamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": self.gateway.merchant.sign(message),
        }

    def find(self, out_trade_no: str) -> Payment | None:
        """See the port."""
        query = urlencode({"mchid": self.gateway.merchant.merchant_id})
        found = self._found(f"{ORDERS}/{_in_path(out_trade_no)}?{query}", answers.payment)
        if found is not None and found.out_trade_no != out_trade_no:
            raise unclear("the answer is about another order")
        return found

    def close(self, out_trade_no: str) -> None:
        """See the port."""
        payload = {"mchid": self.gateway.merchant.merchant_id}
        try:
            self.gateway.call("POST", f"{ORDERS}/{_in_path(out_trade_no)}/close", payload)
        except Refused as refusal:
            if refusal.code != "pay_order_closed":
                raise

    def refund(self, order: RefundOrder) -> Refund:
        """See the port."""
        return _about(order.out_refund_no, self._ask("POST", REFUNDS, answers.refund, self._refund(order)))

    def find_refund(self, out_refund_no: str) -> Refund | None:
        """See the port."""
        found = self._found(f"{REFUNDS}/{_in_path(out_refund_no)}", answers.refund)
        return None if found is None else _about(out_refund_no, found)

    def bill(self, day: date) -> Bill:
        """See the port. A bill that contradicts itself is final (``pay_bill_unreadable``): somebody has to look at it."""
        query = urlencode({"bill_date": day.isoformat(), "bill_type": "ALL", "tar_type": "GZIP"})
        try:
            address, sha1 = self._ask("GET", f"{TRADE_BILL}?{query}", answers.bill_link)
            return read_bill(day, opened(self._download(address), sha1))
        except Refused as refusal:
            if refusal.code != codes.NO_BILL:
                raise
            return Bill(day, (), (), 0, 0, 0)
        except Damaged as damaged:
            raise Retryable("pay_bill_damaged", str(damaged), PEER) from None
        except BillUnreadable as unreadable:
            raise Refused("pay_bill_unreadable", str(unreadable), PEER) from None

    def certificates(self) -> tuple[Certificate, ...]:
        """WeChat Pay's platform certificates now; none for a merchant who has only the public key.

        For a schedule: never on behalf of a caller who has not proven who he is. The answer is verified with a key we
        have or with one inside itself, which is good because only WeChat Pay can seal it with the APIv3 key.
        """
        keys = self.gateway.keys()
        try:
            answer = self.gateway.exchange("GET", CERTIFICATES, None, keys)
        except Refused as refusal:
            if refusal.code != codes.UNKNOWN_RECORD:
                raise
            return ()
        key = usable_api_v3_key(self.api_v3_key())
        found = self.gateway.read(answer, lambda data: contained(data, key))
        self.gateway.require_genuine(answer, keys.with_certificates(found))
        return found

    def _order(self, order: Prepay) -> dict[str, Any]:
        """The same for the same order, to the byte: WeChat Pay compares it with the first one of its number."""
        return {
            "appid": self.app_id,
            "mchid": self.gateway.merchant.merchant_id,
            "description": order.description,
            "out_trade_no": order.out_trade_no,
            "time_expire": wire_time(order.expires_at),
            **({"attach": order.attach} if order.attach else {}),
            "notify_url": self.payments_url,
            "amount": {"total": order.amount_fen, "currency": answers.CURRENCY},
            "payer": {"openid": order.openid},
        }

    def _refund(self, order: RefundOrder) -> dict[str, Any]:
        return {
            "out_trade_no": order.out_trade_no,
            "out_refund_no": order.out_refund_no,
            **({"reason": order.reason} if order.reason else {}),
            "notify_url": self.refunds_url,
            "amount": {"refund": order.amount_fen, "total": order.total_fen, "currency": answers.CURRENCY},
        }

    def _ask(
        self, method: str, target: str, reader: Callable[[Row], _Read], payload: dict[str, Any] | None = None
    ) -> _Read:
        return self.gateway.read(self.gateway.call(method, target, payload), reader)

    def _found(self, target: str, reader: Callable[[Row], _Read]) -> _Read | None:
        try:
            return self._ask("GET", target, reader)
        except Refused as refusal:
            if refusal.code == codes.UNKNOWN_RECORD:
                return None
            raise

    def _download(self, address: str) -> bytes:
        """The bill's file, which nobody signs: its SHA-1 came in an answer that was. Only path and query of ``address``
        count, so a signature of ours never goes to another host."""
        parts = urlsplit(address)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        try:
            return self.gateway.exchange("GET", target, None, self.gateway.keys()).body
        except Refused as refusal:
            if refusal.code == "pay_request_invalid":
                raise Retryable("pay_bill_link_expired", refusal.message, PEER, peer_code=refusal.peer_code) from None
            raise


def _about(out_refund_no: str, refund: Refund) -> Refund:
    """A signature does not say which question it answers."""
    if refund.out_refund_no != out_refund_no:
        raise unclear("the answer is about another refund")
    return refund


def _in_path(number: str) -> str:
    return quote(number, safe="")
