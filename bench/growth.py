"""Read units of every list and of the redelivery schedule, with little and with much history: they must be the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bench import canteen_steps
from bench.aws import Recording, recorded
from bench.history import SPAN, History
from bench.logistics_steps import MARGIN, REGISTRATIONS, STOCK
from bench.money_history import MoneyHistory
from bench.payer import ACCOUNT, OFFICE, TOP_UPS
from bench.report import Table
from bench.world import APPROVALS, VISITS, World, succeeded, world
from chalicelib.core.clock import utc_now
from chalicelib.core.outbox.redelivery import redeliver
from chalicelib.domains.canteen.topups import querying
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


def _money(history: MoneyHistory) -> dict[str, Callable[[], Any]]:
    """Lists that look at row after row find more rows than they may look at, however long the history is."""
    payer, status, number = history.payer, {"status": "credited"}, {"account_no": history.payer.account_no}
    history.look_at_account()

    def office(path: str, **query: str) -> Callable[[], Any]:
        return lambda: payer.office.get(f"{OFFICE}/{path}", **query)

    days = payer.days
    return {
        "own account": lambda: succeeded(payer.phone.get(ACCOUNT)).json,
        "own top-ups": lambda: payer.phone.get(TOP_UPS),
        "own top-ups, open, all looked at": lambda: payer.phone.get(TOP_UPS, open="true"),
        "office top-ups": office("topups", **days),
        "office top-ups, one status": office("topups", **days, **status),
        "office top-ups, one account": office("topups", **days, **number),
        "office top-ups, status + account": office("topups", **days, **number, status="refunded"),
        "office top-ups, a slice of sums": office("topups/sums", **days),
        "office users of the canteen": office("users"),
        "office users, whose binding ended": office("users", status="ended"),
        "office differences, settled": office("differences", state="settled"),
        "comparison of a day": history.day.compare,
        "comparison schedule": history.day.schedule,
    }


def _run(action: Callable[[], Any]) -> Recording:
    with recorded() as recording:
        answer = action()
    shown = ("items", "holds", "next_cursor")  # a page without items of a list that goes on has looked at rows, too
    if hasattr(answer, "status") and not any(map(answer.json.get, shown)):
        raise AssertionError(f"a list without items measures nothing: {answer.text}")
    return recording


def _measure_all(place: World, history: History, money: MoneyHistory) -> dict[str, Recording]:
    found = {name: _run(action) for name, action in _lists(place, history.driver).items()}
    due = datetime.now(UTC) + timedelta(seconds=1)
    found.update({name: _run(action) for name, action in _canteen(history.diner).items()})
    found.update({name: _run(action) for name, action in _money(money).items()})
    money.add_due()
    found["questions to WeChat Pay"] = _run(lambda: querying.query_due(place.pay, utc_now))
    money.forget_due()
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


def _add_money(money: MoneyHistory, first: int, last: int) -> None:
    money.add_top_ups(first, last)
    money.add_bindings(first, last)
    money.add_differences(first, last)


def measure(many: int = MANY) -> Table:
    """The table."""
    table = Table(
        f"Growth: calls and read units with {FEW} and with {many} rows each of visits, pushes, passages, registrations, top-ups …",
        ("list or schedule", f"calls {FEW}", f"calls {many}", f"units {FEW}", f"units {many}", "budget"),
    )
    with world() as place:
        money = MoneyHistory(place)  # first: the canteen whose rows are copied is the last one
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
        _add_money(money, 0, FEW)
        few = _measure_all(place, history, money)
        history.add_visits(FEW, many)
        history.add_pushes(FEW, many)
        history.add_passages(FEW, many)
        history.add_registrations(FEW, many)
        history.add_records(many, MONTHS)
        _add_money(money, FEW, many)
        large = _measure_all(place, history, money)
    for name, before in few.items():
        after = large[name]
        same = (before.operations, before.read) == (after.operations, after.read)
        counts = (str(len(before.operations)), str(len(after.operations)))
        table.add(name, *counts, f"{before.read:g}", f"{after.read:g}", "the same", ok=same)
    table.notes.append(
        f"the caller's own user item is part of each list; the history lies spread over {SPAN.days} days"
    )
    return table
