"""What strangers may do at every endpoint there is: nothing, and it leaves no trace.

The routes are read from the product, so an endpoint added without thought for strangers fails here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.core import routing, runtime
from chalicelib.core.http import ENDPOINTS, Route
from chalicelib.core.session import COOKIE, Device, Role
from chalicelib.core.settings import TABLES
from tests.store.test_visits_api import form
from tests.support.client import Answer, Client, browser_of, make_user, signed_in

pytestmark = pytest.mark.usefixtures("cloud")

PUBLIC = {
    "GET /api/openapi.json": "describes the API",
    "GET /api/sign-in/wechat": "begins the sign-in",
    "GET /api/sign-in/wechat/callback": "ends it: state and code decide",
    "POST /api/mini-program/sign-in": "WeChat's answer to the code decides",
    "POST /api/sign-in/office": "shows a QR code",
    "POST /api/sign-in/office/{ticket}/check": "the browser's binding cookie decides",
    "GET /api/visitor/opening-hours": "says when visitors are received",
    "GET /api/news": "what the account has published",
    "GET /api/privacy": "says how long data are kept",
    "GET /api/wechat/callback": "WeChat's signature decides",
    "POST /api/wechat/callback": "WeChat's signature decides",
    "POST /api/park/events": "the park's signature decides",
    "POST /api/le/events": "LE's signature decides",
    "POST /api/pay/payments": "WeChat Pay's signature decides",
    "POST /api/pay/refunds": "WeChat Pay's signature decides",
    "POST /api/gate/events/{token}": "a secret path; what comes is a hint and makes us ask",
}
"""Endpoints without a session, and what guards them instead."""

OWN_OBJECTS = {
    "GET /api/visitor/visits/{visit_id}": None,
    "POST /api/visitor/visits/{visit_id}/cancel": None,
    "PUT /api/visitor/saved/{visitor_id}": {"name": "陌生人", "gender": "male", "phone": "13811112222"},
    "DELETE /api/visitor/saved/{visitor_id}": None,
}
"""Endpoints of one's own things, with a body that passes the validation, so that the ownership decides."""

EVERY_ROLE = [role.value for role in Role]


def routes(wanted: Callable[[Route], bool]) -> list[Route]:
    routing.load_all()
    found = [endpoint.route for endpoint in ENDPOINTS.values() if wanted(endpoint.route)]
    assert found
    return found


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


def stored() -> list[Any]:
    """Every item of every table."""
    dynamodb = runtime.aws_client("dynamodb")
    items = [item for name in TABLES for item in dynamodb.scan(TableName=f"test-{name}")["Items"]]
    return sorted(items, key=repr)


def call(client: Client, route: Route) -> Answer:
    path = re.sub(r"{\w+}", "01KAAAAAAAAAAAAAAAAAAAAAAA", route.path)
    return client.request(route.method, path, body={} if route.body else None)


def refused_everywhere(client: Client, asked: list[Route], status: int, code: str) -> None:
    """Each of these endpoints refuses this client in the same way, and nothing is stored."""
    before = stored()
    answers = {named(route): (answer.status, answer.code) for route in asked for answer in [call(client, route)]}
    assert {name: answer for name, answer in answers.items() if answer != (status, code)} == {}
    assert stored() == before


def test_what_is_open_to_everybody_is_known() -> None:
    assert {named(route) for route in routes(lambda route: route.access.device is None)} == set(PUBLIC)


def test_nobody_gets_in_without_a_session() -> None:
    make_user("somebody", *EVERY_ROLE)
    refused_everywhere(Client(), routes(lambda route: route.access.device is not None), 401, "not_signed_in")


@pytest.mark.parametrize(
    ("here", "there"),
    [(Device.PHONE, Device.OFFICE), (Device.OFFICE, Device.PHONE), (Device.MINI_PROGRAM, Device.OFFICE)],
)
def test_a_session_opens_its_own_device_only(here: Device, there: Device) -> None:
    client = browser_of(make_user("chief", *EVERY_ROLE).id, here)
    refused_everywhere(client, routes(lambda route: route.access.device is there), 401, "not_signed_in")


def token_of(client: Client) -> str:
    """The session token a client holds."""
    return client.headers["Authorization"].split()[1] if client.headers else next(iter(client.cookies.values()))


