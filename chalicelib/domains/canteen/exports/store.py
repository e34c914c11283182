"""Exports in DynamoDB; gone with their files after a day."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.core.clock import from_text, to_epoch, to_text
from chalicelib.core.table import Item, TableMeta, Transaction
from chalicelib.domains.canteen.exports.model import Export, State, Wanted, What

KEEP = timedelta(days=1)


class ExportItem(Item):
    """Stored form of an export: ``EXPORT#<id>`` / ``EXPORT``."""

    class Meta(TableMeta):
        domain = "canteen"

    user_id = UnicodeAttribute()
    taken_by = UnicodeAttribute()
    token = UnicodeAttribute()
    wanted = UnicodeAttribute()
    created_at = UnicodeAttribute()
    state = UnicodeAttribute()
    parts = NumberAttribute()
    rows = NumberAttribute()
    cursor = UnicodeAttribute(null=True)
    reached = UnicodeAttribute(null=True)
    message = UnicodeAttribute(null=True)
    version = NumberAttribute()


def find_export(export_id: str) -> Export | None:
    """An export by id, consistently read."""
    item = ExportItem.find(f"EXPORT#{export_id}", "EXPORT")
    return _to_export(item) if item else None


def add_new(transaction: Transaction, export: Export) -> None:
    """*Closes*: one form sent twice making two files."""
    transaction.create("new_export", _to_item(export))


def add_change(transaction: Transaction, seen: Export, changed: Export) -> None:
    """*Closes*: two attempts that write one file; the later one's part is another's or none."""
    transaction.put("export", _to_item(changed), ExportItem.version == seen.version)


def _to_item(export: Export) -> ExportItem:
    wanted = asdict(export.wanted) | {
        "first": export.wanted.first.isoformat(),
        "last": export.wanted.last.isoformat(),
    }
    return ExportItem(
        f"EXPORT#{export.id}",
        "EXPORT",
        user_id=export.user_id,
        taken_by=export.taken_by,
        token=export.token,
        wanted=json.dumps(wanted, ensure_ascii=False),
        created_at=to_text(export.created_at),
        state=export.state.value,
        parts=export.parts,
        rows=export.rows,
        cursor=export.cursor,
        reached=export.reached.isoformat() if export.reached else None,
        message=export.message or None,
        version=export.version,
        expires_at=to_epoch(export.created_at + KEEP),
    )


def _to_export(item: ExportItem) -> Export:
    wanted = json.loads(item.wanted)
    days = {name: date.fromisoformat(wanted[name]) for name in ("first", "last")}
    return Export(
        id=item.pk.removeprefix("EXPORT#"),
        user_id=item.user_id,
        taken_by=item.taken_by,
        token=item.token,
        wanted=Wanted(**(wanted | days | {"what": What(wanted["what"])})),
        created_at=from_text(item.created_at),
        state=State(item.state),
        parts=int(item.parts),
        rows=int(item.rows),
        cursor=item.cursor,
        reached=date.fromisoformat(item.reached) if item.reached else None,
        version=int(item.version),
        message=item.message or "",
    )
