"""Read units of every list and of the redelivery schedule, with little and with much history: they must be the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import canteen_steps
from bench.aws import Recording, recorded
from bench.history import SPAN, History
from bench.logistics_steps import MARGIN, REGISTRATIONS, STOCK
from bench.report import Table
from bench.world import APPROVALS, VISITS, World, succeeded, world
from chalicelib.core.clock import utc_now
from chalicelib.core.outbox.redelivery import redeliver
from chalicelib.domains.logistics.registrations import expiring
from chalicelib.domains.logistics.stock.drift import repair_holds
from chalicelib.domains.logistics.stock.watching import watch_stock
from chalicelib.domains.visitor.closing import close_visits
from tests.support.client import Client
from tests.support.registrations import CAUSTIC

FEW = 100
MANY = 100_000
MONTHS = 36
"""Of the canteen's records; a person looks at one."""


def _lists(place: World, driver: Client) -> dict[str, Callable[[], Any]]:
    today = datetime.now(UTC).date()
    period = {"from": str(today - timedelta(days=300)), "to": str(today - timedelta(days=1))}
    office, registrations = "/api/office/visits", "/api/office/logistics/registrations"
    cursor = place.office.get(office).json["next_cursor"]
    return {
        "own visits": lambda: place.visitor.get(VISITS),
        "saved visitors": lambda: place.visitor.get("/api/visitor/saved"),
        "office, who is inside": lambda: place.office.get(office, presence="inside"),
        "office passages": lambda: place.office.get("/api/office/passages"),
        "approvals, waiting": lambda: place.approver.get(APPROVALS),
        "approvals, decided": lambda: place.approver.get(APPROVALS, view="decided"),
        "office list": lambda: place.office.get(office),
        "office list, one status": lambda: place.office.get(office, status="approved"),
        "office list, a period": lambda: place.office.get(office, **period),
        "office list, status + period": lambda: place.office.get(office, status="submitted", **period),
        "office list, second page": lambda: place.office.get(office, cursor=cursor),
        "office pushes, pending": lambda: place.office.get("/api/office/pushes"),
        "products, in words": lambda: driver.get("/api/logistics/products"),
        "own registrations": lambda: driver.get(REGISTRATIONS),
        "office registrations": lambda: place.logistics.get(registrations),
        "office registrations, one status": lambda: place.logistics.get(registrations, status="signed"),
        "office stock": lambda: place.logistics.get(STOCK),
        "office stock, one product": lambda: place.logistics.get(f"{STOCK}/{CAUSTIC}"),
        "office pushes, failed": lambda: place.office.get("/api/office/pushes", state="failed"),
    }


def _canteen(diner: canteen_steps.Diner) -> dict[str, Callable[[], Any]]:
    """This month's rows are the same; what grows is 36 months of earlier ones."""
    office, days = diner.office, diner.days
    everybody = canteen_steps.OFFICE
    cursor = diner.month().json["next_cursor"]

    def copying() -> Any:
        diner.eats(5, days_before=40)
        return diner.copy()

    return {
        "own records of a month": diner.month,
        "own records, second page": lambda: diner.month(cursor=cursor),
        "own records, consumption": lambda: diner.month(kind="consume"),
        "office records": lambda: office.get(everybody, **days),
        "office records, a meal": lambda: office.get(everybody, meal="lunch", **days),
        "office records, one account": lambda: office.get(everybody, account_no=diner.account_no, **days),
        "office records, sums": lambda: succeeded(office.get(f"{everybody}/sums", **days)).json,
        "how the copying stands": lambda: succeeded(office.get(canteen_steps.SYNC)).json,
        "copying of five rows": copying,
    }


def _run(action: Callable[[], Any]) -> Recording:
    with recorded() as recording:
        answer = action()
    if hasattr(answer, "status") and not (answer.json.get("items") or answer.json.get("holds")):
        raise AssertionError(f"a list without items measures nothing: {answer.text}")
    return recording


def _measure_all(place: World, history: History) -> dict[str, Recording]:
    found = {name: _run(action) for name, action in _lists(place, history.driver).items()}
    due = datetime.now(UTC) + timedelta(seconds=1)
    found.update({name: _run(action) for name, action in _canteen(history.diner).items()})
    found["redelivery schedule"] = _run(lambda: redeliver(due))
    history.add_over()
    found["closing schedule"] = _run(lambda: close_visits(lambda: due))
    history.add_ending_holds()
    found["sweep of holds"] = _run(lambda: expiring.sweep(lambda: due))
    history.forget_pushes()
    found["look at the tanks"] = _run(lambda: watch_stock(place.mes, MARGIN, utc_now))
    found["holds counted anew"] = _run(lambda: repair_holds(lambda: due, lambda _: None))
    found["reading of passages"] = _run(place.workers.reader.run)
    return found


def measure(many: int = MANY) -> Table:
    """The table."""
    table = Table(
        f"Growth: calls and read units with {FEW} and with {many} rows of visits, pushes, passages and registrations each",
        ("list or schedule", f"calls {FEW}", f"calls {many}", f"units {FEW}", f"units {many}", "budget"),
    )
    with world() as place:
        history = History(place, datetime.now(UTC))
        history.add_present()
        history.add_visits(0, FEW)
        history.add_pushes(0, FEW)
        history.add_passages(0, FEW)
        history.add_registrations(0, FEW)
        history.add_records(FEW, months=1)
        history.add_ending_holds()
        expiring.sweep(lambda: datetime.now(UTC))
        history.forget_pushes()
        few = _measure_all(place, history)
        history.add_visits(FEW, many)
        history.add_pushes(FEW, many)
        history.add_passages(FEW, many)
        history.add_registrations(FEW, many)
        history.add_records(many, MONTHS)
        large = _measure_all(place, history)
    for name, before in few.items():
        after = large[name]
        same = (before.operations, before.read) == (after.operations, after.read)
        counts = (str(len(before.operations)), str(len(after.operations)))
        table.add(name, *counts, f"{before.read:g}", f"{after.read:g}", "the same", ok=same)
    table.notes.append(
        f"the caller's own user item is part of each list; the history lies spread over {SPAN.days} days"
    )
    return table
