"""Lanes and queues: the office and the wall."""

from __future__ import annotations

from chalicelib.core.http import Api, Call, office
from chalicelib.core.session import Role
from chalicelib.domains.logistics.lanes import throughput
from chalicelib.domains.logistics.lanes.model import poll_seconds
from chalicelib.domains.logistics.lanes.schemas import BoardView, ThroughputView
from chalicelib.domains.logistics.lanes.views import board_lane_view, day_view
from chalicelib.domains.logistics.lanes.watching import WATCH

STAFF = office(Role.LOGISTICS)

api = Api(__name__, "logistics_office_lanes", {})


@api.route("GET", "/api/office/logistics/lanes", summary="The board", access=STAFF, answer=BoardView)
def read_board(call: Call) -> BoardView:
    board = WATCH.board(call.now)
    return BoardView(
        items=[board_lane_view(lane) for lane in board.lanes] if board else [],
        as_of=board.as_of if board else None,
        poll_seconds=poll_seconds(board, call.now),
    )


@api.route(
    "GET",
    "/api/office/logistics/lanes/throughput",
    summary="Trucks a lane and day, the last two weeks",
    access=STAFF,
    answer=ThroughputView,
)
def read_throughput(call: Call) -> ThroughputView:
    return ThroughputView(items=[day_view(day) for day in throughput.last_days(call.now)])
