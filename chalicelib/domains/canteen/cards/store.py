"""What is known of a card account's money and cards; every condition stands here with the race it closes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.table import Item, TableMeta, Transaction
from chalicelib.domains.canteen.cards.model import Progress, Report, Wanted
from chalicelib.integrations.canteen.port import AccountStatus, Balance, Card, CardStatus, Purse

BALANCE = "BALANCE"
REPORT = "REPORT#"


class CardsItem(Item):
    """Both kinds of item of an account's cards, read in one query: ``CARDS#<account>`` / ``BALANCE`` or ``REPORT#<card>``."""

    class Meta(TableMeta):
        domain = "canteen"

    balance = UnicodeAttribute(null=True)
    as_of = UnicodeAttribute(null=True)
    account_no = UnicodeAttribute(null=True)
    owner_id = UnicodeAttribute(null=True)
    wanted = UnicodeAttribute(null=True)
    progress = UnicodeAttribute(null=True)
    changed_at = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)
    asked_as = NumberAttribute(null=True)
    requests = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)


@dataclass(frozen=True, slots=True)
class Known:
    """What an account's items say: the last balance the canteen told, and the last report of each card."""

    balance: Balance | None
    reports: dict[str, Report]


def find_known(account_no: str) -> Known:
    """Balance and reports of an account: one consistent query of a handful of items."""
    items = list(CardsItem.query(_pk(account_no), consistent_read=True))
    balance = next((to_balance(account_no, item) for item in items if item.sk == BALANCE), None)
    reports = [to_report(item) for item in items if item.sk.startswith(REPORT)]
    return Known(balance, {report.card_no: report for report in reports})


def find_report(account_no: str, card_no: str) -> Report | None:
    """The last report about a card, consistently read."""
    item = CardsItem.find(_pk(account_no), f"{REPORT}{card_no}")
    return to_report(item) if item else None


def keep_balance(balance: Balance) -> None:
    """Remember what the canteen said, for when it cannot be asked. Two at once: either is true."""
    CardsItem(_pk(balance.account_no), BALANCE, balance=_balance_text(balance), as_of=to_text(balance.as_of)).save()


def add_report(transaction: Transaction, seen: Report | None, changed: Report) -> None:
    """*Closes*: two taps or phones that report at once, and a canteen's answer that meets a new report."""
    unchanged = CardsItem.version == seen.version if seen else CardsItem.pk.does_not_exist()
    item = CardsItem(
        _pk(changed.account_no),
        f"{REPORT}{changed.card_no}",
        account_no=changed.account_no,
        owner_id=changed.owner_id,
        wanted=changed.wanted.value,
        progress=changed.progress.value,
        changed_at=to_text(changed.changed_at),
        version=changed.version,
        asked_as=changed.asked_as,
        requests=" ".join(changed.requests),
        reason=changed.reason or None,
    )
    transaction.put("report", item, unchanged)


def to_report(item: Any) -> Report:
    """The domain's form."""
    return Report(
        card_no=item.sk.removeprefix(REPORT),
        account_no=item.account_no,
        owner_id=item.owner_id,
        wanted=Wanted(item.wanted),
        progress=Progress(item.progress),
        changed_at=from_text(item.changed_at),
        version=int(item.version),
        asked_as=int(item.asked_as),
        requests=tuple((item.requests or "").split()),
        reason=item.reason or "",
    )


def to_balance(account_no: str, item: Any) -> Balance:
    """What the canteen said, and when."""
    known = json.loads(item.balance)
    return Balance(
        account_no=account_no,
        balance_fen=known["fen"],
        purses=tuple(Purse(purse, fen) for purse, fen in known["purses"]),
        as_of=from_text(item.as_of),
        status=AccountStatus(known["status"]),
        cards=tuple(Card(number, CardStatus(status)) for number, status in known["cards"]),
    )


def _balance_text(balance: Balance) -> str:
    return json.dumps(
        {
            "fen": balance.balance_fen,
            "purses": [[purse.purse, purse.balance_fen] for purse in balance.purses],
            "status": balance.status.value,
            "cards": [[card.card_no, card.status.value] for card in balance.cards],
        }
    )


def _pk(account_no: str) -> str:
    return f"CARDS#{account_no}"
