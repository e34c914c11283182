"""Company news in the channel table; every condition stands here with the race it closes."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.ids import new_token
from chalicelib.core.paging import Page, decode_cursor, read_page
from chalicelib.core.table import Item, TableMeta, Transaction, condition_failed
from chalicelib.domains.channel.news.model import Article

LEASE = timedelta(seconds=75)
"""Longer than a run may live (60 s)."""


class ArticleItem(Item):
    """One article: ``NEWS#<appid>`` / its key."""

    class Meta(TableMeta):
        domain = "channel"

    title = UnicodeAttribute()
    digest = UnicodeAttribute()
    url = UnicodeAttribute()
    picture_url = UnicodeAttribute()
    published_at = UnicodeAttribute()


class RunItem(Item):
    """The schedule's run: ``NEWS_RUN#<appid>`` / ``RUN``."""

    class Meta(TableMeta):
        domain = "channel"

    owner = UnicodeAttribute(null=True)
    until = UnicodeAttribute(null=True)
    done_at = UnicodeAttribute(null=True)
    articles = NumberAttribute(null=True)
    error_code = UnicodeAttribute(null=True)


def begin_run(app_id: str, now: datetime) -> str | None:
    """Begin a run; returns its mark, ``None`` while another one is under way.

    *Closes*: two runs whose readings are of different moments writing over each other; one that died holds up the next
    for as long as it could have lived. A refused condition may be our own first attempt, whose answer was lost.
    """
    owner = new_token()
    free = RunItem.owner.does_not_exist() | (RunItem.until <= to_text(now))
    actions: list[Action] = [RunItem.owner.set(owner), RunItem.until.set(to_text(now + LEASE))]
    try:
        RunItem(_run_key(app_id), "RUN").update(actions=actions, condition=free)
    except UpdateError as error:
        if not condition_failed(error):
            raise
        found = find_run(app_id)
        return owner if found is not None and found.owner == owner else None
    return owner


def add_run_check(transaction: Transaction, app_id: str, owner: str) -> None:
    """Write under this run only. *Closes*: a run that outlived its lease putting back what its successor removed."""
    transaction.check("run", RunItem, _run_key(app_id), "RUN", RunItem.owner == owner)


def add_run_end(
    transaction: Transaction, app_id: str, owner: str, now: datetime, articles: int | None, error_code: str = ""
) -> None:
    """End the run with the number of articles, or with ``None`` and why not.

    *Closes*: a run that outlived its lease ending its successor's.
    """
    actions: list[Action] = [RunItem.owner.remove(), RunItem.until.remove()]
    if articles is not None:
        actions += [RunItem.done_at.set(to_text(now)), RunItem.articles.set(articles), RunItem.error_code.remove()]
    else:
        actions.append(RunItem.error_code.set(error_code))
    transaction.update("run", RunItem(_run_key(app_id), "RUN"), actions, RunItem.owner == owner)


def find_run(app_id: str) -> RunItem | None:
    """The last run."""
    return RunItem.find(_run_key(app_id), "RUN")


def all_articles(app_id: str) -> dict[str, Article]:
    """Everything that is kept, by key; a few hundred at most."""
    return {item.sk: _to_article(item) for item in ArticleItem.query(_key(app_id), consistent_read=True)}


def page_of_articles(app_id: str, cursor: str | None, limit: int) -> Page[Article]:
    """The newest first."""
    results = ArticleItem.query(
        _key(app_id),
        scan_index_forward=False,
        limit=limit,
        page_size=limit,
        last_evaluated_key=decode_cursor(cursor, {"pk": _key(app_id)}),
    )
    page = read_page(results, limit)
    return Page([_to_article(item) for item in page.items], page.next_cursor)


def add_article(transaction: Transaction, app_id: str, article: Article) -> None:
    """Keep an article, in place of an older state of it. The run's check is its condition."""
    item = ArticleItem(
        _key(app_id),
        article.key,
        title=article.title,
        digest=article.digest,
        url=article.url,
        picture_url=article.picture_url,
        published_at=to_text(article.published_at),
    )
    transaction.put("article", item)


def add_removal(transaction: Transaction, app_id: str, key: str) -> None:
    """Remove an article. The run's check is its condition."""
    transaction.delete("article", ArticleItem(_key(app_id), key))


def _key(app_id: str) -> str:
    return f"NEWS#{app_id}"


def _run_key(app_id: str) -> str:
    return f"NEWS_RUN#{app_id}"


def _to_article(item: ArticleItem) -> Article:
    return Article(item.sk, item.title, item.digest, item.url, item.picture_url, from_text(item.published_at))
