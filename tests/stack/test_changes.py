"""A reservation is changed on the packaged stack: the old right is gone before the new one opens."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cloud.stack import Stack, wait_until
from tests.stack.people import Gate, Person
from tests.stack.test_walk import approve, becomes, redelivered
from tests.support.forms import change_form

pytestmark = pytest.mark.stack


def another_purpose(visit: dict[str, Any]) -> dict[str, Any]:
    """The visit as it is, for another purpose."""
    return change_form(visit, request_id=f"change-{visit['id']}", purpose="参观交流")


def test_the_old_right_is_revoked_before_the_new_one_opens(
    stack: Stack, visitor: Person, approver: Person, gate: Gate
) -> None:
    old = visitor.submit()
    approve(approver, old)
    ready = becomes(visitor, old["id"], "ready")
    old_code = ready["pass"]["qr_content"]
    assert gate.opens("qr", old_code)
    gate.fault("down")
    body = another_purpose(ready)
    new = visitor.post("/api/visitor/changes", body)
    assert visitor.post("/api/visitor/changes", body)["id"] == new["id"], "sent twice, changed once"
    assert (new["stage"], new["replaces"]) == ("awaiting_approval", old["id"])
    assert visitor.get(f"/api/visitor/visits/{old['id']}")["stage"] == "replaced"
    assert (
        approver.request(
            "POST", f"/api/visitor/approvals/{old['id']}/refuse", {"version": ready["version"], "reason": "x"}
        ).json()["code"]
        == "visit_replaced"
    )
    assert approve(approver, new)["stage"] == "awaiting_gate"
    assert gate.opens("qr", old_code), "the platform has not heard of it yet"
    assert len(gate.visits_of(old["visitor"]["phone"])) == 1, "and nothing overtakes the revocation"
    gate.heal()
    new_code = redelivered(stack, visitor, new["id"], "ready")["pass"]["qr_content"]
    assert visitor.get(f"/api/visitor/visits/{old['id']}")["gate"]["status"] == "revoked"
    assert (gate.opens("qr", old_code), gate.opens("qr", new_code)) == (False, True)


def test_a_change_of_a_ready_visit_shuts_the_gate_until_it_is_approved_again(
    visitor: Person, approver: Person, gate: Gate
) -> None:
    old = visitor.submit()
    approve(approver, old)
    ready = becomes(visitor, old["id"], "ready")
    new = visitor.post("/api/visitor/changes", another_purpose(ready))
    assert wait_until(lambda: visitor.get(f"/api/visitor/visits/{old['id']}")["gate"]["status"] == "revoked", 90)
    assert not gate.opens("qr", ready["pass"]["qr_content"])
    assert visitor.get(f"/api/visitor/visits/{new['id']}")["gate"]["status"] == "none"
