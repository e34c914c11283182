"""Reads the rows of iSecure Center's canteen service (docs/integrators/canteen.md) into the port's objects."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from chalicelib.integrations.canteen.answers import fen
from chalicelib.integrations.canteen.port import Account, AccountStatus, Card, CardStatus, Row, RowKind
from chalicelib.integrations.gate import answers
from chalicelib.integrations.gate.answers import Unreadable

NORMAL_CARD = "1"
CONSUMED, TOPPED_UP = "5", "1"
"""``transactionType``; a row without one is a consumption."""


def account(person: answers.Row, cards: Mapping[str, tuple[Card, ...]]) -> Account:
    """A person of the platform has one account; it does not tell the account's state."""
    name = answers.required(person, "personName")
    number, staff_no = answers.required(person, "personId"), answers.text(person, "jobNo")
    return Account(number, staff_no, masked(name), AccountStatus.NORMAL, cards.get(number, ()))


def masked(name: str) -> str:
    """``陈**``."""
    return name[0] + "*" * (len(name) - 1)


def cards(data: Any) -> dict[str, tuple[Card, ...]]:
    """Cards by the person who has them. A list that goes on after the page is not a whole one."""
    rows = answers.rows(data)
    if answers.total(data) > len(rows):
        raise Unreadable("data.total is more than one page of cards")
    found: dict[str, tuple[Card, ...]] = {}
    for row in rows:
        person = answers.required(row, "personId")
        found[person] = (*found.get(person, ()), card(row))
    return found


def card(row: answers.Row) -> Card:
    """``useStatus`` 1 is normal, everything else counts as lost."""
    normal = answers.required(row, "useStatus") == NORMAL_CARD
    return Card(answers.required(row, "cardNo"), CardStatus.NORMAL if normal else CardStatus.LOST)


def balance_fen(data: Any) -> int:
    """The whole account, in fen."""
    if not isinstance(data, dict):
        raise Unreadable("data is not an object")
    return fen(data, "totalAccount")


def transaction(row: answers.Row, account_no: str) -> Row:
    """A line of the consumption log. It has no number: its time and a hash of its content are its key."""
    at = answers.instant(row, "debitTime").astimezone(UTC)
    kind, amount = _meaning(row)
    return Row(
        key=f"{at:%Y%m%dT%H%M%SZ}-{_content(row, account_no)}",
        account_no=account_no,
        occurred_at=at,
        posted_at=at,
        kind=kind,
        amount_fen=amount,
        balance_after_fen=fen(row, "balance"),
        merchant="",
        terminal="",
        serial_no=None,
        staff_no=None,
        name_masked=None,
    )


def _meaning(row: answers.Row) -> tuple[RowKind, int]:
    """Consumption and top-up give their amount without a sign; what another type is, only the balances tell."""
    kind, amount = answers.text(row, "transactionType"), fen(row, "deduction")
    if kind not in (CONSUMED, TOPPED_UP, ""):
        return RowKind.ADJUST, fen(row, "balance") - fen(row, "preAccount")
    if amount < 0:
        raise Unreadable("deduction is below zero")
    return (RowKind.RECHARGE, amount) if kind == TOPPED_UP else (RowKind.CONSUME, -amount)


def _content(row: Mapping[str, Any], account_no: str) -> str:
    amounts = [str(fen(row, name)) for name in ("preAccount", "deduction", "balance")]
    text = "\n".join([account_no, answers.text(row, "transactionType"), *amounts])
    return hashlib.sha256(text.encode()).hexdigest()[:12]
