"""Steps of logistics: drivers who register, the office that looks at stock, the schedules about holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bench.steps import Action, Prepare
from bench.world import World, succeeded
from chalicelib.core.clock import SITE_ZONE, to_text, utc_now
from chalicelib.domains.logistics.lanes.model import Board
from chalicelib.domains.logistics.lanes.refreshing import refresh
from chalicelib.domains.logistics.lanes.store import keep_board
from chalicelib.domains.logistics.lanes.watching import WATCH
from chalicelib.domains.logistics.registrations import expiring
from chalicelib.domains.logistics.registrations.registration import Arrival
from chalicelib.domains.logistics.stock.drift import repair_holds
from chalicelib.domains.logistics.stock.watching import watch_stock
from tests.support.archive import save_person
from tests.support.client import Client, signed_in
from tests.support.fake_le import an_order
from tests.support.registrations import CAUSTIC, make_product, stored
from tests.support.trips import Driver

REGISTRATIONS = "/api/logistics/registrations"
STOCK = "/api/office/logistics/stock"
WAIVERS = "/api/office/logistics/waivers"
HOLDING = 25
MARGIN = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Trip:
    """A driver's phone, and the form in it."""

    phone: Client
    body: dict[str, Any]

    def register(self) -> Any:
        return succeeded(self.phone.post(REGISTRATIONS, self.body))


def trip(world: World) -> Trip:
    """Another driver each time, with truck, crew and order, and enough in the tanks."""
    open_shop(world)
    world.serial += 1
    name = f"driver{world.serial}"
    phone, now = signed_in(name), utc_now()
    driver = Driver(world.serial, f"USER{name}".upper())
    driver.settle_in(now)
    return Trip(phone, driver.body(now))


def open_shop(world: World) -> None:
    """A product with much in its tank, as it is now."""
    if "T-301" not in world.mes.tanks:
        make_product()
        world.mes.fill("T-301", 99_000_000)


def register(world: World) -> Action:
    return trip(world).register


def register_again(world: World) -> Action:
    known = trip(world)
    known.register()
    return known.register


def of_own(act: Callable[[Trip, dict[str, Any]], Any]) -> Prepare:
    """Something a driver does with the registration he has made."""

    def prepare(world: World) -> Action:
        known = trip(world)
        made = known.register().json
        return lambda: succeeded(act(known, made))

    return prepare


own = of_own(lambda known, made: known.phone.get(f"{REGISTRATIONS}/{made['id']}"))
own_list = of_own(lambda known, _made: known.phone.get(REGISTRATIONS))
products = of_own(lambda known, _made: known.phone.get("/api/logistics/products"))
cancel = of_own(lambda known, made: known.phone.post(f"{REGISTRATIONS}/{made['id']}/cancel"))


def _change(known: Trip, made: dict[str, Any]) -> Any:
    lines = [{**line, "quantity": "31.000"} for line in known.body["lines"]]
    waybill = {**known.body["waybill"], "quantity": "31.000"}
    arrival = {name: known.body[name] for name in ("arrive_from", "arrive_to")}
    body = {"version": made["version"], "lines": lines, "waybill": waybill, **arrival}
    return known.phone.post(f"{REGISTRATIONS}/{made['id']}/change", body)


change = of_own(_change)


def release(world: World) -> Action:
    made = trip(world).register().json
    path = f"/api/office/logistics/registrations/{made['id']}/release"
    return lambda: succeeded(world.logistics.post(path, {"version": made["version"], "reason": "车辆故障"}))


def office(path: str, **query: str) -> Prepare:
    """What the office reads, with registrations there."""

    def prepare(world: World) -> Action:
        trip(world).register()
        return lambda: succeeded(world.logistics.get(path, **query))

    return prepare


def one_product(world: World) -> Action:
    """With a history."""
    save_rules(world)()
    return office(f"{STOCK}/{CAUSTIC}")(world)


def month_of_stock(world: World) -> Action:
    today = utc_now().astimezone(SITE_ZONE).date()
    return office(f"{STOCK}/{CAUSTIC}/series", first=str(today - timedelta(days=30)), last=str(today))(world)


def save_rules(world: World) -> Action:
    open_shop(world)
    known = next(row for row in world.logistics.get(STOCK).json["items"] if row["code"] == CAUSTIC)
    kept = (
        "code",
        "name",
        "hazardous",
        "hazard_class",
        "un_no",
        "keeps_stock",
        "hold_minutes",
        "warn_minutes",
        "version",
    )
    body = {**{name: known[name] for name in kept}, "threshold": "51.000", "reason": "检修期间多留"}
    path = f"/api/office/logistics/products/{CAUSTIC}"
    return lambda: succeeded(world.logistics.request("PUT", path, body=body))


def allow_exception(world: World) -> Action:
    body = _exception(world)
    return lambda: succeeded(world.logistics.post(WAIVERS, body))


def withdraw_exception(world: World) -> Action:
    made = succeeded(world.logistics.post(WAIVERS, _exception(world))).json
    return lambda: succeeded(world.logistics.post(f"{WAIVERS}/{made['id']}/withdraw"))


def _exception(world: World) -> dict[str, Any]:
    world.serial += 1
    until = to_text(utc_now() + timedelta(days=1))
    plate = f"闽A{world.serial:05d}"
    return {"plate_number": plate, "codes": ["overload"], "reason": "已电话核实", "valid_until": until}


def over(first: int, count: int, ended: datetime) -> None:
    """Registrations whose trucks have not come by then."""
    then = ended - timedelta(hours=4)
    arrival = Arrival(then + timedelta(hours=1), then + timedelta(hours=3))
    for number in range(first, first + count):
        stored(number, then, 10_000, arrival=arrival)


def sweep(world: World) -> Action:
    """Their limits are over; they have been warned before."""
    open_shop(world)
    over(50_000, HOLDING, utc_now() - timedelta(minutes=1))
    return lambda: expiring.sweep(utc_now)


def watch(world: World) -> Action:
    trip(world).register()
    return lambda: watch_stock(world.mes, MARGIN, utc_now)


def orders(world: World) -> Action:
    """A driver's look, LE naming three orders for him."""
    world.serial += 1
    phone = signed_in(f"driver{world.serial}")
    named = succeeded(save_person(phone)).json["phone"]
    for place in range(3):
        world.le.file_order(an_order(f"SO{place}"), named)
    return lambda: succeeded(phone.get("/api/logistics/orders"))


def lanes(world: World) -> Action:
    """A process's first look at a board that is fresh."""
    first = lanes_again(world)

    def look() -> Any:
        WATCH.forget()
        return first()

    return look


def lanes_again(world: World) -> Action:
    """Within two seconds: as nearly every phone finds it."""
    keep_board(Board(utc_now()))
    WATCH.forget()

    def look() -> Any:
        return succeeded(world.visitor.get("/api/logistics/lanes"))

    look()
    return look


def lanes_read(world: World) -> Action:
    """The worker's reading, nobody new in a queue."""
    return lambda: refresh(world.le, lambda: utc_now() + timedelta(seconds=10))


def count_anew(world: World) -> Action:
    trip(world).register()
    return lambda: repair_holds(utc_now, lambda _: None)
