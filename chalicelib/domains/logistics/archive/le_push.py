"""Telling LE of vehicles and people. LE holds one version of each and takes no older one, so the newest is what is sent.

The content is personal and is in no outbox entry. An entry whose version LE has passed is done: what a later attempt sends
under an older entry is the newest content with its own version, never another content of the same version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from chalicelib.core.outbox.model import Entry, PushError
from chalicelib.core.outbox.worker import Done, Effect, Failed, Handler, Later, Outcome
from chalicelib.core.table import Transaction
from chalicelib.domains.logistics.archive import life, store
from chalicelib.domains.logistics.archive.entries import PUSHES
from chalicelib.domains.logistics.archive.identity import opened
from chalicelib.domains.logistics.archive.items import person_pk, vehicle_pk
from chalicelib.domains.logistics.archive.model import Filed, Person, Vehicle
from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.le.port import LeDeclined, LePerson, LePort, LeTank, LeVehicle, PlateColour

Decide = Callable[[Filed], Filed | None]


class ArchivePusher:
    """The handlers of the archive in LE's queue."""

    def __init__(self, le: LePort) -> None:
        self._le = le

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Kind of entry → handler."""
        return dict.fromkeys(PUSHES.values(), self._push)

    def _push(self, entry: Entry) -> Outcome:
        filed = store.find_filed(entry.payload["pk"])
        if filed is None:
            return Failed(PushError("archive_missing", "what this push is about does not exist"))
        if filed.le_version >= int(entry.payload["version"]) or (isinstance(filed, Person) and filed.forgotten):
            return Done()
        version = filed.version
        try:
            put(self._le, filed)
        except Refused as refusal:
            problem = sentence_of(refusal)
            return Failed(error_of(refusal), _effect(entry, lambda seen: life.refused(seen, version, problem)))
        except Retryable as trouble:
            return Later(error_of(trouble), sent=entry.maybe_sent or trouble.sent)
        return Done(_effect(entry, lambda seen: life.pushed(seen, version)))


def put(le: LePort, filed: Filed) -> None:
    """Make LE hold it as it is now."""
    if isinstance(filed, Vehicle):
        le.put_vehicle(le_vehicle(filed))
    else:
        le.put_person(le_person(cast(Person, filed)))


def put_all(le: LePort, plates: Iterable[str | None], driver_nos: Iterable[str | None]) -> None:
    """Make LE hold what something else needs there, before their own pushes came through."""
    pks = [*(vehicle_pk(plate) for plate in plates if plate), *(person_pk(number) for number in driver_nos if number)]
    for filed in store.find_all(pks).values():
        if not (isinstance(filed, Person) and filed.forgotten):
            put(le, filed)


def sentence_of(refusal: Refused) -> str:
    """LE's own sentence for people, or the stable code that has one."""
    return refusal.sentence if isinstance(refusal, LeDeclined) and refusal.sentence else refusal.code


def error_of(cause: PeerError) -> PushError:
    """As the outbox records it."""
    return PushError(cause.code, cause.message)


def le_vehicle(vehicle: Vehicle) -> LeVehicle:
    """A vehicle in the port's words."""
    tank = vehicle.tank
    return LeVehicle(
        plate_number=vehicle.plate_number,
        plate_colour=cast(PlateColour, vehicle.plate_colour),
        kind=vehicle.kind.value,
        road_permit_no=vehicle.road_permit_no,
        road_permit_expiry=vehicle.road_permit_expiry,
        road_permit_classes=vehicle.road_permit_classes,
        inspection_expiry=vehicle.inspection_expiry,
        approved_load_kg=vehicle.approved_load_kg,
        suspended=vehicle.suspended,
        version=vehicle.version,
        tank=LeTank(tank.tank_no, tank.volume_m3, tank.inspection_expiry, tank.permitted_cargo) if tank else None,
    )


def le_person(person: Person) -> LePerson:
    """A person in the port's words; the adapter encrypts the number."""
    return LePerson(
        driver_no=person.driver_no,
        name=person.name,
        phone=person.phone,
        role=person.role.value,
        id_number=opened(person),
        qualification_no=person.qualification_no,
        qualification_expiry=person.qualification_expiry,
        qualification_classes=person.qualification_classes,
        suspended=person.suspended,
        version=person.version,
        licence_class=person.licence_class,
        licence_expiry=person.licence_expiry,
    )


def _effect(entry: Entry, decide: Decide) -> Effect:
    """What a result means for the item as it is when the result is recorded."""

    def effect(transaction: Transaction) -> None:
        seen = store.find_filed(entry.payload["pk"])
        changed = decide(seen) if seen else None
        if seen is not None and changed is not None:
            store.add_state(transaction, seen, changed)

    return effect
