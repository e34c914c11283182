"""Every rule of a registration, with the platform's code; a refused call leaves nothing behind."""

import base64
from typing import Any

import pytest

from sandbox.kit.clock import iso
from tests.sandbox.callers import HOUR, NOW, GateCaller
from tests.support.photos import portrait

JPEG = portrait()
LIMIT = 200 * 1024


def photo(content: bytes) -> str:
    return base64.b64encode(content).decode()


VISITOR_RULES = [
    ({"visitorName": ""}, "0x00072001"),
    ({"visitorName": 5}, "0x00072003"),
    ({"visitorName": "测" * 33}, "0x00072006"),
    *[({"visitorName": f"a{mark}b"}, "0x00072003") for mark in "'/\\:*?\"<>|"],
    ({"gender": None}, "0x00072001"),
    ({"gender": 3}, "0x00072002"),
    ({"gender": "male"}, "0x00072003"),
    ({"phoneNo": ""}, "0x00072001"),
    ({"phoneNo": "+8613800000000"}, "0x00072003"),
    ({"phoneNo": "1" * 21}, "0x00072006"),
    ({"plateNo": "闽" * 17}, "0x00072006"),
    ({"certificateNo": "X1"}, "0x00072001"),
    ({"certificateNo": "X1", "certificateType": 112}, "0x00072002"),
    ({"certificateNo": "X-1", "certificateType": 414}, "0x00072003"),
    ({"certificateNo": "1" * 21, "certificateType": 111}, "0x00072006"),
    ({"visitorPhoto": "data:image/jpeg;base64,/9j/"}, "0x00072003"),
    ({"visitorPhoto": photo(b"GIF89a")}, "0x00072003"),
    ({"visitorPhoto": photo(JPEG + b"0" * (LIMIT + 1 - len(JPEG)))}, "0x00072006"),
    ({"visitorPhoto": photo(JPEG[: len(JPEG) // 2])}, "0x00072003"),
    ({"visitorPhoto": photo(b"\xff\xd8\xff\xe0 starts like one")}, "0x00072003"),
    ({"visitorPhoto": photo(portrait(comment=b"sandbox-face-score=74"))}, "0x00072002"),
    ({"VisitorInfo": {}}, "0x00072001"),
]
CALL_RULES: list[tuple[dict[str, Any], str]] = [
    ({"receptionistId": ""}, "0x00072001"),
    ({"receptionistId": "nobody"}, "0x00072202"),
    ({"receptionistId": "p-0a6e3d94f7b84251"}, "0x00072202"),  # deleted
    ({"visitStartTime": None}, "0x00072001"),
    ({"visitStartTime": "2026-11-23 10:00:00"}, "0x00072003"),
    ({"visitStartTime": "2026-11-23T10:00:00"}, "0x00072003"),
    ({"visitEndTime": "tomorrow"}, "0x00072003"),
    ({"visitEndTime": iso(NOW + HOUR)}, "0x0531f003"),
    ({"visitStartTime": iso(NOW - 2 * HOUR), "visitEndTime": iso(NOW)}, "0x0531f002"),
    ({"personNum": 0}, "0x00072002"),
    ({"personNum": "1"}, "0x00072003"),
    ({"visitPurpose": 7}, "0x00072003"),
    ({"visitorInfo": None}, "0x00072001"),
    ({"visitorInfo": [{}]}, "0x00072003"),
    ({"visitorPermissionSet": []}, "0x00072003"),
    ({"visitorPermissionSet": {"privilegeGroupIds": "visitor-gate-main"}}, "0x00072003"),
    ({"visitorPermissionSet": {"privilegeGroupIds": ["nowhere"]}}, "0x00072202"),
    ({"visitorPermissionSet": {"privilegeGroupIds": ["visitor-production"]}}, "0x00072201"),
    *[
        ({name: "x"}, "0x00072001")
        for name in ("appointStartTime", "appointEndTime", "visitReasonType", "visitReasonDetail", "accessInfo")
    ],
]


def assert_nothing_kept(gate: GateCaller) -> None:
    assert gate.call("visitor/v2/appointment/records", {})["data"]["total"] == 0


@pytest.mark.parametrize(("change", "code"), VISITOR_RULES)
def test_visitor_rules(gate: GateCaller, change: dict[str, Any], code: str) -> None:
    assert gate.register(visitor=change)["code"] == code
    assert_nothing_kept(gate)


@pytest.mark.parametrize(("change", "code"), CALL_RULES)
def test_call_rules(gate: GateCaller, change: dict[str, Any], code: str) -> None:
    assert gate.register(**change)["code"] == code
    assert_nothing_kept(gate)


@pytest.mark.parametrize(
    "change",
    [
        {"visitorName": "测" * 32},
        {"gender": "2"},
        {"phoneNo": "1" * 20},
        {"plateNo": "闽AF12345"},
        {"certificateType": "111", "certificateNo": "11010519491231002X"},
        {"visitorPhoto": photo(JPEG + b"0" * (LIMIT - len(JPEG)))},
        {"visitorPhoto": photo(portrait(comment=b"sandbox-face-score=75"))},
    ],
)
def test_values_at_the_limit_are_accepted(gate: GateCaller, change: dict[str, Any]) -> None:
    assert gate.register(visitor=change)["code"] == "0"


def test_the_consoles_score_goes_before_the_pictures(gate: GateCaller) -> None:
    gate.knob(face_score=60)
    assert gate.register(visitor={"visitorPhoto": photo(JPEG)})["code"] == "0x00072002"
    assert gate.register()["code"] == "0", "without a face there is nothing to score"


def test_times_with_milliseconds_are_accepted(gate: GateCaller) -> None:
    answer = gate.register(visitStartTime="2026-11-23T10:00:00.000+08:00", visitEndTime="2026-11-23T10:00:00Z")
    assert answer["code"] == "0"


def test_numbers_as_text_are_kept_as_numbers(gate: GateCaller) -> None:
    order = gate.order(visitor={"gender": "2", "certificateType": "414", "certificateNo": "E12345678"})
    row = gate.record(order)
    assert (row["gender"], row["certificateType"]) == (2, 414)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"pageSize": 1001}, "0x00072002"),
        ({"pageNo": 0}, "0x00072002"),
        ({"pageNo": "1"}, "0x00072003"),
        ({"visitStartTimeBegin": iso(NOW), "visitStartTimeEnd": iso(NOW - 1)}, "0x0531f011"),
        ({"visitEndTimeBegin": iso(NOW), "visitEndTimeEnd": iso(NOW - 1)}, "0x0531f012"),
        ({"visitStartTimeBegin": "yesterday"}, "0x00072003"),
    ],
)
def test_record_query_rules(gate: GateCaller, body: dict[str, Any], code: str) -> None:
    assert gate.call("visitor/v2/appointment/records", body)["code"] == code


