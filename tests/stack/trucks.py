"""Drivers and LE's dispatcher on the running stack; every driver has a truck, a crew and an order of their own."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import requests

from chalicelib.core.clock import to_text
from sandbox.cloud.stack import Stack, wait_until
from tests.stack.people import Person

FAR = "2099-12-31"
PATIENCE = 60
_serials = count(random.randrange(1000, 90_000))


class Yard:
    """LE's and the tank farm's consoles."""

    def __init__(self, stack: Stack) -> None:
        self._base = f"{stack.sandbox_api}/sandbox"

    def heal(self) -> None:
        """Everything works."""
        for system in ("le", "mes"):
            requests.delete(f"{self._base}/{system}/faults", timeout=10)
        self.knob("le", events={"lost": False, "duplicate": False, "reordered": False})

    def fault(self, system: str, kind: str, path: str = "*", **more: Any) -> None:
        """Switch a fault on."""
        body = {"path": path, "kind": kind, **more}
        answer = requests.post(f"{self._base}/{system}/faults", json=body, timeout=10)
        assert answer.status_code in (200, 201), answer.text

    def knob(self, system: str, **values: Any) -> None:
        """Set standing switches."""
        answer = requests.patch(f"{self._base}/{system}/knobs", json=values, timeout=10)
        assert answer.status_code == 200, answer.text

    def registration(self, registration_id: str) -> dict[str, Any] | None:
        """What LE has of one of our registrations."""
        rows = requests.get(f"{self._base}/le/registrations", timeout=10).json()["items"]
        return next((row for row in rows if row["externalNo"] == registration_id), None)

    def act(self, registration_id: str, action: str, **body: Any) -> dict[str, Any]:
        """A step of the dispatcher."""
        row = self.registration(registration_id)
        assert row is not None, "LE does not have it"
        url = f"{self._base}/le/registrations/{row['registrationNo']}/{action}"
        answer = requests.post(url, json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        acted: dict[str, Any] = answer.json()
        return acted

    def order(self, phone: str, product: str = "NAOH32", quantity: str = "90.000", **more: str) -> dict[str, Any]:
        """A new order for a driver; `more` is what LE's console takes besides."""
        lines = [{"productCode": product, "quantity": quantity}]
        body = {"phone": phone, "lines": lines, **more}
        answer = requests.post(f"{self._base}/le/orders", json=body, timeout=10)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def rows(self, what: str) -> list[dict[str, Any]]:
        """Vehicles, drivers, reports, orders …"""
        found: list[dict[str, Any]] = requests.get(f"{self._base}/le/{what}", timeout=10).json()["items"]
        return found

    def tank(self, number: str, **values: Any) -> None:
        """Change a tank."""
        answer = requests.patch(f"{self._base}/mes/tanks/{number}", json=values, timeout=10)
        assert answer.status_code == 200, answer.text


def told(stack: Stack, openid: str, registration: dict[str, Any]) -> list[str]:
    """Results that somebody's chat shows about a registration, oldest first."""
    answer = requests.get(f"{stack.sandbox_api}/sandbox/wechat/messages", params={"openid": openid}, timeout=10)
    messages = [message for message in answer.json()["items"] if message["url"].endswith(registration["id"])]
    return [line["value"] for message in messages for line in message["lines"] if line["label"] == "状态"]


def let_the_limit_pass(stack: Stack, registration: Any) -> None:
    """As if its time had been over for a minute."""
    table, dynamodb = stack.outputs["LogisticsTable"], stack.client("dynamodb")
    key = {"pk": {"S": f"REGISTRATION#{registration['id']}"}, "sk": {"S": "REGISTRATION"}}
    facts = json.loads(dynamodb.get_item(TableName=table, Key=key)["Item"]["facts"]["S"])
    over = to_text(datetime.now(UTC) - timedelta(minutes=1))
    facts["limit"] |= {"expires_at": over, "warn_at": over}
    dynamodb.update_item(
        TableName=table,
        Key=key,
        UpdateExpression="SET facts = :facts, due_at = :over",
        ExpressionAttributeValues={":facts": {"S": json.dumps(facts)}, ":over": {"S": over}},
    )


