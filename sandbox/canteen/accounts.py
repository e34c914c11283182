"""Accounts with their purses and cards."""

from typing import Any

from sandbox.canteen import samples
from sandbox.kit.store import Document, Store

ACCOUNT = "canteen.account"
PURSES = ("cash", "subsidy")
ACCOUNT_STATES = ("normal", "frozen", "closed")
CARD_STATES = ("normal", "lost", "cancelled")


class Accounts:
    """By account number; there from the first look on."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> list[Document]:
        """In the order of their opening."""
        kept = self._store.all(ACCOUNT)
        if not kept:
            with self._store.transaction():
                for account in samples.accounts():
                    self.save(account)
            kept = self._store.all(ACCOUNT)
        return kept

    def find(self, number: str) -> Document | None:
        """One account."""
        return self._first("accountNo", number)

    def of_person(self, person_id: str) -> Document | None:
        """The account of somebody in the person register."""
        return self._first("personId", person_id)

    def by_phone(self, phone: str) -> list[Document]:
        """Those with this phone on file."""
        return [account for account in self.all() if account["phone"] == phone]

    def of_card(self, card_no: str) -> tuple[Document, Document] | None:
        """A card with its account."""
        for account in self.all():
            for card in account["cards"]:
                if card["cardNo"] == card_no:
                    return account, card
        return None

    def open(self, name: str, phone: str, staff_no: str, cash: int, subsidy: int) -> Document:
        """A new account for somebody who is in no person register; money in fen."""
        digits = f"{len(self.all()):04d}"
        account = {
            "accountNo": f"6002{digits}",
            "staffNo": staff_no,
            "name": name,
            "phone": phone,
            "personId": "",
            "status": "normal",
            "cards": [{"cardNo": f"8802{digits}", "status": "normal"}],
            "purses": {"cash": cash, "subsidy": subsidy},
        }
        return self.save(account)

    def save(self, account: Document) -> Document:
        """Keep it."""
        self._store.put(ACCOUNT, account["accountNo"], account)
        return account

    def set_card(self, card_no: str, status: str) -> Document | None:
        """The card in its new state; None when there is no such card."""
        found = self.of_card(card_no)
        if found is None:
            return None
        account, card = found
        card["status"] = status
        self.save(account)
        return card

    def _first(self, member: str, value: str) -> Document | None:
        return next((account for account in self.all() if account[member] == value), None)


def balance_of(account: Document) -> int:
    """The sum of the purses, fen."""
    return sum(account["purses"][purse] for purse in PURSES)


def spend(account: Document, amount: int) -> None:
    """A meal takes the subsidy first; what is missing goes below zero in the own money."""
    purses = account["purses"]
    from_subsidy = min(max(0, purses["subsidy"]), amount)
    purses["subsidy"] -= from_subsidy
    purses["cash"] -= amount - from_subsidy


def masked(name: str) -> str:
    """``陈**``."""
    return name[0] + "*" * (len(name) - 1)


def shown(account: Document) -> dict[str, Any]:
    """An account as the contract shows it."""
    return {
        "accountNo": account["accountNo"],
        "staffNo": account["staffNo"],
        "nameMasked": masked(account["name"]),
        "status": account["status"],
        "cards": account["cards"],
    }