@pytest.mark.parametrize("device", [Device.PHONE, Device.OFFICE])
def test_a_browsers_token_is_no_bearer_token(device: Device) -> None:
    """Else whoever reads one out of a browser needs no page of ours for a write."""
    token = token_of(browser_of(make_user("chief", *EVERY_ROLE).id, device))
    for bearer in (f"Bearer {token}", f"bearer  {token}", f"Bearer {token}x", "Bearer", "Bearer "):
        client = Client(headers={"Authorization": bearer})
        refused_everywhere(client, routes(lambda route: route.access.device is Device.PHONE), 401, "not_signed_in")


def test_a_mini_programs_token_is_no_cookie() -> None:
    """A cookie is sent along by every page; this token must not be."""
    token = token_of(browser_of(make_user("chief", *EVERY_ROLE).id, Device.MINI_PROGRAM))
    client = Client(cookies={COOKIE[Device.PHONE]: token, COOKIE[Device.OFFICE]: token})
    refused_everywhere(client, routes(lambda route: route.access.device is not None), 401, "not_signed_in")


def test_cookie_and_bearer_together_are_refused() -> None:
    """Whose request it is would be open: even the same user's two sessions are no answer."""
    user = make_user("chief", *EVERY_ROLE)
    both = browser_of(user.id)
    both.headers = browser_of(user.id, Device.MINI_PROGRAM).headers
    asked = routes(lambda route: route.access.device is Device.PHONE)
    refused_everywhere(both, asked, 400, "session_ambiguous")


@pytest.mark.parametrize("device", [Device.PHONE, Device.MINI_PROGRAM])
def test_a_shut_out_user_is_refused_with_the_reason(device: Device) -> None:
    client = browser_of(make_user("chief", *EVERY_ROLE).id, device)
    office = signed_in("boss", "administrator", device=Device.OFFICE)
    office.post("/api/office/users/USERCHIEF/disable", {"reason": "离职", "version": 5})
    refused_everywhere(client, routes(lambda route: route.access.device is Device.PHONE), 403, "account_disabled")


def test_a_mini_program_without_roles_is_refused_where_roles_are_asked() -> None:
    asked = routes(lambda route: route.access.device is Device.PHONE and bool(route.access.roles))
    refused_everywhere(signed_in("nobody", device=Device.MINI_PROGRAM), asked, 403, "forbidden")


@pytest.mark.parametrize("device", [Device.PHONE, Device.OFFICE])
def test_a_user_without_roles_is_refused_where_roles_are_asked(device: Device) -> None:
    asked = routes(lambda route: route.access.device is device and bool(route.access.roles))
    refused_everywhere(signed_in("nobody", device=device), asked, 403, "forbidden")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_a_role_opens_what_names_it_and_nothing_else(role: Role) -> None:
    asked = routes(
        lambda route: (
            route.access.device is Device.OFFICE and bool(route.access.roles) and role not in route.access.roles
        )
    )
    refused_everywhere(signed_in("other", role.value, device=Device.OFFICE), asked, 403, "forbidden")


@pytest.mark.parametrize("device", [Device.PHONE, Device.OFFICE])
def test_a_write_needs_the_token_of_its_page(device: Device) -> None:
    """A foreign page can make a browser send the cookie, not the token."""
    client = signed_in("chief", *EVERY_ROLE, device=device)
    client.csrf = "forged"
    asked = routes(lambda route: route.access.device is device and route.method != "GET")
    refused_everywhere(client, asked, 403, "csrf_token_invalid")


@pytest.mark.parametrize("device", [Device.PHONE, Device.MINI_PROGRAM])
def test_other_peoples_visits_and_saved_visitors_do_not_exist(device: Device) -> None:
    owner, stranger = signed_in("lin"), signed_in("stranger", device=device)
    visit = owner.post("/api/visitor/visits", form()).json
    saved = owner.get("/api/visitor/saved").json["items"][0]
    before = stored()
    for name, body in OWN_OBJECTS.items():
        method, path = name.split()
        known = path.replace("{visit_id}", visit["id"]).replace("{visitor_id}", saved["id"])
        answer = stranger.request(method, known, body=body)
        assert (answer.status, answer.code) == (404, "not_found"), name
    assert stored() == before


def test_every_endpoint_of_ones_own_things_is_tried() -> None:
    own = routes(
        lambda route: (
            route.access.device is Device.PHONE
            and not route.access.roles
            and route.path.startswith("/api/visitor/")
            and re.search(r"{(visit|visitor)_id}", route.path) is not None
        )
    )
    assert {named(route) for route in own} == set(OWN_OBJECTS)
