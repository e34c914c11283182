"""WeChat Pay's notifications: proven on the raw bytes first, then opened and read. Nothing of our own orders is known here.

Light on a cold start: no requests, no pydantic; cryptography on first use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.integrations.house import members
from chalicelib.integrations.house.members import Row, Unreadable
from chalicelib.integrations.wechat_pay import answers
from chalicelib.integrations.wechat_pay.keys import Keyring, usable_api_v3_key
from chalicelib.integrations.wechat_pay.port import Payment, Refund, TradeState
from chalicelib.integrations.wechat_pay.sealed import SealBroken, open_resource
from chalicelib.integrations.wechat_pay.signature import fault_of, lower_names

PAID = "TRANSACTION.SUCCESS"
REFUND_EVENTS = ("REFUND.SUCCESS", "REFUND.ABNORMAL", "REFUND.CLOSED")
_MAX_ID = 64


class NotGenuine(Exception):
    """Nothing of it may be believed. The ``reason`` is for the log; the sender is told no reason."""

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(f"{reason}: {message}" if message else reason)
        self.reason = reason
        """``form``, ``scheme``, ``time``, ``serial``, ``signature``, or ``seal``: the APIv3 key does not open it."""


@dataclass(frozen=True, slots=True)
class Notification:
    """What WeChat Pay told. An event that is none of ours has neither payment nor refund: answer that it arrived."""

    id: str
    """The same event may come again, also under another ``id`` and ``nonce``."""
    nonce: str
    """Of the signature: with ``id`` it recognises a replay within the window."""
    event: str
    payment: Payment | None = None
    refund: Refund | None = None


def read_notification(
    keys: Keyring, api_v3_key: str, headers: Mapping[str, str], raw_body: bytes, now: datetime
) -> Notification:
    """The notification in ``raw_body``. Raises :class:`NotGenuine`, and
    :class:`~chalicelib.integrations.wechat_pay.keys.KeyUnusable` when a key of ours is broken."""
    named = lower_names(headers)
    fault = fault_of(keys, named, raw_body, now)
    if fault:
        raise NotGenuine(fault)
    try:
        return _read(answers.parsed(raw_body), api_v3_key, named["wechatpay-nonce"])
    except Unreadable as unreadable:
        raise NotGenuine("form", str(unreadable)) from None
    except SealBroken as broken:
        raise NotGenuine("seal", str(broken)) from None


def _read(envelope: Row, key: str, nonce: str) -> Notification:
    """Profit sharing calls its events like payments do: the kind of the object decides with the event."""
    found, event = members.text(envelope, "id"), members.text(envelope, "event_type")
    if len(found) > _MAX_ID:
        raise Unreadable("id is too long")
    resource = members.row(envelope.get("resource"))
    kind = resource.get("original_type")
    if event == PAID and kind == "transaction":
        return Notification(found, nonce, event, payment=_payment(_opened(resource, key)))
    if event in REFUND_EVENTS and kind == "refund":
        return Notification(found, nonce, event, refund=_refund(_opened(resource, key), event))
    return Notification(found, nonce, event)


def _opened(resource: Row, key: str) -> Row:
    return answers.parsed(open_resource(usable_api_v3_key(key), resource))


def _payment(data: Row) -> Payment:
    payment = answers.payment(data)
    if payment.state is not TradeState.SUCCESS:
        raise Unreadable("trade_state is not the event's")
    return payment


def _refund(data: Row, event: str) -> Refund:
    refund = answers.refund(data, "refund_status")
    if event != f"REFUND.{refund.status}":
        raise Unreadable("refund_status is not the event's")
    return refund
