"""Pictures of certificates and of what was received: uploaded by the browser, checked when they are attached, shown by
addresses that live for minutes.

Every picture has a row before a browser may upload it. Whatever it is attached to (a vehicle, a person, a signature) holds
it by a name of its own, as an element of a set, in the transaction that attaches it. What nobody holds is due, and
``sweep`` deletes it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from chalicelib.core import pictures
from chalicelib.core.clock import site_day, to_epoch, to_text
from chalicelib.core.errors import Conflict, RateLimited, Unavailable
from chalicelib.core.ids import new_id
from chalicelib.core.jpeg import size_of
from chalicelib.core.pictures import UPLOAD_TIME, PhotosUnreachable, UploadForm
from chalicelib.core.session import Principal
from chalicelib.core.table import Item, Key, RaceLost, TableMeta, Transaction, find_many
from chalicelib.domains.logistics.archive.model import Photo
from chalicelib.domains.logistics.table import LogisticsItem

MAX_BYTES = 1_000_000
UPLOADS_PER_DAY = 40
SHOWN_FOR = timedelta(minutes=10)
"""How long an address works: as long as somebody looks at a page."""
UNCLAIMED = timedelta(hours=24)
"""How long a picture waits to be attached."""
SLACK = timedelta(minutes=1)
"""S3's clock is not ours."""
DUE = "photo"
AT_ONCE = "1970-01-01T00:00:00.000Z"
HOLD = "photo"
"""Name of the write that attaches a picture in a transaction."""


class PhotoItem(LogisticsItem):
    """``PHOTO#<id>`` / ``PHOTO``; in ``by_due`` while nobody holds it."""

    owner_id = UnicodeAttribute()
    holders = UnicodeSetAttribute(null=True)
    upload_until = UnicodeAttribute()
    dying_at = UnicodeAttribute(null=True)
    """Present when it is being deleted and nobody may take it any more."""


class UploadsItem(Item):
    """How many pictures a user began to upload on a day: ``UPLOADS#<user>`` / ``<day>``."""

    class Meta(TableMeta):
        domain = "logistics"

    used = NumberAttribute()


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture that may be uploaded now."""

    photo_id: str
    form: UploadForm
    until: datetime


def begin_upload(owner: Principal, now: datetime) -> Upload:
    """Let a browser upload one picture; only so many a day. The row is there before the form is."""
    photo = Photo(new_id(now), owner.user_id)
    row = _row(photo)
    row.owner_id, row.upload_until = photo.owner_id, to_text(now + UPLOAD_TIME + SLACK)
    row.due_key, row.due_at = DUE, to_text(now + UNCLAIMED)
    transaction = Transaction()
    transaction.create("photo_row", row)
    _count(transaction, owner.user_id, now)
    try:
        transaction.commit()
    except RaceLost:
        raise RateLimited("picture_uploads_limit", limit=UPLOADS_PER_DAY) from None
    return Upload(photo.id, pictures.upload_form(_key(photo), MAX_BYTES), now + UPLOAD_TIME)


def keys_of(photo_ids: Iterable[str]) -> dict[Key, type[Item]]:
    """What :func:`usable` needs, to be read together with other things by ``find_many``."""
    return {(f"PHOTO#{photo_id}", "PHOTO"): PhotoItem for photo_id in photo_ids}


def require_usable(owner_ids: Collection[str], photo_ids: Collection[str]) -> tuple[Photo, ...]:
    """The pictures, each looked at: the user's own, there, and what they must be. One call, and one more for each."""
    return usable(find_many(keys_of(photo_ids)), owner_ids, photo_ids) if photo_ids else ()


def usable(found: Mapping[Key, Item], owner_ids: Collection[str], photo_ids: Iterable[str]) -> tuple[Photo, ...]:
    """The same of rows that have been read already."""
    photos = tuple(_own(found, owner_ids, photo_id) for photo_id in dict.fromkeys(photo_ids))
    for photo in photos:
        _look_at(photo)
    return photos


