"""Use case: ask for a file. Who took what out of the system is audited in the transaction that asks for it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

from chalicelib.core.audit import record
from chalicelib.core.errors import NotFound
from chalicelib.core.ids import derived_id, new_token
from chalicelib.core.outbox.model import new_entry
from chalicelib.core.outbox.wake import enqueue
from chalicelib.core.session import Principal
from chalicelib.core.table import RaceLost, Transaction
from chalicelib.domains.canteen.exports import store
from chalicelib.domains.canteen.exports.model import Export, Wanted
from chalicelib.domains.canteen.exports.writing import PEER, WRITE


def ask(staff: Principal, wanted: Wanted, request_id: str, now: datetime) -> Export:
    """The export; the same form sent again answers with the one it made."""
    export_id = derived_id("export", staff.user_id, request_id)
    known = store.find_export(export_id)
    if known is not None:
        return known
    export = Export(export_id, staff.user_id, staff.nickname, new_token(), wanted, now)
    transaction = Transaction()
    store.add_new(transaction, export)
    entry = new_entry(
        peer=PEER, subject=f"export:{export_id}", sequence=1, kind=WRITE, now=now, payload={"export_id": export_id}
    )
    enqueue(transaction, entry)
    record(
        transaction, subject=f"export:{export_id}", actor=staff.user_id, action="canteen_exported", now=now,
        after={name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(wanted).items() if value},
    )  # fmt: skip
    try:
        transaction.commit()
    except RaceLost:
        return own(staff, export_id)
    return export


def own(staff: Principal, export_id: str) -> Export:
    """An export of this person's own. Raises ``NotFound``."""
    export = store.find_export(export_id)
    if export is None or export.user_id != staff.user_id:
        raise NotFound
    return export
