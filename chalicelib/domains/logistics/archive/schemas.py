"""Requests and answers about vehicles, drivers and escorts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from chalicelib.core.validation import Answer, Day, Line, MobilePhone, PersonName, Plate, Request, ResidentId
from chalicelib.domains.logistics.schemas import Cursor, Id, ProductCode, Tonnes, TonnesText

VehicleKind = Literal["tractor", "trailer", "rigid"]
PlateColour = Literal["blue", "yellow", "green", "yellow_green"]
PersonRole = Literal["driver", "escort", "both"]
Validity = Literal["valid", "expiring", "expired", "suspended"]
"""The worst of all certificates today; expiring: within 30 days."""
LeSync = Literal["waiting", "done", "failed"]
Classes = Annotated[tuple[Annotated[str, Field(pattern=r"^[1-9](\.[1-6])?$")], ...], Field(max_length=9)]
CertificateNo = Annotated[Line, Field(min_length=4, max_length=40)]


class TankInput(Request):
    """The tank on a trailer or rigid vehicle."""

    tank_no: Annotated[Line, Field(min_length=1, max_length=30)]
    volume_m3: Annotated[str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,2})?$")]
    inspection_expiry: Day
    permitted_cargo: Annotated[tuple[ProductCode, ...], Field(min_length=1, max_length=20)]
    """适装介质: products this tank may carry."""


class SaveVehicle(Request):
    """A vehicle; ``version`` is the one the editor saw, 0 for a new one. Filing a plate that is kept already needs its
    certificate number: then this user keeps it, too."""

    plate_number: Plate
    plate_colour: PlateColour
    kind: VehicleKind
    road_permit_no: CertificateNo
    road_permit_expiry: Day
    road_permit_classes: Classes
    inspection_expiry: Day
    approved_load: Tonnes
    tank: TankInput | None = None
    photos: Annotated[tuple[Id, ...], Field(max_length=6)] = ()
    version: Annotated[int, Field(ge=0)]


class TankView(Answer):
    """The tank."""

    tank_no: str
    volume_m3: str
    inspection_expiry: date
    permitted_cargo: list[str]


class ExpiryView(Answer):
    """One certificate and its last day."""

    certificate: str
    """road_permit, inspection, tank_inspection, licence, qualification."""
    name: str
    last_day: date
    days_left: int


class PhotoView(Answer):
    """A picture of a certificate, by an address valid for some minutes."""

    id: str
    url: str


class VehicleView(Answer):
    """A vehicle."""

    plate_number: str
    plate_colour: PlateColour
    kind: VehicleKind
    road_permit_no: str
    road_permit_expiry: date
    road_permit_classes: list[str]
    inspection_expiry: date
    approved_load: TonnesText
    tank: TankView | None
    photos: list[PhotoView]
    validity: Validity
    expiries: list[ExpiryView]
    suspended_reason: str | None
    le: LeSync
    le_problem: str | None
    last_used_at: datetime | None
    updated_at: datetime
    version: int


class VehiclesView(Answer):
    """All vehicles of a driver, the last used first."""

    items: list[VehicleView]


class SavePerson(Request):
    """A driver or escort. ``id_number`` identifies; it is required for a new person and refused for a known one."""

    driver_no: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = None
    name: PersonName
    phone: MobilePhone
    role: PersonRole
    id_number: ResidentId | None = None
    consent: bool = False
    """The person has agreed that the ID number is kept and sent to the plant's logistics system; needed with a number."""
    licence_class: Annotated[str, Field(pattern=r"^([ABC][1-3])?$")] = ""
    licence_expiry: Day | None = None
    qualification_no: CertificateNo
    qualification_expiry: Day
    qualification_classes: Classes
    photos: Annotated[tuple[Id, ...], Field(max_length=6)] = ()
    version: Annotated[int, Field(ge=0)]


class PersonView(Answer):
    """A driver or escort."""

    driver_no: str
    name: str
    phone: str
    role: PersonRole
    id_number_masked: str
    licence_class: str
    licence_expiry: date | None
    qualification_no: str
    qualification_expiry: date
    qualification_classes: list[str]
    photos: list[PhotoView]
    validity: Validity
    expiries: list[ExpiryView]
    suspended_reason: str | None
    le: LeSync
    le_problem: str | None
    last_used_at: datetime | None
    updated_at: datetime
    version: int


class PeopleView(Answer):
    """All drivers and escorts of a user, the last used first."""

    items: list[PersonView]


class UploadView(Answer):
    """Where a browser posts the picture; the file comes last, as ``file``."""

    photo_id: str
    url: str
    fields: dict[str, str]
    until: datetime


class ArchiveQuery(Request):
    """``expiring``: those with a certificate that ends within 30 days or has ended, the first to end first."""

    filter: Literal["all", "expiring"] = "all"
    search: Annotated[str, Field(max_length=20)] | None = None
    """An exact plate, or of people an exact phone."""
    cursor: Cursor | None = None


class OfficeVehicleView(VehicleView):
    """With who keeps it."""

    kept_by: list[str]


class OfficePersonView(PersonView):
    """With who keeps it."""

    kept_by: list[str]


class OfficeVehiclesView(Answer):
    """A page."""

    items: list[OfficeVehicleView]
    next_cursor: str | None


class OfficePeopleView(Answer):
    """A page."""

    items: list[OfficePersonView]
    next_cursor: str | None


class Suspend(Request):
    """Stops a vehicle or person from being registered (空 reason lifts it)."""

    reason: Annotated[Line, Field(max_length=100)]
    version: Annotated[int, Field(ge=1)]
