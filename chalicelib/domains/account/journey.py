"""The sign-in journey's cookie: binds WeChat's answer to the browser that asked and remembers where to go back to.

Signed, HttpOnly, ten minutes. It replaces a table of states: what must be checked travels with the browser.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

COOKIE = "sign_in"
COOKIE_PATH = "/api/sign-in"
LIFETIME = timedelta(minutes=10)
MAX_ATTEMPTS = 2
"""A spent code restarts the journey once; after that the user decides (loop guard)."""


@dataclass(frozen=True, slots=True)
class Journey:
    """One trip to WeChat's authorise page. ``state`` is alphanumeric, at most 128 bytes (wechat.md A5.1)."""

    state: str
    return_to: str
    attempt: int


def begin_journey(return_to: str | None, attempt: int = 1) -> Journey:
    """A journey with a fresh state, back to a page of ours."""
    return Journey(secrets.token_hex(16), safe_return(return_to), attempt)


def safe_return(target: str | None) -> str:
    """Only a path on our own host: ``//evil``, ``/\\evil`` and absolute URLs would take the user elsewhere."""
    well_formed = target is not None and target.startswith("/") and len(target) <= 512 and target.isprintable()
    if not well_formed or target is None or target.startswith(("//", "/api/")) or "\\" in target:
        return "/"
    return target


def seal_journey(keys: list[str], journey: Journey, now: datetime) -> str:
    """The cookie's value."""
    expires = int((now + LIFETIME).timestamp())
    claims = {"s": journey.state, "r": journey.return_to, "a": journey.attempt, "e": expires}
    return _serializer(keys).dumps(claims)


def open_journey(keys: list[str], cookie: str, now: datetime) -> Journey | None:
    """The journey of a cookie, or ``None`` when it is forged or too old."""
    try:
        claims: Any = _serializer(keys).loads(cookie)
    except BadSignature:
        return None
    return Journey(claims["s"], claims["r"], claims["a"]) if claims["e"] > now.timestamp() else None


def _serializer(keys: list[str]) -> URLSafeSerializer:
    return URLSafeSerializer(
        list(reversed(keys)), salt="campus-sign-in", signer_kwargs={"digest_method": hashlib.sha256}
    )
