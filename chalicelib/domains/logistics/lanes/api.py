"""Lanes and the own place in the queue: the driver."""

from __future__ import annotations

from chalicelib.core.http import PHONE, Api, Call
from chalicelib.domains.logistics.lanes.schemas import LanesView

api = Api(__name__, "logistics_lanes", {})


@api.route("GET", "/api/logistics/lanes", summary="Lanes and own places", access=PHONE, answer=LanesView)
def read_lanes(call: Call) -> LanesView:
    raise NotImplementedError
