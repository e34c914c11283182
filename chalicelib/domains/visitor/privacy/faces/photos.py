"""The photos in the private bucket. A photo's key lies below its owner's id, so nobody can name another one's.

Browsers put a photo there by a form signed for exactly one key, type and size; nobody gets a link to read one.
"""

from __future__ import annotations

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.core import runtime
from chalicelib.domains.visitor.privacy.faces.ledger import UPLOAD_TIME
from chalicelib.domains.visitor.privacy.faces.picture import MAX_BYTES

CONTENT_TYPE = "image/jpeg"
_ABSENT = ("NoSuchKey", "404")


class PhotosUnreachable(Exception):
    """The bucket did not answer or refused; nothing is known about the photo."""


@dataclass(frozen=True, slots=True)
class UploadForm:
    """Where a browser posts the photo, and the form fields that allow it; the file comes last, as ``file``."""

    url: str
    fields: dict[str, str]


def key_of(owner_id: str, photo_id: str) -> str:
    """Opaque ids only: a key tells nothing about anybody."""
    return f"faces/{owner_id}/{photo_id}.jpg"


def upload_form(owner_id: str, photo_id: str) -> UploadForm:
    """A form S3 takes for five minutes, for this key, as JPEG, up to the size the gate takes. Nothing is sent."""
    signed = runtime.aws_client("s3").generate_presigned_post(
        runtime.settings().photo_bucket,
        key_of(owner_id, photo_id),
        Fields={"Content-Type": CONTENT_TYPE},
        Conditions=[{"Content-Type": CONTENT_TYPE}, ["content-length-range", 1, MAX_BYTES]],
        ExpiresIn=int(UPLOAD_TIME.total_seconds()),
    )
    return UploadForm(signed["url"], signed["fields"])


def read(owner_id: str, photo_id: str) -> bytes | None:
    """The photo, cut off behind what is allowed; ``None`` when there is none. Raises :class:`PhotosUnreachable`."""
    try:
        found = runtime.aws_client("s3").get_object(**_place(owner_id, photo_id))
        content: bytes = found["Body"].read(MAX_BYTES + 1)
        return content
    except ClientError as error:
        if error.response["Error"]["Code"] in _ABSENT:
            return None
        raise PhotosUnreachable(error.response["Error"]["Code"]) from None
    except BotoCoreError as error:
        raise PhotosUnreachable(type(error).__name__) from None


def delete(owner_id: str, photo_id: str) -> None:
    """Make sure that there is no such photo. Raises :class:`PhotosUnreachable`."""
    try:
        runtime.aws_client("s3").delete_object(**_place(owner_id, photo_id))
    except (ClientError, BotoCoreError) as error:
        raise PhotosUnreachable(type(error).__name__) from None


def _place(owner_id: str, photo_id: str) -> dict[str, str]:
    return {"Bucket": runtime.settings().photo_bucket, "Key": key_of(owner_id, photo_id)}
