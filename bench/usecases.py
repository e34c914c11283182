"""Every use case that exists, with the AWS calls it makes and the budget that holds for it (design 9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.aws import READS, SENDS
from bench.world import APPROVALS, VISITS, World
from chalicelib.core.outbox.redelivery import redeliver
from chalicelib.core.session import Device
from chalicelib.domains.account import sign_in
from chalicelib.domains.account.model import Profile
from chalicelib.domains.account.sign_in import WeChatPerson
from tests.support.client import Client, browser_of
from tests.support.environment import ENVIRONMENT

Action = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Budget:
    """The most calls of each kind a use case may make."""

    text: str
    reads: int
    transactions: int = 0
    sends: int = 0
    puts: int = 0

    def holds(self, operations: tuple[str, ...]) -> bool:
        """Whether a list of AWS operations is within it; a kind it does not know is never."""
        counts = (
            sum(name in READS for name in operations),
            operations.count("TransactWriteItems"),
            sum(name in SENDS for name in operations),
            operations.count("PutItem"),
        )
        allowed = (self.reads, self.transactions, self.sends, self.puts)
        within = all(count <= limit for count, limit in zip(counts, allowed, strict=True))
        return within and sum(counts) == len(operations)


READ = Budget("2 reads", 2)
CHANGE = Budget("2 reads 1 trans 1 send", 2, 1, 1)
CLAIM = Budget("1 put + a change", 2, 1, 1, puts=1)
"""A code of WeChat's is spent by asking: it is claimed before (one put), its result recorded after (one change)."""
TWO_ATTEMPTS = Budget("4 changes", 8, 4, 4)
"""Two attempts, each of two changes: it begins, and its result is recorded."""
REDELIVERY = Budget("1 query, 1 send per 10", 1, 0, 3)

GET, QUERY, PUT, COMMIT, SEND = "GetItem", "Query", "PutItem", "TransactWriteItems", "SendMessage"


@dataclass(frozen=True, slots=True)
class UseCase:
    """``prepare`` makes what the use case needs and returns the step that is measured."""

    name: str
    budget: Budget
    calls: tuple[str, ...]
    prepare: Callable[[World], Action]


def _get(browser: str, path: str, **query: str) -> Callable[[World], Action]:
    def prepare(world: World) -> Action:
        world.submitted()
        return lambda: _ok(getattr(world, browser).get(path, **query))

    return prepare


def _show(browser: str, path: str) -> Callable[[World], Action]:
    def prepare(world: World) -> Action:
        visit_id = world.submitted()["id"]
        return lambda: _ok(getattr(world, browser).get(f"{path}/{visit_id}"))

    return prepare


def _decide(browser: str, path: str, verb: str, **body: Any) -> Callable[[World], Action]:
    def prepare(world: World) -> Action:
        visit = world.submitted()
        sent = {"version": visit["version"], **body} if verb != "cancel" else None
        return lambda: _ok(getattr(world, browser).post(f"{path}/{visit['id']}/{verb}", sent))

    return prepare


def _submit(world: World) -> Action:
    form = world.form()
    return lambda: _ok(world.visitor.post(VISITS, form))


def _save(world: World) -> Action:
    person = world.form()["visitor"]
    return lambda: _ok(world.visitor.post("/api/visitor/saved", person))


def _change_saved(world: World) -> Action:
    person = world.form()["visitor"]
    saved = world.visitor.post("/api/visitor/saved", person).json
    return lambda: _ok(
        world.visitor.request("PUT", f"/api/visitor/saved/{saved['id']}", body={**person, "name": "林小雨"})
    )


def _remove_saved(world: World) -> Action:
    saved = world.visitor.post("/api/visitor/saved", world.form()["visitor"]).json
    return lambda: _ok(world.visitor.request("DELETE", f"/api/visitor/saved/{saved['id']}"))


def _cancel_approved(world: World) -> Action:
    visit_id = world.approved()["id"]
    return lambda: _ok(world.visitor.post(f"{VISITS}/{visit_id}/cancel"))


def _retry(world: World) -> Action:
    visit = world.approved()
    push_id = f"gate:visit:{visit['id']}~{visit['version']}"
    return lambda: _ok(world.office.post(f"/api/office/pushes/{push_id}/retry"))


def _first_sign_in(world: World) -> Action:
    world.serial += 1
    serial = f"bench{world.serial}"
    person = WeChatPerson(Profile(ENVIRONMENT["WECHAT_APP_ID"], f"o_{serial}", "周敏", ""), snapshot=False)
    return lambda: sign_in.finish_sign_in(serial, "state", lambda _code: person, datetime.now(UTC))


def _next_sign_in(world: World) -> Action:
    first = _first_sign_in(world)()
    person = WeChatPerson(Profile(first.app_id, first.openid, first.nickname, ""), snapshot=False)
    return lambda: sign_in.finish_sign_in(f"{first.openid}-2", "state", lambda _code: person, datetime.now(UTC))


