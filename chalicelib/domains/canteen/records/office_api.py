"""The canteen's records and their copying: the office."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

from chalicelib.core.audit import record
from chalicelib.core.clock import utc_now
from chalicelib.core.errors import NotFound
from chalicelib.core.http import Api, Call, office
from chalicelib.core.session import Role
from chalicelib.core.table import Transaction
from chalicelib.domains.canteen import wiring
from chalicelib.domains.canteen.records import lists, resyncing, standing, syncing, views
from chalicelib.domains.canteen.records.lists import Filter
from chalicelib.domains.canteen.records.model import Kind, Meal
from chalicelib.domains.canteen.records.schemas import (
    OfficeRecordsQuery,
    OfficeRecordsView,
    RecordSums,
    ResyncQuery,
    ResyncView,
    SyncView,
)
from chalicelib.domains.canteen.records.shelf import PROGRESS_KEY, ProgressItem, Table, to_progress
from chalicelib.domains.canteen.records.texts import TEXTS
from chalicelib.integrations.errors import PeerError

STAFF = office(Role.CANTEEN)
RECORDS, SYNC = "/api/office/canteen/records", "/api/office/canteen/sync"
READ_FOR = timedelta(seconds=4)
"""An account is read for so long in a request, which lives for ten seconds."""
LONGEST_NUMBER = 32

api = Api(__name__, "canteen_office_records", TEXTS)


@api.route(
    "GET", RECORDS, summary="Everybody's records", access=STAFF, query=OfficeRecordsQuery, answer=OfficeRecordsView
)  # fmt: skip
def list_all(call: Call) -> OfficeRecordsView:
    page = lists.page_of_all(_wanted(call.query), call.query.cursor)
    return OfficeRecordsView(items=[views.show_to_office(row) for row in page.items], next_cursor=page.next_cursor)


@api.route(
    "GET", f"{RECORDS}/sums", summary="What a slice of them adds up to", access=STAFF, query=OfficeRecordsQuery, answer=RecordSums
)  # fmt: skip
def sum_up(call: Call) -> RecordSums:
    return views.show_sums(*lists.sums_of(_wanted(call.query), call.query.cursor))


@api.route("GET", SYNC, summary="How the copying stands", access=STAFF, answer=SyncView)
def read_sync(call: Call) -> SyncView:
    return _show(call)


@api.route("POST", f"{SYNC}/run", summary="Copy now", access=STAFF, answer=SyncView)
def run_now(call: Call) -> SyncView:
    """What ends the run early is in the answer; while another run is at it, that one goes on."""
    _audit(call, "canteen_sync", "canteen_sync_run")
    with ThreadPoolExecutor(syncing.WRITERS + 1) as pool, suppress(PeerError):
        canteen = wiring.impatient_canteen()
        syncing.run(canteen, Table(pool), pool, utc_now, syncing.BY_HAND, at_once=True)
    return _show(call)


@api.route(
    "POST", f"{SYNC}/accounts/{{account_no}}", summary="Read an account again", access=STAFF, query=ResyncQuery, answer=ResyncView
)  # fmt: skip
def read_again(call: Call) -> ResyncView:
    account_no = call.path["account_no"]
    if len(account_no) > LONGEST_NUMBER:
        raise NotFound
    _audit(call, f"canteen_account:{account_no}", "canteen_account_resynced")
    with ThreadPoolExecutor(syncing.WRITERS) as pool:
        found = resyncing.resync(
            wiring.impatient_canteen(), Table(pool), account_no, call.query.cursor, utc_now, utc_now() + READ_FOR
        )  # fmt: skip
    return ResyncView(
        account_no=account_no, rows=found.rows, is_complete=found.cursor is None, next_cursor=found.cursor
    )  # fmt: skip


def _show(call: Call) -> SyncView:
    seen = to_progress(ProgressItem.find(*PROGRESS_KEY))
    return views.show_sync(seen, standing.read(), max(call.now, utc_now()))


def _audit(call: Call, subject: str, action: str) -> None:
    """Before it is done: what is done has no one transaction, and done twice it is the same."""
    transaction = Transaction()
    record(transaction, subject=subject, actor=call.user.user_id, action=action, now=call.now)
    transaction.commit()


def _wanted(query: OfficeRecordsQuery) -> Filter:
    return Filter(
        first=query.first,
        last=query.last,
        kind=Kind(query.kind) if query.kind else None,
        meal=Meal(query.meal) if query.meal else None,
        account_no=query.account_no,
        merchant=query.merchant,
    )
