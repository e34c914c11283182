"""Top-ups in the office: lists, sums and numbers, and giving back what is stuck."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.core.audit import AuditEntry
from chalicelib.core.clock import SITE_ZONE, utc_now
from chalicelib.core.outbox.store import entries_of
from chalicelib.core.session import Device
from chalicelib.domains.canteen import wiring
from chalicelib.domains.canteen.topups import lists
from chalicelib.domains.canteen.topups.top_up import Status, TopUp
from chalicelib.integrations.errors import Refused
from chalicelib.integrations.wechat_pay.port import RefundStatus
from tests.support.client import Answer, Client, signed_in
from tests.support.clock import FakeClock
from tests.support.top_ups import LARGE, SMALL, World, now_of, pushes

ROOT = "/api/office/canteen/topups"
TODAY = utc_now().astimezone(SITE_ZONE).date()
DAYS = {"first": str(TODAY - timedelta(days=1)), "last": str(TODAY + timedelta(days=1))}
REASON = {"reason": "卡里没有"}


@pytest.fixture
def world(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(cloud, FakeClock(utc_now()))
    monkeypatch.setattr(wiring, "impatient_canteen", lambda: world.canteen)
    return world


@pytest.fixture
def boss() -> Client:
    return signed_in("boss", "canteen", device=Device.OFFICE)


@pytest.fixture
def second() -> Client:
    return signed_in("second", "canteen", device=Device.OFFICE)


def told(answer: Answer) -> tuple[int, str | None]:
    return answer.status, answer.code


def found(client: Client, **query: str) -> list[str]:
    answer = client.get(ROOT, **{**DAYS, **query})
    assert answer.status == 200, answer.text
    return [item["id"] for item in answer.json["items"]]


def one_of_each(world: World) -> dict[str, TopUp]:
    """In the order they were made."""
    made = {"created": world.ordered()}
    for name, make in (("paid", world.paid), ("rejected", world.rejected), ("refunding", world.refunding)):
        world.clock.advance(seconds=1)
        made[name] = make()
    world.clock.advance(seconds=1)
    made["credited"] = world.paid(LARGE)
    world.finish(made["credited"])
    world.clock.advance(seconds=1)
    made["refunded"] = world.rejected()
    world.finish(made["refunded"])
    return made


def test_lists_filters_and_sums_agree(world: World, boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made = one_of_each(world)
    everybody = sorted(made.values(), key=lambda top_up: top_up.created_at, reverse=True)
    assert found(boss) == [top_up.id for top_up in everybody]
    for status in ("created", "paid", "rejected", "refunding", "credited", "refunded"):
        assert found(boss, status=status) == [made[status].id], status
    account = made["paid"].holder.account_no
    assert found(boss, account_no=account) == found(boss, account_no=account, status="paid") == [made["paid"].id]
    assert found(boss, account_no=account, status="credited") == []
    yesterday = str(TODAY - timedelta(days=1))
    assert found(boss, first=yesterday, last=yesterday) == []
    monkeypatch.setattr(lists, "SUMMED_AT_ONCE", 4)
    slices, cursor = list[Any](), ""
    while True:
        slices.append(boss.get(f"{ROOT}/sums", **DAYS, **({"cursor": cursor} if cursor else {})).json)
        cursor = slices[-1]["next_cursor"]
        if cursor is None:
            break
    total = {name: sum(each[name] for each in slices) for name in slices[0] if name.endswith(("_fen", "count"))}
    assert len(slices) > 1 and total == {
        "count": 6, "ordered_fen": 5 * SMALL + LARGE, "paid_fen": 4 * SMALL + LARGE, "credited_fen": LARGE,
        "refunded_fen": SMALL, "open_fen": 3 * SMALL,
    }  # fmt: skip
    assert sum(day["amount_fen"] for each in slices for day in each["days"]) == total["paid_fen"]
    paid = boss.get(f"{ROOT}/sums", **DAYS, status="paid").json
    assert (paid["count"], paid["open_fen"], paid["next_cursor"]) == (1, SMALL, None)


def test_pages_are_complete_and_cursors_are_their_own(
    world: World, boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)
    made = {world.ordered().id for _ in range(5)}
    page, seen = boss.get(ROOT, **DAYS).json, list[str]()
    seen += [item["id"] for item in page["items"]]
    foreign = page["next_cursor"]
    while page["next_cursor"]:
        page = boss.get(ROOT, **DAYS, cursor=page["next_cursor"]).json
        seen += [item["id"] for item in page["items"]]
    assert (set(seen), len(seen)) == (made, 5)
    assert told(boss.get(ROOT, **DAYS, status="created", cursor=foreign)) == (400, "invalid_cursor")
    assert told(boss.get(ROOT, first=DAYS["last"], last=DAYS["first"])) == (400, "invalid_input")


def test_every_number_leads_to_it(world: World, boss: Client) -> None:
    """Ours, WeChat Pay's, those of refunds, those that came to nothing too; from any day when it is ours."""
    top_up = world.refunding()
    world.pay.closes.add(f"R{top_up.id}")
    world.finish(top_up)
    known = world.assert_finished(top_up, Status.REFUNDED)
    assert known.payment is not None and known.refund is not None and known.refund.refund_id
    assert known.refund_number == f"R{top_up.id}-2"
    world.paid()
    numbers = (top_up.id, f"R{top_up.id}", f"R{top_up.id}-2", known.payment.transaction_id, known.refund.refund_id)
    for number in numbers:
        assert found(boss, number=number) == [top_up.id], number
    assert found(boss, number=top_up.id.lower(), first="2026-01-01", last="2026-01-01") == [top_up.id]
    assert found(boss, number="R" + top_up.id[:-1] + "0") == found(boss, number="4200000000") == []


