"""Passing the gates on the packaged stack: told by an event, made up for by the schedule, signed out at night."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from chalicelib.core.clock import to_text
from sandbox.cloud.stack import InvocationFailed, Stack, wait_until
from tests.stack.people import Gate, Person
from tests.stack.test_operation import without_action
from tests.stack.test_walk import approve, becomes

pytestmark = pytest.mark.stack


class Console:
    """The gate's console: who passes where, and the platform's switches."""

    def __init__(self, stack: Stack) -> None:
        self._base = f"{stack.sandbox_api}/sandbox/gate"

    def switch(self, **knobs: Any) -> None:
        """Turn the platform's switches."""
        assert requests.patch(f"{self._base}/knobs", json=knobs, timeout=10).status_code == 200

    def lose_events(self, lost: bool = True) -> None:
        """The platform tells nobody of what happens."""
        self.switch(events={"duplicate": False, "reversed": False, "lost": lost})

    def passes(self, visit: Any, device: str = "east-turnstile-1") -> None:
        """The visitor shows the pass."""
        credential = {"kind": "qr", "value": visit["pass"]["qr_content"]}
        answer = requests.post(f"{self._base}/pass", json={"credential": credential, "device": device}, timeout=10)
        assert answer.json()["open"] is True, answer.text

    def signs_out(self, order_id: str) -> None:
        """Reception does."""
        assert requests.post(f"{self._base}/visits/{order_id}/sign-out", timeout=10).status_code == 200

    def is_over(self, phone: str) -> bool:
        """Whether the platform has signed the visitor out."""
        rows = requests.get(f"{self._base}/visits", timeout=10).json()["items"]
        return [row["is_over"] for row in rows if row["phone"] == phone] == [True]


@pytest.fixture
def console(stack: Stack, gate: Gate) -> Iterator[Console]:
    found = Console(stack)
    found.lose_events(False)
    yield found
    found.lose_events(False)
    found.switch(failing_devices=[])


def admitted(visitor: Person, approver: Person) -> Any:
    visit = visitor.submit()
    approve(approver, visit)
    return becomes(visitor, visit["id"], "ready")


def questions_of(stack: Stack) -> list[str]:
    """What events made us ask."""
    rows = stack.client("dynamodb").scan(TableName=stack.outputs["OutboxTable"])["Items"]
    return [row["pk"]["S"] for row in rows if row["pk"]["S"].startswith("gate:passages:")]


def let_days_pass(stack: Stack, visit: Any, presence: dict[str, str]) -> None:
    """As if the visit had been the day before yesterday."""
    ago = datetime.now(UTC) - timedelta(days=2)
    kept = {**presence, "passed_at": to_text(ago), "entered_at": to_text(ago)}
    values = {":over": {"S": to_text(ago)}, ":presence": {"S": json.dumps(kept)}}
    stack.client("dynamodb").update_item(
        TableName=stack.outputs["VisitorTable"],
        Key={"pk": {"S": f"VISIT#{visit['id']}"}, "sk": {"S": "VISIT"}},
        UpdateExpression="SET ends_at = :over, open_until = :over, inside_until = :over, presence = :presence",
        ConditionExpression="attribute_exists(inside_until)",
        ExpressionAttributeValues=values,
    )


def test_the_platform_tells_and_the_visit_shows_it(
    stack: Stack, visitor: Person, approver: Person, administrator: Person, console: Console
) -> None:
    visit = admitted(visitor, approver)
    asked = len(questions_of(stack))
    console.passes(visit)
    entered = becomes(visitor, visit["id"], "entered")
    assert len(questions_of(stack)) > asked, "an event came; it was not the schedule"
    assert (entered["presence"]["status"], entered["can_cancel"]) == ("inside", False)
    assert entered["pass"] is not None
    console.passes(visit, "east-exit-turnstile")
    left = becomes(visitor, visit["id"], "left")
    assert [line["event"] for line in left["timeline"]][-2:] == ["entered", "left"]


def test_lost_events_are_made_up_for(stack: Stack, visitor: Person, approver: Person, console: Console) -> None:
    visit = admitted(visitor, approver)
    console.lose_events()
    console.passes(visit)

    def is_read() -> bool:
        """A run of the schedule's own at this moment may be the one that keeps its place; the next one brings the rest."""
        assert stack.run_schedule("read_passages").get("failed") is None
        return bool(visitor.get(f"/api/visitor/visits/{visit['id']}")["stage"] == "entered")

    assert wait_until(is_read, 30, 1)
    assert visitor.get(f"/api/visitor/visits/{visit['id']}")["presence"]["entered_at"]
    stack.run_schedule("read_passages")
    timeline = visitor.get(f"/api/visitor/visits/{visit['id']}")["timeline"]
    assert [line["event"] for line in timeline].count("entered") == 1


def test_reception_signs_somebody_out(stack: Stack, visitor: Person, approver: Person, console: Console) -> None:
    visit = admitted(visitor, approver)
    console.passes(visit)
    becomes(visitor, visit["id"], "entered")
    [row] = Gate(stack).visits_of(visit["visitor"]["phone"])
    console.signs_out(row["order_id"])
    assert "signed_out" in [line["event"] for line in becomes(visitor, visit["id"], "left")["timeline"]]


def test_who_stays_is_listed_and_signed_out_at_night(
    stack: Stack, visitor: Person, approver: Person, console: Console
) -> None:
    visit = admitted(visitor, approver)
    console.passes(visit)
    becomes(visitor, visit["id"], "entered")
    let_days_pass(stack, visit, {"status": "inside"})
    becomes(visitor, visit["id"], "overstayed")
    stack.run_schedule("close_visits")
    closed = visitor.get(f"/api/visitor/visits/{visit['id']}")
    assert (closed["status"], closed["stage"], closed["gate"]["status"]) == ("ended", "overstayed", "ready")
    assert not console.is_over(visit["visitor"]["phone"]), "still on the platform's list of people inside"

    def signed_out() -> bool:
        stack.run_schedule("read_passages")
        return bool(visitor.get(f"/api/visitor/visits/{visit['id']}")["stage"] == "checked_out")

    assert wait_until(signed_out, 30, pause=2)
    assert wait_until(lambda: console.is_over(visit["visitor"]["phone"]), 60)


@pytest.mark.parametrize("action", ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:Query"])
def test_reading_needs_each_of_its_rights(
    stack: Stack, visitor: Person, approver: Person, console: Console, action: str
) -> None:
    visit = admitted(visitor, approver)
    console.lose_events()
    console.passes(visit)

    def is_refused() -> bool:
        try:
            stack.run_schedule("read_passages")
        except InvocationFailed:
            return True
        return False

    with without_action(stack, "read_passages", action):
        assert wait_until(is_refused, 30), "it still worked"
    assert wait_until(lambda: not is_refused(), 30)
    becomes(visitor, visit["id"], "entered")


def test_events_are_taken_at_the_secret_address_only_and_asked_for_once(stack: Stack) -> None:
    address = f"http://127.0.0.1:{stack.cloud.port}/api/gate/events/guess"
    host = {"Host": stack.public_url.removeprefix("http://")}
    assert requests.post(address, json={"method": "OnEventNotify"}, headers=host, timeout=30).status_code == 404
    assert stack.invoke("subscribe_gate_events", {}) == {"subscribed": True, "added": []}
