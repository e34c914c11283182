"""Lanes and the own place in the queue: the driver."""

from __future__ import annotations

from chalicelib.core.http import PHONE, Api, Call
from chalicelib.domains.logistics.lanes.model import own_places, poll_seconds
from chalicelib.domains.logistics.lanes.schemas import LanesView
from chalicelib.domains.logistics.lanes.views import lane_view, position_view
from chalicelib.domains.logistics.lanes.watching import WATCH

api = Api(__name__, "logistics_lanes", {})


@api.route("GET", "/api/logistics/lanes", summary="Lanes and own places", access=PHONE, answer=LanesView)
def read_lanes(call: Call) -> LanesView:
    board = WATCH.board(call.now)
    mine = own_places(board, call.user.owner_ids) if board else []
    return LanesView(
        items=[lane_view(lane) for lane in board.lanes] if board else [],
        mine=[position_view(own) for own in mine],
        as_of=board.as_of if board else None,
        poll_seconds=poll_seconds(board, call.now),
    )
