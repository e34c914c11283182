"""Money on the running stack: from the phone over WeChat Pay into the canteen, or back; also when nobody tells us."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.cloud.stack import Stack, wait_until
from tests.stack.diners import API, CanteenConsole, Diner
from tests.stack.people import DINER, OTHER, Person


@pytest.fixture
def console(stack: Stack) -> Iterator[CanteenConsole]:
    """WeChat Pay tells of payments again afterwards."""
    console = CanteenConsole(stack)
    yield console
    console.call("PATCH", "wechat_pay/knobs", {"notices": {}})


def diner(stack: Stack, console: CanteenConsole, openid: str, cash_fen: int) -> Diner:
    return Diner(Person(stack, openid).sign_in(), console, console.open_account(cash_fen)).bind()


def comes_to(diner: Diner, number: str, status: str, seconds: float = 90) -> Any:
    """The top-up reaches this state; as its user sees it then."""
    assert wait_until(lambda: diner.state(number) == status, seconds), (diner.state(number), status)
    return diner.person.get(f"{API}/topups/{number}")


def test_what_is_paid_reaches_the_card_or_comes_back(stack: Stack, console: CanteenConsole) -> None:
    eater, frozen = diner(stack, console, DINER, 1_000), diner(stack, console, OTHER, 0)

    console.call("PATCH", "wechat_pay/knobs", {"notices": {"lost": True}})
    untold = eater.pay(2_000)
    console.call("PATCH", "wechat_pay/knobs", {"notices": {}})
    assert eater.state(untold) == "created", "nobody has told us"

    told = eater.pay(3_000)
    done = comes_to(eater, told, "credited")
    assert (done["amount_fen"], done["balance_after_fen"], done["is_on_the_way"]) == (3_000, 4_000, False)
    [notice] = [row for row in console.call("GET", "wechat_pay/notifications")["items"] if told in str(row)]
    assert notice["state"] == "delivered"

    console.call("PATCH", f"canteen/accounts/{frozen.account_no}", {"status": "frozen"})
    refused = frozen.pay(5_000)
    assert comes_to(frozen, refused, "refunded")["refund"]["number"] == f"R{refused}"
    refunds = console.call("GET", "wechat_pay/refunds")["items"]
    assert [row["status"] for row in refunds if row["out_refund_no"] == f"R{refused}"] == ["SUCCESS"]

    def found() -> bool:
        stack.run_schedule("query_payments")
        return eater.state(untold) != "created"

    assert wait_until(found, 60, pause=1), "half a minute after the order"
    comes_to(eater, untold, "credited")
    credited = [
        row["serialNo"]
        for row in console.call("GET", "canteen/recharges")["items"]
        if row["accountNo"] == eater.account_no
    ]
    assert sorted(credited) == sorted((untold, told)), "each once"
    assert eater.person.get(f"{API}/account")["balance_fen"] == 6_000
