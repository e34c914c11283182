"""How each use case is set up and stepped: what is made before, and the one step that is measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.world import USERS, VISITS, World
from bench.world import succeeded as _ok
from chalicelib.core.clock import SITE_ZONE, to_text
from chalicelib.core.outbox.redelivery import redeliver
from chalicelib.core.session import Device, Role
from chalicelib.domains.account import sign_in
from chalicelib.domains.account.model import Profile
from chalicelib.domains.account.sign_in import WeChatPerson
from chalicelib.domains.channel import wiring
from chalicelib.domains.channel.menus import service as menus
from chalicelib.domains.visitor.closing import close_visits
from chalicelib.domains.visitor.passages import hints
from chalicelib.domains.visitor.passages.hints import Hint
from chalicelib.integrations.gate.event_types import FACE_PASSED
from tests.support.client import Client, browser_of
from tests.support.environment import ENVIRONMENT, SECRETS

Action = Callable[[], Any]
Prepare = Callable[[World], Action]


def get(browser: str, path: str, **query: str) -> Prepare:
    def prepare(world: World) -> Action:
        world.submitted()
        return lambda: _ok(getattr(world, browser).get(path, **query))

    return prepare


def show(browser: str, path: str) -> Prepare:
    def prepare(world: World) -> Action:
        visit_id = world.submitted()["id"]
        return lambda: _ok(getattr(world, browser).get(f"{path}/{visit_id}"))

    return prepare


def decide(browser: str, path: str, verb: str, **body: Any) -> Prepare:
    def prepare(world: World) -> Action:
        visit = world.submitted()
        sent = {"version": visit["version"], **body} if verb != "cancel" else None
        return lambda: _ok(getattr(world, browser).post(f"{path}/{visit['id']}/{verb}", sent))

    return prepare


def of_day(path: str) -> Prepare:
    """The office's list of the day on which the visit begins."""

    def prepare(world: World) -> Action:
        start = datetime.fromisoformat(world.submitted()["starts_at"]).astimezone(SITE_ZONE)
        return lambda: _ok(world.office.get(path, day=f"{start:%Y-%m-%d}"))

    return prepare


def workbook(world: World) -> Action:
    world.submitted()
    return lambda: _ok(world.office.post("/api/office/visits/exports", {}))


def find_host(world: World) -> Action:
    """Without the platform: only what is stored."""
    return lambda: _ok(world.visitor.post("/api/visitor/hosts/search", {"query": "王海峰"}))


def submit(world: World) -> Action:
    form = world.form()
    return lambda: _ok(world.visitor.post(VISITS, form))


def submit_again(world: World) -> Action:
    """The same form once more: the visit it made is found."""
    form = world.form()
    _ok(world.visitor.post(VISITS, form))
    return lambda: _ok(world.visitor.post(VISITS, form))


def begin_face(world: World) -> Action:
    world.agree_to_face()
    return lambda: _ok(world.visitor.post("/api/visitor/faces"))


def submit_face(world: World) -> Action:
    form = world.form()
    form["visitor"]["face"] = world.face()
    return lambda: _ok(world.visitor.post(VISITS, form))


def submit_saved_face(world: World) -> Action:
    form = world.form()
    saved = world.visitor.post("/api/visitor/saved", {**form["visitor"], "face": world.face()}).json
    form["visitor"]["face_of"] = saved["id"]
    return lambda: _ok(world.visitor.post(VISITS, form))


def save(world: World) -> Action:
    person = world.form()["visitor"]
    return lambda: _ok(world.visitor.post("/api/visitor/saved", person))


def change_saved(world: World) -> Action:
    person = world.form()["visitor"]
    saved = world.visitor.post("/api/visitor/saved", person).json
    return lambda: _ok(
        world.visitor.request("PUT", f"/api/visitor/saved/{saved['id']}", body={**person, "name": "林小雨"})
    )


def remove_saved(world: World) -> Action:
    saved = world.visitor.post("/api/visitor/saved", world.form()["visitor"]).json
    return lambda: _ok(world.visitor.request("DELETE", f"/api/visitor/saved/{saved['id']}"))


def cancel_approved(world: World) -> Action:
    visit_id = world.approved()["id"]
    return lambda: _ok(world.visitor.post(f"{VISITS}/{visit_id}/cancel"))


def retry(world: World) -> Action:
    visit = world.approved()
    push_id = f"gate:visit:{visit['id']}~{visit['version']}"
    return lambda: _ok(world.office.post(f"/api/office/pushes/{push_id}/retry"))


def change_role(world: World) -> Action:
    """A role is given to somebody who has just signed in."""
    world.next_visitor()
    path = f"{USERS}/USERVISITOR{world.serial}/roles"
    body = {"role": Role.CANTEEN.value, "granted": True, "version": 1}
    return lambda: _ok(world.administrator.post(path, body))


