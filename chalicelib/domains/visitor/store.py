"""Visits in DynamoDB; every condition stands here with the race it closes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.table import Item, TableMeta, Transaction
from chalicelib.domains.visitor.model import is_inside
from chalicelib.domains.visitor.privacy.faces import ledger
from chalicelib.domains.visitor.privacy.faces.model import Face, FaceState, let_go
from chalicelib.domains.visitor.visit import (
    OPEN,
    DeviceRight,
    Event,
    Found,
    Gate,
    GateStatus,
    Host,
    IdNumber,
    Park,
    ParkStatus,
    Party,
    Person,
    Presence,
    PresenceStatus,
    Status,
    Visit,
    Window,
)

VISIT_KIND = "visit"


class ByOwner(GlobalSecondaryIndex["VisitItem"]):
    """A person's own visits, by submission."""

    class Meta:
        index_name = "by_owner"
        projection = AllProjection()

    owner_id = UnicodeAttribute(hash_key=True)
    submitted_at = UnicodeAttribute(range_key=True)


class ByStatus(GlobalSecondaryIndex["VisitItem"]):
    """Visits of one status, by submission."""

    class Meta:
        index_name = "by_status"
        projection = AllProjection()

    status = UnicodeAttribute(hash_key=True)
    submitted_at = UnicodeAttribute(range_key=True)


class ByTime(GlobalSecondaryIndex["VisitItem"]):
    """All visits, by submission.

    One partition, so that a page is one query however thinly the visits are spread over the months. A partition takes a
    thousand writes a second; a plant has a few visits a minute.
    """

    class Meta:
        index_name = "by_time"
        projection = AllProjection()

    visit_kind = UnicodeAttribute(hash_key=True)
    submitted_at = UnicodeAttribute(range_key=True)


class ByStart(GlobalSecondaryIndex["VisitItem"]):
    """All visits by the beginning of their window: who comes on a day."""

    class Meta:
        index_name = "by_start"
        projection = AllProjection()

    visit_kind = UnicodeAttribute(hash_key=True)
    starts_at = UnicodeAttribute(range_key=True)


class ByEnd(GlobalSecondaryIndex["VisitItem"]):
    """Open visits by the end of their window; a closed one has no ``open_until`` and is not in it."""

    class Meta:
        index_name = "by_end"
        projection = AllProjection()

    visit_kind = UnicodeAttribute(hash_key=True)
    open_until = UnicodeAttribute(range_key=True)


class ByInside(GlobalSecondaryIndex["VisitItem"]):
    """Visits whose visitor is on the ground, by the end of their window; all others are not in it."""

    class Meta:
        index_name = "by_inside"
        projection = AllProjection()

    visit_kind = UnicodeAttribute(hash_key=True)
    inside_until = UnicodeAttribute(range_key=True)


class ByPurge(GlobalSecondaryIndex["VisitItem"]):
    """Visits that still hold personal data, by the end of their window; a forgotten one is not in it."""

    class Meta:
        index_name = "by_purge"
        projection = AllProjection()

    purge_kind = UnicodeAttribute(hash_key=True)
    purge_after = UnicodeAttribute(range_key=True)


class VisitItem(Item):
    """Stored form of a visit: ``VISIT#<id>`` / ``VISIT``."""

    class Meta(TableMeta):
        domain = "visitor"

    owner_id = UnicodeAttribute()
    status = UnicodeAttribute()
    visit_kind = UnicodeAttribute(default=VISIT_KIND)
    submitted_at = UnicodeAttribute()
    visitor_name = UnicodeAttribute()
    visitor_gender = UnicodeAttribute()
    visitor_phone = UnicodeAttribute()
    plate_number = UnicodeAttribute(null=True)
    id_number_sealed = UnicodeAttribute(null=True)
    id_number_digest = UnicodeAttribute(null=True)
    id_number_masked = UnicodeAttribute(null=True)
    face_id = UnicodeAttribute(null=True)
    face_state = UnicodeAttribute(null=True)
    host_name = UnicodeAttribute()
    host_phone = UnicodeAttribute()
    host_job_number = UnicodeAttribute(null=True)
    host_found = UnicodeAttribute(default=Found.TYPED.value)
    starts_at = UnicodeAttribute()
    ends_at = UnicodeAttribute()
    open_until = UnicodeAttribute(null=True)
    """The window's end as long as something may still happen to the visit."""
    purpose = UnicodeAttribute()
    gate_status = UnicodeAttribute()
    gate_order_id = UnicodeAttribute(null=True)
    gate_qr_content = UnicodeAttribute(null=True)
    gate_problem = UnicodeAttribute(null=True)
    gate_devices = UnicodeAttribute(null=True)
    """The devices' answers as JSON; absent while there are none."""
    decided_at = UnicodeAttribute(null=True)
    decided_by = UnicodeAttribute(null=True)
    decided_by_name = UnicodeAttribute(null=True)
    refusal_reason = UnicodeAttribute(null=True)
    events = UnicodeAttribute()
    version = NumberAttribute()
    park = UnicodeAttribute(null=True)
    """The park's side as JSON; absent while the park has no part in the visit."""
    presence = UnicodeAttribute(null=True)
    """Where the visitor is as JSON; absent until somebody passed."""
    inside_until = UnicodeAttribute(null=True)
    """The window's end as long as the visitor is inside."""
    purge_kind = UnicodeAttribute(null=True)
    purge_after = UnicodeAttribute(null=True)
    forgotten_at = UnicodeAttribute(null=True)
    party_id = UnicodeAttribute(null=True)
    party_position = NumberAttribute(null=True)
    party_size = NumberAttribute(null=True)
    root_id = UnicodeAttribute(null=True)
    replaces = UnicodeAttribute(null=True)
    replaced_by = UnicodeAttribute(null=True)
    by_owner = ByOwner()
    by_status = ByStatus()
    by_time = ByTime()
    by_start = ByStart()
    by_end = ByEnd()
    by_inside = ByInside()
    by_purge = ByPurge()


