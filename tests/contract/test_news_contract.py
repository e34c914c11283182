"""Company news as deployed, against the simulated account: its limits, its tokens, its deletions."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.core import runtime
from chalicelib.core.clock import utc_now
from chalicelib.core.secrets import Secrets
from chalicelib.domains.channel import wiring
from chalicelib.domains.channel.news import service
from chalicelib.integrations.errors import Refused
from tests.support.client import Client
from tests.support.environment import SECRETS

PATH = "/cgi-bin/freepublish/batchget"


@pytest.fixture
def channel(sandbox, cloud, monkeypatch):
    """The deployment's wiring, pointed at the simulator, which also serves what it has published."""
    monkeypatch.setenv("WECHAT_API_BASE_URL", sandbox.url)
    monkeypatch.setenv("WECHAT_OPEN_BASE_URL", "http://campus.localhost:9000")
    runtime.settings.cache_clear()
    secrets = {**SECRETS, "wechat/app_secret": sandbox.app.secrets.wechat_app_secret}
    monkeypatch.setattr(runtime, "fetch_secrets", lambda *_: Secrets(secrets))
    runtime.secrets.cache_clear()
    wiring.official_account.cache_clear()
    yield sandbox
    wiring.official_account.cache_clear()


def publish(channel, *titles: str) -> str:
    body = {"articles": [{"title": title, "digest": f"{title}的摘要"} for title in titles]}
    channel.advance(1)
    return str(channel.control("POST", "/wechat/articles", body)["article_id"])


def run() -> Any:
    return service.sync_news(runtime.settings().wechat_app_id, wiring.read_news, utc_now)


def shown() -> list[dict[str, Any]]:
    return list(Client().get("/api/news").json["items"])


def test_what_the_account_publishes_is_shown_and_what_it_deletes_is_not(channel):
    first, second = publish(channel, "安全月"), publish(channel, "头条", "次条")
    assert run() == {"articles": 3, "put": 3, "deleted": 0}
    assert [one["title"] for one in shown()] == ["头条", "次条", "安全月"]
    assert shown()[0]["url"].startswith("http://campus.localhost:9000/s?")
    assert shown()[0]["picture_url"].startswith("http://campus.localhost:9000/mmbiz_svg/")
    channel.control("DELETE", f"/wechat/articles/{second}?index=1")
    channel.control("DELETE", f"/wechat/articles/{first}")
    assert run() == {"articles": 1, "put": 0, "deleted": 2}
    assert [one["title"] for one in shown()] == ["次条"]


def test_more_than_a_page(channel):
    for number in range(25):
        publish(channel, f"第{number}")
    assert run()["articles"] == 25
    assert len(channel.calls("wechat", PATH)) == 2


def test_a_dead_token_is_replaced_on_the_way(channel):
    publish(channel, "安全月")
    run()
    channel.control("POST", "/wechat/kill-token")
    publish(channel, "新")
    assert run()["put"] == 1


@pytest.mark.parametrize(("kind", "more"), [("error_code", {"code": "45009"}), ("lost_answer", {}), ("http_502", {})])
def test_trouble_at_wechat_removes_nothing(channel, kind, more):
    publish(channel, "安全月")
    run()
    channel.fault("wechat", kind, PATH, **more)
    assert run() == {"failed": 1}
    assert [one["title"] for one in shown()] == ["安全月"]


@pytest.mark.parametrize(
    "body",
    [
        {"offset": 0, "count": 21},
        {"offset": 0, "count": 0},
        {"offset": -1, "count": 20},
        {"count": 20},
        {"offset": 0, "count": 20, "no_content": 2},
        {"offset": 0, "count": 20, "no_content": True},
        {"offset": "0", "count": 20},
    ],
)
def test_the_simulator_is_as_strict(channel, body):
    with pytest.raises(Refused) as refused:
        wiring.official_account().post("freepublish/batchget", data=body, repeatable=True)
    assert refused.value.peer_code == "40097"


def test_a_page_that_says_where_it_is_gets_no_picture(channel):
    """As mmbiz.qpic.cn: so our pages must not send their address along."""
    import urllib.request

    message = publish(channel, "安全月")
    address = f"{channel.url}/mmbiz_svg/{message}/0"
    for referrer, refused in ((None, False), ("http://campus.localhost:4566/", True)):
        request = urllib.request.Request(address, headers={"Referer": referrer} if referrer else {})
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert ("未经允许不可引用" in answer.read().decode()) is refused
