"""What is sent to LE, member by member (docs/integrators/le.md). Absent is left out, not ``null``."""

from __future__ import annotations

import base64
import os
from typing import Any

from chalicelib.core.quantities import to_tonnes
from chalicelib.integrations.house.members import wire_time
from chalicelib.integrations.le.port import (
    LeChange,
    LeCrew,
    LeDriver,
    LeLine,
    LePerson,
    LeRegistration,
    LeReport,
    LeSignature,
    LeTank,
    LeVehicle,
)

UNIT = "t"
_NONCE_BYTES = 12


def vehicle(filed: LeVehicle) -> dict[str, Any]:
    """Body of ``PUT /vehicles/{plateNo}``."""
    return _given(
        plateColor=filed.plate_colour,
        kind=filed.kind,
        roadTransportCertNo=filed.road_permit_no,
        certExpiry=filed.road_permit_expiry.isoformat(),
        certClasses=list(filed.road_permit_classes),
        inspectionExpiry=filed.inspection_expiry.isoformat(),
        tank=_tank(filed.tank) if filed.tank else None,
        approvedLoadT=to_tonnes(filed.approved_load_kg),
        suspended=filed.suspended,
        version=filed.version,
    )


def person(filed: LePerson, key: bytes) -> dict[str, Any]:
    """Body of ``PUT /drivers/{driverNo}``; the ID number sealed with ``key``."""
    return _given(
        name=filed.name,
        phone=filed.phone,
        role=filed.role,
        idNo=seal_number(filed.id_number, filed.driver_no, key),
        licenceClass=filed.licence_class or None,
        licenceExpiry=filed.licence_expiry.isoformat() if filed.licence_expiry else None,
        qualificationNo=filed.qualification_no,
        qualificationExpiry=filed.qualification_expiry.isoformat(),
        qualificationClasses=list(filed.qualification_classes),
        suspended=filed.suspended,
        version=filed.version,
    )


def seal_number(number: str, driver_no: str, key: bytes, nonce: bytes = b"") -> str:
    """``base64(nonce ‖ AES-256-GCM)`` with ``driver_no`` as associated data: it opens for this driver only."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # 30 ms that most functions never need

    nonce = nonce or os.urandom(_NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, number.encode(), driver_no.encode())).decode()


def report(truck: LeReport, site_code: str) -> dict[str, Any]:
    """Body of ``POST /entry-reports`` but for the ``requestId``."""
    return _given(
        externalNo=truck.external_no,
        siteCode=site_code,
        plateNo=truck.plate_number,
        trailerPlateNo=truck.trailer_plate_number,
        tankNo=truck.tank_no,
        driver=_crew(truck.driver),
        escort=_crew(truck.escort) if truck.escort else None,
        productCode=truck.product_code,
        expectedArrival=wire_time(truck.expected_arrival),
    )


def registration(made: LeRegistration, site_code: str) -> dict[str, Any]:
    """Body of ``POST /registrations`` but for the ``requestId``."""
    return _given(
        externalNo=made.external_no,
        siteCode=site_code,
        type=made.kind,
        orderNo=made.lines[0].order_no,
        lineNo=made.lines[0].line_no,
        productCode=made.product_code,
        unit=UNIT,
        **_planned(made),
        plateNo=made.plate_number,
        trailerPlateNo=made.trailer_plate_number,
        driver=_driver(made.driver),
        escort=_driver(made.escort) if made.escort else None,
        waybillNo=made.waybill_no,
    )


def change(wanted: LeChange) -> dict[str, Any]:
    """Body of ``POST …/change`` but for the ``requestId``."""
    return _given(expectedStatus=wanted.expected_status, **_planned(wanted))


def signature(signed: LeSignature) -> dict[str, Any]:
    """Body of ``POST …/sign-off`` but for the ``requestId``."""
    return _given(
        signType="abnormal" if signed.abnormal else "normal",
        signedQty=to_tonnes(signed.quantity_kg),
        unit=UNIT,
        netWeight=None if signed.net_kg is None else to_tonnes(signed.net_kg),
        differenceReason=signed.difference_reason or None,
        signer=signed.signer,
        signedAt=wire_time(signed.signed_at),
        photos=list(signed.photo_ids),
    )


def _planned(plan: LeRegistration | LeChange) -> dict[str, Any]:
    return {
        "plannedQty": to_tonnes(sum(line.quantity_kg for line in plan.lines)),
        "lines": [_line(line) for line in plan.lines] if len(plan.lines) > 1 else None,
        "arriveFrom": wire_time(plan.arrive_from),
        "arriveTo": wire_time(plan.arrive_to),
    }


def _line(line: LeLine) -> dict[str, Any]:
    return {"orderNo": line.order_no, "lineNo": line.line_no, "plannedQty": to_tonnes(line.quantity_kg)}


def _tank(tank: LeTank) -> dict[str, Any]:
    return {
        "tankNo": tank.tank_no,
        "volumeM3": tank.volume_m3,
        "inspectionExpiry": tank.inspection_expiry.isoformat(),
        "permittedMedia": list(tank.permitted_media),
    }


def _crew(who: LeCrew) -> dict[str, Any]:
    return {"driverNo": who.driver_no, "name": who.name, "phone": who.phone}


def _driver(who: LeDriver) -> dict[str, Any]:
    return {
        "driverNo": who.driver_no,
        "name": who.name,
        "phone": who.phone,
        "qualificationNo": who.qualification_no,
        "qualificationExpiry": who.qualification_expiry.isoformat(),
    }


def _given(**body: Any) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}
