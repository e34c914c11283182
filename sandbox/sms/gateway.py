"""Tencent Cloud's API 3.0 for the product sms: one action, `SendSms`, as POST to `/`."""

from typing import Any

from starlette.responses import Response

from sandbox.kit.http import Call
from sandbox.sms.errors import SmsError, answered
from sandbox.sms.office import REGIONS, Message, SmsOffice
from sandbox.sms.signature import Key, require_genuine

SERVICE, ACTION, VERSION = "sms", "SendSms", "2021-01-11"
REQUIRED = ("PhoneNumberSet", "SmsSdkAppId", "TemplateId")
OPTIONAL = ("SignName", "TemplateParamSet", "ExtendCode", "SessionContext", "SenderId")
MOST_NUMBERS = 200


class Gateway:
    """What Tencent answers to a call."""

    def __init__(self, office: SmsOffice, key: Key) -> None:
        self._office = office
        self._key = key

    def serve(self, call: Call) -> Response:
        """The answer, always HTTP 200."""
        try:
            require_genuine(call, self._key, SERVICE, self._office.clock())
            _require_action(call)
            return self._send(_body(call))
        except SmsError as error:
            return error.response()

    def _send(self, body: dict[str, Any]) -> Response:
        numbers = _texts(body, "PhoneNumberSet")
        if not 1 <= len(numbers) <= MOST_NUMBERS:
            raise SmsError("LimitExceeded.PhoneNumberCountLimit", "from 1 to 200 numbers a call")
        parameters = _texts(body, "TemplateParamSet") if "TemplateParamSet" in body else []
        names = ("SmsSdkAppId", "SignName", "TemplateId", "SessionContext")
        app_id, sign_name, template_id, context = (_text(body, name) for name in names)
        message = Message(app_id, sign_name, template_id, parameters)
        return answered({"SendStatusSet": [self._office.send(number, message, context) for number in numbers]})


def _require_action(call: Call) -> None:
    if call.header("x-tc-action") != ACTION:
        raise SmsError("InvalidAction", "no such action")
    if call.header("x-tc-version") != VERSION:
        raise SmsError("NoSuchVersion", "the action does not exist in this version")
    if call.header("x-tc-region") not in REGIONS:
        raise SmsError("UnsupportedRegion", "the product does not serve this region")
    if (call.header("content-type") or "").partition(";")[0].strip() != "application/json":
        raise SmsError("InvalidParameter", "the content type is not application/json")


def _body(call: Call) -> dict[str, Any]:
    try:
        body = call.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise SmsError("InvalidParameter", "the body is not a JSON object")
    for name in REQUIRED:
        if name not in body:
            raise SmsError("MissingParameter", f"the parameter `{name}` is missing")
    unknown = set(body) - {*REQUIRED, *OPTIONAL}
    if unknown:
        raise SmsError("UnknownParameter", f"the parameter `{min(unknown)}` is not recognized")
    return body


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise SmsError("InvalidParameter", f"the parameter `{name}` is not a string")
    return value


def _texts(body: dict[str, Any], name: str) -> list[str]:
    value = body[name]
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise SmsError("InvalidParameter", f"the parameter `{name}` is not a list of strings")
    return value
