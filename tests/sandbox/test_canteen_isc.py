"""The same canteen behind the gateway of the security platform."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.kit.clock import iso
from tests.sandbox.callers import GateCaller, ManualClock
from tests.sandbox.canteen import CanteenPlant

PERSON, CARD = "p-2d8b5e7041fa4c93", "88011002"
BALANCE, LOG, RECHARGE = "cems/v1/account/balance/search", "cems/v1/consume/log/search", "cems/v1/account/recharge"
CARDS, LOSS, UNLOSS = "irds/v1/card/advance/cardList", "cis/v1/card/batch/loss", "cis/v1/card/batch/unLoss"
ID = "0123456789abcdef" * 2


@pytest.fixture
def canteen(client: TestClient, clock: ManualClock) -> CanteenPlant:
    return CanteenPlant(client, clock)


def recharge(**changes: Any) -> dict[str, Any]:
    return {"personId": PERSON, "money": 5000, "accountType": 1, "rechargeId": ID} | changes


def balance(gate: GateCaller) -> int:
    return int(gate.call(BALANCE, {"personId": PERSON})["data"]["totalAccount"])


def log(gate: GateCaller, clock: ManualClock, **changes: Any) -> dict[str, Any]:
    body = {
        "personId": PERSON,
        "startTime": iso(clock() - 86_400),
        "endTime": iso(clock() + 1),
        "pageNo": 1,
        "pageSize": 10,
    }
    return gate.call(LOG, body | changes)


def test_one_recharge_id_is_credited_once(gate: GateCaller, canteen: CanteenPlant) -> None:
    for _ in range(2):
        assert gate.call(RECHARGE, recharge())["code"] == "0"
    assert gate.call(RECHARGE, recharge(money=1))["code"] == "0x05a10003"
    assert balance(gate) == canteen.balance("60011002")["balanceFen"] == 20_600


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"money": 50.5}, "0x00072003"),
        ({"money": 0}, "0x00072002"),
        ({"accountType": 2}, "0x00072002"),
        ({"rechargeId": "T1"}, "0x00072003"),
        ({"rechargeId": ""}, "0x00072001"),
        ({"personId": "nobody"}, "0x00072202"),
        ({"personId": "p-4e0f9a72c6d84b15"}, "0x05a10002"),
    ],
    ids=str,
)
def test_a_recharge_that_is_refused(gate: GateCaller, changes: dict[str, Any], code: str) -> None:
    assert gate.call(RECHARGE, recharge(**changes))["code"] == code
    assert balance(gate) == 15_600


def test_the_log(gate: GateCaller, canteen: CanteenPlant, clock: ManualClock) -> None:
    canteen.eat(CARD, 1250)
    gate.call(RECHARGE, recharge())
    canteen.eat(CARD, 600, offline=True, occurredAt=iso(clock() - 3600))
    assert log(gate, clock)["data"]["rows"] == [
        {
            "debitTime": "2026-11-23T09:00:00+08:00",
            "transactionType": 5,
            "preAccount": 15_600,
            "deduction": 1250,
            "balance": 14_350,
        }
    ]
    clock.pass_(61)
    both = log(gate, clock, transactionTypes="1,5", pageSize=2)["data"]
    assert both["total"] == 3
    assert [(row["transactionType"], row["deduction"]) for row in both["rows"]] == [(5, 600), (5, 1250)]
    second = log(gate, clock, transactionTypes="1,5", pageNo=2, pageSize=2)["data"]["rows"]
    assert [(row["transactionType"], row["preAccount"], row["balance"]) for row in second] == [(1, 14_350, 19_350)]
    assert log(gate, clock, startTime=iso(clock() - 32 * 86_400))["code"] == "0x00072002"
    assert log(gate, clock, transactionTypes="all")["code"] == "0x00072003"
    assert log(gate, clock, startTime="2026-11-23")["code"] == "0x00072003"


def test_cards(gate: GateCaller, canteen: CanteenPlant) -> None:
    def states(**query: str) -> dict[str, int]:
        rows = gate.call(CARDS, {**query, "pageNo": 1, "pageSize": 100})["data"]["list"]
        return {row["cardNo"]: row["useStatus"] for row in rows}

    one = {"cardList": [{"cardNumber": CARD}]}
    assert states(personIds=f"{PERSON},p-91c4e6d80b3f4a27") == {CARD: 1, "88000917": 3, "88011003": 1}
    assert [gate.call(LOSS, one)["code"] for _ in range(2)] == ["0", "0x05a20001"]
    assert states(cardNo=CARD) == {CARD: 2}
    assert canteen.eat(CARD, 600)["text"] == "此卡已挂失，不能消费"
    canteen.knob(counter_only=True)
    assert gate.call(UNLOSS, one)["code"] == "0x00072201"
    canteen.knob(counter_only=False)
    assert gate.call(UNLOSS, one)["code"] == "0"
    assert gate.call(LOSS, {"cardList": [{"cardNumber": "1"}]})["code"] == "0x00072202"
    assert gate.call(LOSS, {"cardList": []})["code"] == "0x00072002"
    assert gate.call(CARDS, {"personIds": PERSON})["code"] == "0x00072001"
