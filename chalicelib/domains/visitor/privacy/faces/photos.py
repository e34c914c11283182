"""The photos in the private bucket. A photo's key lies below its owner's id, so nobody can name another one's.

Nobody gets a link to read one.
"""

from __future__ import annotations

from chalicelib.core import pictures
from chalicelib.core.pictures import UploadForm
from chalicelib.domains.visitor.privacy.faces.picture import MAX_BYTES


def key_of(owner_id: str, photo_id: str) -> str:
    """Opaque ids only: a key tells nothing about anybody."""
    return f"faces/{owner_id}/{photo_id}.jpg"


def upload_form(owner_id: str, photo_id: str) -> UploadForm:
    """A form S3 takes for five minutes, up to the size the gate takes."""
    return pictures.upload_form(key_of(owner_id, photo_id), MAX_BYTES)


def read(owner_id: str, photo_id: str) -> bytes | None:
    """The photo, ``None`` when there is none. Raises :class:`~chalicelib.core.pictures.PhotosUnreachable`."""
    return pictures.read(key_of(owner_id, photo_id), MAX_BYTES)


def delete(owner_id: str, photo_id: str) -> None:
    """Make sure that there is no such photo. Raises :class:`~chalicelib.core.pictures.PhotosUnreachable`."""
    pictures.delete(key_of(owner_id, photo_id))
