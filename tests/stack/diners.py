"""Somebody with a card account of their own, and the canteen's people, on the running stack."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import requests

from sandbox.cloud.stack import Stack, wait_until
from tests.stack.people import Person, fresh_phone

API = "/api/canteen"
DINNER_FEN = 1_280


class CanteenConsole:
    """Counter, terminals and WeChat Pay's console."""

    def __init__(self, stack: Stack) -> None:
        self._base = f"{stack.sandbox_api}/sandbox"

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of a control endpoint."""
        answer = requests.request(method, f"{self._base}/{path}", json=body, timeout=20)
        assert answer.status_code in (200, 201, 204), answer.text
        return answer.json() if answer.content else None

    def open_account(self, cash_fen: int) -> dict[str, Any]:
        """An account nobody else has; its card is ``cards[0]``."""
        body = {"name": "陈小满", "phone": fresh_phone(), "staffNo": f"T{uuid4().int % 10**6:06d}", "cashFen": cash_fen}
        return dict(self.call("POST", "canteen/accounts", body))

    def eat(self, card_no: str, amount_fen: int, offline_since: datetime | None = None) -> None:
        """A card held to a terminal; one that was offline tells it now."""
        late = {"offline": True, "occurredAt": offline_since.isoformat()} if offline_since else {}
        meal = self.call("POST", f"canteen/cards/{card_no}/meals", {"amountFen": amount_fen, **late})
        assert meal["paid"], meal
        if offline_since:
            self.call("POST", "canteen/waiting")

    def unplug(self, *paths: str) -> None:
        """The canteen does not answer at these paths; without any, no top-up reaches it and nothing is heard of one."""
        for path in paths or ("/recharges",):
            self.call("POST", "canteen/faults", {"path": f"/canteen/v1{path}", "kind": "down"})

    def refuse_top_ups(self) -> None:
        """The canteen does not understand any top-up: nobody tries again by themselves."""
        fault = {"path": "/canteen/v1/recharges", "kind": "error_code", "code": "INVALID_ARGUMENT"}
        self.call("POST", "canteen/faults", fault)

    def plug_in(self) -> None:
        """It answers again."""
        requests.delete(f"{self._base}/canteen/faults", timeout=10)

    def code_for(self, phone: str) -> str:
        """The last code the phone got."""
        messages = self.call("GET", f"sms/messages?phone={phone}")["items"]
        return str(next(message for message in messages if message["delivered"])["parameters"][0])

    def order_elsewhere(self, openid: str, amount_fen: int, paid_at: datetime) -> str:
        """Somebody paid the merchant behind the product's back; returns WeChat Pay's number."""
        body = {"openid": openid, "amount_fen": amount_fen, "paid_at": paid_at.isoformat()}
        return str(self.call("POST", "wechat_pay/orders", body)["transaction_id"])


class SampleAccounts(CanteenConsole):
    """The accounts the canteen begins with. Accounts, cards and staff are named by the digits their numbers end in."""

    def set_phone(self, digits: str, phone: str) -> str:
        """The phone on file; returns the one before."""
        before = str(self._account(digits)["phone"])
        self.call("PATCH", f"canteen/accounts/6001{digits}", {"phone": phone})
        return before

    def balance(self, digits: str) -> str:
        """In yuan with two places, as a page shows it."""
        fen = int(self._account(digits)["balanceFen"])
        return f"{fen // 100:,}.{fen % 100:02d}"

    def card(self, digits: str) -> str:
        """State of the card."""
        cards = {card["cardNo"]: card["status"] for card in self._account(digits)["cards"]}
        return str(cards[f"8801{digits}"])

    def dine(self, digits: str) -> bool:
        """A dinner at a terminal; whether the card was taken."""
        return bool(self.call("POST", f"canteen/cards/8801{digits}/meals", {"amountFen": DINNER_FEN})["paid"])

    def credits(self, top_up_id: str) -> int:
        """How often a top-up was credited."""
        items = self.call("GET", "canteen/recharges")["items"]
        return sum(item["serialNo"] == top_up_id and item["status"] == "credited" for item in items)

    def kill_wechat_after_paying(self, on: bool) -> None:
        """Paid, and the page never hears of it."""
        self.call("PATCH", "wechat_pay/knobs", {"killed_after_paying": on})

    def bind(self, person: Person, digits: str) -> None:
        """Bound without a browser, under a phone nobody else has, and the balance known."""
        phone = fresh_phone()
        self.set_phone(digits, phone)
        person.post(f"{API}/binding/code", {"phone": phone})
        person.post(f"{API}/binding", {"phone": phone, "code": self.code_for(phone)})
        assert person.get(f"{API}/account")["is_live"]

    def _account(self, digits: str) -> Any:
        items = self.call("GET", "canteen/accounts")["items"]
        return next(item for item in items if item["accountNo"] == f"6001{digits}")


class Diner:
    """A user with an account bound."""

    def __init__(self, person: Person, console: CanteenConsole, account: dict[str, Any]) -> None:
        self.person, self._console = person, console
        self.account_no = str(account["accountNo"])
        self.card_no = str(account["cards"][0]["cardNo"])
        self.staff_no, self.phone = str(account["staffNo"]), str(account["phone"])

    def bind(self) -> Diner:
        """With the code that comes to the phone on file."""
        self.person.post(f"{API}/binding/code", {"phone": self.phone})
        code = self._console.code_for(self.phone)
        self.person.post(f"{API}/binding", {"phone": self.phone, "code": code, "staff_no": self.staff_no})
        return self

    def end(self) -> None:
        """Whatever is bound, is not any more."""
        self.person.post(f"{API}/binding/end")

    def pay(self, amount_fen: int) -> str:
        """Order and pay a top-up; returns our number of it."""
        ordered = self.person.post(f"{API}/topups", {"request_id": uuid4().hex, "amount_fen": amount_fen})
        number = str(ordered["top_up"]["id"])
        paid = self._console.call("POST", f"wechat_pay/orders/{number}/pay", {"outcome": "ok", "method": "balance"})
        assert "refused" not in paid, paid
        return number

    def state(self, number: str) -> str:
        """Where the money is."""
        return str(self.person.get(f"{API}/topups/{number}")["status"])

    def top_up(self, amount_fen: int) -> str:
        """Order, pay and see it on the card."""
        number = self.pay(amount_fen)
        assert wait_until(lambda: self.state(number) == "credited", 60), self.state(number)
        return number
