"""Looking at a truck again when LE calls it: papers may have ended since, and stock that was there may be gone.

Nothing is stopped here; what fails stands in the registration for office and driver. The stock is judged by the last regular
look at the tanks: nobody waits for MES because LE has called.
"""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.table import Item, Key, find_many
from chalicelib.domains.logistics.archive.items import person_pk, vehicle_pk
from chalicelib.domains.logistics.archive.model import Person, Vehicle
from chalicelib.domains.logistics.archive.store import all_of, class_of, key_of
from chalicelib.domains.logistics.registrations.checks import Check, Failure, Load, Trip, failing
from chalicelib.domains.logistics.registrations.registration import Registration
from chalicelib.domains.logistics.stock.model import Product, free_kg, recent
from chalicelib.domains.logistics.stock.store import ProductItem, product_key, to_product


def recheck(registration: Registration, now: datetime) -> tuple[str, ...]:
    """What is not fit any more, as a registration keeps it; exceptions of the office still hold. One call."""
    found = find_many(_keys(registration))
    item = found.get(product_key(registration.goods.product_code))
    product = to_product(item) if isinstance(item, ProductItem) else None
    failures = (*failing(_trip(registration, found, product, now)), *_stock(registration, product, now))
    return tuple(failure.text for failure in failures if failure.check.value not in registration.waived)


def _keys(registration: Registration) -> dict[Key, type[Item]]:
    plates = (registration.truck.plate_number, registration.truck.trailer_plate_number)
    people = (registration.driver.driver_no, registration.escort.driver_no if registration.escort else None)
    pks = [*(vehicle_pk(plate) for plate in plates if plate), *(person_pk(person) for person in people if person)]
    filed: dict[Key, type[Item]] = {key_of(pk): class_of(pk) for pk in pks}
    return {**filed, product_key(registration.goods.product_code): ProductItem}


def _trip(registration: Registration, found: dict[Key, Item], product: Product | None, now: datetime) -> Trip:
    filed = all_of(found)
    vehicles = {known.plate_number: known for known in filed if isinstance(known, Vehicle)}
    people = {known.driver_no: known for known in filed if isinstance(known, Person)}
    truck, escort = registration.truck, registration.escort
    hazardous, hazard_class = (product.rules.hazardous, product.rules.hazard_class) if product else (False, "")
    return Trip(
        day=now.astimezone(SITE_ZONE).date(),
        load=Load(registration.goods.product_code, hazardous, hazard_class, registration.goods.quantity_kg),
        plate_number=truck.plate_number,
        vehicle=vehicles.get(truck.plate_number),
        trailer_plate_number=truck.trailer_plate_number,
        trailer=vehicles.get(truck.trailer_plate_number or ""),
        driver_no=registration.driver.driver_no,
        driver=people.get(registration.driver.driver_no),
        escort_no=escort.driver_no if escort else None,
        escort=people.get(escort.driver_no) if escort else None,
        waybill=registration.waybill,
    )


def _stock(registration: Registration, product: Product | None, now: datetime) -> tuple[Failure, ...]:
    """The hold is counted already: free stock must not be below nothing."""
    if product is None or not registration.counted_kg:
        return ()
    reading = recent(product, now)
    if reading is None:
        return (Failure(Check.STOCK_NOT_CONFIRMED, product.rules.name),)
    return (Failure(Check.STOCK_NOT_ENOUGH, product.rules.name),) if free_kg(product, reading) < 0 else ()
