"""The shared token against the simulated WeChat, kept in DynamoDB (locked moto), called by many threads at once.

Every thread has a client and a store of its own, as separate processes would.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domains.channel.store import DynamoTokenStore
from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.http import Http
from chalicelib.integrations.wechat.client import OfficialAccountClient
from chalicelib.integrations.wechat.menu import create_menu, read_menu
from sandbox.people import APP_ID

CALLERS = 50
MENU = {"button": [{"type": "view", "name": "访客预约", "url": "http://campus.localhost:4566/visitor"}]}
PATIENT = Http("wechat", connect_seconds=5, read_seconds=20)

pytestmark = pytest.mark.usefixtures("cloud")


class Gathering(DynamoTokenStore):
    """Lets nobody go on before everybody has read the same record: once, or a second time after the rejection."""

    def __init__(self, barrier: threading.Barrier, readings: int) -> None:
        super().__init__(APP_ID)
        self._barrier = barrier
        self._readings = readings

    def get(self):
        record = super().get()
        if self._readings:
            self._readings -= 1
            self._barrier.wait(30)
        return record


class Unguarded(Gathering):
    """The guard removed: anybody may refresh at any time."""

    def try_begin_refresh(self, version, now):
        super().try_begin_refresh(version, now)
        return True


def _client(sandbox, store=None, **changed) -> OfficialAccountClient:
    secret = changed.pop("secret", sandbox.app.secrets.wechat_app_secret)
    facts = {"api_base_url": sandbox.url, "http": PATIENT, **changed}
    return OfficialAccountClient(APP_ID, secret, store or DynamoTokenStore(APP_ID), **facts)


def _at_once(sandbox, store_kind: type[Gathering], readings: int, **changed) -> list[PeerError | None]:
    """Everybody reads the menu with the token in force; the result is what each of them got."""
    barrier = threading.Barrier(CALLERS)

    def call(_: int) -> PeerError | None:
        try:
            read_menu(_client(sandbox, store_kind(barrier, readings), **changed))
        except PeerError as error:
            return error
        return None

    with ThreadPoolExecutor(CALLERS) as pool:
        return list(pool.map(call, range(CALLERS)))


def _fetches(sandbox) -> int:
    return len(sandbox.calls("wechat", "/cgi-bin/stable_token"))


@pytest.fixture
def published(sandbox):
    """A menu is published and the token that did it is in force; the call log is empty."""
    create_menu(_client(sandbox), MENU)
    sandbox.control("DELETE", "/wechat/calls")
    return sandbox


@pytest.mark.parametrize("death", ["kill-token", "expire-token"])
def test_fifty_callers_with_a_dead_token_make_exactly_one_refresh(published, death):
    published.control("POST", f"/wechat/{death}")
    assert _at_once(published, Gathering, 2) == [None] * CALLERS
    assert _fetches(published) == 1
    assert len(published.calls("wechat", "/cgi-bin/menu/get")) == 2 * CALLERS
    assert DynamoTokenStore(APP_ID).get().version == 2


def test_without_the_guard_there_are_many_refreshes(published):
    published.control("POST", "/wechat/kill-token")
    _at_once(published, Unguarded, 2)
    assert _fetches(published) > 1


def test_fifty_callers_without_any_token_make_exactly_one_request(sandbox):
    assert _at_once(sandbox, Gathering, 1) == [None] * CALLERS
    assert _fetches(sandbox) == 1


def test_fifty_callers_with_wrong_credentials_make_one_request_and_all_are_refused(sandbox):
    errors = _at_once(sandbox, Gathering, 1, secret="not-the-secret")
    assert {(type(error), error.code) for error in errors} == {(Refused, "wechat_credentials_refused")}
    assert _fetches(sandbox) == 1


def test_fifty_callers_of_an_account_that_rejects_every_token_make_two_requests(published):
    published.fault("wechat", "error_code", "/cgi-bin/menu", times=None, code="40001")
    errors = _at_once(published, Gathering, 2)
    assert {(type(error), error.code) for error in errors} == {(Retryable, "wechat_token_rejected")}
    assert _fetches(published) == 2
    assert published.control("GET", "/wechat/counters")["stable_token_forced"] == 1
    with pytest.raises(Retryable):
        read_menu(_client(published))
    assert _fetches(published) == 2


def test_dead_credentials_cost_one_request_a_minute(sandbox):
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    for second in range(0, 600, 5):
        now[0] = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
        with pytest.raises(Refused):
            read_menu(_client(sandbox, secret="not-the-secret", now=lambda: now[0]))
    assert _fetches(sandbox) == 10


class TestTheHolderOfTheLeaseDies:
    @pytest.fixture
    def now(self, published) -> list[datetime]:
        """A holder was killed in the middle of its request; the token is dead."""
        published.control("POST", "/wechat/kill-token")
        now = [datetime.now(UTC)]
        client = _client(published, now=lambda: now[0])

        def killed(force: bool) -> tuple[str, int]:
            raise KeyboardInterrupt

        object.__setattr__(client._tokens, "fetch", killed)
        with pytest.raises(KeyboardInterrupt):
            read_menu(client)
        return now

    def test_others_wait_a_bounded_time_and_ask_nobody(self, published, now):
        with pytest.raises(Retryable) as caught:
            read_menu(_client(published, now=lambda: now[0], pause=_moving(now)))
        assert (caught.value.code, caught.value.sent) == ("wechat_token_busy", False)
        assert _fetches(published) == 0

    def test_when_the_lease_is_over_another_takes_over(self, published, now):
        now[0] += timedelta(seconds=15)
        assert read_menu(_client(published, now=lambda: now[0], pause=_moving(now))) is not None
        assert _fetches(published) == 1

    def test_fifty_take_over_with_exactly_one_refresh(self, published, now):
        now[0] += timedelta(seconds=15)
        assert _at_once(published, Gathering, 2, now=lambda: now[0]) == [None] * CALLERS
        assert _fetches(published) == 1


def _moving(now: list[datetime]) -> Callable[[float], None]:
    def pause(seconds: float) -> None:
        now[0] += timedelta(seconds=seconds)

    return pause


@pytest.mark.parametrize("kind", ["down", "lost_answer", "http_502", "not_json"])
def test_a_token_request_that_fails_is_made_again_after_three_seconds(sandbox, kind):
    now = [datetime.now(UTC)]
    client = _client(sandbox, now=lambda: now[0])
    sandbox.fault("wechat", kind, "/cgi-bin/stable_token")
    for _ in range(3):
        with pytest.raises(Retryable):
            read_menu(client)
    assert _fetches(sandbox) == 1
    now[0] += timedelta(seconds=3)
    assert read_menu(client) is None
    assert _fetches(sandbox) == 2


def test_a_server_that_is_not_on_the_whitelist(sandbox):
    sandbox.control("PATCH", "/wechat/knobs", {"ip_refused": True})
    with pytest.raises(Refused) as caught:
        read_menu(_client(sandbox))
    assert (caught.value.code, caught.value.peer_code) == ("wechat_address_not_allowed", "40164")


def test_a_token_is_renewed_before_it_ends(published):
    now = [datetime.now(UTC) + timedelta(seconds=7200 - 30)]
    published.advance(7200 - 30)
    assert read_menu(_client(published, now=lambda: now[0])) is not None
    assert [call["path"] for call in published.calls("wechat")] == ["/cgi-bin/stable_token", "/cgi-bin/menu/get"]
