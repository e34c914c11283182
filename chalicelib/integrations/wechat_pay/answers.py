"""Reads what WeChat Pay answers and notifies; raises :class:`~chalicelib.integrations.house.members.Unreadable`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from chalicelib.integrations.house import members
from chalicelib.integrations.house.members import Row, Unreadable
from chalicelib.integrations.wechat_pay.port import Payment, Refund, RefundStatus, TradeState

CURRENCY = "CNY"
_WAS_PAID = (TradeState.SUCCESS, TradeState.REFUND)
_Read = TypeVar("_Read")


def parsed(body: bytes) -> Row:
    """The JSON object of a body."""
    try:
        return members.row(json.loads(body))
    except (ValueError, RecursionError):
        raise Unreadable("not a JSON object") from None


def prepay_id(data: Row) -> str:
    """Of an order that was placed."""
    return members.text(data, "prepay_id")


def payment(data: Row) -> Payment:
    """An order, queried or notified. What exists only once it was paid must be there then."""
    state = members.one_of(data, "trade_state", tuple(TradeState))
    paid = state in _WAS_PAID
    return Payment(
        out_trade_no=members.text(data, "out_trade_no"),
        transaction_id=_due(data, "transaction_id", members.text, paid),
        state=state,
        amount_fen=_due(data, "amount", _total, paid),
        openid=_due(data, "payer", _openid, False),
        paid_at=_due(data, "success_time", _instant, paid),
        app_id=members.text(data, "appid"),
        merchant_id=members.text(data, "mchid"),
    )


def refund(data: Row, status: str = "status") -> Refund:
    """A refund; notifications call its ``status`` otherwise. Once it succeeded its time must be there."""
    found = members.one_of(data, status, tuple(RefundStatus))
    return Refund(
        out_refund_no=members.text(data, "out_refund_no"),
        refund_id=members.text(data, "refund_id"),
        out_trade_no=members.text(data, "out_trade_no"),
        status=found,
        amount_fen=_refunded(data),
        settled_at=_due(data, "success_time", _instant, found is RefundStatus.SUCCESS),
    )


def bill_link(data: Row) -> tuple[str, str]:
    """Where the bill is, and the SHA-1 of the unzipped file in lower-case hexadecimal."""
    members.one_of(data, "hash_type", ("SHA1",))
    return members.text(data, "download_url"), members.text(data, "hash_value").lower()


def _due(source: Row, name: str, read: Callable[[Row, str], _Read], required: bool) -> _Read | None:
    """A member that may be absent, null or empty unless it is ``required``."""
    return read(source, name) if required or source.get(name) not in (None, "") else None


def _instant(source: Row, name: str) -> datetime:
    return members.instant(source, name).astimezone(UTC)


def _total(source: Row, name: str) -> int:
    amount = members.row(source.get(name))
    members.one_of(amount, "currency", (CURRENCY,))
    return members.whole(amount, "total")


def _openid(source: Row, name: str) -> str | None:
    return _due(members.row(source.get(name)), "openid", members.text, False)


def _refunded(source: Row) -> int:
    """Notifications of refunds name no currency."""
    amount = members.row(source.get("amount"))
    if amount.get("currency") is not None:
        members.one_of(amount, "currency", (CURRENCY,))
    return members.whole(amount, "refund")
