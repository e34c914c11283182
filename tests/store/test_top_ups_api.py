"""Topping up through the API: what a diner is told, whatever they tap and whoever is down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bench.aws import recorded
from chalicelib.core.clock import utc_now
from chalicelib.domains.canteen import wiring
from chalicelib.domains.canteen.topups import lists
from tests.support.client import Answer, Client, browser_of, signed_in
from tests.support.clock import FakeClock
from tests.support.top_ups import World, everything

ROOT = "/api/canteen/topups"
MISSING = "01KAAAAAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
def world(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    """Behind the API, which reads the real clock."""
    world = World(cloud, FakeClock(utc_now()))
    monkeypatch.setattr(wiring, "impatient_pay", lambda: world.pay)
    monkeypatch.setattr(wiring, "impatient_canteen", lambda: world.canteen)
    return world


@pytest.fixture
def phone(world: World) -> Client:
    """Of somebody with a card."""
    return browser_of(world.diner().user_id)


def order(phone: Client, amount_fen: int = 5_000, request_id: str = "tap-00000001") -> Answer:
    return phone.post(ROOT, {"request_id": request_id, "amount_fen": amount_fen})


def told(answer: Answer) -> tuple[int, str | None]:
    return answer.status, answer.code


def test_from_the_order_to_the_card(world: World, phone: Client) -> None:
    with recorded() as calls:
        made = order(phone)
    wanted = ("BatchGetItem", "GetItem", "TransactWriteItems")
    assert calls.operations[-3:] == wanted, "behind the session: two reads, one transaction"
    top_up, sheet = made.json["top_up"], made.json["pay_sheet"]
    assert (made.status, sheet["package"], sheet["signType"]) == (201, f"prepay_id=wx{top_up['id']}", "RSA")
    assert {**top_up, "id": "", "created_at": "", "expires_at": "", "events": []} == {
        "id": "", "transaction_id": None, "amount_fen": 5000, "status": "created", "status_text": "待支付",
        "advice": "请在 15 分钟内支付；已付款请稍候，结果会自动更新。", "account_no": "A1", "name_masked": "陈**", "created_at": "",
        "expires_at": "", "can_pay": True, "paid_at": None, "credited_at": None, "balance_after_fen": None, "refund": None,
        "is_on_the_way": False, "events": [],
    }  # fmt: skip
    [known] = everything()
    assert phone.post(f"{ROOT}/{known.id}/check").json["status"] == "created", "the phone's word is none"
    world.pay_for(known)
    paid = phone.post(f"{ROOT}/{known.id}/check").json
    assert (paid["status"], paid["is_on_the_way"], paid["can_pay"]) == ("paid", True, False)
    assert paid["transaction_id"] == world.pay.orders[known.id].transaction_id
    world.finish(known)
    shown = phone.get(f"{ROOT}/{known.id}").json
    assert (shown["status"], shown["status_text"], shown["advice"], shown["balance_after_fen"]) == (
        "credited", "充值成功", "", 5000,
    )  # fmt: skip
    assert [event["text"] for event in shown["events"]] == ["提交充值", "微信支付成功", "食堂已入账"]


def test_a_double_tap_is_one_order_and_another_amount_is_refused(world: World, phone: Client) -> None:
    first, second = order(phone), order(phone)
    assert (second.status, second.json["top_up"]) == (201, first.json["top_up"])
    assert len(list(everything())) == 1
    assert told(order(phone, 6_000)) == (409, "top_up_request_reused")
    stranger = browser_of(world.diner().user_id)
    other = order(stranger).json["top_up"]
    assert other["id"] != first.json["top_up"]["id"], "the same form id of somebody else is another order"


@pytest.mark.parametrize("amount", [999, 50_001, 0, -5_000, "50", 50.5, None])
def test_amounts_outside_the_limits(phone: Client, amount: Any) -> None:
    refused = order(phone, amount)
    assert refused.status == 400
    if amount in (999, 50_001):
        assert refused.code == "top_up_amount_range" and "10.00 至 500.00 元" in refused.json["message"]
    assert list(everything()) == []


def test_the_days_limit_counts_what_waits_to_be_paid(phone: Client) -> None:
    assert [order(phone, 45_000, f"tap-0000000{number}").status for number in (1, 2)] == [201, 201]
    refused = order(phone, 10_001, "tap-00000003")
    assert told(refused) == (409, "top_up_daily_limit") and "最多还可充值 100.00 元" in refused.json["message"]
    listed = phone.get(ROOT).json
    assert (listed["minimum_fen"], listed["maximum_fen"], listed["left_today_fen"]) == (1_000, 50_000, 10_000)
    given_up = phone.post(f"{ROOT}/{listed['items'][0]['id']}/cancel").json
    assert (given_up["status"], given_up["events"][-1]["text"]) == ("closed", "取消充值，订单关闭")
    assert phone.get(ROOT).json["left_today_fen"] == 55_000, "what was given up does not count"
    assert order(phone, 10_001, "tap-00000003").status == 201


def test_without_a_card_nothing_is_ordered(world: World) -> None:
    assert told(order(signed_in("nocard"))) == (409, "canteen_not_bound")
    assert (list(everything()), world.pay.calls) == ([], [])


def test_wechat_pay_is_down_and_the_sheet_comes_later(world: World, phone: Client) -> None:
    world.pay.down = True
    made = order(phone)
    assert (made.status, made.json["pay_sheet"]) == (201, None), "ordered is ordered"
    address = f"{ROOT}/{made.json['top_up']['id']}"
    for action in ("pay", "check", "cancel"):
        refused = phone.post(f"{address}/{action}")
        assert told(refused) == (503, "pay_unavailable"), action
    assert "未扣款" in refused.json["message"]
    world.pay.down = False
    again = phone.post(f"{address}/pay")
    assert (again.status, again.json["pay_sheet"]["package"]) == (200, f"prepay_id=wx{made.json['top_up']['id']}")
    assert phone.post(f"{address}/pay").json["pay_sheet"]["package"] == again.json["pay_sheet"]["package"]


def test_what_is_paid_or_over_opens_no_sheet(world: World, phone: Client) -> None:
    order(phone)
    [known] = everything()
    world.pay_for(known)
    assert told(phone.post(f"{ROOT}/{known.id}/pay")) == (409, "top_up_paid_already"), "WeChat Pay knows it before us"
    assert phone.post(f"{ROOT}/{known.id}/cancel").json["status"] == "paid", "paid in the same moment: it goes on"
    assert told(phone.post(f"{ROOT}/{known.id}/pay")) == (409, "top_up_paid_already")
    order(phone, request_id="tap-00000002")
    over = next(each for each in everything() if each.id != known.id)
    assert phone.post(f"{ROOT}/{over.id}/cancel").json["status"] == "closed"
    assert phone.post(f"{ROOT}/{over.id}/cancel").json["status"] == "closed", "once more"
    assert told(phone.post(f"{ROOT}/{over.id}/pay")) == (409, "top_up_closed")
    assert order(phone, request_id="tap-00000002").json == {
        "top_up": phone.get(f"{ROOT}/{over.id}").json, "pay_sheet": None,
    }  # fmt: skip


def test_somebody_elses_does_not_exist(world: World, phone: Client) -> None:
    made = order(phone).json["top_up"]
    stranger = browser_of(world.diner().user_id)
    for number in (made["id"], MISSING):
        assert told(stranger.get(f"{ROOT}/{number}")) == (404, "not_found")
        for action in ("pay", "check", "cancel"):
            assert told(stranger.post(f"{ROOT}/{number}/{action}")) == (404, "not_found"), action
    assert stranger.get(ROOT).json["items"] == []
    assert phone.get(f"{ROOT}/{made['id']}").json == made


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)
    yield


@pytest.mark.usefixtures("short_pages")
def test_own_top_ups_newest_first_and_the_open_ones(world: World, phone: Client) -> None:
    made = [order(phone, 1_000, f"tap-0000000{number}").json["top_up"]["id"] for number in range(5)]
    page, found = phone.get(ROOT).json, list[str]()
    found += [item["id"] for item in page["items"]]
    while page["next_cursor"]:
        page = phone.get(ROOT, cursor=page["next_cursor"]).json
        assert len(page["items"]) <= 2
        found += [item["id"] for item in page["items"]]
    assert (sorted(found), len(found)) == (sorted(made), 5)
    for number in made[:3]:
        phone.post(f"{ROOT}/{number}/cancel")
    assert {item["id"] for item in phone.get(ROOT, open="true").json["items"]} == set(made[3:])
    assert told(phone.get(ROOT, cursor="e30")) == (400, "invalid_cursor")


def test_money_that_goes_back_says_why(world: World, phone: Client) -> None:
    order(phone)
    [known] = everything()
    world.canteen.reject = "canteen_account_frozen"
    world.notify(world.pay_for(known))
    world.clock.advance(seconds=1)
    world.wake(world.credits, known)
    shown = phone.get(f"{ROOT}/{known.id}").json
    assert (shown["status_text"], shown["advice"]) == ("未能入账，准备退款", "款项将原路退回微信，无需操作。")
    assert shown["refund"]["reason"].startswith("食堂未能入账：") and "canteen_" not in shown["refund"]["reason"]
    world.finish(known)
    back = phone.get(f"{ROOT}/{known.id}").json
    assert (back["status"], back["refund"]["number"], back["is_on_the_way"]) == ("refunded", f"R{known.id}", False)
    assert back["refund"]["settled_at"] is not None
    assert phone.get(ROOT).json["left_today_fen"] == 100_000, "what went back does not count"


def test_the_sheets_time_is_over(world: World, phone: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made = order(phone).json["top_up"]
    later = utc_now() + timedelta(minutes=15, seconds=1)
    monkeypatch.setattr("chalicelib.core.http.utc_now", lambda: later)
    assert phone.get(f"{ROOT}/{made['id']}").json["can_pay"] is False
    assert told(phone.post(f"{ROOT}/{made['id']}/pay")) == (409, "top_up_closed")
    assert told(order(phone)) == (409, "top_up_closed"), "the same form again: it cannot be paid any more"


@pytest.mark.parametrize("way", ["check", "cancel"])
def test_a_payment_of_another_amount_changes_nothing_and_is_no_error(world: World, phone: Client, way: str) -> None:
    """WeChat Pay cannot take another amount than was ordered; if it says so, people have to look."""
    made = order(phone).json["top_up"]["id"]
    assert world.pay.pay(made) is not None
    world.pay.orders[made] = replace(world.pay.orders[made], amount_fen=1)
    before = list(everything())
    answer = phone.post(f"{ROOT}/{made}/{way}")
    assert (answer.status, answer.json["status"]) == (200, "created")
    assert list(everything()) == before
