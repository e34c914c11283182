"""Registrations in LE's words and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from chalicelib.domains.logistics.registrations.progress import Report
from chalicelib.domains.logistics.registrations.registration import (
    Agreed,
    Arrival,
    Crew,
    Line,
    Registration,
    Signature,
    Status,
    Waybill,
)
from chalicelib.integrations.le.port import LeChange, LeDriver, LeLine, LeRegistration, LeSignature, LeState


def registration_of(registration: Registration, payload: Mapping[str, str]) -> LeRegistration:
    """What LE is told of a new registration: as it was registered, whatever became of it since."""
    told = agreed_by(payload)
    return LeRegistration(
        external_no=registration.id,
        kind=registration.kind.value,
        product_code=registration.goods.product_code,
        lines=_lines(told),
        plate_number=registration.truck.plate_number,
        driver=_driver(registration.driver),
        arrive_from=told.arrival.begins_at,
        arrive_to=told.arrival.ends_at,
        trailer_plate_number=registration.truck.trailer_plate_number,
        escort=_driver(registration.escort) if registration.escort else None,
        waybill_no=told.waybill.number if told.waybill else None,
    )


def change_of(payload: Mapping[str, str], expected_status: str) -> LeChange:
    """What LE is told of a change."""
    told = agreed_by(payload)
    return LeChange(expected_status, _lines(told), told.arrival.begins_at, told.arrival.ends_at)


def signature_of(registration: Registration, signature: Signature) -> LeSignature:
    """What LE is told of a signature."""
    difference = signature.difference_kg
    return LeSignature(
        quantity_kg=signature.quantity_kg,
        net_kg=None if difference is None else signature.quantity_kg - difference,
        abnormal=bool(signature.reason),
        difference_reason=signature.reason,
        signer=registration.driver.name,
        signed_at=signature.signed_at,
        photo_ids=signature.photos,
    )


def payload_of(registration: Registration) -> dict[str, str]:
    """What of a registration may change later: an entry says for good what LE is told by it."""
    return {
        "registration_id": registration.id,
        "lines": ";".join(f"{line.order_no}|{line.line_no}|{line.quantity_kg}" for line in registration.goods.lines),
        "begins_at": registration.arrival.begins_at.isoformat(),
        "ends_at": registration.arrival.ends_at.isoformat(),
        "waybill": json.dumps(asdict(registration.waybill)) if registration.waybill else "",
    }


def agreed_by(payload: Mapping[str, str]) -> Agreed:
    """What LE has taken once the entry with this payload is done."""
    rows = (row.split("|") for row in payload["lines"].split(";"))
    lines = tuple(Line(order_no, line_no, int(quantity)) for order_no, line_no, quantity in rows)
    begins_at, ends_at = datetime.fromisoformat(payload["begins_at"]), datetime.fromisoformat(payload["ends_at"])
    waybill = Waybill(**json.loads(payload["waybill"])) if payload["waybill"] else None
    return Agreed(lines, Arrival(begins_at, ends_at), waybill)


def report_of(state: LeState) -> Report:
    """LE's registration as a report of its progress."""
    first = {step.status: step.at for step in reversed(state.history)}
    return Report(
        status=Status(state.status),
        sequence=state.seq,
        at=state.at,
        registration_no=state.registration_no,
        card_no=state.card_no,
        is_card_returned=state.card_returned,
        queue_no=state.queue_no,
        lane_code=state.lane_code,
        tare_kg=state.tare_kg,
        gross_kg=state.gross_kg,
        net_kg=state.net_kg,
        arrived_at=first.get("queued"),
        weighed_at=first.get("weighed"),
        reason=state.reason,
    )


def _lines(told: Agreed) -> tuple[LeLine, ...]:
    return tuple(LeLine(line.order_no, line.line_no, line.quantity_kg) for line in told.lines)


def _driver(crew: Crew) -> LeDriver:
    return LeDriver(crew.driver_no, crew.name, crew.phone, crew.qualification_no, crew.qualification_expiry)
