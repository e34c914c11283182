"""What truck, people and papers must fulfil on the day of the trip: pure, every failing check at once.

The rules are those a filling station of dangerous goods has to see to before it fills (order 29 of 2019, articles 22-24 and
44: licensed classes, the tank's list of permitted goods, no overload, escort on board, waybill equal to the goods). The
last day of a certificate counts. They are asked when a trip is registered or changed, for the planned day, and again when
LE calls the truck, for that day. Goods that are no dangerous goods need presence in the archive, inspection, licence, no
suspension and no overload.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chalicelib.domains.logistics.archive.model import Filed, Person, Vehicle, VehicleKind, is_valid_on
from chalicelib.domains.logistics.registrations.registration import Waybill


class Check(StrEnum):
    """What is not fulfilled; the value is the stable code."""

    VEHICLE_UNKNOWN = "vehicle_unknown"
    VEHICLE_SUSPENDED = "vehicle_suspended"
    TRAILER_MISSING = "trailer_missing"
    TRAILER_UNKNOWN = "trailer_unknown"
    ROAD_PERMIT_EXPIRED = "road_permit_expired"
    ROAD_PERMIT_CLASS_MISSING = "road_permit_class_missing"
    VEHICLE_INSPECTION_EXPIRED = "vehicle_inspection_expired"
    TANK_MISSING = "tank_missing"
    TANK_INSPECTION_EXPIRED = "tank_inspection_expired"
    CARGO_NOT_PERMITTED = "cargo_not_permitted"
    OVERLOAD = "overload"
    DRIVER_UNKNOWN = "driver_unknown"
    DRIVER_SUSPENDED = "driver_suspended"
    DRIVER_LICENCE_EXPIRED = "driver_licence_expired"
    DRIVER_QUALIFICATION_EXPIRED = "driver_qualification_expired"
    DRIVER_QUALIFICATION_CLASS_MISSING = "driver_qualification_class_missing"
    ESCORT_MISSING = "escort_missing"
    ESCORT_IS_DRIVER = "escort_is_driver"
    ESCORT_UNKNOWN = "escort_unknown"
    ESCORT_SUSPENDED = "escort_suspended"
    ESCORT_QUALIFICATION_EXPIRED = "escort_qualification_expired"
    ESCORT_QUALIFICATION_CLASS_MISSING = "escort_qualification_class_missing"
    WAYBILL_MISSING = "waybill_missing"
    WAYBILL_PLATE_DIFFERS = "waybill_plate_differs"
    WAYBILL_GOODS_DIFFER = "waybill_goods_differ"
    WAYBILL_QUANTITY_DIFFERS = "waybill_quantity_differs"
    STOCK_NOT_CONFIRMED = "stock_not_confirmed"
    """Only of a truck that is called: at registration this is an answer of its own."""
    STOCK_NOT_ENOUGH = "stock_not_enough"


STOCK = frozenset((Check.STOCK_NOT_CONFIRMED, Check.STOCK_NOT_ENOUGH))
NOT_FILED = frozenset((Check.VEHICLE_UNKNOWN, Check.TRAILER_UNKNOWN, Check.DRIVER_UNKNOWN, Check.ESCORT_UNKNOWN))
WAIVABLE = frozenset(Check) - NOT_FILED - STOCK
"""What the office may pass over; what is not in the archive cannot be named to LE, so it is filed first."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A check that failed, and for which plate or person; the subject is empty when nobody is known by it."""

    check: Check
    subject: str = ""

    @property
    def text(self) -> str:
        """As a registration keeps it: ``overload|闽A12345``."""
        return f"{self.check.value}|{self.subject}"


def from_text(text: str) -> Failure:
    """The failure that a registration keeps."""
    code, _, subject = text.partition("|")
    return Failure(Check(code), subject)


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be carried."""

    product_code: str
    hazardous: bool
    hazard_class: str
    quantity_kg: int


@dataclass(frozen=True, slots=True)
class Trip:
    """A truck with its people and papers on a day. Who or what is not in the archive is ``None``."""

    day: date
    """On the plant's calendar."""
    load: Load
    plate_number: str
    vehicle: Vehicle | None
    trailer_plate_number: str | None
    """``None``: the truck comes without one."""
    trailer: Vehicle | None
    driver_no: str
    driver: Person | None
    escort_no: str | None
    """``None``: the driver comes alone."""
    escort: Person | None
    waybill: Waybill | None


def failing(trip: Trip) -> tuple[Failure, ...]:
    """Every check that fails, in the order in which a person looks a truck over; each once for each subject."""
    return tuple(dict.fromkeys((*_vehicles(trip), *_tank(trip), *_driver(trip), *_escort(trip), *_waybill(trip))))


def are_waivable(failures: Iterable[Failure]) -> bool:
    """Whether exceptions can pass over all of them."""
    return all(failure.check in WAIVABLE for failure in failures)


def covers(classes: tuple[str, ...], hazard_class: str) -> bool:
    """Whether a certificate for these classes is good for goods of ``hazard_class``: class 2 includes division 2.3."""
    return any(hazard_class == known or hazard_class.startswith(f"{known}.") for known in classes)


