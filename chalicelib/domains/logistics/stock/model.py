"""What a product's tanks and holds allow: pure decisions, no I/O, no clock.

::

    free = available − held − threshold

``available`` comes from the tank farm, ``held`` is the sum of the holds that count (open ones, and final ones whose goods the
tanks may still show), ``threshold`` must stay in the tanks. The hand-over between the two systems stands in
docs/integrators/mes.md. All quantities are whole kilograms.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

AHEAD = timedelta(seconds=60)
"""How far a tank's clock may be ahead of ours."""
GLANCE_LASTS = timedelta(seconds=90)
"""How long the last regular look at the tanks is shown: it comes every minute."""
WORTH_SHOWING_KG = 1000
"""Less than this is nothing a truck comes for."""


class StockReason(StrEnum):
    """Why a quantity cannot be held; the value is the stable code of the refusal."""

    NOT_CONFIRMED = "stock_not_confirmed"
    NOT_ENOUGH = "stock_not_enough"


class Availability(StrEnum):
    """What drivers are told of a product: 可提, 余量不足, 库存未确认; what is only delivered needs no stock."""

    AVAILABLE = "available"
    SHORT = "short"
    UNCONFIRMED = "unconfirmed"
    NOT_NEEDED = "not_needed"


class StockProblem(Exception):
    """The quantity cannot be held now."""

    def __init__(self, reason: StockReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Rules:
    """What the office decides about a product. ``version`` rises with every change."""

    name: str
    hazardous: bool
    hazard_class: str
    un_no: str
    keeps_stock: bool
    """Whether pickups are checked against tank stock."""
    threshold_kg: int
    hold_minutes: int
    warn_minutes: int
    in_use: bool
    version: int


@dataclass(frozen=True, slots=True)
class Tank:
    """A tank as the tank farm tells it."""

    number: str
    area: str
    mass_kg: int
    available_kg: int
    in_service: bool
    good: bool
    measured_at: datetime


@dataclass(frozen=True, slots=True)
class Reading:
    """The stock of a product at one moment."""

    available_kg: int
    measured_at: datetime
    """The oldest measurement among the tanks that count."""
    is_whole: bool
    """Whether every tank counts; one that does not may hold more."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What the regular look at a product's tanks found."""

    at: datetime
    reading: Reading | None
    problem: str | None
    """Why there is no reading: stable code."""
    confirmed_at: datetime | None
    """When there was one last."""


@dataclass(frozen=True, slots=True)
class Product:
    """A product with what is held of it."""

    code: str
    rules: Rules
    held_kg: int = 0
    movements: int = 0
    """How often ``held_kg`` has moved: who has seen the same count twice has missed nothing."""
    floor: datetime | None = None
    """Readings measured before this moment may show goods whose hold no longer counts: nothing is decided on them."""
    glance: Glance | None = None
    """What was found when the tanks were last looked at: for showing, never for deciding."""


def counts(tank: Tank, now: datetime, max_age: timedelta) -> bool:
    """Whether goods can be promised from a tank."""
    return tank.in_service and tank.good and now - max_age <= tank.measured_at <= now + AHEAD


def read(tanks: Iterable[Tank], now: datetime, max_age: timedelta) -> Reading | None:
    """The reading of a product's tanks; ``None`` when none of them counts."""
    known = list(tanks)
    counting = [tank for tank in known if counts(tank, now, max_age)]
    if not counting:
        return None
    return Reading(
        available_kg=sum(tank.available_kg for tank in counting),
        measured_at=min(tank.measured_at for tank in counting),
        is_whole=len(counting) == len(known),
    )


def free_kg(product: Product, reading: Reading) -> int:
    """What can still be promised; negative when a truck was let in that had lost its hold."""
    return reading.available_kg - product.held_kg - product.rules.threshold_kg


def usable(product: Product, reading: Reading | None) -> Reading:
    """The reading, if something may be decided on it."""
    if reading is None or (product.floor is not None and reading.measured_at < product.floor):
        raise StockProblem(StockReason.NOT_CONFIRMED)
    return reading


def room_for(product: Product, reading: Reading | None, more_kg: int) -> int:
    """How much may be held already so that ``more_kg`` fit: the limit of the condition that closes the race.

    Raises :class:`StockProblem` when they do not fit now. While a tank does not count, too little is *not confirmed*.
    """
    known = usable(product, reading)
    if free_kg(product, known) < more_kg:
        raise StockProblem(StockReason.NOT_ENOUGH if known.is_whole else StockReason.NOT_CONFIRMED)
    return known.available_kg - product.rules.threshold_kg - more_kg


def has_settled(weighed_at: datetime, reading: Reading, margin: timedelta) -> bool:
    """Whether the tanks certainly show what a truck took that was weighed then."""
    return reading.measured_at >= weighed_at + margin


def recent(product: Product, now: datetime) -> Reading | None:
    """The reading of the last look, while it may still be shown."""
    glance = product.glance
    return glance.reading if glance is not None and now - glance.at <= GLANCE_LASTS else None


def availability(product: Product, now: datetime) -> Availability:
    """What a driver may know. Words for a list: whether a quantity can really be had, only registering decides."""
    if not product.rules.keeps_stock:
        return Availability.NOT_NEEDED
    try:
        room_for(product, recent(product, now), WORTH_SHOWING_KG)
    except StockProblem as problem:
        short = problem.reason is StockReason.NOT_ENOUGH
        return Availability.SHORT if short else Availability.UNCONFIRMED
    return Availability.AVAILABLE
