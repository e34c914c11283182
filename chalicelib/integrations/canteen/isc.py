"""The adapter for iSecure Center's own canteen service behind :class:`~.port.CanteenPort` (docs/integrators/canteen.md).

It knows neither a row's number nor a question about a top-up; both ways round are described there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from chalicelib.integrations.canteen import isc_answers, isc_cursor
from chalicelib.integrations.canteen.port import (
    Account,
    AccountStatus,
    Balance,
    Card,
    CardStatus,
    CounterOnly,
    Purse,
    Recharge,
    RechargeResult,
    RechargeStatus,
    Row,
    RowPage,
)
from chalicelib.integrations.errors import Refused, Retryable
from chalicelib.integrations.gate import answers
from chalicelib.integrations.gate.client import PERSONS
from chalicelib.integrations.gate.codes import MEANINGS, Meaning
from chalicelib.integrations.gate.transport import Artemis
from chalicelib.integrations.house import members
from chalicelib.integrations.house.client import request_id as thirty_two_hex
from chalicelib.integrations.http import Http

PEER = "canteen"
CARDS = "/api/irds/v1/card/advance/cardList"
BALANCE = "/api/cems/v1/account/balance/search"
LOG = "/api/cems/v1/consume/log/search"
RECHARGE = "/api/cems/v1/account/recharge"
LOSS = "/api/cis/v1/card/batch/loss"
FOUND = "/api/cis/v1/card/batch/unLoss"
TYPES = f"{isc_answers.TOPPED_UP},{isc_answers.CONSUMED}"
CASH_ACCOUNT = 1
CARDS_A_PAGE = 100
_VISITOR_CODES = "0x0531"
_OURS = {"gate_resource_missing": "canteen_not_found"}
_Read = TypeVar("_Read")


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _meanings() -> Mapping[str, Meaning]:
    """The gateway's codes under our names; those of the visitor service mean nothing here."""
    return {
        code: replace(meaning, code=_OURS.get(meaning.code, meaning.code.replace("gate_", "canteen_")))
        for code, meaning in MEANINGS.items()
        if not code.startswith(_VISITOR_CODES)
    }


def canteen_artemis(base_url: str, app_key: str, app_secret: str, http: Http | None = None) -> Artemis:
    """The way to the platform, in the canteen's name."""
    return Artemis(base_url, app_key, app_secret, http or Http(PEER), _meanings())


@dataclass(frozen=True, slots=True)
class IscCanteen:
    """The canteen service of one platform; a person is an account."""

    artemis: Artemis
    now: Callable[[], datetime] = _utc_now

    @property
    def reads_all(self) -> bool:
        """See the port."""
        return False

    @property
    def can_ask_recharge(self) -> bool:
        """See the port."""
        return False

    def accounts_by_phone(self, phone: str) -> tuple[Account, ...]:
        """See the port."""
        data = self._ask(PERSONS, {"paramName": "phoneNo", "paramValue": [phone]})
        people = self._read(lambda found: [row for row in answers.rows(found) if _is_of(row, phone)], data)
        numbers = self._read(lambda rows: [answers.required(row, "personId") for row in rows], people)
        cards = self._cards_of(numbers) if numbers else {}
        return tuple(self._read(lambda row: isc_answers.account(row, cards), row) for row in people)

    def balance(self, account_no: str) -> Balance:
        """See the port. The platform tells no time: it is that of its answer."""
        amount = self._read(isc_answers.balance_fen, self._ask(BALANCE, {"personId": account_no}))
        as_of, cards = self.now(), self._cards_of([account_no]).get(account_no, ())
        return Balance(account_no, amount, (Purse("cash", amount),), as_of, AccountStatus.NORMAL, cards)

    def rows(self, cursor: str, limit: int, account_no: str | None = None) -> RowPage:
        """See the port. Of one account only."""
        if account_no is None:
            raise ValueError("this canteen is read account by account")
        now = isc_cursor.end_of_second(self.now())
        place = isc_cursor.place(cursor, limit, now)
        data = self._ask(LOG, {"personId": account_no, **_query(place)})
        rows = self._read(lambda found: _transactions(found, account_no), data)
        following, has_more = place.after_page(len(rows), self._read(answers.total, data), now)
        return RowPage(rows, following, has_more, None)

    def recharge(self, order: Recharge) -> RechargeResult:
        """See the port. A refusal is not said to be a rejection: after a lost answer it proves nothing, and it cannot be asked."""
        body = {
            "personId": order.account_no,
            "money": order.amount_fen,
            "accountType": CASH_ACCOUNT,
            "rechargeId": thirty_two_hex(order.serial_no),
        }
        self._ask(RECHARGE, body)
        return RechargeResult(RechargeStatus.CREDITED, self.now())

    def find_recharge(self, serial_no: str) -> RechargeResult:  # noqa: ARG002 - the port has it
        """See the port."""
        raise Refused("canteen_not_askable", "this platform has no question about a top-up", PEER)

    def report_loss(self, card_no: str, request_id: str, reason: str) -> CardStatus:  # noqa: ARG002 - the port has them
        """See the port."""
        return self._change(LOSS, card_no, CardStatus.LOST)

    def report_found(self, card_no: str, request_id: str) -> CardStatus:  # noqa: ARG002 - the port has it
        """See the port. Where the key may not do it, only the counter can."""
        try:
            return self._change(FOUND, card_no, CardStatus.NORMAL)
        except Refused as refusal:
            if refusal.code == "canteen_not_authorised":
                raise CounterOnly(refusal.message, refusal.peer_code) from None
            raise

    def _change(self, path: str, card_no: str, wanted: CardStatus) -> CardStatus:
        """Refused although the card is as it shall be: somebody did it before, or our first answer was lost."""
        try:
            self._ask(path, {"cardList": [{"cardNumber": card_no}]})
        except Refused:
            if self._card(card_no) is not wanted:
                raise
        return wanted

    def _card(self, card_no: str) -> CardStatus | None:
        data = self._ask(CARDS, {"cardNo": card_no, "pageNo": 1, "pageSize": CARDS_A_PAGE})
        found = self._read(isc_answers.cards, data)
        return next((card.status for cards in found.values() for card in cards if card.card_no == card_no), None)

    def _cards_of(self, account_nos: list[str]) -> dict[str, tuple[Card, ...]]:
        body = {"personIds": ",".join(account_nos), "pageNo": 1, "pageSize": CARDS_A_PAGE}
        return self._read(isc_answers.cards, self._ask(CARDS, body))

    def _ask(self, path: str, payload: Mapping[str, Any]) -> Any:
        return self.artemis.call(path, payload, repeatable=True)

    def _read(self, reader: Callable[[Any], _Read], value: Any) -> _Read:
        try:
            return reader(value)
        except (answers.Unreadable, members.Unreadable) as error:
            raise Retryable("answer_unreadable", str(error), PEER, peer_code="0") from None


def _is_of(row: answers.Row, phone: str) -> bool:
    """Employed, and with this phone, which may be shown masked."""
    return answers.is_employed(row) and answers.same_number(answers.text(row, "phoneNo"), phone)


def _query(place: isc_cursor.Place) -> dict[str, Any]:
    times = {"startTime": members.wire_time(place.since), "endTime": members.wire_time(place.until)}
    return {**times, "pageNo": place.page, "pageSize": place.size, "transactionTypes": TYPES}


def _transactions(data: Any, account_no: str) -> tuple[Row, ...]:
    return tuple(isc_answers.transaction(row, account_no) for row in answers.rows(data))
