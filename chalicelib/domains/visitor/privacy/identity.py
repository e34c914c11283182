"""Resident ID numbers: sealed where they are kept, opened only for the gate and for an audited look by the office."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.audit import record
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.sealing import sealer
from chalicelib.core.session import Principal
from chalicelib.core.table import RaceLost, Transaction
from chalicelib.domains.visitor import store
from chalicelib.domains.visitor.visit import IdNumber, Visit

CONSENT_CHECKS = {"consent_id_number": "consent_id_number_required", "consent_face": "consent_face_required"}


def take(owner_id: str, number: str) -> IdNumber:
    """A checked number as it is kept. It is sealed for its owner: copied to another user's item it does not open."""
    sealing = sealer()
    return IdNumber(sealing.seal(number, owner_id), sealing.digest(number), masked(number))


def opened(owner_id: str, number: IdNumber) -> str:
    """The full number."""
    return sealer().open(number.sealed, owner_id)


def masked(number: str) -> str:
    """What people read: ``350***********001X``."""
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def read_full(staff: Principal, visit_id: str, reason: str, now: datetime) -> str:
    """The full number of a visit's visitor for staff; who looked and why is in the audit log before it is shown."""
    visit = store.find_visit(visit_id)
    if visit is None or visit.visitor.id_number is None:
        raise NotFound
    transaction = Transaction()
    record(
        transaction,
        subject=f"visit:{visit.id}",
        actor=staff.user_id,
        action="id_number_read",
        now=now,
        after={"reason": reason},
    )
    transaction.commit()
    return opened(visit.owner_id, visit.visitor.id_number)


def refuse_without_consent(race: RaceLost) -> None:
    """Say which consent is missing, when that is why the transaction failed."""
    for name, code in CONSENT_CHECKS.items():
        if name in race.names:
            raise Conflict(code) from None


def number_for_gate(visit: Visit) -> str:
    """What the gate is told; empty without a number."""
    return opened(visit.owner_id, visit.visitor.id_number) if visit.visitor.id_number else ""
