"""Vehicles and people of tests: forms as pages send them, facts as checks read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.core.clock import utc_now
from chalicelib.domains.logistics.archive.model import Person, PersonRole, Tank, Vehicle, VehicleKind
from chalicelib.domains.logistics.archive.service import site_date
from tests.support.client import Answer, Client

PLATE, TRAILER = "闽A12345", "闽A1234挂"
ID_NUMBER, OTHER_ID_NUMBER = "350102199003070012", "35010219900307008X"
FILED_AT = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
VEHICLES, PEOPLE = "/api/logistics/vehicles", "/api/logistics/people"


def in_days(days: int) -> str:
    """A day from today on the plant's calendar."""
    return (site_date(utc_now()) + timedelta(days=days)).isoformat()


def vehicle_form(plate: str = TRAILER, **changed: Any) -> dict[str, Any]:
    """A trailer with a tank for caustic soda."""
    form = {
        "plate_number": plate,
        "plate_colour": "yellow",
        "kind": "trailer" if plate.endswith("挂") else "tractor",
        "road_permit_no": "闽交运管字350100001234号",
        "road_permit_expiry": in_days(150),
        "road_permit_classes": ["8"],
        "inspection_expiry": in_days(180),
        "approved_load": "32.000",
        "tank": _tank_form() if plate.endswith("挂") else None,
        "photos": [],
        "version": 0,
    }
    return {**form, **changed}


def _tank_form() -> dict[str, Any]:
    return {
        "tank_no": "GT-0917",
        "volume_m3": "26.5",
        "inspection_expiry": in_days(210),
        "permitted_cargo": ["NAOH32", "NAOH50"],
    }


def person_form(**changed: Any) -> dict[str, Any]:
    """A new driver."""
    form = {
        "name": "测试甲",
        "phone": "13800000000",
        "role": "driver",
        "id_number": ID_NUMBER,
        "consent": True,
        "licence_class": "A2",
        "licence_expiry": in_days(900),
        "qualification_no": "3501021990030700",
        "qualification_expiry": in_days(150),
        "qualification_classes": ["8"],
        "photos": [],
        "version": 0,
    }
    return {**form, **changed}


def save_vehicle(client: Client, plate: str = TRAILER, **changed: Any) -> Answer:
    """The vehicle's form sent."""
    return client.request("PUT", VEHICLES, body=vehicle_form(plate, **changed))


def save_person(client: Client, **changed: Any) -> Answer:
    """The person's form sent."""
    return client.request("PUT", PEOPLE, body=person_form(**changed))


def known_person(version: int, driver_no: str, **changed: Any) -> dict[str, Any]:
    """The form of a person who is filed already: without the number."""
    form = person_form(**{"driver_no": driver_no, "version": version, **changed})
    return {name: value for name, value in form.items() if name not in ("id_number", "consent")}


def vehicle(**changed: Any) -> Vehicle:
    """A rigid vehicle as it is stored, valid well into 2027."""
    facts: dict[str, Any] = {
        "filed_at": FILED_AT,
        "updated_at": FILED_AT,
        "plate_number": PLATE,
        "plate_colour": "yellow",
        "kind": VehicleKind.RIGID,
        "road_permit_no": "350100001234",
        "road_permit_expiry": date(2027, 5, 1),
        "road_permit_classes": ("8",),
        "inspection_expiry": date(2027, 6, 1),
        "approved_load_kg": 32_000,
        "tank": Tank("GT-0917", "26.5", date(2027, 7, 1), ("NAOH32",)),
    }
    return Vehicle(**{**facts, **changed})


def person(**changed: Any) -> Person:
    """A driver as stored."""
    facts: dict[str, Any] = {
        "filed_at": FILED_AT,
        "updated_at": FILED_AT,
        "driver_no": "0" * 32,
        "name": "测试甲",
        "phone": "13800000000",
        "role": PersonRole.DRIVER,
        "id_number_sealed": "v1.a1.x",
        "id_number_masked": "350***********0012",
        "consent_version": "2026-01",
        "consented_at": FILED_AT,
        "licence_class": "A2",
        "licence_expiry": date(2030, 1, 1),
        "qualification_no": "3501021990030700",
        "qualification_expiry": date(2027, 5, 1),
        "qualification_classes": ("8",),
    }
    return Person(**{**facts, **changed})
