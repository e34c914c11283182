"""Requests and answers of the visitor endpoints."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from chalicelib.core.validation import (
    Answer,
    Instant,
    Line,
    MobilePhone,
    OptionalPlate,
    OptionalResidentId,
    PersonName,
    Request,
)
from chalicelib.domains.visitor.model import Stage
from chalicelib.domains.visitor.party.model import MAX_PEOPLE
from chalicelib.domains.visitor.privacy.faces.model import FaceState
from chalicelib.domains.visitor.visit import GateStatus, ParkStatus, PresenceStatus, Status

Gender = Literal["male", "female"]
Cursor = Annotated[str, Field(max_length=2048)]


class VisitorPerson(Request):
    """A visitor's details, as saved and as given to the gate.

    ``id_number`` and ``id_number_of`` need the consent. ``id_number_of`` takes the number of a saved visitor, which no
    client ever gets to see in full; with neither, none is kept. The same holds for ``face`` (a photo just uploaded) and
    ``face_of``.
    """

    name: PersonName
    gender: Gender
    phone: MobilePhone
    plate_number: OptionalPlate = None
    id_number: OptionalResidentId = None
    id_number_of: Annotated[str, Field(pattern=r"^[0-9A-Z]{26}$")] | None = None
    face: Annotated[str, Field(pattern=r"^[0-9A-Z]{26}$")] | None = None
    face_of: Annotated[str, Field(pattern=r"^[0-9A-Z]{26}$")] | None = None


class SavedVisitorView(Answer):
    """A saved visitor."""

    id: str
    name: str
    gender: Gender
    phone: str
    plate_number: str | None
    id_number_masked: str | None
    has_face: bool
    last_used_at: datetime


class SavedVisitorsView(Answer):
    """All of a user's saved visitors, the last used first."""

    items: list[SavedVisitorView]


class HostInput(Request):
    """Whom to visit; the job number decides when several people share a phone."""

    name: PersonName
    phone: MobilePhone
    job_number: Annotated[Line, Field(max_length=20)] | None = None


class ChosenHost(Request):
    """A host of the look-up, by the choice this user was given there."""

    choice: Annotated[str, Field(min_length=1, max_length=2048)]


def _as_shown(value: Any) -> Any:
    """A visit's host may be sent back as it was shown: with a choice that is all that counts, without one nothing."""
    if not isinstance(value, dict) or "choice" not in value:
        return value
    if value["choice"] is not None:
        return {"choice": value["choice"]}
    return {name: given for name, given in value.items() if name != "choice"}


def _kind_of_host(value: Any) -> str:
    """Which of the two it is meant to be, so that only the wrong fields of that one are named."""
    return "chosen" if isinstance(value, ChosenHost) or (isinstance(value, dict) and "choice" in value) else "typed"


AnyHost = Annotated[
    Annotated[HostInput, Tag("typed")] | Annotated[ChosenHost, Tag("chosen")],
    Discriminator(_kind_of_host),
    BeforeValidator(_as_shown),
]


class SubmitVisit(Request):
    """A reservation. ``request_id`` is made by the client once per form: sending it again makes no second visit.

    Each person gets a visit of their own; the answer is the first one's, whose ``party`` leads to the others.
    """

    request_id: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{16,64}$")]
    visitor: VisitorPerson
    companions: Annotated[tuple[VisitorPerson, ...], Field(max_length=MAX_PEOPLE - 1)] = ()
    """Who else comes, with the same host, at the same time."""
    remember: bool = True
    host: AnyHost
    starts_at: Instant
    ends_at: Instant
    purpose: Annotated[Line, Field(min_length=1, max_length=100)]


class HoursView(Answer):
    """From ``start`` until ``end``, ``08:30``; the day's end is ``24:00``."""

    start: str
    end: str


class OpeningHoursView(Answer):
    """When visits may begin and end. ``weekdays`` are Monday to Sunday, empty where closed."""

    always_open: bool
    weekdays: list[list[HoursView]]
    closed_dates: list[date]


class ApproveVisit(Request):
    """``version`` is the one the approver saw."""

    version: Annotated[int, Field(ge=1)]


class RefuseVisit(Request):
    """``reason`` is shown to the visitor."""

    version: Annotated[int, Field(ge=1)]
    reason: Annotated[Line, Field(min_length=1, max_length=100)]


