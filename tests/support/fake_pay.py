"""WeChat Pay in memory behind the pay port."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone

from chalicelib.integrations.errors import Refused, Retryable
from chalicelib.integrations.wechat_pay.port import (
    Bill,
    BillPayment,
    BillRefund,
    Payment,
    Prepay,
    Refund,
    RefundOrder,
    RefundStatus,
    TradeState,
)

APP_ID, MERCHANT_ID = "wx0c7a3f51d2e84b96", "1680912345"
BEIJING = timezone(timedelta(hours=8))


@dataclass
class FakePay:
    """``trouble`` is called with (operation, "before" | "after") and may raise: the fault wrapper's hook.

    ``settles``: what a refund becomes when it is next asked about; those in ``closes`` come to nothing.
    ``balance_low``: refunds are refused.
    """

    clock: Callable[[], datetime]
    down: bool = False
    settles: RefundStatus = RefundStatus.SUCCESS
    closes: set[str] = field(default_factory=set)
    balance_low: bool = False
    trouble: Callable[[str, str], None] = lambda operation, moment: None
    orders: dict[str, Payment] = field(default_factory=dict)
    prepays: dict[str, Prepay] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    refunded_at: dict[str, datetime] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    # What the payer does.

    def pay(self, out_trade_no: str) -> Payment | None:
        """The payer confirms; ``None`` when WeChat does not let them (closed, too late, paid already)."""
        order, prepay = self.orders[out_trade_no], self.prepays[out_trade_no]
        if order.state is not TradeState.NOTPAY or self.clock() >= prepay.expires_at:
            return None
        number = f"42000{len(self.orders):04d}{out_trade_no}"
        paid = replace(
            order, state=TradeState.SUCCESS, transaction_id=number, amount_fen=prepay.amount_fen, paid_at=self.clock(),
            openid=prepay.openid,
        )  # fmt: skip
        self.orders[out_trade_no] = paid
        return paid

    def taken_fen(self) -> int:
        """All money that was ever paid."""
        return sum(order.amount_fen or 0 for order in self.orders.values() if order.transaction_id)

    def returned_fen(self, out_trade_no: str | None = None) -> int:
        """Money that went back, or is irrevocably on its way."""
        back = (RefundStatus.SUCCESS, RefundStatus.PROCESSING, RefundStatus.ABNORMAL)
        return sum(
            refund.amount_fen
            for refund in self.refunds.values()
            if refund.status in back and out_trade_no in (None, refund.out_trade_no)
        )

    # The port.

    def prepay(self, order: Prepay) -> str:
        """See the port."""
        self._begin("prepay")
        known = self.prepays.get(order.out_trade_no)
        if known is not None and known != order:
            raise Refused("pay_number_used", "other parameters", "pay", peer_code="INVALID_REQUEST")
        state = self.orders[order.out_trade_no].state if known else TradeState.NOTPAY
        if state is not TradeState.NOTPAY:
            code = "pay_order_closed" if state is TradeState.CLOSED else "pay_order_paid"
            raise Refused(code, "over", "pay", peer_code=code)
        self.prepays[order.out_trade_no] = order
        self.orders.setdefault(
            order.out_trade_no,
            Payment(order.out_trade_no, None, TradeState.NOTPAY, None, None, None, APP_ID, MERCHANT_ID),
        )
        self.trouble("prepay", "after")
        return f"wx{order.out_trade_no}"

    def page_parameters(self, prepay_id: str, now: datetime) -> dict[str, str]:
        """See the port."""
        stamp = str(int(now.timestamp()))
        return {
            "appId": APP_ID, "timeStamp": stamp, "nonceStr": "n", "package": f"prepay_id={prepay_id}", "signType": "RSA",
            "paySign": "signed",
        }  # fmt: skip

    def find(self, out_trade_no: str) -> Payment | None:
        """See the port."""
        self._begin("find")
        found = self.orders.get(out_trade_no)
        if found is not None and self.returned_fen(out_trade_no):
            found = replace(found, state=TradeState.REFUND)
        self.trouble("find", "after")
        return found

    def close(self, out_trade_no: str) -> None:
        """See the port."""
        self._begin("close")
        order = self.orders.get(out_trade_no)
        if order is None:
            raise Refused("pay_record_unknown", "unknown", "pay", peer_code="ORDER_NOT_EXIST")
        if order.transaction_id is not None:
            raise Refused("pay_order_paid", "paid", "pay", peer_code="ORDER_PAID")
        self.orders[out_trade_no] = replace(order, state=TradeState.CLOSED)
        self.trouble("close", "after")

    def refund(self, order: RefundOrder) -> Refund:
        """See the port."""
        self._begin("refund")
        if self.balance_low:
            raise Refused("pay_balance_insufficient", "not enough", "pay", peer_code="NOT_ENOUGH")
        known = self.refunds.get(order.out_refund_no)
        if known is None:
            if self.returned_fen(order.out_trade_no) + order.amount_fen > order.total_fen:
                raise Refused("pay_request_invalid", "more than was paid", "pay", peer_code="INVALID_REQUEST")
            known = Refund(
                order.out_refund_no, f"50000{len(self.refunds):06d}", order.out_trade_no, RefundStatus.PROCESSING,
                order.amount_fen, None,
            )  # fmt: skip
            self.refunds[order.out_refund_no] = known
            self.refunded_at[order.out_refund_no] = self.clock()
        self.trouble("refund", "after")
        return known

    def find_refund(self, out_refund_no: str) -> Refund | None:
        """See the port. A refund that is processed settles when it is asked about."""
        self._begin("find_refund")
        found = self.refunds.get(out_refund_no)
        if found is not None and found.status in (RefundStatus.PROCESSING, RefundStatus.ABNORMAL):
            status = RefundStatus.CLOSED if out_refund_no in self.closes else self.settles
            settled = self.clock() if status is RefundStatus.SUCCESS else None
            found = self.refunds[out_refund_no] = replace(found, status=status, settled_at=settled)
        self.trouble("find_refund", "after")
        return found

    def bill(self, day: date) -> Bill:
        """See the port."""
        self._begin("bill")
        payments = tuple(
            BillPayment(
                order.transaction_id, order.out_trade_no, order.openid or "", order.paid_at, order.amount_fen or 0
            )
            for order in self.orders.values()
            if order.transaction_id and order.paid_at and _day(order.paid_at) == day
        )
        refunds = tuple(self._billed(refund) for number, refund in self.refunds.items() if self._on(number, day))
        taken, returned = sum(each.amount_fen for each in payments), sum(each.amount_fen for each in refunds)
        self.trouble("bill", "after")
        return Bill(day, payments, refunds, len(payments) + len(refunds), taken, returned)

    def _billed(self, refund: Refund) -> BillRefund:
        order = self.orders[refund.out_trade_no]
        at = self.refunded_at[refund.out_refund_no]
        return BillRefund(
            refund.refund_id, refund.out_refund_no, order.transaction_id or "", refund.out_trade_no, refund.amount_fen,
            refund.status.value, at,
        )  # fmt: skip

    def _on(self, out_refund_no: str, day: date) -> bool:
        closed = self.refunds[out_refund_no].status is RefundStatus.CLOSED
        return not closed and _day(self.refunded_at[out_refund_no]) == day

    def _begin(self, operation: str) -> None:
        self.calls.append(operation)
        if self.down:
            raise Retryable("peer_unreachable", "no connection", "pay", sent=False)
        self.trouble(operation, "before")


def _day(instant: datetime) -> date:
    return instant.astimezone(BEIJING).date()
