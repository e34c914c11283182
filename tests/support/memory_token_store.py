"""A token store in memory. It passes the same contract tests as the one in DynamoDB."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime

from chalicelib.integrations.wechat.tokens import LEASE, TokenRecord


class MemoryTokenStore:
    def __init__(self, record: TokenRecord | None = None) -> None:
        self.record = record or TokenRecord()
        self._lock = threading.Lock()

    def get(self) -> TokenRecord:
        return self.record

    def try_begin_refresh(self, version: int, now: datetime) -> bool:
        with self._lock:
            leased = self.record.lease_until is not None and now < self.record.lease_until
            blocked = self.record.blocked_until is not None and now < self.record.blocked_until
            if self.record.version != version or leased or blocked:
                return False
            self.record = replace(self.record, lease_until=now + LEASE)
            return True

    def finish_refresh(self, version: int, value: str, fetched_at: datetime, expires_at: datetime) -> None:
        with self._lock:
            if self.record.version == version:
                self.record = TokenRecord(version + 1, value, fetched_at, expires_at)

    def block(self, version: int, code: str, final: bool, until: datetime) -> None:
        with self._lock:
            if self.record.version == version:
                self.record = replace(
                    self.record, lease_until=None, blocked_until=until, blocked_code=code, blocked_final=final
                )
