"""The gate opens for the right person, at the right device, in the window, once the right is there; else it says why."""

import base64

import pytest

from sandbox.kit.clock import iso
from tests.sandbox.callers import HOST_ID, HOUR, NOW, GateCaller, ManualClock
from tests.support.photos import portrait

TURNSTILE = "east-turnstile-1"
PHOTO = base64.b64encode(portrait(1)).decode()


def qr_of(gate: GateCaller, order: str) -> str:
    return str(gate.record(order)["QRCode"])


def test_opens_in_the_window_only(gate: GateCaller, clock: ManualClock) -> None:
    qr = qr_of(gate, gate.order())
    clock.pass_(4)
    start, end = NOW + HOUR, NOW + 9 * HOUR
    reasons = [gate.stand(TURNSTILE, "qr", qr, at)["reason"] for at in (start - 1, start, end - 1, end)]
    assert reasons == ["too_early", "open", "open", "too_late"]


def test_the_answer_names_reason_and_visitor(gate: GateCaller, clock: ManualClock) -> None:
    order = gate.order()
    clock.pass_(2 * HOUR)
    assert gate.stand(TURNSTILE, "qr", qr_of(gate, order)) == {
        "open": True,
        "reason": "open",
        "text": "权限有效，已开门",
        "at": "2026-11-23T11:00:00.000+08:00",
        "visitor": {
            "name": "测试甲",
            "order_id": order,
            "start": "2026-11-23T10:00:00.000+08:00",
            "end": "2026-11-23T18:00:00.000+08:00",
            "host": "王海峰",
        },
    }


def test_rights_arrive_later(gate: GateCaller, clock: ManualClock) -> None:
    order = gate.order()
    qr, at = qr_of(gate, order), NOW + 2 * HOUR
    assert gate.stand(TURNSTILE, "qr", qr, at)["reason"] == "rights_pending"
    clock.pass_(3.9)
    assert gate.stand(TURNSTILE, "qr", qr, at)["reason"] == "rights_pending"
    clock.pass_(0.1)
    assert gate.stand(TURNSTILE, "qr", qr, at)["reason"] == "open"


def test_download_result_and_second_try(gate: GateCaller, clock: ManualClock) -> None:
    gate.knob(failing_devices=["office-door"])
    order = gate.order()

    def statuses() -> dict[str, tuple[int, str]]:
        rows = gate.call("visitor/v1/auth/download/result", {"orderId": order})["data"]["list"]
        return {row["deviceIndexCode"]: (row["status"], row["errorCode"]) for row in rows}

    assert set(statuses().values()) == {(1, "")}
    clock.pass_(4)
    others = ("east-turnstile-1", "east-turnstile-2", "east-barrier", "east-exit-turnstile", "east-exit-barrier")
    done = dict.fromkeys(others, (0, ""))
    assert statuses() == done | {"office-door": (2, "0x0531f0d1")}
    assert gate.stand("office-door", "qr", qr_of(gate, order), NOW + 2 * HOUR)["reason"] == "rights_failed"
    gate.knob(failing_devices=[])
    assert statuses()["office-door"] == (2, "0x0531f0d1")  # a failed download stays failed until sent again
    again = gate.call("visitor/v1/auth/download/again", {"orderId": order})
    assert again["data"] == {"deviceIndexCodes": ["office-door"]}
    assert statuses() == done | {"office-door": (1, "")}
    clock.pass_(4)
    assert gate.stand("office-door", "qr", qr_of(gate, order), NOW + 2 * HOUR)["reason"] == "open"


def test_no_group_means_no_gate(gate: GateCaller, clock: ManualClock) -> None:
    order = gate.order(visitorPermissionSet=None)
    clock.pass_(2 * HOUR)
    assert gate.stand(TURNSTILE, "qr", qr_of(gate, order))["reason"] == "no_rights"


def test_the_default_group_counts_when_it_exists(gate: GateCaller, clock: ManualClock) -> None:
    gate.knob(default_group="visitor-gate-main")
    orders = [
        gate.order(visitorPermissionSet=None),
        gate.order(visitorPermissionSet={"defaultPrivilegeGroupFlag": "1"}, visitor={"phoneNo": "13800000001"}),
        gate.order(visitorPermissionSet={"defaultPrivilegeGroupFlag": "0"}, visitor={"phoneNo": "13800000002"}),
    ]
    clock.pass_(2 * HOUR)
    reasons = [gate.stand(TURNSTILE, "qr", qr_of(gate, order))["reason"] for order in orders]
    assert reasons == ["open", "open", "no_rights"]


