"""The receiving side of our own contracts (docs/integrators/park.md): who sends, and answers in the contract's form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.integrations.house.signature import is_genuine

NONCE_LENGTH = 64


def is_from(client_id: str, secret: str, path: str, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether a ``POST`` to ``path`` is that client's, signed within the window. ``headers`` by lower-case name."""
    nonce = headers.get("x-nonce", "")
    if headers.get("x-client-id") != client_id or len(nonce) > NONCE_LENGTH:
        return False
    timestamp, signature = headers.get("x-timestamp", ""), headers.get("x-sign", "")
    return is_genuine(secret, "POST", path, timestamp, nonce, body, signature, now)


def envelope(code: str, request_id: str, message: str | None, data: Any = None) -> str:
    """The body of an answer: with ``data`` when all is well, with a message otherwise."""
    content = {"code": code, "requestId": request_id}
    return json.dumps(content | ({"data": data} if message is None else {"message": message}))
