"""Refusals of WeChat Pay: a code, a status, and the number that ends Request-ID."""

import json
from typing import Any

STATUSES = {
    "PARAM_ERROR": 400,
    "INVALID_REQUEST": 400,
    "APPID_MCHID_NOT_MATCH": 400,
    "ORDER_CLOSED": 400,
    "ORDER_PAID": 400,
    "NO_STATEMENT_EXIST": 400,
    "STATEMENT_CREATING": 400,
    "SIGN_ERROR": 401,
    "NO_AUTH": 403,
    "NOT_ENOUGH": 403,
    "USER_ACCOUNT_ABNORMAL": 403,
    "ORDER_NOT_EXIST": 404,
    "RESOURCE_NOT_EXISTS": 404,
    "MCH_NOT_EXISTS": 404,
    "NOT_FOUND": 404,
    "FREQUENCY_LIMITED": 429,
    "SYSTEM_ERROR": 500,
    "BIZ_ERR_NEED_RETRY": 500,
}
NUMBERS = {
    "SIGN_ERROR": 268443699,
    "PARAM_ERROR": 268435461,
    "ORDER_NOT_EXIST": 268512771,
    "FREQUENCY_LIMITED": 268447840,
    "ORDER_PAID": 268449538,
    "ORDER_CLOSED": 268447914,
    "APPID_MCHID_NOT_MATCH": 268445527,
}
"""The usual cause of a code; a refusal may name another."""
OTHER = 268435456
OUT_OF_RANGE = 268435464
EXTRA_MEMBER = 270924358
OTHER_PARAMETERS = 268498688


class PayError(Exception):
    """A refusal; `number` names the cause, `detail` the member."""

    def __init__(self, code: str, message: str, number: int | None = None, detail: dict[str, Any] | None = None):
        super().__init__(code)
        self.code = code
        self.message = message
        self.number = number if number is not None else NUMBERS.get(code, OTHER)
        self.detail = detail

    @property
    def status(self) -> int:
        """Of the answer; a code nobody knows counts as a system error."""
        return STATUSES.get(self.code, 500)

    def body(self) -> bytes:
        """As JSON."""
        detail = {"detail": self.detail} if self.detail else {}
        return json.dumps({"code": self.code, "message": self.message, **detail}, ensure_ascii=False).encode()


def wrong(field: str, issue: str, value: Any = None, number: int | None = None) -> PayError:
    """PARAM_ERROR that names a member of the body by its JSON pointer, or a parameter."""
    location = "body" if field.startswith("/") else "query"
    detail = {"location": location, "field": field, "issue": issue} | ({} if value is None else {"value": value})
    return PayError("PARAM_ERROR", f"参数错误：{field} {issue}", number, detail)
