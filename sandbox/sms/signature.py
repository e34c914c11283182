"""TC3-HMAC-SHA256, checked on the received bytes (contract E2): the SDK signs two headers, the documentation three."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.kit.http import Call
from sandbox.sms.errors import SmsError

WINDOW_SECONDS = 300
FORM = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<id>[^/,\s]+)/(?P<date>\d{4}-\d{2}-\d{2})/(?P<service>[a-z]+)/tc3_request, "
    r"SignedHeaders=(?P<names>[a-z0-9;\-]+), Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True)
class Key:
    """The customer's API key."""

    secret_id: str
    secret_key: str


def signature(key: str, date: str, service: str, timestamp: str, canonical: str) -> str:
    """Lower-case hex."""
    text = "\n".join(
        ["TC3-HMAC-SHA256", timestamp, f"{date}/{service}/tc3_request", hashlib.sha256(canonical.encode()).hexdigest()]
    )
    chained = f"TC3{key}".encode()
    for part in (date, service, "tc3_request", text):
        chained = hmac.new(chained, part.encode(), hashlib.sha256).digest()
    return chained.hex()


def canonical_request(call: Call, names: list[str]) -> str:
    """What was signed: the content type as it is, other values in lower case."""
    values = {name: call.header(name) or "" for name in names}
    lines = [f"{name}:{value if name == 'content-type' else value.lower()}" for name, value in values.items()]
    parts = [call.method, "/", call.raw_query, *lines, "", ";".join(names), hashlib.sha256(call.body).hexdigest()]
    return "\n".join(parts)


def require_genuine(call: Call, key: Key, service: str, now: float) -> None:
    """Raises SmsError unless the holder of the key signed these bytes just now."""
    form = FORM.fullmatch(call.header("authorization") or "")
    if form is None:
        raise SmsError("AuthFailure.SignatureFailure", "the Authorization header is missing or has another form")
    if form["id"] != key.secret_id:
        raise SmsError("AuthFailure.SecretIdNotFound", "the SecretId does not exist")
    timestamp = call.header("x-tc-timestamp") or ""
    if not timestamp.isdigit() or abs(now - int(timestamp)) > WINDOW_SECONDS:
        raise SmsError("AuthFailure.SignatureExpire", "the timestamp is too far from the server's time")
    names = form["names"].split(";")
    day = datetime.fromtimestamp(int(timestamp), UTC).date().isoformat()
    signed = {"content-type", "host"} <= set(names) and names == sorted(names)
    expected = signature(key.secret_key, day, service, timestamp, canonical_request(call, names))
    if (form["date"], form["service"]) != (day, service) or not signed or expected != form["signature"]:
        raise SmsError("AuthFailure.SignatureFailure", "the signature does not fit the request")
