"""A morning at the plant, made through the product's own pages and LE's console: what the pictures of logistics show.

One driver has registered and is on the way, one has been called, and a haulier's trucks stand at every place between the queue
and the signature; one product is short, one tank is out of service, some papers are about to expire.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import choice, randrange
from typing import Any
from uuid import uuid4

from sandbox.cloud.stack import Stack, wait_until
from tests.stack.people import DRIVER, LOGISTICS, OTHER, OTHER_DRIVER, Person, at_the_desk
from tests.stack.trucks import Trucker, Yard
from tests.support.archive import in_days, person_form, vehicle_form

LYE, SALT = ("NAOH32", "NAOH48"), ("SALT",)
WAY = ("report-in", "call", "enter", "tare", "load", "weigh", "exit")
"""The dispatcher's steps, in their order."""
ARRIVED = {"report-in": "queued", "call": "called", "load": "loading", "weigh": "weighed", "exit": "exited"}
OFFICE = "/api/office/logistics"


class Truck(Trucker):
    """A tractor with its trailer and crew under names of their own, with papers as real ones are."""

    def __init__(self, person: Person, names: tuple[str, str], cargo: tuple[str, ...] = LYE, phone: str = "") -> None:
        super().__init__(person)
        self.names, self.cargo = names, cargo
        self.tractor, self.trailer = f"闽{choice('ACE')}{_digits(5)}", f"闽{choice('ABC')}{_digits(4)}挂"
        self.phone, self.escort_phone = phone or f"139{_digits(8)}", f"158{_digits(8)}"

    def filed(self, **tractor: Any) -> Truck:
        """Vehicles and people in the archive; `tractor` is what is different with its papers."""
        tank = {**vehicle_form()["tank"], "permitted_cargo": list(self.cargo), "tank_no": f"GT-{self.trailer[2:6]}"}
        self.save("vehicles", vehicle_form(self.tractor, **tractor))
        self.save("vehicles", vehicle_form(self.trailer, tank=None if self.cargo == SALT else tank))
        driver, escort = self.names
        self.driver_no = self._person(driver, self.phone, self.id_numbers[0], role="driver")
        no_licence = {"role": "escort", "licence_class": "", "licence_expiry": None}
        self.escort_no = self._person(escort, self.escort_phone, self.id_numbers[1], **no_licence)
        return self

    def _person(self, name: str, phone: str, number: str, **more: Any) -> str:
        form = person_form(name=name, phone=phone, id_number=number, **more)
        return str(self.save("people", form)["driver_no"])

    def coming(self, yard: Yard, product: str, quantity: str, **order: str) -> dict[str, Any]:
        """Registered, with a card."""
        made = yard.order(self.phone, product, **order)
        found = next(one for one in self.orders() if one["order_no"] == made["orderNo"])
        form = self.form(found, quantity)
        form["waybill"] = None if self.cargo == SALT else {**form["waybill"], "number": f"YD35{_digits(8)}"}
        registered: dict[str, Any] = self.person.post("/api/logistics/registrations", form)
        return self.comes_to(registered, status="card_issued", le="done")

    def goes(self, yard: Yard, registration: dict[str, Any], last: str, **details: dict[str, str]) -> None:
        """Step after step up to this one."""
        for action in WAY[: WAY.index(last) + 1]:
            yard.act(registration["id"], action, **details.get(action, {}))
        self.comes_to(registration, status=ARRIVED[last])


def _digits(count: int) -> str:
    """As plates and phone numbers have them, none of them a nought in front."""
    return str(randrange(10 ** (count - 1), 10**count))