def _vehicles(trip: Trip) -> Iterator[Failure]:
    vehicle, trailer, trailer_plate = _puller(trip), _trailer(trip), trip.trailer_plate_number
    if vehicle is None:
        yield Failure(Check.VEHICLE_UNKNOWN, trip.plate_number)
    else:
        yield from _vehicle(trip, vehicle)
        if vehicle.kind is VehicleKind.TRACTOR and trailer_plate is None:
            yield Failure(Check.TRAILER_MISSING, vehicle.plate_number)
    if trailer_plate is not None and trailer is None:
        yield Failure(Check.TRAILER_UNKNOWN, trailer_plate)
    if trailer is not None:
        yield from _vehicle(trip, trailer)


def _vehicle(trip: Trip, vehicle: Vehicle) -> Iterator[Failure]:
    plate = vehicle.plate_number
    if vehicle.suspended:
        yield Failure(Check.VEHICLE_SUSPENDED, plate)
    if not is_valid_on(vehicle.inspection_expiry, trip.day):
        yield Failure(Check.VEHICLE_INSPECTION_EXPIRED, plate)
    if not trip.load.hazardous:
        return
    if not is_valid_on(vehicle.road_permit_expiry, trip.day):
        yield Failure(Check.ROAD_PERMIT_EXPIRED, plate)
    if not covers(vehicle.road_permit_classes, trip.load.hazard_class):
        yield Failure(Check.ROAD_PERMIT_CLASS_MISSING, plate)


def _tank(trip: Trip) -> Iterator[Failure]:
    """What the goods lie in: the trailer's tank, or a rigid vehicle's own."""
    carrier = _carrier(trip)
    if carrier is None:
        return
    plate, tank = carrier.plate_number, carrier.tank
    if trip.load.quantity_kg > carrier.approved_load_kg:
        yield Failure(Check.OVERLOAD, plate)
    if not trip.load.hazardous:
        return
    if tank is None:
        yield Failure(Check.TANK_MISSING, plate)
        return
    if not is_valid_on(tank.inspection_expiry, trip.day):
        yield Failure(Check.TANK_INSPECTION_EXPIRED, plate)
    if trip.load.product_code not in tank.permitted_cargo:
        yield Failure(Check.CARGO_NOT_PERMITTED, plate)


def _driver(trip: Trip) -> Iterator[Failure]:
    driver = trip.driver
    if driver is None or not driver.drives:
        yield Failure(Check.DRIVER_UNKNOWN, _name(driver))
        return
    if driver.suspended:
        yield Failure(Check.DRIVER_SUSPENDED, driver.name)
    if driver.licence_expiry is None or not is_valid_on(driver.licence_expiry, trip.day):
        yield Failure(Check.DRIVER_LICENCE_EXPIRED, driver.name)
    if not trip.load.hazardous:
        return
    if not is_valid_on(driver.qualification_expiry, trip.day):
        yield Failure(Check.DRIVER_QUALIFICATION_EXPIRED, driver.name)
    if not covers(driver.qualification_classes, trip.load.hazard_class):
        yield Failure(Check.DRIVER_QUALIFICATION_CLASS_MISSING, driver.name)


def _escort(trip: Trip) -> Iterator[Failure]:
    escort = trip.escort
    if trip.escort_no is None:
        if trip.load.hazardous:
            yield Failure(Check.ESCORT_MISSING, trip.plate_number)
        return
    if trip.escort_no == trip.driver_no:
        yield Failure(Check.ESCORT_IS_DRIVER, _name(escort))
        return
    if escort is None or not escort.escorts:
        yield Failure(Check.ESCORT_UNKNOWN, _name(escort))
        return
    if escort.suspended:
        yield Failure(Check.ESCORT_SUSPENDED, escort.name)
    if not trip.load.hazardous:
        return
    if not is_valid_on(escort.qualification_expiry, trip.day):
        yield Failure(Check.ESCORT_QUALIFICATION_EXPIRED, escort.name)
    if not covers(escort.qualification_classes, trip.load.hazard_class):
        yield Failure(Check.ESCORT_QUALIFICATION_CLASS_MISSING, escort.name)


def _waybill(trip: Trip) -> Iterator[Failure]:
    """Whoever carries no dangerous goods needs none, and what they tell of one is not compared."""
    waybill = trip.waybill
    if not trip.load.hazardous:
        return
    if waybill is None:
        yield Failure(Check.WAYBILL_MISSING, trip.plate_number)
        return
    if waybill.plate_number != trip.plate_number:
        yield Failure(Check.WAYBILL_PLATE_DIFFERS, waybill.plate_number)
    if waybill.product_code != trip.load.product_code:
        yield Failure(Check.WAYBILL_GOODS_DIFFER, waybill.product_code)
    if waybill.quantity_kg != trip.load.quantity_kg:
        yield Failure(Check.WAYBILL_QUANTITY_DIFFERS, waybill.number)


def _puller(trip: Trip) -> Vehicle | None:
    """The vehicle that drives; a trailer does not."""
    vehicle = trip.vehicle
    return vehicle if vehicle is not None and vehicle.kind is not VehicleKind.TRAILER else None


def _trailer(trip: Trip) -> Vehicle | None:
    trailer = trip.trailer
    return trailer if trailer is not None and trailer.kind is VehicleKind.TRAILER else None


def _carrier(trip: Trip) -> Vehicle | None:
    puller = _puller(trip)
    if puller is not None and puller.kind is VehicleKind.RIGID:
        return puller
    return _trailer(trip)


def _name(filed: Filed | None) -> str:
    return filed.name if isinstance(filed, Person) else ""