class OrderItem(Item):
    """Which visit an order of the gate platform belongs to: ``GATE_ORDER#<id>`` / ``GATE_ORDER``."""

    class Meta(TableMeta):
        domain = "visitor"

    visit_id = UnicodeAttribute()


def find_visit(visit_id: str) -> Visit | None:
    """A visit by id, consistently read."""
    item = VisitItem.find(f"VISIT#{visit_id}", "VISIT")
    return to_visit(item) if item else None


def find_visits(visit_ids: Sequence[str]) -> list[Visit]:
    """Those of some visits that exist, in the order of their ids, consistently read in one call."""
    keys = [(f"VISIT#{visit_id}", "VISIT") for visit_id in dict.fromkeys(visit_ids)]
    items = VisitItem.batch_get(keys, consistent_read=True)
    found = {visit.id: visit for visit in map(to_visit, items)}
    return [found[visit_id] for visit_id in visit_ids if visit_id in found]


def add_new_visit(transaction: Transaction, visit: Visit) -> None:
    """*Closes*: one form submitted twice (double tap, retry after a lost answer) making two visits."""
    transaction.create("new_visit", _to_item(visit))


def add_visit_change(transaction: Transaction, seen: Visit, changed: Visit) -> None:
    """*Closes*: every race on a visit — two approvals, approval against cancellation, the end of the window, the gate's answer.

    A photo that the change makes superfluous is let go in the same transaction.
    """
    transaction.put("visit", _to_item(changed), VisitItem.version == seen.version)
    photo_id = let_go(seen.visitor.face, changed.visitor.face)
    if photo_id is not None:
        ledger.add_release(transaction, seen.owner_id, photo_id, ledger.visit_holder(seen.chain_id))


def add_order_claim(transaction: Transaction, order_id: str, visit_id: str) -> None:
    """*Closes*: two visits adopting one order at the gate, so that cancelling one would shut the gate for the other."""
    unclaimed = OrderItem.pk.does_not_exist() | (OrderItem.visit_id == visit_id)
    transaction.put("order", OrderItem(f"GATE_ORDER#{order_id}", "GATE_ORDER", visit_id=visit_id), unclaimed)


def find_order_owner(order_id: str) -> str | None:
    """The visit an order at the gate belongs to."""
    item = OrderItem.find(f"GATE_ORDER#{order_id}", "GATE_ORDER")
    return item.visit_id if item else None


def to_visit(item: VisitItem) -> Visit:
    """The visit of a stored item."""
    return Visit(
        id=item.pk.removeprefix("VISIT#"),
        owner_id=item.owner_id,
        visitor=Person(
            item.visitor_name,
            item.visitor_gender,
            item.visitor_phone,
            item.plate_number,
            to_id_number(item),
            Face(item.face_id, FaceState(item.face_state)) if item.face_id else None,
        ),
        host=Host(item.host_name, item.host_phone, item.host_job_number, Found(item.host_found)),
        window=Window(from_text(item.starts_at), from_text(item.ends_at)),
        purpose=item.purpose,
        submitted_at=from_text(item.submitted_at),
        status=Status(item.status),
        gate=Gate(
            GateStatus(item.gate_status),
            item.gate_order_id,
            item.gate_qr_content,
            item.gate_problem,
            tuple(DeviceRight(name, state) for name, state in json.loads(item.gate_devices or "[]")),
        ),
        decided_at=_instant(item.decided_at),
        decided_by=item.decided_by,
        decided_by_name=item.decided_by_name,
        refusal_reason=item.refusal_reason,
        events=tuple(Event(from_text(at), name) for at, name in json.loads(item.events)),
        version=int(item.version),
        park=_to_park(item.park),
        presence=_to_presence(item.presence),
        forgotten_at=_instant(item.forgotten_at),
        party=_to_party(item),
        root_id=item.root_id,
        replaces=item.replaces,
        replaced_by=item.replaced_by,
    )


