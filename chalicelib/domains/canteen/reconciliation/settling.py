"""Use case: a person says why a difference is all right."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.audit import record
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.table import RaceLost, Transaction
from chalicelib.domains.canteen.reconciliation import model, store
from chalicelib.domains.canteen.reconciliation.model import Known


def settle(difference_id: str, by: str, reason: str, now: datetime) -> Known:
    """The difference as settled, audited. Raises ``NotFound``, and ``Conflict`` when it is not open (any more)."""
    seen = store.find_difference(difference_id)
    if seen is None:
        raise NotFound
    changed = model.settle(seen, by, reason, now)
    if changed is None:
        raise Conflict("difference_not_open")
    transaction = Transaction()
    store.add_difference(transaction, seen, changed)
    record(
        transaction, subject=f"difference:{seen.id}", actor=by, action="difference_settled", now=now,
        before={"state": seen.state.value, "kind": seen.difference.kind.value},
        after={"state": changed.state.value, "reason": reason},
    )  # fmt: skip
    try:
        transaction.commit()
    except RaceLost:
        raise Conflict("difference_not_open") from None
    return changed
