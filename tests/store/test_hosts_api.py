"""Looking up the host: who is found, how little is told, and that the visit gets the right person."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core import runtime
from chalicelib.core.clock import utc_now
from chalicelib.core.session import Device
from chalicelib.domains.visitor import store
from chalicelib.domains.visitor.hosts import api as hosts_api
from chalicelib.domains.visitor.hosts import service
from chalicelib.domains.visitor.hosts.model import CHOICE_LIFETIME
from chalicelib.integrations.errors import Refused, Retryable
from chalicelib.integrations.gate.port import Employee
from tests.store.test_visits_api import form
from tests.support.client import Client, browser_of, signed_in

SEARCH = "/api/visitor/hosts/search"
VISITS = "/api/visitor/visits"
STAFF = (
    Employee("王海峰", "13900001111", "A1001", "生产技术部"),
    Employee("王芳", "13900003333", "A1003", "物资采购部"),
    Employee("李娜", "13900003333", "A1004", "物资采购部"),
    Employee("隐号人", "139****5555", "A1006", "设备动力部"),
)


class Register:
    """The platform's register in memory."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.trouble: Exception | None = None
        self.staff: tuple[Employee, ...] = STAFF

    def find_people(self, *, phone: str = "", name: str = "") -> tuple[Employee, ...]:
        self.asked.append((phone, name))
        if self.trouble:
            raise self.trouble
        return tuple(one for one in self.staff if (one.phone == phone if phone else one.name == name))


