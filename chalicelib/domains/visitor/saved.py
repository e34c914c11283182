"""Saved visitors: filled in once, chosen with one tap. Only their owner ever sees them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.ids import derived_id
from chalicelib.core.table import Item, RaceLost, TableMeta, Transaction
from chalicelib.domains.visitor.model import Person
from chalicelib.domains.visitor.privacy.identity import refuse_without_consent
from chalicelib.domains.visitor.privacy.store import add_consents_for
from chalicelib.domains.visitor.store import id_number_fields, to_id_number

LIMIT = 50
SAVED_KIND = "saved_visitor"


class SavedItem(Item):
    """``USER#<id>`` / ``SAVED#<visitor id>``."""

    class Meta(TableMeta):
        domain = "visitor"

    name = UnicodeAttribute()
    gender = UnicodeAttribute()
    phone = UnicodeAttribute()
    plate_number = UnicodeAttribute(null=True)
    id_number_sealed = UnicodeAttribute(null=True)
    id_number_digest = UnicodeAttribute(null=True)
    id_number_masked = UnicodeAttribute(null=True)
    last_used_at = UnicodeAttribute()
    purge_kind = UnicodeAttribute(default=SAVED_KIND)
    purge_after = UnicodeAttribute()
    """The same as ``last_used_at``: who is not used for the retention limit is forgotten."""


@dataclass(frozen=True, slots=True)
class SavedVisitor:
    """A person a user reserves for."""

    id: str
    person: Person
    last_used_at: datetime


def saved_id(owner_id: str, person: Person) -> str:
    """The same name and phone is the same saved visitor: saving twice refreshes, it does not double."""
    return derived_id("saved", owner_id, person.name, person.phone)


def list_saved(owner_id: str) -> list[SavedVisitor]:
    """All of a user's saved visitors (at most 50), the last used first."""
    items = SavedItem.query(
        _owner_key(owner_id), SavedItem.sk.startswith("SAVED#"), consistent_read=True, limit=LIMIT * 2
    )
    return sorted((_to_saved(item) for item in items), key=lambda saved: saved.last_used_at, reverse=True)


def save(owner_id: str, person: Person, now: datetime) -> SavedVisitor:
    """Save a visitor; refused when the list is full and this is a new one."""
    saved = SavedVisitor(saved_id(owner_id, person), person, now)
    known = list_saved(owner_id)
    if len(known) >= LIMIT and all(other.id != saved.id for other in known):
        raise Conflict("saved_visitors_full", limit=LIMIT)
    transaction = Transaction()
    add_saved(transaction, owner_id, person, now)
    _commit(transaction, owner_id, person)
    return saved


def change(owner_id: str, visitor_id: str, person: Person, now: datetime) -> SavedVisitor:
    """Replace a saved visitor's details; a changed name or phone gives it a new id."""
    old = _find(owner_id, visitor_id)
    transaction = Transaction()
    if saved_id(owner_id, person) != visitor_id:
        transaction.delete("old", old)
    add_saved(transaction, owner_id, person, now)
    _commit(transaction, owner_id, person)
    return SavedVisitor(saved_id(owner_id, person), person, now)


def remove(owner_id: str, visitor_id: str) -> None:
    """Forget a saved visitor."""
    transaction = Transaction()
    transaction.delete("saved", _find(owner_id, visitor_id))
    transaction.commit()


def add_saved(transaction: Transaction, owner_id: str, person: Person, now: datetime) -> None:
    """Write a saved visitor, unconditionally: the last one wins, on purpose."""
    transaction.put("saved", _to_item(owner_id, person, now))


def _commit(transaction: Transaction, owner_id: str, person: Person) -> None:
    add_consents_for(transaction, owner_id, person)
    try:
        transaction.commit()
    except RaceLost as race:
        refuse_without_consent(race)
        raise


def add_without_number(transaction: Transaction, owner_id: str, saved: SavedVisitor) -> None:
    """*Closes*: taking the number out of a saved visitor that is changed or used at the same moment."""
    item = _to_item(owner_id, replace(saved.person, id_number=None), saved.last_used_at)
    transaction.put("saved", item, SavedItem.last_used_at == to_text(saved.last_used_at))


def add_removal(transaction: Transaction, owner_id: str, saved: SavedVisitor) -> None:
    """Forget a saved visitor, whatever it is by now."""
    transaction.delete("saved", _to_item(owner_id, saved.person, saved.last_used_at))


def _find(owner_id: str, visitor_id: str) -> SavedItem:
    item = SavedItem.find(_owner_key(owner_id), f"SAVED#{visitor_id}")
    if item is None:
        raise NotFound
    return item


def _owner_key(owner_id: str) -> str:
    return f"USER#{owner_id}"


def _to_item(owner_id: str, person: Person, now: datetime) -> SavedItem:
    return SavedItem(
        _owner_key(owner_id),
        f"SAVED#{saved_id(owner_id, person)}",
        name=person.name,
        gender=person.gender,
        phone=person.phone,
        plate_number=person.plate_number,
        **id_number_fields(person.id_number),
        last_used_at=to_text(now),
        purge_after=to_text(now),
    )


def _to_saved(item: SavedItem) -> SavedVisitor:
    person = Person(item.name, item.gender, item.phone, item.plate_number, to_id_number(item))
    return SavedVisitor(item.sk.removeprefix("SAVED#"), person, from_text(item.last_used_at))
