"""The customer's SMS account: what was approved, the limits for a number, the messages taken over."""

import re
import secrets
from dataclasses import dataclass
from typing import Any

from sandbox.kit.clock import Clock, day_of, iso
from sandbox.kit.knobs import Knob, Knobs
from sandbox.kit.store import Document, Store

APP_ID = "1400987654"
SIGN_NAME = "东南电化"
TEMPLATE_ID = "2004321"
TEMPLATE = "您的验证码是{1}，{2}分钟内有效。验证码只用于绑定餐卡，请不要告诉别人。"
REGIONS = ("ap-guangzhou", "ap-beijing", "ap-nanjing")
MESSAGE = "sms.message"
NUMBER = re.compile(r"\+861[3-9]\d{9}")
LONGEST_PARAMETER = 6
"""Of a code template: digits."""
DEFAULT_KNOBS: dict[str, Knob] = {
    "thirty_second_limit": 20,
    "hour_limit": 200,
    "day_limit": 500,
    "same_content_day_limit": 20,
    "blacklist": [],
    "packages": None,
    "approved": True,
    "number_code": "",
    "delivery_seconds": 0,
    "undelivered": False,
}
WORDS = {
    "Ok": "send success",
    "InvalidParameterValue.IncorrectPhoneNumber": "incorrect phone number",
    "FailedOperation.PhoneNumberInBlacklist": "the number is in the blacklist",
}


@dataclass(frozen=True)
class Message:
    """What is to be sent to each number."""

    app_id: str
    sign_name: str
    template_id: str
    parameters: list[str]

    @property
    def text(self) -> str:
        """As the phone shows it."""
        content = TEMPLATE
        for index, value in enumerate(self.parameters, 1):
            content = content.replace(f"{{{index}}}", value)
        return f"【{self.sign_name}】{content}"


class SmsOffice:
    """Numbers one by one."""

    def __init__(self, store: Store, clock: Clock, knobs: Knobs) -> None:
        self.store = store
        self.clock = clock
        self.knobs = knobs

    def messages(self, phone: str | None = None) -> list[Document]:
        """Newest first; `delivered` says whether the phone shows it by now."""
        found = [kept for kept in reversed(self.store.all(MESSAGE)) if phone in (None, kept["phone"])]
        return [{**kept, "at": iso(kept["sent"]), "delivered": self._is_delivered(kept)} for kept in found]

    def send(self, number: str, message: Message, context: str) -> dict[str, Any]:
        """The status of one number; taken over when its code is Ok."""
        code = self.knobs.get("number_code") or self._refusal(number, message) or "Ok"
        status = {"SerialNo": "", "PhoneNumber": number, "Fee": 0, "SessionContext": context, "Code": code}
        status |= {"Message": WORDS.get(code, code.rpartition(".")[2]), "IsoCode": "CN"}
        return status if code != "Ok" else {**status, "SerialNo": self._take_over(number, message), "Fee": 1}

    def _refusal(self, number: str, message: Message) -> str | None:
        knobs, phone = self.knobs.values(), number.removeprefix("+86")
        if not NUMBER.fullmatch(number):
            return "InvalidParameterValue.IncorrectPhoneNumber"
        if phone in (knobs["blacklist"] or []):
            return "FailedOperation.PhoneNumberInBlacklist"
        if knobs["packages"] is not None and _number(knobs["packages"]) < 1:
            return "FailedOperation.InsufficientBalanceInSmsPackage"
        return _content_refusal(message, approved=bool(knobs["approved"])) or self._limit(phone, message.text)

    def _limit(self, phone: str, text: str) -> str | None:
        knobs, now = self.knobs.values(), self.clock()
        sent = [kept for kept in self.store.all(MESSAGE) if kept["phone"] == phone]
        today = [kept for kept in sent if day_of(kept["sent"]) == day_of(now)]
        counted = {
            "ThirtySecond": (_since(sent, now - 30), knobs["thirty_second_limit"]),
            "OneHour": (_since(sent, now - 3600), knobs["hour_limit"]),
            "Daily": (len(today), knobs["day_limit"]),
            "SameContentDaily": (sum(kept["text"] == text for kept in today), knobs["same_content_day_limit"]),
        }
        hit = (name for name, (count, limit) in counted.items() if limit is not None and count >= _number(limit))
        return next((f"LimitExceeded.PhoneNumber{name}Limit" for name in hit), None)

    def _take_over(self, number: str, message: Message) -> str:
        knobs, now, serial = self.knobs.values(), self.clock(), f"2400:{secrets.token_hex(12)}"
        if knobs["packages"] is not None:
            self.knobs.change({"packages": int(_number(knobs["packages"])) - 1})
        arrives = None if knobs["undelivered"] else now + _number(knobs["delivery_seconds"])
        facts = {"phone": number.removeprefix("+86"), "text": message.text, "parameters": message.parameters}
        self.store.put(MESSAGE, serial, {"id": serial, **facts, "sent": now, "arrives": arrives})
        return serial

    def _is_delivered(self, kept: Document) -> bool:
        return kept["arrives"] is not None and kept["arrives"] <= self.clock()


def _content_refusal(message: Message, *, approved: bool) -> str | None:
    if message.app_id != APP_ID:
        return "UnauthorizedOperation.SmsSdkAppIdVerifyFail"
    if message.sign_name != SIGN_NAME or not approved:
        return "FailedOperation.SignatureIncorrectOrUnapproved"
    if message.template_id != TEMPLATE_ID:
        return "FailedOperation.TemplateIncorrectOrUnapproved"
    if len(message.parameters) != TEMPLATE.count("{"):
        return "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"
    if any(len(value) > LONGEST_PARAMETER for value in message.parameters):
        return "InvalidParameterValue.TemplateParameterLengthLimit"
    if not all(value.isascii() and value.isdigit() for value in message.parameters):
        return "InvalidParameterValue.TemplateParameterFormatError"
    return None


def _since(sent: list[Document], moment: float) -> int:
    return sum(kept["sent"] > moment for kept in sent)


def _number(value: Any) -> float:
    return float(value)
