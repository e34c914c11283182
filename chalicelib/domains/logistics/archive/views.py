"""Vehicles and people as pages show them; ID numbers masked, pictures by addresses that live for minutes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from chalicelib.domains.logistics.archive import photos
from chalicelib.domains.logistics.archive.model import (
    Filed,
    Person,
    Tank,
    Vehicle,
    days_left,
    expiries,
    le_sync,
    validity,
)
from chalicelib.domains.logistics.archive.schemas import (
    ExpiryView,
    OfficePersonView,
    OfficeVehicleView,
    PersonView,
    PhotoView,
    TankView,
    VehicleView,
)
from chalicelib.domains.logistics.archive.service import Own
from chalicelib.domains.logistics.archive.texts import CERTIFICATES, NAMELESS
from chalicelib.integrations.texts import problem_text


def vehicle_view(own: Own[Filed] | Own[Vehicle], today: date) -> VehicleView:
    """For who keeps it."""
    return VehicleView(**_vehicle(cast(Vehicle, own.filed), today, own.last_used_at))


def person_view(own: Own[Filed] | Own[Person], today: date) -> PersonView:
    """For who keeps them."""
    return PersonView(**_person(cast(Person, own.filed), today, own.last_used_at))


def office_vehicle_view(vehicle: Filed, today: date, names: Mapping[str, str]) -> OfficeVehicleView:
    """For the office, which sees every one."""
    return OfficeVehicleView(**_vehicle(cast(Vehicle, vehicle), today, None), kept_by=_names(vehicle, names))


def office_person_view(person: Filed, today: date, names: Mapping[str, str]) -> OfficePersonView:
    """For the office, which sees every one."""
    return OfficePersonView(**_person(cast(Person, person), today, None), kept_by=_names(person, names))


def _vehicle(vehicle: Vehicle, today: date, used_at: datetime | None) -> dict[str, Any]:
    return {
        **_common(vehicle, today, used_at),
        "plate_number": vehicle.plate_number,
        "plate_colour": vehicle.plate_colour,
        "kind": vehicle.kind.value,
        "road_permit_no": vehicle.road_permit_no,
        "road_permit_expiry": vehicle.road_permit_expiry,
        "road_permit_classes": list(vehicle.road_permit_classes),
        "inspection_expiry": vehicle.inspection_expiry,
        "approved_load": vehicle.approved_load_kg,
        "tank": _tank(vehicle.tank) if vehicle.tank else None,
    }


def _person(person: Person, today: date, used_at: datetime | None) -> dict[str, Any]:
    return {
        **_common(person, today, used_at),
        "driver_no": person.driver_no,
        "name": person.name,
        "phone": person.phone,
        "role": person.role.value,
        "id_number_masked": person.id_number_masked,
        "licence_class": person.licence_class,
        "licence_expiry": person.licence_expiry,
        "qualification_no": person.qualification_no,
        "qualification_expiry": person.qualification_expiry,
        "qualification_classes": list(person.qualification_classes),
    }


def _common(filed: Filed, today: date, used_at: datetime | None) -> dict[str, Any]:
    sync = le_sync(filed)
    return {
        "photos": [PhotoView(id=photo.id, url=photos.address(photo)) for photo in filed.photos],
        "validity": validity(filed, today).value,
        "expiries": _expiries(filed, today),
        "suspended_reason": filed.suspended_reason,
        "le": sync.value,
        "le_problem": problem_text(filed.le_problem),
        "last_used_at": used_at,
        "updated_at": filed.updated_at,
        "version": filed.version,
    }


def _expiries(filed: Filed, today: date) -> list[ExpiryView]:
    return [
        ExpiryView(
            certificate=certificate.value,
            name=CERTIFICATES[certificate],
            last_day=last_day,
            days_left=days_left(last_day, today),
        )
        for certificate, last_day in expiries(filed)
    ]


def _tank(tank: Tank) -> TankView:
    return TankView(
        tank_no=tank.tank_no,
        volume_m3=tank.volume_m3,
        inspection_expiry=tank.inspection_expiry,
        permitted_cargo=list(tank.permitted_cargo),
    )


def _names(filed: Filed, names: Mapping[str, str]) -> list[str]:
    return [names.get(keeper) or NAMELESS for keeper in filed.keepers]
