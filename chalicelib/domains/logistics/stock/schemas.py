"""Requests and answers about products and their stock."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from chalicelib.core.validation import Answer, Instant, Line, Plate, Request
from chalicelib.domains.logistics.schemas import Cursor, ProductCode, TonnesText

Availability = Literal["available", "short", "unconfirmed", "not_needed"]
"""可提, 余量不足, 库存未确认; goods that are delivered need no stock."""


class ProductWords(Answer):
    """What a driver is told of a product: words, no numbers."""

    code: str
    name: str
    hazardous: bool
    availability: Availability
    hold_minutes: int
    """How long a registration holds its quantity."""


class ProductsWords(Answer):
    """All products in use."""

    items: list[ProductWords]


class ProductSettings(Request):
    """A product's rules. ``version`` is the one the editor saw, 0 for a new product."""

    code: ProductCode
    name: Annotated[Line, Field(min_length=1, max_length=20)]
    hazardous: bool
    hazard_class: Annotated[Line, Field(max_length=8)] = ""
    un_no: Annotated[str, Field(pattern=r"^([0-9]{4})?$")] = ""
    keeps_stock: bool
    """Whether pickups are checked against tank stock; raw material that is only delivered is not."""
    threshold: Annotated[str, Field(pattern=r"^[0-9]{1,6}(\.[0-9]{1,3})?$")]
    """Tonnes that must stay in the tanks; may be nothing."""
    hold_minutes: Annotated[int, Field(ge=10, le=7 * 24 * 60)]
    warn_minutes: Annotated[int, Field(ge=1, le=24 * 60)]
    """How long before the end the driver is warned; less than ``hold_minutes``."""
    in_use: bool = True
    reason: Annotated[Line, Field(min_length=2, max_length=100)]
    """Why it is changed, for the history."""
    version: Annotated[int, Field(ge=0)]


class StockView(Answer):
    """A product against its tanks now, in tonnes. ``stock`` and ``free`` are absent while the stock is not confirmed."""

    code: str
    name: str
    hazardous: bool
    hazard_class: str
    un_no: str
    keeps_stock: bool
    in_use: bool
    threshold: TonnesText
    hold_minutes: int
    warn_minutes: int
    version: int
    held: TonnesText
    """Open holds, and final ones that the tanks do not show yet."""
    stock: TonnesText | None
    free: TonnesText | None
    """stock − held − threshold; negative when a truck was let in that had lost its hold."""
    measured_at: datetime | None
    problem: str | None
    """Why the stock is not confirmed (stable code)."""


class StocksView(Answer):
    """All products."""

    items: list[StockView]


class TankView(Answer):
    """One tank as MES shows it."""

    tank_no: str
    tank_area: str
    mass: TonnesText
    available: TonnesText
    status: str
    quality: str
    measured_at: datetime
    counts: bool


class HeldBy(Answer):
    """A registration that holds a quantity."""

    registration_id: str
    plate_number: str
    driver_name: str
    quantity: TonnesText
    hold: Literal["open", "arrived", "final"]
    expires_at: datetime | None
    created_at: datetime


class SettingsChange(Answer):
    """A change of a product's rules, or a repair of its counter; ``before`` is absent for the first."""

    at: datetime
    by: str
    reason: str
    before: dict[str, str] | None
    after: dict[str, str]


class StockDetail(Answer):
    """A product with its tanks and who holds what."""

    stock: StockView
    tanks: list[TankView]
    holds: list[HeldBy]
    history: list[SettingsChange]


class SeriesQuery(Request):
    """Which days; at most 31."""

    first: date
    last: date


class SeriesPoint(Answer):
    """One sample."""

    at: datetime
    stock: TonnesText | None
    held: TonnesText
    threshold: TonnesText


class SeriesView(Answer):
    """Stock and holds of a product over time, oldest first; long periods are thinned out evenly."""

    items: list[SeriesPoint]


class NewWaiver(Request):
    """An exception for one registration of a plate: the named checks are passed over."""

    plate_number: Plate
    codes: Annotated[tuple[str, ...], Field(min_length=1, max_length=30)]
    reason: Annotated[Line, Field(min_length=5, max_length=200)]
    valid_until: Instant


class WaiverView(Answer):
    """An exception and what became of it."""

    id: str
    plate_number: str
    codes: list[str]
    reason: str
    by: str
    created_at: datetime
    valid_until: datetime
    used_by: str | None
    """The registration it was used for."""
    withdrawn: bool


class WaiversQuery(Request):
    """Newest first."""

    plate_number: Annotated[str, Field(max_length=16)] | None = None
    cursor: Cursor | None = None


class WaiversView(Answer):
    """A page of exceptions."""

    items: list[WaiverView]
    next_cursor: str | None
