"""What stays of a visit when somebody's data have to go. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.domains.visitor import model
from chalicelib.domains.visitor.model import OPEN, Change, Person, Visit
from chalicelib.domains.visitor.privacy.model import Erasure


def withdrawn(visit: Visit, what: Erasure, now: datetime) -> Change | None:
    """A visit after its owner took back what it was made with.

    One that is still to come is cancelled, so that the gate forgets it too; of every other one the data are taken out.
    ``None``: nothing of it is concerned.
    """
    cancels = model.can_cancel(visit, now) and (what is Erasure.EVERYTHING or visit.visitor.id_number is not None)
    if not cancels and visit.visitor.id_number is None:
        return None
    stripped = replace(visit, visitor=replace(visit.visitor, id_number=None))
    return model.cancel(stripped, now) if cancels else Change(replace(stripped, version=visit.version + 1))


def forgotten(visit: Visit, now: datetime) -> Visit | None:
    """A visit after the retention limit: that it was, when, for whom and who decided it; not who came. ``None``: still open."""
    if visit.status in OPEN or visit.forgotten_at is not None:
        return None
    return replace(visit, visitor=_nobody(visit.visitor), version=visit.version + 1, forgotten_at=now)


def _nobody(person: Person) -> Person:
    return Person(f"{person.name[:1]}**", person.gender, f"{person.phone[:3]}****{person.phone[-4:]}", None)
