"""Use case: other quantities or another arrival, as long as the truck has not arrived.

Everything is checked anew, for the new day and quantity. A greater quantity needs room like a new registration; a smaller
one frees what is left over at once. The time limit stays. Truck and people stay: whoever needs others registers anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.errors import Unavailable
from chalicelib.core.session import Principal
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.logistics.registrations import expiring, model, refusals
from chalicelib.domains.logistics.registrations.looking import Fit, Form, Ports, Stock, fit, load
from chalicelib.domains.logistics.registrations.model import RegistrationProblem
from chalicelib.domains.logistics.registrations.ordering import summed
from chalicelib.domains.logistics.registrations.ownership import own
from chalicelib.domains.logistics.registrations.patience import TRIES
from chalicelib.domains.logistics.registrations.registration import Arrival, Line, Registration, Waybill
from chalicelib.domains.logistics.registrations.steps import add_step
from chalicelib.domains.logistics.waivers.store import add_use as add_waiver_use


@dataclass(frozen=True, slots=True)
class Wish:
    """How it should be; ``version`` is the one the driver saw, the arrival is in whole minutes."""

    version: int
    lines: tuple[Line, ...]
    waybill: Waybill | None
    arrival: Arrival


def change(owner: Principal, registration_id: str, wish: Wish, ports: Ports, now: datetime) -> Registration:
    """Change it; what is that way already stays as it is, so a repetition answers as the first time.

    Raises ``Conflict`` with what to do, ``NotFound``, and ``Unavailable`` when others were faster every time.
    """
    stock = Stock(ports.read_stock, now)
    for failed in range(1, TRIES + 1):
        seen = own(owner, registration_id)
        if _is_so(seen, wish):
            return seen
        _require_changeable(seen, wish, now)
        transaction = Transaction()
        changed = _add(transaction, seen, owner, wish, stock, now)
        try:
            transaction.commit()
            return changed
        except (RaceLost, Contention):
            if failed < TRIES:
                ports.wait(failed)
    raise Unavailable


def _is_so(seen: Registration, wish: Wish) -> bool:
    return (seen.goods.lines, seen.waybill, seen.arrival) == (tuple(summed(wish.lines)), wish.waybill, wish.arrival)


def _require_changeable(seen: Registration, wish: Wish, now: datetime) -> None:
    """A limit that is over ends here as it would by the schedule."""
    if model.is_over(seen, now):
        expiring.expire_now(seen.id, now)
        raise refusals.refusal("registration_expired")
    try:
        model.require_changeable(seen, wish.version)
    except RegistrationProblem as problem:
        raise refusals.of_decision(problem, None) from None


def _add(
    transaction: Transaction,
    seen: Registration,
    owner: Principal,
    wish: Wish,
    stock: Stock,
    now: datetime,
) -> Registration:
    """Decide, and everything that has to be committed with it. Raises ``Conflict``."""
    form = _as_form(seen, wish)
    fitting = fit(form, load(owner, form, seen.id), now, seen)
    if fitting.goods.product_code != seen.goods.product_code:
        raise refusals.refusal("registration_product_changed")
    changed = _decide(seen, fitting, wish, now)
    more_kg = changed.counted_kg - seen.counted_kg
    room = stock.room(fitting.product, more_kg) if more_kg > 0 else None
    add_step(transaction, seen, changed, now, room=room)
    if fitting.waiver is not None:
        add_waiver_use(transaction, fitting.waiver, seen.id, now)
    return changed


def _as_form(seen: Registration, wish: Wish) -> Form:
    escort_no = seen.escort.driver_no if seen.escort else None
    return Form(seen.kind, wish.lines, seen.truck, seen.driver.driver_no, escort_no, wish.waybill, wish.arrival)


def _decide(seen: Registration, fitting: Fit, wish: Wish, now: datetime) -> Registration:
    try:
        return model.change(seen, fitting.goods, wish.waybill, wish.arrival, wish.version, now, fitting.waived)
    except RegistrationProblem as problem:
        raise refusals.of_decision(problem, seen.limit.expires_at if seen.limit else None) from None
