"""The rule for the shared access token, without a network: who refreshes, who waits, when everybody stops."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.wechat.tokens import LEASE, AccessTokens
from tests.support.memory_token_store import MemoryTokenStore

START = datetime(2026, 1, 1, tzinfo=UTC)


class World:
    """WeChat's token authority, a clock that pauses move, and one process of ours."""

    def __init__(self, store=None) -> None:
        self.store = store or MemoryTokenStore()
        self.time = START
        self.answers: list[object] = []
        self.asked: list[bool] = []
        self.tokens = AccessTokens(self.store, self.fetch, lambda: self.time, self.pause)

    def fetch(self, force: bool) -> tuple[str, int]:
        self.asked.append(force)
        answer = self.answers.pop(0) if self.answers else f"token-{len(self.asked)}"
        if isinstance(answer, PeerError):
            raise answer
        return answer if isinstance(answer, tuple) else (answer, 7200)

    def pause(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def world() -> World:
    return World()


def test_the_first_token_is_fetched_once_and_then_shared(world):
    assert [world.tokens.current().value for _ in range(5)] == ["token-1"] * 5
    assert world.asked == [False]


def test_a_token_is_renewed_a_minute_before_its_end(world):
    world.tokens.current()
    world.time = START + timedelta(seconds=7200 - 61)
    assert world.tokens.current().value == "token-1"
    world.time = START + timedelta(seconds=7200 - 60)
    assert world.tokens.current().value == "token-2"


def test_a_token_handed_out_near_its_end_is_used_for_half_of_the_rest(world):
    world.answers = [("old", 80)]
    world.tokens.current()
    world.time = START + timedelta(seconds=39)
    assert world.tokens.current().value == "old"
    world.time = START + timedelta(seconds=40)
    assert world.tokens.current().value == "token-2"


def test_a_rejected_token_is_replaced_once_for_all(world):
    dead = world.tokens.current()
    first = world.tokens.replace(dead)
    second = world.tokens.replace(dead)
    assert (first.value, second.value, first.version) == ("token-2", "token-2", 2)
    assert world.asked == [False, False]


def test_when_wechat_insists_on_the_rejected_token_it_is_forced_once(world):
    dead = world.tokens.current()
    world.answers = [dead.value]
    assert world.tokens.replace(dead).value == "token-3"
    assert world.asked == [False, False, True]


def test_when_even_force_gives_the_rejected_token_everybody_rests_for_a_minute(world):
    dead = world.tokens.current()
    world.answers = [dead.value, dead.value]
    for _ in range(10):
        with pytest.raises(Retryable) as caught:
            world.tokens.replace(dead)
        assert caught.value.code == "wechat_token_rejected"
    assert world.asked == [False, False, True]
    world.time += timedelta(seconds=60)
    assert world.tokens.replace(dead).value == "token-4"


def test_refused_credentials_are_asked_about_once_a_minute(world):
    refusal = Refused("wechat_credentials_refused", "invalid appsecret", "wechat", peer_code="40125")
    world.answers = [refusal] * 10
    for second in range(180):
        world.time = START + timedelta(seconds=second)
        with pytest.raises(Refused, match="wechat_credentials_refused"):
            world.tokens.current()
    assert len(world.asked) == 3


def test_a_failed_request_is_repeated_after_three_seconds(world):
    world.answers = [Retryable("peer_unreachable", "no connection", "wechat", sent=False)]
    for _ in range(3):
        with pytest.raises(Retryable, match="peer_unreachable"):
            world.tokens.current()
    assert len(world.asked) == 1
    world.time += timedelta(seconds=3)
    assert world.tokens.current().value == "token-2"


def test_a_young_token_that_is_rejected_stops_everybody_for_a_minute(world):
    token = world.tokens.current()
    world.tokens.give_up(token)
    with pytest.raises(Retryable, match="wechat_token_rejected"):
        world.tokens.current()
    with pytest.raises(Retryable, match="wechat_token_rejected"):
        world.tokens.replace(token)
    assert world.asked == [False]


def test_an_older_token_that_is_rejected_stops_nobody(world):
    token = world.tokens.current()
    world.time += timedelta(seconds=60)
    world.tokens.give_up(token)
    assert world.tokens.current().value == token.value


def test_others_wait_a_bounded_time_for_the_holder_of_the_lease(world):
    assert world.store.try_begin_refresh(0, world.time)
    with pytest.raises(Retryable) as caught:
        world.tokens.current()
    assert (caught.value.code, caught.value.sent) == ("wechat_token_busy", False)
    assert timedelta(seconds=4) <= world.time - START < timedelta(seconds=5)
    assert world.asked == []


def test_others_get_the_token_of_the_holder(world):
    assert world.store.try_begin_refresh(0, world.time)

    def pause(seconds):
        world.store.finish_refresh(0, "theirs", world.time, world.time + timedelta(hours=2))

    tokens = AccessTokens(world.store, world.fetch, lambda: world.time, pause)
    assert tokens.current().value == "theirs"
    assert world.asked == []


def test_when_the_holder_dies_another_takes_over(world):
    assert world.store.try_begin_refresh(0, world.time)
    world.time += LEASE
    assert world.tokens.current().value == "token-1"
    assert world.asked == [False]


def test_a_holder_that_comes_back_late_changes_nothing(world):
    assert world.store.try_begin_refresh(0, START)
    world.time += LEASE
    taken_over = world.tokens.current()
    world.store.finish_refresh(0, "late", world.time, world.time + timedelta(hours=2))
    world.store.block(0, "peer_failed", False, world.time + timedelta(hours=2))
    assert world.tokens.current() == taken_over


class TokenLife(RuleBasedStateMachine):
    """Any mix of callers, deaths, refusals and time: the version only grows, and a request is made only by the rule."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.version = 0
        self.held = None

    @rule()
    def call(self):
        before, asked = self.world.store.get(), len(self.world.asked)
        usable = before.expires_at is not None and self.world.time < before.expires_at
        blocked = before.blocked_until is not None and self.world.time < before.blocked_until
        try:
            record = self.world.tokens.current()
        except PeerError:
            assert blocked or self.world.store.get().blocked_until or self.world.store.get().lease_until
            return
        assert not blocked
        self.held = record
        assert (len(self.world.asked) == asked) if usable else (len(self.world.asked) == asked + 1)

    @rule()
    def the_held_token_is_rejected(self):
        if self.held is None:
            return
        before, asked = self.world.store.get(), len(self.world.asked)
        try:
            record = self.world.tokens.replace(self.held)
        except PeerError:
            return
        assert record.version > self.held.version
        if before.version != self.held.version:
            assert len(self.world.asked) == asked
        self.held = record

    @rule()
    def a_process_dies_while_refreshing(self):
        self.world.store.try_begin_refresh(self.world.store.get().version, self.world.time)

    @rule(seconds=st.sampled_from([1, 5, 16, 61, 7300]))
    def time_passes(self, seconds):
        self.world.time += timedelta(seconds=seconds)

    @rule(code=st.sampled_from(["peer_failed", "wechat_credentials_refused"]))
    def the_next_fetch_fails(self, code):
        kind = Refused if code.startswith("wechat") else Retryable
        self.world.answers = [kind(code, "", "wechat")]

    @invariant()
    def the_version_never_falls(self):
        assert self.world.store.get().version >= self.version
        self.version = self.world.store.get().version


TestTokenLife = TokenLife.TestCase
TestTokenLife.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
