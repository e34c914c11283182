"""Opening hours through the API: told to everybody, enforced at submission, each problem by its code."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.core import runtime
from chalicelib.core.clock import SITE_ZONE, to_text, utc_now
from chalicelib.core.opening import WEEKDAYS
from tests.store.test_visits_api import form
from tests.support.client import Client, signed_in

HOURS = "/api/visitor/opening-hours"


def next_days(count: int) -> list[datetime]:
    """The first moments of the coming days on the plant's calendar."""
    today = utc_now().astimezone(SITE_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return [today + timedelta(days=number) for number in range(1, count + 1)]


@pytest.fixture
def tomorrow(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Visitors are received from 09 to 17 on tomorrow's weekday and the one after it, which is a closed date this week."""
    first, second = next_days(2)
    days = (WEEKDAYS[first.weekday()], WEEKDAYS[second.weekday()])
    line = f"{days[0]} 09:00-17:00; {days[1]} 09:00-17:00; closed {second.date()}"
    monkeypatch.setenv("VISITING_HOURS", line)
    runtime.settings.cache_clear()
    return first


def reserve(visitor: Client, start: datetime, end: datetime, number: int = 1) -> Any:
    body = form(f"4f9d1c1e-0000-4000-8000-{number:012d}", starts_at=to_text(start), ends_at=to_text(end))
    return visitor.post("/api/visitor/visits", body)


def test_windows_within_the_hours_are_accepted_others_say_what_is_wrong(tomorrow: datetime) -> None:
    visitor = signed_in("lin")
    nine, five = tomorrow + timedelta(hours=9), tomorrow + timedelta(hours=17)
    assert reserve(visitor, nine, five).status == 201
    wrong = {
        "start_outside_hours": (nine - timedelta(minutes=1), five),
        "end_outside_hours": (nine, five + timedelta(minutes=1)),
        "start_day_closed": (nine + timedelta(days=1), five + timedelta(days=1)),
        "end_day_closed": (nine, five + timedelta(days=1)),
    }
    for number, (code, window) in enumerate(wrong.items(), start=2):
        answer = reserve(visitor, *window, number)
        assert (answer.status, answer.code) == (400, "invalid_input"), code
        (problem,) = answer.json["detail"]
        assert (problem["code"], problem["field"]) == (code, f"{code.partition('_')[0]}s_at"), code
    assert len(visitor.get("/api/visitor/visits").json["items"]) == 1


def test_the_page_is_told_the_hours(tomorrow: datetime) -> None:
    answer = Client().get(HOURS)
    assert answer.status == 200
    day = [{"start": "09:00", "end": "17:00"}]
    open_on = {tomorrow.weekday(), (tomorrow + timedelta(days=1)).weekday()}
    assert answer.json == {
        "always_open": False,
        "weekdays": [day if number in open_on else [] for number in range(7)],
        "closed_dates": [str((tomorrow + timedelta(days=1)).date())],
    }


@pytest.mark.usefixtures("cloud")
def test_without_the_setting_it_is_always_open() -> None:
    assert Client().get(HOURS).json == {"always_open": True, "weekdays": [[]] * 7, "closed_dates": []}
