"""What the pages are shown of products, stock and exceptions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from chalicelib.domains.logistics.registrations.registration import HoldState, Registration
from chalicelib.domains.logistics.stock import model
from chalicelib.domains.logistics.stock.history import Change
from chalicelib.domains.logistics.stock.model import Product, Reading, StockProblem
from chalicelib.domains.logistics.stock.reading import Look, max_age, to_tank
from chalicelib.domains.logistics.stock.samples import Sample
from chalicelib.domains.logistics.stock.schemas import (
    HeldBy,
    ProductWords,
    SeriesPoint,
    SettingsChange,
    StockDetail,
    StockView,
    TankView,
    WaiverView,
)
from chalicelib.domains.logistics.waivers.model import Waiver
from chalicelib.integrations.mes.port import Tank

NOT_LOOKED = "stock_not_looked_at"
"""The regular look is overdue, or goods have left since."""


def words(product: Product, now: datetime) -> ProductWords:
    """For drivers."""
    return ProductWords(
        code=product.code,
        name=product.rules.name,
        hazardous=product.rules.hazardous,
        availability=model.availability(product, now).value,
        hold_minutes=product.rules.hold_minutes,
    )


def glanced(product: Product, now: datetime) -> StockView:
    """For the office, by the last regular look."""
    found, glance = model.recent(product, now), product.glance
    problem = glance.problem if glance and found is None and now - glance.at <= model.GLANCE_LASTS else None
    return _stock(product, found, problem)


def detail(
    product: Product, look: Look | None, held: Iterable[Registration], changes: Iterable[Change], now: datetime
) -> StockDetail:
    """For the office, by what the tanks say now; ``look`` is absent for goods whose stock is not kept."""
    return StockDetail(
        stock=_stock(product, look.reading if look else None, look.problem if look else None),
        tanks=[_tank(tank, now) for tank in look.tanks] if look else [],
        holds=[_held_by(registration) for registration in held],
        history=[
            SettingsChange(at=change.at, by=change.by, reason=change.reason, before=change.before, after=change.after)
            for change in changes
        ],
    )


def point(sample: Sample) -> SeriesPoint:
    """A point of the chart."""
    return SeriesPoint(at=sample.at, stock=sample.available_kg, held=sample.held_kg, threshold=sample.threshold_kg)


def waiver(found: Waiver) -> WaiverView:
    """An exception."""
    return WaiverView(
        id=found.id,
        plate_number=found.plate_number,
        codes=list(found.codes),
        reason=found.reason,
        by=found.by_name,
        created_at=found.created_at,
        valid_until=found.valid_until,
        used_by=found.used_by,
        withdrawn=found.withdrawn,
    )


def _stock(product: Product, reading: Reading | None, problem: str | None) -> StockView:
    rules, known = product.rules, _usable(product, reading)
    confirmed = known is not None or not rules.keeps_stock
    return StockView(
        code=product.code,
        name=rules.name,
        hazardous=rules.hazardous,
        hazard_class=rules.hazard_class,
        un_no=rules.un_no,
        keeps_stock=rules.keeps_stock,
        in_use=rules.in_use,
        threshold=rules.threshold_kg,
        hold_minutes=rules.hold_minutes,
        warn_minutes=rules.warn_minutes,
        version=rules.version,
        held=product.held_kg,
        stock=known.available_kg if known else None,
        free=model.free_kg(product, known) if known else None,
        measured_at=known.measured_at if known else None,
        problem=None if confirmed else problem or NOT_LOOKED,
    )


def _usable(product: Product, reading: Reading | None) -> Reading | None:
    try:
        return model.usable(product, reading) if product.rules.keeps_stock else None
    except StockProblem:
        return None


def _tank(tank: Tank, now: datetime) -> TankView:
    return TankView(
        tank_no=tank.tank_no,
        tank_area=tank.area,
        mass=tank.mass_kg,
        available=tank.available_kg,
        status=tank.status,
        quality=tank.quality,
        measured_at=tank.measured_at,
        counts=model.counts(to_tank(tank), now, max_age()),
    )


def _held_by(registration: Registration) -> HeldBy:
    limit, hold = registration.limit, registration.hold
    is_final = hold is not None and hold.state is HoldState.FINAL
    return HeldBy(
        registration_id=registration.id,
        plate_number=registration.truck.plate_number,
        driver_name=registration.driver.name,
        quantity=registration.counted_kg,
        hold="final" if is_final else "open" if limit else "arrived",
        expires_at=limit.expires_at if limit else None,
        created_at=registration.created_at,
    )
