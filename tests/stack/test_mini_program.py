"""The mini program on the packaged stack: the same person, the same visits, a bearer token instead of a cookie."""

from __future__ import annotations

import pytest

from sandbox.cloud.stack import Stack
from tests.stack.people import OTHER, MiniProgramPage, Person, visit_form

pytestmark = pytest.mark.stack


def test_the_same_person_sees_the_same_visit_in_the_account_and_in_the_mini_program(stack: Stack) -> None:
    account, mini = Person(stack, OTHER).sign_in(), MiniProgramPage(stack, OTHER).sign_in()
    user = account.get("/api/session")["user"]
    assert mini.get("/api/session")["user"]["id"] == user["id"]
    made_there = account.submit()
    assert made_there["id"] in {one["id"] for one in mini.get("/api/visitor/visits")["items"]}
    made_here = mini.request("POST", "/api/visitor/visits", visit_form())
    assert made_here.status_code == 201, made_here.text
    assert account.get(f"/api/visitor/visits/{made_here.json()['id']}")["can_cancel"] is True
    cancelled = mini.request("POST", f"/api/visitor/visits/{made_there['id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")


def test_codes_and_tokens_are_what_they_are_and_nothing_else(stack: Stack) -> None:
    mini = MiniProgramPage(stack, OTHER)
    code = mini.code()
    path = "/api/mini-program/sign-in"
    assert mini.request("POST", path, {"code": code}).status_code == 200
    assert mini.request("POST", path, {"code": code}).json()["code"] == "mini_code_used"
    assert mini.request("POST", path, {"code": "f" * 32}).json()["code"] == "mini_code_invalid"
    assert mini.request("GET", "/api/session").json()["code"] == "not_signed_in"
    cookie = Person(stack, OTHER).sign_in().cookies["session"]
    mini.sign_in()
    assert mini.request("GET", "/api/session", Cookie=f"session={cookie}").json()["code"] == "session_ambiguous"
    as_bearer = mini.request("GET", "/api/session", Authorization=f"Bearer {cookie}")
    assert as_bearer.json()["code"] == "not_signed_in"
    assert mini.request("GET", "/api/office/session").json()["code"] == "not_signed_in"


def test_the_log_names_nobody(stack: Stack) -> None:
    """Neither codes nor tokens nor openids."""
    mini = MiniProgramPage(stack, OTHER)
    code = mini.code()
    token = mini.request("POST", "/api/mini-program/sign-in", {"code": code}).json()["token"]
    written = "".join(stack.logs("api"))
    assert "/api/mini-program/sign-in" in written
    assert code not in written
    assert token not in written
