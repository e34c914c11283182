"""The life of a visit on the platform: statuses, duplicate guard, sign-out, cancellation, queries."""

from typing import Any

from sandbox.kit.clock import iso
from tests.sandbox.callers import HOST_ID, HOUR, NOW, GateCaller, ManualClock

NOT_FOUND = {"code": "0x0531f00e", "msg": "record not found", "data": None}
OK = {"code": "0", "msg": "success", "data": None}


def appoint(gate: GateCaller, **changes: Any) -> dict[str, Any]:
    now = gate.clock()
    body = {
        "receptionistId": HOST_ID,
        "visitStartTime": iso(now + HOUR),
        "visitEndTime": iso(now + 9 * HOUR),
        "visitorInfoList": [{"visitorName": "测试甲", "gender": 1, "phoneNo": "13800000000"}],
        "visitorPermissionSet": {"privilegeGroupIds": ["visitor-gate-main"]},
    } | changes
    return dict(gate.call("visitor/v2/appointment", body)["data"])


def test_a_row_of_records(gate: GateCaller) -> None:
    order = gate.order(visitor={"plateNo": "闽A12345"})
    row = gate.record(order)
    assert len(row.pop("QRCode")) == 10
    assert len(row.pop("verificationCode")) == 6
    assert len(row.pop("appointRecordId")) == 32
    assert row == {
        "orderId": order,
        "receptionistId": HOST_ID,
        "receptionistName": "王海峰",
        "receptionistCode": "root000000",
        "visitStartTime": "2026-11-23T10:00:00.000+08:00",
        "visitEndTime": "2026-11-23T18:00:00.000+08:00",
        "visitPurpose": "设备检修",
        "visitorName": "测试甲",
        "gender": 1,
        "phoneNo": "13800000000",
        "plateNo": "闽A12345",
        "certificateType": "",
        "certificateNo": "",
        "visitorStatus": 1,
        "picUri": "",
        "svrIndexCode": "svr-visitor-01",
    }


def test_status_of_someone_who_never_comes(gate: GateCaller, clock: ManualClock) -> None:
    order = gate.order()
    statuses = []
    for hours in (0, 1, 8):
        clock.pass_(hours * HOUR)
        statuses.append(gate.record(order)["visitorStatus"])
    assert statuses == [1, 2, 3]


def test_status_of_someone_who_comes_and_stays(gate: GateCaller, clock: ManualClock) -> None:
    order = gate.order()
    clock.pass_(2 * HOUR)
    assert gate.stand("east-turnstile-1", "qr", gate.record(order)["QRCode"])["open"]
    assert gate.record(order)["visitorStatus"] == 8
    clock.pass_(8 * HOUR)
    assert gate.record(order)["visitorStatus"] == 7
    gate.knob(automatic_sign_out=True)
    assert gate.record(order)["visitorStatus"] == 5
    assert gate.call("visitor/v1/visitor/out", {"orderId": order}) == NOT_FOUND


def test_sign_out_takes_the_rights_back_once(gate: GateCaller, clock: ManualClock) -> None:
    order = gate.order()
    clock.pass_(10)
    assert gate.call("visitor/v1/visitor/out", {"orderId": order}) == OK
    assert gate.record(order)["visitorStatus"] == 6
    assert gate.call("visitor/v1/auth/download/result", {"orderId": order})["data"] == {"list": []}
    assert gate.call("visitor/v1/visitor/out", {"orderId": order}) == NOT_FOUND


def test_an_appointment_is_not_signed_out(gate: GateCaller) -> None:
    order = appoint(gate)["appointmentInfoList"][0]["orderId"]
    assert gate.call("visitor/v1/visitor/out", {"orderId": order}) == NOT_FOUND
    assert gate.record(order)["visitorStatus"] == 1


def test_cancel_takes_both_bodies(gate: GateCaller) -> None:
    first = gate.record(gate.order())["appointRecordId"]
    assert gate.call("visitor/v1/appointment/cancel", {"appointRecordIds": [first]}) == OK
    second = gate.record(gate.order())["appointRecordId"]
    assert gate.call("visitor/v1/appointment/cancel", [second]) == OK
    rows = gate.call("visitor/v1/appointment/records", {})["data"]["list"]
    assert [row["visitorStatus"] for row in rows] == [3, 3]
    assert gate.call("visitor/v1/appointment/cancel", [second]) == NOT_FOUND


