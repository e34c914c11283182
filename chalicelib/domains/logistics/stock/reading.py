"""Looking at the tanks: the only place that asks the tank farm's system, and what is made of its answer.

Asked where the answer is the decision (registering, holding more), where the office looks at a product, and once a minute
by the schedule; never for a list or for a phone that only shows something.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core import runtime
from chalicelib.core.logs import log_event
from chalicelib.domains.logistics.stock import model
from chalicelib.domains.logistics.stock.model import Reading
from chalicelib.integrations.errors import PeerError
from chalicelib.integrations.mes.port import MesPort
from chalicelib.integrations.mes.port import Tank as MesTank

NO_TANK_COUNTS = "no_tank_counts"
"""MES has answered, and goods can be promised from none of the tanks."""


@dataclass(frozen=True, slots=True)
class Look:
    """What MES says of a product now."""

    tanks: tuple[MesTank, ...]
    reading: Reading | None
    problem: str | None
    """Why there is no reading: stable code."""


def look(mes: MesPort, product_code: str, now: datetime) -> Look:
    """Ask MES. Whatever goes wrong with it means *not confirmed*; nothing is raised."""
    try:
        tanks = mes.tank_stock(product_code).tanks
    except PeerError as error:
        log_event("stock_not_read", level=logging.WARNING, product=product_code, problem=error.code)
        return Look((), None, error.code)
    reading = model.read(map(to_tank, tanks), now, max_age())
    return Look(tanks, reading, None if reading else NO_TANK_COUNTS)


def current_reading(mes: MesPort, product_code: str, now: datetime) -> Reading | None:
    """The stock something may be decided on, ``None`` when it is not confirmed."""
    return look(mes, product_code, now).reading


def to_tank(tank: MesTank) -> model.Tank:
    """What of a tank is decided on."""
    return model.Tank(
        number=tank.tank_no,
        area=tank.area,
        mass_kg=tank.mass_kg,
        available_kg=tank.available_kg,
        in_service=tank.status == "in_service",
        good=tank.quality == "good",
        measured_at=tank.measured_at,
    )


def max_age() -> timedelta:
    """A tank that was measured longer ago does not count."""
    return timedelta(seconds=runtime.settings().stock_max_age)
