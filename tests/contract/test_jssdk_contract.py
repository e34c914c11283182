"""The JS-SDK against the simulated WeChat: what the API signs is accepted, and one ticket serves everybody."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core import runtime
from chalicelib.core.secrets import Secrets
from chalicelib.domains.channel import wiring
from chalicelib.domains.channel.store import DynamoTokenStore
from chalicelib.integrations.wechat.jssdk import fetch_ticket
from chalicelib.integrations.wechat.tokens import AccessTokens
from sandbox.people import APP_ID
from tests.contract.test_wechat_token_contract import CALLERS, _client
from tests.support.client import signed_in
from tests.support.environment import ENVIRONMENT, SECRETS

PAGE = ENVIRONMENT["PUBLIC_BASE_URL"] + "/visitor/visits/1?a=b%20c"
URL = "/api/wechat/js-sdk"


@pytest.fixture
def channel(sandbox, cloud, monkeypatch):
    """The deployment's wiring, pointed at the simulator."""
    monkeypatch.setenv("WECHAT_API_BASE_URL", sandbox.url)
    runtime.settings.cache_clear()
    secrets = {**SECRETS, "wechat/app_secret": sandbox.app.secrets.wechat_app_secret}
    monkeypatch.setattr(runtime, "fetch_secrets", lambda *_: Secrets(secrets))
    runtime.secrets.cache_clear()
    forget()
    yield sandbox
    forget()


def forget() -> None:
    """As another process would begin."""
    wiring.official_account.cache_clear()
    wiring.js_tickets.cache_clear()


def ticket_requests(sandbox) -> int:
    return len(sandbox.calls("wechat", "/cgi-bin/ticket/getticket"))


def accepted(sandbox, config: dict[str, Any], url: str) -> bool:
    body = {**config, "noncestr": config["nonce"], "url": url}
    return bool(sandbox.control("POST", "/wechat/jssdk-check", body)["valid"])


def test_what_the_product_signs_is_accepted_for_that_page_and_no_other(channel):
    phone = signed_in("lin")
    config = phone.get(URL, url=f"{PAGE}#anywhere").json
    assert (config["app_id"], config["script_url"]) == (APP_ID, runtime.settings().wechat_js_sdk_url)
    assert accepted(channel, config, PAGE)
    assert accepted(channel, config, f"{PAGE}#elsewhere")
    assert not accepted(channel, config, f"{PAGE}&more=1")
    assert not accepted(channel, {**config, "timestamp": config["timestamp"] + 1}, PAGE)


def test_one_ticket_for_all_pages_people_and_processes(channel):
    for number in range(3):
        forget()
        config = signed_in(f"lin{number}").get(URL, url=f"{PAGE}&n={number}").json
        assert accepted(channel, config, f"{PAGE}&n={number}")
    assert ticket_requests(channel) == 1


def test_a_dead_access_token_is_replaced_on_the_way(channel):
    signed_in("lin").get(URL, url=PAGE)
    channel.control("POST", "/wechat/kill-token")
    DynamoTokenStore(APP_ID, "TICKET").block(1, "", False, datetime(2020, 1, 1, tzinfo=UTC))
    assert accepted(channel, signed_in("min").get(URL, url=PAGE).json, PAGE), "the ticket outlives the token"
    assert ticket_requests(channel) == 1


@pytest.mark.parametrize(("kind", "more"), [("error_code", {"code": "48001"}), ("down", {}), ("not_json", {})])
def test_wechat_without_a_ticket_is_told_and_asked_again_later_only(channel, kind, more):
    channel.fault("wechat", kind, "/cgi-bin/ticket", times=None, **more)
    for number in range(3):
        answer = signed_in(f"lin{number}").get(URL, url=PAGE)
        assert (answer.status, answer.code) == (503, "js_sdk_unavailable")
    assert ticket_requests(channel) == 1


@pytest.mark.parametrize("url", ["https://evil.example/", PAGE.replace(":4566", ":4566@evil.example"), ""])
def test_other_peoples_pages_are_not_signed(channel, url):
    answer = signed_in("lin").get(URL, url=url)
    assert answer.status == 400
    assert ticket_requests(channel) == 0


class Gathering(DynamoTokenStore):
    """Lets nobody go on before everybody has read the same record, once."""

    def __init__(self, barrier: threading.Barrier) -> None:
        super().__init__(APP_ID, "TICKET")
        self._barrier: threading.Barrier | None = barrier

    def get(self):
        record = super().get()
        barrier, self._barrier = self._barrier, None
        if barrier is not None:
            barrier.wait(30)
        return record


class Unguarded(Gathering):
    """The guard removed: anybody may fetch at any time."""

    def try_begin_refresh(self, version, now):
        super().try_begin_refresh(version, now)
        return True


def at_once(sandbox, kind: type[Gathering], now: datetime) -> set[str]:
    """Fifty processes need a ticket at the same moment; the tickets they get."""
    barrier = threading.Barrier(CALLERS)

    def call(_: int) -> str:
        client = _client(sandbox)
        tickets = AccessTokens(
            kind(barrier), lambda _force: fetch_ticket(client), lambda: now, threading.Event().wait, patience_seconds=20
        )
        return tickets.current().value

    with ThreadPoolExecutor(CALLERS) as pool:
        return set(pool.map(call, range(CALLERS)))


def test_fifty_callers_fetch_one_ticket_and_again_when_it_ends(channel):
    now = datetime.now(UTC)
    assert len(at_once(channel, Gathering, now)) == 1
    assert ticket_requests(channel) == 1
    assert len(at_once(channel, Gathering, now + timedelta(seconds=7200 - 61))) == 1
    assert ticket_requests(channel) == 1, "still good"
    channel.advance(7200)
    assert len(at_once(channel, Gathering, now + timedelta(seconds=7200 - 59))) == 1
    fetched = channel.control("GET", "/wechat/counters")["ticket_fetches"]
    assert fetched == 2, "renewed a minute before its end, once (the access token had ended, too)"


def test_without_the_guard_there_are_many_requests(channel):
    at_once(channel, Unguarded, datetime.now(UTC))
    assert ticket_requests(channel) > 1
