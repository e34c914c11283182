"""Lanes and queues: the office and the wall."""

from __future__ import annotations

from chalicelib.core.http import Api, Call, office
from chalicelib.core.session import Role
from chalicelib.domains.logistics.lanes.schemas import BoardView, ThroughputView

STAFF = office(Role.LOGISTICS)

api = Api(__name__, "logistics_office_lanes", {})


@api.route("GET", "/api/office/logistics/lanes", summary="The board", access=STAFF, answer=BoardView)
def read_board(call: Call) -> BoardView:
    raise NotImplementedError


@api.route(
    "GET",
    "/api/office/logistics/lanes/throughput",
    summary="Trucks a lane and day",
    access=STAFF,
    answer=ThroughputView,
)
def read_throughput(call: Call) -> ThroughputView:
    raise NotImplementedError
