"""Saved visitors: filled in once, chosen with one tap. Only their owner ever sees them.

A saved visitor may have a photo. It holds it in the ledger of photos under a name of its own (``face_hold``), which it keeps
for as long as it keeps the photo, whatever else of it changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.ids import derived_id, new_id
from chalicelib.core.table import Contention, Item, RaceLost, TableMeta, Transaction
from chalicelib.domains.visitor.privacy.faces import ledger
from chalicelib.domains.visitor.privacy.faces import service as faces
from chalicelib.domains.visitor.privacy.faces.model import Face
from chalicelib.domains.visitor.privacy.identity import refuse_without_consent
from chalicelib.domains.visitor.privacy.store import add_consents_for
from chalicelib.domains.visitor.store import id_number_fields, to_id_number
from chalicelib.domains.visitor.visit import Person

LIMIT = 50
SAVED_KIND = "saved_visitor"
_REMEMBERED = (
    *("name", "gender", "phone", "plate_number", "id_number_sealed", "id_number_digest", "id_number_masked"),
    *("last_used_at", "purge_kind", "purge_after"),
)
"""What a reservation without a photo overwrites of a saved visitor."""


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
    face_id = UnicodeAttribute(null=True)
    face_hold = UnicodeAttribute(null=True)
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
    face_hold: str | None = None


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
    known = {other.id: other for other in list_saved(owner_id)}
    there = known.get(saved_id(owner_id, person))
    if there is None and len(known) >= LIMIT:
        raise Conflict("saved_visitors_full", limit=LIMIT)
    return _store(owner_id, person, now, there)


def change(owner_id: str, visitor_id: str, person: Person, now: datetime) -> SavedVisitor:
    """Replace a saved visitor's details; a changed name or phone gives it a new id."""
    old = _to_saved(_find(owner_id, visitor_id))
    if saved_id(owner_id, person) == visitor_id:
        return _store(owner_id, person, now, old)
    try:
        return _store(owner_id, person, now, None, moved=old)
    except Contention:  # there is one of that name already, with a photo
        return _store(owner_id, person, now, _find_same(owner_id, person), moved=old)


def remove(owner_id: str, visitor_id: str) -> None:
    """Forget a saved visitor."""
    transaction = Transaction()
    add_removal(transaction, owner_id, _to_saved(_find(owner_id, visitor_id)))
    _commit(transaction)


def add_remembered(transaction: Transaction, owner_id: str, person: Person, now: datetime) -> tuple[str, ...]:
    """Remember the visitor of a reservation: the last one wins, on purpose. Returns the holders its photo gets.

    A reservation without a photo leaves a remembered one as it is.
    """
    if person.face is not None:
        return _add_written(transaction, owner_id, person, now, _find_same(owner_id, person))[1]
    item = _to_item(owner_id, SavedVisitor("", person, now))
    given = {name: getattr(item, name) for name in _REMEMBERED}
    actions = [
        getattr(SavedItem, name).remove() if value is None else getattr(SavedItem, name).set(value)
        for name, value in given.items()
    ]
    transaction.update("saved", item, actions)
    return ()


def add_stripped(transaction: Transaction, owner_id: str, saved: SavedVisitor, left: Person) -> None:
    """*Closes*: taking something out of a saved visitor that is changed or used at the same moment."""
    fresh = replace(saved, person=left, face_hold=saved.face_hold if left.face else None)
    transaction.put("saved", _to_item(owner_id, fresh), SavedItem.last_used_at == to_text(saved.last_used_at))
    _add_releases(transaction, owner_id, [saved], fresh.face_hold)


def add_removal(transaction: Transaction, owner_id: str, saved: SavedVisitor) -> None:
    """Forget a saved visitor. *Closes*: a photo it gets at the same moment staying held by nobody."""
    transaction.delete("saved", _to_item(owner_id, saved), _photo_as_in(saved))
    _add_releases(transaction, owner_id, [saved], None)


