"""The board as screens get it."""

from __future__ import annotations

from typing import Any

from chalicelib.core.quantities import to_tonnes
from chalicelib.domains.logistics.lanes.model import Lane, Own, Place
from chalicelib.domains.logistics.lanes.schemas import BoardLaneView, LaneDay, LaneView, PositionView, QueueEntryView
from chalicelib.domains.logistics.lanes.throughput import LaneDay as Counted


def lane_view(lane: Lane) -> LaneView:
    """For phones: nobody's queue."""
    return LaneView(**_facts(lane))


def board_lane_view(lane: Lane) -> BoardLaneView:
    """For the office and the wall: with the queue, plates masked."""
    return BoardLaneView(**_facts(lane), queue=[_entry_view(place) for place in lane.queue])


def position_view(own: Own) -> PositionView:
    """Where one of the user's trucks stands."""
    return PositionView(
        registration_id=own.truck.registration_id,
        plate_number=own.truck.plate_number,
        lane_code=own.lane.lane_code,
        lane_name=own.lane.name,
        position=own.place.position,
        state=own.place.state,
        eta_minutes=own.place.eta_minutes,
        joined_at=own.place.joined_at,
    )


def day_view(counted: Counted) -> LaneDay:
    """One lane and day."""
    net = to_tonnes(counted.net_kg)
    return LaneDay(day=counted.day, lane_code=counted.lane_code, trucks=counted.trucks, net=net)


def _facts(lane: Lane) -> dict[str, Any]:
    return {
        "lane_code": lane.lane_code,
        "name": lane.name,
        "product_codes": list(lane.product_codes),
        "state": lane.state,
        "loading": lane.loading,
        "waiting": lane.waiting,
        "max_queue": lane.max_queue,
    }


def _entry_view(place: Place) -> QueueEntryView:
    return QueueEntryView(
        position=place.position,
        plate_masked=place.plate_masked,
        state=place.state,
        joined_at=place.joined_at,
        eta_minutes=place.eta_minutes,
    )