def test_device_outside_the_group(gate: GateCaller, clock: ManualClock) -> None:
    gate.order(visitor={"visitorPhoto": PHOTO})
    clock.pass_(2 * HOUR)
    assert gate.stand("production-turnstile", "face", PHOTO)["reason"] == "device_not_granted"


def test_an_appointment_opens_nothing(gate: GateCaller, clock: ManualClock) -> None:
    body = {
        "receptionistId": HOST_ID,
        "visitStartTime": iso(NOW + HOUR),
        "visitEndTime": iso(NOW + 9 * HOUR),
        "visitorInfoList": [{"visitorName": "测试甲", "gender": 1, "phoneNo": "13800000000"}],
        "visitorPermissionSet": {"privilegeGroupIds": ["visitor-gate-main"]},
    }
    qr = gate.call("visitor/v2/appointment", body)["data"]["appointmentInfoList"][0]["QRCode"]
    clock.pass_(2 * HOUR)
    assert gate.stand(TURNSTILE, "qr", qr)["reason"] == "not_registered"


@pytest.mark.parametrize(
    ("path", "reason"), [("visitor/v1/visitor/out", "signed_out"), ("visitor/v1/appointment/cancel", "cancelled")]
)
def test_taken_back(gate: GateCaller, clock: ManualClock, path: str, reason: str) -> None:
    order = gate.order()
    row = gate.record(order)
    clock.pass_(2 * HOUR)
    body = {"orderId": order} if reason == "signed_out" else {"appointRecordIds": [row["appointRecordId"]]}
    assert gate.call(path, body)["code"] == "0"
    verdict = gate.stand(TURNSTILE, "qr", row["QRCode"])
    assert (verdict["open"], verdict["reason"]) == (False, reason)


def test_plate_card_and_face(gate: GateCaller, clock: ManualClock) -> None:
    gate.order(visitor={"plateNo": "闽A12345", "cardNo": "0012345678", "visitorPhoto": PHOTO})
    clock.pass_(2 * HOUR)
    assert gate.stand("east-barrier", "plate", "闽a12345")["reason"] == "open"
    assert gate.stand("east-barrier", "plate", "闽A99999")["reason"] == "credential_unknown"
    assert gate.stand(TURNSTILE, "card", "0012345678")["reason"] == "open"
    assert gate.stand(TURNSTILE, "face", PHOTO)["reason"] == "open"
    assert gate.stand(TURNSTILE, "face", f"data:image/jpeg;base64,{PHOTO}")["reason"] == "open"
    assert gate.stand(TURNSTILE, "face", "phone:13800000000")["reason"] == "open"
    again = base64.b64encode(portrait(1, (300, 400), quality=40)).decode()
    assert gate.stand(TURNSTILE, "face", again)["reason"] == "open", "the same face on another picture"
    other = base64.b64encode(portrait(2)).decode()
    assert gate.stand(TURNSTILE, "face", other)["reason"] == "credential_unknown"


def test_without_a_photo_no_face_opens(gate: GateCaller, clock: ManualClock) -> None:
    gate.order()
    clock.pass_(2 * HOUR)
    assert gate.stand(TURNSTILE, "face", "phone:13800000000")["reason"] == "credential_unknown"


@pytest.mark.parametrize(
    ("device", "kind", "value", "reason"),
    [
        ("west-gate", "qr", "X", "device_unknown"),
        ("east-barrier", "face", "phone:1", "credential_unsupported"),
        (TURNSTILE, "plate", "闽A12345", "credential_unsupported"),
        (TURNSTILE, "qr", "UNKNOWN123", "credential_unknown"),
        (TURNSTILE, "card", "", "credential_unknown"),
        ("east-barrier", "plate", "", "credential_unknown"),
    ],
)
def test_nobody_known(gate: GateCaller, device: str, kind: str, value: str, reason: str) -> None:
    gate.order()
    assert gate.stand(device, kind, value)["reason"] == reason