def add_hold(transaction: Transaction, photo: Photo, holder: str) -> None:
    """Attach it. *Closes*: taking a picture that the schedule is deleting at this moment."""
    actions = [PhotoItem.holders.add({holder}), PhotoItem.due_key.remove(), PhotoItem.due_at.remove()]
    alive = PhotoItem.pk.exists() & PhotoItem.dying_at.does_not_exist()
    transaction.update(HOLD, _row(photo), actions, alive)


def add_release(transaction: Transaction, photo: Photo, holder: str) -> None:
    """Let go of it: nobody's picture is due at once. The schedule looks whether somebody else still holds it."""
    actions = [PhotoItem.holders.delete({holder}), PhotoItem.due_key.set(DUE), PhotoItem.due_at.set(AT_ONCE)]
    transaction.update("photo_release", _row(photo), actions, PhotoItem.pk.exists())


def add_keep(transaction: Transaction, photo: Photo) -> None:
    """Somebody else still holds it. *Closes*: the last holder letting go at this moment, after which it would stay."""
    held = PhotoItem.holders.exists() & PhotoItem.dying_at.does_not_exist()
    transaction.update("photo_keep", _row(photo), [PhotoItem.due_key.remove(), PhotoItem.due_at.remove()], held)


def add_dying(transaction: Transaction, photo: Photo, now: datetime) -> None:
    """From now on nobody takes it. *Closes*: attaching the picture while it is being deleted."""
    free = PhotoItem.holders.does_not_exist() & PhotoItem.pk.exists()
    actions = [PhotoItem.dying_at.set(to_text(now)), PhotoItem.due_key.set(DUE), PhotoItem.due_at.set(AT_ONCE)]
    transaction.update("photo_dying", _row(photo), actions, free)


def add_end(transaction: Transaction, photo: Photo, form_until: str | None) -> None:
    """Strike it off; while its upload form still works (``form_until``) look once more when it does not."""
    dying = PhotoItem.dying_at.exists()
    if form_until is None:
        transaction.delete("photo_row", _row(photo), dying)
    else:
        transaction.update("photo_wait", _row(photo), [PhotoItem.due_at.set(form_until)], dying)


def refuse_gone(race: RaceLost) -> None:
    """Say that a picture was deleted meanwhile, when that is why the transaction failed."""
    if HOLD in race.names:
        raise Conflict("picture_gone") from None


def address(photo: Photo) -> str:
    """Where a browser sees it for some minutes; only for who may see what it is attached to."""
    return pictures.address(_key(photo), SHOWN_FOR)


def delete(photo: Photo) -> None:
    """Make sure that the bucket has it no more. Raises :class:`~chalicelib.core.pictures.PhotosUnreachable`."""
    pictures.delete(_key(photo))


def _own(found: Mapping[Key, Item], owner_ids: Collection[str], photo_id: str) -> Photo:
    row = found.get((f"PHOTO#{photo_id}", "PHOTO"))
    if not isinstance(row, PhotoItem) or row.owner_id not in owner_ids or row.dying_at is not None:
        raise Conflict("picture_gone")
    return Photo(photo_id, row.owner_id)


def _look_at(photo: Photo) -> None:
    try:
        content = pictures.read(_key(photo), MAX_BYTES)
    except PhotosUnreachable:
        raise Unavailable from None
    if content is None:
        raise Conflict("picture_gone")
    if len(content) > MAX_BYTES:
        raise Conflict("picture_too_large")
    if size_of(content) is None:
        raise Conflict("not_a_picture")


def _count(transaction: Transaction, owner_id: str, now: datetime) -> None:
    """Never without the row of the picture, which is its unique entry."""
    item = UploadsItem(f"UPLOADS#{owner_id}", site_day(now))
    actions = [UploadsItem.used.set((UploadsItem.used | 0) + 1), UploadsItem.expires_at.set(to_epoch(now) + 3 * 86400)]
    left = UploadsItem.used.does_not_exist() | (UploadsItem.used < UPLOADS_PER_DAY)
    transaction.update("quota", item, actions, left)


def _row(photo: Photo) -> PhotoItem:
    return PhotoItem(f"PHOTO#{photo.id}", "PHOTO")


def _key(photo: Photo) -> str:
    return f"logistics/{photo.owner_id}/{photo.id}.jpg"
