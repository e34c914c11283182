"""The schedule that copies the account's articles.

A run that fails or dies changes nothing, or a part that the next run completes: what it wrote is of one complete reading.
Nothing is ever removed because WeChat did not answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice

from chalicelib.core.logs import log_event
from chalicelib.core.table import RaceLost, Transaction
from chalicelib.domains.channel.news import store
from chalicelib.domains.channel.news.model import MOST, Article, Changes, changes_of, is_complete, key_of
from chalicelib.integrations.errors import PeerError, Refused
from chalicelib.integrations.wechat.articles import ArticlesPage

READINGS = 3
WRITES = 90
"""DynamoDB takes a hundred a transaction; one is the run's own."""
Fetch = Callable[[int], ArticlesPage]
"""Reads the account's messages from an offset on; raises the adapter's errors."""


class NewsRefused(Exception):
    """WeChat refuses for good: somebody has to look at the account, the alarm on the function's errors tells."""


class Unsteady(Exception):
    """The account kept changing while it was read."""


def sync_news(app_id: str, fetch: Fetch, clock: Callable[[], datetime]) -> dict[str, int]:
    """Make what is kept the account's articles; returns the numbers. Raises :class:`NewsRefused`."""
    owner = store.begin_run(app_id, clock())
    if owner is None:
        return {"skipped": 1}
    try:
        articles = _read(fetch)
    except (PeerError, Unsteady) as trouble:
        return _give_up(app_id, owner, trouble, clock())
    changes = changes_of(store.all_articles(app_id), articles)
    try:
        _write(app_id, owner, changes, len(articles), clock)
    except RaceLost:  # it took longer than its lease, and another run has taken over
        return {"overtaken": 1}
    log_event("news_copied", articles=len(articles), put=len(changes.put), deleted=len(changes.delete))
    return {"articles": len(articles), "put": len(changes.put), "deleted": len(changes.delete)}


def _give_up(app_id: str, owner: str, trouble: PeerError | Unsteady, now: datetime) -> dict[str, int]:
    code = trouble.code if isinstance(trouble, PeerError) else "news_unsteady"
    transaction = Transaction()
    store.add_run_end(transaction, app_id, owner, now, None, code)
    try:
        transaction.commit()
    except RaceLost:
        return {"overtaken": 1}
    log_event("news_not_read", error=code)
    if isinstance(trouble, Refused):
        raise NewsRefused(code) from None
    return {"failed": 1}


def _read(fetch: Fetch) -> list[Article]:
    for _ in range(READINGS):
        pages = list(_pages(fetch))
        ids = [message_id for page in pages for message_id in page.message_ids][:MOST]
        if len({page.total for page in pages}) == 1 and is_complete(pages[0].total, ids):
            wanted = set(ids)
            return [article for page in pages for article in _articles(page) if article.key.split("#", 2)[2] in wanted]
    raise Unsteady


def _pages(fetch: Fetch) -> Iterator[ArticlesPage]:
    """Until the end, or until the account has changed: then the rest is of no use."""
    page = fetch(0)
    total, offset = page.total, len(page.message_ids)
    yield page
    while page.message_ids and page.total == total and offset < min(total, MOST):
        page = fetch(offset)
        offset += len(page.message_ids)
        yield page


def _articles(page: ArticlesPage) -> Iterator[Article]:
    for one in page.articles:
        key = key_of(one.updated_at, one.index, one.message_id)
        yield Article(key, one.title, one.digest, one.url, one.picture_url, one.updated_at)


def _write(app_id: str, owner: str, changes: Changes, total: int, clock: Callable[[], datetime]) -> None:
    steps: list[Callable[[Transaction], None]] = [
        *(
            lambda transaction, article=article: store.add_article(transaction, app_id, article)
            for article in changes.put
        ),
        *(lambda transaction, key=key: store.add_removal(transaction, app_id, key) for key in changes.delete),
    ]
    for chunk in _chunks(steps):
        transaction = Transaction()
        store.add_run_check(transaction, app_id, owner)
        for add in chunk:
            add(transaction)
        transaction.commit()
    transaction = Transaction()
    store.add_run_end(transaction, app_id, owner, clock(), total)
    transaction.commit()


def _chunks(steps: Iterable[Callable[[Transaction], None]]) -> Iterator[list[Callable[[Transaction], None]]]:
    remaining = iter(steps)
    while chunk := list(islice(remaining, WRITES)):
        yield chunk
