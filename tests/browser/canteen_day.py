"""What the pictures of the canteen show: a diner with months of meals, a top-up on the card and one that waits for its payment."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from sandbox.cloud.stack import Stack, wait_until
from tests.stack.canteen import Canteen
from tests.stack.people import DINER, Person

EATER = "1008"
MEALS, MONTHS = 150, 3
TOP_UPS = "/api/canteen/topups"
PATIENCE = 60


class CanteenDay:
    """One diner's past and present."""

    def __init__(self, stack: Stack) -> None:
        self._stack, self._canteen = stack, Canteen(stack)
        self._diner = Person(stack, DINER)

    def begin(self) -> None:
        """All of it."""
        self._diner.sign_in()
        self._canteen.bind(self._diner, EATER)
        self._canteen.ate_for_months(EATER, MEALS, MONTHS)
        paid = self._order(10_000)
        self._canteen.pay(paid)
        assert wait_until(lambda: self._status(paid) == "credited", PATIENCE, 1)
        assert self._canteen.eat(EATER)
        self._stack.run_schedule("sync_canteen")
        self._order(5_000)

    def _order(self, amount_fen: int) -> str:
        made: Any = self._diner.post(TOP_UPS, {"request_id": str(uuid4()), "amount_fen": amount_fen})
        return str(made["top_up"]["id"])

    def _status(self, top_up_id: str) -> str:
        return str(self._diner.post(f"{TOP_UPS}/{top_up_id}/check")["status"])
