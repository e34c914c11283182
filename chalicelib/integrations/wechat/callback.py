"""Is a request to the callback URL from WeChat? Standard library only: the API function imports it on every start."""

from __future__ import annotations

import hashlib
import hmac


def callback_signature(token: str, *parts: str) -> str:
    """SHA-1 in hex over token and parts (timestamp, nonce, in safe mode the encrypted text), sorted bytewise and joined."""
    ordered = sorted(part.encode(errors="surrogatepass") for part in (token, *parts))
    return hashlib.sha1(b"".join(ordered), usedforsecurity=False).hexdigest()


def is_from_wechat(token: str, *, signature: str, timestamp: str, nonce: str, encrypted: str | None = None) -> bool:
    """Whether the signature is right, compared in constant time.

    Without ``encrypted`` it covers neither the body nor the time of a message and can be replayed.
    """
    expected = callback_signature(token, timestamp, nonce, *([encrypted] if encrypted is not None else []))
    return hmac.compare_digest(expected.encode(), signature.encode(errors="surrogatepass"))
