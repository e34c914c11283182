"""What the product wants from WeChat Pay.

Money is whole fen of CNY, times are aware datetimes, days are Beijing days. Every operation may raise the errors of
:mod:`chalicelib.integrations.errors`. All of them may be repeated: orders and refunds are the same again under the same
number, the rest only reads. So a lost answer is :class:`~chalicelib.integrations.errors.Retryable`, never an unknown
outcome; before anything else is done about it, ask with :meth:`PayPort.find` or :meth:`PayPort.find_refund`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


class TradeState(StrEnum):
    """Where an order stands. A failed attempt to pay leaves it ``NOTPAY``."""

    SUCCESS = "SUCCESS"
    REFUND = "REFUND"
    """Was paid, and a refund was raised: look at the refund."""
    NOTPAY = "NOTPAY"
    CLOSED = "CLOSED"
    REVOKED = "REVOKED"
    USERPAYING = "USERPAYING"
    PAYERROR = "PAYERROR"


class RefundStatus(StrEnum):
    """Where a refund stands."""

    SUCCESS = "SUCCESS"
    CLOSED = "CLOSED"
    """Came to nothing; needs a new number."""
    PROCESSING = "PROCESSING"
    ABNORMAL = "ABNORMAL"
    """The user's bank does not take it: somebody has to settle it in WeChat Pay's console."""


@dataclass(frozen=True, slots=True)
class Prepay:
    """An order as it is placed; placed again under its number it must be the same to the letter."""

    out_trade_no: str
    """Ours, 6 to 32 of ``[0-9A-Za-z_-|*]``."""
    description: str
    """At most 127 characters; the payer reads it."""
    amount_fen: int
    openid: str = field(repr=False)
    expires_at: datetime
    """Until when it can be paid. Not a closing: the order stays until it is closed."""
    attach: str = ""
    """At most 128 characters, given back with the payment."""


@dataclass(frozen=True, slots=True)
class Payment:
    """An order as WeChat Pay has it."""

    out_trade_no: str
    transaction_id: str | None
    state: TradeState
    amount_fen: int | None
    openid: str | None = field(repr=False)
    paid_at: datetime | None
    app_id: str
    merchant_id: str
    """Whoever believes it compares ``app_id``, ``merchant_id`` and ``amount_fen`` with the order."""


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """A refund as it is asked for."""

    out_refund_no: str
    """Ours, at most 64 of ``[0-9A-Za-z_-|*@]``: the same number refunds once."""
    out_trade_no: str
    amount_fen: int
    total_fen: int
    """Of the order."""
    reason: str
    """At most 80 characters, the user reads it; empty for none."""


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund as WeChat Pay has it."""

    out_refund_no: str
    refund_id: str
    out_trade_no: str
    status: RefundStatus
    amount_fen: int
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class BillPayment:
    """A payment in the daily bill."""

    transaction_id: str
    out_trade_no: str
    openid: str = field(repr=False)
    paid_at: datetime
    amount_fen: int


@dataclass(frozen=True, slots=True)
class BillRefund:
    """A refund in the daily bill."""

    refund_id: str
    out_refund_no: str
    transaction_id: str
    out_trade_no: str
    amount_fen: int
    status: str
    """As the bill has it; empty when it has none."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Bill:
    """A day's bill, its rows compared with its own summary. It holds everything the merchant number took that day."""

    day: date
    payments: tuple[BillPayment, ...]
    refunds: tuple[BillRefund, ...]
    total_count: int
    """Rows of any kind."""
    total_fen: int
    refund_fen: int


class PayPort(Protocol):
    """WeChat Pay for one merchant number and one official account."""

    def prepay(self, order: Prepay) -> str:
        """A ``prepay_id``, good for two hours. Refused with ``pay_order_paid``, ``pay_order_closed``, ``pay_number_used``
        (the number is taken by another order), ``pay_openid_mismatch``, ``pay_request_invalid``, …"""
        ...

    def page_parameters(self, prepay_id: str, now: datetime) -> dict[str, str]:
        """What ``WeixinJSBridge`` wants: appId, timeStamp, nonceStr, package, signType, paySign. Calls nobody."""
        ...

    def find(self, out_trade_no: str) -> Payment | None:
        """The order now, ``None`` when WeChat Pay has none of this number."""
        ...

    def close(self, out_trade_no: str) -> None:
        """The order cannot be paid any more; closed already: done. Refused with ``pay_order_paid``, or
        ``pay_record_unknown`` when WeChat Pay has none of this number."""
        ...

    def refund(self, order: RefundOrder) -> Refund:
        """Asked for, normally ``PROCESSING``. Refused with ``pay_balance_insufficient`` (the merchant's), …"""
        ...

    def find_refund(self, out_refund_no: str) -> Refund | None:
        """The refund now, ``None`` when WeChat Pay has none of this number."""
        ...

    def bill(self, day: date) -> Bill:
        """A past day's bill, from ten o'clock of the next; without rows when nothing was traded. ``pay_bill_not_ready``
        (retryable) before."""
        ...
