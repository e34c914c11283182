"""通知记录 through the API: by month and by result, with names, paged; for staff only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bench.aws import recorded
from chalicelib.core.clock import site_month, utc_now
from chalicelib.core.session import Device
from chalicelib.core.table import Transaction
from chalicelib.domains.channel.deliveries import store
from chalicelib.domains.channel.deliveries.model import NoticeKey, Record, Result
from tests.support.client import Client, make_user, signed_in

pytestmark = pytest.mark.usefixtures("cloud")

URL = "/api/office/notices"


@pytest.fixture
def office() -> Client:
    return signed_in("chen", "visitor_approver", device=Device.OFFICE)


def add(number: int, result: Result, user_id: str = "USERLIN", code: str = "") -> None:
    """One notice, the higher its number the older."""
    key = NoticeKey(f"wechat:visit:V{number}", number, utc_now() - timedelta(seconds=number))
    transaction = Transaction()
    store.add_record(transaction, Record(key, "visit_approved", user_id, result, code, f"7{number}", key.created_at))
    transaction.commit()


def walk(client: Client, **query: str) -> list[str]:
    found, cursor = [], ""
    while True:
        page = client.get(URL, **query, **({"cursor": cursor} if cursor else {})).json
        found += [one["subject"] for one in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            return found


def test_everything_of_a_month_newest_first_with_names(office: Client) -> None:
    make_user("lin")
    add(1, Result.DELIVERED)
    add(2, Result.FAILED, "USERGONE", "wechat_not_following")
    first, second = office.get(URL).json["items"]
    assert (first["subject"], first["user_name"], first["result"], first["error_code"]) == (
        "visit:V1", "lin", "delivered", None,
    )  # fmt: skip
    assert (second["user_name"], second["result"], second["error_code"]) == ("", "failed", "wechat_not_following")
    assert office.get(URL, month="2020-01").json["items"] == []


def test_what_stands_alike_is_found_and_paged(office: Client) -> None:
    for number in range(45):
        add(number, Result.BLOCKED if number % 2 else Result.DELIVERED)
    assert walk(office, result="blocked") == [f"visit:V{number}" for number in range(45) if number % 2]
    assert len(walk(office)) == 45 and len(walk(office, result="waiting")) == 0
    cursor = office.get(URL).json["next_cursor"]
    assert office.get(URL, result="blocked", cursor=cursor).code == "invalid_cursor"


def test_a_page_costs_the_same_with_more_history(office: Client) -> None:
    def cost() -> tuple[tuple[str, ...], float]:
        with recorded() as recording:
            office.get(URL, result="blocked")
        return recording.operations, recording.read

    for number in range(25):
        add(number, Result.BLOCKED)
    before = cost()
    for number in range(25, 75):
        add(number, Result.BLOCKED)
    assert cost() == before
    assert before[0] == ("GetItem", "Query", "BatchGetItem")


@pytest.mark.parametrize("query", [{"month": "2026-13"}, {"result": "lost"}, {"cursor": "e30"}])
def test_odd_questions_are_refused(office: Client, query: dict[str, str]) -> None:
    assert office.get(URL, **query).status == 400


def test_whoever_gets_messages_is_not_whoever_reads_the_record() -> None:
    assert signed_in("lin", device=Device.OFFICE).get(URL).code == "forbidden"
    assert site_month(utc_now())
