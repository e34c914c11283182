"""The menu as data, and WeChat's limits in bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domains.channel.callback.replies import TOPICS
from chalicelib.domains.channel.menu import MENU, PAGES
from chalicelib.domains.channel.menus import model
from chalicelib.domains.channel.menus.model import Entry, Surroundings, Target, buttons_of, by_default
from chalicelib.domains.channel.menus.rules import MenuInvalid, check_menu, count_buttons
from sandbox.wechat.errors import WeChatError
from sandbox.wechat.menu import read_menu

BASE = "https://campus.example"
CASES = json.loads((Path(__file__).parents[2] / "data" / "menu_rules.json").read_text())
"""The rules by example; the office page's own check has the same file."""
WITH_MINI_PROGRAM = Surroundings(BASE, PAGES, "wx1", {"/canteen": "pages/canteen/index"})


def _view(name="甲", url=f"{BASE}/x"):
    return {"type": "view", "name": name, "url": url}


def test_the_menu_of_the_product():
    buttons = buttons_of(MENU, Surroundings(BASE, PAGES))
    check_menu(buttons)
    assert [button["name"] for button in buttons] == ["智慧物流", "访客预约", "餐卡服务"]
    assert [(child["name"], child["url"]) for child in buttons[1]["sub_button"]] == [
        ("预约登记", f"{BASE}/visitor/reserve"),
        ("我的预约", f"{BASE}/visitor/visits"),
        ("我的审批", f"{BASE}/visitor/approvals"),
        ("我的访客信息", f"{BASE}/visitor/saved"),
    ]
    assert buttons[0] == {"type": "view", "name": "智慧物流", "url": f"{BASE}/logistics"}
    assert count_buttons(buttons) == 6


def test_names_fit_on_the_screen_without_an_ellipsis():
    for button in buttons_of(MENU, Surroundings(BASE, PAGES)):
        assert len(button["name"]) <= 4
        assert all(len(child["name"]) <= 8 for child in button.get("sub_button", []))


def test_a_configured_page_opens_in_the_mini_program_with_the_page_as_fallback():
    buttons = buttons_of(by_default(MENU, WITH_MINI_PROGRAM), WITH_MINI_PROGRAM)
    check_menu(buttons)
    assert buttons[2] == {
        "type": "miniprogram",
        "name": "餐卡服务",
        "url": f"{BASE}/canteen",
        "appid": "wx1",
        "pagepath": "pages/canteen/index",
    }
    assert buttons[0]["type"] == "view"


@pytest.mark.parametrize(
    ("buttons", "message"),
    [
        ([], "菜单须有 1 到 3 个一级按钮，现有 0 个"),
        ([_view()] * 4, "菜单须有 1 到 3 个一级按钮，现有 4 个"),
        ([_view("智慧物流二")] * 1, None),
        ([_view("智慧物流二三")], "一级按钮“智慧物流二三”的名称最多 16 字节，现为 18 字节"),
        ([{"name": "甲", "sub_button": [_view("子" * 20)]}], None),
        (
            [{"name": "甲", "sub_button": [_view("子" * 20 + "a")]}],
            f"子按钮“{'子' * 20}a”的名称最多 60 字节，现为 61 字节",
        ),
        ([{"name": "甲", "sub_button": [_view()] * 6}], "按钮“甲”最多 5 个子按钮，现有 6 个"),
        ([{**_view(), "sub_button": [_view()]}], "按钮“甲”有子菜单，不能再有 type"),
        ([_view(url="https://x/" + "a" * 1014)], None),
        ([_view(url="https://x/" + "a" * 1015)], "按钮“甲”的链接最多 1024 字节，现为 1025 字节"),
        ([_view(url="/visitor")], "按钮“甲”的链接须以 http:// 或 https:// 开头"),
        ([_view(name="")], "一级按钮缺少名称"),
        ([_view(url="")], "按钮“甲”缺少 url"),
        ([{"type": "click", "name": "甲", "key": "k" * 128}], None),
        ([{"type": "click", "name": "甲", "key": "键" * 43}], "按钮“甲”的 key最多 128 字节，现为 129 字节"),
        ([{"type": "click", "name": "甲"}], "按钮“甲”缺少 key"),
        ([{"type": "miniprogram", "name": "甲", "url": BASE, "appid": "wx1"}], "按钮“甲”缺少 pagepath"),
        ([{"name": "甲"}], "按钮“甲”的类型 None 不受支持"),
    ],
)
def test_limits_are_checked_in_bytes_and_the_error_says_what_is_wrong(buttons, message):
    if message is None:
        check_menu(buttons)
        return
    with pytest.raises(MenuInvalid) as caught:
        check_menu(buttons)
    assert str(caught.value) == message


