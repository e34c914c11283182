"""People as a form names them: ID numbers sealed at once, they and faces taken from a saved visitor, hosts chosen or typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from chalicelib.core.errors import NotFound
from chalicelib.core.session import Principal
from chalicelib.domains.visitor import saved
from chalicelib.domains.visitor.hosts.service import chosen_host
from chalicelib.domains.visitor.ownership import numbers_of_saved
from chalicelib.domains.visitor.privacy import identity
from chalicelib.domains.visitor.privacy.faces.model import Face
from chalicelib.domains.visitor.schemas import AnyHost, ChosenHost, VisitorPerson
from chalicelib.domains.visitor.visit import Host, IdNumber, Person

_Kept = TypeVar("_Kept")


def take_people(owner: Principal, listed: Sequence[VisitorPerson]) -> list[Person]:
    """The people of a form in its order. Whatever saved numbers they use is read in one call."""
    numbers = numbers_of_saved(owner) if any(details.id_number_of for details in listed) else {}
    faces = _saved_faces(owner) if any(details.face_of for details in listed) else {}
    return [_person(owner, details, numbers, faces) for details in listed]


def take_host(user: Principal, given: AnyHost, now: datetime) -> Host:
    """The host of a form: of the look-up, or as typed."""
    if isinstance(given, ChosenHost):
        return chosen_host(user, given.choice, now)
    return Host(given.name, given.phone, given.job_number or None)


def _saved_faces(owner: Principal) -> dict[str, Face | None]:
    """A photo lies below the id it was uploaded under and is used under that only."""
    return {known.id: known.person.face for known in saved.list_saved(owner.user_id)}


def _person(
    owner: Principal,
    details: VisitorPerson,
    numbers: Mapping[str, IdNumber | None],
    faces: Mapping[str, Face | None],
) -> Person:
    number, face = _id_number(owner, details, numbers), _face(details, faces)
    return Person(details.name, details.gender, details.phone, details.plate_number, number, face)


def _id_number(owner: Principal, details: VisitorPerson, numbers: Mapping[str, IdNumber | None]) -> IdNumber | None:
    if details.id_number is not None:
        return identity.take(owner.user_id, details.id_number)
    return _of(numbers, details.id_number_of) if details.id_number_of else None


def _face(details: VisitorPerson, faces: Mapping[str, Face | None]) -> Face | None:
    if details.face is not None:
        return Face(details.face)
    return _of(faces, details.face_of) if details.face_of else None


def _of(known: Mapping[str, _Kept], saved_id: str) -> _Kept:
    if saved_id not in known:
        raise NotFound
    return known[saved_id]
