"""Pictures in the private photo bucket. Whose they are is the domains' business: here they have a key.

Browsers put one there by a form signed for exactly one key, type and size, and see one by an address signed for minutes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.core import runtime

CONTENT_TYPE = "image/jpeg"
UPLOAD_TIME = timedelta(minutes=5)
"""How long a browser may upload; its form works as often as it likes meanwhile."""
_ABSENT = ("NoSuchKey", "404")


class PhotosUnreachable(Exception):
    """The bucket did not answer or refused; nothing is known about the photo."""


@dataclass(frozen=True, slots=True)
class UploadForm:
    """Where a browser posts the photo, and the form fields that allow it; the file comes last, as ``file``."""

    url: str
    fields: dict[str, str]


def upload_form(key: str, max_bytes: int) -> UploadForm:
    """A form S3 takes for five minutes, for this key, as JPEG, up to this size. Nothing is sent."""
    signed = runtime.aws_client("s3").generate_presigned_post(
        runtime.settings().photo_bucket,
        key,
        Fields={"Content-Type": CONTENT_TYPE},
        Conditions=[{"Content-Type": CONTENT_TYPE}, ["content-length-range", 1, max_bytes]],
        ExpiresIn=int(UPLOAD_TIME.total_seconds()),
    )
    return UploadForm(signed["url"], signed["fields"])


def read(key: str, max_bytes: int) -> bytes | None:
    """The photo, cut off behind what is allowed; ``None`` when there is none. Raises :class:`PhotosUnreachable`."""
    try:
        found = runtime.aws_client("s3").get_object(**_place(key))
        content: bytes = found["Body"].read(max_bytes + 1)
        return content
    except ClientError as error:
        if error.response["Error"]["Code"] in _ABSENT:
            return None
        raise PhotosUnreachable(error.response["Error"]["Code"]) from None
    except BotoCoreError as error:
        raise PhotosUnreachable(type(error).__name__) from None


def delete(key: str) -> None:
    """Make sure that there is no such photo. Raises :class:`PhotosUnreachable`."""
    try:
        runtime.aws_client("s3").delete_object(**_place(key))
    except (ClientError, BotoCoreError) as error:
        raise PhotosUnreachable(type(error).__name__) from None


def address(key: str, lifetime: timedelta) -> str:
    """Where a browser sees the photo for a while; signed here, nothing is sent."""
    seconds = int(lifetime.total_seconds())
    return str(runtime.aws_client("s3").generate_presigned_url("get_object", Params=_place(key), ExpiresIn=seconds))


def _place(key: str) -> dict[str, str]:
    return {"Bucket": runtime.settings().photo_bucket, "Key": key}
