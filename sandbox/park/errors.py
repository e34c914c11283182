"""Refusals switched on by hand."""

from starlette.responses import Response

from sandbox.house.errors import HouseError


def error_answer(code: str) -> Response:
    """The answer for a switched-on fault."""
    return HouseError(
        code, "switched on by hand", "园区管理端手动设置的拒绝" if code == "DECLINED" else None
    ).response()
