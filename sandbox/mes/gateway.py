"""The tank farm's HTTP interface: one reading."""

from starlette.responses import Response

from sandbox.house.answers import FirstAnswers
from sandbox.house.errors import HouseError
from sandbox.house.gateway import HouseGateway, no_such_interface, ok
from sandbox.house.members import text, wrong
from sandbox.house.signature import Door
from sandbox.kit.http import Call
from sandbox.mes.platform import TankFarm

STOCK = "/mes/v1/tank-stock"


class Gateway(HouseGateway):
    """Method and path → what MES answers."""

    def __init__(self, farm: TankFarm, door: Door) -> None:
        super().__init__(door, FirstAnswers("mes", farm.store, farm.clock), farm.knobs)
        self._farm = farm

    def carry_out(self, call: Call, number: str) -> tuple[Response, bool]:
        """The answer to an admitted call."""
        if call.method != "GET" or call.path != STOCK:
            raise no_such_interface()
        names = list(call.query)
        if names != sorted(names):
            raise wrong("query: parameters are in the order of their names")
        product = text(call.query, "productCode", 32) if "productCode" in call.query else None
        return ok(self._farm.stock(text(call.query, "siteCode", 32), product), number)


def error_answer(code: str) -> Response:
    """The answer for a switched-on fault."""
    return HouseError(code, "switched on by hand").response()
