"""The regular look at the tanks, every minute: let go of what trucks have taken and the tanks show, keep a sample.

A run may die between any two calls: a hold is settled in one transaction with the counter and the floor, a sample is
written again under its minute, and the next run finds what is left. What MES does not tell of one product does not keep
the others waiting for longer than its time limit.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.core.logs import log_event, log_exception
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.logistics.registrations import model as registrations
from chalicelib.domains.logistics.registrations.registration import HoldState, Registration
from chalicelib.domains.logistics.registrations.store import add_change
from chalicelib.domains.logistics.stock import samples, store
from chalicelib.domains.logistics.stock.holds import counting
from chalicelib.domains.logistics.stock.model import Glance, Product, Reading, has_settled
from chalicelib.domains.logistics.stock.reading import Look, look
from chalicelib.domains.logistics.stock.store import Movement
from chalicelib.integrations.mes.port import MesPort

RUN_TIME = timedelta(seconds=40)
"""No product is begun later in a run: the function lives for fifty seconds, and the next run is a minute away."""
UNCONFIRMED_ALARM = timedelta(minutes=15)
"""How long nobody can register for a product before people are called."""


class StockUnconfirmed(Exception):
    """A product's stock has not been confirmed for long, or could not be watched: the alarm on the function's errors tells."""


def watch_stock(mes: MesPort, margin: timedelta, clock: Callable[[], datetime]) -> dict[str, int]:
    """Look at every product in use that keeps stock; how many were confirmed, unconfirmed, settled, not done.

    ``margin``: how long after the weighing tanks must have been measured. Raises :class:`StockUnconfirmed` at the end.
    """
    began, counts, alarming = clock(), Counter[str](), list[str]()
    for product in store.all_products():
        if not (product.rules.keeps_stock and product.rules.in_use) and not product.held_kg:
            continue
        if clock() - began >= RUN_TIME:
            counts["late"] += 1
            continue
        if not _watch_quietly(mes, product.code, margin, clock(), counts):
            alarming.append(product.code)
    log_event("stock_watched", **counts)
    if alarming:
        raise StockUnconfirmed(", ".join(alarming))
    return dict(counts)


def _watch_quietly(mes: MesPort, code: str, margin: timedelta, now: datetime, counts: Counter[str]) -> bool:
    """One product's trouble does not stop the others; ``False``: people must know."""
    try:
        return _watch(mes, code, margin, now, counts)
    except Exception as error:
        log_exception("stock_not_watched", error, product=code)
        counts["failed"] += 1
        return False


def _watch(mes: MesPort, code: str, margin: timedelta, now: datetime, counts: Counter[str]) -> bool:
    product = store.find_product(code)
    if product is None:
        return True
    seen = look(mes, code, now)
    if seen.reading is not None:
        product = _settle(product, seen.reading, margin, now, counts)
    samples.keep(product, seen.reading, now)
    glance = _glance(product, seen, now)
    store.save_glance(code, glance)
    counts["confirmed" if seen.reading else "unconfirmed"] += 1
    return _is_fine(product, glance, now)


def _settle(product: Product, reading: Reading, margin: timedelta, now: datetime, counts: Counter[str]) -> Product:
    """Let go of every final hold whose goods the reading certainly lacks; the product as it is afterwards."""
    for registration, weighed_at in _final(product):
        if not has_settled(weighed_at, reading, margin):
            continue
        settled = _settle_one(product, registration, weighed_at + margin, now)
        counts["settled" if settled else "lost"] += 1
        product = settled or product
    return product


def _final(product: Product) -> Iterator[tuple[Registration, datetime]]:
    for registration in counting(product.code) if product.held_kg else ():
        hold = registration.hold
        if hold is not None and hold.state is HoldState.FINAL and hold.weighed_at is not None:
            yield registration, hold.weighed_at


def _settle_one(product: Product, seen: Registration, floor: datetime, now: datetime) -> Product | None:
    """One transaction; ``None`` when LE's news or another run was faster: the next run finds what is left."""
    changed = registrations.settle(seen, now)
    if changed is None:
        return None
    movement = Movement(product.code, -seen.counted_kg, "settled", f"{changed.id}#{changed.version}", now)
    transaction = Transaction()
    add_change(transaction, seen, changed)
    store.add_settled(transaction, product, movement, floor)
    try:
        transaction.commit()
    except (RaceLost, Contention):
        return None
    return replace(product, held_kg=product.held_kg - seen.counted_kg, floor=max(floor, product.floor or floor))


def _glance(product: Product, seen: Look, now: datetime) -> Glance:
    before = product.glance.confirmed_at if product.glance else now
    return Glance(now, seen.reading, seen.problem, now if seen.reading else before)


def _is_fine(product: Product, glance: Glance, now: datetime) -> bool:
    since = glance.confirmed_at or now
    if now - since <= UNCONFIRMED_ALARM:
        return True
    minutes = int((now - since).total_seconds() // 60)
    log_event("stock_unconfirmed", level=logging.ERROR, product=product.code, minutes=minutes, problem=glance.problem)
    return False
