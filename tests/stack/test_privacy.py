"""Personal data on the packaged stack: the number reaches the gate, a withdrawal takes it back, the schedule has its rights."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cloud.stack import InvocationFailed, Stack, wait_until
from tests.stack.people import OTHER, Gate, Person, fresh_phone
from tests.stack.test_operation import without_action
from tests.stack.test_walk import approve, becomes

pytestmark = pytest.mark.stack


def id_number() -> str:
    """A well-formed synthetic number nobody else of this run has; the platform knows people by it, too."""
    digits = f"35000019900307{fresh_phone()[-3:]}"
    weighted = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(digits))
    return digits + "10X98765432"[weighted % 11]


def agree(person: Person, kind: str) -> None:
    asked = next(item for item in person.get("/api/visitor/consents")["items"] if item["kind"] == kind)
    person.post(f"/api/visitor/consents/{kind}", {"version": asked["version"], "granted": True})


def visitor_details(**more: Any) -> dict[str, Any]:
    return {"name": "周敏", "gender": "female", "phone": fresh_phone(), "plate_number": None, **more}


def test_the_id_card_opens_the_gate_until_the_number_is_taken_back(stack: Stack, approver: Person, gate: Gate) -> None:
    person, number = Person(stack, OTHER).sign_in(), id_number()
    agree(person, "id_number")
    visit = person.submit(visitor=visitor_details(id_number=number))
    approve(approver, visit)
    becomes(person, visit["id"], "ready")
    assert gate.opens("card", number)
    person.post("/api/visitor/consents/id_number/withdraw")
    path = f"/api/visitor/visits/{visit['id']}"
    assert wait_until(lambda: person.get(path)["gate"]["status"] == "revoked", 90), person.get(path)
    gone = person.get(path)
    assert (gone["status"], gone["visitor"]["id_number_masked"]) == ("cancelled", None)
    assert not gate.opens("card", number)
    for function in ("api", "gate_worker"):
        assert not [line for line in stack.logs(function) if number in line]


@pytest.mark.parametrize("action", ["dynamodb:Query", "dynamodb:DeleteItem"])
def test_purging_needs_each_of_its_rights(stack: Stack, action: str) -> None:
    person = Person(stack, OTHER).sign_in()

    def due() -> None:
        """An order to erase whose second pass is due."""
        person.post("/api/visitor/consents/id_number/withdraw")
        key = {"pk": {"S": f"USER#{person.get('/api/session')['user']['id']}"}, "sk": {"S": "ERASURE#id_number"}}
        stack.client("dynamodb").update_item(
            TableName=stack.outputs["VisitorTable"],
            Key=key,
            UpdateExpression="SET purge_after = :past",
            ExpressionAttributeValues={":past": {"S": "2020-01-01T00:00:00.000Z"}},
        )

    def is_refused() -> bool:
        due()
        try:
            stack.run_schedule("purge_personal_data")
        except InvocationFailed:
            return True
        return False

    with without_action(stack, "purge_personal_data", action):
        assert wait_until(is_refused, 30), "it still worked"
    assert wait_until(lambda: not is_refused(), 30)
