"""Twenty thousand followers of an old account, with a worker that keeps dying: everybody once, every failure listed."""

from __future__ import annotations

import gc
import random
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import botocore.client
import pytest

from chalicelib.core import runtime
from chalicelib.domains.channel.migration import followers, runner, service, store
from chalicelib.domains.channel.migration.model import BATCH, MigrationStage, SourceForm, stage
from tests.support.clock import FakeClock
from tests.support.fake_migration import CANTEEN, NEW_APP_ID, FakeMigration, is_gone, new_openid, openid
from tests.support.faults import ProcessDied
from tests.support.quick_cloud import use_quick_cloud

pytestmark = pytest.mark.usefixtures("cloud")

FOLLOWERS = 20_000
GONE = FOLLOWERS // 40
APPROVED = date(2026, 11, 20)
ADMINISTRATOR = "USERADMIN"
RESTING = (MigrationStage.PULLED, MigrationStage.CONVERTED, MigrationStage.STOPPED)


class Killer:
    """Lets the process die at random calls, before or after they were carried out; each life has a few hundred calls."""

    def __init__(self, patch: pytest.MonkeyPatch, wechat: FakeMigration, clock: FakeClock, seed: int) -> None:
        self._clock = clock
        self._random = random.Random(seed)
        self._left = 0
        self.deaths = 0
        original = botocore.client.BaseClient._make_api_call

        def call(client: Any, operation: str, arguments: Any) -> Any:
            self._count("before")
            answer = original(client, operation, arguments)
            self._count("after")
            return answer

        patch.setattr(botocore.client.BaseClient, "_make_api_call", call)
        wechat.trouble = lambda operation, moment: self._count(moment)
        self.arm()

    def arm(self) -> None:
        """Choose when this life ends, in moments (each call has two)."""
        self._left = self._random.randint(40, 700)

    def _count(self, moment: str) -> None:
        self._clock.advance(milliseconds=10)
        self._left -= 1
        if self._left == 0:
            self.deaths += 1
            raise ProcessDied(moment)


def run_to_the_end(wechat: FakeMigration, clock: FakeClock, killer: Killer | None = None, minutes: int = 400) -> int:
    """The schedule, minute by minute, until nothing is due; returns the runs."""
    for runs in range(1, minutes):
        if killer:
            killer.arm()
        with suppress(ProcessDied):
            runner.continue_migrations(wechat.ports(), clock, clock.pause)
        clock.advance(minutes=1)
        if stage(*store.find_both(CANTEEN.key), clock()) in (
            MigrationStage.PULLED,
            MigrationStage.CONVERTED,
            MigrationStage.STOPPED,
        ):
            return runs
    raise AssertionError(f"not finished after {minutes} minutes: {store.find_both(CANTEEN.key)}")


def every_item() -> list[dict[str, Any]]:
    paginator = runtime.aws_client("dynamodb").get_paginator("scan")
    return [item for page in paginator.paginate(TableName="test-channel") for item in page["Items"]]


def of_kind(items: list[dict[str, Any]], prefix: str) -> list[dict[str, Any]]:
    return [item for item in items if item["pk"]["S"].startswith(prefix)]


