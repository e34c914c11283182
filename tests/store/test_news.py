"""Company news: what is copied, what disappears, what a failed reading may not do; and the list for the phone."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from bench.aws import recorded
from chalicelib.core.table import is_store_error
from chalicelib.domains.channel.news import service, store
from chalicelib.domains.channel.news.model import MOST
from chalicelib.integrations.errors import Refused, Retryable
from tests.support.client import Client
from tests.support.clock import FakeClock
from tests.support.environment import ENVIRONMENT
from tests.support.fake_articles import FakeArticles
from tests.support.faults import Fault, ProcessDied, every_fault, injected

pytestmark = pytest.mark.usefixtures("cloud")

APP_ID = ENVIRONMENT["WECHAT_APP_ID"]


@pytest.fixture
def account() -> FakeArticles:
    return FakeArticles()


def sync(account: FakeArticles, clock: FakeClock) -> dict[str, int]:
    return service.sync_news(APP_ID, account.fetch, clock)


def kept() -> list[str]:
    return [article.title for article in store.page_of_articles(APP_ID, None, 500).items]


def shown(**query: str) -> list[str]:
    return [one["title"] for one in Client().get("/api/news", **query).json["items"]]


def test_published_articles_come_and_deleted_ones_go(account: FakeArticles, clock: FakeClock) -> None:
    account.publish("一")
    account.publish("二甲", "二乙")
    assert sync(account, clock) == {"articles": 3, "put": 3, "deleted": 0}
    assert shown() == ["二甲", "二乙", "一"]
    account.publish("三")
    del account.messages[2]
    del account.messages[1][0]
    assert sync(account, clock) == {"articles": 2, "put": 1, "deleted": 2}
    assert shown() == ["三", "二乙"]
    assert sync(account, clock) == {"articles": 2, "put": 0, "deleted": 0}


def test_an_account_without_articles(account: FakeArticles, clock: FakeClock) -> None:
    assert shown() == []
    assert sync(account, clock) == {"articles": 0, "put": 0, "deleted": 0}
    account.publish("一")
    sync(account, clock)
    account.messages.clear()
    sync(account, clock)
    assert shown() == []


def test_all_pages_are_read_and_the_list_is_paged(account: FakeArticles, clock: FakeClock) -> None:
    for number in range(45):
        account.publish(f"第{number}")
    sync(account, clock)
    assert account.reads == 3
    titles, cursor, pages = [], "", 0
    while True:
        page = Client().get("/api/news", **({"cursor": cursor} if cursor else {})).json
        titles += [one["title"] for one in page["items"]]
        pages, cursor = pages + 1, page["next_cursor"]
        if not cursor:
            break
    assert titles == [f"第{number}" for number in reversed(range(45))]
    assert pages == 5
    assert Client().get("/api/news", cursor="bm90aGluZw").code == "invalid_cursor"


def test_an_account_with_thousands_keeps_the_newest(account: FakeArticles, clock: FakeClock) -> None:
    for number in range(MOST + 50):
        account.publish(f"第{number}")
    assert sync(account, clock)["articles"] == MOST
    assert account.reads == MOST / 20
    assert kept()[0] == f"第{MOST + 49}" and len(kept()) == MOST


def test_a_list_costs_one_question_however_much_there_is(account: FakeArticles, clock: FakeClock) -> None:
    for number in range(60):
        account.publish(f"第{number}")
    sync(account, clock)
    client = Client()
    with recorded() as recording:
        client.get("/api/news")
    assert recording.operations == ("Query",)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Retryable("peer_unreachable", "", "wechat"), {"failed": 1}),
        (Retryable("wechat_quota_exhausted", "", "wechat", peer_code="45009"), {"failed": 1}),
        (Refused("wechat_not_authorised", "", "wechat", peer_code="48001"), None),
    ],
)
def test_a_failed_reading_removes_nothing(
    account: FakeArticles, clock: FakeClock, error: Exception, outcome: dict[str, int] | None
) -> None:
    for number in range(25):
        account.publish(f"第{number}")
    sync(account, clock)
    account.messages.clear()
    account.publish("新")
    for _ in range(24):
        account.publish("更新")

    def trouble(_operation: str, moment: str) -> None:
        if account.reads % 2 == 1 and moment == "before":
            raise error

    account.reads, account.trouble = 0, trouble
    if outcome is None:
        with pytest.raises(service.NewsRefused):
            sync(account, clock)
    else:
        assert sync(account, clock) == outcome
    assert len(kept()) == 25 and "第3" in kept()
    run = store.find_run(APP_ID)
    assert run is not None and run.error_code == error.code and run.owner is None  # type: ignore[attr-defined]
    account.trouble = lambda operation, moment: None
    assert sync(account, clock)["articles"] == 25
    assert store.find_run(APP_ID).error_code is None  # type: ignore[union-attr]


@pytest.mark.parametrize("change", ["published", "deleted"])
def test_an_account_that_changes_between_two_pages_is_read_again(
    account: FakeArticles, clock: FakeClock, change: str
) -> None:
    """Otherwise the message on the seam would be taken for deleted."""
    for number in range(30):
        account.publish(f"第{number}")
    sync(account, clock)
    account.reads = 0

    def trouble(_operation: str, moment: str) -> None:
        if account.reads == 1 and moment == "after":
            if change == "deleted":
                del account.messages[3]
            else:
                account.publish("新")

    account.trouble = trouble
    sync(account, clock)
    assert account.reads == 4
    assert kept() == [article.title for message in account.messages for article in message]


def test_a_change_that_leaves_the_number_as_it_was_loses_nothing(account: FakeArticles, clock: FakeClock) -> None:
    """One more in front and one less behind move the seam: the message on it comes twice, which is noticed."""
    for number in range(45):
        account.publish(f"第{number}")
    sync(account, clock)

    def trouble(_operation: str, moment: str) -> None:
        if account.reads == 1 and moment == "after":
            del account.messages[30]
            account.publish("新")

    account.reads, account.trouble = 0, trouble
    sync(account, clock)
    assert account.reads == 6
    assert kept() == [article.title for message in account.messages for article in message]


def test_an_account_that_never_holds_still_is_left_for_the_next_run(account: FakeArticles, clock: FakeClock) -> None:
    for number in range(30):
        account.publish(f"第{number}")
    sync(account, clock)
    before, account.reads = kept(), 0
    account.trouble = lambda _operation, moment: account.publish("又") if moment == "after" else None
    assert sync(account, clock) == {"failed": 1}
    assert kept() == before and account.reads == 6


def test_while_a_run_is_under_way_no_other_begins(account: FakeArticles, clock: FakeClock) -> None:
    account.publish("一")
    assert store.begin_run(APP_ID, clock()) is not None
    assert sync(account, clock) == {"skipped": 1}
    clock.advance(seconds=store.LEASE.total_seconds())
    assert sync(account, clock) == {"articles": 1, "put": 1, "deleted": 0}


def test_a_run_that_outlived_its_lease_writes_nothing(account: FakeArticles, clock: FakeClock) -> None:
    """It has read what its successor knows to be deleted."""
    account.publish("旧")

    def overtaken(_operation: str, moment: str) -> None:
        if moment == "after" and account.reads == 1:
            clock.advance(seconds=store.LEASE.total_seconds())
            account.messages.clear()
            account.publish("新")
            sync(account, clock)

    account.trouble = overtaken
    assert sync(account, clock) == {"overtaken": 1}
    assert kept() == ["新"]


def test_without_the_check_the_deleted_article_would_come_back(
    account: FakeArticles, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the test above."""
    monkeypatch.setattr(store, "add_run_check", lambda *_: None)
    with suppress(AssertionError):
        test_a_run_that_outlived_its_lease_writes_nothing(account, clock)
    assert kept() == ["新", "旧"] or "旧" in kept()


def test_copying_with_every_call_broken(
    account: FakeArticles, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.publish("一")
    sync(account, clock)
    account.publish("二")
    counted = Fault()
    with injected(counted, account, monkeypatch):
        sync(account, clock)
    assert counted.calls == ["UpdateItem", "peer.read", "Query", "TransactWriteItems", "TransactWriteItems"]
    for number, fault in enumerate(every_fault(len(counted.calls))):
        account.publish(f"第{number}")
        del account.messages[-1]
        before = kept()
        with injected(fault, account, monkeypatch), suppress(ProcessDied):
            try:
                sync(account, clock)
            except Exception as error:
                assert is_store_error(error), (fault, error)
        wanted = [article.title for message in account.messages for article in message]
        assert kept() in (before, wanted), f"never a half: {fault}"
        clock.advance(seconds=store.LEASE.total_seconds())
        sync(account, clock)
        assert kept() == wanted, fault


def test_a_lease_is_longer_than_a_run() -> None:
    assert timedelta(seconds=60) < store.LEASE
