"""Queries of the visitor service: appointments, visits, passages, privilege groups."""

from collections.abc import Callable
from typing import Any

from sandbox.gate import codes
from sandbox.gate.codes import GateError, success
from sandbox.gate.platform import Platform, staff_name
from sandbox.gate.premises import GROUPS
from sandbox.gate.rules import read_object, read_page, read_range, read_time
from sandbox.gate.visits import Visit
from sandbox.kit.clock import iso
from sandbox.kit.store import Document

EXACT: dict[str, Callable[[Visit], str]] = {
    "receptionistId": lambda visit: visit.host_id,
    "phoneNo": lambda visit: str(visit.visitor["phoneNo"]),
    "verificationCode": lambda visit: visit.verification_code,
    "QRCode": lambda visit: visit.qr,
    "orderId": lambda visit: visit.order_id,
}


def appointment_records(platform: Platform, body: Any) -> Document:
    """v1|v2/appointment/records: every appointment and registration that fits the query, newest first."""
    return _page_of_visits(platform, body, lambda _: True)


def visiting_records(platform: Platform, body: Any) -> Document:
    """v1|v2/visiting/records: only those that were checked in."""
    return _page_of_visits(platform, body, lambda visit: visit.registered_at is not None)


def privilege_groups(platform: Platform, body: Any) -> Document:
    """v1/privilege/group: the visitor privilege groups this partner may use."""
    number, size = read_page(read_object(body))
    granted = platform.knobs.get("granted_groups")
    rows = [
        {"privilegeGroupId": item.id, "privilegeGroupName": item.name, "isDefault": int(item.id == _default(platform))}
        for item in GROUPS
        if item.id in granted
    ]
    return success(_paged(rows, number, size, "list"))


def passages(platform: Platform, body: Any) -> Document:
    """v1/event/turnover/search: visitors' gate passages in a required time range; answers `rows`, the latest recorded last."""
    query = read_object(body)
    number, size = read_page(query)
    low, high = read_time(query, "eventTimeBegin"), read_time(query, "eventTimeEnd")
    if low > high:
        raise GateError(codes.RANGE_START_WRONG)
    newest = platform.clock() - float(platform.knobs.get("records_lag_seconds"))
    recorded = [row for row in platform.store.all("gate.passage") if row.get("recorded_at", row["at"]) <= newest]
    found = [row for row in recorded if low <= row["at"] <= high]
    for name in ("visitorName", "resourceCode"):
        if query.get(name):
            field = "deviceIndexCode" if name == "resourceCode" else name
            found = [row for row in found if row[field] == query[name]]
    rows = [{name: value for name, value in row.items() if name not in ("at", "recorded_at")} for row in found]
    return success(_paged(rows, number, size, "rows"))


def appointment_row(platform: Platform, visit: Visit) -> Document:
    """A row of records."""
    visitor = visit.visitor
    return {
        "appointRecordId": visit.appoint_record_id,
        "orderId": visit.order_id,
        "receptionistId": visit.host_id,
        "receptionistName": staff_name(visit.host_id),
        "receptionistCode": "root000000",
        "visitStartTime": iso(visit.start),
        "visitEndTime": iso(visit.end),
        "visitPurpose": visit.purpose,
        "visitorName": visitor["visitorName"],
        "verificationCode": visit.verification_code,
        "QRCode": visit.qr,
        "gender": visitor["gender"],
        "phoneNo": visitor["phoneNo"],
        "plateNo": visitor.get("plateNo", ""),
        "certificateType": visitor.get("certificateType", ""),
        "certificateNo": visitor.get("certificateNo", ""),
        "visitorStatus": platform.status(visit),
        "picUri": f"/pic?{visit.order_id}" if visitor.get("visitorPhoto") else "",
        "svrIndexCode": "svr-visitor-01",
    }


def _page_of_visits(platform: Platform, body: Any, wanted: Callable[[Visit], bool]) -> Document:
    query = read_object(body)
    number, size = read_page(query)
    accept = _filter(query)
    newest = platform.clock() - float(platform.knobs.get("records_lag_seconds"))
    found = [visit for visit in reversed(platform.visits()) if visit.created_at <= newest and wanted(visit)]
    rows = [appointment_row(platform, visit) for visit in found if accept(visit)]
    if query.get("visitorStatus") not in (None, ""):
        rows = [row for row in rows if str(row["visitorStatus"]) == str(query["visitorStatus"])]
    return success(_paged(rows, number, size, "list"))


def _filter(query: dict[str, Any]) -> Callable[[Visit], bool]:
    start_low, start_high = read_range(query, "visitStartTimeBegin", "visitStartTimeEnd", codes.RANGE_START_WRONG)
    end_low, end_high = read_range(query, "visitEndTimeBegin", "visitEndTimeEnd", codes.RANGE_END_WRONG)

    def accept(visit: Visit) -> bool:
        exact = all(str(query[name]) == value(visit) for name, value in EXACT.items() if query.get(name))
        name = str(query.get("visitorName") or "")
        in_time = _within(visit.start, start_low, start_high) and _within(visit.end, end_low, end_high)
        return exact and in_time and name in visit.visitor["visitorName"]

    return accept


def _within(value: float, low: float | None, high: float | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def _paged(rows: list[Document], number: int, size: int, name: str) -> Document:
    part = rows[(number - 1) * size : number * size]
    return {"total": len(rows), "pageNo": number, "pageSize": size, name: part}


def _default(platform: Platform) -> Any:
    return platform.knobs.get("default_group")
