"""Requests and answers of the host look-up."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.core.validation import Answer, Line, Request


class FindHosts(Request):
    """An 11-digit phone number, or a full name. In the body and not in the address: addresses end up in logs."""

    query: Annotated[Line, Field(min_length=2, max_length=32)]


class CandidateView(Answer):
    """Somebody who was found. ``choice`` is opaque, for this user, and names the person in the reservation."""

    choice: str
    name: str
    phone_masked: str
    department: str


class CandidatesView(Answer):
    """Whoever fits; empty when nobody does."""

    items: list[CandidateView]
