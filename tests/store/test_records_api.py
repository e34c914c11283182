"""The canteen's rows through the API function: own months, the office's lists and sums, the copying by hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core import runtime
from chalicelib.core.audit import AuditEntry
from chalicelib.core.clock import SITE_ZONE, site_day, site_month, utc_now
from chalicelib.core.outbox import store as outbox
from chalicelib.core.outbox.model import PushError, begin, fail, new_entry
from chalicelib.core.session import Device
from chalicelib.core.table import Transaction
from chalicelib.domains.canteen import wiring
from chalicelib.domains.canteen.records import lists, model, office_api
from chalicelib.domains.canteen.records.model import Kind
from chalicelib.integrations.canteen.port import Recharge, Row, RowKind
from tests.support.client import Client, signed_in
from tests.support.fake_canteen import FakeCanteen
from tests.support.records import as_stored, bound, run, stored_rows

OWN = "/api/canteen/records"
RECORDS = "/api/office/canteen/records"
SYNC = "/api/office/canteen/sync"
ACCOUNT, OTHER = "60010001", "60010002"
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
"""12:00 at the plant."""


@dataclass
class Place:
    """A diner's phone, the canteen office, and the canteen."""

    diner: Client
    office: Client
    canteen: FakeCanteen

    def copy(self) -> None:
        run(self.canteen, utc_now)

    def posts(self, count: int, since: datetime, step: timedelta, account_no: str = ACCOUNT) -> None:
        for number in range(count):
            self.canteen.eat(account_no, 1000 + number, since + number * step)

    def pages(self, path: str, client: Client, **query: str) -> list[Any]:
        """Every page, by its cursor."""
        found, cursor = [], ""
        while True:
            answer = client.get(path, **query, **({"cursor": cursor} if cursor else {}))
            assert answer.status == 200, answer.text
            found.append(answer.json)
            cursor = answer.json["next_cursor"]
            if not cursor:
                return found

    def listed(self, **query: str) -> list[Any]:
        return [row for page in self.pages(RECORDS, self.office, **query) for row in page["items"]]

    def summed(self, **query: str) -> Counter[str]:
        total: Counter[str] = Counter()
        for page in self.pages(f"{RECORDS}/sums", self.office, **query):
            total.update({name: value for name, value in page.items() if name.endswith(("_fen", "count"))})
            for day in page["days"]:
                total[f"{day['day']} {day['meal']}"] += day["spent_fen"]
        return +total


