"""Result codes of the gateway and the visitor service (contract A3)."""

from typing import Any

from sandbox.kit.http import Call

APP_KEY_MISSING = "0x02401000"
APP_KEY_UNKNOWN = "0x02401001"
SIGNATURE_MISSING = "0x02401002"
SIGNATURE_WRONG = "0x02401003"
API_NOT_AUTHORISED = "0x02401008"
CALL_LIMIT = "0x0240100b"
REQUEST_NOT_JSON = "0x02401021"
CHARSET_WRONG = "0x02401023"
SERVICE_UNREACHABLE = "0x02400004"
PARAMETER_EMPTY = "0x00072001"
OUT_OF_RANGE = "0x00072002"
WRONG_FORMAT = "0x00072003"
TOO_LONG = "0x00072006"
NO_RIGHT_TO_RESOURCE = "0x00072201"
RESOURCE_UNKNOWN = "0x00072202"
SERVICE_TIMEOUT = "0x00052103"
END_NOT_AFTER_NOW = "0x0531f002"
END_NOT_AFTER_START = "0x0531f003"
ALREADY_VALID = "0x0531401d"
TOO_MANY_VISITORS = "0x0531f010"
DUPLICATE_IN_LIST = "0x05314023"
RECORD_UNKNOWN = "0x0531f00e"
RANGE_START_WRONG = "0x0531f011"
RANGE_END_WRONG = "0x0531f012"

TEXTS = {
    APP_KEY_MISSING: "appKey is missing",
    APP_KEY_UNKNOWN: "unknown partner",
    SIGNATURE_MISSING: "signature is missing",
    SIGNATURE_WRONG: "signature is wrong",
    API_NOT_AUTHORISED: "the partner is not authorised for this API",
    CALL_LIMIT: "call limit reached",
    REQUEST_NOT_JSON: "request body is not valid JSON",
    CHARSET_WRONG: "charset is wrong",
    SERVICE_UNREACHABLE: "error calling the service behind",
    PARAMETER_EMPTY: "required parameter is empty",
    OUT_OF_RANGE: "parameter is out of range",
    WRONG_FORMAT: "parameter has the wrong format",
    TOO_LONG: "parameter is too long",
    NO_RIGHT_TO_RESOURCE: "no right to the resource",
    RESOURCE_UNKNOWN: "resource does not exist",
    SERVICE_TIMEOUT: "service timeout",
    END_NOT_AFTER_NOW: "visit end time must be later than now",
    END_NOT_AFTER_START: "visit end time must be later than visit start time",
    ALREADY_VALID: "visitor already has a valid appointment or registration in the period",
    TOO_MANY_VISITORS: "too many visitors in one call",
    DUPLICATE_IN_LIST: "the same phone or certificate twice in the list",
    RECORD_UNKNOWN: "record not found",
    RANGE_START_WRONG: "query range of the start time is wrong",
    RANGE_END_WRONG: "query range of the end time is wrong",
}


class GateError(Exception):
    """A business or gateway refusal; the HTTP status stays 200."""

    def __init__(self, code: str, detail: str = "", data: Any = None) -> None:
        super().__init__(code)
        self.code = code
        self.text = TEXTS.get(code, "error") + (f": {detail}" if detail else "")
        self.data = data

    def envelope(self) -> dict[str, Any]:
        """The answer's body."""
        return {"code": self.code, "msg": self.text, "data": self.data}


def success(data: Any) -> dict[str, Any]:
    """`"0"` is the only success."""
    return {"code": "0", "msg": "success", "data": data}


def read_json(call: Call) -> Any:
    """The body; 0x02401023 when it is not UTF-8, 0x02401021 when it is not JSON."""
    try:
        return call.json()
    except UnicodeDecodeError as error:
        raise GateError(CHARSET_WRONG) from error
    except ValueError as error:
        raise GateError(REQUEST_NOT_JSON) from error