def test_cancel_is_all_or_nothing(gate: GateCaller) -> None:
    order = gate.order()
    body = {"appointRecordIds": [gate.record(order)["appointRecordId"], "unknown"]}
    assert gate.call("visitor/v1/appointment/cancel", body) == NOT_FOUND
    assert gate.record(order)["visitorStatus"] == 1


def test_cancel_rules(gate: GateCaller) -> None:
    assert gate.call("visitor/v1/appointment/cancel", {})["code"] == "0x00072001"
    assert gate.call("visitor/v1/appointment/cancel", [])["code"] == "0x00072001"
    assert gate.call("visitor/v1/appointment/cancel", [1])["code"] == "0x00072003"


def test_an_arrived_visitor_is_not_cancelled(gate: GateCaller, clock: ManualClock) -> None:
    order = gate.order()
    clock.pass_(2 * HOUR)
    row = gate.record(order)
    assert gate.stand("east-turnstile-1", "qr", row["QRCode"])["open"]
    assert gate.call("visitor/v1/appointment/cancel", [row["appointRecordId"]]) == NOT_FOUND


def test_duplicate_guard(gate: GateCaller) -> None:
    order = gate.order()
    answer = gate.register()
    assert answer["code"] == "0x0531401d"
    assert answer["data"] == ["测试甲"]
    assert gate.call("visitor/v2/appointment/records", {})["data"]["total"] == 1
    assert gate.register(visitStartTime=iso(NOW + 9 * HOUR), visitEndTime=iso(NOW + 10 * HOUR))["code"] == "0"
    assert gate.register(visitor={"phoneNo": "13800000001"})["code"] == "0"
    gate.call("visitor/v1/visitor/out", {"orderId": order})
    assert gate.register()["code"] == "0"


def test_duplicate_guard_knows_certificates(gate: GateCaller) -> None:
    document = {"certificateType": 414, "certificateNo": "E12345678"}
    gate.order(visitor=document)
    assert gate.register(visitor={**document, "phoneNo": "13900000000"})["code"] == "0x0531401d"


def test_check_in_with_the_appointments_rights(gate: GateCaller, clock: ManualClock) -> None:
    order = appoint(gate)["appointmentInfoList"][0]["orderId"]
    assert gate.call("visitor/v1/auth/download/result", {"orderId": order})["data"] == {"list": []}
    body = {"orderId": order, "isUseOrderAuth": "1"}
    assert gate.call("visitor/v1/order/register", body)["code"] == "0"
    assert gate.record(order)["visitorStatus"] == 8
    assert len(gate.call("visitor/v1/auth/download/result", {"orderId": order})["data"]["list"]) == 6
    assert gate.call("visitor/v1/order/register", body) == NOT_FOUND


def test_queries(gate: GateCaller) -> None:
    first = gate.order()
    second = gate.order(visitor={"visitorName": "李四", "phoneNo": "13800000001"}, receptionistId="p-2d8b5e7041fa4c93")

    def found(**query: Any) -> list[str]:
        rows = gate.call("visitor/v2/appointment/records", query)["data"]["list"]
        return [row["orderId"] for row in rows]

    assert found() == [second, first]
    assert found(phoneNo="13800000001") == [second]
    assert found(visitorName="测试") == [first]
    assert found(receptionistId=HOST_ID) == [first]
    assert found(QRCode=gate.record(second)["QRCode"]) == [second]
    assert found(visitStartTimeBegin=iso(NOW + HOUR), visitStartTimeEnd=iso(NOW + HOUR)) == [second, first]
    assert found(visitStartTimeBegin=iso(NOW + HOUR + 1)) == []
    assert found(visitEndTimeEnd=iso(NOW + 9 * HOUR - 1)) == []
    assert found(visitorStatus="1") == [second, first]
    assert found(visitorStatus=8) == []
    page = gate.call("visitor/v2/appointment/records", {"pageNo": 2, "pageSize": 1})["data"]
    assert (page["total"], [row["orderId"] for row in page["list"]]) == (2, [first])


def test_visiting_records_hold_only_the_registered(gate: GateCaller) -> None:
    appoint(gate)
    order = gate.order(visitor={"phoneNo": "13800000001"})
    rows = gate.call("visitor/v1/visiting/records", {})["data"]["list"]
    assert [row["orderId"] for row in rows] == [order]


def test_records_may_lag(gate: GateCaller, clock: ManualClock) -> None:
    gate.knob(records_lag_seconds=30)
    gate.order()
    assert gate.call("visitor/v2/appointment/records", {})["data"]["total"] == 0
    clock.pass_(30)
    assert gate.call("visitor/v2/appointment/records", {})["data"]["total"] == 1
