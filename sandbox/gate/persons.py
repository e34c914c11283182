"""Person look-ups of the resource service (contract A6)."""

from typing import Any

from sandbox.gate import codes
from sandbox.gate.codes import GateError, success
from sandbox.gate.rules import read_object, required_text
from sandbox.kit.store import Document
from sandbox.people import STAFF, Staff

PARAMETERS = {"personId": "person_id", "phoneNo": "phone", "jobNo": "job_number", "certificateNo": "certificate_number"}


def by_condition(body: Any) -> Document:
    """person/condition/personInfo: up to 1000 values of one attribute."""
    query = read_object(body)
    name = required_text(query, "paramName")
    if name not in PARAMETERS:
        raise GateError(codes.OUT_OF_RANGE, "paramName")
    values = query.get("paramValue")
    if values is None or values == []:
        raise GateError(codes.PARAMETER_EMPTY, "paramValue")
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise GateError(codes.WRONG_FORMAT, "paramValue")
    if len(values) > 1000:
        raise GateError(codes.OUT_OF_RANGE, "paramValue")
    rows = [person_row(staff) for staff in _living() if getattr(staff, PARAMETERS[name]) in values]
    return success({"total": len(rows), "list": rows})


def by_phone(body: Any) -> Document:
    """person/phoneNo/personInfo: the first person with that phone, data null when nobody has it."""
    return _first("phone", required_text(read_object(body), "phoneNo"))


def by_certificate(body: Any) -> Document:
    """person/certificateNo/personInfo: the person with that certificate, data null when nobody has it."""
    return _first("certificate_number", required_text(read_object(body), "certificateNo"))


def person_row(staff: Staff) -> Document:
    """A person as the platform describes one."""
    return {
        "personId": staff.person_id,
        "personName": staff.name,
        "gender": staff.gender,
        "orgPath": "@root000000@",
        "orgPathName": f"福建省东南电化股份有限公司/{staff.department}",
        "orgIndexCode": "root000000",
        "certificateType": "111" if staff.certificate_number else "",
        "certificateNo": staff.certificate_number,
        "jobNo": staff.job_number,
        "phoneNo": staff.phone,
        "personPhoto": [],
        "status": staff.status,
        "createTime": "2024-03-01T09:00:00.000+08:00",
        "updateTime": "2026-06-15T16:30:00.000+08:00",
    }


def _living() -> list[Staff]:
    return [staff for staff in STAFF if staff.status >= 0]


def _first(attribute: str, value: str) -> Document:
    found = next((staff for staff in _living() if getattr(staff, attribute) == value), None)
    return success(person_row(found) if found else None)
