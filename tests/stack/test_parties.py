"""Three people in one reservation on the packaged stack: approved at once, three passes, each with its own right."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cloud.stack import Stack, wait_until
from tests.stack.people import Gate, Person, fresh_phone
from tests.stack.test_walk import becomes

pytestmark = [pytest.mark.stack, pytest.mark.runs_early]


def companions(*names: str) -> list[dict[str, Any]]:
    """People with phones nobody else has."""
    return [{"name": name, "gender": "male", "phone": fresh_phone()} for name in names]


def approve_everybody(approver: Person, party_id: str) -> list[dict[str, Any]]:
    """One tap: everybody who was shown."""
    shown = approver.get(f"/api/visitor/party-approvals/{party_id}")["items"]
    seen = [{"id": visit["id"], "version": visit["version"]} for visit in shown]
    party: list[dict[str, Any]] = approver.post(f"/api/visitor/party-approvals/{party_id}/approve", {"visits": seen})[
        "items"
    ]
    return party


def test_a_party_of_three_gets_three_passes(stack: Stack, visitor: Person, approver: Person, gate: Gate) -> None:
    first = visitor.submit(companions=companions("张德发", "李大伟"))
    party_id = first["party"]["id"]
    assert [visit["stage"] for visit in approve_everybody(approver, party_id)] == ["awaiting_gate"] * 3
    party = [
        becomes(visitor, visit["id"], "ready") for visit in visitor.get(f"/api/visitor/parties/{party_id}")["items"]
    ]
    codes = [visit["pass"]["qr_content"] for visit in party]
    assert len(set(codes)) == 3
    assert [gate.opens("qr", code) for code in codes] == [True, True, True], "each has a right of their own"
    assert [len(gate.visits_of(visit["visitor"]["phone"])) for visit in party] == [1, 1, 1]
    visitor.post(f"/api/visitor/visits/{party[1]['id']}/cancel")
    becomes_revoked(visitor, party[1]["id"])
    assert [gate.opens("qr", code) for code in codes] == [True, False, True], "the others keep their rights"
    visitor.post(f"/api/visitor/parties/{party_id}/cancel")
    for visit in party:
        becomes_revoked(visitor, visit["id"])
    assert [gate.opens("qr", code) for code in codes] == [False, False, False]
    assert not [line for line in stack.logs("api") if "outbox_wake_failed" in line], "the workers were woken at once"


def becomes_revoked(person: Person, visit_id: str) -> None:
    """Wait until the gate has let go."""
    assert wait_until(lambda: person.get(f"/api/visitor/visits/{visit_id}")["gate"]["status"] == "revoked", 90)
