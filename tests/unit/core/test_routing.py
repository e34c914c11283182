"""Modules behind routes are loaded by the first request: what can go wrong with that is a problem like every other."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from chalicelib.core import http
from chalicelib.core.http import PUBLIC, Api, Call
from tests.support.client import Client

pytestmark = pytest.mark.usefixtures("environment")

REQUEST = SimpleNamespace(context={"requestId": "req-7"}, headers={})


def test_a_module_that_does_not_load_is_answered_as_our_defect() -> None:
    answer = http.serve("chalicelib.no_such_module", "GET", "/api/nothing", REQUEST, {})
    assert (answer.status_code, answer.headers["X-Request-Id"]) == (500, "req-7")
    assert Client().read({"statusCode": 500, "headers": answer.headers, "body": answer.body}).code == "internal_error"


def test_a_route_is_declared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "ENDPOINTS", {})
    declare = Api(__name__, "test", {}).route("GET", "/api/twice", summary="", access=PUBLIC)

    def answer(_call: Call) -> None: ...

    declare(answer)
    with pytest.raises(ValueError, match="GET /api/twice is declared twice"):
        declare(answer)