def test_giving_back_a_small_one(world: World, boss: Client) -> None:
    top_up = world.paid()
    shown = boss.get(f"{ROOT}/{top_up.id}").json
    assert (shown["can_refund"], shown["can_push"], shown["user_id"]) == (True, True, top_up.owner_id)
    assert told(boss.post(f"{ROOT}/{top_up.id}/refund", {"reason": ""})) == (400, "invalid_input")
    given = boss.post(f"{ROOT}/{top_up.id}/refund", REASON)
    assert (given.status, given.json["status"], given.json["wish"]) == (200, "rejected", None)
    assert given.json["time_line"][-1]["by"] == "boss" and given.json["time_line"][-1]["note"] == "卡里没有"
    assert "by" not in given.json["events"][-1]
    assert told(boss.post(f"{ROOT}/{top_up.id}/refund", REASON)) == (409, "refund_decided_already")
    [entry] = [each for each in AuditEntry.query(f"topup:{top_up.id}") if each.action == "top_up_refund_decided"]
    assert entry.actor == "USERBOSS"
    assert pushes(top_up, "pending") == ["topup.refund"]
    world.finish(top_up)
    done = boss.get(f"{ROOT}/{top_up.id}").json
    assert (done["status"], done["refund_number"], done["refund"]["reason"]) == (
        "refunded", f"R{top_up.id}", "卡里没有",
    )  # fmt: skip
    assert [entry.kind for entry in entries_of(f"wechat:topup:{top_up.id}")] == ["top_up_refunded"]


def test_giving_back_a_large_one_takes_two(world: World, boss: Client, second: Client) -> None:
    top_up = world.paid(LARGE)
    address = f"{ROOT}/{top_up.id}/refund"
    assert told(boss.post(f"{address}/confirm")) == (409, "refund_not_asked")
    asked = boss.post(address, REASON).json
    assert (asked["status"], asked["wish"]["by_name"], asked["wish"]["is_mine"], asked["can_refund"]) == (
        "paid", "boss", True, False,
    )  # fmt: skip
    assert found(second, needs_people="true") == [top_up.id]
    assert told(second.post(address, REASON)) == (409, "refund_asked_already")
    refused = boss.post(f"{address}/confirm")
    assert told(refused) == (409, "refund_needs_another") and "100.00 元" in refused.json["message"]
    assert second.get(f"{ROOT}/{top_up.id}").json["wish"]["is_mine"] is False
    declined = second.post(f"{address}/decline", {"reason": "再等等"}).json
    assert (declined["wish"], declined["time_line"][-1]["note"]) == (None, "再等等")
    boss.post(address, REASON)
    agreed = second.post(f"{address}/confirm").json
    assert agreed["status"] == "rejected"
    refund = now_of(top_up).refund
    assert refund is not None and (refund.asked_by, refund.confirmed_by) == ("USERBOSS", "USERSECOND")
    world.finish(top_up)
    world.assert_finished(top_up, Status.REFUNDED)
    actions = {entry.action: entry.actor for entry in AuditEntry.query(f"topup:{top_up.id}")}
    assert actions["top_up_refund_asked"] == "USERBOSS" and actions["top_up_refund_decided"] == "USERSECOND"
    assert actions["top_up_refund_declined"] == "USERSECOND"


