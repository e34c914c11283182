"""What an editor's form says of a vehicle or person, with a problem at its own field for what cannot be.

Identity is taken here: a number plate and its kind fit together, and a person is known by the keyed hash of the ID number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from chalicelib.core.china import plate_class
from chalicelib.core.errors import InvalidInput
from chalicelib.domains.logistics.archive.identity import Identity, identify
from chalicelib.domains.logistics.archive.model import Person, PersonRole, Tank, Vehicle, VehicleKind
from chalicelib.domains.logistics.archive.schemas import SavePerson, SaveVehicle, TankInput
from chalicelib.domains.logistics.archive.texts import CONSENT_VERSION, FIELD_TEXTS


def vehicle_of(form: SaveVehicle, now: datetime) -> Vehicle:
    """The vehicle a form describes."""
    _refuse(_wrong_of_vehicle(form))
    return Vehicle(
        filed_at=now,
        updated_at=now,
        plate_number=form.plate_number,
        plate_colour=form.plate_colour,
        kind=VehicleKind(form.kind),
        road_permit_no=form.road_permit_no,
        road_permit_expiry=form.road_permit_expiry,
        road_permit_classes=_once(form.road_permit_classes),
        inspection_expiry=form.inspection_expiry,
        approved_load_kg=form.approved_load,
        tank=_tank_of(form.tank) if form.tank else None,
    )


def person_of(form: SavePerson, now: datetime) -> Person:
    """The person a form describes; of a known one the form has only the ``driver_no``."""
    _refuse(_wrong_of_person(form))
    identity = identify(form.id_number) if form.id_number else Identity(form.driver_no or "", "", "")
    drives = form.role != PersonRole.ESCORT.value
    return Person(
        filed_at=now,
        updated_at=now,
        driver_no=identity.driver_no,
        name=form.name,
        phone=form.phone,
        role=PersonRole(form.role),
        id_number_sealed=identity.sealed,
        id_number_masked=identity.masked,
        consent_version=CONSENT_VERSION,
        consented_at=now,
        licence_class=form.licence_class if drives else "",
        licence_expiry=form.licence_expiry if drives else None,
        qualification_no=form.qualification_no,
        qualification_expiry=form.qualification_expiry,
        qualification_classes=_once(form.qualification_classes),
    )


def _wrong_of_vehicle(form: SaveVehicle) -> Iterator[str]:
    is_trailer_plate = plate_class(form.plate_number) == "trailer"
    if form.kind == VehicleKind.TRAILER.value and not is_trailer_plate:
        yield "trailer_without_trailer_plate"
    if form.kind != VehicleKind.TRAILER.value and is_trailer_plate:
        yield "tractor_with_trailer_plate"
    if form.kind == VehicleKind.TRACTOR.value and form.tank is not None:
        yield "tractor_with_tank"


def _wrong_of_person(form: SavePerson) -> Iterator[str]:
    if form.driver_no is None and form.id_number is None:
        yield "id_number_missing"
    if form.driver_no is not None and form.id_number is not None:
        yield "id_number_given"
    if form.id_number is not None and not form.consent:
        yield "consent_missing"
    if form.role != PersonRole.ESCORT.value and not form.licence_class:
        yield "licence_class_missing"
    if form.role != PersonRole.ESCORT.value and form.licence_expiry is None:
        yield "licence_expiry_missing"


def _refuse(codes: Iterable[str]) -> None:
    """All of them at once, each at its field."""
    wrong = [{"field": FIELD_TEXTS[code][0], "message": FIELD_TEXTS[code][1], "code": code} for code in codes]
    if wrong:
        raise InvalidInput("invalid_input", detail=wrong)


def _tank_of(form: TankInput) -> Tank:
    return Tank(form.tank_no, form.volume_m3, form.inspection_expiry, _once(form.permitted_cargo))


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
