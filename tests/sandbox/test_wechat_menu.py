"""Menu rules are about bytes; a refused menu leaves the published one alone."""

import json
from typing import Any

import pytest

from tests.sandbox.callers import PRODUCT, WeChatCaller


def view(name: str = "访客预约", url: str = f"{PRODUCT}/visitor") -> dict[str, Any]:
    return {"type": "view", "name": name, "url": url}


def click(**changes: Any) -> dict[str, Any]:
    return {"type": "click", "name": "帮助", "key": "help"} | changes


def parent(*children: dict[str, Any]) -> dict[str, Any]:
    return {"name": "更多", "sub_button": list(children)}


def create(wechat: WeChatCaller, *buttons: Any) -> int:
    return int(wechat.post("/cgi-bin/menu/create", {"button": list(buttons)}, access_token=wechat.token())["errcode"])


def get(wechat: WeChatCaller) -> dict[str, Any]:
    return wechat.get("/cgi-bin/menu/get", access_token=wechat.token())


REFUSED = [
    ((), 40016),
    ((view(),) * 4, 40016),
    (("text",), 47001),
    ((click(type="teleport"),), 40015),
    (({"name": "空"},), 40015),
    (({**view(), "sub_button": [view()]},), 40015),
    ((view(name=""),), 40018),
    ((view(name="六个汉字太长"),), 40018),
    ((view(name="a" * 17),), 40018),
    ((click(key=""),), 40019),
    ((click(key="键" * 43),), 40019),
    ((view(url=f"{PRODUCT}/{'a' * 1024}"),), 40020),
    (({"type": "view", "name": "无址"},), 40020),
    ((view(url="https://example.com/"),), 40055),
    ((view(url="ftp://campus.localhost/"),), 40055),
    ((parent(*[view()] * 6),), 40023),
    (({"name": "更多", "sub_button": {"a": 1}},), 40023),
    ((parent(parent(view())),), 40022),
    ((parent(click(type="teleport")),), 40024),
    ((parent(view(name="汉" * 21)),), 40025),
    ((parent(click(key="k" * 129)),), 40026),
    ((parent(view(url=f"{PRODUCT}/{'a' * 1024}")),), 40027),
    ((parent(view(url="https://example.com/")),), 40054),
    (({"type": "miniprogram", "name": "小程序", "url": PRODUCT, "appid": "wx1"},), 40035),
    (({"type": "media_id", "name": "图"},), 40035),
]


@pytest.mark.parametrize(("buttons", "code"), REFUSED)
def test_refused_menus(wechat: WeChatCaller, buttons: tuple[Any, ...], code: int) -> None:
    assert create(wechat, view()) == 0
    before = get(wechat)
    assert create(wechat, *buttons) == code
    assert get(wechat) == before


@pytest.mark.parametrize(
    "buttons",
    [
        (view(name="五个汉字长"),),
        (view(name="a" * 16),),
        (parent(view(name="汉" * 20)),),
        (click(key="k" * 128),),
        (view(url=f"{PRODUCT}/{'a' * (1023 - len(PRODUCT))}"),),
        (parent(*[view()] * 5),) * 3,
        ({"type": "miniprogram", "name": "小程序", "url": PRODUCT, "appid": "wx1", "pagepath": "pages/index"},),
    ],
)
def test_menus_at_the_limit(wechat: WeChatCaller, buttons: tuple[Any, ...]) -> None:
    assert create(wechat, *buttons) == 0


def test_escapes_are_refused(wechat: WeChatCaller) -> None:
    body = json.dumps({"button": [view()]}, ensure_ascii=True).encode()
    assert b"\\u" in body
    assert wechat.post("/cgi-bin/menu/create", body, access_token=wechat.token())["errcode"] == 40033


@pytest.mark.parametrize(("body", "code"), [(b"{", 47001), (b'{"button": "\xff"}', 40033), (b"[]", 40016)])
def test_unreadable_menus(wechat: WeChatCaller, body: bytes, code: int) -> None:
    assert wechat.post("/cgi-bin/menu/create", body, access_token=wechat.token())["errcode"] == code


def test_create_get_delete(wechat: WeChatCaller) -> None:
    assert get(wechat)["errcode"] == 46003
    assert create(wechat, view(), parent(click())) == 0
    expected = [{**view(), "sub_button": []}, {"name": "更多", "sub_button": [{**click(), "sub_button": []}]}]
    assert get(wechat) == {"menu": {"button": expected}}
    shown = wechat.client.get("/sandbox/wechat/menu").json()
    assert (shown["menu"], shown["published_at"]) == ({"button": expected}, "2026-11-23T09:00:00.000+08:00")
    assert wechat.get("/cgi-bin/menu/delete", access_token=wechat.token())["errcode"] == 0
    assert get(wechat)["errcode"] == 46003
    assert wechat.client.get("/sandbox/wechat/menu").json() == {"menu": None, "published_at": None}


def test_a_dead_token_publishes_nothing(wechat: WeChatCaller) -> None:
    assert wechat.post("/cgi-bin/menu/create", {"button": [view()]}, access_token="x")["errcode"] == 40014
    assert get(wechat)["errcode"] == 46003


def test_daily_quota(wechat: WeChatCaller) -> None:
    wechat.knob(quotas={"menu_create": 1})
    assert [create(wechat, view()), create(wechat, view())] == [0, 45009]
