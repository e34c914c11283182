"""What a change of a vehicle or person leaves besides itself: the push to LE and the line in the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalicelib.core.audit import record
from chalicelib.core.outbox.model import Entry, new_entry
from chalicelib.core.outbox.wake import enqueue
from chalicelib.core.table import Transaction
from chalicelib.domains.logistics.archive.items import kind_of, pk_of
from chalicelib.domains.logistics.archive.model import Filed, Person, Vehicle

PEER = "le"
PUSHES = {"vehicle": "le.vehicle", "person": "le.person"}
"""Kind → kind of the push."""


def subject_of(pk: str) -> str:
    """``VEHICLE#闽A12345`` → ``vehicle:闽A12345``: how pushes, notices and the audit log name it."""
    return f"{kind_of(pk)}:{pk.partition('#')[2]}"


def le_entry(filed: Filed, now: datetime) -> Entry:
    """A push of this version. The content is personal and stays out of it: LE gets the newest, with its own version."""
    pk = pk_of(filed)
    payload = {"pk": pk, "version": str(filed.version)}
    kind = PUSHES[kind_of(pk)]
    return new_entry(peer=PEER, subject=subject_of(pk), sequence=filed.version, kind=kind, now=now, payload=payload)


def add_push(transaction: Transaction, filed: Filed, now: datetime) -> None:
    """Tell LE."""
    enqueue(transaction, le_entry(filed, now))


def add_audit(
    transaction: Transaction, seen: Filed | None, changed: Filed, *, actor: str, action: str, now: datetime
) -> None:
    """``action`` is what was done (``filed``): before and after in what is not personal, and which fields changed."""
    pk = pk_of(changed)
    before, after = (_facts(seen) if seen else {}), _facts(changed)
    differing = sorted(name for name in after if before.get(name) != after[name])
    record(
        transaction,
        subject=subject_of(pk),
        actor=actor,
        action=f"{kind_of(pk)}_{action}",
        now=now,
        before={name: before[name] for name in differing} if seen else None,
        after={name: after[name] for name in differing},
    )


def _facts(filed: Filed) -> dict[str, Any]:
    facts = {
        "keepers": len(filed.keepers),
        "photos": len(filed.photos),
        "suspended_reason": filed.suspended_reason,
        "version": filed.version,
    }
    return {**facts, **(_of_vehicle(filed) if isinstance(filed, Vehicle) else _of_person(filed))}


def _of_vehicle(vehicle: Vehicle) -> dict[str, Any]:
    tank = vehicle.tank
    return {
        "vehicle_kind": vehicle.kind.value,
        "road_permit_no": vehicle.road_permit_no,
        "road_permit_expiry": vehicle.road_permit_expiry.isoformat(),
        "road_permit_classes": list(vehicle.road_permit_classes),
        "inspection_expiry": vehicle.inspection_expiry.isoformat(),
        "approved_load_kg": vehicle.approved_load_kg,
        "tank_no": tank.tank_no if tank else None,
        "tank_inspection_expiry": tank.inspection_expiry.isoformat() if tank else None,
        "permitted_cargo": list(tank.permitted_cargo) if tank else [],
    }


def _of_person(person: Filed) -> dict[str, Any]:
    """Without name, phone and numbers."""
    if not isinstance(person, Person):
        return {}
    return {
        "role": person.role.value,
        "licence_class": person.licence_class,
        "licence_expiry": person.licence_expiry.isoformat() if person.licence_expiry else None,
        "qualification_expiry": person.qualification_expiry.isoformat(),
        "qualification_classes": list(person.qualification_classes),
    }
