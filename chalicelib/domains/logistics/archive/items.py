"""Stored forms of vehicles and people, and what lies beside them."""

from __future__ import annotations

from typing import cast

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.core.table import Item, TableMeta
from chalicelib.domains.logistics.archive.model import (
    Filed,
    Person,
    Vehicle,
)
from chalicelib.domains.logistics.table import LogisticsItem

VEHICLE, PERSON = "vehicle", "person"
"""Kinds: of items, of the subjects of pushes, notices and audit entries."""
UNKEPT_DUE = "unkept"
"""Partition of ``by_due`` with the people nobody keeps, by since when."""


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
    unkept_at = UnicodeAttribute(null=True)


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


def phone_key(phone: str) -> str:
    """Partition of ``by_owner`` with everybody who has this phone."""
    return f"{PERSON}#{phone}"


def expiry_due(kind: str) -> str:
    """Partition of ``by_due`` with everything of a kind by the day on which its first certificate ends."""
    return f"expiry#{kind}"


def warning_due(kind: str) -> str:
    """Partition of ``by_due`` with everything of a kind by when its keepers are told next."""
    return f"certificate#{kind}"
