"""Requests and answers of the parties' endpoints."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from chalicelib.core.validation import Answer, Line, Request
from chalicelib.domains.visitor.party.model import MAX_PEOPLE
from chalicelib.domains.visitor.schemas import VisitView


class SeenVisit(Request):
    """A visit, and the version of it the approver saw."""

    id: Annotated[str, Field(min_length=1, max_length=64)]
    version: Annotated[int, Field(ge=1)]


def _each_once(seen: tuple[SeenVisit, ...]) -> tuple[SeenVisit, ...]:
    if len({visit.id for visit in seen}) < len(seen):
        raise PydanticCustomError("china_doubles", "同一条预约只能列一次")
    return seen


class ApprovePeople(Request):
    """Who of a party is let in: everybody at once, or some."""

    visits: Annotated[tuple[SeenVisit, ...], Field(min_length=1, max_length=MAX_PEOPLE), AfterValidator(_each_once)]

    @property
    def seen(self) -> dict[str, int]:
        """Visit id → version."""
        return {visit.id: visit.version for visit in self.visits}


class RefusePeople(ApprovePeople):
    """Who of a party is turned down; ``reason`` is shown to the visitor."""

    reason: Annotated[Line, Field(min_length=1, max_length=100)]


class PartyView(Answer):
    """The visits reserved in one form, in its order; of a decision those that were decided."""

    id: str
    items: list[VisitView]
