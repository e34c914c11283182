"""The canteen's refusals as errors of the port."""

from __future__ import annotations

from chalicelib.integrations.canteen.port import CounterOnly
from chalicelib.integrations.errors import Refused
from chalicelib.integrations.house.client import Refusal

REASONS = {
    "ACCOUNT_UNKNOWN": "canteen_account_unknown",
    "ACCOUNT_CLOSED": "canteen_account_closed",
    "ACCOUNT_FROZEN": "canteen_account_frozen",
    "BALANCE_LIMIT": "canteen_balance_limit",
    "CARD_CANCELLED": "canteen_card_cancelled",
}
"""The ``reason`` of a 422, or of a rejected top-up → our code."""
_CODES = {"NOT_FOUND": "canteen_not_found"}


class Declined(Refused):
    """The canteen's own no (422). ``reason``: our code, or its own sentence for people."""

    def __init__(self, said: Refusal) -> None:
        code = REASONS.get(said.reason, "canteen_declined")
        peer_code = said.reason if said.reason in REASONS else said.redacted(said.reason)
        super().__init__(code, said.redacted(said.message), said.peer, peer_code=peer_code or f"http_{said.status}")
        self.reason = reason_of(said.reason, said.message)


def reason_of(reason: str, message: str) -> str:
    """Why a top-up was rejected: our code for the contract's words, otherwise what the canteen says to people."""
    return REASONS.get(reason) or reason or message or "canteen_declined"


def refused(said: Refusal) -> Refused:
    """The error of a final refusal."""
    if said.code == "COUNTER_ONLY":
        return CounterOnly(said.redacted(said.message), said.code)
    return Declined(said) if said.status == 422 else said.plain(_CODES)
