"""What an owner wants changed. Pure, no I/O, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domains.visitor.model import Person, Status, Visit


@dataclass(frozen=True, slots=True)
class Wish:
    """One visit as it is to become. ``seen``: what the owner believes was decided so far."""

    visit_id: str
    seen: Status
    person: Person
    keep_id_number: bool

    def person_after(self, before: Person) -> Person:
        """The person of the new request: nobody gets to see a full number, so it is kept by saying so."""
        return replace(self.person, id_number=before.id_number) if self.keep_id_number else self.person


def is_unchanged(visits: Sequence[Visit], wanted: Sequence[Visit]) -> bool:
    """Whether nothing of any visit would be different."""
    return all(_content(old) == _content(new) for old, new in zip(visits, wanted, strict=True))


def kept_start(visits: Sequence[Visit]) -> datetime | None:
    """The start that all of them have, which a change may keep even when it has passed."""
    starts = {visit.window.starts_at for visit in visits}
    return starts.pop() if len(starts) == 1 else None


def _content(visit: Visit) -> object:
    return visit.visitor, visit.host, visit.window, visit.purpose