def _to_item(visit: Visit) -> VisitItem:
    return VisitItem(
        f"VISIT#{visit.id}",
        "VISIT",
        owner_id=visit.owner_id,
        status=visit.status.value,
        submitted_at=to_text(visit.submitted_at),
        visitor_name=visit.visitor.name,
        visitor_gender=visit.visitor.gender,
        visitor_phone=visit.visitor.phone,
        plate_number=visit.visitor.plate_number,
        **id_number_fields(visit.visitor.id_number),
        face_id=visit.visitor.face.photo_id if visit.visitor.face else None,
        face_state=visit.visitor.face.state.value if visit.visitor.face else None,
        host_name=visit.host.name,
        host_phone=visit.host.phone,
        host_job_number=visit.host.job_number,
        host_found=visit.host.found.value,
        starts_at=to_text(visit.window.starts_at),
        ends_at=to_text(visit.window.ends_at),
        open_until=to_text(visit.window.ends_at) if visit.status in OPEN else None,
        purpose=visit.purpose,
        gate_status=visit.gate.status.value,
        gate_order_id=visit.gate.order_id,
        gate_qr_content=visit.gate.qr_content,
        gate_problem=visit.gate.problem,
        gate_devices=_devices_text(visit.gate.devices),
        decided_at=to_text(visit.decided_at) if visit.decided_at else None,
        decided_by=visit.decided_by,
        decided_by_name=visit.decided_by_name,
        refusal_reason=visit.refusal_reason,
        events=json.dumps([[to_text(event.at), event.name] for event in visit.events]),
        version=visit.version,
        park=_park_text(visit.park),
        presence=_presence_text(visit.presence),
        inside_until=to_text(visit.window.ends_at) if is_inside(visit) else None,
        purge_kind=None if visit.forgotten_at else VISIT_KIND,
        purge_after=None if visit.forgotten_at else to_text(visit.window.ends_at),
        forgotten_at=to_text(visit.forgotten_at) if visit.forgotten_at else None,
        party_id=visit.party.id if visit.party else None,
        party_position=visit.party.position if visit.party else None,
        party_size=visit.party.size if visit.party else None,
        root_id=visit.root_id,
        replaces=visit.replaces,
        replaced_by=visit.replaced_by,
    )


def id_number_fields(number: IdNumber | None) -> dict[str, Any]:
    """The attributes of an ID number; a saved visitor's item has the same."""
    return {
        "id_number_sealed": number.sealed if number else None,
        "id_number_digest": number.digest if number else None,
        "id_number_masked": number.masked if number else None,
    }


def to_id_number(item: Any) -> IdNumber | None:
    """The ID number of an item that has these attributes."""
    if item.id_number_sealed is None:
        return None
    return IdNumber(item.id_number_sealed, item.id_number_digest, item.id_number_masked)


def _to_party(item: VisitItem) -> Party | None:
    if item.party_id is None:
        return None
    return Party(item.party_id, int(item.party_position or 0), int(item.party_size or 0))


def _to_park(text: str | None) -> Park:
    if text is None:
        return Park()
    known = json.loads(text)
    status, reported_at = ParkStatus(known.pop("status")), _instant(known.pop("reported_at"))
    return Park(status, reported_at=reported_at, **known)


def _park_text(park: Park) -> str | None:
    if park == Park():
        return None
    known = {name: getattr(park, name) for name in ("required", "visit_no", "problem", "reason")}
    reported_at = to_text(park.reported_at) if park.reported_at else None
    return json.dumps({"status": park.status.value, "reported_at": reported_at, **known}, ensure_ascii=False)


def _devices_text(devices: tuple[DeviceRight, ...]) -> str | None:
    rows = [[device.name, device.state] for device in devices]
    return json.dumps(rows, ensure_ascii=False) if rows else None


_MOMENTS = ("entered_at", "left_at", "passed_at", "checked_out_at")


def _to_presence(text: str | None) -> Presence:
    known = json.loads(text) if text else {"status": PresenceStatus.EXPECTED.value}
    return Presence(PresenceStatus(known["status"]), **{name: _instant(known.get(name)) for name in _MOMENTS})


def _presence_text(presence: Presence) -> str | None:
    if presence == Presence():
        return None
    moments = {name: to_text(at) for name in _MOMENTS if (at := getattr(presence, name)) is not None}
    return json.dumps({"status": presence.status.value, **moments})


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None
