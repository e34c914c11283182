"""Steps of several people in one reservation, and of changing one."""

from __future__ import annotations

from typing import Any

from bench.steps import Action, Prepare
from bench.world import VISITS, World, succeeded
from tests.support.forms import change_form


def change(stage: str) -> Prepare:
    """A visit at a stage moved by an hour; a repeated one finds the visit it made."""

    def prepare(world: World) -> Action:
        visit = world.approved() if stage == "approved" else world.submitted()
        form = another_purpose(world, visit)
        if stage == "changed":
            succeeded(world.visitor.post("/api/visitor/changes", form))
        return lambda: succeeded(world.visitor.post("/api/visitor/changes", form))

    return prepare


def another_purpose(world: World, visit: dict[str, Any]) -> dict[str, Any]:
    """The visit as it is, for another purpose."""
    return change_form(visit, request_id=world.form()["request_id"], purpose="参观交流")


def deliver_changed(world: World) -> Action:
    """One message: the old right is revoked, the new version registered, its rights arrive, its pass is stored."""
    old = world.approved()
    world.workers.deliver(f"gate:visit:{old['id']}")
    new = succeeded(world.visitor.post("/api/visitor/changes", another_purpose(world, old))).json
    succeeded(world.approver.post(f"/api/visitor/approvals/{new['id']}/approve", {"version": new["version"]}))
    return lambda: world.workers.deliver(f"gate:visit:{old['id']}")


def party(world: World) -> dict[str, Any]:
    """Form of the largest party."""
    companions = [{"name": "张德发", "gender": "male", "phone": f"139{world.serial:04d}{n:04d}"} for n in range(9)]
    return world.form(companions=companions)


def submit_party(world: World) -> Action:
    form = party(world)
    return lambda: succeeded(world.visitor.post(VISITS, form))


def submit_party_again(world: World) -> Action:
    form = party(world)
    succeeded(world.visitor.post(VISITS, form))
    return lambda: succeeded(world.visitor.post(VISITS, form))


def show_party(browser: str, path: str) -> Prepare:
    def prepare(world: World) -> Action:
        party_id = succeeded(world.visitor.post(VISITS, party(world))).json["id"]
        return lambda: succeeded(getattr(world, browser).get(f"{path}/{party_id}"))

    return prepare


def approve_party(world: World) -> Action:
    act, _ = _decided_party(world)
    return act


def cancel_party(world: World) -> Action:
    act, party_id = _decided_party(world)
    act()
    return lambda: succeeded(world.visitor.post(f"/api/visitor/parties/{party_id}/cancel"))


def _decided_party(world: World) -> tuple[Action, str]:
    """The approval of everybody in a party, and the party's id."""
    party_id = succeeded(world.visitor.post(VISITS, party(world))).json["id"]
    people = world.visitor.get(f"/api/visitor/parties/{party_id}").json["items"]
    body = {"visits": [{"id": visit["id"], "version": visit["version"]} for visit in people]}
    return lambda: succeeded(world.approver.post(f"/api/visitor/party-approvals/{party_id}/approve", body)), party_id
