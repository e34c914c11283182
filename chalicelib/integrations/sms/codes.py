"""Tencent's error codes, each with what it means for us (docs/integrators/sms.md).

A code is looked up whole, then by the part before its first dot. A timeout behind Tencent's door (``InternalError``) does not prove
that nothing was sent.
"""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """How a code is sorted."""

    NOT_DONE = "not sent, may be asked for later"
    MAYBE_DONE = "may have been sent"
    FINAL = "not sent, and will not be"


OK = "Ok"
_LIMITED = (Kind.FINAL, "sms_limited")
_SETTINGS = (Kind.FINAL, "sms_not_configured")
_UNPAID = (Kind.FINAL, "sms_unpaid")
_BUSY = (Kind.NOT_DONE, "peer_busy")
_OTHER = (Kind.FINAL, "sms_refused")

_WHOLE: dict[str, tuple[Kind, str]] = {
    "FailedOperation.PhoneNumberInBlacklist": (Kind.FINAL, "sms_blocked"),
    "FailedOperation.InsufficientBalanceInSmsPackage": _UNPAID,
    "FailedOperation.SignatureIncorrectOrUnapproved": _SETTINGS,
    "FailedOperation.TemplateIncorrectOrUnapproved": _SETTINGS,
    "FailedOperation.TemplateUnapprovedOrNotExist": _SETTINGS,
    "FailedOperation.TemplateParamSetNotMatchApprovedTemplate": _SETTINGS,
    "FailedOperation.TemplateIdNotExist": _SETTINGS,
    "FailedOperation.ContainSensitiveWord": _SETTINGS,
    "InvalidParameterValue.IncorrectPhoneNumber": (Kind.FINAL, "sms_phone_invalid"),
    "InvalidParameterValue.TemplateParameterFormatError": _SETTINGS,
    "InvalidParameterValue.TemplateParameterLengthLimit": _SETTINGS,
    "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter": _SETTINGS,
    "InvalidParameterValue.SdkAppIdNotExist": _SETTINGS,
    "UnauthorizedOperation.ServiceSuspendDueToArrears": _UNPAID,
    "UnsupportedOperation.UnsupportedRegion": _SETTINGS,
}
_FAMILIES: dict[str, tuple[Kind, str]] = {
    "LimitExceeded": _LIMITED,
    "RequestLimitExceeded": _BUSY,
    "AuthFailure": (Kind.FINAL, "sms_credentials_refused"),
    "UnauthorizedOperation": _SETTINGS,
    "MissingParameter": _SETTINGS,
    "UnsupportedRegion": _SETTINGS,
    "InternalError": (Kind.MAYBE_DONE, "peer_failed"),
}


def meaning(code: str) -> tuple[Kind, str]:
    """What ``code`` means, and our stable code for it."""
    return _WHOLE.get(code) or _FAMILIES.get(code.partition(".")[0]) or _OTHER
