"""The office's search: by name, phone, plate or host, and by the day of the visit; bounded, complete, each visit once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.clock import SITE_ZONE, to_text, utc_now
from chalicelib.core.session import Device
from chalicelib.domains.visitor import search
from tests.store.test_visits_api import form
from tests.support.client import Client, signed_in

LIST = "/api/office/visits"


@pytest.fixture
def office(cloud: Any) -> Client:
    """An approver at the desk."""
    return signed_in("huang", "visitor_approver", device=Device.OFFICE)


def submit(client: Client, number: int, **changes: Any) -> None:
    answer = client.post("/api/visitor/visits", form(f"4f9d1c1e-0000-4000-8000-{number:012d}", **changes))
    assert answer.status == 201, answer.text


def person(name: str, phone: str, plate: str | None = None) -> dict[str, Any]:
    return {"name": name, "gender": "female", "phone": phone, "plate_number": plate}


def names(answer: Any) -> list[str]:
    assert answer.status == 200, answer.text
    return [visit["visitor"]["name"] for visit in answer.json["items"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("晓雨", ["林晓雨"]),
        ("13812340001", ["林晓雨"]),
        ("1381234", ["周敏", "林晓雨"]),
        ("138 1234 0002", ["周敏"]),
        ("闽a12345", ["林晓雨"]),
        ("陈建国", ["周敏"]),
        ("13900001111", ["林晓雨"]),
        ("没有", []),
    ],
)
def test_a_visit_is_found_by_what_people_know_of_it(office: Client, text: str, found: list[str]) -> None:
    visitor = signed_in("lin")
    submit(visitor, 1, visitor=person("林晓雨", "13812340001", "闽A12345"))
    submit(visitor, 2, visitor=person("周敏", "13812340002"), host={"name": "陈建国", "phone": "13900002222"})
    answer = office.get(LIST, q=text)
    assert names(answer) == found
    assert answer.json["examined"] == 2
    assert names(office.get(LIST, q=text, status="refused")) == []


def test_a_search_goes_on_behind_what_it_examined(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "EXAMINED_AT_MOST", 4)
    monkeypatch.setattr(search, "PAGE_SIZE", 2)
    visitor = signed_in("lin")
    for number in range(10):
        submit(visitor, number, visitor=person(f"{'甲' if number % 3 else '乙'}{number}", f"1381234{number:04d}"))
    for filters in ({"q": "甲"}, {"q": "甲", "status": "submitted"}):
        found, cursor, pages = [], "", 0
        while pages < 10:
            answer = office.get(LIST, **filters, cursor=cursor)
            found += names(answer)
            assert answer.json["examined"] <= 4
            cursor, pages = answer.json["next_cursor"], pages + 1
            if cursor is None:
                break
        assert found == ["甲8", "甲7", "甲5", "甲4", "甲2", "甲1"]
        assert pages > 2


def test_the_day_of_the_visit_and_not_of_the_submission(office: Client) -> None:
    visitor = signed_in("lin")
    today = utc_now().astimezone(SITE_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)

    def visit(number: int, name: str, start: datetime, hours: int) -> None:
        window = {"starts_at": to_text(start), "ends_at": to_text(start + timedelta(hours=hours))}
        submit(visitor, number, visitor=person(name, f"1381234{number:04d}"), **window)

    visit(1, "第三天", today + timedelta(days=3, hours=9), 2)
    visit(2, "跨四天", today + timedelta(days=2, hours=9), 96)
    visit(3, "到零点", today + timedelta(days=2, hours=20), 4)
    visit(4, "第四天", today + timedelta(days=4, hours=9), 2)

    def on(days: int, **more: str) -> list[str]:
        return sorted(names(office.get(LIST, day=f"{today + timedelta(days=days):%Y-%m-%d}", **more)))

    assert on(1) == []
    assert on(2) == sorted(["跨四天", "到零点"])
    assert on(3) == sorted(["跨四天", "第三天"])
    assert on(3, q="三天") == ["第三天"]
    assert on(6) == ["跨四天"]
    assert on(7) == []
    assert on(3, status="cancelled") == []
    assert on(3, to=f"{today - timedelta(days=1):%Y-%m-%d}") == []


def test_a_cursor_of_another_list_is_refused(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "EXAMINED_AT_MOST", 1)
    visitor = signed_in("lin")
    for number in range(3):
        submit(visitor, number)
    cursor = office.get(LIST, q="林").json["next_cursor"]
    day = f"{utc_now().astimezone(SITE_ZONE):%Y-%m-%d}"
    for filters in ({"day": day}, {"q": "林", "status": "submitted"}):
        assert office.get(LIST, **filters, cursor=cursor).code == "invalid_cursor"
    assert len(office.get(LIST, q="林", cursor=cursor).json["items"]) == 1


def test_wrong_words_and_days_are_told(office: Client) -> None:
    assert office.get(LIST, day="2026-13-01").code == "invalid_input"
    assert office.get(LIST, q="长" * 41).code == "invalid_input"
