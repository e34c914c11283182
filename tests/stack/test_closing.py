"""The end of the window on the packaged stack: the schedule runs with its own rights and takes the right at the gate away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.clock import to_text
from sandbox.cloud.stack import InvocationFailed, Stack, wait_until
from tests.stack.people import Gate, Person
from tests.stack.test_operation import without_action
from tests.stack.test_walk import approve, becomes

pytestmark = pytest.mark.stack


def let_the_window_pass(stack: Stack, visit: Any) -> None:
    """As if its window had ended a minute ago; the platform still holds the real one, so its right is still open."""
    over = {":over": {"S": to_text(datetime.now(UTC) - timedelta(minutes=1))}}
    stack.client("dynamodb").update_item(
        TableName=stack.outputs["VisitorTable"],
        Key={"pk": {"S": f"VISIT#{visit['id']}"}, "sk": {"S": "VISIT"}},
        UpdateExpression="SET ends_at = :over, open_until = :over",
        ConditionExpression="attribute_exists(open_until)",
        ExpressionAttributeValues=over,
    )


def test_after_the_visit_its_right_at_the_gate_is_gone(
    stack: Stack, visitor: Person, approver: Person, gate: Gate
) -> None:
    visit = visitor.submit()
    approve(approver, visit)
    qr_content = becomes(visitor, visit["id"], "ready")["pass"]["qr_content"]
    assert gate.opens("qr", qr_content)
    let_the_window_pass(stack, visit)
    assert stack.run_schedule("close_visits")["ended"] >= 1
    path = f"/api/visitor/visits/{visit['id']}"
    assert wait_until(lambda: visitor.get(path)["gate"]["status"] == "revoked", 90), visitor.get(path)
    ended = visitor.get(path)
    assert (ended["status"], ended["stage"], ended["pass"], ended["can_cancel"]) == ("ended", "ended", None, False)
    assert "ended" in [entry["event"] for entry in ended["timeline"]]
    assert not gate.opens("qr", qr_content)


def test_an_undecided_request_expires_and_cannot_be_approved(
    stack: Stack, visitor: Person, approver: Person, gate: Gate
) -> None:
    visit = visitor.submit()
    let_the_window_pass(stack, visit)
    assert stack.run_schedule("close_visits")["expired"] >= 1
    expired = visitor.get(f"/api/visitor/visits/{visit['id']}")
    assert (expired["status"], expired["stage"], expired["gate"]["status"]) == ("expired", "expired", "none")
    answer = approver.request("POST", f"/api/visitor/approvals/{visit['id']}/approve", {"version": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "visit_window_over")
    assert visit["id"] not in [row["id"] for row in approver.get("/api/visitor/approvals")["items"]]
    assert gate.visits_of(visit["visitor"]["phone"]) == []


@pytest.mark.parametrize("action", ["dynamodb:Query", "dynamodb:PutItem"])
def test_closing_needs_each_of_its_rights(stack: Stack, visitor: Person, action: str) -> None:
    visit = visitor.submit()
    let_the_window_pass(stack, visit)

    def is_refused() -> bool:
        try:
            stack.run_schedule("close_visits")
        except InvocationFailed:
            return True
        return False

    with without_action(stack, "close_visits", action):
        assert wait_until(is_refused, 30), "it still worked"
        assert visitor.get(f"/api/visitor/visits/{visit['id']}")["status"] == "submitted"
    assert wait_until(lambda: not is_refused(), 30)
    assert visitor.get(f"/api/visitor/visits/{visit['id']}")["status"] == "expired"
