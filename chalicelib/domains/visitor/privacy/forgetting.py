"""What stays of a visit when somebody's data have to go. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.domains.visitor import model
from chalicelib.domains.visitor.model import Change
from chalicelib.domains.visitor.privacy.faces.model import used_by_gate
from chalicelib.domains.visitor.privacy.model import Erasure
from chalicelib.domains.visitor.visit import OPEN, Person, Visit


def withdrawn(visit: Visit, what: Erasure, now: datetime) -> Change | None:
    """A visit after its owner took back what it was made with.

    One that is still to come is cancelled, so that the gate forgets it too; of every other one the data are taken out.
    ``None``: nothing of it is concerned.
    """
    cancels = model.can_cancel(visit, now) and _opens_the_gate(visit.visitor, what)
    visitor = stripped(visit.visitor, what)
    if not cancels and visitor == visit.visitor:
        return None
    without = replace(visit, visitor=visitor)
    return model.cancel(without, now) if cancels else Change(replace(without, version=visit.version + 1))


def stripped(person: Person, what: Erasure) -> Person:
    """A person without what was taken back."""
    if what is not Erasure.FACE:
        person = replace(person, id_number=None)
    return person if what is Erasure.ID_NUMBER else replace(person, face=None)


def _opens_the_gate(person: Person, what: Erasure) -> bool:
    """Whether the gate was, or will be, told what is taken back."""
    if what is Erasure.EVERYTHING:
        return True
    return used_by_gate(person.face) if what is Erasure.FACE else person.id_number is not None


def forgotten(visit: Visit, now: datetime) -> Visit | None:
    """A visit after the retention limit: that it was, when, for whom and who decided it; not who came. ``None``: still open."""
    if visit.status in OPEN or visit.forgotten_at is not None:
        return None
    return replace(visit, visitor=_nobody(visit.visitor), version=visit.version + 1, forgotten_at=now)


def _nobody(person: Person) -> Person:
    return Person(f"{person.name[:1]}**", person.gender, f"{person.phone[:3]}****{person.phone[-4:]}", None)
