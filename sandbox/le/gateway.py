"""LE's HTTP interface."""

import re
from collections.abc import Callable

from starlette.responses import Response

from sandbox.house.answers import FirstAnswers
from sandbox.house.gateway import HouseGateway, no_such_interface, ok
from sandbox.house.members import read_object
from sandbox.house.signature import Door
from sandbox.kit.http import Call
from sandbox.le.registrations import shown
from sandbox.le.system import Logistics

BASE = "/le/v1"
Handler = Callable[[Call, str, dict[str, str]], tuple[Response, bool]]
"""(call, number of the answer, names from the path) → the answer, and whether it may take its time."""


class Gateway(HouseGateway):
    """Method and path → what LE does."""

    def __init__(self, logistics: Logistics, door: Door) -> None:
        memory = logistics.memory
        super().__init__(door, FirstAnswers("le", memory.store, memory.clock), memory.knobs)
        self._le = logistics
        self._routes = [(method, re.compile(BASE + path), handler) for method, path, handler in self._table()]

    def carry_out(self, call: Call, number: str) -> tuple[Response, bool]:
        """The answer to an admitted call."""
        for method, path, handler in self._routes:
            match = path.fullmatch(call.path)
            if match and method == call.method:
                return handler(call, number, match.groupdict())
        raise no_such_interface()

    def _table(self) -> list[tuple[str, str, Handler]]:
        le, desk = self._le, self._le.desk
        one = r"/registrations/(?P<no>[^/]+)"
        return [
            ("POST", "/registrations", lambda call, number, _: self.once(call, number, 201, desk.register)),
            ("GET", "/registrations", lambda call, number, _: ok(le.page(call.query), number)),
            ("GET", one, lambda _, number, at: ok(shown(le.registrations.find(at["no"])), number)),
            ("POST", f"{one}/change", self._step(desk.change)),
            ("POST", f"{one}/cancel", self._step(desk.cancel)),
            ("POST", f"{one}/return-card", self._step(desk.return_card)),
            ("POST", f"{one}/sign-off", self._step(desk.sign_off)),
            ("GET", "/orders", lambda call, number, _: ok(le.orders.page(call.query), number)),
            ("GET", r"/orders/(?P<no>[^/]+)", lambda _, number, at: ok(le.orders.find(at["no"]), number)),
            ("PUT", r"/vehicles/(?P<no>[^/]+)", self._upsert(le.archives.put_vehicle)),
            ("PUT", r"/drivers/(?P<no>[^/]+)", self._upsert(le.archives.put_driver)),
            ("POST", "/entry-reports", lambda call, number, _: self.once(call, number, 201, le.archives.report)),
            ("GET", "/lanes", lambda call, number, _: ok(le.yard.page(call.query), number)),
            ("GET", r"/lanes/(?P<no>[^/]+)/queue", lambda call, n, at: ok(le.yard.queue_page(at["no"], call.query), n)),
        ]

    def _step(self, work: Callable[[str, dict[str, object]], object]) -> Handler:
        return lambda call, number, at: self.once(call, number, 200, lambda body: work(at["no"], body))

    def _upsert(self, work: Callable[[str, dict[str, object]], object]) -> Handler:
        return lambda call, number, at: ok(work(at["no"], read_object(call)), number)
