"""What a person did as two users is theirs as one: visits, saved visitors, consents; and they decide nothing of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bench.aws import recorded
from chalicelib.core.clock import utc_now
from chalicelib.core.session import Device, Principal
from chalicelib.core.table import Transaction
from chalicelib.domains.account import store as users
from chalicelib.domains.account.model import appoint
from chalicelib.domains.visitor import ownership, saved, store
from chalicelib.domains.visitor.privacy.identity import opened
from tests.store.test_changes_api import change_form
from tests.store.test_privacy_api import NUMBER, agree, reserve
from tests.support.arrivals import ACCOUNT, MINI, arrive
from tests.support.client import Client, browser_of
from tests.support.forms import form, party_form
from tests.support.visits import submitted

pytestmark = pytest.mark.usefixtures("cloud")

OLD, NEW = "4f9d1c1e-0000-4000-8000-000000000001", "4f9d1c1e-0000-4000-8000-000000000002"


class Person:
    """Somebody with a visit made as each of two users, who then become one; ``client`` is the account's browser."""

    def __init__(self) -> None:
        self.survivor = arrive(ACCOUNT, "lin", bound=False).id
        self.absorbed = arrive(MINI, "lin").id
        self.mini = browser_of(self.absorbed, Device.MINI_PROGRAM)
        self.client = browser_of(self.survivor)
        agree(self.mini)
        self.old = reserve(self.mini, OLD, phone="13800000001", id_number=NUMBER).json["id"]
        self.new = reserve(self.client, NEW, phone="13800000002").json["id"]

    def merge(self) -> None:
        user = arrive(ACCOUNT, "lin")
        assert (user.id, user.absorbed) == (self.survivor, (self.absorbed,))

    @property
    def principal(self) -> Principal:
        return Principal(self.survivor, "lin", "", frozenset(), also_owns=(self.absorbed,))


@pytest.fixture
def lin() -> Person:
    person = Person()
    assert [one["id"] for one in person.client.get("/api/visitor/visits").json["items"]] == [person.new]
    person.merge()
    return person


def ids(client: Client) -> list[str]:
    return [one["id"] for one in client.get("/api/visitor/visits").json["items"]]


def test_all_visits_are_there_from_both_sides(lin: Person) -> None:
    for client in (lin.client, lin.mini):
        assert ids(client) == [lin.new, lin.old]
        for visit in (lin.new, lin.old):
            shown = client.get(f"/api/visitor/visits/{visit}").json
            assert (shown["id"], shown["can_cancel"]) == (visit, True)


def test_an_old_visit_is_cancelled_by_who_they_are_now(lin: Person) -> None:
    assert lin.client.post(f"/api/visitor/visits/{lin.old}/cancel").json["status"] == "cancelled"
    kept = store.find_visit(lin.old)
    assert kept is not None
    assert kept.owner_id == lin.absorbed, "its sealed number opens for this id only"
    assert kept.visitor.id_number is None or opened(lin.absorbed, kept.visitor.id_number) == NUMBER


def test_an_old_visit_is_changed_and_keeps_its_number_sealed_for_who_they_are_now(lin: Person) -> None:
    agree(lin.client)
    old = lin.client.get(f"/api/visitor/visits/{lin.old}").json
    wanted = change_form(old, purpose="送货", host={"name": "王海峰", "phone": "13900001111"})
    wanted["visitor"]["keep_id_number"] = True
    made = lin.client.post("/api/visitor/changes", wanted)
    assert made.status == 201, made.text
    again = lin.client.post("/api/visitor/changes", wanted)
    assert (again.status, again.json["id"]) == (201, made.json["id"]), "sent again, it changes nothing twice"
    new = store.find_visit(made.json["id"])
    assert new is not None
    assert (new.owner_id, new.replaces) == (lin.survivor, lin.old)
    assert new.visitor.id_number is not None
    assert opened(lin.survivor, new.visitor.id_number) == NUMBER


def test_a_party_of_the_other_user_is_seen_and_cancelled() -> None:
    survivor, absorbed = arrive(ACCOUNT, "lin", bound=False), arrive(MINI, "lin")
    made = browser_of(absorbed.id, Device.MINI_PROGRAM).post("/api/visitor/visits", party_form()).json
    path = f"/api/visitor/parties/{made['party']['id']}"
    client = browser_of(survivor.id)
    assert client.get(path).status == 404
    arrive(ACCOUNT, "lin")
    assert [one["can_cancel"] for one in client.get(path).json["items"]] == [True] * 3
    assert {one["status"] for one in client.post(f"{path}/cancel").json["items"]} == {"cancelled"}


def test_nobody_approves_what_they_asked_for_as_somebody_else(lin: Person) -> None:
    user = users.find_user(lin.survivor)
    assert user is not None
    transaction = Transaction()
    users.add_user_change(transaction, appoint(user, "visitor_approver"))
    transaction.commit()
    shown = lin.client.get(f"/api/visitor/approvals/{lin.old}").json
    assert shown["can_decide"] is False
    listed = lin.client.get("/api/visitor/approvals").json["items"]
    assert {one["id"]: one["can_decide"] for one in listed} == {lin.old: False, lin.new: False}
    for verb, more in (("approve", {}), ("refuse", {"reason": "无"})):
        answer = lin.client.post(f"/api/visitor/approvals/{lin.old}/{verb}", {"version": 1, **more})
        assert (answer.status, answer.code) == (409, "visit_own_approval")
    kept = store.find_visit(lin.old)
    assert kept is not None
    assert kept.version == 1