@pytest.fixture
def register(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Register:
    found = Register()
    monkeypatch.setattr(hosts_api, "_people", lambda: found)
    return found


def search(client: Client, query: str) -> Any:
    return client.post(SEARCH, {"query": query})


def reserve(client: Client, choice: str, number: int = 1) -> Any:
    return client.post(VISITS, form(f"4f9d1c1e-0000-4000-8000-{number:012d}", host={"choice": choice}))


def known(visit: Any) -> dict[str, Any]:
    """What the visitor reads of the host."""
    return {name: value for name, value in visit["host"].items() if name != "choice"}


@pytest.mark.parametrize("query", ["139 0000 1111", "+8613900001111", "王海峰", " 王海峰 "])
def test_one_person_is_found_and_little_is_told(register: Register, query: str) -> None:
    answer = search(signed_in("lin"), query)
    assert answer.status == 200, answer.text
    (found,) = answer.json["items"]
    choice = found.pop("choice")
    assert found == {"name": "王海峰", "phone_masked": "139****1111", "department": "生产技术部"}
    for secret in ("A1001", "13900001111", "王海峰"):
        assert secret not in answer.text.replace('"name":"王海峰"', "")
        assert secret not in choice


def test_several_people_of_one_phone_are_told_apart(register: Register) -> None:
    visitor = signed_in("lin")
    choices = {found["name"]: found["choice"] for found in search(visitor, "13900003333").json["items"]}
    assert set(choices) == {"王芳", "李娜"}
    visit_id = reserve(visitor, choices["李娜"]).json["id"]
    host = store.find_visit(visit_id).host  # type: ignore[union-attr]
    assert (host.name, host.phone, host.job_number) == ("李娜", "13900003333", "A1004")


def test_the_visitor_reads_no_number_they_did_not_know(register: Register) -> None:
    visitor, staff = signed_in("lin"), signed_in("chen", "visitor_approver")
    by_name = reserve(visitor, search(visitor, "王海峰").json["items"][0]["choice"]).json
    again = reserve(visitor, by_name["host"]["choice"], 3).json
    assert known(again) == {"name": "王海峰", "phone": "139****1111", "job_number": None}
    by_phone = reserve(visitor, search(visitor, "13900001111").json["items"][0]["choice"], 2).json
    assert known(by_phone) == {"name": "王海峰", "phone": "13900001111", "job_number": None}
    for visit in (by_name, by_phone):
        assert known(visitor.get(f"{VISITS}/{visit['id']}").json) == known(visit)
        whole = {"name": "王海峰", "phone": "13900001111", "job_number": "A1001", "choice": None}
        assert staff.get(f"/api/visitor/approvals/{visit['id']}").json["host"] == whole
        desk = browser_of("USERCHEN", Device.OFFICE)
        assert desk.get(f"/api/office/visits/{visit['id']}").json["host"] == whole
    listed = visitor.get(VISITS).text
    assert "A1001" not in listed


def test_a_number_the_platform_masks_is_known_by_the_job_number(register: Register) -> None:
    visitor = signed_in("lin")
    (found,) = search(visitor, "隐号人").json["items"]
    assert found["phone_masked"] == "139****5555"
    host = store.find_visit(reserve(visitor, found["choice"]).json["id"]).host  # type: ignore[union-attr]
    assert (host.phone, host.job_number) == ("139****5555", "A1006")


def test_the_same_form_again_makes_no_second_visit(register: Register) -> None:
    """Another search seals the same person anew; it is the same form all the same."""
    visitor = signed_in("lin")
    body = form(host={"choice": search(visitor, "王海峰").json["items"][0]["choice"]})
    again = {**body, "host": {"choice": search(visitor, "王海峰").json["items"][0]["choice"]}}
    assert again != body
    first, second = visitor.post(VISITS, body), visitor.post(VISITS, again)
    assert (first.status, second.status, first.json["id"]) == (201, 201, second.json["id"])


def test_a_visits_host_may_be_sent_back_as_it_was_shown(register: Register) -> None:
    visitor = signed_in("lin")
    chosen = reserve(visitor, search(visitor, "王海峰").json["items"][0]["choice"]).json["host"]
    typed = visitor.post(VISITS, form("4f9d1c1e-0000-4000-8000-000000000002")).json["host"]
    for number, host in enumerate((chosen, typed), start=3):
        again = visitor.post(VISITS, form(f"4f9d1c1e-0000-4000-8000-{number:012d}", host=host))
        assert again.status == 201, again.text
        assert known(again.json) == {name: value for name, value in host.items() if name != "choice"}


@pytest.mark.parametrize("query", ["王", "1390000", "13900001111x", "王1", "", "长" * 33])
def test_half_a_number_or_name_is_not_searched(register: Register, query: str) -> None:
    answer = search(signed_in("lin"), query)
    assert (answer.status, answer.code) == (400, "invalid_input")
    assert register.asked == []


def test_nobody_is_an_empty_answer(register: Register) -> None:
    assert search(signed_in("lin"), "无此人").json == {"items": []}


def test_names_too_many_share_are_asked_for_by_phone(register: Register) -> None:
    register.staff = tuple(Employee("王伟", f"1390001{n:04d}", f"B{n}", "") for n in range(9))
    answer = search(signed_in("lin"), "王伟")
    assert (answer.status, answer.code) == (409, "host_search_too_many")
    assert "1390001" not in answer.text


def test_guessing_has_an_end_each_day(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST_SEARCHES_PER_DAY", "3")
    runtime.settings.cache_clear()
    curious, other = signed_in("lin"), signed_in("zhou")
    assert [search(curious, "无此人").status for _ in range(3)] == [200, 200, 200]
    refused = search(curious, "王海峰")
    assert (refused.status, refused.code) == (429, "host_search_limit")
    assert len(register.asked) == 3
    assert search(other, "王海峰").status == 200


@pytest.mark.parametrize(
    "trouble",
    [
        Retryable("peer_unreachable", "no connection", "gate", sent=False),
        Retryable("answer_lost", "no answer in time", "gate"),
        Refused("gate_not_authorised", "not authorised", "gate", peer_code="0x02401008"),
    ],
)
def test_without_the_platform_the_form_is_filled_in_by_hand(register: Register, trouble: Exception) -> None:
    register.trouble = trouble
    visitor = signed_in("lin")
    answer = search(visitor, "王海峰")
    assert (answer.status, answer.code) == (503, "host_search_unavailable")
    assert "直接填写" in answer.json["message"]
    assert visitor.post(VISITS, form()).json["host"] == {
        "name": "王海峰",
        "phone": "13900001111",
        "job_number": None,
        "choice": None,
    }


def test_a_choice_is_worth_nothing_to_others_and_not_for_ever(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, thief = signed_in("lin"), signed_in("zhou")
    choice = search(owner, "王海峰").json["items"][0]["choice"]
    changed = choice[:-20] + ("A" if choice[-20] != "A" else "B") + choice[-19:]
    for client, given in ((thief, choice), (owner, changed), (owner, "v1.b2.xx"), (owner, "无")):
        answer = reserve(client, given)
        assert (answer.status, answer.code) == (400, "invalid_input"), given
        assert answer.json["detail"][0]["field"] == "host.choice"
    assert thief.get(VISITS).json["items"] == owner.get(VISITS).json["items"] == []
    late = utc_now() + CHOICE_LIFETIME
    monkeypatch.setattr(service, "to_epoch", lambda _now: int(late.timestamp()) + 1)
    assert reserve(owner, choice).code == "invalid_input"


def test_the_fields_of_a_typed_host_keep_their_names(register: Register) -> None:
    answer = signed_in("lin").post(VISITS, form(host={"name": "", "phone": "12"}))
    assert sorted(problem["field"] for problem in answer.json["detail"]) == ["host.name", "host.phone"]


def test_the_log_names_nobody(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[dict[str, Any]] = []
    monkeypatch.setattr(service, "log_event", lambda event, **fields: lines.append({"event": event, **fields}))
    register.trouble = Retryable("answer_lost", "no answer in time", "gate")
    search(signed_in("lin"), "王海峰")
    (line,) = lines
    assert (line["event"], line["code"]) == ("host_search_failed", "answer_lost")
    assert "王海峰" not in str(line)
