"""Somebody stands at a gate: does it open, and if not, why (contract A9.6)."""

import hashlib
from dataclasses import dataclass
from typing import Any

from sandbox.gate.events import FACE_PASSED, GUEST_CARD_PASSED, VEHICLE_ENTERED, VEHICLE_LEFT, EventService
from sandbox.gate.faces import is_same_face
from sandbox.gate.platform import Platform, staff_name
from sandbox.gate.premises import Device, device
from sandbox.gate.visits import DONE, FAILED, Visit
from sandbox.kit.clock import iso

REASONS = {
    "open": "权限有效，已开门",
    "device_unknown": "没有这台设备",
    "credential_unsupported": "这台设备不能识别这种凭证",
    "credential_unknown": "平台上没有登记这个凭证",
    "not_registered": "只有预约、没有登记，权限不会下发",
    "cancelled": "预约已取消，权限已收回",
    "signed_out": "访客已签离，权限已收回",
    "no_rights": "没有权限组：调用时未指定，平台也没有默认权限组",
    "device_not_granted": "这台设备不在访客的权限组内",
    "rights_pending": "权限正在下发，尚未到达这台设备",
    "rights_failed": "权限下发到这台设备失败",
    "too_early": "未到来访时间",
    "too_late": "来访时间已过",
    "code_expired": "限时二维码已过期",
    "code_used_up": "限时二维码的次数已用完",
}
CARD_TYPES = {"qr": 3, "card": 0, "plate": 4, "face": ""}
EVENT_TYPES = {"qr": GUEST_CARD_PASSED, "card": GUEST_CARD_PASSED, "face": FACE_PASSED, "plate": VEHICLE_ENTERED}


@dataclass(frozen=True)
class Credential:
    """kind: qr | face | plate | card. A face is a picture (Base64) or `phone:<number>`: whose phone that is."""

    kind: str
    value: str


@dataclass(frozen=True)
class Verdict:
    """The gate's answer; `reason` is the stable code, `text` what the screen says."""

    open: bool
    reason: str
    text: str
    visit: Visit | None = None


class Gates:
    """The devices at work."""

    def __init__(self, platform: Platform, events: EventService) -> None:
        self._platform = platform
        self._events = events

    def attempt(self, credential: Credential, device_code: str, at: float) -> Verdict:
        """Try to pass at a moment: rights as they are on the device now, window judged at the chosen time."""
        verdict = self.judge(credential, device_code, at)
        found = device(device_code)
        if verdict.open and verdict.visit and found:
            self._pass(verdict.visit, credential, found, at)
        return verdict

    def judge(self, credential: Credential, device_code: str, at: float) -> Verdict:
        """Whether the gate would open; nobody passes."""
        found = device(device_code)
        if found is None:
            return _shut("device_unknown")
        if credential.kind not in found.reads:
            return _shut("credential_unsupported")
        return self._judge(credential, found, at)

    def _judge(self, credential: Credential, at_device: Device, at: float) -> Verdict:
        """Any visit that opens wins; else the reason of the one nearest in time."""
        limited = self._platform.limited_code(credential.value) if credential.kind == "qr" else None
        if limited and (refusal := _limited_refusal(limited, at)):
            return _shut(refusal)
        order_id = limited["order_id"] if limited else None
        visits = [
            visit for visit in self._platform.visits() if visit.order_id == order_id or _carries(visit, credential)
        ]
        verdicts = [_verdict(visit, at_device, at) for visit in visits]
        opening = next((verdict for verdict in verdicts if verdict.open), None)
        if opening or not verdicts:
            return opening or _shut("credential_unknown")
        return min(verdicts, key=lambda verdict: _rank(verdict, at))

    def _pass(self, visit: Visit, credential: Credential, at_device: Device, at: float) -> None:
        """The first passage makes the visitor arrived; every passage is recorded and told."""
        visit.arrived_at = visit.arrived_at or at
        self._platform.save(visit)
        if credential.kind == "qr":
            self._platform.use_code(credential.value)
        row = _passage(visit, credential, at_device, at)
        kept = {**row, "at": at, "recorded_at": self._platform.clock()}
        self._platform.store.put("gate.passage", str(row["eventId"]), kept)
        data = {"device": at_device.code, "device_name": at_device.name, "at": at}
        self._events.emit(_event_type(credential, at_device), visit, data)