NAMES = st.text(alphabet="甲é a", max_size=25)
TARGETS = st.one_of(
    st.fixed_dictionaries({"type": st.just("view"), "url": st.sampled_from([BASE, f"{BASE}/" + "a" * 1004, ""])}),
    st.fixed_dictionaries({"type": st.just("click"), "key": st.text(alphabet="键k", max_size=130)}),
    st.just({}),
)
CHILDREN = st.builds(lambda name, target: {"name": name, **target}, NAMES, TARGETS)
BUTTONS = st.builds(
    lambda name, target, children: {"name": name, **target, **({"sub_button": children} if children else {})},
    NAMES,
    TARGETS,
    st.lists(CHILDREN, max_size=6),
)


@given(st.lists(BUTTONS, max_size=4))
def test_our_check_and_the_simulators_agree(buttons):
    body = json.dumps({"button": buttons}, ensure_ascii=False).encode()
    try:
        read_menu(body, ["campus.example"])
        theirs = True
    except WeChatError:
        theirs = False
    try:
        check_menu(buttons)
        ours = True
    except MenuInvalid:
        ours = False
    assert ours == theirs


def test_a_mini_program_that_is_gone_leaves_the_page():
    """A stored menu outlives the parameter: it must still be publishable."""
    entries = by_default(MENU, WITH_MINI_PROGRAM)
    assert entries[2].target is Target.MINI_PROGRAM
    assert buttons_of(entries, Surroundings(BASE, PAGES))[2] == _view("餐卡服务", f"{BASE}/canteen")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_the_rules_by_example(case):
    entries, around = model.from_plain(case["entries"]), Surroundings(**case["around"])
    problems = [{"field": one.field, "message": one.message} for one in model.problems_of(entries, around)]
    assert problems == case["problems"]


@pytest.mark.parametrize("case", [case for case in CASES if not case["problems"]], ids=lambda case: case["case"])
def test_what_has_no_problems_is_taken_by_wechat(case):
    buttons = buttons_of(model.from_plain(case["entries"]), Surroundings(**case["around"]))
    check_menu(buttons)
    read_menu(json.dumps({"button": buttons}, ensure_ascii=False).encode(), ["campus.example", "x"])


def test_entries_survive_storing():
    entries = (*by_default(MENU, WITH_MINI_PROGRAM), Entry("问", target=Target.CLICK, key="help"))
    assert model.from_plain(json.loads(json.dumps(model.to_plain(entries)))) == entries


def test_wechats_menu_is_compared_by_what_counts():
    ours = buttons_of((*MENU, Entry("问", target=Target.CLICK, key="help")), Surroundings(BASE, PAGES))
    theirs = json.loads(json.dumps(ours))
    for button in theirs:
        button.setdefault("sub_button", [])
        button["added_by_wechat"] = 1
    assert model.same_buttons(ours, theirs)
    theirs[1]["sub_button"][0]["url"] += "?x"
    assert not model.same_buttons(ours, theirs)
    assert not model.same_buttons(ours, theirs[::-1])
    assert not any(model.same_buttons(ours, strange) for strange in (None, [], "x", [None, 1, "a", {}]))


def test_a_menu_in_words():
    assert model.in_words((*by_default(MENU, WITH_MINI_PROGRAM)[1:], Entry("问", target=Target.CLICK, key="help"))) == (
        "访客预约（预约登记→/visitor/reserve；我的预约→/visitor/visits；我的审批→/visitor/approvals；"
        "我的访客信息→/visitor/saved）；餐卡服务→小程序 /canteen；问→问“help”"
    )


def test_the_project_leads_only_to_pages_that_can_be_chosen():
    def pages(entries):
        return [page for entry in entries for page in (pages(entry.entries) or [entry.page])]

    assert set(pages(MENU)) <= set(PAGES)
    assert model.problems_of(MENU, Surroundings(BASE, PAGES)) == []


def test_every_key_that_is_offered_has_an_answer():
    assert len({topic.key for topic in TOPICS}) == len(TOPICS)
    assert all(topic.key and topic.title for topic in TOPICS)
