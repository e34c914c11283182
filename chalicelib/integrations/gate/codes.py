"""The platform's error codes, each with what it means for the caller.

The gateway's list says which errors may be repeated. One thing is sorted more cautiously here: an error behind the
gateway (``0x02400004``, ``0x02401022``, ``0x00052102``, ``0x00052103``, ``0x00052301``) does not prove that nothing was
done, so for a registration its outcome counts as unknown. That costs one query; guessing wrong costs a second visit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

SIGNATURE_WRONG = "0x02401003"
"""Its message repeats the application key and the server's string to sign."""
ALREADY_REGISTERED = "0x0531401d"
RECORD_NOT_FOUND = "0x0531f00e"


class Kind(Enum):
    """How a code is sorted."""

    NOT_DONE = "not done, repeat later"
    MAYBE_DONE = "may have been done"
    FINAL = "final"


@dataclass(frozen=True, slots=True)
class Meaning:
    """Of one platform code: its kind, our stable code, our description."""

    kind: Kind
    code: str
    description: str


def _final(code: str, description: str) -> Meaning:
    return Meaning(Kind.FINAL, code, description)


def _later(description: str) -> Meaning:
    return Meaning(Kind.NOT_DONE, "peer_busy", description)


def _maybe(description: str) -> Meaning:
    return Meaning(Kind.MAYBE_DONE, "peer_failed", description)


_CREDENTIALS = "gate_credentials_refused"
_RIGHTS = "gate_not_authorised"
_REQUEST = "gate_request_invalid"
_RESOURCE = "gate_resource_missing"

MEANINGS: dict[str, Meaning] = {
    "0x02401000": _final(_CREDENTIALS, "application key missing"),
    "0x02401001": _final(_CREDENTIALS, "application key unknown"),
    "0x02401642": _final(_CREDENTIALS, "application key unknown"),
    "0x02401002": _final(_CREDENTIALS, "signature missing"),
    SIGNATURE_WRONG: _final(_CREDENTIALS, "signature wrong: check the application secret"),
    "0x02401004": _final(_CREDENTIALS, "token check failed"),
    "0x02401005": _final(_CREDENTIALS, "token empty"),
    "0x02401006": _final(_CREDENTIALS, "token abnormal"),
    "0x02401007": _later("token expired"),
    "0x02401008": _final(_RIGHTS, "this application key is not authorised for this interface"),
    "0x02401009": _later("error while checking permission"),
    "0x0240100a": _final(_REQUEST, "parameter conversion error"),
    "0x0240100b": _later("call limit reached"),
    "0x0240100c": _later("statistics error"),
    "0x02401010": _final(_REQUEST, "the platform wants a user id"),
    "0x0240101b": _final(_RIGHTS, "this IP address is not allowed"),
    "0x0240101c": _final(_RIGHTS, "this MAC address is not allowed"),
    "0x0240101d": _final(_RIGHTS, "this IP and MAC address are not allowed"),
    "0x02401021": _final(_REQUEST, "the request is not valid JSON"),
    "0x02401022": _maybe("the reply of the service behind is not valid JSON"),
    "0x02401023": _final(_REQUEST, "charset not supported"),
    "0x02400004": _maybe("error calling the service behind"),
    "0x00072001": _final(_REQUEST, "a required parameter is empty"),
    "0x00072002": _final(_REQUEST, "a parameter is out of range"),
    "0x00072003": _final(_REQUEST, "a parameter has the wrong format"),
    "0x00072004": _final(_REQUEST, "the reply would be too long"),
    "0x00072005": _final(_REQUEST, "a parameter does not exist"),
    "0x00072006": _final(_REQUEST, "a parameter is too long"),
    "0x00072201": _final(_RIGHTS, "no right to the resource"),
    "0x00072202": _final(_RESOURCE, "the resource does not exist"),
    "0x00072203": _final("gate_licence_exhausted", "licence"),
    "0x00072204": _final("gate_licence_exhausted", "licence"),
    "0x00052101": _later("capacity exhausted"),
    "0x00052102": _maybe("service error"),
    "0x00052103": _maybe("service timeout"),
    "0x00052104": _later("service unavailable"),
    "0x00052301": _maybe("unknown error"),
    "0x0531f002": _final("end_not_in_future", "the end must lie after now"),
    "0x0531f003": _final("end_not_after_start", "the end must lie after the start"),
    ALREADY_REGISTERED: _final("already_registered", "this visitor has a valid record in the period"),
    "0x0531f010": _final("too_many_visitors", "too many visitors in one call"),
    "0x05314023": _final("duplicate_visitor", "the same phone or certificate twice"),
    RECORD_NOT_FOUND: _final("record_not_found", "record not found"),
    "0x0531f011": _final(_REQUEST, "query range wrong"),
    "0x0531f012": _final(_REQUEST, "query range wrong"),
    "0x0531f016": _final(_REQUEST, "query range wrong"),
    "0x0531f017": _final(_REQUEST, "query range wrong"),
}
