"""Use case of entry reports: check against the archive, store, tell LE."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.core.errors import Conflict, InvalidInput
from chalicelib.core.ids import derived_id
from chalicelib.core.outbox.model import new_entry
from chalicelib.core.outbox.wake import enqueue
from chalicelib.core.session import Principal
from chalicelib.core.table import Item, Key, RaceLost, Transaction, find_many
from chalicelib.domains.logistics.archive import store as archive
from chalicelib.domains.logistics.archive.model import Filed, Person, Vehicle, VehicleKind
from chalicelib.domains.logistics.archive.store import Kept
from chalicelib.domains.logistics.reports import store
from chalicelib.domains.logistics.reports.model import AHEAD, Crew, Report
from chalicelib.domains.logistics.reports.texts import FIELD_TEXTS
from chalicelib.domains.logistics.stock.model import Product
from chalicelib.domains.logistics.stock.store import ProductItem, product_key, to_product

PEER, PUSH = "le", "le.report"


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a driver says."""

    request_id: str
    plate_number: str
    trailer_plate_number: str | None
    driver_no: str
    escort_no: str | None
    product_code: str
    expected_at: datetime


def report(user: Principal, said: Announcement, now: datetime) -> Report:
    """Take a report; the same form sent again is answered alike."""
    report_id = derived_id("report", user.user_id, said.request_id)
    found = _read(user, said, report_id)
    known = found.get(store.key_of(report_id))
    if isinstance(known, store.ReportItem):
        return _same(store.to_report(known), said)
    made = _checked(user, said, report_id, found, now)
    transaction = Transaction()
    store.add_new(transaction, made)
    archive.add_use(transaction, archive.kept_of(found, user.owner_ids), now)
    payload = {"report_id": report_id}
    enqueue(
        transaction,
        new_entry(peer=PEER, subject=f"report:{report_id}", sequence=1, kind=PUSH, now=now, payload=payload),
    )
    return _commit(transaction, made, said)


def _commit(transaction: Transaction, made: Report, said: Announcement) -> Report:
    try:
        transaction.commit()
    except RaceLost:
        known = store.find_report(made.id)
        if known is None:
            raise Conflict("report_archive_changed") from None
        return _same(known, said)
    return made


def _read(user: Principal, said: Announcement, report_id: str) -> dict[Key, Item]:
    plates = [said.plate_number, *([said.trailer_plate_number] if said.trailer_plate_number else [])]
    driver_nos = [said.driver_no, *([said.escort_no] if said.escort_no else [])]
    return find_many(
        {
            **archive.kept_keys(user.owner_ids, plates, driver_nos),
            product_key(said.product_code): ProductItem,
            store.key_of(report_id): store.ReportItem,
        }
    )


def _same(known: Report, said: Announcement) -> Report:
    stated = replace(
        known,
        plate_number=said.plate_number,
        trailer_plate_number=said.trailer_plate_number,
        product_code=said.product_code,
        expected_at=said.expected_at,
    )
    people = (known.driver.driver_no, known.escort.driver_no if known.escort else None)
    if stated != known or people != (said.driver_no, said.escort_no):
        raise Conflict("report_request_reused")
    return known


def _checked(user: Principal, said: Announcement, report_id: str, found: Mapping[Key, Item], now: datetime) -> Report:
    kept = archive.kept_of(found, user.owner_ids)
    item = found.get(product_key(said.product_code))
    product = to_product(item) if isinstance(item, ProductItem) else None
    codes = list(_problems(said, kept, product, now))
    if codes or product is None:
        raise InvalidInput("invalid_input", detail=[_at_field(code) for code in codes])
    vehicle, trailer = kept.vehicles[said.plate_number], kept.vehicles.get(said.trailer_plate_number or "")
    tank = (trailer or vehicle).tank
    escort = kept.people.get(said.escort_no or "")
    return Report(
        id=report_id,
        owner_id=user.user_id,
        plate_number=said.plate_number,
        trailer_plate_number=said.trailer_plate_number,
        tank_no=tank.tank_no if tank else None,
        driver=_crew(kept.people[said.driver_no]),
        escort=_crew(escort) if escort else None,
        product_code=said.product_code,
        product_name=product.rules.name,
        expected_at=said.expected_at,
        created_at=now,
    )


def _problems(said: Announcement, kept: Kept, product: Product | None, now: datetime) -> Iterator[str]:
    """Stable codes of everything that is wrong."""
    vehicle, trailer = kept.vehicles.get(said.plate_number), kept.vehicles.get(said.trailer_plate_number or "")
    driver, escort = kept.people.get(said.driver_no), kept.people.get(said.escort_no or "")
    yield from _wrong_vehicles(said, vehicle, trailer)
    yield from _unusable("driver", driver, fits=driver is not None and driver.drives)
    if said.escort_no:
        yield from _unusable("escort", escort, fits=escort is not None and escort.escorts)
        if said.escort_no == said.driver_no:
            yield "report_escort_is_driver"
    if product is None or not product.rules.in_use:
        yield "report_product_unknown"
    if not now < said.expected_at <= now + AHEAD:
        yield "report_time_wrong"


def _wrong_vehicles(said: Announcement, vehicle: Vehicle | None, trailer: Vehicle | None) -> Iterator[str]:
    yield from _unusable("vehicle", vehicle, fits=vehicle is not None and vehicle.kind is not VehicleKind.TRAILER)
    if said.trailer_plate_number:
        yield from _unusable("trailer", trailer, fits=trailer is not None and trailer.kind is VehicleKind.TRAILER)
    if vehicle is not None and (vehicle.kind is VehicleKind.TRACTOR) != bool(said.trailer_plate_number):
        yield "report_trailer_superfluous" if said.trailer_plate_number else "report_trailer_missing"


def _unusable(part: str, filed: Filed | None, *, fits: bool) -> Iterator[str]:
    if filed is None:
        yield f"report_{part}_unknown"
    elif filed.suspended:
        yield f"report_{part}_suspended"
    elif not fits:
        yield f"report_{part}_unfit"


def _at_field(code: str) -> dict[str, str]:
    field, message = FIELD_TEXTS[code]
    return {"field": field, "message": message, "code": code}


def _crew(person: Person) -> Crew:
    return Crew(person.driver_no, person.name, person.phone)
