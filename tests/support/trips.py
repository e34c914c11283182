"""Drivers with everything they need to register: truck, people, order, stock; forms as pages send them and as facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.core.clock import to_text
from chalicelib.core.session import Principal
from chalicelib.core.table import Transaction
from chalicelib.domains.logistics.archive import store as archive
from chalicelib.domains.logistics.archive.model import Filed, Person, PersonRole, Tank, VehicleKind
from chalicelib.domains.logistics.orders import store as orders
from chalicelib.domains.logistics.orders.model import Listing, Order, OrderLine
from chalicelib.domains.logistics.registrations import registering
from chalicelib.domains.logistics.registrations.looking import Form, Ports
from chalicelib.domains.logistics.registrations.registration import (
    Arrival,
    Kind,
    Line,
    Registration,
    Truck,
    Waybill,
)
from chalicelib.domains.logistics.stock.model import Reading
from chalicelib.domains.logistics.stock.reading import current_reading
from tests.support.archive import person, vehicle
from tests.support.fake_mes import FakeMes
from tests.support.registrations import CAUSTIC, ORDER

FAR = date(2099, 12, 31)


@dataclass
class Driver:
    """A user with a truck and crew of his own; ``serial`` makes them different from everybody else's."""

    serial: int = 1
    user_id: str = "USERDRIVER"
    order_no: str = ORDER
    quantity_kg: int = 30_000

    @property
    def principal(self) -> Principal:
        return Principal(self.user_id, "吴大勇", "", frozenset())

    @property
    def tractor(self) -> str:
        return f"闽A{self.serial:05d}"

    @property
    def trailer(self) -> str:
        return f"闽B{self.serial:04d}挂"

    @property
    def driver_no(self) -> str:
        return f"{2 * self.serial:032x}"

    @property
    def escort_no(self) -> str:
        return f"{2 * self.serial + 1:032x}"

    def filed(self) -> list[Filed]:
        """What the archive knows of him, valid for a long time."""
        keeper = {"keepers": (self.user_id,)}
        good = {"road_permit_expiry": FAR, "inspection_expiry": FAR, **keeper}
        tank = Tank("GT-0917", "26.5", FAR, (CAUSTIC, "NAOH50"))
        papers = {"qualification_expiry": FAR, "licence_expiry": FAR, **keeper}
        return [
            vehicle(plate_number=self.tractor, kind=VehicleKind.TRACTOR, tank=None, **good),
            vehicle(plate_number=self.trailer, kind=VehicleKind.TRAILER, tank=tank, **good),
            person(driver_no=self.driver_no, name=f"司机{self.serial}", phone=phone(2 * self.serial), **papers),
            person(
                driver_no=self.escort_no, name=f"押运{self.serial}", phone=phone(2 * self.serial + 1),
                role=PersonRole.ESCORT, **papers,
            ),
        ]  # fmt: skip

    def settle_in(self, now: datetime, *more: Order) -> Driver:
        """File truck and crew, and list the orders."""
        transaction = Transaction()
        for filed in self.filed():
            archive.add_new(transaction, filed)
            archive.add_keeper(transaction, self.user_id, filed, now)
        transaction.commit()
        self.lists(now, an_order(self.order_no), *more)
        return self

    def lists(self, now: datetime, *known: Order) -> None:
        """LE names him for these orders."""
        transaction = Transaction()
        named = {order.order_no: ("digest",) for order in known}
        orders.add_told(transaction, self.user_id, known, Listing(now, named))
        transaction.commit()

    def form(self, now: datetime, **changed: Any) -> Form:
        """A pickup of his, an hour from now."""
        begins_at = now.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(hours=1)
        quantity = changed.pop("quantity_kg", self.quantity_kg)
        asked = Form(
            kind=Kind.PICKUP,
            lines=(Line(self.order_no, "10", quantity),),
            truck=Truck(self.tractor, self.trailer),
            driver_no=self.driver_no,
            escort_no=self.escort_no,
            waybill=Waybill(f"YD{self.serial:08d}", self.tractor, CAUSTIC, quantity),
            arrival=Arrival(begins_at, begins_at + timedelta(hours=2)),
        )
        return replace(asked, **changed)

    def body(self, now: datetime, request_id: str = "request-000000000001", **changed: Any) -> dict[str, Any]:
        """The same as a page sends it."""
        form = self.form(now)
        return {
            "request_id": request_id,
            "kind": "pickup",
            "lines": [{"order_no": self.order_no, "line_no": "10", "quantity": "30.000"}],
            "plate_number": self.tractor,
            "trailer_plate_number": self.trailer,
            "driver_no": self.driver_no,
            "escort_no": self.escort_no,
            "waybill": {
                "number": "YD00000001",
                "plate_number": self.tractor,
                "product_code": CAUSTIC,
                "quantity": "30.000",
            },
            "arrive_from": to_text(form.arrival.begins_at),
            "arrive_to": to_text(form.arrival.ends_at),
            **changed,
        }


@dataclass
class Gate:
    """Registering with a tank farm in memory."""

    mes: FakeMes
    clock: Callable[[], datetime]
    waits: list[int] = field(default_factory=list)

    @property
    def ports(self) -> Ports:
        return Ports(self.read_stock, self.waits.append)

    def read_stock(self, product_code: str) -> Reading | None:
        return current_reading(self.mes, product_code, self.clock())

    def register(
        self, driver: Driver, request_id: str = "request-000000000001", form: Form | None = None
    ) -> Registration:
        """As the API does."""
        now = self.clock()
        return registering.register(driver.principal, form or driver.form(now), request_id, self.ports, now)


def an_order(order_no: str = ORDER, **facts: Any) -> Order:
    """An order of caustic soda without an end."""
    line = OrderLine("10", CAUSTIC, "液碱32%", True, 10**9, 10**9)
    known: dict[str, Any] = {
        "order_no": order_no, "kind": Kind.PICKUP, "customer_name": "福州某化工有限公司", "status": "open",
        "valid_from": date(2026, 1, 1), "valid_to": FAR, "lines": (line,),
    }  # fmt: skip
    return Order(**{**known, **facts})


def phone(number: int) -> str:
    """Everybody has one."""
    return f"138{number:08d}"


def a_driver(person_of: Driver) -> Person:
    """The driver as filed."""
    found = person_of.filed()[2]
    assert isinstance(found, Person)
    return found
