"""Refusals in the contract's form."""

from typing import Any

from starlette.responses import Response

from sandbox.kit.http import json_response

STATUSES = {
    "INVALID_ARGUMENT": 400,
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "NOT_FOUND": 404,
    "STATE_CONFLICT": 409,
    "IDEMPOTENCY_CONFLICT": 409,
    "IN_PROGRESS": 409,
    "DECLINED": 422,
    "TOO_MANY_REQUESTS": 429,
    "INTERNAL": 500,
}


class ParkError(Exception):
    """A call is refused; `reason` is for people (422)."""

    def __init__(self, code: str, message: str, reason: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reason = reason

    def response(self, request_id: str = "") -> Response:
        """The answer."""
        body: dict[str, Any] = {"code": self.code, "message": self.message, "requestId": request_id}
        if self.reason is not None:
            body["reason"] = self.reason
        headers = {"Retry-After": "1"} if self.code == "TOO_MANY_REQUESTS" else None
        return json_response(body, STATUSES.get(self.code, 500), headers)


def error_answer(code: str) -> Response:
    """The answer for a switched-on fault."""
    return ParkError(code, "switched on by hand", "园区管理端手动设置的拒绝" if code == "DECLINED" else None).response()
