"""Vehicles, drivers and entry reports as the product files them."""

import base64
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.house import members
from sandbox.house.errors import HouseError
from sandbox.house.members import wrong
from sandbox.kit.store import Document
from sandbox.le.identity import masked, open_number
from sandbox.le.memory import DRIVER, REPORT, SITE, VEHICLE, Memory

DRIVER_NO = re.compile(r"[0-9a-f]{32}")
KINDS = ("tractor", "trailer", "rigid")
ROLES = ("driver", "escort", "both")
Check = Callable[[dict[str, Any]], Document]


class Archives:
    """Upserts by version; a version below the stored one is refused."""

    def __init__(self, memory: Memory, id_number_key: str) -> None:
        self._memory = memory
        self._key = base64.b64decode(id_number_key)

    def put_vehicle(self, plate: str, body: dict[str, Any]) -> Document:
        """PUT /vehicles/{plateNo}."""
        if not members.PLATE.fullmatch(plate):
            raise wrong("plateNo")
        self._upsert(VEHICLE, plate, {"plateNo": plate, **_vehicle(body)})
        return {"plateNo": plate, "version": body["version"]}

    def put_driver(self, driver_no: str, body: dict[str, Any]) -> Document:
        """PUT /drivers/{driverNo}."""
        if not DRIVER_NO.fullmatch(driver_no):
            raise wrong("driverNo")
        number = open_number(self._key, driver_no, members.text(body, "idNo", 400))
        self._upsert(DRIVER, driver_no, {"driverNo": driver_no, **_driver(body), "idNoMasked": masked(number)})
        return {"driverNo": driver_no, "version": body["version"]}

    def report(self, body: dict[str, Any]) -> Document:
        """POST /entry-reports: a truck announces itself."""
        facts = _report(body)
        check_site(body)
        earlier = next((row for row in self._memory.all(REPORT) if row["externalNo"] == facts["externalNo"]), None)
        if earlier is not None:
            raise HouseError("STATE_CONFLICT", "LE has a report of this externalNo", earlier["reportNo"])
        self.require_known(facts)
        number = self._memory.dated_number("E")
        self._memory.put(REPORT, number, {"reportNo": number, "at": self._memory.now(), **facts})
        return {"reportNo": number, "status": "accepted"}

    def require_known(self, facts: dict[str, Any]) -> None:
        """Tractor, trailer, driver and escort must have been filed."""
        for plate in filter(None, (facts["plateNo"], facts.get("trailerPlateNo"))):
            if self.vehicle(plate) is None:
                raise declined("VEHICLE_UNKNOWN", f"物流系统没有车辆 {plate} 的档案")
        for person in filter(None, (facts["driver"], facts.get("escort"))):
            if self.driver(person["driverNo"]) is None:
                raise declined("DRIVER_UNKNOWN", f"物流系统没有人员 {person['name']} 的档案")

    def vehicle(self, plate: str) -> Document | None:
        """As filed."""
        return self._memory.get(VEHICLE, plate)

    def driver(self, driver_no: str) -> Document | None:
        """As filed."""
        return self._memory.get(DRIVER, driver_no)

    def _upsert(self, kind: str, key: str, facts: Document) -> None:
        stored = self._memory.get(kind, key)
        if stored is not None and facts["version"] < stored["version"]:
            raise HouseError("STATE_CONFLICT", "LE has a newer version", str(stored["version"]))
        self._memory.put(kind, key, {**facts, "at": self._memory.now()})


def declined(reason: str, message: str) -> HouseError:
    """A business refusal: `reason` for programs, `message` for people."""
    return HouseError("DECLINED", message, reason)


def check_site(body: dict[str, Any]) -> None:
    """FORBIDDEN for another plant's site."""
    if members.text(body, "siteCode") != SITE:
        raise HouseError("FORBIDDEN", "not this client's site")


def person_of(body: dict[str, Any], member: str, more: Check | None = None) -> Document:
    """Driver or escort as named in a report or registration."""
    person = members.inner(body, member)
    facts = {
        "driverNo": members.matching(person, "driverNo", DRIVER_NO),
        "name": members.text(person, "name", 32),
        "phone": members.matching(person, "phone", members.PHONE),
    }
    return facts | (more(person) if more else {})


def optional_plate(body: dict[str, Any], member: str) -> str | None:
    """A plate that may be absent."""
    return None if body.get(member) is None else members.matching(body, member, members.PLATE)


def _version(body: dict[str, Any]) -> int:
    version = body.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        raise wrong("version")
    return version


def _vehicle(body: dict[str, Any]) -> Document:
    kind = members.one_of(body, "kind", KINDS)
    carries_nothing = kind == "tractor" and body.get("approvedLoadT") is None
    load = None if carries_nothing else members.tonnes(members.quantity(body, "approvedLoadT", Decimal(0)))
    return {
        "kind": kind,
        "plateColor": members.text(body, "plateColor", 20),
        "roadTransportCertNo": members.text(body, "roadTransportCertNo"),
        "certExpiry": members.day(body, "certExpiry"),
        "certClasses": members.texts(body, "certClasses"),
        "inspectionExpiry": members.day(body, "inspectionExpiry"),
        "tank": None if body.get("tank") is None else _tank(members.inner(body, "tank")),
        "approvedLoadT": load,
        "suspended": members.flag(body, "suspended"),
        "version": _version(body),
    }


def _tank(tank: dict[str, Any]) -> Document:
    return {
        "tankNo": members.text(tank, "tankNo"),
        "volumeM3": members.tonnes(members.quantity(tank, "volumeM3")),
        "inspectionExpiry": members.day(tank, "inspectionExpiry"),
        "permittedMedia": members.texts(tank, "permittedMedia"),
    }


def _driver(body: dict[str, Any]) -> Document:
    return {
        "name": members.text(body, "name", 32),
        "phone": members.matching(body, "phone", members.PHONE),
        "role": members.one_of(body, "role", ROLES),
        "licenceClass": None if body.get("licenceClass") is None else members.text(body, "licenceClass", 10),
        "licenceExpiry": None if body.get("licenceExpiry") is None else members.day(body, "licenceExpiry"),
        "qualificationNo": members.text(body, "qualificationNo"),
        "qualificationExpiry": members.day(body, "qualificationExpiry"),
        "qualificationClasses": members.texts(body, "qualificationClasses"),
        "suspended": members.flag(body, "suspended"),
        "version": _version(body),
    }


def _report(body: dict[str, Any]) -> Document:
    members.moment(body, "expectedArrival")
    return {
        "externalNo": members.matching(body, "externalNo", members.NUMBER),
        "plateNo": members.matching(body, "plateNo", members.PLATE),
        "trailerPlateNo": optional_plate(body, "trailerPlateNo"),
        "tankNo": None if body.get("tankNo") is None else members.text(body, "tankNo"),
        "driver": person_of(body, "driver"),
        "escort": None if body.get("escort") is None else person_of(body, "escort"),
        "productCode": members.text(body, "productCode", 32),
        "expectedArrival": body["expectedArrival"],
    }
