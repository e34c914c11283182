"""Use case: register a pickup or delivery.

One transaction holds the goods, takes truck and crew, counts the day's quota, uses an exception up, tells LE and stores the
registration, whose id follows from the form: sent again, it finds what it made. What another registration was faster with
is read again and decided again, so whoever loses is told why. Dying before the transaction leaves nothing, after it
everything: the pushes lie in the outbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute

from chalicelib.core import runtime
from chalicelib.core.clock import site_day, to_epoch
from chalicelib.core.errors import Conflict, Unavailable
from chalicelib.core.ids import derived_id
from chalicelib.core.session import Principal
from chalicelib.core.table import Contention, Item, RaceLost, TableMeta, Transaction
from chalicelib.domains.logistics.archive.store import add_use
from chalicelib.domains.logistics.registrations import expiring, model, refusals, store
from chalicelib.domains.logistics.registrations.looking import Fit, Form, Known, Ports, Stock, fit, load
from chalicelib.domains.logistics.registrations.model import RegistrationProblem, Wanted
from chalicelib.domains.logistics.registrations.ordering import summed
from chalicelib.domains.logistics.registrations.patience import TRIES
from chalicelib.domains.logistics.registrations.registration import Registration
from chalicelib.domains.logistics.registrations.steps import add_step
from chalicelib.domains.logistics.waivers.store import add_use as add_waiver_use

QUOTA = "quota"


class QuotaItem(Item):
    """How many registrations a user made on a day: ``USER#<id>`` / ``REGISTERED#<day>``."""

    class Meta(TableMeta):
        domain = "logistics"

    used = NumberAttribute()


def register(owner: Principal, form: Form, request_id: str, ports: Ports, now: datetime) -> Registration:
    """A new registration; the same form sent again answers with the one it made.

    Raises ``Conflict`` and ``RateLimited`` with what to do, ``Unavailable`` when others were faster every time.
    """
    registration_id = derived_id("registration", owner.user_id, request_id)
    stock = Stock(ports.read_stock, now)
    for failed in range(1, TRIES + 1):
        known = load(owner, form, registration_id)
        if known.registration is not None:
            return _same_as_before(known.registration, form)
        transaction = Transaction()
        try:
            registration = _add(transaction, registration_id, owner, form, known, stock, now)
        except Conflict:
            made = store.find_registration(registration_id)  # sent twice at once, a form is in its own way
            if made is None:
                raise
            return _same_as_before(made, form)
        try:
            transaction.commit()
            return registration
        except RaceLost as race:
            _refuse_lost(race.names, registration, now)
        except Contention:
            pass
        if failed < TRIES:
            ports.wait(failed)
    raise Unavailable


def _add(
    transaction: Transaction, registration_id: str, owner: Principal, form: Form, known: Known, stock: Stock, now: datetime,
) -> Registration:  # fmt: skip
    """Decide, and everything that has to be committed with it. Raises ``Conflict``."""
    fitting = fit(form, known, now)
    registration = _decide(registration_id, owner, form, fitting, now)
    held = registration.counted_kg
    add_step(transaction, None, registration, now, room=stock.room(fitting.product, held) if held else None)
    add_use(transaction, known.kept, now)
    if fitting.waiver is not None:
        add_waiver_use(transaction, fitting.waiver, registration_id, now)
    _count(transaction, owner.user_id, now)
    return registration


def _decide(registration_id: str, owner: Principal, form: Form, fitting: Fit, now: datetime) -> Registration:
    rules = fitting.product.rules
    hold_for = timedelta(minutes=rules.hold_minutes)
    wanted = Wanted(
        kind=form.kind,
        goods=fitting.goods,
        truck=form.truck,
        driver=fitting.driver,
        escort=fitting.escort,
        waybill=form.waybill,
        arrival=form.arrival,
        keeps_stock=rules.keeps_stock,
        hold_for=hold_for,
        warn_before=timedelta(minutes=rules.warn_minutes),
        waived=fitting.waived,
    )
    try:
        return model.register(registration_id, owner.user_id, wanted, now)
    except RegistrationProblem as problem:
        raise refusals.of_decision(problem, now + hold_for) from None


def _same_as_before(known: Registration, form: Form) -> Registration:
    """What this form made, whatever became of it; one whose content was edited meanwhile must not pass for it."""
    crew = (known.driver.driver_no, known.escort.driver_no if known.escort else None)
    same = (known.kind, known.truck, *crew) == (form.kind, form.truck, form.driver_no, form.escort_no)
    if known.version == 1 and same:  # quantities and arrival may have been changed since
        made = (known.goods.lines, known.waybill, known.arrival)
        same = made == (tuple(summed(form.lines)), form.waybill, form.arrival)
    if not same:
        raise Conflict("registration_request_reused")
    return known


def _refuse_lost(lost: Sequence[str], registration: Registration, now: datetime) -> None:
    """Say which condition did not hold, unless deciding again finds out or the way is free by now."""
    if "new_registration" in lost:
        return
    busy = [key for key in store.claimed(registration) if f"{store.CLAIM} {key}" in lost]
    if busy and not expiring.clear_way(busy, now):
        raise _busy(busy, registration)
    if QUOTA in lost:
        refusals.refuse_daily_limit()


def _busy(keys: Sequence[str], registration: Registration) -> Conflict:
    """Which truck or, when that is free, which person is registered already."""
    crew = [registration.driver, *([registration.escort] if registration.escort else [])]
    names = {person.driver_no: person.name for person in crew}
    trucks = [key for key in keys if key not in names]
    if trucks:
        return refusals.refusal("registration_truck_busy", subject=trucks[0])
    return refusals.refusal("registration_crew_busy", subject=names[keys[0]])


def _count(transaction: Transaction, owner_id: str, now: datetime) -> None:
    """Count a day's registrations; never without the registration that is its unique entry.

    *Closes*: two forms sent at once that together are more than a day allows.
    """
    item = QuotaItem(f"USER#{owner_id}", f"REGISTERED#{site_day(now)}")
    transaction.update(
        QUOTA,
        item,
        [QuotaItem.used.set((QuotaItem.used | 0) + 1), QuotaItem.expires_at.set(to_epoch(now) + 3 * 86400)],
        QuotaItem.used.does_not_exist() | (QuotaItem.used < runtime.settings().registrations_per_day),
    )
