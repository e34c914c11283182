"""The route of 企业动态: for everybody, as the articles are."""

from __future__ import annotations

from chalicelib.core import runtime
from chalicelib.core.http import PUBLIC, Api, Call
from chalicelib.domains.channel.news import store
from chalicelib.domains.channel.news.model import Article
from chalicelib.domains.channel.news.schemas import ArticleView, NewsQuery, NewsView

PAGE_SIZE = 10

api = Api(__name__, "news", {})


@api.route("GET", "/api/news", summary="Company news, newest first", access=PUBLIC, query=NewsQuery, answer=NewsView)
def list_news(call: Call) -> NewsView:
    query: NewsQuery = call.query
    page = store.page_of_articles(runtime.settings().wechat_app_id, query.cursor, PAGE_SIZE)
    return NewsView(items=[_show(article) for article in page.items], next_cursor=page.next_cursor)


def _show(article: Article) -> ArticleView:
    return ArticleView(
        id=article.key,
        title=article.title,
        digest=article.digest,
        url=article.url,
        picture_url=article.picture_url or None,
        published_at=article.published_at,
    )
