"""The signature of our own contracts (docs/integrators/park.md): HMAC-SHA256 over request line, time, nonce and body."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

WINDOW = timedelta(seconds=300)
"""How far a request's clock may be from the receiver's."""
NONCE_MEMORY = timedelta(seconds=600)
"""How long the receiver remembers a nonce: twice the window, so that no replay fits between."""


def sign(secret: str, method: str, target: str, timestamp: str, nonce: str, body: bytes) -> str:
    """Value of ``X-Sign``, lower-case hex. ``target`` is the path with ``?`` and query exactly as sent."""
    lines = (method.upper(), target, timestamp, nonce, hashlib.sha256(body).hexdigest())
    return hmac.new(secret.encode(), "\n".join(lines).encode(), hashlib.sha256).hexdigest()


def is_genuine(
    secret: str, method: str, target: str, timestamp: str, nonce: str, body: bytes, signature: str, now: datetime
) -> bool:
    """Whether a received request was signed with ``secret`` within the window. The nonce's memory is the caller's."""
    if not timestamp.isascii() or not timestamp.isdigit() or not nonce:
        return False
    if abs(now.timestamp() - int(timestamp)) > WINDOW.total_seconds():
        return False
    expected = sign(secret, method, target, timestamp, nonce, body)
    return hmac.compare_digest(expected.encode(), signature.encode())
