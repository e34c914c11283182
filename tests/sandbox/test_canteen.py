"""The card system under our own contract: accounts, money, rows in posting order, cards, and what is refused."""

from itertools import pairwise
from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.kit.clock import iso
from tests.sandbox.callers import NOW, HouseCaller, ManualClock, app_of
from tests.sandbox.canteen import BASE, CanteenPlant

DINER, CARD = "60011002", "88011002"
ROW = {
    *("seq", "accountNo", "staffNo", "nameMasked", "occurredAt", "postedAt", "kind", "amountFen", "balanceAfterFen"),
    *("merchant", "terminal"),
}


@pytest.fixture
def canteen(client: TestClient, clock: ManualClock) -> CanteenPlant:
    return CanteenPlant(client, clock)


def test_accounts(canteen: CanteenPlant) -> None:
    assert canteen.accounts("13900002222") == [
        {
            "accountNo": DINER,
            "staffNo": "A1002",
            "nameMasked": "陈**",
            "status": "normal",
            "cards": [{"cardNo": CARD, "status": "normal"}, {"cardNo": "88000917", "status": "cancelled"}],
        }
    ]
    assert [row["staffNo"] for row in canteen.accounts("13600007777")] == ["A1008", "A1009"]
    assert [row["status"] for row in canteen.accounts("13900003333")] == ["normal", "frozen"]
    assert [row["status"] for row in canteen.accounts("13900009999")] == ["closed"]
    assert canteen.accounts("13800001111") == []
    balance = canteen.balance(DINER)
    purses = [{"purse": "cash", "balanceFen": 12_600}, {"purse": "subsidy", "balanceFen": 3000}]
    assert (balance["balanceFen"], balance["purses"], balance["asOf"]) == (15_600, purses, iso(NOW))


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("accounts", {}, 400),
        ("accounts", {"phone": "+8613900002222"}, 400),
        ("accounts/60019999", {}, 404),
        ("transactions", {"limit": "0"}, 400),
        ("transactions", {"limit": "201"}, 400),
        ("transactions", {"afterSeq": "-1"}, 400),
        ("transactions", {"accountNo": "60019999"}, 404),
        ("purses", {}, 404),
    ],
)
def test_questions_it_does_not_answer(canteen: CanteenPlant, path: str, query: dict[str, str], status: int) -> None:
    assert canteen.ask(path, **query)[0] == status


def test_the_door_and_the_order_of_a_query(canteen: CanteenPlant, client: TestClient, clock: ManualClock) -> None:
    assert canteen.house.send("GET", f"{BASE}/transactions?limit=1&afterSeq=0")[0] == 400
    stranger = HouseCaller(client, clock, "campus-logistics", app_of(client).secrets.canteen_secret)
    assert stranger.send("GET", f"{BASE}/transactions")[0] == 401
    forged = HouseCaller(client, clock, "campus-canteen", "other")
    assert forged.send("POST", f"{BASE}/recharges", canteen.order())[0] == 401
    assert canteen.balance(DINER)["balanceFen"] == 15_600


def test_a_meal_takes_the_subsidy_first(canteen: CanteenPlant, clock: ManualClock) -> None:
    assert canteen.eat(CARD, 1250)["text"] == "消费成功"
    clock.pass_(60)
    canteen.eat(CARD, 2000)
    assert canteen.balance(DINER)["purses"] == [
        {"purse": "cash", "balanceFen": 12_350},
        {"purse": "subsidy", "balanceFen": 0},
    ]
    page = canteen.rows()
    assert [(row["seq"], row["amountFen"], row["balanceAfterFen"]) for row in page["items"]] == [
        (1, -1250, 14_350),
        (2, -2000, 12_350),
    ]
    assert set(page["items"][0]) == ROW
    assert (page["nextSeq"], page["hasMore"], page["lastSeq"]) == (2, False, 2)
    assert canteen.eat(CARD, 12_351) == {"paid": False, "text": "余额不足"}


@pytest.mark.parametrize(
    ("card", "text"), [("88000917", "此卡已注销，不能消费"), ("88011004", "账户已冻结，不能消费"), ("1", "没有这张卡")]
)
def test_a_card_that_does_not_pay(canteen: CanteenPlant, card: str, text: str) -> None:
    assert canteen.eat(card, 600) == {"paid": False, "text": text}
    assert canteen.eat(card, 600, offline=True) == {"paid": False, "text": text}


