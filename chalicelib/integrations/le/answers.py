"""Reads what LE answers, member by member; raises :class:`~chalicelib.integrations.house.members.Unreadable`."""

from __future__ import annotations

from typing import Any, get_args

from chalicelib.integrations.house import members
from chalicelib.integrations.house.members import Row, line, optional
from chalicelib.integrations.le.port import (
    Kind,
    LaneState,
    LeLane,
    LeOrder,
    LeOrderLine,
    LePage,
    LeQueueEntry,
    LeSigned,
    LeState,
    LeStep,
    OrderStatus,
    QueueState,
    Status,
)

_KINDS: tuple[Kind, ...] = get_args(Kind)
_STATUSES: tuple[Status, ...] = get_args(Status)
_LANE_STATES: tuple[LaneState, ...] = get_args(LaneState)
_QUEUE_STATES: tuple[QueueState, ...] = get_args(QueueState)
_ORDER_STATUSES: tuple[OrderStatus, ...] = get_args(OrderStatus)


def state(data: Any) -> LeState:
    """A registration."""
    row = members.row(data)
    return LeState(
        registration_no=members.text(row, "registrationNo"),
        external_no=members.text(row, "externalNo"),
        kind=members.one_of(row, "type", _KINDS),
        status=members.one_of(row, "status", _STATUSES),
        seq=members.whole(row, "seq"),
        at=members.instant(row, "at"),
        product_code=members.text(row, "productCode"),
        planned_kg=members.kilograms(row, "plannedQty"),
        plate_number=members.text(row, "plateNo"),
        card_no=optional(row, "cardNo", members.text),
        card_returned=members.flag(row, "cardReturned"),
        queue_no=optional(row, "queueNo", members.text),
        lane_code=optional(row, "laneCode", members.text),
        tare_kg=optional(row, "tareWeight", members.kilograms),
        gross_kg=optional(row, "grossWeight", members.kilograms),
        net_kg=optional(row, "netWeight", members.kilograms),
        signed_kg=optional(row, "signedQty", members.kilograms),
        issue_no=optional(row, "issueNo", members.text),
        reason=line(row.get("reason")) or None,
        history=tuple(_step(step) for step in members.rows(row, "history")),
    )


def page(data: Any) -> LePage:
    """A page of registrations."""
    items = tuple(state(row) for row in members.rows(data, "items"))
    return LePage(items, next_cursor(data))


def next_cursor(data: Any) -> str | None:
    """Where a list goes on."""
    return optional(members.row(data), "nextCursor", members.text)


def report_no(data: Any) -> str:
    """``{"reportNo", "status": "accepted"}``."""
    return members.text(members.row(data), "reportNo")


def signed(data: Any) -> LeSigned:
    """The result of a sign-off."""
    row = members.row(data)
    return LeSigned(
        registration_no=members.text(row, "registrationNo"),
        quantity_kg=members.kilograms(row, "signedQty"),
        delivered_kg=members.kilograms(row, "deliveredQty"),
        difference_kg=members.signed_kilograms(row, "difference"),
        document_no=optional(row, "erpDocumentNo", members.text),
        signed_at=members.instant(row, "signedAt"),
        seq=members.whole(row, "seq"),
    )


def order(data: Any) -> LeOrder:
    """An order."""
    row = members.row(data)
    customer = members.row(row.get("customer"))
    return LeOrder(
        order_no=members.text(row, "orderNo"),
        kind=members.one_of(row, "type", _KINDS),
        customer_no=members.text(customer, "no"),
        customer_name=members.text(customer, "name"),
        status=members.one_of(row, "status", _ORDER_STATUSES),
        valid_from=members.day(row, "validFrom"),
        valid_to=members.day(row, "validTo"),
        lines=tuple(_order_line(each) for each in members.rows(row, "lines")),
    )


def orders(data: Any) -> list[LeOrder]:
    """The orders of a page."""
    return [order(row) for row in members.rows(data, "items")]


def lanes(data: Any) -> list[LeLane]:
    """The lanes of a page, without their queues."""
    return [_lane(row) for row in members.rows(data, "items")]


def queue(data: Any) -> tuple[LeQueueEntry, ...]:
    """The trucks of a page."""
    return tuple(_queue_entry(row) for row in members.rows(data, "items"))


def _step(row: Row) -> LeStep:
    return LeStep(members.one_of(row, "status", _STATUSES), members.whole(row, "seq"), members.instant(row, "at"))


def _order_line(row: Row) -> LeOrderLine:
    return LeOrderLine(
        line_no=members.text(row, "lineNo"),
        product_code=members.text(row, "productCode"),
        product_name=members.text(row, "productName"),
        hazardous=members.flag(row, "hazardous"),
        hazard_class=line(row.get("hazardClass")),
        un_no=line(row.get("unNo")),
        ordered_kg=members.kilograms(row, "orderedQty"),
        open_kg=max(0, members.signed_kilograms(row, "openQty")),  # the last truck may have taken some more
    )


def _lane(row: Row) -> LeLane:
    return LeLane(
        lane_code=members.text(row, "laneCode"),
        name=members.text(row, "name"),
        product_codes=members.texts(row, "productCodes"),
        max_queue=members.whole(row, "maxQueue"),
        state=members.one_of(row, "state", _LANE_STATES),
        loading=members.whole(row, "loading"),
        waiting=members.whole(row, "waiting"),
        queue=(),
    )


def _queue_entry(row: Row) -> LeQueueEntry:
    return LeQueueEntry(
        position=members.whole(row, "position"),
        plate_masked=members.text(row, "plateNo"),
        registration_no=members.text(row, "registrationNo"),
        state=members.one_of(row, "state", _QUEUE_STATES),
        joined_at=members.instant(row, "joinedAt"),
        eta_minutes=optional(row, "etaMinutes", members.whole),
    )
