"""What moving followers needs of others, and a run's hold on one account."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from chalicelib.core.table import Transaction
from chalicelib.domains.channel.migration import store
from chalicelib.domains.channel.migration.model import Conversion, Progress

ACTOR = "continue_migration"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class OldAccount:
    """One of the accounts that move into the new one."""

    key: str
    name: str
    app_id: str
    raw_id: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some of an old account's followers; ``next_openid`` is empty behind the last page."""

    total: int
    openids: Sequence[str]
    next_openid: str


@dataclass(frozen=True, slots=True)
class Ports:
    """The outside world."""

    accounts: Sequence[OldAccount]
    new_app_id: str
    read_page: Callable[[OldAccount, str], Page]
    """Followers of an old account behind an openid; raises the adapter's errors."""
    convert: Callable[[str, Sequence[str]], list[Conversion]]
    """(``from_appid``, old openids) → new openids; raises the adapter's errors."""


class OutOfTime(Exception):
    """The run's time is over in the middle of a step; what is done is committed."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the worker for one account."""

    account: OldAccount
    ports: Ports
    owner: str
    clock: Callable[[], datetime]
    deadline: datetime
    pause: Callable[[float], None] = time.sleep

    def check_time(self) -> None:
        """Raises :class:`OutOfTime` when nothing more may be begun."""
        if self.clock() >= self.deadline:
            raise OutOfTime

    def commit(self, transaction: Transaction, progress: Progress) -> Progress:
        """Write the transaction together with the account's progress, the fence of every run."""
        store.add_progress(transaction, progress)
        transaction.commit()
        return progress


def batches(items: Sequence[_T], size: int) -> list[Sequence[_T]]:
    """``items`` in parts of at most ``size``."""
    remaining = iter(items)
    parts: list[Sequence[_T]] = []
    while part := list(islice(remaining, size)):
        parts.append(part)
    return parts


RUN_TIME = timedelta(seconds=30)
"""No step is begun later: a call may take half a minute at worst, and the function lives for sixty seconds."""
