"""The audit log: who did what, before, after, when. Entries are written in the transaction of the change itself."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.core.clock import site_month, to_text
from chalicelib.core.ids import new_id
from chalicelib.core.table import Item, TableMeta, Transaction


class AuditByTime(GlobalSecondaryIndex["AuditEntry"]):
    """All entries of a month in the order they happened."""

    class Meta:
        index_name = "by_time"
        projection = AllProjection()

    month = UnicodeAttribute(hash_key=True)
    at = UnicodeAttribute(range_key=True)


class AuditEntry(Item):
    """One change by a person or a command: ``pk`` is the changed object, ``sk`` sorts by time."""

    class Meta(TableMeta):
        domain = "audit"

    month = UnicodeAttribute()
    at = UnicodeAttribute()
    actor = UnicodeAttribute()
    action = UnicodeAttribute()
    before = UnicodeAttribute(null=True)
    after = UnicodeAttribute(null=True)
    by_time = AuditByTime()


def record(
    transaction: Transaction,
    *,
    subject: str,
    actor: str,
    action: str,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Add an entry to a transaction. ``before`` and ``after`` hold states and ids, no personal data."""
    entry = AuditEntry(
        subject, new_id(now), month=site_month(now), at=to_text(now), actor=actor, action=action,
        before=_json(before), after=_json(after),
    )  # fmt: skip
    transaction.create("audit", entry)


def _json(state: dict[str, Any] | None) -> str | None:
    return None if state is None else json.dumps(state, ensure_ascii=False, sort_keys=True)
