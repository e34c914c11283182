"""The canteen's own people on the running stack: the counter, the terminals, whoever pulls the plug; and a diner who is bound."""

from __future__ import annotations

from typing import Any

import requests

from sandbox.cloud.stack import Stack
from tests.stack.people import Person, fresh_phone

DINNER_FEN = 1_280
WAY = "/api/canteen"


class Canteen:
    """The card system's console. Accounts, cards and staff are named by the digits their numbers end in."""

    def __init__(self, stack: Stack) -> None:
        self._base = f"{stack.sandbox_api}/sandbox"

    def set_phone(self, digits: str, phone: str) -> str:
        """The phone on file; returns the one before."""
        before = str(self._account(digits)["phone"])
        self._call("PATCH", f"canteen/accounts/6001{digits}", {"phone": phone})
        return before

    def balance(self, digits: str) -> str:
        """In yuan with two places, as a page shows it."""
        fen = int(self._account(digits)["balanceFen"])
        return f"{fen // 100:,}.{fen % 100:02d}"

    def card(self, digits: str) -> str:
        """State of the card."""
        cards = {card["cardNo"]: card["status"] for card in self._account(digits)["cards"]}
        return str(cards[f"8801{digits}"])

    def eat(self, digits: str) -> bool:
        """A dinner at a terminal; whether the card was taken."""
        return bool(self._call("POST", f"canteen/cards/8801{digits}/meals", {"amountFen": DINNER_FEN})["paid"])

    def ate_for_months(self, digits: str, rows: int, months: int) -> None:
        """Meals of the past."""
        self._call("POST", "canteen/rows/generate", {"rows": rows, "months": months, "accountNos": [f"6001{digits}"]})

    def code_for(self, phone: str) -> str:
        """The last code the phone got."""
        items = self._call("GET", f"sms/messages?phone={phone}")["items"]
        return str(next(item for item in items if item["delivered"])["parameters"][0])

    def credits(self, top_up_id: str) -> int:
        """How often a top-up was credited."""
        items = self._call("GET", "canteen/recharges")["items"]
        return sum(item["serialNo"] == top_up_id and item["status"] == "credited" for item in items)

    def unplug(self, *paths: str) -> None:
        """The canteen does not answer at these paths."""
        for path in paths:
            self._call("POST", "canteen/faults", {"path": f"/canteen/v1{path}", "kind": "down"})

    def plug_in(self) -> None:
        """It answers again."""
        requests.delete(f"{self._base}/canteen/faults", timeout=10)

    def pay(self, top_up_id: str) -> None:
        """Its payer pays at WeChat, without a sheet."""
        self._call("POST", f"wechat_pay/orders/{top_up_id}/pay", {})

    def kill_wechat_after_paying(self, on: bool) -> None:
        """Paid, and the page never hears of it."""
        self._call("PATCH", "wechat_pay/knobs", {"killed_after_paying": on})

    def bind(self, person: Person, digits: str) -> None:
        """Bound without a browser, under a phone nobody else has, and the balance known."""
        phone = fresh_phone()
        self.set_phone(digits, phone)
        person.post(f"{WAY}/binding/code", {"phone": phone})
        person.post(f"{WAY}/binding", {"phone": phone, "code": self.code_for(phone)})
        assert person.get(f"{WAY}/account")["is_live"]

    def _account(self, digits: str) -> Any:
        items = self._call("GET", "canteen/accounts")["items"]
        return next(item for item in items if item["accountNo"] == f"6001{digits}")

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        answer = requests.request(method, f"{self._base}/{path}", json=body, timeout=10)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()