def appointment(gate: GateCaller, visitors: Any) -> dict[str, Any]:
    body = {
        "receptionistId": "p-7f3a1c9e2b604d58",
        "visitStartTime": iso(NOW + HOUR),
        "visitEndTime": iso(NOW + 9 * HOUR),
    }
    return gate.call("visitor/v2/appointment", {**body, "visitorInfoList": visitors})


def visitor(number: int) -> dict[str, Any]:
    return {"visitorName": f"访客{number}", "gender": 1, "phoneNo": f"1380000{number:04d}"}


def test_appointment_list_rules(gate: GateCaller) -> None:
    assert appointment(gate, None)["code"] == "0x00072001"
    assert appointment(gate, {})["code"] == "0x00072003"
    assert appointment(gate, [visitor(number) for number in range(51)])["code"] == "0x0531f010"
    assert appointment(gate, [visitor(1), visitor(1)])["code"] == "0x05314023"
    assert_nothing_kept(gate)
    answer = appointment(gate, [visitor(1), visitor(2)])
    assert [row["visitorName"] for row in answer["data"]["appointmentInfoList"]] == ["访客1", "访客2"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"unit": "3"}, "0x00072002"),
        ({"duration": "0"}, "0x00072002"),
        ({"frequency": "x"}, "0x00072003"),
        ({"frequency": 1}, "0x00072003"),
        ({"duration": ""}, "0x00072001"),
        ({"orderId": "unknown"}, "0x0531f00e"),
    ],
)
def test_time_limited_code_rules(gate: GateCaller, change: dict[str, Any], code: str) -> None:
    body = {"orderId": gate.order(), "duration": "10", "unit": "2", "frequency": "1"} | change
    assert gate.call("visitor/v1/auth/qcode", body)["code"] == code


@pytest.mark.parametrize(
    "path", ["visitor/v1/visitor/out", "visitor/v1/order/register", "visitor/v1/auth/download/result"]
)
def test_order_id_rules(gate: GateCaller, path: str) -> None:
    assert gate.call(path, {})["code"] == "0x00072001"
    assert gate.call(path, {"orderId": "unknown"})["code"] == "0x0531f00e"
