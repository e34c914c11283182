"""Commands of the visitor service: appointments, registrations, sign-out, cancellation, rights (contract A5)."""

from typing import Any

from sandbox.gate import codes
from sandbox.gate.codes import GateError, success
from sandbox.gate.events import SIGNED_OUT as EVENT_SIGNED_OUT
from sandbox.gate.events import VISITOR_REGISTERED, EventService
from sandbox.gate.faces import require_good_face
from sandbox.gate.platform import Platform, staff_by_id, staff_name
from sandbox.gate.premises import device
from sandbox.gate.rules import (
    check_head_count,
    read_groups,
    read_object,
    read_times,
    read_visitor,
    read_visitors,
    required_text,
)
from sandbox.gate.visits import ARRIVED, FAILED, LATE, NORMAL, OVERSTAYED, Visit
from sandbox.kit.clock import iso
from sandbox.kit.store import Document

SECONDS = {"1": 3600, "2": 60}
"""Units of auth/qcode: 1 hour, 2 minute."""


class VisitorService:
    """Each method is one path; bodies are decoded JSON."""

    def __init__(self, platform: Platform, events: EventService) -> None:
        self._platform = platform
        self._events = events

    def register_directly(self, body: Any) -> Document:
        """v1/appointment/registration: appointment without a stop at reception (预约免登记), one visitor."""
        call = read_object(body)
        host = staff_by_id(required_text(call, "receptionistId"))
        times = read_times(call, self._platform.clock())
        check_head_count(call)
        visitor = read_visitor(call.get("visitorInfo"))
        require_good_face(visitor, self._platform.knobs.get("face_score"))
        groups = self._platform.chosen_groups(*read_groups(call))
        visit = self._platform.new_visit(visitor, host, times, _purpose(call))
        self._platform.register(visit, groups)
        self._events.emit(VISITOR_REGISTERED, visit, None)
        return success({"orderId": visit.order_id})

    def appoint(self, body: Any) -> Document:
        """v1|v2/appointment: opens nothing; the visitor checks in with verification code or QR code."""
        call = read_object(body)
        host = staff_by_id(required_text(call, "receptionistId"))
        times = read_times(call, self._platform.clock())
        visitors = read_visitors(call.get("visitorInfoList"))
        for visitor in visitors:
            require_good_face(visitor, self._platform.knobs.get("face_score"))
        groups = self._platform.chosen_groups(*read_groups(call))
        visits = [self._platform.new_visit(visitor, host, times, _purpose(call)) for visitor in visitors]
        for visit in visits:
            visit.groups = groups
            visit.appoint_record_id = visits[0].appoint_record_id
            self._platform.save(visit)
        return success(
            {
                "appointRecordId": visits[0].appoint_record_id,
                "appointmentInfoList": [_appointed(visit) for visit in visits],
            }
        )

    def check_in(self, body: Any) -> Document:
        """v1/order/register: check in an existing appointment."""
        call = read_object(body)
        visit = self._platform.find(required_text(call, "orderId"))
        if visit.registered_at is not None or self._platform.status(visit) not in (NORMAL, LATE):
            raise GateError(codes.RECORD_UNKNOWN)
        if call.get("visitEndTime"):
            visit.end = read_times({**call, "visitStartTime": iso(visit.start)}, self._platform.clock()).end
        takes_over = str(call.get("isUseOrderAuth")) == "1"
        groups = visit.groups if takes_over else self._platform.chosen_groups(*read_groups(call))
        visit.arrived_at = self._platform.clock()
        self._platform.register(visit, groups)
        self._events.emit(VISITOR_REGISTERED, visit, None)
        return success({"orderId": visit.order_id})

    def sign_out(self, body: Any) -> Document:
        """v1/visitor/out: only a registered visitor who is not out yet; the rights are taken back."""
        visit = self._platform.find(required_text(read_object(body), "orderId"))
        is_inside = self._platform.status(visit) in (NORMAL, LATE, ARRIVED, OVERSTAYED)
        if visit.registered_at is None or not is_inside:
            raise GateError(codes.RECORD_UNKNOWN)
        visit.out_at = self._platform.clock()
        visit.revoke()
        self._platform.save(visit)
        self._events.emit(EVENT_SIGNED_OUT, visit, None)
        return success(None)

    def cancel(self, body: Any) -> Document:
        """v1/appointment/cancel: `{"appointRecordIds": []}` or a bare list; all of them or none."""
        ids = body if isinstance(body, list) else read_object(body).get("appointRecordIds")
        if ids is None or ids == []:
            raise GateError(codes.PARAMETER_EMPTY, "appointRecordIds")
        if not isinstance(ids, list) or not all(isinstance(item, str) for item in ids):
            raise GateError(codes.WRONG_FORMAT, "appointRecordIds")
        visits = [visit for record_id in ids for visit in self._cancellable(record_id)]
        for visit in visits:
            visit.cancelled_at = self._platform.clock()
            visit.revoke()
            self._platform.save(visit)
        return success(None)

    def limited_code(self, body: Any) -> Document:
        """v1/auth/qcode: a QR content that lives `duration` hours or minutes and opens `frequency` times."""
        call = read_object(body)
        visit = self._platform.find(required_text(call, "orderId"))
        numbers = {name: required_text(call, name) for name in ("duration", "unit", "frequency")}
        if not all(value.isascii() and value.isdigit() for value in numbers.values()):
            raise GateError(codes.WRONG_FORMAT, "duration/unit/frequency")
        if numbers["unit"] not in SECONDS or "0" in (numbers["duration"], numbers["frequency"]):
            raise GateError(codes.OUT_OF_RANGE, "duration/unit/frequency")
        lives = int(numbers["duration"]) * SECONDS[numbers["unit"]]
        return success({"QRCode": self._platform.new_code(visit.order_id, lives, int(numbers["frequency"]))})

    def download_result(self, body: Any) -> Document:
        """v1/auth/download/result (proposal, the public path is not known): the state of each device's right."""
        visit = self._platform.find(required_text(read_object(body), "orderId"))
        return success({"list": right_rows(visit)})

    def download_again(self, body: Any) -> Document:
        """v1/auth/download/again (proposal): send the failed rights once more."""
        visit = self._platform.find(required_text(read_object(body), "orderId"))
        again = [right.device for right in visit.rights if right.status == FAILED]
        self._platform.download_again(visit)
        return success({"deviceIndexCodes": again})

    def _cancellable(self, record_id: str) -> list[Visit]:
        """The visits of an appointment that can still be cancelled: not arrived, not out, not over."""
        found = [visit for visit in self._platform.visits() if visit.appoint_record_id == record_id]
        live = [visit for visit in found if self._platform.status(visit) in (NORMAL, LATE)]
        if not live:
            raise GateError(codes.RECORD_UNKNOWN)
        return live


def right_rows(visit: Visit) -> list[Document]:
    """The rights of a visit as the result path shows them."""
    return [
        {
            "deviceIndexCode": right.device,
            "deviceName": found.name if (found := device(right.device)) else "",
            "status": right.status,
            "errorCode": right.error,
        }
        for right in visit.rights
    ]


def _appointed(visit: Visit) -> Document:
    return {
        "orderId": visit.order_id,
        "visitorName": visit.visitor["visitorName"],
        "receptionistId": visit.host_id,
        "receptionistName": staff_name(visit.host_id),
        "verificationCode": visit.verification_code,
        "QRCode": visit.qr,
    }


def _purpose(call: dict[str, Any]) -> str:
    purpose = call.get("visitPurpose") or ""
    if not isinstance(purpose, str):
        raise GateError(codes.WRONG_FORMAT, "visitPurpose")
    return purpose
