"""Registrations in DynamoDB; every condition stands here with the race it closes.

What is only read together with its registration (goods, truck, crew, LE's side …) is one JSON text, so that a further
fact is no further attribute; what an index or a condition needs stands beside it.
"""

from __future__ import annotations

from collections.abc import Collection

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.table import Item, RaceLost, TableMeta, Transaction
from chalicelib.domains.logistics.registrations import facts
from chalicelib.domains.logistics.registrations.registration import Kind, Registration, Status
from chalicelib.domains.logistics.table import LogisticsItem

KIND = "registration"
DUE = "limit"
"""Partition of the registrations whose time limit runs."""
CLAIM = "claim"
"""Beginning of the names, in a lost race, of the conditions on truck and crew."""
FREE = "free "
"""The same, when they become free."""


class RegistrationItem(LogisticsItem):
    """Stored form of a registration: ``REGISTRATION#<id>`` / ``REGISTRATION``."""

    owner_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    status = UnicodeAttribute()
    facts = UnicodeAttribute()
    version = NumberAttribute()


class ClaimItem(Item):
    """That a truck or person is under way: ``CLAIM#<plate or driver number>`` / ``CLAIM``."""

    class Meta(TableMeta):
        domain = "logistics"

    registration_id = UnicodeAttribute()


def registration_key(registration_id: str) -> tuple[str, str]:
    """Key of a registration's item."""
    return f"REGISTRATION#{registration_id}", "REGISTRATION"


def claim_key(key: str) -> tuple[str, str]:
    """Key of the claim on a plate or driver number."""
    return f"CLAIM#{key}", "CLAIM"


def find_registration(registration_id: str) -> Registration | None:
    """A registration by id, consistently read."""
    item = RegistrationItem.find(*registration_key(registration_id))
    return to_registration(item) if item else None


def last_of_plate(plate_number: str, limit: int) -> list[Registration]:
    """A truck's registrations, the newest first: one query of an index."""
    found = RegistrationItem.by_plate.query(
        plate_key(plate_number), scan_index_forward=False, limit=limit, page_size=limit
    )
    return [to_registration(item) for item in found if isinstance(item, RegistrationItem)]


def add_new(transaction: Transaction, registration: Registration) -> None:
    """*Closes*: one form sent twice (double tap, retry after a lost answer) making two registrations."""
    transaction.create("new_registration", to_item(registration))


def add_change(transaction: Transaction, seen: Registration, changed: Registration) -> None:
    """*Closes*: every race on a registration - cancellation, sweep, office, LE's events and answers."""
    transaction.put("registration", to_item(changed), RegistrationItem.version == seen.version)


def add_claims(transaction: Transaction, registration: Registration) -> None:
    """*Closes*: a truck, trailer, driver or escort registered twice at once. One's own claim is no obstacle."""
    mine = ClaimItem.pk.does_not_exist() | (ClaimItem.registration_id == registration.id)
    for key in claimed(registration):
        transaction.put(f"{CLAIM} {key}", ClaimItem(*claim_key(key), registration_id=registration.id), mine)


def add_forced_claims(transaction: Transaction, registration: Registration) -> None:
    """The truck is inside: whoever had claimed it or its crew since has to wait until it leaves."""
    for key in claimed(registration):
        transaction.put(f"{CLAIM} {key}", ClaimItem(*claim_key(key), registration_id=registration.id))


def add_freed_claims(transaction: Transaction, registration: Registration, foreign: Collection[str] = ()) -> None:
    """Truck and crew may be registered again.

    *Closes*: freeing what another registration has claimed since. Such a claim fails the step by a name from which
    :func:`foreign_claims` learns to leave it alone.
    """
    mine = ClaimItem.pk.does_not_exist() | (ClaimItem.registration_id == registration.id)
    for key in claimed(registration):
        if key not in foreign:
            transaction.delete(f"{FREE}{key}", ClaimItem(*claim_key(key)), mine)


def taken_by_others(registration: Registration) -> set[str]:
    """Which of its claims another registration holds now."""
    keys = [(f"CLAIM#{key}", CLAIM.upper()) for key in claimed(registration)]
    held = ClaimItem.batch_get(keys, consistent_read=True)
    return {item.pk.removeprefix("CLAIM#") for item in held if item.registration_id != registration.id}


def foreign_claims(race: RaceLost) -> set[str]:
    """Which claims turned out to be another registration's."""
    return {name.removeprefix(FREE) for name in race.names if name.startswith(FREE)}


def claimed(registration: Registration) -> list[str]:
    """What a registration takes for itself, sorted: plates and driver numbers."""
    truck = (registration.truck.plate_number, registration.truck.trailer_plate_number)
    crew = (registration.driver.driver_no, registration.escort.driver_no if registration.escort else None)
    return sorted({key for key in (*truck, *crew) if key})


def to_item(registration: Registration) -> RegistrationItem:
    """The stored form, with the indexes it belongs into now."""
    pk, sk = registration_key(registration.id)
    limit = registration.limit
    return RegistrationItem(
        pk,
        sk,
        owner_id=registration.owner_id,
        kind=registration.kind.value,
        status=registration.status.value,
        facts=facts.text_of(registration),
        version=registration.version,
        created_at=to_text(registration.created_at),
        owner_key=owner_key(registration.owner_id),
        kind_key=KIND,
        status_key=status_key(registration.status),
        plate_key=plate_key(registration.truck.plate_number),
        due_key=DUE if limit else None,
        due_at=to_text(limit.due_at) if limit else None,
        held_key=registration.hold.product_code if registration.hold and registration.counted_kg else None,
    )


def owner_key(owner_id: str) -> str:
    """Partition of a user's registrations."""
    return f"{KIND}#{owner_id}"


def status_key(status: Status) -> str:
    """Partition of the registrations of a status."""
    return f"{KIND}#{status.value}"


def plate_key(plate_number: str) -> str:
    """Partition of a truck's registrations."""
    return f"{KIND}#{plate_number}"


def to_registration(item: RegistrationItem) -> Registration:
    """The registration of a stored item."""
    return Registration(
        id=item.pk.removeprefix("REGISTRATION#"),
        owner_id=item.owner_id,
        kind=Kind(item.kind),
        status=Status(item.status),
        created_at=from_text(item.created_at or ""),
        version=int(item.version),
        **facts.members_of(item.facts),
    )