class PlantDay:
    """Who is where this morning; the clerk at the desk has seen to the exceptions."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._yard = Yard(stack)
        self._yard.heal()
        self._clerk = at_the_desk(Person(stack, LOGISTICS).sign_in())
        self._haulier = Person(stack, OTHER).sign_in()
        self.refused = Truck(Person(stack, DRIVER).sign_in(), ("陈志明", "黄美玲"))
        """A second truck of the driver's whose road permit is over."""

    def begin(self) -> None:
        """All of it; about a minute."""
        self._on_the_way()
        self._at_the_plant()
        self._exceptions()
        self._stocks()

    def _on_the_way(self) -> None:
        """The driver of the sample orders, with a report, an open registration and papers in every state."""
        truck = Truck(self.refused.person, ("吴大勇", "郑小燕"), phone="13700005555")
        truck.filed(inspection_expiry=in_days(12))
        self.refused.filed(road_permit_expiry=in_days(-3))
        soon = datetime.now(UTC) + timedelta(hours=2)
        report = {"plate_number": truck.tractor, "trailer_plate_number": truck.trailer, "driver_no": truck.driver_no,
                  "escort_no": truck.escort_no, "product_code": "NAOH48"}  # fmt: skip
        more = {"request_id": str(uuid4()), "expected_at": soon.isoformat()}
        truck.person.post("/api/logistics/reports", {**report, **more})
        truck.coming(self._yard, "NAOH48", "28.500", customerNo="C1002")

    def _at_the_plant(self) -> None:
        called = Truck(Person(self._stack, OTHER_DRIVER).sign_in(), ("何天明", "林秀珍"), phone="13700006666").filed()
        self._one_more(("刘建军", "张丽华"), "NAOH32", "29.500", "report-in", customerNo="C1003")
        self._one_more(("王志鹏", "吴雅琴"), "NAOH32", "31.000", "load")
        self._one_more(("苏文辉", "周秀兰"), "NAOH48", "27.000", "weigh", weigh={"netWeight": "26.840"})
        self._one_more(("许国平", "陈雪梅"), "NAOH32", "30.000", "exit", weigh={"netWeight": "29.920"})
        self._one_more(("郭永福", "何晓云"), "HCL31", "28.000", "report-in", customerNo="C1002")
        self._one_more(("蔡文斌", "杨小芳"), "SALT", "30.000", "report-in", type="delivery", customerNo="C2001")
        truck, signed = self._one_more(("方建国", "李素云"), "NAOH32", "30.000", "exit", weigh={"netWeight": "29.860"})
        form = {"request_id": str(uuid4()), "quantity": "29.800", "reason": "", "photos": []}
        truck.person.post(f"/api/logistics/registrations/{signed['id']}/sign-off", form)
        registered = called.coming(self._yard, "NAOH32", "30.000")
        called.goes(self._yard, registered, "call", call={"laneCode": "L2"})

    def _one_more(
        self, names: tuple[str, str], product: str, quantity: str, last: str,
        weigh: dict[str, str] | None = None, **order: str,
    ) -> tuple[Truck, dict[str, Any]]:  # fmt: skip
        """A truck of the haulier's that has come this far."""
        truck = Truck(self._haulier, names, (product,)).filed()
        registered = truck.coming(self._yard, product, quantity, **order)
        truck.goes(self._yard, registered, last, weigh=weigh or {})
        return truck, registered

    def _exceptions(self) -> None:
        """One registration ended by the office, two exceptions, a vehicle that is stopped."""
        truck = Truck(self._haulier, ("邱海波", "罗丽萍")).filed()
        made = truck.coming(self._yard, "NAOH48", "25.000")
        reason = {"version": truck.now(made)["version"], "reason": "车辆故障，司机来电改日再提"}
        self._clerk.post(f"{OFFICE}/registrations/{made['id']}/release", reason)
        self._except(truck.tractor, ["driver_licence_expired"], "驾驶证已换新，电子证照已核对，档案明天更新")
        self._except(truck.tractor, ["waybill_quantity_differs"], "运单系统故障，装车后由司机补正运单")
        stopped = self._haulier.get(f"/api/logistics/vehicles/{truck.trailer}")
        body = {"reason": "罐体人孔垫片渗漏，整改后复检", "version": stopped["version"]}
        self._clerk.request("POST", f"{OFFICE}/vehicles/{truck.trailer}/suspend", body).raise_for_status()

    def _except(self, plate: str, codes: list[str], reason: str) -> None:
        until = (datetime.now(UTC) + timedelta(days=2)).isoformat()
        waiver = {"plate_number": plate, "codes": codes, "reason": reason, "valid_until": until}
        self._clerk.post(f"{OFFICE}/waivers", waiver)

    def _stocks(self) -> None:
        """Hydrochloric acid is nearly sold, one chlorine tank is out of service; the product has seen both."""
        self._yard.tank("T-401", massT=93.4)
        self._yard.tank("T-502", status="maintenance")

        def seen() -> bool:
            self._stack.run_schedule("watch_stock")
            rows = self._clerk.get(f"{OFFICE}/stock")["items"]
            return any(row["code"] == "HCL31" and float(row["free"] or 99) < 20 for row in rows)

        assert wait_until(seen, 60, 3), self._clerk.get(f"{OFFICE}/stock")
