"""Which photos there are and who still needs them: the ledger that deleting goes by.

A photo is written here before a browser may upload it, and struck off only after it is deleted: whatever dies in between,
every photo in the bucket has a row. Holders (a visit, a saved visitor) take and release it in the transactions that change
them, as elements of a set, so that a repeated step changes nothing. What nobody holds is due; the purge deletes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from pynamodb.attributes import UnicodeAttribute, UnicodeSetAttribute

from chalicelib.core.clock import to_text
from chalicelib.core.pictures import UPLOAD_TIME
from chalicelib.core.table import Item, TableMeta, Transaction

PHOTO_KIND = "face_photo"
SLACK = timedelta(minutes=1)
"""S3's clock is not ours."""
UNCLAIMED = timedelta(hours=24)
"""A photo nobody reserved with."""
AT_ONCE = "1970-01-01T00:00:00.000Z"
CHECK = "face_photo"


class PhotoItem(Item):
    """``USER#<owner>`` / ``FACE#<photo id>``."""

    class Meta(TableMeta):
        domain = "visitor"

    holders = UnicodeSetAttribute(null=True)
    upload_until = UnicodeAttribute(null=True)
    dying_at = UnicodeAttribute(null=True)
    """From when it may not be taken any more: it is being deleted."""
    purge_kind = UnicodeAttribute(default=PHOTO_KIND)
    purge_after = UnicodeAttribute(null=True)
    """Absent while somebody holds it."""


def add_upload(transaction: Transaction, owner_id: str, photo_id: str, now: datetime) -> None:
    """*Closes*: a photo in the bucket that nothing knows of; the row is there before the form is."""
    row = _row(owner_id, photo_id)
    row.upload_until, row.purge_after = to_text(now + UPLOAD_TIME + SLACK), to_text(now + UNCLAIMED)
    transaction.create("photo_row", row)


def add_hold(transaction: Transaction, owner_id: str, photo_id: str, *holders: str) -> None:
    """*Closes*: taking a photo that is not the owner's, or that the purge is deleting at this moment."""
    actions = [PhotoItem.holders.add(set(holders)), PhotoItem.purge_after.remove()]
    alive = PhotoItem.pk.exists() & PhotoItem.dying_at.does_not_exist()
    transaction.update(CHECK, _row(owner_id, photo_id), actions, alive)


def add_release(transaction: Transaction, owner_id: str, photo_id: str, *holders: str) -> None:
    """Without a condition, because letting go must not fail: a row struck off already comes back empty and goes again."""
    actions = [
        PhotoItem.holders.delete(set(holders)),
        PhotoItem.purge_kind.set(PHOTO_KIND),
        PhotoItem.purge_after.set(AT_ONCE),
    ]
    transaction.update("photo_release", _row(owner_id, photo_id), actions)


def add_keep(transaction: Transaction, owner_id: str, photo_id: str) -> None:
    """Somebody else still holds it. *Closes*: the last holder letting go at this moment, after which it would stay for ever."""
    held = PhotoItem.holders.exists() & PhotoItem.dying_at.does_not_exist()
    transaction.update("photo_keep", _row(owner_id, photo_id), [PhotoItem.purge_after.remove()], held)


def add_dying(transaction: Transaction, owner_id: str, photo_id: str, now: datetime, *, held: bool) -> None:
    """From now on nobody takes it. *Closes*: a reservation taking the photo while it is being deleted.

    ``held``: whoever still holds it has no right to any more (the consent is gone).
    """
    free = None if held else PhotoItem.holders.does_not_exist() & PhotoItem.pk.exists()
    actions = [
        PhotoItem.dying_at.set(to_text(now)),
        PhotoItem.purge_kind.set(PHOTO_KIND),
        PhotoItem.purge_after.set(AT_ONCE),
    ]
    transaction.update("photo_dying", _row(owner_id, photo_id), actions, free)


def add_wait_for_form(transaction: Transaction, owner_id: str, photo_id: str, until: str) -> None:
    """Deleted, but its upload form still works: once more when it does not."""
    transaction.update("photo_wait", _row(owner_id, photo_id), [PhotoItem.purge_after.set(until)])


def add_removal(transaction: Transaction, owner_id: str, photo_id: str) -> None:
    """Strike it off: the bucket has it no more."""
    transaction.delete("photo_row", _row(owner_id, photo_id), PhotoItem.dying_at.exists())


def photos_of(owner_id: str) -> Iterator[PhotoItem]:
    """Every photo of an owner, taken or not."""
    return iter(PhotoItem.query(f"USER#{owner_id}", PhotoItem.sk.startswith("FACE#"), consistent_read=True))


def names_of(pk: str, sk: str) -> tuple[str, str]:
    """Owner and photo id of a row's key."""
    return pk.removeprefix("USER#"), sk.removeprefix("FACE#")


def visit_holder(chain_id: str) -> str:
    """How a visit is named among the holders: it and what it is changed into are one, so that a change hands on in place."""
    return f"visit:{chain_id}"


def _row(owner_id: str, photo_id: str) -> PhotoItem:
    return PhotoItem(f"USER#{owner_id}", f"FACE#{photo_id}")