def test_an_offline_row_gets_its_number_when_it_is_posted(canteen: CanteenPlant, clock: ManualClock) -> None:
    earlier = iso(clock() - 7200)
    assert canteen.eat(CARD, 16_000, offline=True, occurredAt=earlier)["text"] == "已脱机记账，稍后入账"
    canteen.eat("88011008", 600)
    assert [row["accountNo"] for row in canteen.rows()["items"]] == ["60011008"]
    clock.pass_(61)
    page = canteen.rows(afterSeq=1)
    late = page["items"][0]
    assert (late["seq"], late["occurredAt"], late["postedAt"]) == (2, earlier, iso(clock()))
    assert canteen.balance(DINER)["balanceFen"] == -400, "a terminal that is offline knows no balance"
    assert canteen.rows(accountNo=DINER)["items"] == [late]
    canteen.eat("88011008", 600, offline=True)
    assert canteen.control("POST", "waiting") == {"posted": 1}
    assert canteen.rows(afterSeq=2)["items"][0]["amountFen"] == -600


def test_a_top_up_is_credited_once(canteen: CanteenPlant, clock: ManualClock) -> None:
    order = canteen.order()
    status, first, headers = canteen.send(order)
    assert (status, first["data"]) == (
        200,
        {
            "serialNo": order["serialNo"],
            "accountNo": DINER,
            "amountFen": 5000,
            "status": "credited",
            "creditedAt": iso(NOW),
            "balanceAfterFen": 20_600,
        },
    )
    assert "X-Idempotent-Replay" not in headers
    clock.pass_(5)
    status, again, headers = canteen.send(order)
    assert (status, again, headers["X-Idempotent-Replay"]) == (200, first, "true")
    assert canteen.send({**order, "amountFen": 5001})[:2][1]["code"] == "IDEMPOTENCY_CONFLICT"
    clock.pass_(31 * 86_400)
    assert canteen.send(order)[1]["data"] == first["data"], "the number is known when the first answer is forgotten"
    assert canteen.send({**order, "accountNo": "60011008"})[0] == 409
    assert canteen.balance(DINER)["balanceFen"] == 20_600
    assert canteen.rows()["items"][0]["serialNo"] == order["serialNo"]
    assert canteen.ask(f"recharges/{order['serialNo']}") == (200, first["data"])
    assert canteen.ask("recharges/never") == (200, {"serialNo": "never", "status": "not_found"})


@pytest.mark.parametrize(
    "changes",
    [
        {"amountFen": 0},
        {"amountFen": 50.0},
        {"amountFen": True},
        {"amountFen": "5000"},
        {"serialNo": "T" * 33},
        {"serialNo": None},
        {"accountNo": ""},
        {"channel": "alipay"},
        {"channelTransactionId": None},
        {"paidAt": "2026-11-23T09:00:00"},
        {"paidAt": "2026-11-23T09:06:00+08:00"},
    ],
    ids=str,
)
def test_a_top_up_in_a_wrong_form(canteen: CanteenPlant, changes: dict[str, Any]) -> None:
    status, answer, _ = canteen.send(canteen.order(**changes))
    assert (status, answer["code"]) == (400, "INVALID_ARGUMENT")
    assert canteen.rows()["lastSeq"] == 0


@pytest.mark.parametrize(
    ("account", "amount", "reason"),
    [
        ("60011004", 5000, "ACCOUNT_FROZEN"),
        ("60010999", 5000, "ACCOUNT_CLOSED"),
        ("60019999", 5000, "ACCOUNT_UNKNOWN"),
        (DINER, 484_401, "BALANCE_LIMIT"),
    ],
)
def test_a_rejected_top_up_stays_rejected(canteen: CanteenPlant, account: str, amount: int, reason: str) -> None:
    told = canteen.top_up(account, amount)
    assert (told["status"], told["reason"]) == ("rejected", reason)
    if reason.startswith("ACCOUNT_F"):
        canteen.control("PATCH", f"accounts/{account}", {"status": "normal"})
    assert canteen.ask(f"recharges/{told['serialNo']}")[1] == told
    assert canteen.rows()["lastSeq"] == 0


