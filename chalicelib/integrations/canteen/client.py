"""The adapter for the proposed contract of the canteen (docs/integrators/canteen.md) behind :class:`~.port.CanteenPort`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

from chalicelib.integrations.canteen import answers
from chalicelib.integrations.canteen.codes import Declined, refused
from chalicelib.integrations.canteen.port import (
    Account,
    Balance,
    CardStatus,
    Recharge,
    RechargeResult,
    RechargeStatus,
    RowPage,
)
from chalicelib.integrations.house import members
from chalicelib.integrations.house.client import House, request_id, with_query
from chalicelib.integrations.http import Http

PEER = "canteen"
BASE = "/canteen/v1"
ACCOUNTS = f"{BASE}/accounts"
CARDS = f"{BASE}/cards"
RECHARGES = f"{BASE}/recharges"
TRANSACTIONS = f"{BASE}/transactions"
CHANNEL = "wechat"
LARGEST_PAGE = 200
_Read = TypeVar("_Read")


def canteen_house(base_url: str, client_id: str, secret: str, http: Http | None = None) -> House:
    """The way to the canteen's card system."""
    return House(base_url, client_id, secret, http or Http(PEER), refused)


@dataclass(frozen=True, slots=True)
class CanteenClient:
    """The canteen's card system under our own contract."""

    house: House

    @property
    def reads_all(self) -> bool:
        """See the port."""
        return True

    @property
    def can_ask_recharge(self) -> bool:
        """See the port."""
        return True

    def accounts_by_phone(self, phone: str) -> tuple[Account, ...]:
        """See the port."""
        return self._get(with_query(ACCOUNTS, {"phone": phone}), answers.accounts)

    def balance(self, account_no: str) -> Balance:
        """See the port."""
        return self._get(f"{ACCOUNTS}/{_in_path(account_no)}", lambda data: answers.balance(data, account_no))

    def rows(self, cursor: str, limit: int, account_no: str | None = None) -> RowPage:
        """See the port. The cursor is the ``seq`` of the last row; a larger limit than the contract's is cut to it."""
        after = int(cursor or "0")
        query = {"accountNo": account_no, "afterSeq": str(after), "limit": str(min(limit, LARGEST_PAGE))}
        return self._get(with_query(TRANSACTIONS, query), lambda data: answers.page(data, after, account_no))

    def recharge(self, order: Recharge) -> RechargeResult:
        """See the port. The body is the same bytes whenever it is sent; an answer about another account or amount is none."""
        body = {
            "serialNo": order.serial_no,
            "accountNo": order.account_no,
            "amountFen": order.amount_fen,
            "paidAt": members.wire_time(order.paid_at),
            "channel": CHANNEL,
            "channelTransactionId": order.channel_transaction_id,
        }
        try:
            data = self.house.call("POST", RECHARGES, body)
        except Declined as declined:
            return RechargeResult(RechargeStatus.REJECTED, reason=declined.reason)
        return self.house.read(data, lambda answer: _credited(answer, order))

    def find_recharge(self, serial_no: str) -> RechargeResult:
        """See the port. Only the contract's ``not_found`` says that there is none: a wrong address answers 404, too."""
        target = f"{RECHARGES}/{_in_path(serial_no)}"
        return self._get(target, lambda data: answers.recharge(data, serial_no))

    def report_loss(self, card_no: str, request_id: str, reason: str) -> CardStatus:
        """See the port."""
        return self._change(card_no, "loss", {"reason": reason}, request_id, (CardStatus.LOST, CardStatus.CANCELLED))

    def report_found(self, card_no: str, request_id: str) -> CardStatus:
        """See the port."""
        return self._change(card_no, "unloss", {}, request_id, (CardStatus.NORMAL,))

    def _change(
        self, card_no: str, what: str, more: dict[str, str], key: str, expected: tuple[CardStatus, ...]
    ) -> CardStatus:
        def reader(data: Any) -> CardStatus:
            status = answers.card_status(data, card_no)
            if status not in expected:
                raise members.Unreadable("status is not what the call brings about")
            return status

        target = f"{CARDS}/{_in_path(card_no)}/{what}"
        body = {"requestId": request_id(f"{key}~{what}"), **more}
        return self.house.read(self.house.call("POST", target, body), reader)

    def _get(self, target: str, reader: Callable[[Any], _Read]) -> _Read:
        return self.house.read(self.house.call("GET", target), reader)


def _credited(data: Any, order: Recharge) -> RechargeResult:
    row = members.row(data)
    answers.same(row, "accountNo", order.account_no)
    answers.same(row, "amountFen", order.amount_fen)
    result = answers.recharge(row, order.serial_no)
    if result.status is RechargeStatus.NOT_FOUND:
        raise members.Unreadable("status is not of a top-up that was sent")
    return result


def _in_path(name: str) -> str:
    return quote(name, safe="")
