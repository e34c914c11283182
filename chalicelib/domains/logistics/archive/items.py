"""Stored forms of vehicles and people, and what lies beside them."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any, cast

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.core.clock import SITE_ZONE, from_text, to_text
from chalicelib.core.table import Item, TableMeta
from chalicelib.domains.logistics.archive.model import (
    Filed,
    Keeper,
    Person,
    PersonRole,
    Photo,
    Tank,
    Vehicle,
    VehicleKind,
    first_expiry,
)
from chalicelib.domains.logistics.table import LogisticsItem

VEHICLE, PERSON = "vehicle", "person"
"""Kinds: of items, of the subjects of pushes, notices and audit entries."""
WARNING_TIME = time(8, tzinfo=SITE_ZONE)
"""Nobody is told at midnight."""


class FiledItem(LogisticsItem):
    """What the items of vehicles and people share; ``created_at`` is when it was filed."""

    updated_at = UnicodeAttribute()
    photos = UnicodeAttribute()
    keepers = UnicodeAttribute()
    suspended_reason = UnicodeAttribute(null=True)
    version = NumberAttribute()
    revision = NumberAttribute()
    le_version = NumberAttribute()
    le_problem = UnicodeAttribute(null=True)
    warn_on = UnicodeAttribute(null=True)


class VehicleItem(FiledItem):
    """``VEHICLE#<plate>`` / ``VEHICLE``."""

    plate_colour = UnicodeAttribute()
    vehicle_kind = UnicodeAttribute()
    road_permit_no = UnicodeAttribute()
    road_permit_expiry = UnicodeAttribute()
    road_permit_classes = UnicodeAttribute()
    inspection_expiry = UnicodeAttribute()
    approved_load_kg = NumberAttribute()
    tank = UnicodeAttribute(null=True)


class PersonItem(FiledItem):
    """``PERSON#<driver no>`` / ``PERSON``; the office finds it by phone in ``by_owner``."""

    name = UnicodeAttribute()
    phone = UnicodeAttribute()
    role = UnicodeAttribute()
    id_number_sealed = UnicodeAttribute()
    id_number_masked = UnicodeAttribute()
    consent_version = UnicodeAttribute()
    consented_at = UnicodeAttribute()
    licence_class = UnicodeAttribute(null=True)
    licence_expiry = UnicodeAttribute(null=True)
    qualification_no = UnicodeAttribute()
    qualification_expiry = UnicodeAttribute()
    qualification_classes = UnicodeAttribute()


class KeeperItem(Item):
    """That a user keeps it: ``KEEPER#<user>`` / the item's own partition key."""

    class Meta(TableMeta):
        domain = "logistics"

    since = UnicodeAttribute()
    last_used_at = UnicodeAttribute(null=True)


class ExpiryItem(LogisticsItem):
    """When the first of its certificates ends: the item's partition / ``EXPIRY``, for the office's list in that order."""


def vehicle_pk(plate_number: str) -> str:
    """A vehicle's partition; also its subject among the things a user keeps."""
    return f"VEHICLE#{plate_number}"


def person_pk(driver_no: str) -> str:
    """A person's partition."""
    return f"PERSON#{driver_no}"


def pk_of(filed: Filed) -> str:
    """The partition of either."""
    return vehicle_pk(filed.plate_number) if isinstance(filed, Vehicle) else person_pk(cast(Person, filed).driver_no)


def kind_of(pk: str) -> str:
    """``vehicle`` or ``person``."""
    return pk.partition("#")[0].lower()


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


def warning_due(kind: str) -> str:
    """Partition of ``by_due`` with everything of a kind by when its keepers are told next."""
    return f"certificate#{kind}"


def expiry_due(kind: str) -> str:
    """Partition of ``by_due`` with everything of a kind by the day on which its first certificate ends."""
    return f"expiry#{kind}"


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
        owner_key=phone_key(person.phone),
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


def phone_key(phone: str) -> str:
    """Partition of ``by_owner`` with everybody who has this phone."""
    return f"{PERSON}#{phone}"


def _common_fields(filed: Filed, kind: str) -> dict[str, Any]:
    warns = filed.warn_on is not None and bool(filed.keepers)
    return {
        "created_at": to_text(filed.filed_at),
        "kind_key": kind,
        "due_key": warning_due(kind) if warns else None,
        "due_at": _warning_instant(filed.warn_on) if warns and filed.warn_on else None,
        "updated_at": to_text(filed.updated_at),
        "photos": json.dumps([[photo.id, photo.owner_id] for photo in filed.photos]),
        "keepers": json.dumps([[keeper.user_id, keeper.name] for keeper in filed.keepers], ensure_ascii=False),
        "suspended_reason": filed.suspended_reason,
        "version": filed.version,
        "revision": filed.revision,
        "le_version": filed.le_version,
        "le_problem": filed.le_problem,
        "warn_on": filed.warn_on.isoformat() if filed.warn_on else None,
    }


def _warning_instant(day: date) -> str:
    return to_text(datetime.combine(day, WARNING_TIME))


def _common(item: FiledItem) -> dict[str, Any]:
    return {
        "filed_at": from_text(item.created_at),
        "updated_at": from_text(item.updated_at),
        "photos": tuple(Photo(*parts) for parts in json.loads(item.photos)),
        "keepers": tuple(Keeper(*parts) for parts in json.loads(item.keepers)),
        "suspended_reason": item.suspended_reason,
        "version": int(item.version),
        "revision": int(item.revision),
        "le_version": int(item.le_version),
        "le_problem": item.le_problem,
        "warn_on": date.fromisoformat(item.warn_on) if item.warn_on else None,
    }


def _to_tank(known: dict[str, Any]) -> Tank:
    expiry = date.fromisoformat(known["inspection_expiry"])
    return Tank(known["tank_no"], known["volume_m3"], expiry, tuple(known["permitted_cargo"]))


def _words(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
