"""People as a form names them: ID numbers sealed at once or taken from a saved visitor, hosts chosen or typed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chalicelib.core.errors import NotFound
from chalicelib.core.session import Principal
from chalicelib.domains.visitor.hosts.service import chosen_host
from chalicelib.domains.visitor.model import Host, IdNumber, Person
from chalicelib.domains.visitor.ownership import numbers_of_saved
from chalicelib.domains.visitor.privacy import identity
from chalicelib.domains.visitor.schemas import AnyHost, ChosenHost, VisitorPerson


def take_people(owner: Principal, listed: Sequence[VisitorPerson]) -> list[Person]:
    """The people of a form in its order. Whatever saved numbers they use is read in one call."""
    numbers = numbers_of_saved(owner) if any(details.id_number_of for details in listed) else {}
    return [
        Person(details.name, details.gender, details.phone, details.plate_number, _id_number(owner, details, numbers))
        for details in listed
    ]


def take_host(user: Principal, given: AnyHost, now: datetime) -> Host:
    """The host of a form: of the look-up, or as typed."""
    if isinstance(given, ChosenHost):
        return chosen_host(user, given.choice, now)
    return Host(given.name, given.phone, given.job_number or None)


def _id_number(owner: Principal, details: VisitorPerson, numbers: dict[str, IdNumber | None]) -> IdNumber | None:
    if details.id_number is not None:
        return identity.take(owner.user_id, details.id_number)
    if details.id_number_of is None:
        return None
    if details.id_number_of not in numbers:
        raise NotFound
    return numbers[details.id_number_of]
