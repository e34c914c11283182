"""Reconciliation: the office."""

from __future__ import annotations

from datetime import date

from chalicelib.core.audit import record
from chalicelib.core.clock import site_day
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.http import Api, Call, office
from chalicelib.core.session import Role
from chalicelib.core.table import Transaction
from chalicelib.domains.account.store import find_nicknames
from chalicelib.domains.canteen import wiring
from chalicelib.domains.canteen.reconciliation import running, settling, store, views
from chalicelib.domains.canteen.reconciliation.model import Known, State
from chalicelib.domains.canteen.reconciliation.schemas import (
    DifferencesQuery,
    DifferencesView,
    DifferenceView,
    ReconciliationsQuery,
    ReconciliationsView,
    ReconciliationView,
    SettleDifference,
)
from chalicelib.domains.canteen.reconciliation.texts import TEXTS

STAFF = office(Role.CANTEEN)
ROOT = "/api/office/canteen"

api = Api(__name__, "canteen_reconciliation", TEXTS)


@api.route(
    "GET", f"{ROOT}/reconciliations", summary="The days of a month", access=STAFF, query=ReconciliationsQuery,
    answer=ReconciliationsView,
)  # fmt: skip
def list_days(call: Call) -> ReconciliationsView:
    return ReconciliationsView(items=[views.show_run(run) for run in store.runs_of(call.query.month)])


@api.route("GET", f"{ROOT}/reconciliations/{{day}}", summary="One day", access=STAFF, answer=ReconciliationView)
def read_day(call: Call) -> ReconciliationView:
    run = store.find_run(_day(call).isoformat())
    if run is None:
        raise NotFound
    return views.show_run(run)


@api.route(
    "POST", f"{ROOT}/reconciliations/{{day}}/run", summary="Compare a day now", access=STAFF, answer=ReconciliationView
)  # fmt: skip
def run_day(call: Call) -> ReconciliationView:
    day = _day(call)
    if day.isoformat() >= site_day(call.now):
        raise Conflict("day_not_over")
    transaction = Transaction()
    record(
        transaction, subject=f"reconciliation:{day.isoformat()}", actor=call.user.user_id, action="reconciliation_run",
        now=call.now,
    )  # fmt: skip
    transaction.commit()
    return views.show_run(running.reconcile(day, wiring.impatient_pay(), call.now))


@api.route(
    "GET", f"{ROOT}/differences", summary="What does not fit", access=STAFF, query=DifferencesQuery, answer=DifferencesView
)  # fmt: skip
def list_differences(call: Call) -> DifferencesView:
    query: DifferencesQuery = call.query
    if query.day is not None:
        found = [known for known in store.differences_of(query.day.isoformat()).values() if _fits(known, query)]
        return _show_all(found, None)
    page = store.page_of(State(query.state), query.cursor)
    return _show_all([known for known in page.items if _fits(known, query)], page.next_cursor)


@api.route(
    "POST", f"{ROOT}/differences/{{difference_id}}/settle", summary="Say why it is all right", access=STAFF,
    body=SettleDifference, answer=DifferenceView,
)  # fmt: skip
def settle(call: Call) -> DifferenceView:
    settled = settling.settle(call.path["difference_id"], call.user.user_id, call.body.reason, call.now)
    return views.show_difference(settled, find_nicknames({call.user.user_id}))


def _fits(known: Known, query: DifferencesQuery) -> bool:
    return known.state.value == query.state and query.kind in (None, known.difference.kind.value)


def _show_all(found: list[Known], next_cursor: str | None) -> DifferencesView:
    names = find_nicknames({known.settled_by for known in found if known.settled_by})
    return DifferencesView(items=[views.show_difference(known, names) for known in found], next_cursor=next_cursor)


def _day(call: Call) -> date:
    try:
        return date.fromisoformat(call.path["day"])
    except ValueError:
        raise NotFound from None
