"""The same canteen as iSecure Center's services `cems`, `cis` and `irds` show it (contract D1)."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.canteen.accounts import balance_of
from sandbox.canteen.recharges import Order, OtherContent
from sandbox.canteen.system import CardSystem
from sandbox.gate import codes
from sandbox.gate.codes import GateError, success
from sandbox.gate.rules import read_object, read_page, read_time, required_text
from sandbox.kit.clock import parse_iso
from sandbox.kit.store import Document

ACCOUNT_REFUSED = "0x05a10002"
RECHARGE_ID_USED = "0x05a10003"
CARD_STATE = "0x05a20001"
"""No public list has the codes of these services."""
RECHARGE_ID = re.compile(r"[0-9a-f]{32}")
LONGEST_RANGE = 31 * 86_400 + 60
CARDS_A_CALL = 200
LARGEST_AMOUNT = 10_000_000
TYPES = {"recharge": 1, "subsidy": 2, "refund": 3, "adjust": 4, "consume": 5}
USE_STATES = {"normal": 1, "lost": 2, "cancelled": 3}
Service = Callable[[Any], Document]


class CanteenServices:
    """What the gateway's canteen paths do."""

    def __init__(self, system: CardSystem) -> None:
        self._system = system

    def paths(self) -> dict[str, Service]:
        """Path without the prefix → service."""
        services: dict[str, Service] = {
            "cems/v1/account/balance/search": self.balance,
            "cems/v1/consume/log/search": self.log,
            "cems/v1/account/recharge": self.recharge,
            "cis/v1/card/batch/loss": lambda body: self._set_cards(body, "normal", "lost"),
            "cis/v1/card/batch/unLoss": lambda body: self._set_cards(body, "lost", "normal"),
            "irds/v1/card/advance/cardList": self.cards,
        }
        return {path: self._settled(service) for path, service in services.items()}

    def balance(self, body: Any) -> Document:
        """account/balance/search."""
        account = self._account(read_object(body))
        return success({"personId": account["personId"], "totalAccount": balance_of(account)})

    def log(self, body: Any) -> Document:
        """consume/log/search: posted rows by the time they occurred, consumption unless `transactionTypes` says more."""
        query = read_object(body)
        account, (number, size) = self._account(query), read_page(query)
        begin, end = read_time(query, "startTime"), read_time(query, "endTime")
        if not 0 <= end - begin <= LONGEST_RANGE:
            raise GateError(codes.OUT_OF_RANGE, "startTime/endTime")
        types = _types(query)
        rows = [row for row in self._system.ledger.of(account["accountNo"]) if TYPES[row["kind"]] in types]
        found = sorted((row for row in rows if begin <= parse_iso(row["occurredAt"]) <= end), key=_time)
        page = [_logged(row) for row in found[(number - 1) * size : number * size]]
        return success({"total": len(found), "pageNo": number, "pageSize": size, "rows": page})

    def recharge(self, body: Any) -> Document:
        """account/recharge: one `rechargeId` is credited once."""
        query = read_object(body)
        account, amount = self._account(query), query.get("money")
        if isinstance(amount, bool) or not isinstance(amount, int):
            raise GateError(codes.WRONG_FORMAT, "money")
        if not 1 <= amount <= LARGEST_AMOUNT or query.get("accountType") != 1:
            raise GateError(codes.OUT_OF_RANGE, "money/accountType")
        number = required_text(query, "rechargeId")
        if not RECHARGE_ID.fullmatch(number):
            raise GateError(codes.WRONG_FORMAT, "rechargeId")
        try:
            order = Order(number, account["accountNo"], amount, "")
            done = self._system.recharges.carry_out(order, may_wait=False)
        except OtherContent:
            raise GateError(RECHARGE_ID_USED, "rechargeId") from None
        if done["status"] == "rejected":
            raise GateError(ACCOUNT_REFUSED, done["reason"])
        return success(None)

    def cards(self, body: Any) -> Document:
        """card/advance/cardList: of some persons, or one number."""
        query = read_object(body)
        if "pageNo" not in query or "pageSize" not in query:
            raise GateError(codes.PARAMETER_EMPTY, "pageNo/pageSize")
        number, size = read_page(query)
        persons = [part for part in str(query.get("personIds", "")).split(",") if part]
        wanted = query.get("cardNo")
        found = [
            {"cardNo": card["cardNo"], "personId": account["personId"], "useStatus": USE_STATES[card["status"]]}
            for account in self._system.accounts.all()
            if account["personId"]
            for card in account["cards"]
            if (not persons or account["personId"] in persons) and wanted in (None, card["cardNo"])
        ]
        page = found[(number - 1) * size : number * size]
        return success({"total": len(found), "pageNo": number, "pageSize": size, "list": page})

    def _set_cards(self, body: Any, before: str, after: str) -> Document:
        entries = read_object(body).get("cardList")
        if not isinstance(entries, list) or not 1 <= len(entries) <= CARDS_A_CALL:
            raise GateError(codes.OUT_OF_RANGE, "cardList")
        numbers = [required_text(read_object(entry), "cardNumber") for entry in entries]
        if after == "normal" and self._system.knobs.get("counter_only"):
            raise GateError(codes.NO_RIGHT_TO_RESOURCE, "card")
        for number in numbers:
            found = self._system.accounts.of_card(number)
            if found is None:
                raise GateError(codes.RESOURCE_UNKNOWN, "cardNumber")
            if found[1]["status"] != before:
                raise GateError(CARD_STATE, "card status")
        for number in numbers:
            self._system.accounts.set_card(number, after)
        return success(None)

    def _account(self, query: dict[str, Any]) -> Document:
        account = self._system.accounts.of_person(required_text(query, "personId"))
        if account is None:
            raise GateError(codes.RESOURCE_UNKNOWN, "personId")
        return account

    def _settled(self, service: Service) -> Service:
        def serve(body: Any) -> Document:
            self._system.settle()
            return service(body)

        return serve


def _types(query: dict[str, Any]) -> set[int]:
    """Numbers joined by commas."""
    text = query.get("transactionTypes", str(TYPES["consume"]))
    if not isinstance(text, str) or not re.fullmatch(r"\d+(,\d+)*", text, re.ASCII):
        raise GateError(codes.WRONG_FORMAT, "transactionTypes")
    return {int(part) for part in text.split(",")}


def _time(row: Document) -> float:
    return parse_iso(row["occurredAt"])


def _logged(row: Document) -> Document:
    """A line of the log: times to the second, amounts without a sign."""
    after, amount = row["balanceAfterFen"], row["amountFen"]
    return {
        "debitTime": f"{row['occurredAt'][:19]}+08:00",
        "transactionType": TYPES[row["kind"]],
        "preAccount": after - amount,
        "deduction": abs(amount),
        "balance": after,
    }
