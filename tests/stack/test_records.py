"""The canteen's rows on the running stack: eaten at a terminal, copied by the schedule, seen on the phone and in the office."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
import requests

from chalicelib.core.clock import site_day, site_month, utc_now
from sandbox.cloud.stack import Stack
from tests.stack.people import CANTEEN, OTHER, Person, at_the_desk

RECORDS, SYNC = "/api/office/canteen/records", "/api/office/canteen/sync"
GENERATED, MONTHS = 450, 2
PHONE = "13711112233"

pytestmark = pytest.mark.stack


class Canteen:
    """The card system's consoles."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def post(self, path: str, body: Any = None) -> Any:
        answer = requests.post(f"{self._stack.sandbox_api}/sandbox/canteen/{path}", json=body or {}, timeout=60)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def sms_code(self) -> str:
        """The last one sent to the phone."""
        for _ in range(50):
            asked = requests.get(f"{self._stack.sandbox_api}/sandbox/sms/messages", params={"phone": PHONE}, timeout=10)
            if messages := _items(asked.json()):
                return str(messages[0]["parameters"][0])
            time.sleep(0.2)
        raise AssertionError("no message came")


def _items(answer: Any) -> list[Any]:
    return list(answer["items"] if isinstance(answer, dict) else answer)


def sums_of(desk: Person, account_no: str) -> dict[str, int]:
    """What the office's list of an account adds up to, over all slices."""
    now = utc_now()
    days = {"first": site_day(now - timedelta(days=100)), "last": site_day(now)}
    total, cursor = {"count": 0, "spent_fen": 0}, ""
    while True:
        found = desk.get(f"{RECORDS}/sums", account_no=account_no, cursor=cursor, **days)
        total = {name: total[name] + found[name] for name in total}
        if not (cursor := found["next_cursor"] or ""):
            return total


def caught_up(stack: Stack, desk: Person) -> Any:
    """Run after run, as the schedule does, until nothing is left."""
    for _ in range(20):
        stack.run_schedule("sync_canteen")
        seen = desk.get(SYNC)
        if seen["rows_behind"] == 0 and seen["last_run"]["state"] == "done":
            return seen
        time.sleep(1)
    raise AssertionError(f"the copy does not catch up: {seen}")


def test_what_is_eaten_is_copied_and_seen(stack: Stack) -> None:
    """Each function with its own rights; rows of a terminal that was offline come, too; reading again doubles nothing."""
    canteen, phone = Canteen(stack), Person(stack, OTHER).sign_in()
    desk = at_the_desk(Person(stack, CANTEEN).sign_in())
    account = canteen.post("accounts", {"name": "郑对账", "phone": PHONE, "staffNo": "T7001", "cashFen": 100_000})
    account_no, card = account["accountNo"], account["cards"][0]["cardNo"]
    phone.post("/api/canteen/binding/code", {"phone": PHONE})
    phone.post("/api/canteen/binding", {"phone": PHONE, "code": canteen.sms_code()})
    try:
        canteen.post("rows/generate", {"rows": GENERATED, "months": MONTHS, "accountNos": [account_no]})
        canteen.post(f"cards/{card}/meals", {"amountFen": 1250})
        seen = caught_up(stack, desk)
        assert seen["last_run"]["error_code"] is None and seen["rows_synced_at"] is not None
        before = sums_of(desk, account_no)
        assert before["count"] >= GENERATED + 1
        canteen.post(f"cards/{card}/meals", {"amountFen": 777, "offline": True})
        canteen.post("waiting")
        caught_up(stack, desk)
        after = sums_of(desk, account_no)
        assert (after["count"], after["spent_fen"]) == (before["count"] + 1, before["spent_fen"] + 777)
        shown = phone.get("/api/canteen/records", month=site_month(utc_now()))
        assert {777, 1250} <= {-row["amount_fen"] for row in shown["items"]}
        assert shown["sums"]["count"] >= len(shown["items"]) and shown["synced_at"] is not None
        read, cursor = 0, ""
        while True:
            answer = desk.request("POST", f"{SYNC}/accounts/{account_no}", None, cursor=cursor)
            assert answer.status_code == 200, answer.text
            read, cursor = read + answer.json()["rows"], answer.json()["next_cursor"] or ""
            if answer.json()["is_complete"]:
                break
        assert read == after["count"] and sums_of(desk, account_no) == after
        assert desk.post(f"{SYNC}/run")["last_run"]["state"] in ("done", "running")
    finally:
        phone.post("/api/canteen/binding/end")
