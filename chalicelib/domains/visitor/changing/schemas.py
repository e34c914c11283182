"""Requests of the changes' endpoint."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from chalicelib.core.validation import Instant, Line, Request
from chalicelib.domains.visitor.party.model import MAX_PEOPLE
from chalicelib.domains.visitor.schemas import AnyHost, VisitorPerson


class ChangedPerson(VisitorPerson):
    """A visitor as they are to become, and the visit this is about.

    ``seen`` is the status the owner saw: one that was approved meanwhile is not given up unknowingly. ``keep_id_number``
    takes over the number of the visit, which no client ever gets to see in full, ``keep_face`` a photo the gate has not got yet.
    """

    visit_id: Annotated[str, Field(min_length=1, max_length=64)]
    seen: Literal["submitted", "approved"]
    keep_id_number: bool = False
    keep_face: bool = False


class ChangeVisits(Request):
    """One visit changed, or several of a party together, which then have the same host, time and purpose.

    ``request_id`` is made by the client once per form: sending it again changes nothing twice.
    """

    request_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{16,64}$")]
    visitor: ChangedPerson
    companions: Annotated[tuple[ChangedPerson, ...], Field(max_length=MAX_PEOPLE - 1)] = ()
    host: AnyHost
    starts_at: Instant
    ends_at: Instant
    purpose: Annotated[Line, Field(min_length=1, max_length=100)]

    @property
    def people(self) -> list[ChangedPerson]:
        """Everybody whose visit is changed."""
        return [self.visitor, *self.companions]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({person.visit_id for person in self.people}) < len(self.people):
            raise PydanticCustomError("china_doubles", "同一条预约只能列一次")
        return self
