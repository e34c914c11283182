"""The host look-up and the office's workbook on the packaged stack: with IAM enforced, and the platform up, slow or down."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from chalicelib.core.clock import SITE_ZONE
from sandbox.cloud.stack import Stack, wait_until
from sandbox.people import STAFF
from tests.stack.people import Gate, Person, at_the_desk, visit_form

pytestmark = pytest.mark.stack
SEARCH = "/api/visitor/hosts/search"
LI_NA = next(staff for staff in STAFF if staff.name == "李娜")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def test_the_chosen_one_of_two_with_one_phone_is_the_host_at_the_gate(
    visitor: Person, approver: Person, gate: Gate
) -> None:
    found = {one["name"]: one for one in visitor.post(SEARCH, {"query": LI_NA.phone})["items"]}
    assert set(found) == {"王芳", "李娜"}
    assert LI_NA.phone not in str(found) and LI_NA.job_number not in str(found)
    visit = visitor.submit(host={"choice": found["李娜"]["choice"]})
    approver.post(f"/api/visitor/approvals/{visit['id']}/approve", {"version": visit["version"]})
    phone = visit["visitor"]["phone"]
    assert wait_until(lambda: bool(gate.visits_of(phone)), 60)
    (held,) = gate.visits_of(phone)
    assert held["host"] == "李娜"


@pytest.mark.parametrize("trouble", [{"kind": "down"}, {"kind": "delay", "seconds": 6}])
def test_without_the_platform_the_answer_comes_in_time(visitor: Person, gate: Gate, trouble: dict[str, Any]) -> None:
    """The function lives ten seconds; a page that waits longer learns nothing."""
    visitor.post(SEARCH, {"query": "王海峰"})
    gate.fault(**trouble)
    began = time.monotonic()
    answer = visitor.request("POST", SEARCH, {"query": "陈建国"})
    assert (answer.status_code, answer.json()["code"]) == (503, "host_search_unavailable")
    assert time.monotonic() - began < 9
    assert visitor.submit()["stage"] == "awaiting_approval"


def test_a_workbook_is_fetched_by_its_link_and_by_nothing_else(stack: Stack, administrator: Person) -> None:
    visit = administrator.submit()
    office = at_the_desk(administrator)
    made = office.post("/api/office/visits/exports", {"q": visit["visitor"]["phone"]})
    assert made["rows"] == 1
    fetched = requests.get(made["url"], timeout=10)
    assert fetched.status_code == 200
    assert fetched.headers["Content-Disposition"] == f'attachment; filename="{made["name"]}"'
    with zipfile.ZipFile(io.BytesIO(fetched.content)) as book:
        assert visit["visitor"]["phone"] in book.read("xl/sharedStrings.xml").decode()
    assert requests.get(made["url"].partition("?")[0], timeout=10).status_code == 403


def test_the_plants_hours_are_a_parameter(stack: Stack, visitor: Person) -> None:
    assert visitor.get("/api/visitor/opening-hours")["always_open"] is True
    tomorrow = datetime.now(SITE_ZONE).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)

    def reserve(begin: int, end: int) -> requests.Response:
        window = (tomorrow + timedelta(hours=begin), tomorrow + timedelta(hours=end))
        form = visit_form(starts_at=window[0].isoformat(), ends_at=window[1].isoformat())
        return visitor.request("POST", "/api/visitor/visits", form)

    with stack.deployed_with(VisitingHours=f"{WEEKDAYS[tomorrow.weekday()]} 09:00-17:00"):
        assert visitor.get("/api/visitor/opening-hours")["weekdays"][tomorrow.weekday()] == [
            {"start": "09:00", "end": "17:00"}
        ]
        refused = reserve(8, 12)
        assert (refused.status_code, refused.json()["detail"][0]["code"]) == (400, "start_outside_hours")
        assert reserve(9, 17).status_code == 201
    assert reserve(3, 4).status_code == 201
