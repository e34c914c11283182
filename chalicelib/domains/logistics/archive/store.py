"""Vehicles and people in DynamoDB; every condition stands here with the race it closes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.clock import to_text
from chalicelib.core.table import Item, Key, Transaction, find_many
from chalicelib.domains.logistics.archive.conversion import expiry_item, to_filed, to_item, to_person, to_vehicle
from chalicelib.domains.logistics.archive.items import (
    FiledItem,
    KeeperItem,
    PersonItem,
    VehicleItem,
    person_pk,
    pk_of,
    vehicle_pk,
)
from chalicelib.domains.logistics.archive.model import Filed, Person, Vehicle

FILED = "filed"
"""Name of the write of a vehicle or person in a transaction."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a user keeps of what was asked for; what is unknown, or only somebody else's, is absent."""

    vehicles: Mapping[str, Vehicle]
    people: Mapping[str, Person]
    owners: Mapping[str, str]
    """Subject (``VEHICLE#闽A12345``) → under which of the user's ids it is kept."""


def keeper_key(user_id: str, pk: str) -> Key:
    """Where it stands that a user keeps something."""
    return f"KEEPER#{user_id}", pk


def find_vehicle(plate_number: str) -> Vehicle | None:
    """A vehicle whoever keeps it."""
    item = VehicleItem.find(vehicle_pk(plate_number), "VEHICLE")
    return to_vehicle(item) if item else None


def find_person(driver_no: str) -> Person | None:
    """A person whoever keeps them."""
    item = PersonItem.find(person_pk(driver_no), "PERSON")
    return to_person(item) if item else None


def find_filed(pk: str) -> Filed | None:
    """The vehicle or person of a partition."""
    return next(iter(all_of(find_many({key_of(pk): class_of(pk)}))), None)


def find_all(pks: Iterable[str]) -> dict[str, Filed]:
    """Several vehicles and people by their partitions."""
    return {pk_of(filed): filed for filed in all_of(find_many({key_of(pk): class_of(pk) for pk in pks}))}


def kept_keys(owner_ids: Collection[str], plates: Iterable[str], driver_nos: Iterable[str]) -> dict[Key, type[Item]]:
    """What :func:`kept_of` needs, to be read together with other things by ``find_many``."""
    return keys_to(owner_ids, [*map(vehicle_pk, plates), *map(person_pk, driver_nos)])


def keys_to(owner_ids: Collection[str], pks: Collection[str]) -> dict[Key, type[Item]]:
    """Vehicles and people, and whether one of these users keeps them."""
    keepers: dict[Key, type[Item]] = {keeper_key(owner, pk): KeeperItem for owner in owner_ids for pk in pks}
    return {**{key_of(pk): class_of(pk) for pk in pks}, **keepers}


def kept_of(found: Mapping[Key, Item], owner_ids: Collection[str]) -> Kept:
    """What the user keeps of the vehicles and people that were found."""
    filed = [known for known in all_of(found) if owner_among(found, owner_ids, pk_of(known))]
    return Kept(
        {known.plate_number: known for known in filed if isinstance(known, Vehicle)},
        {known.driver_no: known for known in filed if isinstance(known, Person)},
        {pk_of(known): owner_among(found, owner_ids, pk_of(known)) for known in filed},
    )


def load_kept(owner_ids: Collection[str], plates: Iterable[str], driver_nos: Iterable[str]) -> Kept:
    """Several vehicles and people that a user keeps, in one call."""
    return kept_of(find_many(kept_keys(owner_ids, plates, driver_nos)), owner_ids)


def add_use(transaction: Transaction, kept: Kept, now: datetime) -> None:
    """All of them are used now. *Closes*: its user taking one off the own list at this moment."""
    for pk, owner_id in kept.owners.items():
        used = [KeeperItem.last_used_at.set(to_text(now))]
        transaction.update("keeper", KeeperItem(*keeper_key(owner_id, pk)), used, KeeperItem.pk.exists())


def keepers_of(user_id: str, kind: str, limit: int) -> list[KeeperItem]:
    """What a user keeps of one kind."""
    mine = KeeperItem.sk.startswith(f"{kind.upper()}#")
    return list(KeeperItem.query(f"KEEPER#{user_id}", mine, consistent_read=True, limit=limit))


def add_new(transaction: Transaction, filed: Filed) -> None:
    """*Closes*: two users filing one plate or person at the same moment; one of them reads the other's."""
    transaction.create(FILED, to_item(filed))
    transaction.put("expiry", expiry_item(filed))


def add_edit(transaction: Transaction, seen: Filed, changed: Filed) -> None:
    """*Closes*: every race on the content — two editors, the office's suspension, a keeper more or less."""
    add_state(transaction, seen, changed)
    transaction.put("expiry", expiry_item(changed))


def add_state(transaction: Transaction, seen: Filed, changed: Filed) -> None:
    """What is not content (LE's answers, warnings). *Closes*: writing it over a content that changed meanwhile."""
    transaction.put(FILED, to_item(changed), FiledItem.revision == seen.revision)


def add_forgetting(transaction: Transaction, seen: Person, bare: Person) -> None:
    """Take the personal data out. *Closes*: forgetting somebody whom a user keeps again at this moment."""
    add_state(transaction, seen, bare)
    transaction.delete("expiry", expiry_item(seen))


def add_keeper(transaction: Transaction, user_id: str, filed: Filed, now: datetime) -> None:
    """A user keeps it from now on; the item itself says so, too, and has the condition."""
    transaction.put("keeper", KeeperItem(*keeper_key(user_id, pk_of(filed)), since=to_text(now)))


def add_letting_go(transaction: Transaction, user_id: str, filed: Filed) -> None:
    """A user keeps it no more."""
    transaction.delete("keeper", KeeperItem(*keeper_key(user_id, pk_of(filed))))


def all_of(found: Mapping[Key, Item]) -> list[Filed]:
    """The vehicles and people among some items."""
    return [to_filed(item) for item in found.values() if isinstance(item, FiledItem)]


def key_of(pk: str) -> Key:
    """The key of a vehicle or person."""
    return pk, pk.partition("#")[0]


def class_of(pk: str) -> type[FiledItem]:
    """What lies in its partition."""
    return VehicleItem if pk.startswith("VEHICLE#") else PersonItem


def owner_among(found: Mapping[Key, Item], owner_ids: Collection[str], pk: str) -> str:
    """Under which of these ids it is kept; empty when under none."""
    return next((owner for owner in owner_ids if keeper_key(owner, pk) in found), "")
