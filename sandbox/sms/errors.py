"""Failures in the form of Tencent Cloud's API 3.0: HTTP 200 with Response.Error."""

import uuid
from typing import Any

from starlette.responses import Response

from sandbox.kit.http import json_response


class SmsError(Exception):
    """The whole call fails."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def response(self) -> Response:
        """The answer."""
        return answered({"Error": {"Code": self.code, "Message": self.message}})


def answered(content: dict[str, Any]) -> Response:
    """The envelope."""
    return json_response({"Response": {**content, "RequestId": str(uuid.uuid4())}})


def result_of(body: dict[str, Any]) -> tuple[str, str]:
    """Code and message of the call, or of the first number that fails."""
    response = body.get("Response") or {}
    failed = [status for status in response.get("SendStatusSet", []) if status["Code"] != "Ok"]
    error = response.get("Error") or (failed[0] if failed else {"Code": "OK", "Message": ""})
    return error["Code"], error["Message"]


def error_answer(code: str) -> Response:
    """The answer for a switched-on fault."""
    return SmsError(code, "switched on by hand").response()
