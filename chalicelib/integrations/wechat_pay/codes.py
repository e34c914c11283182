"""WeChat Pay's errors, sorted once: HTTP status first, then its code, then the number at the end of its ``Request-ID``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.house.members import Row, Unreadable, line
from chalicelib.integrations.http import Answer
from chalicelib.integrations.redaction import redact
from chalicelib.integrations.wechat_pay import PEER, answers
from chalicelib.integrations.wechat_pay.signature import lower_names

UNKNOWN_RECORD = "pay_record_unknown"
NO_BILL = "pay_bill_missing"
_LATER = {
    "STATEMENTCREATING": "pay_bill_not_ready",
    **dict.fromkeys(("FREQUENCYLIMITED", "RATELIMITEXCEEDED", "FREQUENCYLIMITEXCEED"), "peer_busy"),
    **dict.fromkeys(("SYSTEMERROR", "BANKERROR", "BIZERRNEEDRETRY"), "peer_failed"),
}
"""Codes without underscores: spellings of the older interface still occur."""
_FINAL_WITH_5XX = "OPENIDMISMATCH"
_FINAL = {
    "ORDERPAID": "pay_order_paid",
    "ORDERCLOSED": "pay_order_closed",
    "OUTTRADENOUSED": "pay_number_used",
    "ALREADYEXISTS": "pay_number_used",
    "OPENIDMISMATCH": "pay_openid_mismatch",
    "NOTENOUGH": "pay_balance_insufficient",
    "USERACCOUNTABNORMAL": "pay_user_account_abnormal",
    "NOSTATEMENTEXIST": NO_BILL,
    "SIGNERROR": "pay_credentials_refused",
    "NOAUTH": "pay_not_authorised",
    "NOTFOUND": "wrong_address",
    **dict.fromkeys(("ORDERNOTEXIST", "RESOURCENOTEXISTS"), UNKNOWN_RECORD),
    **dict.fromkeys(("APPIDMCHIDNOTMATCH", "MCHNOTEXISTS"), "pay_merchant_invalid"),
    **dict.fromkeys(("RULELIMIT", "TRADEERROR", "ACCOUNTERROR", "REQUESTBLOCKED"), "pay_declined"),
}
_VAGUE = ("PARAMERROR", "INVALIDREQUEST")
_CAUSES = {
    **dict.fromkeys(("268449538", "268498689"), "pay_order_paid"),
    "268447914": "pay_order_closed",
    "268498688": "pay_number_used",
    **dict.fromkeys(("268443715", "268447843", "268445527"), "pay_merchant_invalid"),
    "268448010": "pay_declined",
}
"""What the number says where the code is vague."""
_STATUSES = {401: "pay_credentials_refused", 403: "pay_not_authorised"}
_CODE = re.compile(r"[A-Z_]{1,40}", re.ASCII)
_REQUEST_ID = re.compile(r"[0-9A-Za-z]{1,64}-(?P<cause>[0-9]{1,12})", re.ASCII)


def failure(answer: Answer, known: Iterable[str] = ()) -> PeerError:
    """The error for an answer other than 2xx; ``known`` texts are kept out of its message.

    Its signature is not looked at, as WeChat Pay's own libraries do not; so it decides nothing but what to do next.
    """
    said, request = _said(answer.body), _REQUEST_ID.fullmatch(lower_names(answer.headers).get("request-id", ""))
    code = said.get("code")
    plain = code.replace("_", "").upper() if isinstance(code, str) else ""
    peer_code = _shown(code, known) or f"http_{answer.status}"
    # The request id is what WeChat's support asks for; it is random and may be logged.
    message = _sentence(said, known) + (f" (request {request[0]})" if request else "")
    later = _later(answer.status, plain)
    if later:
        return Retryable(later, message, PEER, peer_code=peer_code)
    return Refused(
        _final(answer.status, plain, request["cause"] if request else ""), message, PEER, peer_code=peer_code
    )


def _later(status: int, plain: str) -> str:
    """Our code when repeating it unchanged may help; empty otherwise."""
    if status == 429:
        return "peer_busy"
    if plain in _LATER:
        return _LATER[plain]
    return "peer_failed" if status == 408 or (status >= 500 and plain != _FINAL_WITH_5XX) else ""


def _final(status: int, plain: str, cause: str) -> str:
    if plain in _FINAL:
        return _FINAL[plain]
    if plain in _VAGUE:
        return _CAUSES.get(cause, "pay_request_invalid")
    if plain:
        return _CAUSES.get(cause, _STATUSES.get(status, "pay_refused"))
    return _STATUSES.get(status, "wrong_address")


def _said(body: bytes) -> Row:
    try:
        return answers.parsed(body)
    except Unreadable:
        return {}


def _shown(code: object, known: Iterable[str]) -> str:
    """A code in their form as it is, although it may be long; anything else may be somebody's data."""
    return code if isinstance(code, str) and _CODE.fullmatch(code) else redact(line(code), known)


def _sentence(said: Row, known: Iterable[str]) -> str:
    """What it says, and which field it means; the field's value is somebody's data."""
    detail = said.get("detail")
    named = line(detail.get("field")) if isinstance(detail, Mapping) else ""
    return redact(f"{line(said.get('message')) or 'no reason given'}{f' [{named}]' if named else ''}", known)
