"""Vehicles and people from their items and back."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any, cast

from chalicelib.core.clock import SITE_ZONE, from_text, to_text
from chalicelib.domains.logistics.archive.items import (
    PERSON,
    UNKEPT_DUE,
    VEHICLE,
    ExpiryItem,
    FiledItem,
    PersonItem,
    VehicleItem,
    expiry_due,
    kind_of,
    person_pk,
    phone_key,
    pk_of,
    vehicle_pk,
    warning_due,
)
from chalicelib.domains.logistics.archive.model import (
    Filed,
    Person,
    PersonRole,
    Photo,
    Tank,
    Vehicle,
    VehicleKind,
    first_expiry,
)

WARNING_TIME = time(8, tzinfo=SITE_ZONE)
"""Nobody is told at midnight."""


def to_filed(item: FiledItem) -> Filed:
    """Either, by its item."""
    return to_vehicle(item) if isinstance(item, VehicleItem) else to_person(cast(PersonItem, item))


def to_vehicle(item: VehicleItem) -> Vehicle:
    """The vehicle of a stored item."""
    tank = json.loads(item.tank) if item.tank else None
    return Vehicle(
        **_common(item),
        plate_number=item.pk.removeprefix("VEHICLE#"),
        plate_colour=item.plate_colour,
        kind=VehicleKind(item.vehicle_kind),
        road_permit_no=item.road_permit_no,
        road_permit_expiry=date.fromisoformat(item.road_permit_expiry),
        road_permit_classes=_words(item.road_permit_classes),
        inspection_expiry=date.fromisoformat(item.inspection_expiry),
        approved_load_kg=int(item.approved_load_kg),
        tank=_to_tank(tank) if tank else None,
    )


def to_person(item: PersonItem) -> Person:
    """The person of a stored item."""
    return Person(
        **_common(item),
        driver_no=item.pk.removeprefix("PERSON#"),
        name=item.name,
        phone=item.phone,
        role=PersonRole(item.role),
        id_number_sealed=item.id_number_sealed,
        id_number_masked=item.id_number_masked,
        consent_version=item.consent_version,
        consented_at=from_text(item.consented_at),
        licence_class=item.licence_class or "",
        licence_expiry=date.fromisoformat(item.licence_expiry) if item.licence_expiry else None,
        qualification_no=item.qualification_no,
        qualification_expiry=date.fromisoformat(item.qualification_expiry),
        qualification_classes=_words(item.qualification_classes),
    )


def to_item(filed: Filed) -> FiledItem:
    """The item of either."""
    return _vehicle_item(filed) if isinstance(filed, Vehicle) else _person_item(cast(Person, filed))


def expiry_item(filed: Filed) -> ExpiryItem:
    """Its place among what ends."""
    pk = pk_of(filed)
    return ExpiryItem(pk, "EXPIRY", due_key=expiry_due(kind_of(pk)), due_at=first_expiry(filed).isoformat())


def _vehicle_item(vehicle: Vehicle) -> VehicleItem:
    return VehicleItem(
        vehicle_pk(vehicle.plate_number),
        "VEHICLE",
        **_common_fields(vehicle, VEHICLE),
        plate_colour=vehicle.plate_colour,
        vehicle_kind=vehicle.kind.value,
        road_permit_no=vehicle.road_permit_no,
        road_permit_expiry=vehicle.road_permit_expiry.isoformat(),
        road_permit_classes=json.dumps(vehicle.road_permit_classes),
        inspection_expiry=vehicle.inspection_expiry.isoformat(),
        approved_load_kg=vehicle.approved_load_kg,
        tank=json.dumps(asdict(vehicle.tank), default=str, ensure_ascii=False) if vehicle.tank else None,
    )


def _person_item(person: Person) -> PersonItem:
    return PersonItem(
        person_pk(person.driver_no),
        "PERSON",
        **_common_fields(person, PERSON),
        owner_key=phone_key(person.phone) if person.phone else None,
        name=person.name,
        phone=person.phone,
        role=person.role.value,
        id_number_sealed=person.id_number_sealed,
        id_number_masked=person.id_number_masked,
        consent_version=person.consent_version,
        consented_at=to_text(person.consented_at),
        licence_class=person.licence_class or None,
        licence_expiry=person.licence_expiry.isoformat() if person.licence_expiry else None,
        qualification_no=person.qualification_no,
        qualification_expiry=person.qualification_expiry.isoformat(),
        qualification_classes=json.dumps(person.qualification_classes),
    )


def _common_fields(filed: Filed, kind: str) -> dict[str, Any]:
    due = _due(filed, kind)
    return {
        "created_at": to_text(filed.filed_at),
        "kind_key": None if isinstance(filed, Person) and filed.forgotten else kind,
        "due_key": due[0] if due else None,
        "due_at": due[1] if due else None,
        "updated_at": to_text(filed.updated_at),
        "photos": json.dumps([[photo.id, photo.owner_id] for photo in filed.photos]),
        "keepers": json.dumps(filed.keepers),
        "suspended_reason": filed.suspended_reason,
        "version": filed.version,
        "revision": filed.revision,
        "le_version": filed.le_version,
        "le_problem": filed.le_problem,
        "warn_on": filed.warn_on.isoformat() if filed.warn_on else None,
        "unkept_at": to_text(filed.unkept_at) if filed.unkept_at else None,
    }


def _due(filed: Filed, kind: str) -> tuple[str, str] | None:
    """What a schedule has to do about it: tell its keepers, or forget a person nobody keeps."""
    if filed.keepers and filed.warn_on:
        return warning_due(kind), _warning_instant(filed.warn_on)
    return (UNKEPT_DUE, to_text(filed.unkept_at)) if kind == PERSON and filed.unkept_at else None


def _warning_instant(day: date) -> str:
    return to_text(datetime.combine(day, WARNING_TIME))


def _common(item: FiledItem) -> dict[str, Any]:
    return {
        "filed_at": from_text(item.created_at),
        "updated_at": from_text(item.updated_at),
        "photos": tuple(Photo(*parts) for parts in json.loads(item.photos)),
        "keepers": _words(item.keepers),
        "suspended_reason": item.suspended_reason,
        "version": int(item.version),
        "revision": int(item.revision),
        "le_version": int(item.le_version),
        "le_problem": item.le_problem,
        "warn_on": date.fromisoformat(item.warn_on) if item.warn_on else None,
        "unkept_at": from_text(item.unkept_at) if item.unkept_at else None,
    }


def _to_tank(known: dict[str, Any]) -> Tank:
    expiry = date.fromisoformat(known["inspection_expiry"])
    return Tank(known["tank_no"], known["volume_m3"], expiry, tuple(known["permitted_cargo"]))


def _words(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
