"""Old accounts, their followers and their files, for tests."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from chalicelib.core import runtime
from chalicelib.core.session import Principal, Role
from chalicelib.core.table import Transaction
from chalicelib.domains.channel.migration import followers, runner, service, store
from chalicelib.domains.channel.migration.imports import service as imports
from chalicelib.domains.channel.migration.imports.model import CHUNK_BYTES, Import, ImportKind
from chalicelib.domains.channel.migration.model import MigrationStage, SourceForm, stage, stored
from chalicelib.domains.channel.migration.ports import OldAccount, Ports
from chalicelib.domains.channel.migration.runner import MigrationInterrupted
from tests.support.clock import FakeClock
from tests.support.faults import ProcessDied

ADMINISTRATOR = Principal("USERADMIN", "黄志强", "", frozenset({Role.ADMINISTRATOR}))
APPROVED = date(2026, 11, 20)
RESTING = (
    MigrationStage.NEW,
    MigrationStage.PULLED,
    MigrationStage.CONVERTED,
    MigrationStage.STOPPED,
    MigrationStage.PAUSED,
)


def account(number: int) -> OldAccount:
    """An old account of its own, so that many tries share one database."""
    return OldAccount(f"account{number}", "某公众号", f"wx{number:016x}", f"gh_{number:012x}")


def order_pull(old: OldAccount, clock: FakeClock) -> None:
    service.start_pull(ADMINISTRATOR.user_id, old.key, clock())


def order_convert(old: OldAccount, clock: FakeClock, *, again: bool = False) -> None:
    service.start_convert(ADMINISTRATOR.user_id, old.key, APPROVED, SourceForm.RAW_ID, again, clock())


def run_once(ports: Ports, clock: FakeClock) -> None:
    """One run of the schedule; it may die, or find the database gone."""
    with suppress(ProcessDied, MigrationInterrupted):
        runner.continue_migrations(ports, clock, clock.pause)


def run_until_resting(ports: Ports, clock: FakeClock, minutes: int = 60) -> None:
    """The schedule, minute by minute, until the account has nothing to do and no file waits."""
    key = ports.accounts[0].key
    for _ in range(minutes):
        run_once(ports, clock)
        clock.advance(minutes=1)
        at_rest = stage(*store.find_both(key), clock()) in RESTING
        if at_rest and not imports.store.active(key):
            return
    raise AssertionError(f"not finished after {minutes} minutes: {store.find_both(key)}")


def know(old: OldAccount, openids: list[str], clock: FakeClock) -> None:
    """Followers that were pulled earlier."""
    for start in range(0, len(openids), followers.NEW_AT_ONCE):
        part = openids[start : start + followers.NEW_AT_ONCE]
        transaction = Transaction()
        followers.add_new(transaction, old.app_id, part, clock())
        store.add_progress(transaction, stored(store.find_progress(old.key), len(part)))
        transaction.commit()


def upload(old: OldAccount, kind: ImportKind, content: bytes, clock: FakeClock, name: str = "file.csv") -> Import:
    """A file, sent whole and handed over to be checked."""
    known = imports.open_import(ADMINISTRATOR, old.key, kind, name, len(content), clock())
    for number in range(known.chunks):
        part = content[number * CHUNK_BYTES : (number + 1) * CHUNK_BYTES]
        imports.take_chunk(known.id, number, part, clock())
    return imports.check_import(ADMINISTRATOR, known.id, clock())


def stored_items(prefix: str) -> list[dict[str, Any]]:
    """Items of the channel table whose partition begins like this."""
    items = runtime.aws_client("dynamodb").scan(TableName="test-channel", ConsistentRead=True)["Items"]
    return [item for item in items if item["pk"]["S"].startswith(prefix)]
