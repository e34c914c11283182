"""One's own things, for whoever was two users before WeChat told that they are one person (``Principal.owner_ids``).

What an absorbed user owns stays stored under that user's id: visits keep it (their sealed ID number opens for it only), a
saved visitor moves when it is changed. New things are stored under the survivor's id. Everybody else has one id, and pays
nothing: one query a page.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.core.errors import NotFound
from chalicelib.core.merging import MergedList
from chalicelib.core.paging import Page
from chalicelib.core.session import Principal
from chalicelib.domains.visitor import lists, saved
from chalicelib.domains.visitor.lists import PAGE_SIZE
from chalicelib.domains.visitor.model import Reason, VisitProblem
from chalicelib.domains.visitor.privacy import identity
from chalicelib.domains.visitor.saved import SavedVisitor
from chalicelib.domains.visitor.store import VisitItem, to_visit
from chalicelib.domains.visitor.visit import IdNumber, Person, Visit


def owns(user: Principal, visit: Visit) -> bool:
    """Whether a visit is the user's own, under whichever id."""
    return visit.owner_id in user.owner_ids


def as_own(visit: Visit, user: Principal) -> Visit:
    """A visit as its owner is to see it; to be shown, never stored: its sealed number belongs to the id it has."""
    return replace(visit, owner_id=user.user_id) if visit.owner_id in user.also_owns else visit


def refuse_own(visit: Visit, staff: Principal) -> None:
    """Nobody decides what they asked for themselves, whoever they were when they asked."""
    if visit.owner_id in staff.also_owns:
        raise VisitProblem(Reason.OWN_VISIT)


def page_of_own(user: Principal, cursor: str | None) -> Page[Visit]:
    """One's own visits, the last submitted first."""
    if not user.also_owns:
        return lists.page_of_owner(user.user_id, cursor)
    visits: MergedList[VisitItem] = MergedList(VisitItem.by_owner.query, "owner_id", "submitted_at", PAGE_SIZE)
    page = visits.page(user.owner_ids, cursor)
    return Page([as_own(to_visit(item), user) for item in page.items], page.next_cursor)


def list_saved(user: Principal) -> list[SavedVisitor]:
    """All of one's saved visitors, the last used first; who was saved under both ids is shown once."""
    newest = sorted((known for _, known in _everything_saved(user)), key=lambda known: known.last_used_at, reverse=True)
    once: dict[tuple[str, str], SavedVisitor] = {}
    for known in newest:
        once.setdefault(_who(known), known)
    return list(once.values())


def change_saved(user: Principal, visitor_id: str, person: Person, now: datetime) -> SavedVisitor:
    """Replace a saved visitor's details; one of an absorbed user's becomes the survivor's by it."""
    if not user.also_owns:
        return saved.change(user.user_id, visitor_id, person, now)
    copies = _copies(user, visitor_id)
    changed = saved.save(user.user_id, person, now)
    for owner_id, known in copies:
        if known.id != changed.id:
            saved.remove(owner_id, known.id)
    return changed


def remove_saved(user: Principal, visitor_id: str) -> None:
    """Forget a saved visitor, under every id it is saved."""
    copies = [(owner_id, known.id) for owner_id, known in _copies(user, visitor_id)] if user.also_owns else []
    for owner_id, saved_id in copies or [(user.user_id, visitor_id)]:
        saved.remove(owner_id, saved_id)


def numbers_of_saved(user: Principal) -> dict[str, IdNumber | None]:
    """ID numbers of one's saved visitors by their id, each sealed for the user who is going to use it."""
    return {known.id: _number_for(user, owner_id, known.person) for owner_id, known in _everything_saved(user)}


def person_for(user: Principal, visit: Visit) -> Person:
    """Who one's own visit is for, as a new visit of the user may take them over."""
    return replace(visit.visitor, id_number=_number_for(user, visit.owner_id, visit.visitor))


def _number_for(user: Principal, owner_id: str, person: Person) -> IdNumber | None:
    if person.id_number is None or owner_id == user.user_id:
        return person.id_number
    return identity.take(user.user_id, identity.opened(owner_id, person.id_number))


def _everything_saved(user: Principal) -> list[tuple[str, SavedVisitor]]:
    return [
        (owner_id, known if owner_id == user.user_id else _without_face(known))
        for owner_id in user.owner_ids
        for known in saved.list_saved(owner_id)
    ]


def _without_face(known: SavedVisitor) -> SavedVisitor:
    """A photo can be used only under the id it was uploaded under; whoever became another takes a new one."""
    return replace(known, person=replace(known.person, face=None))


def _copies(user: Principal, visitor_id: str) -> list[tuple[str, SavedVisitor]]:
    """A saved visitor and the same one under the person's other ids, each with whose it is."""
    everything = _everything_saved(user)
    wanted = next((_who(known) for _, known in everything if known.id == visitor_id), None)
    if wanted is None:
        raise NotFound
    return [copy for copy in everything if _who(copy[1]) == wanted]


def _who(known: SavedVisitor) -> tuple[str, str]:
    return known.person.name, known.person.phone
