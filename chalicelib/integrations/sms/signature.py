"""Tencent Cloud's request signature TC3-HMAC-SHA256 (docs/integrators/sms.md): one POST to ``/`` with a JSON body."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime

ALGORITHM = "TC3-HMAC-SHA256"
SIGNED_HEADERS = "content-type;host"


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key."""

    secret_id: str
    secret_key: str = field(repr=False)


def authorization(
    credentials: Credentials, service: str, host: str, content_type: str, timestamp: int, body: bytes
) -> str:
    """Value of ``Authorization``. ``content_type`` and ``host`` exactly as sent; ``timestamp`` in seconds.

    The date in it is UTC's: until eight in the morning it is yesterday's at the plant.
    """
    day = datetime.fromtimestamp(timestamp, UTC).date().isoformat()
    scope = f"{day}/{service}/tc3_request"
    canonical = f"POST\n/\n\ncontent-type:{content_type}\nhost:{host}\n\n{SIGNED_HEADERS}\n{_hash(body)}"
    text = f"{ALGORITHM}\n{timestamp}\n{scope}\n{_hash(canonical.encode())}"
    key = f"TC3{credentials.secret_key}".encode()
    for part in (day, service, "tc3_request"):
        key = _hmac(key, part)
    signature = _hmac(key, text).hex()
    credential = f"{credentials.secret_id}/{scope}"
    return f"{ALGORITHM} Credential={credential}, SignedHeaders={SIGNED_HEADERS}, Signature={signature}"


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
