"""Person look-ups of the resource service (contract A6)."""

from collections.abc import Callable
from typing import Any

from sandbox.gate import codes
from sandbox.gate.codes import GateError, success
from sandbox.gate.rules import read_object, read_page, required_text
from sandbox.kit.store import Document
from sandbox.people import STAFF, Staff

EXPRESSION_KEYS = frozenset(
    ("personId", "personName", "phoneNo", "jobNo", "certificateNo", "orgIndexCode", "updateTime")
)
OPERATORS: dict[int, Callable[[str, list[str]], bool]] = {
    0: lambda value, wanted: value == wanted[0],
    1: lambda value, wanted: value >= wanted[0],
    2: lambda value, wanted: value <= wanted[0],
    3: lambda value, wanted: value in wanted,
    4: lambda value, wanted: value not in wanted,
    5: lambda value, wanted: wanted[0] <= value <= wanted[-1],
    6: lambda value, wanted: wanted[0] in value,
    7: lambda value, wanted: value.startswith(wanted[0]),
    8: lambda value, wanted: value.endswith(wanted[0]),
}
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


def advanced(body: Any) -> Document:
    """v2/person/advance/personList: loose by `personName`, exact by `expressions`; the deleted are listed with their status."""
    query = read_object(body)
    if "pageNo" not in query or "pageSize" not in query:
        raise GateError(codes.PARAMETER_EMPTY, "pageNo/pageSize")
    number, size = read_page(query)
    loose, expressions = query.get("personName"), query.get("expressions") or []
    if loose is not None and not isinstance(loose, str):
        raise GateError(codes.WRONG_FORMAT, "personName")
    if not isinstance(expressions, list):
        raise GateError(codes.WRONG_FORMAT, "expressions")
    tests = [_expression(entry) for entry in expressions]
    rows = [person_row(staff) for staff in STAFF]
    found = [row for row in rows if (loose or "") in row["personName"] and all(test(row) for test in tests)]
    return success(
        {"total": len(found), "pageNo": number, "pageSize": size, "list": found[(number - 1) * size : number * size]}
    )


def _expression(entry: Any) -> Callable[[Document], bool]:
    """One `{key, operator, values}`; operators as in contract A6, all values text."""
    if not isinstance(entry, dict):
        raise GateError(codes.WRONG_FORMAT, "expressions")
    key, values = required_text(entry, "key"), entry.get("values")
    if key not in EXPRESSION_KEYS:
        raise GateError(codes.OUT_OF_RANGE, key)
    if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
        raise GateError(codes.WRONG_FORMAT, "values")
    operator = entry.get("operator")
    if isinstance(operator, bool) or operator not in OPERATORS:
        raise GateError(codes.OUT_OF_RANGE, "operator")
    return lambda row: OPERATORS[operator](str(row[key]), values)


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
