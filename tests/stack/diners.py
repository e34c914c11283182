"""Somebody with a card account of their own, and the canteen's people, on the running stack."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import requests

from sandbox.cloud.stack import Stack, wait_until
from tests.stack.people import Person, fresh_phone

API = "/api/canteen"


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

    def unplug(self) -> None:
        """No top-up reaches the canteen, and nothing is heard of one."""
        self.call("POST", "canteen/faults", {"path": "/canteen/v1/recharges", "kind": "down"})

    def plug_in(self) -> None:
        """It answers again."""
        requests.delete(f"{self._base}/canteen/faults", timeout=10)

    def order_elsewhere(self, openid: str, amount_fen: int, paid_at: datetime) -> str:
        """Somebody paid the merchant behind the product's back; returns WeChat Pay's number."""
        body = {"openid": openid, "amount_fen": amount_fen, "paid_at": paid_at.isoformat()}
        return str(self.call("POST", "wechat_pay/orders", body)["transaction_id"])


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
        messages = self._console.call("GET", f"sms/messages?phone={self.phone}")["items"]
        code = next(message for message in messages if message["delivered"])["parameters"][0]
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
