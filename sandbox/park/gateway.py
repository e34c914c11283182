"""The platform's HTTP interface."""

import re

from starlette.responses import Response

from sandbox.house.answers import FirstAnswers
from sandbox.house.gateway import HouseGateway, no_such_interface, ok
from sandbox.house.members import read_object
from sandbox.house.signature import Door
from sandbox.kit.http import Call
from sandbox.park.platform import Platform, shown

BASE = "/park/v1/visits"
_ONE = re.compile(rf"{BASE}/(?P<visit_no>[^/]+)(?P<cancel>/cancel)?")


class Gateway(HouseGateway):
    """Method and path → what the platform does."""

    def __init__(self, platform: Platform, door: Door) -> None:
        super().__init__(door, FirstAnswers("park", platform.store, platform.clock), platform.knobs)
        self.platform = platform

    def carry_out(self, call: Call, number: str) -> tuple[Response, bool]:
        """The answer to an admitted call."""
        match = _ONE.fullmatch(call.path)
        if call.method == "POST" and call.path == BASE:
            return self.once(call, number, 201, lambda body: shown(self.platform.create(body)))
        if match and match["cancel"] and call.method == "POST":
            return self.once(call, number, 200, lambda _: shown(self.platform.cancel(match["visit_no"])))
        if match and not match["cancel"] and call.method == "PUT":
            return ok(shown(self.platform.change(match["visit_no"], read_object(call))), number)
        if match and not match["cancel"] and call.method == "GET":
            return ok(shown(self.platform.find(match["visit_no"])), number)
        raise no_such_interface()
