"""Visits as answers: what each reader may see of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from chalicelib.core.china import masked_mobile
from chalicelib.core.opening import WEEKDAYS, OpeningHours, clock_text
from chalicelib.core.paging import Page
from chalicelib.domains.visitor import model
from chalicelib.domains.visitor.hosts.service import sealed_choice
from chalicelib.domains.visitor.model import Stage
from chalicelib.domains.visitor.park.entries import policy
from chalicelib.domains.visitor.saved import SavedVisitor
from chalicelib.domains.visitor.schemas import (
    DeviceView,
    EventView,
    FaceView,
    GateView,
    HostView,
    HoursView,
    OpeningHoursView,
    ParkView,
    PartyPlace,
    PassView,
    PresenceView,
    SavedVisitorView,
    VisitorView,
    VisitsView,
    VisitView,
)
from chalicelib.domains.visitor.texts import face_message, gate_message, park_message
from chalicelib.domains.visitor.visit import OPEN, Event, Found, GateStatus, ParkStatus, Person, Presence, Visit


def show_visit(visit: Visit, reader_id: str, now: datetime, *, office: bool = False) -> VisitView:
    """A visit for its owner, an approver (``reader_id``) or the office."""
    owner = visit.owner_id == reader_id
    return VisitView(
        id=visit.id,
        status=visit.status,
        stage=model.stage(visit, now),
        gate=_show_gate(visit, now, office=office),
        presence=_show_presence(visit),
        park=_show_park(visit, office=office),
        visitor=VisitorView(
            name=visit.visitor.name,
            gender="male" if visit.visitor.gender == "male" else "female",
            phone=visit.visitor.phone,
            plate_number=visit.visitor.plate_number,
            id_number_masked=_masked(visit.visitor),
            face=_show_face(visit, now),
        ),
        host=_show_host(visit, now, owner=owner),
        starts_at=visit.window.starts_at,
        ends_at=visit.window.ends_at,
        purpose=visit.purpose,
        submitted_at=visit.submitted_at,
        decided_at=visit.decided_at,
        decided_by=visit.decided_by_name,
        refusal_reason=visit.refusal_reason,
        visitor_pass=_show_pass(visit, now) if owner else None,
        can_cancel=owner and model.can_cancel(visit, now),
        can_change=owner and model.can_change(visit, now),
        can_decide=model.can_decide(visit, reader_id, now),
        version=visit.version,
        timeline=[EventView(at=event.at, event=event.name) for event in _in_order(visit)],
        party=_show_party(visit),
        replaces=visit.replaces,
        replaced_by=visit.replaced_by,
    )


def show_visits(
    page: Page[Visit], reader_id: str, now: datetime, *, office: bool = False, examined: int | None = None
) -> VisitsView:
    """A page of visits."""
    items = [show_visit(visit, reader_id, now, office=office) for visit in page.items]
    return VisitsView(items=items, next_cursor=page.next_cursor, examined=examined)


def show_saved(visitor: SavedVisitor) -> SavedVisitorView:
    """A saved visitor."""
    person = visitor.person
    return SavedVisitorView(
        id=visitor.id,
        name=person.name,
        gender="male" if person.gender == "male" else "female",
        phone=person.phone,
        plate_number=person.plate_number,
        id_number_masked=_masked(person),
        has_face=person.face is not None,
        last_used_at=visitor.last_used_at,
    )


def _show_host(visit: Visit, now: datetime, *, owner: bool) -> HostView:
    """The visitor reads a number only if it was theirs to begin with; the register is not read out through visits."""
    host = visit.host
    if not owner or host.found is Found.TYPED:
        return HostView(name=host.name, phone=host.phone, job_number=host.job_number)
    phone = masked_mobile(host.phone) if host.found is Found.BY_NAME else host.phone
    return HostView(name=host.name, phone=phone, job_number=None, choice=sealed_choice(visit.owner_id, host, now))


def show_opening_hours(opening: OpeningHours, today: date) -> OpeningHoursView:
    """The plant's hours; closed days that are over are of no use to anybody."""
    weekdays = [opening.weekdays.get(number, ()) for number in range(len(WEEKDAYS))]
    return OpeningHoursView(
        always_open=opening.always,
        weekdays=[
            [HoursView(start=clock_text(hours.start), end=clock_text(hours.end)) for hours in day] for day in weekdays
        ],
        closed_dates=sorted(day for day in opening.closed if day >= today),
    )


def _show_party(visit: Visit) -> PartyPlace | None:
    party = visit.party
    return PartyPlace(id=party.id, position=party.position, size=party.size) if party else None


def _masked(person: Person) -> str | None:
    return person.id_number.masked if person.id_number else None


def _in_order(visit: Visit) -> list[Event]:
    """Passages may become known late."""
    return sorted(visit.events, key=lambda event: event.at)


def _show_gate(visit: Visit, now: datetime, *, office: bool) -> GateView:
    gate = visit.gate
    states: dict[str, Literal["ready", "pending", "failed"]] = {"ready": "ready", "failed": "failed"}
    return GateView(
        status=gate.status,
        message=gate_message(gate.status.value, gate.problem),
        order_id=gate.order_id if office else None,
        devices=[DeviceView(name=device.name, state=states.get(device.state, "pending")) for device in gate.devices],
        can_send_again=office and model.can_send_rights_again(visit, now),
    )


def _show_presence(visit: Visit) -> PresenceView | None:
    presence = visit.presence
    if presence == Presence():
        return None
    return PresenceView(status=presence.status, entered_at=presence.entered_at, left_at=presence.left_at)


def _show_face(visit: Visit, now: datetime) -> FaceView | None:
    """Said as long as it matters: until the visit is over."""
    face = visit.visitor.face
    if face is None or visit.status not in OPEN or now >= visit.window.ends_at:
        return None
    return FaceView(state=face.state, message=face_message(face.state.value, visit.gate.status.value))


def _show_park(visit: Visit, *, office: bool) -> ParkView | None:
    """Nothing is shown of a park that is switched off."""
    park = visit.park
    if park.status is ParkStatus.NONE or not policy().on:
        return None
    return ParkView(
        status=park.status,
        required=park.required,
        message=park_message(park.status.value, park.problem, park.reason),
        visit_no=park.visit_no if office else None,
    )


def _show_pass(visit: Visit, now: datetime) -> PassView | None:
    """Only a visit the gate is ready for has a pass; nobody but its owner gets it. Whoever is inside needs it to get out."""
    usable = model.stage(visit, now) in (Stage.READY, Stage.ENTERED, Stage.LEFT) and now < visit.window.ends_at
    if not usable or visit.gate.status is not GateStatus.READY or visit.gate.qr_content is None:
        return None
    return PassView(
        qr_content=visit.gate.qr_content, valid_from=visit.window.starts_at, valid_until=visit.window.ends_at
    )
