"""The canteen's rows for tests: a bound diner, a run without waiting, what is stored."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import datetime
from typing import Any

from chalicelib.core import runtime
from chalicelib.core.table import Transaction
from chalicelib.domains.canteen.bindings import model as bindings
from chalicelib.domains.canteen.bindings import store as bindings_store
from chalicelib.domains.canteen.bindings.model import Candidate
from chalicelib.domains.canteen.records import store, syncing
from chalicelib.domains.canteen.records.progress import Progress
from chalicelib.domains.canteen.records.shelf import Table
from chalicelib.integrations.canteen.port import CanteenPort, Row

PHONE = "13800001111"


class Inline(Executor):
    """Does at once what is submitted, so that calls come in one order and can be numbered."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """A future that is there already."""
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **kwargs))
        except BaseException as error:
            done.set_exception(error)
        return done


def bound(user_id: str, account_no: str, now: datetime) -> None:
    """The user has bound this account."""
    candidate = Candidate(account_no, f"S{account_no}", "陈**")
    transaction = Transaction()
    bindings_store.add_move(transaction, bindings.bind(user_id, (), None, candidate, PHONE, now))
    transaction.commit()


def run(
    canteen: CanteenPort, clock: Callable[[], datetime], patience: syncing.Patience = syncing.SCHEDULED, **options: Any
) -> Progress:
    """One run in this thread."""
    return syncing.run(canteen, Table(Inline(), lambda _: None), Inline(), clock, patience, **options)


def stored_rows() -> list[dict[str, Any]]:
    """Every row of the table, as DynamoDB has it, by its key."""
    pages = runtime.aws_client("dynamodb").scan(TableName="test-canteen")
    rows = [item for item in pages["Items"] if item["sk"]["S"].startswith(store.ROW)]
    return sorted(rows, key=lambda item: item["pk"]["S"] + item["sk"]["S"])


def as_stored(rows: list[Row]) -> list[dict[str, Any]]:
    """How the canteen's rows are stored when all is well."""
    found = [dict(store.attributes_of(row)) for row in rows]
    return sorted(found, key=lambda item: item["pk"]["S"] + item["sk"]["S"])