def _store(
    owner_id: str, person: Person, now: datetime, there: SavedVisitor | None, moved: SavedVisitor | None = None
) -> SavedVisitor:
    transaction = Transaction()
    if moved is not None:
        transaction.delete("saved", _to_item(owner_id, moved), _photo_as_in(moved))
    saved, holders = _add_written(transaction, owner_id, person, now, there, moved)
    if person.face is not None and holders:
        faces.require_usable(owner_id, person.face)
        ledger.add_hold(transaction, owner_id, person.face.photo_id, *holders)
    add_consents_for(transaction, owner_id, person)
    _commit(transaction)
    return saved


def _add_written(
    transaction: Transaction,
    owner_id: str,
    person: Person,
    now: datetime,
    there: SavedVisitor | None,
    moved: SavedVisitor | None = None,
) -> tuple[SavedVisitor, tuple[str, ...]]:
    """Write a visitor over ``there``; the holders its photo must get are left to the caller.

    *Closes*: two savings at once, of which the first one's photo would stay held by nobody.
    """
    before = [known for known in (there, moved) if known is not None]
    carried = next((known.face_hold for known in before if person.face and known.person.face == person.face), None)
    hold = carried or (f"saved:{new_id(now)}" if person.face else None)
    saved = SavedVisitor(saved_id(owner_id, person), person, now, hold)
    transaction.put("saved", _to_item(owner_id, saved), _photo_as_in(there))
    _add_releases(transaction, owner_id, before, hold)
    return saved, (hold,) if hold and not carried else ()


def _add_releases(transaction: Transaction, owner_id: str, before: list[SavedVisitor], but: str | None) -> None:
    """Let go of the photos of overwritten visitors; a transaction may touch a photo's row once."""
    holds: dict[str, set[str]] = {}
    for known in before:
        if known.person.face and known.face_hold and known.face_hold != but:
            holds.setdefault(known.person.face.photo_id, set()).add(known.face_hold)
    for photo_id, holders in holds.items():
        ledger.add_release(transaction, owner_id, photo_id, *holders)


def _photo_as_in(known: SavedVisitor | None) -> Condition:
    if known is None or known.face_hold is None:
        return SavedItem.face_hold.does_not_exist()
    return SavedItem.face_hold == known.face_hold


def _commit(transaction: Transaction) -> None:
    try:
        transaction.commit()
    except RaceLost as race:
        refuse_without_consent(race)
        faces.refuse_gone(race)
        raise Contention("saved") from None


def _find_same(owner_id: str, person: Person) -> SavedVisitor | None:
    item = SavedItem.find(_owner_key(owner_id), f"SAVED#{saved_id(owner_id, person)}")
    return _to_saved(item) if item else None


def _find(owner_id: str, visitor_id: str) -> SavedItem:
    item = SavedItem.find(_owner_key(owner_id), f"SAVED#{visitor_id}")
    if item is None:
        raise NotFound
    return item


def _owner_key(owner_id: str) -> str:
    return f"USER#{owner_id}"


def _to_item(owner_id: str, saved: SavedVisitor) -> SavedItem:
    person, used_at = saved.person, to_text(saved.last_used_at)
    return SavedItem(
        _owner_key(owner_id),
        f"SAVED#{saved_id(owner_id, person)}",
        name=person.name,
        gender=person.gender,
        phone=person.phone,
        plate_number=person.plate_number,
        **id_number_fields(person.id_number),
        face_id=person.face.photo_id if person.face else None,
        face_hold=saved.face_hold,
        last_used_at=used_at,
        purge_after=used_at,
    )


def _to_saved(item: SavedItem) -> SavedVisitor:
    face = Face(item.face_id) if item.face_id else None
    person = Person(item.name, item.gender, item.phone, item.plate_number, to_id_number(item), face)
    return SavedVisitor(item.sk.removeprefix("SAVED#"), person, from_text(item.last_used_at), item.face_hold)