def test_twenty_thousand_followers_with_a_dying_worker(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    use_quick_cloud(monkeypatch)
    gc.disable()  # a heap of a million objects is walked through again and again
    everybody = [openid(number) for number in range(FOLLOWERS)]
    # Two followed again while the list was read and stand in it twice.
    wechat = FakeMigration([*everybody[:10_050], *everybody[50:52], *everybody[10_050:]])
    killer = Killer(monkeypatch, wechat, clock, seed=20261123)

    service.start_pull(ADMINISTRATOR, CANTEEN.key, clock())
    run_to_the_end(wechat, clock, killer)
    progress = store.find_progress(CANTEEN.key)
    assert (progress.pulled, progress.converted, progress.failed, progress.waiting) == (FOLLOWERS, 0, {}, FOLLOWERS)

    service.start_convert(ADMINISTRATOR, CANTEEN.key, APPROVED, SourceForm.RAW_ID, False, clock())
    run_to_the_end(wechat, clock, killer)
    assert killer.deaths > 10

    gc.enable()

    progress = store.find_progress(CANTEEN.key)
    assert (progress.pulled, progress.converted, progress.waiting) == (FOLLOWERS, FOLLOWERS - GONE, 0)
    assert progress.failed == {"not_follower": GONE}
    items = every_item()
    known = {item["pk"]["S"].rpartition("#")[2]: item for item in of_kind(items, "OLD#")}
    assert sorted(known) == everybody
    moved = of_kind(items, f"MOVED#{NEW_APP_ID}#")
    pairs = {item["old_openid"]["S"]: item["pk"]["S"].rpartition("#")[2] for item in moved}
    assert len(moved) == len(pairs) == FOLLOWERS - GONE
    assert pairs == {old: new_openid(old) for old in everybody if not is_gone(old)}
    assert {old for old, item in known.items() if "new_openid" not in item} == {o for o in everybody if is_gone(o)}
    listed = [follower.openid for follower in followers.failed(CANTEEN.app_id, FOLLOWERS)]
    assert listed == [old for old in everybody if is_gone(old)]
    assert of_kind(items, "OLD_WAITING#") == []
    # A call is repeated only when the process died between its answer and its last result.
    assert FOLLOWERS // BATCH <= len(wechat.asked) <= FOLLOWERS // BATCH + killer.deaths


def test_nothing_more_is_asked_when_all_is_done(clock: FakeClock) -> None:
    wechat = FakeMigration([openid(number) for number in range(120)])
    service.start_pull(ADMINISTRATOR, CANTEEN.key, clock())
    run_to_the_end(wechat, clock)
    service.start_convert(ADMINISTRATOR, CANTEEN.key, APPROVED, SourceForm.APP_ID, False, clock())
    run_to_the_end(wechat, clock)
    assert [len(asked) for asked in wechat.asked] == [100, 20]
    calls = (wechat.pages_read, len(wechat.asked))
    clock.advance(minutes=1)
    assert runner.continue_migrations(wechat.ports(), clock) == {"canteen": 0}
    assert (wechat.pages_read, len(wechat.asked)) == calls


def test_a_second_pull_adds_only_who_is_new(clock: FakeClock) -> None:
    wechat = FakeMigration([openid(number) for number in range(10)])
    for _ in range(2):
        service.start_pull(ADMINISTRATOR, CANTEEN.key, clock())
        run_to_the_end(wechat, clock)
        wechat.followers.append(openid(len(wechat.followers)))
    progress = store.find_progress(CANTEEN.key)
    assert (progress.pulled, progress.told_total) == (11, 11)


def test_the_start_of_a_page_that_follows_no_longer_begins_anew(clock: FakeClock) -> None:
    wechat = FakeMigration([openid(number) for number in range(30)], page_size=10)
    taken = wechat.read_page

    def leaves_after_the_first_page(account: Any, after: str) -> Any:
        if wechat.pages_read == 1:
            wechat.followers.remove(after)
        return taken(account, after)

    wechat.read_page = leaves_after_the_first_page  # type: ignore[method-assign]
    service.start_pull(ADMINISTRATOR, CANTEEN.key, clock())
    run_to_the_end(wechat, clock)
    assert store.find_progress(CANTEEN.key).pulled == 30


def test_the_days_of_the_window_are_counted(clock: FakeClock) -> None:
    wechat = FakeMigration([openid(number) for number in range(5)])
    service.start_pull(ADMINISTRATOR, CANTEEN.key, clock())
    run_to_the_end(wechat, clock)
    service.start_convert(ADMINISTRATOR, CANTEEN.key, APPROVED, SourceForm.RAW_ID, False, clock())
    clock.now += timedelta(days=15)
    run_to_the_end(wechat, clock)
    order, progress = store.find_both(CANTEEN.key)
    assert stage(order, progress, clock()) is MigrationStage.STOPPED
    assert progress.trouble is not None
    assert (progress.trouble.code, wechat.asked) == ("migration_window_over", [])
