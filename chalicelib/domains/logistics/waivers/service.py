"""Use cases of exceptions: the office allows one, or takes an unused one back. Registering uses it (``store.add_use``)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.core.errors import Conflict, InvalidInput, NotFound
from chalicelib.core.ids import derived_id
from chalicelib.core.session import Principal
from chalicelib.core.table import RaceLost, Transaction
from chalicelib.domains.logistics.registrations.checks import WAIVABLE
from chalicelib.domains.logistics.waivers import store
from chalicelib.domains.logistics.waivers.model import LONGEST, Waiver


def add(
    staff: Principal, plate: str, codes: tuple[str, ...], reason: str, valid_until: datetime, now: datetime
) -> Waiver:
    """Allow an exception. The same form sent again is the same exception: its content is its id."""
    if not now < valid_until <= now + LONGEST:
        raise InvalidInput.of_field("valid_until", f"有效期应在今后 {LONGEST.days} 天之内")
    kept = tuple(sorted(set(codes)))
    if not set(kept) <= WAIVABLE:
        raise InvalidInput.of_field("codes", "有不能放行的检查项，请从给出的选项中选择")
    waiver_id = derived_id("waiver", staff.user_id, plate, ",".join(kept), reason, valid_until.isoformat())
    waiver = Waiver(waiver_id, plate, kept, reason, staff.user_id, staff.nickname, now, valid_until)
    transaction = Transaction()
    store.add_new_waiver(transaction, waiver)
    store.add_audit(transaction, waiver, "waiver_added", staff.user_id, now)
    try:
        transaction.commit()
    except RaceLost:
        return the_waiver(waiver_id)
    return waiver


def withdraw(staff: Principal, waiver_id: str, now: datetime) -> Waiver:
    """Take it back while no registration has used it; doing so twice changes nothing."""
    waiver = the_waiver(waiver_id)
    if waiver.withdrawn:
        return waiver
    transaction = Transaction()
    store.add_withdrawal(transaction, waiver)
    store.add_audit(transaction, waiver, "waiver_withdrawn", staff.user_id, now)
    try:
        transaction.commit()
    except RaceLost:
        raise Conflict("waiver_spent") from None
    return replace(waiver, withdrawn=True)


def the_waiver(waiver_id: str) -> Waiver:
    """An exception; ``NotFound`` when there is none."""
    waiver = store.find_waiver(waiver_id)
    if waiver is None:
        raise NotFound
    return waiver
