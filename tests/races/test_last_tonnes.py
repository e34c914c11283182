"""Two hundred drivers in eight processes want the last hundred tonnes in lots of ten, while six holds end beside them: ten
get one, never more and never fewer. The twin without the condition on the counter sells what must stay in the tanks."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.core import runtime
from chalicelib.core.clock import utc_now
from chalicelib.core.errors import Conflict, Unavailable
from chalicelib.core.table import Transaction
from chalicelib.domains.logistics.registrations import expiring, registering
from chalicelib.domains.logistics.registrations.looking import Ports
from chalicelib.domains.logistics.registrations.patience import wait
from chalicelib.domains.logistics.registrations.registration import Arrival
from chalicelib.domains.logistics.stock import store
from chalicelib.domains.logistics.stock.model import Product, Reading
from chalicelib.domains.logistics.stock.store import Movement
from tests.support.registrations import counted_kg, held_kg, make_product, stored
from tests.support.shared_cloud import shared_cloud
from tests.support.trips import Driver

pytestmark = pytest.mark.usefixtures("cloud")

PROCESSES, DRIVERS = 8, 25
LOT, STOCK, THRESHOLD = 10_000, 150_000, 50_000
ENDING = 6
"""Holds whose time is over while the others register."""
HOLDS_END_AFTER = timedelta(seconds=4)
PATIENCE = timedelta(seconds=90)
_shared: dict[str, Any] = {}


@dataclass(frozen=True)
class Task:
    """What one process does."""

    drivers: tuple[int, ...]
    guarded: bool = True
    again: bool = True


def driver(serial: int) -> Driver:
    return Driver(serial, f"USERDRIVER{serial}", quantity_kg=LOT)


def begin(together: Any, swept: Any) -> None:
    """In every process. ``together``: the first driver of each has seen the counter before any of them commits;
    ``swept``: nothing more will come free."""
    runtime.reset()
    _shared.update(together=together, swept=swept)


def read_stock(_product_code: str) -> Reading:
    if "together" in _shared:
        _shared.pop("together").wait(60)
    return Reading(STOCK, utc_now(), True)


def try_all(task: Task) -> Counter[str]:
    """Every driver tries, again and again while something may come free; whoever has a lot goes home."""
    if not task.guarded:
        store.add_guarded_movement = unguarded  # for good: this process does nothing else
    waiting, outcomes, dice = list(task.drivers), Counter[str](), random.Random(task.drivers[0])
    deadline = utc_now() + PATIENCE
    while waiting and utc_now() < deadline:
        is_last, before = not task.again or _shared["swept"].is_set(), outcomes.copy()
        waiting = [serial for serial in dice.sample(waiting, len(waiting)) if not gets_one(serial, outcomes)]
        if is_last and not (outcomes - before)["unavailable"]:
            break
        _shared["swept"].wait(0.5)
    return outcomes


def gets_one(serial: int, outcomes: Counter[str]) -> bool:
    who, now = driver(serial), utc_now()
    try:
        registering.register(who.principal, who.form(now), f"request-{serial:012d}", Ports(read_stock, wait), now)
    except Conflict as conflict:
        outcomes[conflict.code] += 1
        return False
    except Unavailable:
        outcomes["unavailable"] += 1
        return False
    outcomes["registered"] += 1
    return True


def unguarded(transaction: Transaction, product: Product, movement: Movement, reading: Reading, room_kg: int) -> None:
    store.add_movement(transaction, movement)


def sweep(ends_at: datetime) -> bool:
    """The schedule, more often than it comes; whoever meets a hold that is over ends it, too. Whether none is left."""
    deadline = utc_now() + PATIENCE
    while utc_now() < deadline:
        now = utc_now()
        expiring.sweep(utc_now)
        if now > ends_at and not any(expiring.due(utc_now())):
            _shared["swept"].set()
            return True
        time.sleep(0.2)
    return False


def ending_holds(count: int, ends_at: datetime) -> None:
    """Registrations of four hours ago whose trucks have not come."""
    then = ends_at - timedelta(hours=4)
    arrival = Arrival(then + timedelta(hours=1), then + timedelta(hours=3))
    for serial in range(count):
        stored(9_000 + serial, then, LOT, arrival=arrival)


def processes(drivers: int, others: int = 0) -> Any:
    context = multiprocessing.get_context("spawn")
    return context.Pool(drivers + others, begin, (context.Barrier(drivers), context.Event()))


def test_the_last_hundred_tonnes_go_to_ten_of_two_hundred(monkeypatch: pytest.MonkeyPatch) -> None:
    make_product(threshold_kg=THRESHOLD)
    for serial in range(1, PROCESSES * DRIVERS + 1):
        driver(serial).settle_in(utc_now())
    most = 0
    with shared_cloud(monkeypatch), processes(PROCESSES, others=1) as pool:
        ends_at = utc_now() + HOLDS_END_AFTER
        ending_holds(ENDING, ends_at)
        swept = pool.apply_async(sweep, (ends_at,))
        shares = [tuple(range(1 + DRIVERS * part, 1 + DRIVERS * (part + 1))) for part in range(PROCESSES)]
        tried = [pool.apply_async(try_all, (Task(share),)) for share in shares]
        while not all(result.ready() for result in tried):
            most = max(most, held_kg())
            time.sleep(0.1)
        outcomes = sum((result.get() for result in tried), Counter[str]())
        assert swept.get(60), "every hold that was over has ended"
        most = max(most, held_kg())
    assert (held_kg(), counted_kg()) == (STOCK - THRESHOLD, STOCK - THRESHOLD)
    assert most == STOCK - THRESHOLD, "never more, and nobody went home while there was some"
    assert outcomes["registered"] == (STOCK - THRESHOLD) // LOT
    assert set(outcomes) <= {"registered", "stock_not_enough", "unavailable"}
    assert outcomes["stock_not_enough"] >= PROCESSES * DRIVERS - outcomes["registered"]


def test_twin_without_the_guard_sells_what_must_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the condition on the counter is what keeps the threshold, not luck."""
    make_product(threshold_kg=THRESHOLD)
    for serial in (1, 2, 3):
        driver(serial).settle_in(utc_now())
    ending_holds((STOCK - THRESHOLD) // LOT - 1, utc_now() + timedelta(hours=1))
    with shared_cloud(monkeypatch), processes(3) as pool:
        tasks = [Task((serial,), guarded=False, again=False) for serial in (1, 2, 3)]
        outcomes = sum(pool.map(try_all, tasks, chunksize=1), Counter[str]())
    assert outcomes["registered"] > 1, "of one lot"
    assert held_kg() > STOCK - THRESHOLD
