"""Looking up what a form names, and whether it may be: one consistent reading of everything, then pure rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.session import Principal
from chalicelib.core.table import Item, Key, find_many
from chalicelib.domains.logistics.archive.model import Person
from chalicelib.domains.logistics.archive.store import Kept, kept_keys, kept_of
from chalicelib.domains.logistics.orders import store as orders
from chalicelib.domains.logistics.orders.model import Listing, Order
from chalicelib.domains.logistics.registrations import checks, expiring, ordering, refusals, store
from chalicelib.domains.logistics.registrations.ordering import OrderProblem
from chalicelib.domains.logistics.registrations.patience import Wait
from chalicelib.domains.logistics.registrations.registration import (
    Arrival,
    Crew,
    Goods,
    Kind,
    Line,
    Registration,
    Truck,
    Waybill,
)
from chalicelib.domains.logistics.registrations.steps import Room
from chalicelib.domains.logistics.stock import store as stock
from chalicelib.domains.logistics.stock.model import Product, Reading, StockProblem, StockReason, room_for, usable
from chalicelib.domains.logistics.waivers.model import Waiver
from chalicelib.domains.logistics.waivers.store import find_for


@dataclass(frozen=True, slots=True)
class Form:
    """What a driver asks for; the arrival in whole minutes."""

    kind: Kind
    lines: tuple[Line, ...]
    truck: Truck
    driver_no: str
    escort_no: str | None
    waybill: Waybill | None
    arrival: Arrival

    @property
    def day(self) -> date:
        """The planned day, on the plant's calendar: the one by whose end the truck is there."""
        return self.days[1]

    @property
    def days(self) -> tuple[date, date]:
        """First and last day of the arrival, on the plant's calendar."""
        arrival = self.arrival
        return arrival.begins_at.astimezone(SITE_ZONE).date(), arrival.ends_at.astimezone(SITE_ZONE).date()


ReadStock = Callable[[str], Reading | None]
"""What is in the tanks of a product; ``None``: not confirmed. Never raises."""


@dataclass(frozen=True, slots=True)
class Ports:
    """What registering needs from outside its own table items."""

    read_stock: ReadStock
    wait: Wait


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows of what a form names."""

    kept: Kept
    """Vehicles and people that the user keeps."""
    orders: Mapping[str, Order]
    listing: Listing | None
    """Which orders name a driver of the user."""
    registration: Registration | None
    """The one this form has made already."""
    product: Product | None
    """The product of the waybill, which normally is the order's."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A form that may be registered, as far as orders, archive and papers go."""

    goods: Goods
    product: Product
    driver: Crew
    escort: Crew | None
    waived: tuple[str, ...]
    waiver: Waiver | None
    """The exception it uses up."""


class Stock:
    """One reading of a product's tanks for all tries of a request; a new one only when goods have left since."""

    def __init__(self, read: ReadStock, now: datetime) -> None:
        self._read, self._now = read, now
        self._known = dict[str, Reading | None]()

    def room(self, product: Product, more_kg: int) -> Room:
        """Under which conditions ``more_kg`` more may be held. Raises ``Conflict``.

        Where they do not fit, holds that are over make room at once, whenever the schedule comes by.
        """
        try:
            return self._room(product, more_kg)
        except StockProblem as problem:
            if problem.reason is not StockReason.NOT_ENOUGH or not expiring.let_go(product.code, self._now):
                raise refusals.of_stock(problem, product, more_kg) from None
        fresh = stock.find_product(product.code) or product
        try:
            return self._room(fresh, more_kg)
        except StockProblem as problem:
            raise refusals.of_stock(problem, product, more_kg) from None

    def _room(self, product: Product, more_kg: int) -> Room:
        reading = usable(product, self._reading(product))
        return Room(product, reading, room_for(product, reading, more_kg))

    def _reading(self, product: Product) -> Reading | None:
        known = self._known.get(product.code)
        floor = product.floor
        if known is None or (floor is not None and known.measured_at < floor):
            known = self._known[product.code] = self._read(product.code)
        return known


