"""The old account's followers in the channel table.

Each has one lasting item. Beside it stands one in the list of those that wait, or in the list of those that failed: the
worker reads the former from its beginning, a hundred at a time, and what is done is no longer in it. Who has a new openid
is found by it, too. All of it changes only together with the account's progress (``store.add_progress``), which is the
condition that keeps two runs apart; items of their own need none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.table import Item, TableMeta, Transaction
from chalicelib.domains.channel.migration.model import Result

NEW_AT_ONCE = 49
"""A new follower is two items, and a transaction takes a hundred."""
RESULTS_AT_ONCE = 25
"""A result is three items; a quarter of a call to WeChat."""
KEYS_AT_ONCE = 100
"""DynamoDB's limit of a ``BatchGetItem``."""


class OldFollowerItem(Item):
    """A follower of an old account: ``OLD#<old appid>#<openid>`` / ``FOLLOWER``; no state: waits."""

    class Meta(TableMeta):
        domain = "channel"

    known_since = UnicodeAttribute()
    new_openid = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    message = UnicodeAttribute(null=True)
    settled_at = UnicodeAttribute(null=True)


class WaitingItem(Item):
    """Still to be converted: ``OLD_WAITING#<old appid>`` / openid."""

    class Meta(TableMeta):
        domain = "channel"

    known_since = UnicodeAttribute()


class FailedItem(Item):
    """Not converted: ``OLD_FAILED#<old appid>`` / openid."""

    class Meta(TableMeta):
        domain = "channel"

    reason = UnicodeAttribute()
    message = UnicodeAttribute(null=True)
    settled_at = UnicodeAttribute()
    known_since = UnicodeAttribute()


class MovedItem(Item):
    """Where a person came from: ``MOVED#<new appid>#<new openid>`` / ``OLD#<old appid>#<openid>``."""

    class Meta(TableMeta):
        domain = "channel"

    old_app_id = UnicodeAttribute()
    old_openid = UnicodeAttribute()
    moved_at = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class OldFollower:
    """A follower of an old account. Neither a new openid nor a reason: waits."""

    openid: str
    known_since: datetime
    new_openid: str | None = None
    reason: str | None = None
    message: str | None = None
    settled_at: datetime | None = None


def known(old_app_id: str, openids: Sequence[str]) -> dict[str, OldFollower]:
    """Those of at most a hundred openids that are known, consistently read in one call."""
    if not openids:
        return {}
    keys = [(_key(old_app_id, openid), "FOLLOWER") for openid in dict.fromkeys(openids)]
    items = OldFollowerItem.batch_get(keys, consistent_read=True)
    return {found.openid: found for found in (_to_follower(old_app_id, item) for item in items)}


def find(old_app_id: str, openid: str) -> OldFollower | None:
    """One follower."""
    item = OldFollowerItem.find(_key(old_app_id, openid), "FOLLOWER")
    return _to_follower(old_app_id, item) if item else None


def waiting(old_app_id: str, limit: int) -> list[OldFollower]:
    """The first that wait."""
    items = WaitingItem.query(_waiting(old_app_id), consistent_read=True, limit=limit, page_size=limit)
    return [OldFollower(item.sk, from_text(item.known_since)) for item in items]


def failed(old_app_id: str, limit: int) -> Iterator[OldFollower]:
    """Those that failed, by openid."""
    items = FailedItem.query(_failed(old_app_id), consistent_read=True, limit=limit, page_size=min(limit, 1000))
    return (
        OldFollower(
            item.sk, from_text(item.known_since), None, item.reason, item.message, from_text(item.settled_at)
        )
        for item in items
    )  # fmt: skip


def sources(new_app_id: str, new_openid: str) -> list[tuple[str, str]]:
    """Old appid and openid a person had, at most one for each old account in practice."""
    found = MovedItem.query(_moved(new_app_id, new_openid), consistent_read=True)
    return [(item.old_app_id, item.old_openid) for item in found]


def add_new(transaction: Transaction, old_app_id: str, openids: Sequence[str], now: datetime) -> None:
    """Openids that :func:`known` did not find."""
    since = to_text(now)
    for openid in openids:
        transaction.put("follower", OldFollowerItem(_key(old_app_id, openid), "FOLLOWER", known_since=since))
        transaction.put("waiting", WaitingItem(_waiting(old_app_id), openid, known_since=since))


def add_results(
    transaction: Transaction, apps: tuple[str, str], settled: Sequence[tuple[OldFollower, Result]], now: datetime
) -> None:
    """What became of waiting followers; ``apps`` are the old and the new appid."""
    old_app_id, new_app_id = apps
    for follower, result in settled:
        since = to_text(follower.known_since)
        transaction.delete("waiting", WaitingItem(_waiting(old_app_id), result.openid))
        transaction.put("follower", _settled_item(old_app_id, since, result, now))
        if result.reason is None:
            transaction.put("moved", _moved_item(old_app_id, new_app_id, result, now))
        else:
            transaction.put("failed", _failed_item(old_app_id, since, result, now))


def add_again(transaction: Transaction, old_app_id: str, followers: Sequence[OldFollower]) -> None:
    """Let failed ones wait again."""
    for follower in followers:
        since = to_text(follower.known_since)
        transaction.delete("failed", FailedItem(_failed(old_app_id), follower.openid))
        transaction.put("waiting", WaitingItem(_waiting(old_app_id), follower.openid, known_since=since))
        transaction.put("follower", OldFollowerItem(_key(old_app_id, follower.openid), "FOLLOWER", known_since=since))


def _settled_item(old_app_id: str, since: str, result: Result, now: datetime) -> OldFollowerItem:
    return OldFollowerItem(
        _key(old_app_id, result.openid),
        "FOLLOWER",
        known_since=since,
        new_openid=result.new_openid or None,
        reason=result.reason.value if result.reason else None,
        message=result.message or None,
        settled_at=to_text(now),
    )


def _moved_item(old_app_id: str, new_app_id: str, result: Result, now: datetime) -> MovedItem:
    return MovedItem(
        _moved(new_app_id, result.new_openid),
        _key(old_app_id, result.openid),
        old_app_id=old_app_id,
        old_openid=result.openid,
        moved_at=to_text(now),
    )


def _failed_item(old_app_id: str, since: str, result: Result, now: datetime) -> FailedItem:
    return FailedItem(
        _failed(old_app_id),
        result.openid,
        reason=result.reason.value if result.reason else "",
        message=result.message or None,
        settled_at=to_text(now),
        known_since=since,
    )


def _to_follower(old_app_id: str, item: OldFollowerItem) -> OldFollower:
    return OldFollower(
        item.pk.removeprefix(f"OLD#{old_app_id}#"),
        from_text(item.known_since),
        item.new_openid,
        item.reason,
        item.message,
        from_text(item.settled_at) if item.settled_at else None,
    )


def _key(old_app_id: str, openid: str) -> str:
    return f"OLD#{old_app_id}#{openid}"


def _waiting(old_app_id: str) -> str:
    return f"OLD_WAITING#{old_app_id}"


def _failed(old_app_id: str) -> str:
    return f"OLD_FAILED#{old_app_id}"


def _moved(new_app_id: str, new_openid: str) -> str:
    return f"MOVED#{new_app_id}#{new_openid}"