@pytest.fixture
def place(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Place:
    canteen = FakeCanteen(utc_now)
    canteen.open_account(ACCOUNT, "13800001111", 100_000)
    canteen.open_account(OTHER, "13800002222", 100_000)
    monkeypatch.setattr(wiring, "impatient_canteen", lambda: canteen)
    made = Place(signed_in("diner"), signed_in("desk", "canteen", device=Device.OFFICE), canteen)
    bound("USERDINER", ACCOUNT, utc_now())
    return made


def test_a_month_of_ones_own_records(place: Place) -> None:
    """Newest first, the balance after each, sums of the whole month with the first page only, nobody else's rows."""
    canteen, now = place.canteen, utc_now()
    place.posts(lists.OWN_PAGE + 3, NOON, timedelta(minutes=1))
    canteen.eat(OTHER, 777, NOON)
    canteen.eat(ACCOUNT, 555, NOON - timedelta(days=30))
    canteen.recharge(Recharge("T" * 26, ACCOUNT, 5000, now, "4200"))
    canteen.posted[-1] = replace(
        canteen.posted[-1], occurred_at=NOON + timedelta(days=1), posted_at=NOON + timedelta(days=1)
    )
    refund = replace(canteen.posted[0], key="000000000900", kind=RowKind.REFUND, amount_fen=1000, posted_at=NOON)
    canteen.posted.append(refund)
    place.copy()
    pages = place.pages(OWN, place.diner, month="2026-11")
    rows = [row for page in pages for row in page["items"]]
    assert [page["sums"] is None for page in pages] == [False, True]
    spent = sum(1000 + number for number in range(lists.OWN_PAGE + 3)) - 1000
    assert pages[0]["sums"] == {
        "spent_fen": spent,
        "topped_up_fen": 5000,
        "subsidy_fen": 0,
        "count": lists.OWN_PAGE + 5,
    }
    assert len(rows) == lists.OWN_PAGE + 5
    assert [row["occurred_at"] for row in rows] == sorted((row["occurred_at"] for row in rows), reverse=True)
    assert (rows[0]["top_up_id"], rows[0]["kind"], rows[0]["meal"], rows[0]["balance_after_fen"]) == (
        "T" * 26, "recharge", None, canteen.posted[-2].balance_after_fen,
    )  # fmt: skip
    eaten = rows[1]
    assert (eaten["amount_fen"], eaten["meal"], eaten["is_late"], eaten["merchant"]) == (-1032, "lunch", True, "一食堂")
    assert pages[0]["synced_at"] is not None
    topped = place.pages(OWN, place.diner, month="2026-11", kind="topup")
    assert [row["kind"] for page in topped for row in page["items"]] == ["recharge"]
    consumed = [row for page in place.pages(OWN, place.diner, month="2026-11", kind="consume") for row in page["items"]]
    assert -sum(row["amount_fen"] for row in consumed) == spent == topped[0]["sums"]["spent_fen"]


def test_who_has_bound_nothing_is_told_so(place: Place) -> None:
    stranger = signed_in("stranger")
    assert (stranger.get(OWN, month="2026-11").status, stranger.get(OWN, month="2026-11").code) == (
        409,
        "canteen_not_bound",
    )
    assert place.diner.get(OWN, month="2026-13").code == "invalid_input"
    assert place.diner.get(OWN, month="2026-11", cursor="bm8").code == "invalid_cursor"
    empty = place.diner.get(OWN, month="2026-10").json
    assert (empty["items"], empty["synced_at"], empty["sums"]["count"]) == ([], None, 0)


def test_the_office_sees_months_as_one_list_and_sums_are_those_of_the_list(place: Place) -> None:
    """Over the border of a month, by every filter; what is summed up is what is listed."""
    canteen = place.canteen
    place.posts(30, datetime(2026, 10, 30, 22, 30, tzinfo=UTC), timedelta(hours=3))
    place.posts(20, datetime(2026, 9, 1, 0, 0, tzinfo=UTC), timedelta(hours=5), OTHER)
    canteen.subsidise(OTHER, 30_000)
    canteen.posted[-1] = replace(canteen.posted[-1], occurred_at=NOON)
    canteen.posted[3] = replace(canteen.posted[3], kind=RowKind.ADJUST, amount_fen=-50, merchant="二食堂")
    place.copy()
    days = {"first": "2026-09-01", "last": "2026-11-30"}

    def expected(**wanted: Any) -> list[str]:
        fits = [
            row for row in canteen.posted
            if ("kind" not in wanted or row.kind.value == wanted["kind"])
            and ("account_no" not in wanted or row.account_no == wanted["account_no"])
            and ("merchant" not in wanted or wanted["merchant"] in row.merchant)
            and ("meal" not in wanted or _meal(row) == wanted["meal"])
            and wanted.get("first", "0") <= site_day(row.occurred_at) <= wanted.get("last", "9")
        ]  # fmt: skip
        return [row.key for row in sorted(fits, key=lambda row: row.occurred_at, reverse=True)]

    filters: list[dict[str, str]] = [
        {}, {"kind": "consume"}, {"meal": "lunch"}, {"account_no": OTHER}, {"merchant": "二食"}, {"kind": "subsidy"},
        {"first": "2026-10-31", "last": "2026-11-01"}, {"account_no": ACCOUNT, "meal": "night"},
    ]  # fmt: skip
    by_key = {row.key: row for row in canteen.posted}
    for wanted in filters:
        query = {**days, **wanted}
        found = place.listed(**query)
        assert [row["key"] for row in found] == expected(**wanted) != [], wanted
        sums = place.summed(**query)
        fitting = [by_key[row["key"]] for row in found]
        spent = [row for row in fitting if row.kind is RowKind.CONSUME]
        assert sums["count"] == len(found), wanted
        assert sums["spent_fen"] == -sum(row.amount_fen for row in spent), wanted
        for row in spent:
            sums[f"{site_day(row.occurred_at)} {_meal(row)}"] += row.amount_fen
        assert not any(value for name, value in sums.items() if name[:2] == "20"), wanted
    first = place.listed(**days)[0]
    assert (first["staff_no"], first["name_masked"], first["terminal"]) == (
        canteen.accounts[OTHER].staff_no,
        "陈**",
        "POS-01",
    )


def _meal(row: Row) -> str | None:
    kept = model.Row(**{name: getattr(row, name) for name in model.Row.__dataclass_fields__})
    meal = model.meal_of(replace(kept, kind=Kind(row.kind.value)), SITE_ZONE)
    return meal.value if meal else None


def test_a_slice_of_the_sums_is_bounded_and_nothing_is_lost_between_slices(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "SUMMED_AT_ONCE", 7)
    monkeypatch.setattr(lists, "EXAMINED_AT_MOST", 7)
    place.posts(25, NOON, timedelta(minutes=30))
    place.copy()
    days = {"first": "2026-11-01", "last": "2026-11-30"}
    pages = place.pages(f"{RECORDS}/sums", place.office, **days)
    assert [page["count"] for page in pages] == [7, 7, 7, 4]
    assert place.summed(**days)["spent_fen"] == sum(1000 + number for number in range(25))
    assert len(place.listed(**days, meal="dinner")) == 12, "a page may be short although there is more"


@pytest.mark.parametrize(
    "cursor",
    ["bm8", "2026-11", "2026-13~", "2025-11~", "2026-12~", "2026-11~bm8", "~", "2026-11~eyJwayI6eyJTIjoiMSJ9fQ"],
)
def test_a_cursor_of_another_list_is_refused(place: Place, cursor: str) -> None:
    for path in (RECORDS, f"{RECORDS}/sums"):
        answer = place.office.get(path, first="2026-11-01", last="2026-11-30", cursor=cursor)
        assert (answer.status, answer.code) == (400, "invalid_cursor")


def pushed(peer: str, number: int, kind: str, now: datetime, failed: bool) -> None:
    entry = new_entry(peer=peer, subject=f"x:{number}", sequence=1, kind=kind, now=now)
    transaction = Transaction()
    outbox.add(transaction, entry)
    transaction.commit()
    if failed:
        begun = begin(entry, now)
        result = fail(begun, now, PushError("canteen_refused", "no"), maybe_sent=False)
        for seen, changed in ((entry, begun), (begun, result)):
            transaction = Transaction()
            outbox.add_result(transaction, seen, changed)
            transaction.commit()


def test_the_office_sees_how_every_synchronisation_stands(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    now = utc_now()
    before = place.office.get(SYNC).json
    assert (before["last_run"], before["rows_synced_at"], before["is_caught_up"]) == (None, None, False)
    kinds = [("canteen", "topup.credit"), ("canteen", "card.lost"), ("pay", "topup.refund")]
    for number, (peer, kind) in enumerate(kinds):
        for each in range(number + 1):
            pushed(peer, 10 * number + each, kind, now, failed=False)
        pushed(peer, 10 * number + 9, kind, now, failed=True)
    place.posts(3, NOON, timedelta(minutes=1))
    answer = place.office.post(f"{SYNC}/run").json
    counts = [answer[f"{sort}_{state}"] for sort in ("credits", "losses", "refunds") for state in ("pending", "failed")]
    assert counts == [1, 1, 2, 1, 3, 1]
    assert answer["counted_up_to"] == 100
    run_ = answer["last_run"]
    assert (run_["state"], run_["rows"], run_["error_code"]) == ("done", 3, None)
    assert (answer["rows_behind"], answer["is_caught_up"], answer["balance_live"]) == (0, True, True)
    assert answer["rows_synced_at"] == run_["started_at"]
    assert stored_rows() == as_stored(place.canteen.posted)
    place.canteen.down = True
    down = place.office.post(f"{SYNC}/run")
    assert down.status == 200
    assert (down.json["last_run"]["state"], down.json["last_run"]["error_code"]) == ("failed", "peer_unreachable")
    assert down.json["last_run"]["error_text"] == "暂时连接不上对方系统，系统会自动重试。"
    assert (down.json["balance_live"], down.json["rows_synced_at"]) == (False, answer["rows_synced_at"])
    assert [entry.action for entry in AuditEntry.query("canteen_sync")] == ["canteen_sync_run"] * 2


def test_an_account_is_read_again_and_what_differs_is_repaired(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page by page within a request's time; nothing is doubled, other accounts and the place stay as they are."""
    place.posts(450, NOON, timedelta(minutes=1))
    place.posts(5, NOON, timedelta(minutes=1), OTHER)
    place.copy()
    dynamodb = runtime.aws_client("dynamodb")
    broken = stored_rows()[7]
    dynamodb.put_item(TableName="test-canteen", Item={**broken, "amount_fen": {"N": "1"}})
    lost = stored_rows()[300]
    dynamodb.delete_item(TableName="test-canteen", Key={name: lost[name] for name in ("pk", "sk")})
    assert stored_rows() != as_stored(place.canteen.posted)
    monkeypatch.setattr(office_api, "READ_FOR", timedelta(0))
    path, rows, cursor, requests = f"{SYNC}/accounts/{ACCOUNT}", 0, "", 0
    while True:
        answer = place.office.request("POST", path, query={"cursor": cursor} if cursor else None)
        assert answer.status == 200, answer.text
        rows, requests, cursor = rows + answer.json["rows"], requests + 1, answer.json["next_cursor"]
        if answer.json["is_complete"]:
            break
    assert (rows, requests, cursor) == (450, 3, None)
    assert stored_rows() == as_stored(place.canteen.posted)
    audited = AuditEntry.query(f"canteen_account:{ACCOUNT}")
    assert [(entry.action, entry.actor) for entry in audited] == [("canteen_account_resynced", "USERDESK")] * 3


def test_an_account_cannot_be_read_again_where_the_canteen_says_no(place: Place) -> None:
    path = f"{SYNC}/accounts/{ACCOUNT}"
    for cursor in ("bm8", "eyJhY2NvdW50Ijp7IlMiOiI2MDAxMDAwMSJ9LCJwbGFjZSI6eyJTIjoieCJ9fQ"):
        answer = place.office.request("POST", path, query={"cursor": cursor})
        assert (answer.status, answer.code) == (400, "invalid_cursor"), cursor
    place.canteen.down = True
    assert (place.office.post(path).status, place.office.post(path).code) == (503, "canteen_unavailable")
    assert place.office.post(f"{SYNC}/accounts/{'9' * 33}").code == "not_found"
    assert stored_rows() == []


def test_late_rows_and_this_months(place: Place) -> None:
    """A meal of last month that is posted now stands in last month, marked."""
    now = utc_now()
    place.canteen.eat(ACCOUNT, 900, NOON)
    place.copy()
    place.canteen.eat(ACCOUNT, 800, NOON - timedelta(days=25))
    place.copy()
    rows = place.diner.get(OWN, month="2026-10").json["items"]
    assert [(row["amount_fen"], row["is_late"]) for row in rows] == [(-800, True)]
    assert site_month(now) >= "2026-11"