@pytest.mark.parametrize("ends", ["credited", "rejected"])
def test_processing(canteen: CanteenPlant, clock: ManualClock, ends: str) -> None:
    canteen.knob(crediting_seconds=10, crediting_fails="ACCOUNT_CLOSED" if ends == "rejected" else "")
    told = canteen.top_up()
    assert told["status"] == "processing"
    clock.pass_(9)
    assert canteen.ask(f"recharges/{told['serialNo']}")[1]["status"] == "processing"
    clock.pass_(2)
    assert canteen.ask(f"recharges/{told['serialNo']}")[1]["status"] == ends
    assert canteen.balance(DINER)["balanceFen"] == (20_600 if ends == "credited" else 15_600)


def test_cards(canteen: CanteenPlant) -> None:
    for _ in range(2):
        status, _, data = canteen.loss(CARD)
        assert (status, data) == (200, {"cardNo": CARD, "status": "lost", "at": iso(NOW)})
    assert canteen.eat(CARD, 600)["text"] == "此卡已挂失，不能消费"
    canteen.knob(counter_only=True)
    assert canteen.unloss(CARD)[:2] == (403, "COUNTER_ONLY")
    canteen.knob(counter_only=False)
    assert canteen.unloss(CARD)[2]["status"] == "normal"
    assert canteen.eat(CARD, 600)["paid"]
    assert canteen.loss("88000917")[2]["status"] == "cancelled"
    assert canteen.unloss("88000917")[:2] == (422, "DECLINED")
    assert canteen.loss("1")[0] == 404
    assert canteen.house.send("POST", f"{BASE}/cards/{CARD}/loss", {"requestId": "k"})[0] == 400


def test_the_console_posts_by_hand(canteen: CanteenPlant, client: TestClient) -> None:
    for kind, amount in (("subsidy", 3000), ("refund", 1250), ("adjust", -100)):
        canteen.control("POST", f"accounts/{DINER}/money", {"kind": kind, "amountFen": amount})
    assert [(row["kind"], row["balanceAfterFen"]) for row in canteen.rows()["items"]] == [
        ("subsidy", 18_600),
        ("refund", 19_850),
        ("adjust", 19_750),
    ]
    for path, body in (
        (f"accounts/{DINER}/money", {"kind": "consume", "amountFen": 1}),
        (f"accounts/{DINER}/money", {"kind": "subsidy", "amountFen": 1.5}),
        (f"cards/{CARD}/meals", {"amountFen": 100_001}),
        (f"cards/{CARD}/meals", {"amountFen": 100, "occurredAt": "yesterday"}),
        ("rows/generate", {"rows": 0}),
    ):
        assert client.post(f"/sandbox/canteen/{path}", json=body).status_code == 400
    assert canteen.rows()["lastSeq"] == 3


def test_an_account_of_a_tests_own(canteen: CanteenPlant, client: TestClient) -> None:
    body = {"name": "测试丙", "phone": "13712340001", "staffNo": "T0001", "cashFen": 1000}
    opened = canteen.control("POST", "accounts", body)
    assert [row["accountNo"] for row in canteen.accounts("13712340001")] == [opened["accountNo"]]
    assert canteen.eat(opened["cards"][0]["cardNo"], 600)["row"]["balanceAfterFen"] == 400
    second = canteen.control("POST", "accounts", {**body, "staffNo": "T0002"})
    assert second["accountNo"] != opened["accountNo"]
    assert client.post("/sandbox/canteen/accounts", json={**body, "phone": "1"}).status_code == 400


def test_many_rows_at_once(canteen: CanteenPlant, clock: ManualClock) -> None:
    canteen.eat(CARD, 600)
    last = canteen.control("POST", "rows/generate", {"rows": 2000, "months": 6})["lastSeq"]
    seen: list[dict[str, Any]] = []
    while (page := canteen.rows(afterSeq=seen[-1]["seq"] if seen else 0, limit=200))["items"]:
        seen += page["items"]
    assert [row["seq"] for row in seen] == list(range(1, last + 1))
    assert sum(row["kind"] == "consume" for row in seen) == 2001
    mine = [row for row in seen if row["accountNo"] == DINER]
    assert mine[-1]["balanceAfterFen"] == canteen.balance(DINER)["balanceFen"] == 15_000
    assert all(one["balanceAfterFen"] + other["amountFen"] == other["balanceAfterFen"] for one, other in pairwise(mine))
    assert min(row["occurredAt"] for row in seen) < iso(clock() - 170 * 86_400)
