"""The token record: one contract for the store in DynamoDB and the one in memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domains.channel import store
from chalicelib.domains.channel.store import DynamoTokenStore
from chalicelib.integrations.wechat.tokens import LEASE, TokenRecord
from tests.support.memory_token_store import MemoryTokenStore

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
APP = "wx0c7a3f51d2e84b96"


@pytest.fixture(params=["memory", "dynamodb"])
def tokens(request):
    if request.param == "memory":
        return MemoryTokenStore()
    request.getfixturevalue("cloud")
    return DynamoTokenStore(APP)


def test_at_first_there_is_nothing(tokens):
    assert tokens.get() == TokenRecord()


def test_a_refresh_from_begin_to_end(tokens):
    assert tokens.try_begin_refresh(0, NOW)
    tokens.finish_refresh(0, "first", NOW, LATER)
    assert tokens.get() == TokenRecord(1, "first", NOW, LATER)
    assert tokens.try_begin_refresh(1, NOW)
    tokens.finish_refresh(1, "second", NOW, LATER)
    assert tokens.get() == TokenRecord(2, "second", NOW, LATER)


def test_only_one_gets_the_lease(tokens):
    assert tokens.try_begin_refresh(0, NOW)
    assert not tokens.try_begin_refresh(0, NOW)
    assert not tokens.try_begin_refresh(0, NOW + LEASE - timedelta(milliseconds=1))
    assert tokens.get().lease_until == NOW + LEASE


def test_a_lease_ends_by_time(tokens):
    assert tokens.try_begin_refresh(0, NOW)
    assert tokens.try_begin_refresh(0, NOW + LEASE)


def test_nobody_refreshes_a_version_that_is_gone(tokens):
    assert tokens.try_begin_refresh(0, NOW)
    tokens.finish_refresh(0, "first", NOW, LATER)
    assert not tokens.try_begin_refresh(0, NOW)
    assert not tokens.try_begin_refresh(2, NOW)


def test_the_slower_of_two_refreshes_is_ignored(tokens):
    assert tokens.try_begin_refresh(0, NOW)
    assert tokens.try_begin_refresh(0, NOW + LEASE)
    tokens.finish_refresh(0, "faster", NOW, LATER)
    tokens.finish_refresh(0, "slower", NOW, LATER)
    tokens.block(0, "peer_failed", False, LATER)
    assert tokens.get() == TokenRecord(1, "faster", NOW, LATER)


def test_blocking_ends_the_lease_and_a_new_token_ends_the_block(tokens):
    assert tokens.try_begin_refresh(0, NOW)
    tokens.block(0, "wechat_credentials_refused", True, NOW + timedelta(seconds=60))
    record = tokens.get()
    assert (record.lease_until, record.blocked_until) == (None, NOW + timedelta(seconds=60))
    assert (record.blocked_code, record.blocked_final) == ("wechat_credentials_refused", True)
    assert not tokens.try_begin_refresh(0, NOW + timedelta(seconds=59))
    assert tokens.try_begin_refresh(0, NOW + timedelta(seconds=60))
    tokens.finish_refresh(0, "first", NOW, LATER)
    assert tokens.get() == TokenRecord(1, "first", NOW, LATER)


def test_two_accounts_do_not_share_a_record(cloud):
    one, other = DynamoTokenStore("wx1"), DynamoTokenStore("wx2")
    assert one.try_begin_refresh(0, NOW)
    assert other.try_begin_refresh(0, NOW)


def test_a_lease_whose_answer_was_lost_is_still_ours(cloud, monkeypatch):
    """The SDK repeats a request after a lost answer; the repetition fails on the condition its first attempt made true."""
    tokens = DynamoTokenStore(APP)
    original = tokens._update

    def answered_twice(actions, condition):
        original(actions, condition)
        return original(actions, condition)

    monkeypatch.setattr(tokens, "_update", answered_twice)
    assert tokens.try_begin_refresh(0, NOW)
    assert not DynamoTokenStore(APP).try_begin_refresh(0, NOW)


def test_the_token_record_is_never_swept_away(cloud):
    """Its version must only grow: an expiry attribute would let it start again from nothing."""
    tokens = DynamoTokenStore(APP)
    tokens.try_begin_refresh(0, NOW)
    tokens.finish_refresh(0, "first", NOW, LATER)
    item = store.TokenItem.find(f"WECHAT_TOKEN#{APP}", "TOKEN")
    assert item is not None and item.expires_at is None
