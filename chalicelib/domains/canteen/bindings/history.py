"""What happened to a user's binding, one item an event beside the record: ``USER#<id>`` / ``BINDING#<id of the event>``.

For canteen staff, who may not see the audit log; phones are masked. Gone when the retention limit has passed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core import runtime
from chalicelib.core.audit import record
from chalicelib.core.china import masked_mobile
from chalicelib.core.clock import from_text, to_epoch, to_text
from chalicelib.core.ids import new_id
from chalicelib.core.table import Item, TableMeta, Transaction
from chalicelib.domains.canteen.bindings.binding import HowEnded, Record
from chalicelib.domains.canteen.bindings.store import BindingItem, binding_key, to_record

ACTIONS = {
    "bound": "binding_bound",
    HowEnded.USER.value: "binding_ended",
    HowEnded.CHANGED.value: "binding_changed",
    HowEnded.MOVED.value: "binding_moved",
    HowEnded.OFFICE.value: "binding_unbound",
}
"""Event → action of the audit log."""


class EventItem(Item):
    """One event."""

    class Meta(TableMeta):
        domain = "canteen"

    at = UnicodeAttribute()
    what = UnicodeAttribute()
    account_no = UnicodeAttribute()
    phone_masked = UnicodeAttribute()
    by = UnicodeAttribute()
    reason = UnicodeAttribute()


class HistoryRow(BindingItem):
    """A record or an event, whichever a row is; for reading only."""

    at = UnicodeAttribute(null=True)
    what = UnicodeAttribute(null=True)
    phone_masked = UnicodeAttribute(null=True)
    by = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)


@dataclass(frozen=True, slots=True)
class Event:
    """``what``: ``bound``, or how it ended; ``by``: a user id."""

    at: datetime
    what: str
    account_no: str
    phone_masked: str
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """A record and its events, the last first."""

    record: Record
    events: tuple[Event, ...]


def subject_of(user_id: str) -> str:
    """How notices and the audit log name a user's binding."""
    return f"binding:{user_id}"


def add_event(transaction: Transaction, user_id: str, event: Event) -> None:
    """The event, and its line in the audit log: unique entries of every transaction that binds or ends."""
    key, _ = binding_key(user_id)
    item = EventItem(
        key,
        f"BINDING#{new_id(event.at)}",
        at=to_text(event.at),
        what=event.what,
        account_no=event.account_no,
        phone_masked=event.phone_masked,
        by=event.by,
        reason=event.reason,
        expires_at=to_epoch(event.at + timedelta(days=runtime.settings().personal_data_days)),
    )
    transaction.create("event", item)
    facts = {"account_no": event.account_no, "phone": event.phone_masked}
    facts |= {"reason": event.reason} if event.reason else {}
    before, after = (None, facts) if event.what == "bound" else (facts, None)
    action = ACTIONS[event.what]
    record(
        transaction, subject=subject_of(user_id), actor=event.by, action=action, now=event.at, before=before,
        after=after,
    )  # fmt: skip


def add_record_event(transaction: Transaction, changed: Record) -> None:
    """The event by which a record became what it is."""
    add_event(transaction, changed.binding.user_id, event_of(changed))


def event_of(changed: Record) -> Event:
    """What happened to it last."""
    bound, ending = changed.binding, changed.ending
    facts = (bound.account_no, masked_mobile(bound.phone))
    if ending is None:
        return Event(bound.bound_at, "bound", *facts, bound.user_id)
    return Event(ending.at, ending.how.value, *facts, ending.by, ending.reason)


def find_history(user_id: str) -> History | None:
    """A user's record with its events: one query."""
    key, sort_key = binding_key(user_id)
    rows = list(HistoryRow.query(key, HistoryRow.sk.startswith(sort_key), consistent_read=True))
    known = next((to_record(row) for row in rows if row.sk == sort_key), None)
    events = tuple(_to_event(row) for row in reversed(rows) if row.sk != sort_key)
    return History(known, events) if known else None


def _to_event(row: HistoryRow) -> Event:
    return Event(from_text(row.at), row.what, row.account_no, row.phone_masked, row.by, row.reason)