def test_what_the_canteen_has_or_works_on_is_not_given_back(world: World, boss: Client) -> None:
    there, working, unpaid = world.paid(), world.paid(), world.ordered()
    world.canteen.lose_answers = 1
    world.wake(world.credits, there)
    world.canteen.processing = 99
    world.wake(world.credits, working)
    assert told(boss.post(f"{ROOT}/{there.id}/refund", REASON)) == (409, "refund_credited_there")
    assert told(boss.post(f"{ROOT}/{working.id}/refund", REASON)) == (409, "refund_under_way")
    assert told(boss.post(f"{ROOT}/{unpaid.id}/refund", REASON)) == (409, "refund_unpaid")
    world.canteen.down = True
    assert told(boss.post(f"{ROOT}/{working.id}/refund", REASON)) == (503, "canteen_unavailable")
    world.canteen.down = False
    world.clock.advance(minutes=2)
    world.finish(there)
    assert told(boss.post(f"{ROOT}/{there.id}/refund", REASON)) == (409, "refund_credited")
    assert told(boss.post(f"{ROOT}/01KAAAAAAAAAAAAAAAAAAAAAAA/refund", REASON)) == (404, "not_found")
    assert world.pay.refunds == {}


def test_pushing_again_what_was_refused(world: World, boss: Client) -> None:
    top_up, cold = world.paid(), world.ordered()

    def refuse(operation: str, moment: str) -> None:
        raise Refused("canteen_refused", "no", "canteen", peer_code="FORBIDDEN")

    world.canteen.trouble = refuse
    world.wake(world.credits, top_up)
    world.canteen.trouble = lambda *_: None
    shown = boss.get(f"{ROOT}/{top_up.id}").json
    assert (shown["problem"], shown["status"]) == ("canteen_refused", "paid")
    assert shown["problem_text"] and "canteen_" not in shown["problem_text"]
    assert found(boss, needs_people="true") == [top_up.id]
    assert boss.post(f"{ROOT}/{top_up.id}/retry").status == 200
    assert told(boss.post(f"{ROOT}/{cold.id}/retry")) == (409, "top_up_not_retryable")
    world.finish(top_up)
    assert told(boss.post(f"{ROOT}/{top_up.id}/retry")) == (409, "top_up_not_retryable")
    assert found(boss, needs_people="true") == []
    assert [
        entry.actor for entry in AuditEntry.query(f"topup:{top_up.id}") if entry.action == "top_up_pushed_again"
    ] == ["USERBOSS"]


def test_a_refund_the_bank_does_not_take_says_what_to_do(world: World, boss: Client) -> None:
    top_up = world.refunding()
    world.pay.settles = RefundStatus.ABNORMAL
    world.wake(world.refunds, top_up)
    shown = boss.get(f"{ROOT}/{top_up.id}").json
    assert (shown["problem"], shown["can_push"]) == ("refund_abnormal", True)
    assert "商户平台" in shown["problem_text"]
    world.pay.settles = RefundStatus.SUCCESS
    assert boss.post(f"{ROOT}/{top_up.id}/retry").status == 200, "settled there: asked at once"
    world.clock.advance(seconds=30)
    world.wake(world.refunds, top_up)
    assert boss.get(f"{ROOT}/{top_up.id}").json["status"] == "refunded"
