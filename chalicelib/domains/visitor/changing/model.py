"""What an owner wants changed. Pure, no I/O, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domains.visitor.privacy.faces.model import Face, FaceState
from chalicelib.domains.visitor.visit import Person, Status, Visit


@dataclass(frozen=True, slots=True)
class Wish:
    """One visit as it is to become. ``seen``: what the owner believes was decided so far."""

    visit_id: str
    seen: Status
    person: Person
    keep_id_number: bool
    keep_face: bool = False

    def person_after(self, before: Person, face: Face | None) -> Person:
        """The person of the new request: nobody gets to see a full number or a photo, so what is kept is taken by saying so."""
        return replace(
            self.person,
            id_number=before.id_number if self.keep_id_number else self.person.id_number,
            face=face if self.keep_face else self.person.face,
        )


def is_unchanged(visits: Sequence[Visit], wanted: Sequence[Visit]) -> bool:
    """Whether nothing of any visit would be different."""
    return all(_content(old) == _content(new) for old, new in zip(visits, wanted, strict=True))


def kept_start(visits: Sequence[Visit]) -> datetime | None:
    """The start that all of them have, which a change may keep even when it has passed."""
    starts = {visit.window.starts_at for visit in visits}
    return starts.pop() if len(starts) == 1 else None


def _content(visit: Visit) -> object:
    return replace(visit.visitor, face=kept_face(visit)), visit.host, visit.window, visit.purpose


def kept_face(visit: Visit) -> Face | None:
    """A photo that is ours still, be it with this visit or with what it was changed into by the same form before.

    One the gate has already got is no longer ours to send again.
    """
    face = visit.visitor.face
    return Face(face.photo_id) if face and face.state in (FaceState.KEPT, FaceState.HANDED_ON) else None
