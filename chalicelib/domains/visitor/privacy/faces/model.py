"""A visitor's face photo: how far it has come. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum


class FaceState(StrEnum):
    """Where the face of a visit stands."""

    KEPT = "kept"
    """We have the photo; the gate gets it after the approval."""
    AT_GATE = "at_gate"
    """The gate knows the face; our photo goes."""
    REFUSED = "refused"
    """The gate did not accept the photo: registered without it."""
    MISSING = "missing"
    """There was no photo (or none that could be read) when the gate was told: registered without it."""
    DROPPED = "dropped"
    """The visit was over before the gate got it."""
    HANDED_ON = "handed_on"
    """The visit was changed, and the photo is the new request's."""


@dataclass(frozen=True, slots=True)
class Face:
    """A photo by its id. The same photo is the same face, however far it has come."""

    photo_id: str
    state: FaceState = field(default=FaceState.KEPT, compare=False)


def kept_photo(face: Face | None) -> str | None:
    """The id of a photo that is still needed."""
    return face.photo_id if face and face.state is FaceState.KEPT else None


def used_by_gate(face: Face | None) -> bool:
    """Whether the gate has the face or is about to get it."""
    return face is not None and face.state in (FaceState.KEPT, FaceState.AT_GATE)


def moved_on(face: Face | None, state: FaceState) -> Face | None:
    """A kept photo's next state; any other one stays as it is."""
    return replace(face, state=state) if face and face.state is FaceState.KEPT else face


def let_go(seen: Face | None, changed: Face | None) -> str | None:
    """The id of a photo that a change makes superfluous."""
    is_handed_on = changed is not None and changed.state is FaceState.HANDED_ON
    return None if is_handed_on or kept_photo(changed) == kept_photo(seen) else kept_photo(seen)
