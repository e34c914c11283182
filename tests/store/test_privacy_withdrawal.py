"""Taking back and the retention limit on locked moto: what goes, what stays, and that nothing new gets in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.clock import utc_now
from chalicelib.core.session import Device
from chalicelib.core.table import Transaction
from chalicelib.domains.visitor import closing, saved, service, store
from chalicelib.domains.visitor.gate_push import add_change
from chalicelib.domains.visitor.model import Change
from chalicelib.domains.visitor.privacy import purge
from chalicelib.domains.visitor.visit import GateStatus, Status, Visit
from tests.store.test_privacy_api import MASKED, NUMBER, PERSON, agree, reserve, standing, stored_text
from tests.support.client import Client, browser_of, make_user, signed_in
from tests.support.clock import FakeClock
from tests.support.fake_gate import FakeGate
from tests.support.visits import APPROVER
from tests.support.workers import GateWorkers

pytestmark = pytest.mark.usefixtures("cloud")

DAYS = timedelta(days=180)


def with_number(client: Client, serial: int = 1, **more: Any) -> str:
    agree(client)
    phone = f"138{serial:08d}"
    made = reserve(client, f"4f9d1c1e-0000-4000-8000-{serial:012d}", phone=phone, id_number=NUMBER, **more)
    assert made.status == 201, made.text
    return str(made.json["id"])


def visit_of(visit_id: str) -> Visit:
    visit = store.find_visit(visit_id)
    assert visit is not None
    return visit


def test_withdrawing_cancels_what_is_to_come_and_deletes_the_number(cloud: Any, clock: FakeClock) -> None:
    clock.now = utc_now()
    visitor, gate = signed_in("lin"), FakeGate()
    visit_id = with_number(visitor)
    plain = reserve(visitor, "4f9d1c1e-0000-4000-8000-000000000099", phone="13900000099").json["id"]
    workers = GateWorkers(cloud, gate, clock)
    service.approve_visit(APPROVER, visit_id, 1, clock())
    workers.recover()
    assert [order.visit.id_number for order in gate.orders if order.live] == [NUMBER]

    answer = visitor.post("/api/visitor/consents/id_number/withdraw")
    assert (answer.status, answer.json["standing"]) == (200, "withdrawn")
    clock.now = max(clock.now, utc_now())
    workers.recover()
    gone = visit_of(visit_id)
    assert (gone.status, gone.gate.status, gone.visitor.id_number) == (Status.CANCELLED, GateStatus.REVOKED, None)
    assert [order for order in gate.orders if order.live] == []
    assert visit_of(plain).status is Status.SUBMITTED, "what needs no consent goes on"
    assert [one["id_number_masked"] for one in visitor.get("/api/visitor/saved").json["items"]] == [None, None]
    assert MASKED not in stored_text() and "v1.b2." not in stored_text()
    assert with_number_refused(visitor)


def with_number_refused(client: Client) -> bool:
    answer = reserve(client, "4f9d1c1e-0000-4000-8000-000000000077", id_number=NUMBER)
    return answer.code == "consent_id_number_required"


def test_past_visits_lose_the_number_and_nobody_elses_are_touched() -> None:
    visitor, other = signed_in("lin"), signed_in("zhou")
    past, others = with_number(visitor), with_number(other, 2)
    closing.close_visits(lambda: visit_of(past).window.ends_at + timedelta(minutes=1))
    assert visit_of(past).status is Status.EXPIRED
    visitor.post("/api/visitor/consents/id_number/withdraw")
    assert (visit_of(past).status, visit_of(past).visitor.id_number) == (Status.EXPIRED, None)
    assert visit_of(others).visitor.id_number is not None


def test_after_a_withdrawal_one_may_agree_again() -> None:
    visitor = signed_in("lin")
    with_number(visitor)
    visitor.post("/api/visitor/consents/id_number/withdraw")
    assert standing(visitor) == "withdrawn"
    assert with_number(visitor, 3)


def test_no_is_not_a_way_to_withdraw() -> None:
    visitor = signed_in("lin")
    agree(visitor)
    assert agree(visitor, granted=False).code == "consent_withdraw_instead"
    assert standing(visitor) == "granted"


def test_deleting_my_data_leaves_past_visits_by_name_only() -> None:
    visitor = signed_in("lin")
    past = with_number(visitor)
    closing.close_visits(lambda: visit_of(past).window.ends_at + timedelta(minutes=1))
    coming = reserve(visitor, "4f9d1c1e-0000-4000-8000-000000000055", phone="13900000055").json["id"]
    assert visitor.post("/api/visitor/erase-my-data").status == 204
    assert visit_of(coming).status is Status.CANCELLED
    assert (visit_of(past).visitor.name, visit_of(past).visitor.id_number) == ("林晓雨", None)
    assert visitor.get("/api/visitor/saved").json["items"] == []
    assert {item["standing"] for item in visitor.get("/api/visitor/consents").json["items"]} == {"withdrawn"}
    assert visitor.post("/api/visitor/erase-my-data").status == 204


def test_the_schedule_finishes_a_withdrawal_once() -> None:
    visitor = signed_in("lin")
    with_number(visitor)
    visitor.post("/api/visitor/consents/id_number/withdraw")
    assert purge.purge_personal_data(utc_now) == {}, "the index may be a moment behind: not before five minutes"
    later = utc_now() + timedelta(minutes=6)
    assert purge.purge_personal_data(lambda: later) == {"withdrawals": 1}
    assert purge.purge_personal_data(lambda: later) == {}


def test_after_the_limit_it_is_forgotten_who_came() -> None:
    visitor = signed_in("lin")
    visit_id = with_number(visitor, plate_number="闽A12345")
    over = visit_of(visit_id).window.ends_at
    closing.close_visits(lambda: over + timedelta(minutes=1))
    assert purge.purge_personal_data(lambda: over + DAYS - timedelta(minutes=1)) == {"saved_visitors": 1}
    later = over + DAYS + timedelta(minutes=1)
    assert purge.purge_personal_data(lambda: later) == {"visits": 1}
    left = visit_of(visit_id)
    assert (left.visitor.name, left.visitor.phone) == ("林**", "138****0001")
    assert (left.visitor.plate_number, left.visitor.id_number, left.forgotten_at) == (None, None, later)
    assert (left.host.name, left.purpose, left.status) == ("王海峰", "设备检修", Status.EXPIRED)
    assert saved.list_saved("USERLIN") == []
    assert purge.purge_personal_data(lambda: later) == {}, "it is not in the index any more"


def test_an_open_visit_is_not_forgotten() -> None:
    visit_id = with_number(signed_in("lin"))
    later = visit_of(visit_id).window.ends_at + DAYS + timedelta(days=1)
    purge.purge_personal_data(lambda: later)
    assert visit_of(visit_id).visitor.name == "林晓雨"


def test_a_saved_visitor_in_use_stays() -> None:
    visitor = signed_in("lin")
    visitor.post("/api/visitor/saved", PERSON)
    assert purge.purge_personal_data(lambda: utc_now() + DAYS - timedelta(minutes=1)) == {}
    assert purge.purge_personal_data(lambda: utc_now() + DAYS + timedelta(minutes=1)) == {"saved_visitors": 1}


def test_a_run_ends_in_time_and_the_next_one_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = signed_in("lin")
    for serial in range(1, 6):
        visitor.post("/api/visitor/saved", {**PERSON, "phone": f"138{serial:08d}"})
    later = utc_now() + DAYS + timedelta(minutes=1)
    ticks = iter([0, 0, 0, 41, 41, 41])

    def slow() -> datetime:
        return later + timedelta(seconds=next(ticks, 41))

    assert purge.purge_personal_data(slow) == {"saved_visitors": 2, "left": 3}
    assert purge.purge_personal_data(lambda: later) == {"saved_visitors": 3}


def test_the_record_of_a_run_has_numbers_only() -> None:
    visitor = signed_in("lin")
    with_number(visitor)
    later = utc_now() + DAYS + timedelta(days=1)
    closing.close_visits(lambda: later)
    purge.purge_personal_data(lambda: later)
    boss = browser_of(make_user("boss", "administrator").id, Device.OFFICE)
    runs = boss.get("/api/office/purges").json["items"]
    assert [run["counts"] for run in runs] == [{"visits": 1, "saved_visitors": 1}]
    staff = signed_in("chen", "visitor_approver", device=Device.OFFICE)
    assert staff.get("/api/office/purges").status == 403


def test_a_visit_changed_meanwhile_is_left_to_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    visit_id = with_number(signed_in("lin"))
    later = visit_of(visit_id).window.ends_at + DAYS + timedelta(days=1)
    closing.close_visits(lambda: later)
    read = store.find_visit

    def read_then_changed(wanted: str) -> Visit | None:
        seen = read(wanted)
        monkeypatch.setattr(store, "find_visit", read)
        assert seen is not None
        touch(seen, later)
        return seen

    monkeypatch.setattr(store, "find_visit", read_then_changed)
    assert purge.purge_personal_data(lambda: later) == {"saved_visitors": 1}
    assert visit_of(visit_id).visitor.name == "林晓雨"
    assert purge.purge_personal_data(lambda: later) == {"visits": 1}


def touch(visit: Visit, now: datetime) -> None:
    transaction = Transaction()
    add_change(transaction, visit, Change(replace(visit, version=visit.version + 1)), now)
    transaction.commit()


def test_how_long_data_are_kept_is_said_to_everybody() -> None:
    assert Client().get("/api/privacy").json == {"personal_data_days": 180}
