"""Taking a message: its effect at most once, its answer as often as WeChat asks.

Nothing here calls another system. A text or a click is answered without touching the database; a delivery report is one
read and one transaction; a follow, its end and a withdrawn consent are one transaction (after two reads where data must go).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from chalicelib.core.logs import log_event
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.channel.callback import store
from chalicelib.domains.channel.callback.model import Erasure, Message
from chalicelib.domains.channel.callback.replies import reply_to
from chalicelib.domains.channel.deliveries.model import Report, delivery_of
from chalicelib.domains.channel.deliveries.service import take_report

TRIES = 3
Erase = Callable[[Transaction, str, str, Erasure, datetime], None]
"""(transaction, appid, openid, why, now): adds the removal of WeChat's data of a person; reads afresh on every call."""
_erase: list[Erase] = []


def erase_with(*erase: Erase) -> None:
    """Tell the channel who keeps WeChat's data of people; ``api.py`` wires them in."""
    _erase[:] = erase


def receive(message: Message, app_id: str, base_url: str, now: datetime) -> str | None:
    """Let the message have its effect and return the text of its answer, ``None`` for none.

    Raises what the database raises: WeChat then delivers the message again.
    """
    if not message.is_fresh(now):
        log_event("callback_stale", kind=message.kind, wechat_event=message.event)
        return None
    if message.event == "templatesendjobfinish":
        _report(message)
    elif message.follows is not None or message.erasure is not None:
        _change(message, app_id, now)
    return reply_to(message, base_url)


def _report(message: Message) -> None:
    if not message.template_message_id.isdecimal():
        return
    delivery = delivery_of(message.template_status)
    is_new = take_report(message.template_message_id, Report(delivery, message.created_at))
    log_event("notice_delivery", msgid=message.template_message_id, result=delivery.value, repeated=not is_new)


def _change(message: Message, app_id: str, now: datetime) -> None:
    """A lost race over the receipt is a repeated delivery, over the follower an older event: both are done with."""
    for attempt in range(TRIES):
        transaction = Transaction()
        store.add_receipt(transaction, message.identity, now)
        if message.follows is not None:
            store.add_follower(transaction, app_id, message.openid, follows=message.follows, since=message.created_at)
        if message.erasure is not None:
            for erase in _erase:
                erase(transaction, app_id, message.openid, message.erasure, now)
        try:
            transaction.commit()
            break
        except RaceLost as race:
            if {"receipt", "follower"} & set(race.names):
                log_event("callback_repeated", wechat_event=message.event)
                return
            if attempt == TRIES - 1:
                raise
        except Contention:
            if attempt == TRIES - 1:
                raise
    log_event("callback_taken", wechat_event=message.event)
