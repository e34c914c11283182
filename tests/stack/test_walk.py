"""One visit from sign-in to the open gate on the packaged stack, and everything that may happen on the way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.cloud.stack import Stack, wait_until
from tests.stack.people import OTHER, Gate, Person

pytestmark = pytest.mark.stack
REGISTRATION = "/artemis/api/visitor/v1/appointment/registration"


def becomes(person: Person, visit_id: str, stage: str, limit: float = 90) -> Any:
    """Wait for a stage; returns the visit."""
    assert wait_until(lambda: person.get(f"/api/visitor/visits/{visit_id}")["stage"] == stage, limit), person.get(
        f"/api/visitor/visits/{visit_id}"
    )
    return person.get(f"/api/visitor/visits/{visit_id}")


def approve(approver: Person, visit: Any) -> Any:
    """Approve what was seen."""
    return approver.post(f"/api/visitor/approvals/{visit['id']}/approve", {"version": visit["version"]})


def redelivered(stack: Stack, person: Person, visit_id: str, stage: str, limit: float = 40) -> Any:
    """Let the schedule's function run, as it does every minute, until the stage is reached."""

    def reached() -> bool:
        stack.run_schedule("outbox_redeliver")
        return bool(person.get(f"/api/visitor/visits/{visit_id}")["stage"] == stage)

    assert wait_until(reached, limit, pause=2), person.get(f"/api/visitor/visits/{visit_id}")
    return person.get(f"/api/visitor/visits/{visit_id}")


def test_the_gate_opens_for_the_approved_visitor_in_the_window_and_for_nobody_else(
    stack: Stack, visitor: Person, approver: Person, gate: Gate
) -> None:
    visit = visitor.submit()
    phone = visit["visitor"]["phone"]
    assert visit["stage"] == "awaiting_approval"
    assert gate.visits_of(phone) == []
    waiting = approver.get("/api/visitor/approvals", view="waiting")["items"]
    assert visit["id"] in [row["id"] for row in waiting]
    assert approve(approver, visit)["stage"] == "awaiting_gate"
    ready = becomes(visitor, visit["id"], "ready")
    qr_content = ready["pass"]["qr_content"]
    start, end = datetime.fromisoformat(visit["starts_at"]), datetime.fromisoformat(visit["ends_at"])
    assert gate.opens("qr", qr_content)
    assert not gate.opens("qr", qr_content, at=end + timedelta(minutes=1))
    assert not gate.opens("qr", qr_content, at=start - timedelta(hours=1))
    assert not gate.opens("qr", "0000000000")
    assert not gate.opens("face", "somebody")
    assert len(gate.visits_of(phone)) == 1
    stranger = Person(stack, OTHER).sign_in()
    assert stranger.request("GET", f"/api/visitor/visits/{visit['id']}").status_code == 404


def test_a_cancelled_visit_loses_its_right(visitor: Person, approver: Person, gate: Gate, stack: Stack) -> None:
    visit = visitor.submit()
    approve(approver, visit)
    qr_content = becomes(visitor, visit["id"], "ready")["pass"]["qr_content"]
    cancelled = visitor.post(f"/api/visitor/visits/{visit['id']}/cancel")
    assert (cancelled["stage"], cancelled["pass"]) == ("cancelled", None)
    assert wait_until(lambda: visitor.get(f"/api/visitor/visits/{visit['id']}")["gate"]["status"] == "revoked", 90)
    assert not gate.opens("qr", qr_content)


def test_the_platform_is_down_during_the_approval(stack: Stack, visitor: Person, approver: Person, gate: Gate) -> None:
    gate.fault("down")
    visits = [visitor.submit() for _ in range(2)]
    for visit in visits:
        approve(approver, visit)
    shown = visitor.get(f"/api/visitor/visits/{visits[0]['id']}")
    assert (shown["stage"], shown["gate"]["status"]) == ("awaiting_gate", "waiting")
    gate.heal()
    for visit in visits:
        redelivered(stack, visitor, visit["id"], "ready")
        assert len(gate.visits_of(visit["visitor"]["phone"])) == 1


def test_the_answer_of_the_registration_is_lost_after_the_platform_committed(
    stack: Stack, visitor: Person, approver: Person, gate: Gate
) -> None:
    gate.fault("lost_answer", REGISTRATION, times=1)
    visit = visitor.submit()
    approve(approver, visit)
    ready = redelivered(stack, visitor, visit["id"], "ready")
    assert len(gate.visits_of(visit["visitor"]["phone"])) == 1
    assert gate.opens("qr", ready["pass"]["qr_content"])


def test_an_unknown_host_is_told_and_can_be_sent_again(
    stack: Stack, visitor: Person, approver: Person, gate: Gate
) -> None:
    visit = visitor.submit(host={"name": "查无此人", "phone": "13999999999"})
    approve(approver, visit)
    failed = becomes(visitor, visit["id"], "gate_failed")
    assert failed["gate"]["message"].startswith("门禁系统中没有这位被访人")
    assert gate.visits_of(visit["visitor"]["phone"]) == []


def test_approving_twice_at_once(visitor: Person, approver: Person, administrator: Person, gate: Gate) -> None:
    visit = visitor.submit()
    path = f"/api/visitor/approvals/{visit['id']}"

    def press(number: int) -> int:
        person = (approver, administrator)[number % 2]
        action = "approve" if number % 2 == 0 else "refuse"
        body = {"version": 1} if number % 2 == 0 else {"version": 1, "reason": "资料不全"}
        return person.request("POST", f"{path}/{action}", body).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(press, range(8)))
    winners = {number % 2 for number, status in enumerate(statuses) if status == 200}
    assert len(winners) == 1, statuses
    assert set(statuses) == {200, 409}
    assert visitor.get(f"/api/visitor/visits/{visit['id']}")["version"] >= 2


def test_a_second_browser_cannot_use_the_callback(stack: Stack, visitor: Person) -> None:
    thief = Person(stack, OTHER)
    begun = visitor.request("GET", "/api/sign-in/wechat")
    answer = thief.follow(visitor.consent(begun.headers["Location"]))
    assert answer.headers["Location"].startswith("/sign-in?error=state_mismatch")
    assert thief.request("GET", "/api/session").status_code == 401


def test_windows_in_the_future_open_only_then(visitor: Person, approver: Person, gate: Gate) -> None:
    start = (datetime.now(UTC) + timedelta(days=1)).replace(second=0, microsecond=0)
    visit = visitor.submit(starts_at=start.isoformat(), ends_at=(start + timedelta(hours=2)).isoformat())
    approve(approver, visit)
    qr_content = becomes(visitor, visit["id"], "ready")["pass"]["qr_content"]
    assert not gate.opens("qr", qr_content)
    assert gate.opens("qr", qr_content, at=start + timedelta(minutes=1))
