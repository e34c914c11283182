"""People who come together: who may be listed. Pure, no I/O, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domains.visitor.visit import Person

MAX_PEOPLE = 10
"""Whoever brings more reserves twice. One transaction of DynamoDB takes a hundred items; a person's approval has six."""


class Same(StrEnum):
    """What two listed people share that only one can have."""

    PHONE = "phone"
    ID_NUMBER = "id_number"
    FACE = "face"


@dataclass(frozen=True, slots=True)
class Double:
    """The person at ``position`` (from 0) has what the one at ``earlier`` has already."""

    position: int
    earlier: int
    same: Same


def first_double(people: Sequence[Person]) -> Double | None:
    """The first person listed twice: the gate knows a visitor by phone and card, and would refuse the second one."""
    for position, person in enumerate(people):
        for earlier, other in enumerate(people[:position]):
            if person.phone == other.phone:
                return Double(position, earlier, Same.PHONE)
            if person.id_number is not None and person.id_number == other.id_number:
                return Double(position, earlier, Same.ID_NUMBER)
            if person.face is not None and person.face == other.face:
                return Double(position, earlier, Same.FACE)
    return None
