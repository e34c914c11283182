"""Tanks, holds and rules on the running stack: what MES measures reaches drivers in words and the office in numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from chalicelib.core.clock import SITE_ZONE
from sandbox.cloud.stack import Stack
from tests.stack.people import DRIVER, LOGISTICS, Person, at_the_desk

ACID, ACID_TANK = "HCL31", "T-401"
STOCK = "/api/office/logistics/stock"


@pytest.fixture
def acid_tank(stack: Stack) -> Iterator[Any]:
    """Changes the only tank of the acid; as it was afterwards."""

    def change(**facts: Any) -> None:
        answer = requests.patch(f"{stack.sandbox_api}/sandbox/mes/tanks/{ACID_TANK}", json=facts, timeout=15)
        assert answer.status_code == 200, answer.text
        stack.run_schedule("watch_stock")

    change(status="in_service")
    yield change
    change(status="in_service")


def test_what_the_tanks_show_is_told_in_words_and_in_numbers(stack: Stack, acid_tank: Any) -> None:
    """Each function with its own rights: the schedules, the command and the API."""
    phone, desk = Person(stack, DRIVER).sign_in(), at_the_desk(Person(stack, LOGISTICS).sign_in())

    def words() -> Any:
        return {row["code"]: row["availability"] for row in phone.get("/api/logistics/products")["items"]}

    def acid() -> Any:
        return next(row for row in desk.get(STOCK)["items"] if row["code"] == ACID)

    assert words()[ACID] == "available" and words()["SALT"] == "not_needed"
    assert acid()["problem"] is None and float(acid()["stock"]) > 0
    detail = desk.get(f"{STOCK}/{ACID}")
    assert [(tank["tank_no"], tank["counts"]) for tank in detail["tanks"]] == [(ACID_TANK, True)]
    acid_tank(status="maintenance")
    assert words()[ACID] == "unconfirmed" and acid()["problem"] == "no_tank_counts"
    detail = desk.get(f"{STOCK}/{ACID}")
    assert (detail["stock"]["stock"], detail["tanks"][0]["counts"]) == (None, False)
    today = datetime.now(SITE_ZONE).date()
    days = {"first": str(today - timedelta(days=1)), "last": str(today)}
    assert desk.request("GET", f"{STOCK}/{ACID}/series", **days).status_code == 200
    assert stack.run_schedule("repair_holds")["right"] == 5


def test_a_raised_threshold_is_in_force_at_once_and_in_the_history(stack: Stack, acid_tank: Any) -> None:
    desk = at_the_desk(Person(stack, LOGISTICS).sign_in())
    phone = Person(stack, DRIVER).sign_in()
    seen = next(row for row in desk.get(STOCK)["items"] if row["code"] == ACID)
    kept = ("code", "name", "hazardous", "hazard_class", "un_no", "keeps_stock", "hold_minutes", "warn_minutes")

    def save(threshold: str, version: int) -> Any:
        body = {**{name: seen[name] for name in kept}, "threshold": threshold, "reason": "检修", "version": version}
        answer = desk.request("PUT", f"/api/office/logistics/products/{ACID}", body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    raised = save("9999.000", seen["version"])
    try:
        found = {row["code"]: row["availability"] for row in phone.get("/api/logistics/products")["items"]}
        assert found[ACID] == "short" and float(raised["free"]) < 0
    finally:
        save(seen["threshold"], raised["version"])
    latest, before = desk.get(f"{STOCK}/{ACID}")["history"][:2]
    assert (latest["before"]["threshold"], latest["after"]["threshold"]) == ("9999.000", seen["threshold"])
    assert before["after"]["threshold"] == "9999.000" and latest["reason"] == "检修"