def _event_type(credential: Credential, at_device: Device) -> int:
    if credential.kind == "plate" and "exit" in at_device.code:
        return VEHICLE_LEFT
    return EVENT_TYPES[credential.kind]


def _shut(reason: str, visit: Visit | None = None) -> Verdict:
    return Verdict(False, reason, REASONS[reason], visit)


def _carries(visit: Visit, credential: Credential) -> bool:
    visitor, value = visit.visitor, credential.value.strip()
    if credential.kind == "qr":
        return visit.qr == value
    if credential.kind == "plate":
        return bool(visitor.get("plateNo")) and visitor["plateNo"].upper() == value.upper()
    if credential.kind == "card":
        return value != "" and value in (visitor.get("cardNo"), visitor.get("certificateNo"))
    return _is_face_of(visitor, value)


def _is_face_of(visitor: dict[str, Any], value: str) -> bool:
    photo = visitor.get("visitorPhoto")
    if not photo:
        return False
    if value.startswith("phone:"):
        return bool(visitor["phoneNo"] == value.removeprefix("phone:"))
    return is_same_face(photo, value)


def _limited_refusal(code: dict[str, Any], at: float) -> str | None:
    if code["uses_left"] < 1:
        return "code_used_up"
    return "code_expired" if at >= code["expires_at"] else None


def _verdict(visit: Visit, at_device: Device, at: float) -> Verdict:
    reason = _refusal(visit, at_device, at)
    return _shut(reason, visit) if reason else Verdict(True, "open", REASONS["open"], visit)


def _refusal(visit: Visit, at_device: Device, at: float) -> str | None:
    if visit.cancelled_at is not None:
        return "cancelled"
    if visit.out_at is not None:
        return "signed_out"
    if visit.registered_at is None:
        return "not_registered"
    if not visit.rights:
        return "no_rights"
    right = next((right for right in visit.rights if right.device == at_device.code), None)
    if right is None:
        return "device_not_granted"
    if right.status != DONE:
        return "rights_failed" if right.status == FAILED else "rights_pending"
    if at < visit.start:
        return "too_early"
    return "too_late" if at >= visit.end else None


def _rank(verdict: Verdict, at: float) -> tuple[int, float]:
    visit = verdict.visit
    ended = verdict.reason in ("cancelled", "signed_out", "too_late")
    return (1 if ended else 0, abs(visit.start - at) if visit else 0.0)


def _passage(visit: Visit, credential: Credential, at_device: Device, at: float) -> dict[str, Any]:
    visitor = visit.visitor
    return {
        "orderId": visit.order_id,
        "visitorName": visitor["visitorName"],
        "visitorSex": visitor["gender"],
        "visitorGroupId": "",
        "beVisitPersonId": visit.host_id,
        "beVisitPersonName": staff_name(visit.host_id),
        "cardNum": credential.value if credential.kind in ("qr", "card") else "",
        "cardType": CARD_TYPES[credential.kind],
        "deviceIndexCode": at_device.code,
        "deviceType": 4 if at_device.kind == 4 else 1,
        "deviceDesc": at_device.name,
        "eventName": "访客通行",
        "eventId": hashlib.sha256(f"{visit.order_id}{at_device.code}{at}".encode()).hexdigest()[:32],
        "eventTime": iso(at),
        "phoneNum": visitor["phoneNo"],
        "carNumber": visitor.get("plateNo", ""),
        "identityId": visitor.get("certificateType", ""),
        "identityNum": visitor.get("certificateNo", ""),
        "visitorPhotoUri": "",
        "visitorSvrCode": "svr-visitor-01",
        "identityPhotoUri": "",
        "identitySvrCode": "",
        "visitStartTime": iso(visit.start),
        "visitEndTime": iso(visit.end),
        "visitRegisterTime": iso(visit.registered_at) if visit.registered_at else "",
        "visitRealEndTime": iso(visit.out_at) if visit.out_at else "",
    }