def audit_log(world: World) -> Action:
    """The log of this month, with something in it."""
    change_role(world)()
    return lambda: _ok(world.administrator.get("/api/office/audit"))


def notices(world: World) -> Action:
    """The record of this month's messages, with one in it."""
    world.approved()
    world.notices.recover()
    return lambda: _ok(world.office.get("/api/office/notices"))


def first_sign_in(world: World) -> Action:
    world.serial += 1
    serial = f"bench{world.serial}"
    person = WeChatPerson(Profile(ENVIRONMENT["WECHAT_APP_ID"], f"o_{serial}", "周敏", ""), snapshot=False)
    return lambda: sign_in.finish_sign_in(serial, "state", lambda _code: person, datetime.now(UTC))


def next_sign_in(world: World) -> Action:
    first = first_sign_in(world)()
    person = WeChatPerson(Profile(first.app_id, first.openid, first.nickname, ""), snapshot=False)
    return lambda: sign_in.finish_sign_in(f"{first.openid}-2", "state", lambda _code: person, datetime.now(UTC))


def appoint(world: World) -> Action:
    """A person who has never signed in becomes an administrator."""
    world.serial += 1
    who = (ENVIRONMENT["WECHAT_APP_ID"], f"o_staff{world.serial}", Role.ADMINISTRATOR.value, "黄志强")
    return lambda: sign_in.appoint_staff(*who, datetime.now(UTC))


def publish_menu(_world: World) -> Action:
    """Without WeChat and its token: only what is stored."""
    account = replace(wiring.menu_account(), send=lambda _buttons: None)
    return lambda: menus.publish_again(account, datetime.now(UTC))


def ticket(steps: tuple[str, ...], last: str) -> Prepare:
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


def deliver(world: World) -> Action:
    """One message: the visit is registered, its rights arrive, its pass is stored."""
    visit_id = world.approved()["id"]
    return lambda: world.workers.deliver(f"gate:visit:{visit_id}")


def notify(world: World) -> Action:
    """One message: the visitor is told of the approval; without WeChat and its token."""
    visit_id = world.approved()["id"]
    return lambda: world.notices.deliver(f"wechat:visit:{visit_id}")


def deliver_done(world: World) -> Action:
    visit_id = world.approved()["id"]
    world.workers.deliver(f"gate:visit:{visit_id}")
    return lambda: world.workers.deliver(f"gate:visit:{visit_id}")


def wake_due(world: World) -> Action:
    world.workers.recover()
    for number in range(25):
        if number % 15 == 0:
            world.next_visitor()
        world.approved()
    world.notices.recover()
    return lambda: redeliver(datetime.now(UTC) + timedelta(seconds=1))


def take_event(_world: World) -> Action:
    """The platform tells of a passage."""
    body = {"method": "OnEventNotify", "params": {"events": [_event()]}}
    return lambda: _ok(Client().post(f"/api/gate/events/{SECRETS['gate/event_token']}", body))


def follow_event(world: World) -> Action:
    """One message: the platform is asked, the passage kept, and that reception has signed nobody out."""
    world.inside(1)
    passage = world.gate.passed[-1]
    hints.take([Hint("told", passage.at, passage.order_id)], datetime.now(UTC))
    return lambda: world.workers.deliver("gate:passages:told")


def read_passages(world: World) -> Action:
    """Twenty-five passages no event told of."""
    world.workers.reader.run()
    world.inside(25)
    return world.workers.reader.run


def inside(world: World) -> Action:
    world.inside(1)
    world.workers.reader.run()
    return lambda: _ok(world.office.get("/api/office/visits", presence="inside"))


def passages(world: World) -> Action:
    world.inside(1)
    world.workers.reader.run()
    return lambda: _ok(world.office.get("/api/office/passages"))


def send_rights_again(world: World) -> Action:
    """A device did not take the right; the clerk has it sent again."""
    world.gate.rights_state = "failed"
    visit_id = world.approved()["id"]
    world.workers.deliver(f"gate:visit:{visit_id}")
    path = f"/api/office/visits/{visit_id}"
    seen = world.office.get(path).json["version"]
    return lambda: _ok(world.office.post(f"{path}/send-rights-again", {"version": seen}))


def _event() -> dict[str, Any]:
    return {
        "eventId": "bench",
        "eventType": FACE_PASSED,
        "happenTime": to_text(datetime.now(UTC)),
        "data": {"ExtEventCardNo": "order-1"},
    }


def close_over(world: World) -> Action:
    """Twenty-five approved visits whose window is over, and nothing else."""
    over = datetime.now(UTC) + timedelta(days=1)
    close_visits(lambda: over)
    for number in range(25):
        if number % 15 == 0:
            world.next_visitor()
        world.approved()
    return lambda: close_visits(lambda: over)
