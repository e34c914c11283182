"""Outbox entries in DynamoDB: every condition stands here with the race it closes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.core.clock import from_text, to_epoch, to_text
from chalicelib.core.outbox.model import Entry, PushError, State
from chalicelib.core.paging import Page, decode_cursor, read_page
from chalicelib.core.table import Item, TableMeta, Transaction

KEEP_DONE = timedelta(days=90)


class ByState(GlobalSecondaryIndex["OutboxItem"]):
    """Unfinished entries of a peer by their next attempt; done entries are not in it."""

    class Meta:
        index_name = "by_state"
        projection = AllProjection()

    peer_state = UnicodeAttribute(hash_key=True)
    next_attempt_at = UnicodeAttribute(range_key=True)


class OutboxItem(Item):
    """Stored form of an entry: ``pk`` object key, ``sk`` sequence."""

    class Meta(TableMeta):
        domain = "outbox"

    peer = UnicodeAttribute()
    kind = UnicodeAttribute()
    state = UnicodeAttribute()
    peer_state = UnicodeAttribute(null=True)
    attempts = NumberAttribute()
    maybe_sent = BooleanAttribute()
    maybe_since = UnicodeAttribute(null=True)
    next_attempt_at = UnicodeAttribute()
    created_at = UnicodeAttribute()
    done_at = UnicodeAttribute(null=True)
    payload = UnicodeAttribute()
    progress = UnicodeAttribute()
    error_code = UnicodeAttribute(null=True)
    error_message = UnicodeAttribute(null=True)
    by_state = ByState()


def sort_key(sequence: int) -> str:
    """Sequences as text in number order."""
    return f"{sequence:010d}"


def add(transaction: Transaction, entry: Entry) -> None:
    """Write a new entry. *Closes*: the same change committed twice, since object and sequence are its unique key."""
    transaction.create("outbox", _to_item(entry))


def add_begin(transaction: Transaction, seen: Entry, begun: Entry) -> None:
    """Start an attempt. *Closes*: two workers on one object, and a worker with a stale reading."""
    _add_change(transaction, seen, begun)


def add_result(transaction: Transaction, begun: Entry, result: Entry) -> None:
    """Record an attempt's result. *Closes*: an attempt that outlived its lease overwriting its successor's result."""
    _add_change(transaction, begun, result)


def _add_change(transaction: Transaction, seen: Entry, changed: Entry) -> None:
    unchanged = (
        (OutboxItem.state == seen.state.value)
        & (OutboxItem.attempts == seen.attempts)
        & (OutboxItem.next_attempt_at == to_text(seen.next_attempt_at))
    )
    transaction.put("outbox", _to_item(changed), unchanged)


def entries_of(object_key: str) -> list[Entry]:
    """Every entry of a business object in order, consistently read; an object has a handful."""
    return [_to_entry(item) for item in OutboxItem.query(object_key, consistent_read=True)]


def find(object_key: str, sequence: int) -> Entry | None:
    """One entry by its key."""
    item = OutboxItem.find(object_key, sort_key(sequence))
    return _to_entry(item) if item else None


def due_objects(peer: str, now: datetime, limit: int) -> Iterator[Entry]:
    """Pending entries of a peer whose time has come, the longest waiting first."""
    due = OutboxItem.by_state.query(
        peer_state(peer, State.PENDING), OutboxItem.next_attempt_at <= to_text(now), limit=limit, page_size=limit
    )
    return (_to_entry(item) for item in due)


def page_by_state(peer: str, state: State, cursor: str | None, limit: int) -> Page[Entry]:
    """Unfinished entries for the office list, next attempt first."""
    partition = peer_state(peer, state)
    results = OutboxItem.by_state.query(
        partition, limit=limit, page_size=limit, last_evaluated_key=decode_cursor(cursor, {"peer_state": partition})
    )
    page = read_page(results, limit)
    return Page([_to_entry(item) for item in page.items], page.next_cursor)


def peer_state(peer: str, state: State) -> str:
    """Partition of the index."""
    return f"{peer}#{state.value}"


def _to_item(entry: Entry) -> OutboxItem:
    done = entry.state is State.DONE
    return OutboxItem(
        entry.object_key,
        sort_key(entry.sequence),
        peer=entry.peer,
        kind=entry.kind,
        state=entry.state.value,
        peer_state=None if done else peer_state(entry.peer, entry.state),
        attempts=entry.attempts,
        maybe_sent=entry.maybe_sent,
        maybe_since=to_text(entry.maybe_since) if entry.maybe_since else None,
        next_attempt_at=to_text(entry.next_attempt_at),
        created_at=to_text(entry.created_at),
        done_at=to_text(entry.done_at) if entry.done_at else None,
        payload=json.dumps(dict(entry.payload), ensure_ascii=False),
        progress=json.dumps(dict(entry.progress)),
        error_code=entry.last_error.code if entry.last_error else None,
        error_message=entry.last_error.message if entry.last_error else None,
        expires_at=to_epoch(entry.done_at + KEEP_DONE) if done and entry.done_at else None,
    )


def _to_entry(item: OutboxItem) -> Entry:
    loaded: dict[str, Any] = json.loads(item.payload)
    error = PushError(item.error_code, item.error_message or "") if item.error_code else None
    return Entry(
        object_key=item.pk,
        sequence=int(item.sk),
        peer=item.peer,
        kind=item.kind,
        created_at=from_text(item.created_at),
        next_attempt_at=from_text(item.next_attempt_at),
        payload=loaded,
        state=State(item.state),
        attempts=int(item.attempts),
        maybe_sent=item.maybe_sent,
        maybe_since=from_text(item.maybe_since) if item.maybe_since else None,
        progress=json.loads(item.progress),
        last_error=error,
        done_at=from_text(item.done_at) if item.done_at else None,
    )
