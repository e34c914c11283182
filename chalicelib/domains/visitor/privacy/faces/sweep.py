"""Deleting photos, so that a death at any point leaves something the next run finds.

First the row says that the photo is dying, so that nobody takes it; then the bucket forgets it; last the row is struck off,
but not before the upload form has run out, because until then a browser could put the photo there again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from chalicelib.core.clock import to_text
from chalicelib.core.table import Transaction
from chalicelib.domains.visitor.privacy.faces import ledger, photos


class Row(Protocol):
    """A row of the ledger, as whichever index found it."""

    @property
    def pk(self) -> str:
        """``USER#<owner>``."""

    @property
    def sk(self) -> str:
        """``FACE#<photo id>``."""

    @property
    def holders(self) -> set[str] | None:
        """Who still needs it."""

    @property
    def upload_until(self) -> str | None:
        """Until when its form works; absent in a row that came back empty."""

    @property
    def dying_at(self) -> str | None:
        """Present when nobody may take it any more."""


def delete_due(row: Row, clock: Callable[[], datetime]) -> bool:
    """One row that is due; whether a photo was deleted for good."""
    owner_id, photo_id = ledger.names_of(row.pk, row.sk)
    transaction = Transaction()
    if row.dying_at is None and row.holders:
        ledger.add_keep(transaction, owner_id, photo_id)
        transaction.commit()
        return False
    if row.dying_at is None:
        ledger.add_dying(transaction, owner_id, photo_id, clock(), held=False)
        transaction.commit()
    photos.delete(owner_id, photo_id)
    return _strike_off(owner_id, photo_id, row.upload_until, clock())


def delete_all_of(owner_id: str, clock: Callable[[], datetime]) -> int:
    """Delete every photo of an owner who took the consent back, whoever holds it; returns how many rows there were.

    The rows stay for the schedule, which looks once more.
    """
    count = 0
    for row in ledger.photos_of(owner_id):
        _, photo_id = ledger.names_of(row.pk, row.sk)
        if row.dying_at is None:
            transaction = Transaction()
            ledger.add_dying(transaction, owner_id, photo_id, clock(), held=True)
            transaction.commit()
        photos.delete(owner_id, photo_id)
        count += 1
    return count


def _strike_off(owner_id: str, photo_id: str, upload_until: str | None, now: datetime) -> bool:
    transaction = Transaction()
    is_form_over = upload_until is None or upload_until < to_text(now)
    if is_form_over:
        ledger.add_removal(transaction, owner_id, photo_id)
    else:
        ledger.add_wait_for_form(transaction, owner_id, photo_id, upload_until or "")
    transaction.commit()
    return is_form_over
