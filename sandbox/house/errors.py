"""Refusals in the contracts' form."""

from typing import Any

from starlette.responses import Response

from sandbox.kit.http import json_response

STATUSES = {
    "INVALID_ARGUMENT": 400,
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "COUNTER_ONLY": 403,
    "NOT_FOUND": 404,
    "STATE_CONFLICT": 409,
    "IDEMPOTENCY_CONFLICT": 409,
    "IN_PROGRESS": 409,
    "CARD_MISMATCH": 409,
    "ALREADY_SIGNED": 409,
    "DECLINED": 422,
    "TOO_MANY_REQUESTS": 429,
    "INTERNAL": 500,
}


class HouseError(Exception):
    """A call is refused. `reason`: a word or a sentence beside the code (409, 422); `data`: what the refusal is about."""

    def __init__(self, code: str, message: str, reason: str | None = None, data: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.reason = reason
        self.data = data

    def response(self, request_id: str = "") -> Response:
        """The answer."""
        body: dict[str, Any] = {"code": self.code, "message": self.message, "requestId": request_id}
        more = {"reason": self.reason, "data": self.data}
        body |= {name: value for name, value in more.items() if value is not None}
        headers = {"Retry-After": "1"} if self.code == "TOO_MANY_REQUESTS" else None
        return json_response(body, STATUSES.get(self.code, 500), headers)
