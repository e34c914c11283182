"""A product that talks to LE and MES, and a dispatcher: written from the contracts."""

import base64
import hashlib
import os
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sandbox.kit.clock import Clock, iso
from sandbox.shared_secrets import Secrets
from tests.sandbox.callers import HOUR, HouseCaller, app_of

LE, REGISTRATIONS = "/le/v1", "/le/v1/registrations"
ORDER = "SO2026110001"
PLATE, TRAILER = "闽A12345", "闽A1234挂"
ROAD = ("report-in", "call", "enter", "tare", "load", "weigh", "exit")
LIFE = ("queued", "called", "entered", "tared", "loading", "weighed", "exited")
ID_NUMBERS = {"测试甲": "350100198503010019", "测试乙": "350100198805010022"}


def driver_no(name: str) -> str:
    """Stands for the product's keyed hash."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def person(name: str, phone: str) -> dict[str, str]:
    """Driver or escort in a registration."""
    qualification = {"qualificationNo": "3501Q01", "qualificationExpiry": "2027-05-01"}
    return {"driverNo": driver_no(name), "name": name, "phone": phone, **qualification}


DRIVER, ESCORT = person("测试甲", "13700005555"), person("测试乙", "13900000000")
VEHICLE: dict[str, Any] = {
    "plateColor": "yellow",
    "kind": "rigid",
    "roadTransportCertNo": "350100001",
    "certExpiry": "2027-05-01",
    "certClasses": ["8"],
    "inspectionExpiry": "2027-05-01",
    "tank": {"tankNo": "G1", "volumeM3": "28.5", "inspectionExpiry": "2027-05-01", "permittedMedia": ["NAOH32"]},
    "approvedLoadT": "32.000",
    "suspended": False,
    "version": 1,
}
PERSON: dict[str, Any] = {
    "name": "测试甲",
    "phone": "13700005555",
    "role": "both",
    "licenceClass": "A2",
    "licenceExpiry": "2027-05-01",
    "qualificationNo": "3501Q01",
    "qualificationExpiry": "2027-05-01",
    "qualificationClasses": ["8"],
    "suspended": False,
    "version": 1,
}


class Plant:
    """LE and MES of one sandbox, with the product's and the dispatcher's hands."""

    def __init__(self, client: httpx.Client, clock: Clock, secrets: Secrets | None = None) -> None:
        secrets = secrets or app_of(client).secrets
        self.client, self.clock = client, clock
        self.le = HouseCaller(client, clock, "campus-logistics", secrets.le_secret)
        self.mes = HouseCaller(client, clock, "campus-logistics", secrets.mes_secret)
        self._key = base64.b64decode(secrets.le_id_number_key)
        self._count = 0

    def sealed(self, number: str, bound_to: str, key: bytes | None = None) -> str:
        """An ID number as it is sent."""
        nonce = os.urandom(12)
        return base64.b64encode(
            nonce + AESGCM(key or self._key).encrypt(nonce, number.encode(), bound_to.encode())
        ).decode()

    def file_vehicle(self, plate: str = PLATE, **changes: Any) -> tuple[int, Any]:
        """PUT a vehicle."""
        return self.le.send("PUT", f"{LE}/vehicles/{quote(plate)}", VEHICLE | changes)[:2]

    def file_person(self, name: str = "测试甲", **changes: Any) -> tuple[int, Any]:
        """PUT a driver or escort."""
        number = driver_no(name)
        body = PERSON | {"name": name, "idNo": self.sealed(ID_NUMBERS[name], number)} | changes
        return self.le.send("PUT", f"{LE}/drivers/{number}", body)[:2]

    def file_all(self, *plates: str) -> None:
        """Everything the standard registration needs."""
        for plate in plates or (PLATE, TRAILER):
            assert self.file_vehicle(plate)[0] == 200
        for name in ID_NUMBERS:
            assert self.file_person(name)[0] == 200

    def body(self, **changes: Any) -> dict[str, Any]:
        """A correct registration, new each time."""
        self._count += 1
        now = self.clock()
        return {
            "requestId": f"r-{self._count}",
            "externalNo": f"x-{self._count}",
            "siteCode": "JY01",
            "type": "pickup",
            "orderNo": ORDER,
            "lineNo": "10",
            "productCode": "NAOH32",
            "plannedQty": "30.000",
            "unit": "t",
            "plateNo": PLATE,
            "driver": DRIVER,
            "escort": ESCORT,
            "waybillNo": "W1",
            "arriveFrom": iso(now + HOUR),
            "arriveTo": iso(now + 4 * HOUR),
        } | changes

    def register(self, **changes: Any) -> dict[str, Any]:
        """A registration that LE takes."""
        status, answer, _ = self.le.send("POST", REGISTRATIONS, self.body(**changes))
        assert status == 201, answer
        return dict(answer["data"])

    def refusal(self, **changes: Any) -> tuple[int, str, str | None]:
        """Status, code and reason of a registration that LE does not take."""
        status, answer, _ = self.le.send("POST", REGISTRATIONS, self.body(**changes))
        return status, answer["code"], answer.get("reason")

    def post(self, number: str, call: str, **body: Any) -> tuple[int, Any]:
        """A call on a registration with a fresh key."""
        self._count += 1
        target = f"{REGISTRATIONS}/{number}/{call}"
        return self.le.send("POST", target, {"requestId": f"k-{self._count}", **body})[:2]

    def read(self, number: str) -> dict[str, Any]:
        """The registration as it is now."""
        return dict(self.le.send("GET", f"{REGISTRATIONS}/{number}")[1]["data"])

    def list(self, what: str, **query: Any) -> dict[str, Any]:
        """A page of a list."""
        text = urlencode(query)
        status, answer, _ = self.le.send("GET", f"{LE}/{what}?{text}" if text else f"{LE}/{what}")
        assert status == 200, answer
        return dict(answer["data"])

    def act(self, number: str, action: str, **body: Any) -> tuple[int, Any]:
        """The dispatcher."""
        answer = self.client.post(f"/sandbox/le/registrations/{number}/{action}", json=body)
        return answer.status_code, answer.json()

    def drive(self, number: str, until: str, **weights: Any) -> dict[str, Any]:
        """The truck's way from card_issued up to a state."""
        for action, status in zip(ROAD, LIFE, strict=True):
            code, answer = self.act(number, action, **(weights if action == "weigh" else {}))
            assert (code, answer["status"]) == (200, status), answer
            if status == until:
                break
        return self.read(number)

    def open_quantity(self, order: str = ORDER, line: str = "10") -> str:
        """What LE says is left of an order line."""
        lines = self.le.send("GET", f"{LE}/orders/{order}")[1]["data"]["lines"]
        return next(str(one["openQty"]) for one in lines if one["lineNo"] == line)

    def knob(self, system: str, **changes: Any) -> None:
        """Turn knobs."""
        assert self.client.patch(f"/sandbox/{system}/knobs", json=changes).status_code == 200

    def stock(self, product: str = "NAOH32") -> dict[str, dict[str, Any]]:
        """What MES tells, by tank."""
        answer = self.mes.send("GET", f"/mes/v1/tank-stock?productCode={product}&siteCode=JY01")[1]
        return {tank["tankNo"]: tank for tank in answer["data"]["items"]}

    def set_tank(self, number: str, **changes: Any) -> dict[str, Any]:
        """The tank farm's hand."""
        answer = self.client.patch(f"/sandbox/mes/tanks/{number}", json=changes)
        assert answer.status_code == 200
        return dict(answer.json())