def _ticket(steps: tuple[str, ...], last: str) -> Callable[[World], Action]:
    """The office's QR code: ``steps`` are made before, ``last`` is measured."""

    def prepare(_world: World) -> Action:
        office = Client()
        path = "/api/sign-in/office"
        if last != "open":
            path = f"{path}/{office.post(path).json['ticket']}"
        phone = browser_of("USERAPPROVER", Device.PHONE)
        actions: dict[str, Action] = {
            "open": lambda: _ok(office.post(path)),
            "scan": lambda: _ok(phone.get(path)),
            "confirm": lambda: _ok(phone.post(f"{path}/confirm")),
            "check": lambda: _ok(office.post(f"{path}/check")),
        }
        for step in steps:
            actions[step]()
        return actions[last]

    return prepare


def _deliver(world: World) -> Action:
    """One message: the visit is registered, its rights arrive, its pass is stored."""
    visit_id = world.approved()["id"]
    return lambda: world.workers.deliver(f"gate:visit:{visit_id}")


def _deliver_done(world: World) -> Action:
    visit_id = world.approved()["id"]
    world.workers.deliver(f"gate:visit:{visit_id}")
    return lambda: world.workers.deliver(f"gate:visit:{visit_id}")


def _redeliver(world: World) -> Action:
    world.workers.recover()
    for number in range(25):
        if number % 15 == 0:
            world.next_visitor()
        world.approved()
    return lambda: redeliver(datetime.now(UTC) + timedelta(seconds=1))


def _ok(answer: Any) -> Any:
    if answer.status >= 400:
        raise AssertionError(f"the use case was refused: {answer.status} {answer.text}")
    return answer


_ATTEMPT = (COMMIT, GET, GET, COMMIT)

USE_CASES: tuple[UseCase, ...] = (
    UseCase("who am I", READ, (GET,), _get("visitor", "/api/session")),
    UseCase("own visits", READ, (GET, QUERY), _get("visitor", VISITS)),
    UseCase("own visit", READ, (GET, GET), _show("visitor", VISITS)),
    UseCase("saved visitors", READ, (GET, QUERY), _get("visitor", "/api/visitor/saved")),
    UseCase("approvals, waiting", READ, (GET, QUERY), _get("approver", APPROVALS)),
    UseCase("approvals, decided", READ, (GET, QUERY), _get("approver", APPROVALS, view="decided")),
    UseCase("visit to decide", READ, (GET, GET), _show("approver", APPROVALS)),
    UseCase("office list", READ, (GET, QUERY), _get("office", "/api/office/visits")),
    UseCase("office list, filtered", READ, (GET, QUERY), _get("office", "/api/office/visits", status="submitted")),
    UseCase("office visit", READ, (GET, GET), _show("office", "/api/office/visits")),
    UseCase("office pushes", READ, (GET, QUERY), _get("office", "/api/office/pushes")),
    UseCase("submit visit", CHANGE, (GET, COMMIT), _submit),
    UseCase("cancel submitted visit", CHANGE, (GET, GET, COMMIT), _decide("visitor", VISITS, "cancel")),
    UseCase("cancel approved visit", CHANGE, (GET, GET, COMMIT, SEND), _cancel_approved),
    UseCase("approve on phone", CHANGE, (GET, GET, COMMIT, SEND), _decide("approver", APPROVALS, "approve")),
    UseCase("approve in office", CHANGE, (GET, GET, COMMIT, SEND), _decide("office", "/api/office/visits", "approve")),
    UseCase("refuse", CHANGE, (GET, GET, COMMIT), _decide("approver", APPROVALS, "refuse", reason="时间不合适")),
    UseCase("save a visitor", CHANGE, (GET, QUERY, COMMIT), _save),
    UseCase("change a saved visitor", CHANGE, (GET, GET, COMMIT), _change_saved),
    UseCase("remove a saved visitor", CHANGE, (GET, GET, COMMIT), _remove_saved),
    UseCase("retry a push", CHANGE, (GET, GET, COMMIT, SEND), _retry),
    UseCase("office sign-in: open", CHANGE, (COMMIT,), _ticket((), "open")),
    UseCase("office sign-in: scan", CHANGE, (GET, GET, COMMIT), _ticket((), "scan")),
    UseCase("office sign-in: confirm", CHANGE, (GET, GET, COMMIT), _ticket(("scan",), "confirm")),
    UseCase("office sign-in: redeem", CHANGE, (GET, COMMIT), _ticket(("scan", "confirm"), "check")),
    UseCase("first WeChat sign-in", CLAIM, (PUT, GET, COMMIT), _first_sign_in),
    UseCase("next WeChat sign-in", CLAIM, (PUT, GET, GET, COMMIT), _next_sign_in),
    UseCase("gate: register, rights", TWO_ATTEMPTS, (QUERY, *_ATTEMPT, QUERY, *_ATTEMPT, QUERY), _deliver),
    UseCase("gate: message again", READ, (QUERY,), _deliver_done),
    UseCase("redelivery of 25", REDELIVERY, (QUERY, *("SendMessageBatch",) * 3), _redeliver),
)