class Trucker:
    """A user with a tractor, a tank trailer, a driver and an escort, all filed through the product."""

    def __init__(self, person: Person) -> None:
        self.person = person
        serial = next(_serials)
        self.tractor, self.trailer = f"闽A{serial:05d}", f"闽B{serial % 10_000:04d}挂"
        self.phone, self.escort_phone = f"136{serial:08d}", f"135{serial:08d}"
        self.id_numbers = id_number(serial), id_number(serial + 100_000)
        self.driver_no = self.escort_no = ""

    def file_everything(self) -> Trucker:
        """Vehicles first, then people."""
        self.save("vehicles", vehicle(self.tractor, "tractor"))
        self.save("vehicles", vehicle(self.trailer, "trailer"))
        self.driver_no = self.save("people", person("吴大勇", self.phone, "driver", self.id_numbers[0]))["driver_no"]
        escort = person("郑小燕", self.escort_phone, "escort", self.id_numbers[1])
        self.escort_no = self.save("people", escort)["driver_no"]
        return self

    def save(self, what: str, form: dict[str, Any]) -> dict[str, Any]:
        """File or change."""
        answer = self.person.request("PUT", f"/api/logistics/{what}", form)
        assert answer.status_code == 200, answer.text
        saved: dict[str, Any] = answer.json()
        return saved

    def form(self, order: dict[str, Any], quantity: str = "30.000", **changes: Any) -> dict[str, Any]:
        """A complete registration for today."""
        now = datetime.now(UTC)
        product = order["lines"][0]["product_code"]
        waybill = {"number": f"W{uuid4().hex[:10]}", "plate_number": self.tractor, "product_code": product}
        return {
            "request_id": str(uuid4()),
            "kind": order["kind"],
            "lines": [{"order_no": order["order_no"], "line_no": order["lines"][0]["line_no"], "quantity": quantity}],
            "plate_number": self.tractor,
            "trailer_plate_number": self.trailer,
            "driver_no": self.driver_no,
            "escort_no": self.escort_no,
            "waybill": {**waybill, "quantity": quantity},
            "arrive_from": (now + timedelta(minutes=2)).isoformat(),
            "arrive_to": (now + timedelta(hours=2)).isoformat(),
            **changes,
        }

    def orders(self) -> list[dict[str, Any]]:
        """What LE has for the own drivers."""
        found: list[dict[str, Any]] = self.person.get("/api/logistics/orders")["items"]
        return found

    def ordered(self, yard: Yard, product: str = "NAOH32") -> dict[str, Any]:
        """A new order, as the product shows it."""
        made = yard.order(self.phone, product)
        return next(order for order in self.orders() if order["order_no"] == made["orderNo"])

    def registered(self, yard: Yard, quantity: str = "30.000", **changes: Any) -> dict[str, Any]:
        """A pickup that is registered here."""
        form = self.form(self.ordered(yard), quantity, **changes)
        made: dict[str, Any] = self.person.post("/api/logistics/registrations", form)
        return made

    def now(self, registration: dict[str, Any]) -> dict[str, Any]:
        """As it is."""
        found: dict[str, Any] = self.person.get(f"/api/logistics/registrations/{registration['id']}")
        return found

    def place(self, registration: dict[str, Any]) -> dict[str, str | None]:
        """Where the truck stands, as its driver sees it."""
        rows = self.person.get("/api/logistics/lanes")["mine"]
        mine = next((row for row in rows if row["registration_id"] == registration["id"]), {})
        return {"state": mine.get("state"), "lane_code": mine.get("lane_code")}

    def comes_to(self, registration: dict[str, Any], limit: float = PATIENCE, **state: Any) -> dict[str, Any]:
        """The registration reaches this state."""

        def there() -> bool:
            now = self.now(registration)
            return all(now[name] == value for name, value in state.items())

        assert wait_until(there, limit, 0.5), (state, self.now(registration))
        return self.now(registration)


def vehicle(plate: str, kind: str) -> dict[str, Any]:
    """Papers that are good for a long time."""
    tank = {
        "tank_no": f"T{plate[2:6]}",
        "volume_m3": "26.5",
        "inspection_expiry": FAR,
        "permitted_cargo": ["NAOH32", "NAOH48"],
    }
    return {
        "plate_number": plate, "plate_colour": "yellow", "kind": kind, "road_permit_no": f"闽交运管{plate[1:6]}号",
        "road_permit_expiry": FAR, "road_permit_classes": ["8"], "inspection_expiry": FAR, "approved_load": "33.000",
        "tank": tank if kind != "tractor" else None, "version": 0,
    }  # fmt: skip


def person(name: str, phone: str, role: str, number: str) -> dict[str, Any]:
    """Papers that are good for a long time."""
    return {
        "name": name, "phone": phone, "role": role, "id_number": number, "consent": True,
        "licence_class": "A2" if role == "driver" else "", "licence_expiry": FAR if role == "driver" else None,
        "qualification_no": f"Q{phone}", "qualification_expiry": FAR, "qualification_classes": ["8"], "version": 0,
    }  # fmt: skip


def id_number(serial: int) -> str:
    """A well-formed number of an area that was never given to anybody."""
    born = datetime(1960, 1, 1, tzinfo=UTC) + timedelta(days=serial // 1000)
    digits = f"350000{born:%Y%m%d}{serial % 1000:03d}"
    weighted = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(digits))
    return digits + "0123456789X"[(1 - weighted) % 11]