def load(owner: Principal, form: Form, registration_id: str) -> Known:
    """Everything a form names, in one call."""
    plates, people = _plates(form.truck), _people(form)
    registration = store.registration_key(registration_id)
    wanted: dict[Key, type[Item]] = {
        **kept_keys(owner.owner_ids, plates, people),
        **orders.keys(owner.owner_ids, sorted({line.order_no for line in form.lines})),
        registration: store.RegistrationItem,
    }
    if form.waybill is not None:
        wanted[stock.product_key(form.waybill.product_code)] = stock.ProductItem
    found = find_many(wanted)
    made = found.get(registration)
    product = next((item for item in found.values() if isinstance(item, stock.ProductItem)), None)
    return Known(
        kept_of(found, owner.owner_ids),
        orders.orders_in(found),
        orders.listing_in(found),
        store.to_registration(made) if isinstance(made, store.RegistrationItem) else None,
        stock.to_product(product) if product else None,
    )


def fit(form: Form, known: Known, now: datetime, seen: Registration | None = None) -> Fit:
    """Orders, archive and papers allow it. Raises ``Conflict``. ``seen``: the registration that is changed."""
    goods = _goods(form, known, seen)
    product = known.product if known.product and known.product.code == goods.product_code else None
    product = product or stock.find_product(goods.product_code)
    if product is None or not product.rules.in_use:
        raise refusals.refusal("registration_product_closed", product=goods.product_name)
    waived, waiver = _passed_over(_trip(form, goods, product, known.kept), now, seen)
    driver = known.kept.people[form.driver_no]
    escort = known.kept.people.get(form.escort_no or "")
    return Fit(goods, product, crew_of(driver), crew_of(escort) if escort else None, waived, waiver)


def crew_of(person: Person) -> Crew:
    """Who comes, as it stands in the archive now."""
    return Crew(person.driver_no, person.name, person.phone, person.qualification_no, person.qualification_expiry)


def _goods(form: Form, known: Known, seen: Registration | None) -> Goods:
    own = {(line.order_no, line.line_no): line.quantity_kg for line in seen.goods.lines} if seen else {}
    named = known.listing.named if known.listing else {}
    try:
        return ordering.goods_of(form.kind, form.lines, known.orders, named, form.days, own)
    except OrderProblem as problem:
        raise refusals.of_order(problem) from None


def _trip(form: Form, goods: Goods, product: Product, kept: Kept) -> checks.Trip:
    rules = product.rules
    return checks.Trip(
        day=form.day,
        load=checks.Load(product.code, rules.hazardous, rules.hazard_class, goods.quantity_kg),
        plate_number=form.truck.plate_number,
        vehicle=kept.vehicles.get(form.truck.plate_number),
        trailer_plate_number=form.truck.trailer_plate_number,
        trailer=kept.vehicles.get(form.truck.trailer_plate_number or ""),
        driver_no=form.driver_no,
        driver=kept.people.get(form.driver_no),
        escort_no=form.escort_no,
        escort=kept.people.get(form.escort_no or ""),
        waybill=form.waybill,
    )


def _passed_over(trip: checks.Trip, now: datetime, seen: Registration | None) -> tuple[tuple[str, ...], Waiver | None]:
    """Codes of the failing checks that are passed over, and the exception of the office that is used up for it."""
    failures = checks.failing(trip)
    before = set(seen.waived) if seen else set()
    codes = {failure.check.value for failure in failures} - before
    waiver = find_for(trip.plate_number, codes, now) if codes and checks.are_waivable(failures) else None
    if codes and waiver is None:
        refusals.refuse_checks(failures)
    return tuple(sorted(codes | before)), waiver


def _plates(truck: Truck) -> list[str]:
    return sorted({plate for plate in (truck.plate_number, truck.trailer_plate_number) if plate})


def _people(form: Form) -> list[str]:
    return sorted({person for person in (form.driver_no, form.escort_no) if person})
