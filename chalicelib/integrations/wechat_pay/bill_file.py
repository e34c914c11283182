"""The daily bill's file as it is downloaded: unzipped within a limit, compared with its SHA-1."""

from __future__ import annotations

import hashlib
import hmac
import zlib

MAX_BYTES = 16 * 1024 * 1024
"""Unzipped; some 45 000 trades."""
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31


class Damaged(ValueError):
    """Not the file whose SHA-1 was told."""


def opened(received: bytes, sha1: str) -> bytes:
    """The plain file; also when it comes unzipped. Raises :class:`Damaged`."""
    plain = _unzipped(received) if received.startswith(_GZIP) else received
    if len(plain) > MAX_BYTES:
        raise Damaged("the bill is too large")
    # The platform's choice; the digest came in a signed answer.
    if not hmac.compare_digest(hashlib.sha1(plain, usedforsecurity=False).hexdigest().encode(), sha1.encode()):
        raise Damaged("the bill is not the one that was announced")
    return plain


def _unzipped(packed: bytes) -> bytes:
    """At most one byte more than is allowed, however much is packed into it."""
    try:
        return zlib.decompressobj(_GZIP_WINDOW).decompress(packed, MAX_BYTES + 1)
    except zlib.error:
        raise Damaged("the bill cannot be unzipped") from None
