"""Identifiers: sortable by time, not guessable, safe in URLs and in peers' key alphabets (``[0-9A-Za-z_-]``)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _base32(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))


def new_id(now: datetime) -> str:
    """A ULID: 48 bits of milliseconds and 80 random bits, 26 characters of Crockford base 32."""
    return _base32(int(now.timestamp() * 1000), 10) + _base32(secrets.randbits(80), 16)


def id_floor(instant: datetime) -> str:
    """A text that sorts before every id made at or after ``instant`` and behind every earlier one."""
    return _base32(int(instant.timestamp() * 1000), 10)


def derived_id(*parts: str) -> str:
    """The same 26-character id for the same parts: turns a client's request id into the id of what it creates."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return _base32(int.from_bytes(digest[:17], "big") >> 6, 26)


def new_token() -> str:
    """A bearer secret of 256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What may be stored of a bearer secret: its SHA-256 in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()
