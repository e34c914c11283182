"""Orders and progress in the channel table; every condition stands here with the race it closes."""

from __future__ import annotations

import json
from datetime import date, datetime

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.table import Item, TableMeta, Transaction
from chalicelib.domains.channel.migration.model import Order, Progress, SourceForm, Task, Trouble

PARTITION = "MIGRATION"
_ORDER, _PROGRESS = "ORDER#", "PROGRESS#"


class OrderItem(Item):
    """What staff want: ``MIGRATION`` / ``ORDER#<account>``."""

    class Meta(TableMeta):
        domain = "channel"

    version = NumberAttribute()
    run = NumberAttribute()
    task = UnicodeAttribute()
    paused = BooleanAttribute()
    source_form = UnicodeAttribute()
    approved_on = UnicodeAttribute(null=True)
    retry_failed = BooleanAttribute()


class ProgressItem(Item):
    """How far the worker is: ``MIGRATION`` / ``PROGRESS#<account>``."""

    class Meta(TableMeta):
        domain = "channel"

    version = NumberAttribute()
    lease_owner = UnicodeAttribute(null=True)
    lease_until = UnicodeAttribute(null=True)
    ended_order = NumberAttribute()
    trouble_code = UnicodeAttribute(null=True)
    trouble_message = UnicodeAttribute(null=True)
    trouble_at = UnicodeAttribute(null=True)
    retry_at = UnicodeAttribute(null=True)
    waiting_order = NumberAttribute()
    setbacks = NumberAttribute()
    pull_run = NumberAttribute()
    pull_cursor = UnicodeAttribute(null=True)
    pulled_at = UnicodeAttribute(null=True)
    told_total = NumberAttribute()
    requeued_run = NumberAttribute()
    pulled = NumberAttribute()
    converted = NumberAttribute()
    failed = UnicodeAttribute()


def find_order(account: str) -> Order:
    """What staff want; nothing yet when there is no record."""
    item = OrderItem.find(PARTITION, _ORDER + account)
    return _to_order(account, item) if item else Order(account)


def find_progress(account: str) -> Progress:
    """How far the worker is."""
    item = ProgressItem.find(PARTITION, _PROGRESS + account)
    return _to_progress(account, item) if item else Progress(account)


def find_both(account: str) -> tuple[Order, Progress]:
    """Both records of an account."""
    return find_order(account), find_progress(account)


def find_all() -> tuple[dict[str, Order], dict[str, Progress]]:
    """Both records of every account that has them, in two queries."""
    orders = OrderItem.query(PARTITION, OrderItem.sk.startswith(_ORDER), consistent_read=True)
    progress = ProgressItem.query(PARTITION, ProgressItem.sk.startswith(_PROGRESS), consistent_read=True)
    by_order = {item.sk.removeprefix(_ORDER): item for item in orders}
    by_progress = {item.sk.removeprefix(_PROGRESS): item for item in progress}
    return (
        {account: _to_order(account, item) for account, item in by_order.items()},
        {account: _to_progress(account, item) for account, item in by_progress.items()},
    )


def add_order(transaction: Transaction, order: Order) -> None:
    """*Closes*: two administrators giving orders at once, the second on a view that is no longer true."""
    item = OrderItem(
        PARTITION,
        _ORDER + order.account,
        version=order.version,
        run=order.run,
        task=order.task.value,
        paused=order.paused,
        source_form=order.source_form.value,
        approved_on=order.approved_on.isoformat() if order.approved_on else None,
        retry_failed=order.retry_failed,
    )
    unchanged = OrderItem.version == order.version - 1
    transaction.put("order", item, unchanged if order.version > 1 else OrderItem.pk.does_not_exist())


def add_progress(transaction: Transaction, progress: Progress) -> None:
    """*Closes*: two runs at once, and a run that outlived its lease writing beside its successor: nothing it does commits."""
    unchanged = ProgressItem.version == progress.version - 1
    condition = unchanged if progress.version > 1 else ProgressItem.pk.does_not_exist()
    transaction.put("progress", _to_progress_item(progress), condition)


def _to_progress_item(progress: Progress) -> ProgressItem:
    trouble = progress.trouble
    return ProgressItem(
        PARTITION,
        _PROGRESS + progress.account,
        version=progress.version,
        lease_owner=progress.lease_owner or None,
        lease_until=_text(progress.lease_until),
        ended_order=progress.ended_order,
        trouble_code=trouble.code if trouble else None,
        trouble_message=trouble.message if trouble else None,
        trouble_at=to_text(trouble.at) if trouble else None,
        retry_at=_text(progress.retry_at),
        waiting_order=progress.waiting_order,
        setbacks=progress.setbacks,
        pull_run=progress.pull_run,
        pull_cursor=progress.pull_cursor or None,
        pulled_at=_text(progress.pulled_at),
        told_total=progress.told_total,
        requeued_run=progress.requeued_run,
        pulled=progress.pulled,
        converted=progress.converted,
        failed=json.dumps(dict(progress.failed)),
    )


def _to_order(account: str, item: OrderItem) -> Order:
    return Order(
        account,
        version=int(item.version),
        run=int(item.run),
        task=Task(item.task),
        paused=item.paused,
        source_form=SourceForm(item.source_form),
        approved_on=date.fromisoformat(item.approved_on) if item.approved_on else None,
        retry_failed=item.retry_failed,
    )


def _to_progress(account: str, item: ProgressItem) -> Progress:
    trouble = None
    if item.trouble_code and item.trouble_at:
        trouble = Trouble(item.trouble_code, item.trouble_message or "", from_text(item.trouble_at))
    return Progress(
        account,
        version=int(item.version),
        lease_owner=item.lease_owner or "",
        lease_until=_instant(item.lease_until),
        ended_order=int(item.ended_order),
        trouble=trouble,
        retry_at=_instant(item.retry_at),
        waiting_order=int(item.waiting_order),
        setbacks=int(item.setbacks),
        pull_run=int(item.pull_run),
        pull_cursor=item.pull_cursor or "",
        pulled_at=_instant(item.pulled_at),
        told_total=int(item.told_total),
        requeued_run=int(item.requeued_run),
        pulled=int(item.pulled),
        converted=int(item.converted),
        failed=json.loads(item.failed),
    )


def _text(instant: datetime | None) -> str | None:
    return to_text(instant) if instant else None


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None