class HostView(Answer):
    """Whom they visit. ``choice`` lets the visitor reserve with a host they found before, without knowing their numbers."""

    name: str
    phone: str
    job_number: str | None
    choice: str | None = None


class FaceView(Answer):
    """Whether the face opens the gate, and a sentence for people; nobody is shown the photo."""

    state: FaceState
    message: str | None = None


class VisitorView(Answer):
    """Who comes."""

    name: str
    gender: Gender
    phone: str
    plate_number: str | None
    id_number_masked: str | None
    face: FaceView | None = None


class SendRightsAgain(Request):
    """``version`` is the one the clerk saw."""

    version: Annotated[int, Field(ge=1)]


class DeviceView(Answer):
    """Whether one device at a gate took the right."""

    name: str
    state: Literal["ready", "pending", "failed"]


class GateView(Answer):
    """The gate's side: its state, a sentence for people, the devices' answers, and for the office the platform's order id."""

    status: GateStatus
    message: str | None = None
    order_id: str | None = None
    devices: list[DeviceView] = Field(default_factory=list)
    """Empty until the devices have answered."""
    can_send_again: bool = False
    """Whether staff may have the right sent again."""


class PresenceView(Answer):
    """Where the visitor is, as the passages at the gates tell."""

    status: PresenceStatus
    entered_at: datetime | None = None
    left_at: datetime | None = None


class ParkView(Answer):
    """The park committee's side: its state, a sentence for people, and for the office the park's number of the visit."""

    status: ParkStatus
    required: bool
    """The visitor may come only once the park has accepted."""
    message: str | None = None
    visit_no: str | None = None


class PassView(Answer):
    """The pass: ``qr_content`` is drawn as a QR code and opens the gate within its validity."""

    qr_content: str
    valid_from: datetime
    valid_until: datetime


class EventView(Answer):
    """One line of the time line."""

    at: datetime
    event: str


class PartyPlace(Answer):
    """Where a visit stands among those reserved in the same form."""

    id: str
    position: int
    size: int


class VisitView(Answer):
    """A visit as its owner, an approver or the office sees it."""

    id: str
    status: Status
    stage: Stage
    gate: GateView
    park: ParkView | None = None
    """Absent while the park has no part in the visit."""
    presence: PresenceView | None = None
    """Absent until somebody passed."""
    visitor: VisitorView
    host: HostView
    starts_at: datetime
    ends_at: datetime
    purpose: str
    submitted_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None
    refusal_reason: str | None = None
    # "pass" is a Python keyword, so the attribute has another name than the member of the answer
    visitor_pass: Annotated[PassView | None, Field(serialization_alias="pass")] = None
    can_cancel: bool
    can_change: bool
    can_decide: bool
    version: int
    timeline: list[EventView]
    party: PartyPlace | None = None
    """Absent when somebody comes alone."""
    replaces: str | None = None
    """The visit this one was changed from."""
    replaced_by: str | None = None
    """The visit this one was changed into."""


class VisitsView(Answer):
    """A page of visits. ``examined``: how many a search looked at for it; the next page goes on behind them."""

    items: list[VisitView]
    next_cursor: str | None = None
    examined: int | None = None


class ExportView(Answer):
    """A file to fetch from ``url`` at once: the link lives for minutes. ``cut_at``: it holds the newest rows only."""

    url: str
    name: str
    rows: int
    cut_at: int | None = None


class PageQuery(Request):
    """Where a list goes on."""

    cursor: Cursor | None = None


class ApprovalsQuery(PageQuery):
    """Requests waiting for a decision, or decided ones."""

    view: Literal["waiting", "decided"] = "waiting"


class OfficeFilter(Request):
    """The office's filter: days of submission on the plant's calendar, both inclusive.

    ``q`` is part of a visitor's or host's name or phone number, or of a plate; ``day`` a day the visit reaches into.
    """

    status: Status | None = None
    presence: Literal["inside", "overstayed"] | None = None
    since: Annotated[date | None, Field(alias="from")] = None
    until: Annotated[date | None, Field(alias="to")] = None
    text: Annotated[Annotated[Line, Field(max_length=40)] | None, Field(alias="q")] = None
    day: date | None = None


class OfficeVisitsQuery(OfficeFilter):
    """The filter, and where the list goes on."""

    cursor: Cursor | None = None
