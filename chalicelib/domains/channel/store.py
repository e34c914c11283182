"""The account's shared credentials in the channel table; every condition stands here with the race it closes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.ids import new_token
from chalicelib.core.table import Item, TableMeta, condition_failed
from chalicelib.integrations.wechat.tokens import LEASE, TokenRecord


class TokenItem(Item):
    """The account's shared access token, or its ticket for the JS-SDK: ``WECHAT_TOKEN#<appid>`` / ``TOKEN``."""

    class Meta(TableMeta):
        domain = "channel"

    version = NumberAttribute(default=0)
    token = UnicodeAttribute(null=True)
    fetched_at = UnicodeAttribute(null=True)
    good_until = UnicodeAttribute(null=True)
    """Not the table's ``expires_at``: an old token's version number must survive, or two refreshes could both win."""
    lease_until = UnicodeAttribute(null=True)
    lease_owner = UnicodeAttribute(null=True)
    blocked_until = UnicodeAttribute(null=True)
    blocked_code = UnicodeAttribute(null=True)
    blocked_final = BooleanAttribute(null=True)


class DynamoTokenStore:
    """A shared credential of one official account, in DynamoDB, where every function's process sees it.

    ``kind`` is ``TOKEN`` for the access token and ``TICKET`` for the JS-SDK's: both live under the same rules.
    """

    def __init__(self, app_id: str, kind: str = "TOKEN") -> None:
        self._key = (f"WECHAT_{kind}#{app_id}", kind)

    def get(self) -> TokenRecord:
        """The record, consistently read."""
        item = TokenItem.find(*self._key)
        return _to_record(item) if item else TokenRecord()

    def try_begin_refresh(self, version: int, now: datetime) -> bool:
        """Take the lease.

        *Closes*: two processes replacing the same version at once; a process that read the record before a refusal
        asking again right after it; and, because a lease ends by time, a holder that died keeping everybody without a
        token. A refused condition may be our own first attempt, whose answer the SDK lost: the owner tells.
        """
        owner = new_token()
        free = TokenItem.lease_until.does_not_exist() | (TokenItem.lease_until <= to_text(now))
        allowed = TokenItem.blocked_until.does_not_exist() | (TokenItem.blocked_until <= to_text(now))
        unchanged = TokenItem.pk.does_not_exist() if version == 0 else TokenItem.version == version
        if version == 0:
            unchanged = unchanged | (TokenItem.version == 0)
        actions = [
            TokenItem.version.set(version),
            TokenItem.lease_until.set(to_text(now + LEASE)),
            TokenItem.lease_owner.set(owner),
        ]
        if self._update(actions, unchanged & free & allowed):
            return True
        item = TokenItem.find(*self._key)
        return item is not None and item.lease_owner == owner

    def finish_refresh(self, version: int, value: str, fetched_at: datetime, expires_at: datetime) -> None:
        """Write the successor.

        *Closes*: a slow holder whose lease had ended overwriting the token of the one who took over.
        """
        actions = [
            TokenItem.version.set(version + 1),
            TokenItem.token.set(value),
            TokenItem.fetched_at.set(to_text(fetched_at)),
            TokenItem.good_until.set(to_text(expires_at)),
            *_removals(TokenItem.lease_until, TokenItem.lease_owner),
            *_removals(TokenItem.blocked_until, TokenItem.blocked_code, TokenItem.blocked_final),
        ]
        self._update(actions, TokenItem.version == version)

    def block(self, version: int, code: str, final: bool, until: datetime) -> None:
        """Keep everybody from asking for a while.

        *Closes*: the failure of a slow holder blocking the good token of the one who took over.
        """
        actions = [
            TokenItem.blocked_until.set(to_text(until)),
            TokenItem.blocked_code.set(code),
            TokenItem.blocked_final.set(final),
            *_removals(TokenItem.lease_until, TokenItem.lease_owner),
        ]
        self._update(actions, TokenItem.version == version)

    def _update(self, actions: Sequence[Action], condition: Condition) -> bool:
        """Whether the condition held; any other failure is raised."""
        try:
            TokenItem(*self._key).update(actions=list(actions), condition=condition)
        except UpdateError as error:
            if condition_failed(error):
                return False
            raise
        return True


def _removals(*attributes: UnicodeAttribute | BooleanAttribute) -> list[Action]:
    return [attribute.remove() for attribute in attributes]


def _to_record(item: TokenItem) -> TokenRecord:
    return TokenRecord(
        version=int(item.version),
        value=item.token or "",
        fetched_at=_instant(item.fetched_at),
        expires_at=_instant(item.good_until),
        lease_until=_instant(item.lease_until),
        blocked_until=_instant(item.blocked_until),
        blocked_code=item.blocked_code or "",
        blocked_final=bool(item.blocked_final),
    )


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None