def test_the_visit_in_force_is_chosen_among_several(gate: GateCaller, clock: ManualClock) -> None:
    plate = {"plateNo": "闽A12345"}
    first = gate.order(visitor=plate)
    gate.call("visitor/v1/visitor/out", {"orderId": first})
    second = gate.order(visitor=plate, visitStartTime=iso(NOW + 20 * HOUR), visitEndTime=iso(NOW + 21 * HOUR))
    clock.pass_(10)
    early = gate.stand("east-barrier", "plate", "闽A12345", NOW + 2 * HOUR)
    assert (early["reason"], early["visitor"]["order_id"]) == ("too_early", second)
    assert gate.stand("east-barrier", "plate", "闽A12345", NOW + 20 * HOUR)["open"]


def test_time_limited_code(gate: GateCaller, clock: ManualClock) -> None:
    order = gate.order()
    clock.pass_(2 * HOUR)
    body = {"orderId": order, "duration": "10", "unit": "2", "frequency": "2"}
    code = gate.call("visitor/v1/auth/qcode", body)["data"]["QRCode"]
    reasons = [gate.stand(TURNSTILE, "qr", code)["reason"] for _ in range(3)]
    assert reasons == ["open", "open", "code_used_up"]
    fresh = gate.call("visitor/v1/auth/qcode", body)["data"]["QRCode"]
    clock.pass_(600)
    assert gate.stand(TURNSTILE, "qr", fresh)["reason"] == "code_expired"


def test_asking_the_gate_is_no_passage(gate: GateCaller, clock: ManualClock) -> None:
    order = gate.order()
    clock.pass_(2 * HOUR)
    credential = {"kind": "qr", "value": qr_of(gate, order)}
    asked = {"credential": credential, "device": TURNSTILE, "only_ask": True}
    assert gate.client.post("/sandbox/gate/pass", json=asked).json()["open"] is True
    assert gate.client.get("/sandbox/gate/passages").json() == {"items": []}


def test_passages_are_found_by_time(gate: GateCaller, clock: ManualClock) -> None:
    order = gate.order(visitor={"plateNo": "闽A12345"})
    qr = qr_of(gate, order)
    clock.pass_(2 * HOUR)
    gate.stand(TURNSTILE, "qr", qr)
    clock.pass_(60)
    gate.stand("east-barrier", "plate", "闽A12345")
    gate.stand(TURNSTILE, "qr", "UNKNOWN123")
    path = "visitor/v1/event/turnover/search"
    whole = {"eventTimeBegin": iso(NOW), "eventTimeEnd": iso(NOW + 9 * HOUR)}
    rows = gate.call(path, whole)["data"]["rows"]
    assert [(row["orderId"], row["cardType"], row["deviceType"]) for row in rows] == [(order, 3, 1), (order, 4, 4)]
    assert rows[0]["eventTime"] == "2026-11-23T11:00:00.000+08:00"
    later = gate.call(path, whole | {"eventTimeBegin": iso(NOW + 2 * HOUR + 1)})["data"]
    assert (later["total"], later["rows"][0]["carNumber"]) == (1, "闽A12345")
    assert gate.call(path, whole | {"resourceCode": "office-door"})["data"]["total"] == 0
    assert gate.call(path, {})["code"] == "0x00072001"
    second = gate.call(path, whole | {"pageNo": 2, "pageSize": 1})["data"]
    assert (second["total"], [row["cardType"] for row in second["rows"]]) == (2, [4])
    assert gate.call(path, whole | {"pageSize": 1001})["code"] == "0x00072002"
    gate.knob(records_lag_seconds=30)
    assert gate.call(path, whole)["data"]["total"] == 1, "what has just happened is listed later"
    gate.knob(records_lag_seconds=0)
    backwards = {"eventTimeBegin": iso(NOW), "eventTimeEnd": iso(NOW - 1)}
    assert gate.call(path, backwards)["code"] == "0x0531f011"


def test_a_refused_attempt_changes_nothing(gate: GateCaller, clock: ManualClock) -> None:
    order = gate.order()
    clock.pass_(10)
    gate.stand(TURNSTILE, "qr", qr_of(gate, order))
    assert gate.record(order)["visitorStatus"] == 1
    assert gate.client.get("/sandbox/gate/passages").json() == {"items": []}
