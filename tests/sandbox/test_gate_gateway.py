"""Who gets through the gateway, and what refusals look like."""

from typing import Any

import pytest

from tests.sandbox.callers import GateCaller, ManualClock, registration

GROUPS = "/artemis/api/visitor/v1/privilege/group"


def post(gate: GateCaller, headers: dict[str, str], path: str = GROUPS, body: bytes = b"{}") -> dict[str, Any]:
    answer = gate.client.post(path, content=body, headers=headers)
    assert answer.status_code == 200
    assert len(answer.headers["x-ca-request-id"]) == 32
    return dict(answer.json())


def test_a_signed_call_is_answered(gate: GateCaller) -> None:
    answer = gate.call("visitor/v1/privilege/group", {"pageNo": 1, "pageSize": 10})
    row = {"privilegeGroupId": "visitor-gate-main", "privilegeGroupName": "访客·厂区大门", "isDefault": 0}
    assert answer == {"code": "0", "msg": "success", "data": {"total": 1, "pageNo": 1, "pageSize": 10, "list": [row]}}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"x-ca-key": None}, "0x02401000"),
        ({"x-ca-key": "somebody"}, "0x02401001"),
    ],
)
def test_app_key(gate: GateCaller, change: dict[str, str | None], code: str) -> None:
    assert post(gate, gate.headers(GROUPS, **change))["code"] == code


def test_missing_signature(gate: GateCaller) -> None:
    headers = gate.headers(GROUPS)
    del headers["x-ca-signature"]
    assert post(gate, headers)["code"] == "0x02401002"


def test_wrong_signature_echoes_key_and_string_to_sign(gate: GateCaller) -> None:
    headers = gate.headers(GROUPS) | {"x-ca-signature": "AAAA"}
    answer = post(gate, headers)
    assert answer["code"] == "0x02401003"
    assert gate.key in answer["msg"]
    assert f"POST\n*/*\napplication/json\nx-ca-key:{gate.key}" in answer["msg"]


def test_the_log_keeps_no_key(gate: GateCaller) -> None:
    post(gate, gate.headers(GROUPS) | {"x-ca-signature": "AAAA"})
    log = gate.client.get("/sandbox/gate/calls").text
    assert "0x02401003" in log
    assert gate.key not in log
    assert gate.secret not in log


def test_an_accept_header_the_client_did_not_sign_breaks_the_signature(gate: GateCaller) -> None:
    headers = gate.headers(GROUPS, accept=None)
    assert post(gate, headers | {"accept": "*/*"})["code"] == "0x02401003"


def test_a_changed_path_breaks_the_signature(gate: GateCaller) -> None:
    assert post(gate, gate.headers(GROUPS), "/artemis/api/visitor/v1/visitor/out")["code"] == "0x02401003"


@pytest.mark.parametrize("minutes", [-16, 16])
def test_stale_timestamp(gate: GateCaller, clock: ManualClock, minutes: int) -> None:
    headers = gate.headers(GROUPS)
    clock.pass_(minutes * 60)
    assert post(gate, headers)["code"] == "0x02401003"
    gate.knob(replay_protection=False)
    assert post(gate, headers)["code"] == "0"


def test_used_nonce(gate: GateCaller) -> None:
    headers = gate.headers(GROUPS)
    assert post(gate, headers)["code"] == "0"
    assert post(gate, headers)["code"] == "0x02401003"
    gate.knob(replay_protection=False)
    assert post(gate, headers)["code"] == "0"


def test_timestamp_and_nonce_are_optional(gate: GateCaller) -> None:
    headers = gate.headers(GROUPS, **{"x-ca-timestamp": None, "x-ca-nonce": None})
    assert post(gate, headers)["code"] == "0"


def test_unauthorised_path(gate: GateCaller) -> None:
    gate.knob(unauthorised_paths=["/artemis/api/visitor/v1/appointment/registration"])
    assert gate.register()["code"] == "0x02401008"
    assert gate.call("visitor/v2/appointment/records", {})["data"]["total"] == 0


def test_call_limit(gate: GateCaller, clock: ManualClock) -> None:
    gate.knob(call_limit_per_minute=2)
    codes = [gate.call("visitor/v1/privilege/group", {})["code"] for _ in range(3)]
    assert codes == ["0", "0", "0x0240100b"]
    clock.pass_(60)
    assert gate.call("visitor/v1/privilege/group", {})["code"] == "0"


@pytest.mark.parametrize(("body", "code"), [(b"{", "0x02401021"), (b"", "0x02401021"), (b'"\xff"', "0x02401023")])
def test_unreadable_bodies(gate: GateCaller, body: bytes, code: str) -> None:
    assert gate.call("visitor/v1/privilege/group", body)["code"] == code


def test_unknown_path(gate: GateCaller) -> None:
    assert gate.call("visitor/v1/nothing", {})["code"] == "0x00072202"


def test_person_by_condition(gate: GateCaller) -> None:
    def found(name: str, *values: str) -> list[str]:
        path = "resource/v1/person/condition/personInfo"
        answer = gate.call(path, {"paramName": name, "paramValue": list(values)})
        return [row["personName"] for row in answer["data"]["list"]]

    assert found("phoneNo", "13900001111") == ["王海峰"]
    assert found("phoneNo", "13900003333") == ["王芳", "李娜"]
    assert found("jobNo", "A1002", "A1004") == ["陈建国", "李娜"]
    assert found("phoneNo", "13900009999") == []  # deleted


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"paramValue": ["1"]}, "0x00072001"),
        ({"paramName": "shoeSize", "paramValue": ["1"]}, "0x00072002"),
        ({"paramName": "jobNo", "paramValue": []}, "0x00072001"),
        ({"paramName": "jobNo", "paramValue": "A1001"}, "0x00072003"),
        ({"paramName": "jobNo", "paramValue": ["1"] * 1001}, "0x00072002"),
    ],
)
def test_person_condition_rules(gate: GateCaller, body: dict[str, Any], code: str) -> None:
    assert gate.call("resource/v1/person/condition/personInfo", body)["code"] == code


def test_single_person_lookups(gate: GateCaller) -> None:
    by_phone = "resource/v1/person/phoneNo/personInfo"
    assert gate.call(by_phone, {"phoneNo": "13900001111"})["data"]["jobNo"] == "A1001"
    assert gate.call(by_phone, {"phoneNo": "1"}) == {"code": "0", "msg": "success", "data": None}
    assert gate.call("resource/v1/person/certificateNo/personInfo", {"certificateNo": "1"})["data"] is None
    assert gate.call(by_phone, {})["code"] == "0x00072001"


def test_a_body_that_is_no_object(gate: GateCaller) -> None:
    assert gate.call("visitor/v1/appointment/registration", [registration(gate.clock())])["code"] == "0x00072003"
