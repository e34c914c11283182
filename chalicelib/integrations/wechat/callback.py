"""Is a request to the callback URL from WeChat? Standard library only: the API function imports it on every start."""

from __future__ import annotations

import hashlib
import hmac


def callback_signature(token: str, timestamp: str, nonce: str) -> str:
    """SHA-1 in hex over the three texts, sorted bytewise and joined."""
    parts = sorted(part.encode() for part in (token, timestamp, nonce))
    return hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest()


def is_from_wechat(token: str, *, signature: str, timestamp: str, nonce: str) -> bool:
    """Whether the plain ``signature`` is right, compared in constant time.

    It covers neither the body nor the time of a message and can be replayed: enough for the URL check only.
    """
    expected = callback_signature(token, timestamp, nonce)
    return hmac.compare_digest(expected.encode(), signature.encode(errors="surrogatepass"))
