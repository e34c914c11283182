"""企业动态 on the phone's home page: what the account publishes appears, what it deletes goes."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import Page, expect

from sandbox.cloud.stack import Stack
from tests.browser.conftest import keep_picture
from tests.browser.sandbox_page import SandboxPage

pytestmark = pytest.mark.browser


def publish(stack: Stack, *titles: str) -> str:
    body = {"articles": [{"title": title, "digest": f"{title}：正文"} for title in titles]}
    answer = requests.post(f"{stack.sandbox_api}/sandbox/wechat/articles", json=body, timeout=10)
    return str(answer.json()["article_id"])


def test_news_come_and_go_on_the_home_page(handset: Page, stack: Stack) -> None:
    """P9: title, date, picture without a session; 更多; a deleted article disappears; states without news or network."""
    mark = uuid4().hex[:6]
    message = publish(stack, f"安全月启动 {mark}", f"消防演练 {mark}")
    stack.run_schedule("sync_news")
    handset.goto(f"{stack.public_url}/")
    news = handset.locator("[data-test=home-news]")
    articles = news.locator("[data-test=news-article]")
    expect(articles).to_have_count(3)
    expect(articles.nth(0)).to_contain_text(f"安全月启动 {mark}")
    expect(articles.nth(1)).to_contain_text(f"消防演练 {mark}")
    articles.nth(0).scroll_into_view_if_needed()
    expect(articles.nth(0).locator("img")).to_be_visible()
    loaded = "image => image.complete && image.naturalWidth > 0"
    handset.wait_for_function(f"({loaded})(document.querySelector('[data-test=news-article] img'))")
    drawn = handset.evaluate("document.querySelector('[data-test=news-article] img').currentSrc")
    with handset.expect_request(drawn) as asked:
        handset.reload()
    assert "referer" not in asked.value.all_headers(), "WeChat shows its pictures to nobody who says where they are"
    keep_picture(handset, "news-1-home")
    articles.nth(0).scroll_into_view_if_needed()
    keep_picture(handset, "news-2-list")

    news.locator("[data-test=news-more]").click()
    expect(handset.locator("[data-test=news-list]")).to_contain_text("公司召开四季度安全生产会议")
    expect(handset.locator("[data-test=list-end]")).to_be_visible()
    keep_picture(handset, "news-3-all")
    handset.locator("[data-test=news-article]", has_text=f"安全月启动 {mark}").click()
    expect(handset.get_by_role("heading", name=f"安全月启动 {mark}")).to_be_visible()
    expect(handset.get_by_text("正文")).to_be_visible()
    handset.go_back()

    requests.delete(f"{stack.sandbox_api}/sandbox/wechat/articles/{message}?index=1", timeout=10)
    stack.run_schedule("sync_news")
    handset.goto(f"{stack.public_url}/")
    expect(articles.nth(0)).to_contain_text(f"消防演练 {mark}")
    expect(news).not_to_contain_text(f"安全月启动 {mark}")
    requests.delete(f"{stack.sandbox_api}/sandbox/wechat/articles/{message}", timeout=10)
    stack.run_schedule("sync_news")


def test_without_news_or_network_the_entrances_stay(handset: Page, stack: Stack) -> None:
    """P9: the news fail alone."""

    def answer(body: Any) -> None:
        handset.route("**/api/news*", lambda route: route.fulfill(json=body))
        handset.goto(f"{stack.public_url}/")

    handset.route("**/api/news*", lambda route: route.abort())
    handset.goto(f"{stack.public_url}/")
    expect(handset.locator("[data-test=news-error]")).to_be_visible()
    expect(handset.locator("[data-test=entrance-visitor]")).to_be_visible()
    keep_picture(handset, "news-4-error")
    handset.unroute("**/api/news*")
    handset.locator("[data-test=news-retry]").click()
    expect(handset.locator("[data-test=news-article]").first).to_be_visible()
    answer({"items": [], "next_cursor": None})
    expect(handset.locator("[data-test=news-empty]")).to_be_visible()
    handset.goto(f"{stack.public_url}/news")
    expect(handset.locator("[data-test=empty-state]")).to_contain_text("还没有发布动态")


def test_the_owner_publishes_in_the_console(desk: Page, stack: Stack) -> None:
    """The sandbox's own side: published there, read by the schedule, shown on the phone."""
    mark = uuid4().hex[:6]
    SandboxPage(desk, stack)
    desk.get_by_role("tab", name="微信", exact=True).click()
    desk.get_by_role("tab", name="文章", exact=True).click()
    desk.get_by_label("文章标题").fill(f"招标公告 {mark}")
    desk.get_by_role("button", name="发布", exact=True).click()
    row = desk.locator("tr", has_text=mark)
    expect(row).to_be_visible()
    keep_picture(desk, "news-5-console")
    assert stack.run_schedule("sync_news")["put"] >= 1
    row.get_by_role("button", name="删除").click()
    expect(row).to_have_count(0)
    assert stack.run_schedule("sync_news")["deleted"] >= 1
