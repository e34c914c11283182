"""Answers about orders."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from chalicelib.core.validation import Answer
from chalicelib.domains.logistics.schemas import TonnesText


class OrderLineView(Answer):
    """A line."""

    line_no: str
    product_code: str
    product_name: str
    hazardous: bool
    ordered: TonnesText
    open: TonnesText


class OrderView(Answer):
    """An order a driver may register against."""

    order_no: str
    kind: Literal["pickup", "delivery"]
    customer_name: str
    status: Literal["open", "partly", "closed", "blocked"]
    valid_from: date
    valid_to: date
    can_register: bool
    problem: str | None
    """Why not, in words."""
    lines: list[OrderLineView]


class OrdersView(Answer):
    """Orders that name the phone of one of the user's drivers, those that can be registered first."""

    items: list[OrderView]
    as_of: datetime
    stale: bool
    """LE did not answer: this is what it last said."""