def test_a_stranger_and_the_half_of_another_still_see_nothing(lin: Person) -> None:
    stranger = browser_of(arrive(ACCOUNT, "zhou").id)
    assert stranger.get(f"/api/visitor/visits/{lin.old}").status == 404
    assert ids(stranger) == []


def test_pages_over_both_show_every_visit_once_in_order(lin: Person) -> None:
    at = utc_now() - timedelta(days=1)
    for number in range(57):
        owner = lin.survivor if number % 3 else lin.absorbed
        visit = replace(
            submitted(at), id=f"BULK{number:03d}", owner_id=owner, submitted_at=at - timedelta(minutes=number)
        )
        transaction = Transaction()
        store.add_new_visit(transaction, visit)
        transaction.commit()
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = lin.client.get("/api/visitor/visits", **({"cursor": cursor} if cursor else {})).json
        seen += [one["id"] for one in page["items"]]
        assert len(page["items"]) <= 20
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [lin.new, lin.old, *(f"BULK{number:03d}" for number in range(57))]


def test_a_foreign_cursor_is_refused(lin: Person) -> None:
    for cursor in ("-", "x.y", "-.-.-", "eyJvd25lcl9pZCI6eyJTIjoiWCJ9fQ.-"):
        assert lin.client.get("/api/visitor/visits", cursor=cursor).code == "invalid_cursor"


def test_a_person_with_one_id_pays_one_query() -> None:
    client = browser_of(arrive(ACCOUNT, "zhou").id)
    client.post("/api/visitor/visits", form())
    with recorded() as recording:
        assert len(ids(client)) == 1
    assert list(recording.operations) == ["GetItem", "Query"]


def saved_phones(client: Client) -> list[str]:
    return sorted(one["phone"] for one in client.get("/api/visitor/saved").json["items"])


def saved_as(client: Client, phone: str) -> str:
    return str(next(one["id"] for one in client.get("/api/visitor/saved").json["items"] if one["phone"] == phone))


def test_a_saved_visitor_of_the_other_user_is_used_with_their_number(lin: Person) -> None:
    agree(lin.client)
    used = reserve(
        lin.client,
        "4f9d1c1e-0000-4000-8000-000000000003",
        phone="13800000001",
        id_number_of=saved_as(lin.client, "13800000001"),
    )
    assert used.status == 201, used.text
    visit = store.find_visit(used.json["id"])
    assert visit is not None
    assert visit.visitor.id_number is not None
    assert opened(lin.survivor, visit.visitor.id_number) == NUMBER, "sealed anew for who uses it"
    assert saved_phones(lin.client) == ["13800000001", "13800000002"], "remembered under both ids, shown once"


def test_saved_visitors_of_both_are_changed_and_forgotten(lin: Person) -> None:
    assert saved_phones(lin.client) == ["13800000001", "13800000002"]
    old = saved_as(lin.client, "13800000001")
    body = {"name": "林晓雨", "gender": "female", "phone": "13800000009"}
    changed = lin.client.request("PUT", f"/api/visitor/saved/{old}", body=body)
    assert changed.status == 200, changed.text
    assert saved.list_saved(lin.absorbed) == []
    assert saved_phones(lin.mini) == ["13800000002", "13800000009"]
    assert lin.client.request("DELETE", f"/api/visitor/saved/{changed.json['id']}").status == 204
    assert saved_phones(lin.client) == ["13800000002"]
    assert lin.client.request("DELETE", f"/api/visitor/saved/{old}").status == 404


def test_who_is_saved_twice_is_forgotten_once_and_for_all(lin: Person) -> None:
    lin.client.post("/api/visitor/saved", {"name": "林晓雨", "gender": "female", "phone": "13800000001"})
    assert saved_phones(lin.client) == ["13800000001", "13800000002"]
    lin.client.request("DELETE", f"/api/visitor/saved/{saved_as(lin.client, '13800000001')}")
    assert saved_phones(lin.client) == ["13800000002"]


def test_taking_back_a_consent_reaches_what_was_given_as_the_other_user(lin: Person) -> None:
    agree(lin.client)
    assert lin.client.post("/api/visitor/consents/id_number/withdraw").status == 200
    kept = store.find_visit(lin.old)
    assert kept is not None
    assert (kept.visitor.id_number, kept.status.value) == (None, "cancelled")
    assert [one.person.id_number for one in ownership.list_saved(lin.principal)] == [None, None]
    decisions = [one["decision"] for one in lin.client.get("/api/visitor/consent-history").json["items"]]
    assert decisions.count("withdrawn") == 2


def test_erasing_everything_reaches_both(lin: Person) -> None:
    assert lin.mini.post("/api/visitor/erase-my-data").status == 204
    assert ownership.list_saved(lin.principal) == []
    assert [store.find_visit(visit).status.value for visit in (lin.old, lin.new)] == ["cancelled"] * 2  # type: ignore[union-attr]
