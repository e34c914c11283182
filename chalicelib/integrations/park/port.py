"""What the product wants from the park's platform.

Times are aware datetimes. Every operation may raise the errors of :mod:`chalicelib.integrations.errors`. All of them may
be repeated: creating and cancelling carry a key, changing and reading are the same done twice. So a lost answer is
:class:`~chalicelib.integrations.errors.Retryable`, never an unknown outcome.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from chalicelib.integrations.errors import Refused

Decision = Literal["pending", "accepted", "rejected", "cancelled"]


class Declined(Refused):
    """The park does not take the visit (422); ``reason`` is the park's own sentence, for people."""

    def __init__(self, code: str, message: str, peer: str, reason: str) -> None:
        super().__init__(code, message, peer, peer_code="http_422")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ParkVisit:
    """One approved visitor for one window: what the park needs and nothing else (no face, no ID number)."""

    visit_no: str
    """Our number of the visit: the park keeps one visit a number."""
    visitor_name: str
    phone: str
    plate_number: str
    host_name: str
    host_phone: str
    purpose: str
    starts_at: datetime
    ends_at: datetime
    approved_at: datetime
    approved_by: str


@dataclass(frozen=True, slots=True)
class ParkAnswer:
    """How the park sees a visit, as of ``at`` on the park's clock."""

    park_visit_no: str
    decision: Decision
    at: datetime
    reason: str = ""


class ParkPort(Protocol):
    """The park's platform."""

    def register(self, visit: ParkVisit, key: str) -> ParkAnswer:
        """Make the park hold the visit. The same ``key`` and content sent again get the first answer again."""
        ...

    def change(self, visit: ParkVisit) -> ParkAnswer:
        """New times or plate of a visit the park holds; refused with ``park_visit_unknown`` when it does not."""
        ...

    def cancel(self, visit_no: str, key: str) -> None:
        """The visit will not take place or is over. A visit the park does not hold (any more) counts as done."""
        ...

    def find(self, visit_no: str) -> ParkAnswer | None:
        """How the park sees the visit now, ``None`` when it does not hold it."""
        ...
