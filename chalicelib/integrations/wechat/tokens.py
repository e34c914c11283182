"""One access token for all processes: who may fetch a new one, and what everybody else does meanwhile.

Whoever fetches a token may kill everybody else's, so a token is replaced only by the holder of a lease on *that
version*. All others wait a moment for the next version, and give up politely. A holder that dies loses the lease by
time. After a refusal nobody asks again for a while: dead credentials cost one token request a minute, however many
callers there are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.wechat import PEER

LEASE = timedelta(seconds=15)
"""Longer than two token requests with their timeouts (connect 1 s, read 5 s each)."""
PATIENCE_SECONDS = 4.0
"""How long a caller waits for somebody else's refresh."""
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 0.4
YOUNG = timedelta(seconds=60)
"""A token rejected within this time of its birth is not replaced: the fault lies elsewhere."""
REST_AFTER_REFUSAL = timedelta(seconds=60)
REST_AFTER_FAILURE = timedelta(seconds=3)
_MARGIN_SECONDS = 60

TOKEN_REJECTED = "wechat_token_rejected"  # noqa: S105 (the code of an error, no password)
TOKEN_BUSY = "wechat_token_busy"  # noqa: S105 (likewise)


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """The shared record as it was read. Version 0 without a value: none was ever fetched."""

    version: int = 0
    value: str = field(default="", repr=False)
    fetched_at: datetime | None = None
    expires_at: datetime | None = None
    """Ours: a little before the platform's."""
    lease_until: datetime | None = None
    blocked_until: datetime | None = None
    """Until then nobody asks for a token, because of ``blocked_code``."""
    blocked_code: str = ""
    blocked_final: bool = False


class TokenStore(Protocol):
    """Where the record lives. Every method is one atomic step; reads are consistent."""

    def get(self) -> TokenRecord:
        """The record as it is now."""
        ...

    def try_begin_refresh(self, version: int, now: datetime) -> bool:
        """Take the lease on replacing ``version``; ``False`` when it is gone, a lease runs, or nobody may ask yet."""
        ...

    def finish_refresh(self, version: int, value: str, fetched_at: datetime, expires_at: datetime) -> None:
        """Replace ``version``; nothing happens when somebody else has done so."""
        ...

    def block(self, version: int, code: str, final: bool, until: datetime) -> None:
        """End the lease on ``version`` without a token and let nobody try again before ``until``."""
        ...


FetchToken = Callable[[bool], tuple[str, int]]
"""Asks WeChat (``True``: force a new one); returns the token and its remaining life in seconds."""


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """The rule. Clock and pause are parameters so that tests need not wait."""

    store: TokenStore
    fetch: FetchToken
    now: Callable[[], datetime]
    pause: Callable[[float], None]
    patience_seconds: float = PATIENCE_SECONDS

    def current(self) -> TokenRecord:
        """A token that should work; fetched when there is none or its time is over."""
        record = self.store.get()
        self._refuse_blocked(record)
        if record.value and record.expires_at and self.now() < record.expires_at:
            return record
        return self._replace(record, rejected=False)

    def replace(self, failed: TokenRecord) -> TokenRecord:
        """The successor of a token that WeChat has just rejected; fetched only if nobody has done so already."""
        record = self.store.get()
        self._refuse_blocked(record)
        if record.version != failed.version:
            return record
        return self._replace(record, rejected=True)

    def give_up(self, rejected: TokenRecord) -> None:
        """WeChat rejects a successor too. If it is young, stop everybody from fetching more for a minute."""
        now = self.now()
        if rejected.fetched_at and now - rejected.fetched_at < YOUNG:
            self.store.block(rejected.version, TOKEN_REJECTED, False, now + REST_AFTER_REFUSAL)

    def _replace(self, record: TokenRecord, *, rejected: bool) -> TokenRecord:
        version, waited, pause = record.version, 0.0, FIRST_PAUSE_SECONDS
        while True:
            now = self.now()
            leased = record.lease_until is not None and now < record.lease_until
            if not leased and self.store.try_begin_refresh(version, now):
                return self._refresh(record, rejected)
            if waited >= self.patience_seconds:
                raise Retryable(TOKEN_BUSY, "another process is fetching an access token", PEER, sent=False)
            self.pause(pause)
            waited, pause = waited + pause, min(pause * 2, LONGEST_PAUSE_SECONDS)
            record = self.store.get()
            if record.version != version:
                return record
            self._refuse_blocked(record)

    def _refresh(self, record: TokenRecord, rejected: bool) -> TokenRecord:
        """Fetch under the lease. The record of whoever finished first is returned, ours or another's."""
        try:
            value, seconds = self._fetch_successor(record, rejected)
        except PeerError as error:
            final = isinstance(error, Refused)
            rest = REST_AFTER_REFUSAL if final or error.code == TOKEN_REJECTED else REST_AFTER_FAILURE
            self.store.block(record.version, error.code, final, self.now() + rest)
            raise
        now = self.now()
        self.store.finish_refresh(record.version, value, now, now + _useful_life(seconds))
        return self.store.get()

    def _fetch_successor(self, record: TokenRecord, rejected: bool) -> tuple[str, int]:
        """Normal mode gives the valid token, new or not. If it insists on the rejected one, force it once."""
        value, seconds = self.fetch(False)
        if rejected and value == record.value:
            value, seconds = self.fetch(True)
            if value == record.value:
                raise Retryable(TOKEN_REJECTED, "WeChat hands out a token that it rejects", PEER)
        return value, seconds

    def _refuse_blocked(self, record: TokenRecord) -> None:
        if record.blocked_until is None or self.now() >= record.blocked_until:
            return
        message = "no access token: the last attempt failed, waiting before the next"
        if record.blocked_final:
            raise Refused(record.blocked_code, message, PEER)
        raise Retryable(record.blocked_code, message, PEER, sent=False)


def _useful_life(seconds: int) -> timedelta:
    """A minute less than the platform grants, but at least half: near the end it still hands out the old token."""
    return timedelta(seconds=max(seconds - _MARGIN_SECONDS, seconds / 2))
