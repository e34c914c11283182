"""Counting anew, every hour: what is held of a product is the sum of the holds that count; a difference is repaired.

Counter and holds change in the same transactions, so there should never be one. The holds are read out of an index, which
is some milliseconds behind, and other people go on registering: only a sum during which the counter has not moved, and for
some seconds before, is believed.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from chalicelib.core.audit import record
from chalicelib.core.ids import new_id
from chalicelib.core.logs import log_event, log_exception
from chalicelib.core.quantities import to_tonnes
from chalicelib.core.table import Contention, RaceLost, Transaction
from chalicelib.domains.logistics.registrations.registration import UNDER_WAY, HoldState, Registration, Status
from chalicelib.domains.logistics.stock import store
from chalicelib.domains.logistics.stock.holds import counting
from chalicelib.domains.logistics.stock.model import Product
from chalicelib.domains.logistics.stock.store import Movement

ACTOR = "repair_holds"
QUIET_SECONDS = 5.0
"""How long a counter must not have moved before its holds are added up."""
ROUNDS = 3
SWEEP_LATE = timedelta(minutes=5)
"""A hold this long past its limit was forgotten by the sweep."""


class HoldsWrong(Exception):
    """Something was repaired or is left for people: the alarm on the function's errors tells, the log says what."""


def repair_holds(clock: Callable[[], datetime], pause: Callable[[float], None] = time.sleep) -> dict[str, int]:
    """Count every product anew; how many were right, repaired, too busy, failed. Raises :class:`HoldsWrong` at the end."""
    counts = Counter[str]()
    waiting = [product.code for product in store.all_products()]
    for _ in range(ROUNDS):
        if not waiting:
            break
        seen = [product for code in waiting if (product := store.find_product(code))]
        pause(QUIET_SECONDS)
        waiting = [product.code for product in seen if not _check_quietly(product, counts, clock())]
    counts["busy"] = len(waiting)
    log_event("holds_counted", **counts)
    if counts["repaired"] or counts["odd"] or counts["failed"]:
        raise HoldsWrong(str(dict(counts)))
    return dict(counts)


def _check_quietly(product: Product, counts: Counter[str], now: datetime) -> bool:
    """Whether this product is done with; one product's trouble does not stop the others."""
    try:
        outcome = _check(product, counts, now)
    except (RaceLost, Contention):
        return False
    except Exception as error:
        log_exception("holds_not_counted", error, product=product.code)
        outcome = "failed"
    if outcome:
        counts[outcome] += 1
    return outcome is not None


def _check(seen: Product, counts: Counter[str], now: datetime) -> str | None:
    """``None`` while the counter moves."""
    held = list(counting(seen.code))
    total = sum(registration.counted_kg for registration in held)
    after = store.find_product(seen.code)
    if after is None or after.movements != seen.movements:
        return None
    counts["odd"] += _report_odd(seen.code, held, now)
    if total == after.held_kg:
        return "right"
    _repair(after, total, now)
    return "repaired"


def _repair(seen: Product, total_kg: int, now: datetime) -> None:
    transaction = Transaction()
    movement = Movement(seen.code, total_kg - seen.held_kg, ACTOR, f"REPAIR#{new_id(now)}", now)
    store.add_repair(transaction, seen, movement)
    record(
        transaction, subject=f"product:{seen.code}", actor=ACTOR, action="holds_repaired", now=now,
        before={"held": to_tonnes(seen.held_kg)}, after={"held": to_tonnes(total_kg)},
    )  # fmt: skip
    transaction.commit()
    log_event(
        "holds_repaired", level=logging.ERROR, product=seen.code, before_kg=seen.held_kg, after_kg=total_kg
    )  # fmt: skip


def _report_odd(code: str, held: Iterable[Registration], now: datetime) -> int:
    odd = [registration for registration in held if is_odd(registration, now)]
    for registration in odd:
        log_event(
            "hold_odd", level=logging.ERROR, product=code, registration_id=registration.id,
            status=registration.status.value,
        )  # fmt: skip
    return len(odd)


def is_odd(registration: Registration, now: datetime) -> bool:
    """Whether a hold counts that should not: its trip is over and nothing was weighed, or its limit is long over."""
    limit, hold = registration.limit, registration.hold
    is_final = hold is not None and hold.state is HoldState.FINAL
    gone = registration.status in (Status.EXITED, Status.SIGNED)
    has_place = registration.status in UNDER_WAY or (gone and is_final)
    return not has_place or (limit is not None and limit.expires_at + SWEEP_LATE < now)
