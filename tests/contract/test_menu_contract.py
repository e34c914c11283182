"""Publishing the menu as deployed: the worker's handler, through settings and adapter, to the simulated WeChat."""

from __future__ import annotations

import json

import pytest

from chalicelib.core import runtime
from chalicelib.core.audit import AuditEntry
from chalicelib.core.clock import utc_now
from chalicelib.core.errors import Conflict, Unavailable
from chalicelib.core.secrets import Secrets
from chalicelib.domains.channel import wiring
from chalicelib.domains.channel.menu import MENU
from chalicelib.domains.channel.menus import service
from chalicelib.domains.channel.menus.model import Entry, Target, buttons_of
from chalicelib.domains.channel.menus.service import Actor
from chalicelib.domains.channel.workers import publish_menu
from chalicelib.integrations.errors import Refused
from chalicelib.integrations.wechat.menu import create_menu, read_menu
from sandbox.people import APP_ID


@pytest.fixture
def channel(sandbox, cloud, monkeypatch):
    """The deployment's wiring, pointed at the simulator."""
    monkeypatch.setenv("WECHAT_API_BASE_URL", sandbox.url)
    runtime.settings.cache_clear()
    secrets = sandbox.app.secrets
    monkeypatch.setattr(runtime, "fetch_secrets", lambda *_: Secrets({"wechat/app_secret": secrets.wechat_app_secret}))
    runtime.secrets.cache_clear()
    wiring.official_account.cache_clear()
    yield sandbox
    wiring.official_account.cache_clear()


def test_the_command_publishes_the_menu_and_audits_it(channel):
    assert publish_menu({}, None) == {"published": True, "buttons": 6}
    shown = channel.control("GET", "/wechat/menu")["menu"]["button"]
    assert [button["name"] for button in shown] == ["智慧物流", "访客预约", "餐卡服务"]
    assert shown[1]["sub_button"][0]["url"] == "http://campus.localhost:4566/visitor/reserve"
    assert [entry.action for entry in AuditEntry.query(f"menu:{APP_ID}")] == ["menu_published"]


def test_publishing_twice_uses_the_token_twice(channel):
    publish_menu({}, None)
    wiring.official_account.cache_clear()
    publish_menu({}, None)
    assert len(channel.calls("wechat", "/cgi-bin/stable_token")) == 1
    assert len(channel.calls("wechat", "/cgi-bin/menu/create")) == 2


def test_a_refusal_by_wechat_is_not_audited(channel):
    channel.control("PATCH", "/wechat/knobs", {"business_domains": ["elsewhere.example"]})
    with pytest.raises(Conflict, match="menu_refused") as caught:
        publish_menu({}, None)
    assert caught.value.values["number"] == "40055"
    assert channel.control("GET", "/wechat/menu")["menu"] is None
    assert list(AuditEntry.query(f"menu:{APP_ID}")) == []


def test_escaped_names_would_be_refused_so_ours_must_be_real_utf8(channel):
    client = wiring.official_account()
    menu = {"button": buttons_of(MENU, wiring.surroundings())}
    with pytest.raises(Refused) as caught:
        client.post("menu/create", data=json.dumps(menu, ensure_ascii=True), repeatable=True)
    assert caught.value.peer_code == "40033"
    create_menu(client, menu)
    published = read_menu(client)
    assert published is not None and published["menu"]["button"][0]["name"] == "智慧物流"


def test_no_menu_yet(channel):
    assert read_menu(wiring.official_account()) is None


def test_a_mini_program_page_from_the_settings(channel, monkeypatch):
    monkeypatch.setenv("WECHAT_MINI_PROGRAM_APP_ID", "wx00000000000000aa")
    monkeypatch.setenv("WECHAT_MINI_PROGRAM_PAGES", "/canteen=pages/canteen/index")
    runtime.settings.cache_clear()
    publish_menu({}, None)
    shown = channel.control("GET", "/wechat/menu")["menu"]["button"]
    assert (shown[2]["type"], shown[2]["pagepath"]) == ("miniprogram", "pages/canteen/index")


def test_a_lost_answer_of_the_publication_is_looked_up(channel):
    """WeChat has taken the menu, its answer never came: the administrator is told that it is published."""
    channel.fault("wechat", "lost_answer", "/cgi-bin/menu/create")
    account = wiring.menu_account()
    published = service.publish(account, (Entry("首页", page="/"),), 0, Actor("USER1", "黄志强"), utc_now())
    assert published.version == 1
    assert [call["path"] for call in channel.calls("wechat")][-2:] == ["/cgi-bin/menu/create", "/cgi-bin/menu/get"]
    assert service.look(account, utc_now())[1].state == "same"


def test_a_publication_that_never_arrived_is_told_and_the_next_one_goes_through(channel):
    channel.fault("wechat", "down", "/cgi-bin/menu/create")
    account, entries = wiring.menu_account(), (Entry("首页", page="/"),)
    with pytest.raises(Unavailable, match="menu_not_published"):
        service.publish(account, entries, 0, Actor("USER1", "黄志强"), utc_now())
    assert channel.control("GET", "/wechat/menu")["menu"] is None
    assert service.publish(account, entries, 0, Actor("USER1", "黄志强"), utc_now()).version == 1


def test_every_button_there_is_looks_the_same_when_wechat_shows_it(channel, monkeypatch):
    """Otherwise every publication would be taken for somebody else's."""
    monkeypatch.setenv("WECHAT_MINI_PROGRAM_APP_ID", "wx00000000000000aa")
    monkeypatch.setenv("WECHAT_MINI_PROGRAM_PAGES", "/canteen=pages/canteen/index")
    runtime.settings.cache_clear()
    account = wiring.menu_account()
    entries = (
        Entry("甲", entries=(Entry("网页", page="/visitor"), Entry("问", target=Target.CLICK, key="help"))),
        Entry("餐卡", page="/canteen", target=Target.MINI_PROGRAM),
        Entry("乙", target=Target.CLICK, key="canteen"),
    )
    service.publish(account, entries, 0, Actor("USER1", "黄志强"), utc_now())
    assert service.look(account, utc_now())[1].state == "same"
