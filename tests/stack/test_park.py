"""The park on the running stack: beside the gate, never behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.cloud.stack import Stack, wait_until
from tests.stack.people import Gate, Person


class Park:
    """The committee's console."""

    def __init__(self, stack: Stack) -> None:
        self._base = f"{stack.sandbox_api}/sandbox/park"

    def send(self, method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(method, f"{self._base}/{path}", json=body, timeout=15)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def heal(self) -> None:
        self.send("DELETE", "faults")
        self.send("PATCH", "knobs", {"decision": "accept", "processing_seconds": 0})

    def held(self, visit: Any) -> list[Any]:
        """What the platform holds of a visit's visitor."""
        phone = visit["visitor"]["phone"]
        return [row for row in self.send("GET", "visits")["items"] if row["facts"]["visitor"]["phone"] == phone]

    def has_told(self, visit: Any, status: str) -> bool:
        """Whether a message of that status has been stored by the product, or will be within seconds."""

        def told() -> bool:
            messages = [line for line in self.send("GET", "events")["items"] if line["status"] == 200]
            return (visit["id"], status) in [(line["event"]["visitNo"], line["event"]["status"]) for line in messages]

        return wait_until(told, 30)


@pytest.fixture
def park(stack: Stack) -> Iterator[Park]:
    console = Park(stack)
    console.heal()
    yield console
    console.heal()


def approve(visitor: Person, approver: Person) -> Any:
    visit = visitor.submit()
    return approver.post(f"/api/visitor/approvals/{visit['id']}/approve", {"version": visit["version"]})


def comes_to(visitor: Person, visit: Any, seconds: float = 60, **wanted: str) -> None:
    """The visit reaches these states; `park` and `gate` are their statuses."""

    def shown() -> dict[str, str]:
        now = visitor.get(f"/api/visitor/visits/{visit['id']}")
        return {"stage": now["stage"], "park": now["park"]["status"], "gate": now["gate"]["status"]}

    assert wait_until(lambda: shown().items() >= wanted.items(), seconds), (shown(), wanted)


def test_the_gate_is_down_while_the_park_works_and_the_reverse(
    stack: Stack, visitor: Person, approver: Person, gate: Gate, park: Park
) -> None:
    gate.fault("down")
    first = approve(visitor, approver)
    comes_to(visitor, first, park="accepted", gate="waiting", stage="awaiting_gate")
    gate.heal()
    park.send("POST", "faults", {"path": "*", "kind": "down"})
    second = approve(visitor, approver)
    comes_to(visitor, second, gate="ready", park="waiting", stage="awaiting_park")
    assert park.held(second) == []
    assert visitor.get(f"/api/visitor/visits/{second['id']}")["pass"] is None, "not before the park has accepted"
    park.heal()
    stack.run_schedule("outbox_redeliver")
    for visit in (first, second):
        assert wait_until(lambda: stack.run_schedule("outbox_redeliver") is not None, 5)
        comes_to(visitor, visit, 90, stage="ready")


def test_a_lost_answer_leaves_exactly_one_visit_and_a_cancellation_ends_it(
    stack: Stack, visitor: Person, approver: Person, park: Park
) -> None:
    park.send("POST", "faults", {"path": "/park/v1/visits", "kind": "lost_answer", "times": 1})
    visit = approve(visitor, approver)
    assert wait_until(lambda: len(park.held(visit)) == 1, 30)
    comes_to(visitor, visit, 90, park="accepted")
    assert len(park.held(visit)) == 1
    visitor.post(f"/api/visitor/visits/{visit['id']}/cancel")
    comes_to(visitor, visit, park="cancelled")
    assert [row["status"] for row in park.held(visit)] == ["cancelled"]


def test_only_the_parks_own_messages_count(visitor: Person, approver: Person, park: Park) -> None:
    park.send("PATCH", "knobs", {"decision": "ask"})
    visit = approve(visitor, approver)
    assert wait_until(lambda: len(park.held(visit)) == 1, 30)
    updated_at = park.held(visit)[0]["updatedAt"]
    event = {"eventId": f"test-{visit['id']}", "visitNo": visit["id"], "status": "rejected", "at": updated_at}
    assert park.send("POST", "events", {"event": event, "forged": True})["status"] == 401
    comes_to(visitor, visit, park="waiting")
    park.send("POST", f"visits/{visit['id']}/decide", {"status": "rejected", "reason": "园区临时管控"})
    comes_to(visitor, visit, park="rejected", stage="park_rejected")
    park.send("POST", f"visits/{visit['id']}/decide", {"status": "accepted"})
    comes_to(visitor, visit, park="accepted")
    late = {**event, "eventId": f"late-{visit['id']}"}
    assert park.send("POST", "events", {"event": late})["status"] == 200, "stored, and older than what is known"
    assert park.send("POST", "events", {"event": late})["status"] == 200, "the same once more"
    comes_to(visitor, visit, park="accepted")
