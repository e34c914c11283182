"""A product that talks to the canteen's card system: written from the contract."""

from typing import Any
from urllib.parse import urlencode

import httpx

from sandbox.kit.clock import Clock, iso
from sandbox.shared_secrets import Secrets
from tests.sandbox.callers import HouseCaller, app_of

BASE = "/canteen/v1"


class CanteenPlant:
    """One canteen, with the product's and the counter's hands."""

    def __init__(self, client: httpx.Client, clock: Clock, secrets: Secrets | None = None) -> None:
        self.client, self.clock = client, clock
        self.house = HouseCaller(client, clock, "campus-canteen", (secrets or app_of(client).secrets).canteen_secret)
        self._count = 0

    def ask(self, path: str, **query: Any) -> tuple[int, Any]:
        """Status and data (or the whole refusal) of a GET."""
        text = urlencode(sorted(query.items()))
        status, answer, _ = self.house.send("GET", f"{BASE}/{path}?{text}" if text else f"{BASE}/{path}")
        return status, answer.get("data") if status == 200 else answer

    def accounts(self, phone: str) -> list[dict[str, Any]]:
        """By phone."""
        return list(self.ask("accounts", phone=phone)[1]["items"])

    def balance(self, number: str) -> dict[str, Any]:
        """One account."""
        return dict(self.ask(f"accounts/{number}")[1])

    def rows(self, **query: Any) -> dict[str, Any]:
        """A page of rows."""
        status, data = self.ask("transactions", **query)
        assert status == 200, data
        return dict(data)

    def order(self, account: str = "60011002", amount: int = 5000, **changes: Any) -> dict[str, Any]:
        """A correct top-up, new each time."""
        self._count += 1
        return {
            "serialNo": f"T{self._count:025d}",
            "accountNo": account,
            "amountFen": amount,
            "paidAt": iso(self.clock()),
            "channel": "wechat",
            "channelTransactionId": f"4200{self._count:024d}",
        } | changes

    def send(self, order: dict[str, Any]) -> tuple[int, Any, Any]:
        """Status, answer, headers of a top-up."""
        return self.house.send("POST", f"{BASE}/recharges", order)

    def top_up(self, account: str = "60011002", amount: int = 5000, **changes: Any) -> dict[str, Any]:
        """A top-up the canteen answers."""
        status, answer, _ = self.send(self.order(account, amount, **changes))
        assert status == 200, answer
        return dict(answer["data"])

    def loss(self, card: str) -> tuple[int, str, Any]:
        """Status, code, data."""
        return self._card(card, "loss", reason="本人挂失")

    def unloss(self, card: str) -> tuple[int, str, Any]:
        """Status, code, data."""
        return self._card(card, "unloss")

    def eat(self, card: str, amount: int, **more: Any) -> dict[str, Any]:
        """A card held to a terminal."""
        return dict(self.control("POST", f"cards/{card}/meals", {"amountFen": amount, **more}))

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """The console."""
        answer = self.client.request(method, f"/sandbox/canteen/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def knob(self, **changes: Any) -> None:
        """Turn knobs."""
        self.control("PATCH", "knobs", changes)

    def _card(self, card: str, what: str, **body: str) -> tuple[int, str, Any]:
        self._count += 1
        target = f"{BASE}/cards/{card}/{what}"
        status, answer, _ = self.house.send("POST", target, {"requestId": f"k-{self._count}", **body})
        return status, answer["code"], answer.get("data")
