"""The Artemis gateway's AK/SK signature as one pure function.

Peculiarities, all covered by known answers: an absent ``Accept``, ``Content-MD5``, ``Content-Type`` or ``Date`` leaves
no empty line; query and form parameters are one list, raw, sorted by key, the form winning; a multipart
``Content-Type`` is signed without its boundary; no newline after the last line.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass

_LEADING = ("accept", "content-md5", "content-type", "date")
_NOT_SIGNED = frozenset({"x-ca-signature", "x-ca-signature-headers"})


@dataclass(frozen=True, slots=True)
class Signature:
    """What was signed and the result. ``string_to_sign`` holds the application key: never log or show it."""

    string_to_sign: str
    signed_headers: str
    """Value of ``X-Ca-Signature-Headers``."""
    value: str
    """Value of ``X-Ca-Signature``."""


def sign(
    app_secret: str,
    method: str,
    path: str,
    headers: Mapping[str, str],
    *,
    query: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    extra_headers: Collection[str] = (),
) -> Signature:
    """Sign a request. ``path`` includes the prefix ``/artemis``; ``query`` and ``form`` hold raw, un-encoded values.

    All ``x-ca-`` headers are signed, and of the others those named in ``extra_headers``.
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    extra = {name.lower() for name in extra_headers}
    names = sorted(name for name in lowered if name.startswith("x-ca-") or name in extra)
    signed = [name for name in names if name not in _NOT_SIGNED and name not in _LEADING]
    lines = [method.upper()]
    lines += [_leading_value(name, lowered[name]) for name in _LEADING if name in lowered]
    lines += [f"{name}:{lowered[name].strip()}" for name in signed]
    lines.append(_resource(path, {**(query or {}), **(form or {})}))
    string_to_sign = "\n".join(lines)
    digest = hmac.new(app_secret.encode(), string_to_sign.encode(), hashlib.sha256).digest()
    return Signature(string_to_sign, ",".join(signed), base64.b64encode(digest).decode())


def content_md5(body: bytes) -> str:
    """The ``Content-MD5`` header that puts a JSON body under the signature; without it only the headers are signed."""
    return base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()


def _leading_value(name: str, value: str) -> str:
    if name == "content-type" and "boundary" in value:
        return ";".join(part for part in value.split(";") if "boundary" not in part)
    return value


def _resource(path: str, parameters: Mapping[str, str]) -> str:
    if not parameters:
        return path
    # Code-unit order, as the gateway's Java sorts: differs from code points above U+FFFF.
    keys = sorted(parameters, key=lambda key: key.encode("utf-16-be"))
    return path + "?" + "&".join(f"{key}={parameters[key]}" for key in keys)
