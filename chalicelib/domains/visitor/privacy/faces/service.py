"""Use cases of face photos: allow an upload, look at what was uploaded before it is taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pynamodb.attributes import NumberAttribute

from chalicelib.core.clock import site_day, to_epoch
from chalicelib.core.errors import Conflict, RateLimited, Unavailable
from chalicelib.core.ids import new_id
from chalicelib.core.pictures import UPLOAD_TIME, PhotosUnreachable, UploadForm
from chalicelib.core.session import Principal
from chalicelib.core.table import Item, RaceLost, TableMeta, Transaction
from chalicelib.domains.visitor.privacy.faces import ledger, photos
from chalicelib.domains.visitor.privacy.faces.model import Face
from chalicelib.domains.visitor.privacy.faces.picture import problem_of
from chalicelib.domains.visitor.privacy.identity import refuse_without_consent
from chalicelib.domains.visitor.privacy.model import ConsentKind
from chalicelib.domains.visitor.privacy.store import add_granted

UPLOADS_PER_DAY = 40


class UploadsItem(Item):
    """How many photos a user began to upload on a day: ``USER#<id>`` / ``FACE_UPLOADS#<day>``."""

    class Meta(TableMeta):
        domain = "visitor"

    used = NumberAttribute()


@dataclass(frozen=True, slots=True)
class Upload:
    """A photo that may be uploaded now."""

    photo_id: str
    form: UploadForm
    until: datetime


def begin_upload(owner: Principal, now: datetime) -> Upload:
    """Let a browser upload one photo; only under the consent, and only so many a day."""
    photo_id = new_id(now)
    transaction = Transaction()
    add_granted(transaction, owner.user_id, ConsentKind.FACE)
    ledger.add_upload(transaction, owner.user_id, photo_id, now)
    _count(transaction, owner.user_id, now)
    try:
        transaction.commit()
    except RaceLost as race:
        refuse_without_consent(race)
        raise RateLimited("face_uploads_limit", limit=UPLOADS_PER_DAY) from None
    return Upload(photo_id, photos.upload_form(owner.user_id, photo_id), now + UPLOAD_TIME)


def require_usable(owner_id: str, face: Face | None) -> None:
    """Refuse a photo that is not there or not what it must be. That it is the owner's, its key says."""
    if face is None:
        return
    try:
        problem = problem_of(photos.read(owner_id, face.photo_id))
    except PhotosUnreachable:
        raise Unavailable from None
    if problem is not None:
        raise Conflict(problem.value)


def refuse_gone(race: RaceLost) -> None:
    """Say that the photo was deleted meanwhile, when that is why the transaction failed."""
    if ledger.CHECK in race.names:
        raise Conflict("face_photo_gone") from None


def _count(transaction: Transaction, owner_id: str, now: datetime) -> None:
    """Never without the row of the photo, which is its unique entry."""
    item = UploadsItem(f"USER#{owner_id}", f"FACE_UPLOADS#{site_day(now)}")
    transaction.update(
        "quota",
        item,
        [UploadsItem.used.set((UploadsItem.used | 0) + 1), UploadsItem.expires_at.set(to_epoch(now) + 3 * 86400)],
        UploadsItem.used.does_not_exist() | (UploadsItem.used < UPLOADS_PER_DAY),
    )
