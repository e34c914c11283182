"""Reads the canteen's answers into the port's objects; money in a wrong form is no money.

An :class:`~chalicelib.integrations.house.members.Unreadable` member says what was expected where, without repeating the value.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, get_args

from chalicelib.integrations.canteen.codes import reason_of
from chalicelib.integrations.canteen.port import (
    Account,
    AccountStatus,
    Balance,
    Card,
    CardStatus,
    Purse,
    PurseKind,
    RechargeResult,
    RechargeStatus,
    Row,
    RowKind,
    RowPage,
)
from chalicelib.integrations.house import members
from chalicelib.integrations.house.members import Unreadable

LARGEST_FEN = 10**10
KEY_DIGITS = 12
_PURSES: tuple[PurseKind, ...] = get_args(PurseKind)


def fen(source: members.Row, name: str) -> int:
    """A signed amount in whole fen."""
    value = source.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > LARGEST_FEN:
        raise Unreadable(f"{name} is not an amount in fen")
    return value


def same(source: members.Row, name: str, expected: str | int) -> None:
    """A member that repeats what was asked for: an answer about something else is none."""
    value = source.get(name)
    if isinstance(value, bool) or value != expected:
        raise Unreadable(f"{name} is not what was asked for")


def accounts(data: Any) -> tuple[Account, ...]:
    """Each account once."""
    found = tuple(_account(row) for row in members.rows(data, "items"))
    if len({account.account_no for account in found}) != len(found):
        raise Unreadable("items: an account comes twice")
    return found


def balance(data: Any, account_no: str) -> Balance:
    """The account asked for, its balance the sum of its purses."""
    row = members.row(data)
    same(row, "accountNo", account_no)
    purses = tuple(
        Purse(members.one_of(each, "purse", _PURSES), fen(each, "balanceFen")) for each in members.rows(row, "purses")
    )
    total = fen(row, "balanceFen")
    if len({each.purse for each in purses}) != len(purses) or sum(each.balance_fen for each in purses) != total:
        raise Unreadable("balanceFen is not the sum of the purses, each once")
    return Balance(account_no, total, purses, members.instant(row, "asOf"), _status(row), _cards(row))


def recharge(data: Any, serial_no: str) -> RechargeResult:
    """What became of the top-up asked for."""
    row = members.row(data)
    same(row, "serialNo", serial_no)
    status = members.one_of(row, "status", tuple(RechargeStatus))
    if status is RechargeStatus.CREDITED:
        after = members.optional(row, "balanceAfterFen", fen)
        return RechargeResult(status, members.instant(row, "creditedAt"), after)
    if status is RechargeStatus.REJECTED:
        return RechargeResult(
            status, reason=reason_of(members.line(row.get("reason")), members.line(row.get("message")))
        )
    return RechargeResult(status)


def card_status(data: Any, card_no: str) -> CardStatus:
    """The state of the card asked for."""
    row = members.row(data)
    same(row, "cardNo", card_no)
    return members.one_of(row, "status", tuple(CardStatus))


def page(data: Any, after: int, account_no: str | None) -> RowPage:
    """Rows after ``after`` in the order of their numbers; a page that does not go on would hold the reader for ever."""
    source = members.row(data)
    items = members.rows(source, "items")
    numbers = [after, *(members.whole(each, "seq") for each in items)]
    following, has_more = members.whole(source, "nextSeq"), members.flag(source, "hasMore")
    if any(one >= other for one, other in pairwise(numbers)):
        raise Unreadable("items are not in the order of seq, after afterSeq")
    if following != numbers[-1] or (has_more and not items):
        raise Unreadable("nextSeq is not that of the last item")
    last = members.optional(source, "lastSeq", members.whole)
    behind = None if last is None or account_no else max(0, last - following)
    return RowPage(tuple(_row(each, account_no) for each in items), str(following), has_more, behind)


def _row(source: members.Row, account_no: str | None) -> Row:
    if account_no is not None:
        same(source, "accountNo", account_no)
    kind, amount = members.one_of(source, "kind", tuple(RowKind)), fen(source, "amountFen")
    if (kind is RowKind.CONSUME and amount > 0) or (kind is RowKind.RECHARGE and amount <= 0):
        raise Unreadable("amountFen has the wrong sign for its kind")
    return Row(
        key=f"{members.whole(source, 'seq'):0{KEY_DIGITS}d}",
        account_no=members.text(source, "accountNo"),
        occurred_at=members.instant(source, "occurredAt"),
        posted_at=members.instant(source, "postedAt"),
        kind=kind,
        amount_fen=amount,
        balance_after_fen=fen(source, "balanceAfterFen"),
        merchant=members.line(source.get("merchant")),
        terminal=members.line(source.get("terminal")),
        serial_no=members.optional(source, "serialNo", members.text),
        staff_no=members.optional(source, "staffNo", members.text),
        name_masked=members.optional(source, "nameMasked", members.text),
    )


def _account(row: members.Row) -> Account:
    return Account(
        members.text(row, "accountNo"),
        members.text(row, "staffNo"),
        members.text(row, "nameMasked"),
        _status(row),
        _cards(row),
    )


def _status(row: members.Row) -> AccountStatus:
    return members.one_of(row, "status", tuple(AccountStatus))


def _cards(row: members.Row) -> tuple[Card, ...]:
    return tuple(
        Card(members.text(each, "cardNo"), members.one_of(each, "status", tuple(CardStatus)))
        for each in members.rows(row, "cards")
    )
