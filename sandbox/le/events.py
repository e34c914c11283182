"""LE's messages to the product, and refusals switched on by hand."""

from starlette.responses import Response

from sandbox.house.errors import HouseError
from sandbox.house.events import Line
from sandbox.le.admission import REASONS
from sandbox.le.memory import CLIENT_ID

# 404: a registration that the product does not know yet; it is sent again.
LINE = Line("le", CLIENT_ID, "/api/le/events", final=(200, 400, 401))


def error_answer(code: str) -> Response:
    """The answer for a switched-on fault; one of the reasons of 422 stands for itself."""
    if code in REASONS:
        return HouseError("DECLINED", "物流系统手动设置的拒绝", code).response()
    return HouseError(code, "switched on by hand").response()
