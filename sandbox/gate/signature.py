"""AK/SK request signature, computed from what was received (contract A2)."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from sandbox.kit.http import Call, parse_parameters

PLAIN_LINES = ("accept", "content-md5", "content-type", "date")
"""Headers that are signed by value, without a name, when present; an absent one leaves no empty line."""
NEVER_SIGNED = frozenset(
    (
        *PLAIN_LINES,
        "content-length",
        "server",
        "connection",
        "host",
        "transfer-encoding",
        "x-application-context",
        "content-encoding",
        "x-ca-signature",
        "x-ca-signature-headers",
    )
)
FORM = "application/x-www-form-urlencoded"


def string_to_sign(
    method: str,
    path: str,
    headers: Sequence[tuple[str, str]],
    signed_names: Sequence[str],
    query: dict[str, str],
    form: dict[str, str],
) -> str:
    """The text both sides sign; header names in `headers` are lower case, on equal keys the form field wins."""
    values = dict(reversed(headers))
    lines = [method.upper()]
    for name in PLAIN_LINES:
        if name in values:
            lines.append(_without_boundary(values[name]) if name == "content-type" else values[name])
    names = sorted({name.strip().lower() for name in signed_names} - NEVER_SIGNED - {""})
    lines += [f"{name}:{values.get(name, '')}" for name in names]
    return "\n".join([*lines, _resource(path, {**query, **form})])


def sign(secret: str, text: str) -> str:
    """Base64 of HMAC-SHA256."""
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()


def received_string(call: Call) -> str:
    """The string to sign of a received call: the client says in X-Ca-Signature-Headers which headers it signed."""
    signed = (call.header("x-ca-signature-headers") or "").split(",")
    is_form = (call.header("content-type") or "").lower().startswith(FORM)
    form = parse_parameters(call.body.decode("utf-8", "replace")) if is_form else {}
    return string_to_sign(call.method, call.path, call.headers, signed, call.query, form)


def is_signed_by(call: Call, secret: str) -> bool:
    """True when signature and, if sent, Content-MD5 fit the received bytes."""
    digest = call.header("content-md5")
    if digest is not None and digest != base64.b64encode(hashlib.md5(call.body).digest()).decode():
        return False
    expected = sign(secret, received_string(call))
    return hmac.compare_digest(expected.encode(), (call.header("x-ca-signature") or "").encode())


def _resource(path: str, parameters: dict[str, str]) -> str:
    """Sorted by code unit (`A` before `a`), raw values, an empty value stays as `k=`."""
    if not parameters:
        return path
    ordered = sorted(parameters.items(), key=lambda pair: pair[0].encode("utf-16-be"))
    return f"{path}?{'&'.join(f'{key}={value}' for key, value in ordered)}"


def _without_boundary(content_type: str) -> str:
    return ";".join(part for part in content_type.split(";") if "boundary" not in part)
