"""Vehicles with their tanks, drivers and escorts: facts, how long they are good for, when to warn. Pure.

A certificate is valid through its last day, on the plant's calendar; days are ``date`` and parameters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

WARNED_BEFORE = (30, 7, 1)
"""Days before the last one on which the keepers are told; and once more on the first day after it."""
EXPIRING_DAYS = WARNED_BEFORE[0]
KEEPERS = 40
"""Users who keep one vehicle or person; all are told of its certificates in one transaction."""


class VehicleKind(StrEnum):
    """What a vehicle is: a tractor draws a trailer, a rigid one (单体车) carries its tank itself."""

    TRACTOR = "tractor"
    TRAILER = "trailer"
    RIGID = "rigid"


class PersonRole(StrEnum):
    """What a person does on a trip."""

    DRIVER = "driver"
    ESCORT = "escort"
    BOTH = "both"


class Certificate(StrEnum):
    """What runs out."""

    ROAD_PERMIT = "road_permit"
    INSPECTION = "inspection"
    TANK_INSPECTION = "tank_inspection"
    LICENCE = "licence"
    QUALIFICATION = "qualification"


class Validity(StrEnum):
    """The worst of all certificates on a day."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    SUSPENDED = "suspended"


class LeSync(StrEnum):
    """Whether LE has the newest version."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture of a certificate; its address lies below the id it was uploaded under."""

    id: str
    owner_id: str


@dataclass(frozen=True, slots=True)
class Tank:
    """The tank on a trailer or a rigid vehicle."""

    tank_no: str
    volume_m3: str
    inspection_expiry: date
    permitted_cargo: tuple[str, ...]
    """适装介质: codes of the products it may carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What vehicles and people have in common once they are filed."""

    filed_at: datetime
    updated_at: datetime
    """When the content was changed last."""
    photos: tuple[Photo, ...] = ()
    keepers: tuple[str, ...] = ()
    """Ids of the users who keep it, in the order they filed it."""
    suspended_reason: str | None = None
    """Why the office suspended it; ``None``: it may be used."""
    version: int = 1
    """Of the content, for its editors and for LE."""
    revision: int = 1
    """Rises with every write, LE's answers and warnings among them: what conditions go by."""
    le_version: int = 0
    """The newest version LE has taken."""
    le_problem: str | None = None
    """Why LE refused the present version, in a sentence for people."""
    warn_on: date | None = None
    """The day on which the keepers are told next; ``None``: nothing is left to tell."""

    unkept_at: datetime | None = None
    """Since when nobody keeps it."""

    @property
    def suspended(self) -> bool:
        """Whether the office has stopped it from being used."""
        return self.suspended_reason is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle(Filed):
    """A tractor, trailer or rigid vehicle."""

    plate_number: str
    plate_colour: str
    kind: VehicleKind
    road_permit_no: str
    road_permit_expiry: date
    road_permit_classes: tuple[str, ...] = ()
    """Dangerous goods classes the road permit names (``8``, ``2.3``)."""
    inspection_expiry: date
    approved_load_kg: int
    tank: Tank | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Filed):
    """A driver, an escort, or somebody who may be either."""

    driver_no: str
    """Keyed hash of the ID number: the same person is one driver whoever files them."""
    name: str
    phone: str
    role: PersonRole
    id_number_sealed: str
    """Opens for the ``driver_no`` only."""
    id_number_masked: str
    consent_version: str
    consented_at: datetime
    licence_class: str = ""
    licence_expiry: date | None = None
    qualification_no: str
    qualification_expiry: date
    qualification_classes: tuple[str, ...] = ()

    @property
    def forgotten(self) -> bool:
        """Whether the personal data went, because nobody kept the person for so long."""
        return not self.id_number_sealed

    @property
    def drives(self) -> bool:
        """Whether the person may be registered as a driver."""
        return self.role is not PersonRole.ESCORT

    @property
    def escorts(self) -> bool:
        """Whether the person may be registered as an escort."""
        return self.role is not PersonRole.DRIVER


Expiry = tuple[Certificate, date]
"""A certificate and its last day."""


def expiries(filed: Filed) -> tuple[Expiry, ...]:
    """Every certificate with its last day, the first to end first."""
    found = _of_vehicle(filed) if isinstance(filed, Vehicle) else _of_person(filed) if isinstance(filed, Person) else ()
    return tuple(sorted(found, key=lambda expiry: expiry[1]))


def _of_vehicle(vehicle: Vehicle) -> Iterator[Expiry]:
    yield Certificate.ROAD_PERMIT, vehicle.road_permit_expiry
    yield Certificate.INSPECTION, vehicle.inspection_expiry
    if vehicle.tank is not None:
        yield Certificate.TANK_INSPECTION, vehicle.tank.inspection_expiry


def _of_person(person: Person) -> Iterator[Expiry]:
    yield Certificate.QUALIFICATION, person.qualification_expiry
    if person.licence_expiry is not None:
        yield Certificate.LICENCE, person.licence_expiry


def first_expiry(filed: Filed) -> date:
    """The last day of the certificate that ends first; everybody has one."""
    return expiries(filed)[0][1]


def days_left(last_day: date, today: date) -> int:
    """0 on the last day, which still counts; negative once it is over."""
    return (last_day - today).days


def is_valid_on(last_day: date, day: date) -> bool:
    """Whether a certificate covers a day."""
    return day <= last_day


def validity(filed: Filed, today: date) -> Validity:
    """The worst of all."""
    if filed.suspended:
        return Validity.SUSPENDED
    left = days_left(first_expiry(filed), today)
    if left < 0:
        return Validity.EXPIRED
    return Validity.EXPIRING if left <= EXPIRING_DAYS else Validity.VALID


def next_warning(filed: Filed, after: date) -> date | None:
    """The first day after ``after`` on which the keepers are to be told of one of the certificates."""
    days = [day for _, last_day in expiries(filed) for day in _warning_days(last_day) if day > after]
    return min(days, default=None)


def _warning_days(last_day: date) -> Iterator[date]:
    yield from (last_day - timedelta(days=before) for before in WARNED_BEFORE)
    yield last_day + timedelta(days=1)


def le_sync(filed: Filed) -> LeSync:
    """Where LE stands with the newest version."""
    if filed.le_version >= filed.version:
        return LeSync.DONE
    return LeSync.FAILED if filed.le_problem else LeSync.WAITING
