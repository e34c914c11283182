"""Files for a browser to fetch: API Gateway answers text only, so they lie in a private bucket behind a signed link.

The key is unguessable and the link lives for minutes; the bucket's life cycle removes what lies there after a day.
"""

from __future__ import annotations

from chalicelib.core import runtime
from chalicelib.core.errors import Unavailable
from chalicelib.core.ids import new_token
from chalicelib.core.logs import log_exception

LINK_SECONDS = 300
"""The page follows it at once; a clerk's slow connection only has to begin in time."""


def offer(kind: str, name: str, content: bytes, media_type: str) -> str:
    """Put a file called ``name`` where only the returned link leads. ``kind`` is the part of the key policies name."""
    key = f"{kind}-{new_token()}"
    store(key, name, content, media_type)
    return link(key)


def store(key: str, name: str, content: bytes, media_type: str) -> None:
    """Put a file into the bucket. Raises :class:`~chalicelib.core.errors.Unavailable`."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        runtime.aws_client("s3").put_object(
            **_place(key),
            Body=content,
            ContentType=media_type,
            ContentDisposition=f'attachment; filename="{name}"',
            CacheControl="no-store",
        )
    except (BotoCoreError, ClientError) as error:
        log_exception("file_not_stored", error)
        raise Unavailable from None


def link(key: str) -> str:
    """Where a browser fetches a file, for some minutes."""
    s3 = runtime.aws_client("s3")
    return str(s3.generate_presigned_url("get_object", Params=_place(key), ExpiresIn=LINK_SECONDS))


def _place(key: str) -> dict[str, str]:
    return {"Bucket": runtime.settings().export_bucket, "Key": key}
