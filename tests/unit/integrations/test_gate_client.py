"""The gate port on scripted answers: what is asked, what is understood, what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.integrations.errors import Refused, Retryable, UnknownOutcome
from chalicelib.integrations.gate import answers
from chalicelib.integrations.gate.client import GateClient
from chalicelib.integrations.gate.port import DeviceRight, GatePort, GateVisit, Host, RightsResult, Window
from chalicelib.integrations.gate.transport import Artemis
from chalicelib.integrations.http import Http

START = datetime(2025, 1, 2, 1, 0, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(hours=9))
VISIT = GateVisit("测试甲", "female", "13800000000", "p-1", WINDOW, purpose="设备检修", plate_number="闽A12345")
WANG = {"personId": "p-1", "personName": "王海峰", "jobNo": "A1001", "phoneNo": "13900001111", "status": 1}
ROW = {
    "orderId": "o-1",
    "appointRecordId": "a-1",
    "receptionistId": "p-1",
    "visitStartTime": "2025-01-02T09:00:00.000+08:00",
    "visitEndTime": "2025-01-02T18:00:00+08:00",
    "visitorStatus": 1,
    "phoneNo": "13800000000",
    "QRCode": "VQ12345678",
    "verificationCode": "4711",
}


def ok(data):
    return 200, {"code": "0", "msg": "success", "data": data}


def listed(*rows, total=None, name="list"):
    return ok({name: list(rows), "total": len(rows) if total is None else total, "pageNo": 1, "pageSize": 100})


@pytest.fixture
def gate(peer) -> GatePort:
    http = peer.http("gate")
    return GateClient(Artemis(peer.url, "key", "secret-of-the-gate", http), ("group-1", "group-2"))


class TestFindHost:
    def test_by_phone(self, gate, peer):
        peer.says(listed(WANG))
        assert gate.find_host(phone="13900001111") == Host("p-1", "王海峰", "A1001")
        assert peer.received[0].target == "/artemis/api/resource/v1/person/condition/personInfo"
        assert peer.received[0].json == {"paramName": "phoneNo", "paramValue": ["13900001111"]}

    def test_nobody(self, gate, peer):
        peer.says(listed())
        with pytest.raises(Refused) as caught:
            gate.find_host(phone="13900001111")
        assert caught.value.code == "host_unknown"

    def test_a_deleted_person_is_nobody(self, gate, peer):
        peer.says(listed({**WANG, "status": -1}))
        with pytest.raises(Refused, match="host_unknown"):
            gate.find_host(phone="13900001111")

    def test_two_people_with_one_phone_need_the_job_number(self, gate, peer):
        other = {**WANG, "personId": "p-2", "jobNo": "A1004"}
        peer.says(listed(WANG, other), listed(other))
        with pytest.raises(Refused) as caught:
            gate.find_host(phone="13900001111")
        assert caught.value.code == "host_ambiguous"
        assert gate.find_host(phone="13900001111", job_number="A1004").person_id == "p-2"
        assert peer.received[1].json == {"paramName": "jobNo", "paramValue": ["A1004"]}

    def test_a_job_number_of_somebody_with_another_phone_is_not_believed(self, gate, peer):
        peer.says(listed({**WANG, "phoneNo": "13911112222"}))
        with pytest.raises(Refused, match="host_unknown"):
            gate.find_host(phone="13900001111", job_number="A1001")

    @pytest.mark.parametrize("shown", ["139****1111", "", None])
    def test_a_masked_or_missing_phone_is_no_contradiction(self, gate, peer, shown):
        peer.says(listed({**WANG, "phoneNo": shown}))
        assert gate.find_host(phone="13900001111", job_number="A1001").person_id == "p-1"

    def test_a_host_is_kept_for_a_day_and_a_refusal_is_not(self, peer):
        seconds = [0.0]
        artemis = Artemis(peer.url, "key", "secret", Http("gate"))
        gate = GateClient(artemis, (), seconds=lambda: seconds[0])
        peer.says(listed(), listed(WANG), listed({**WANG, "personId": "p-9"}))
        with pytest.raises(Refused):
            gate.find_host(phone="13900001111")
        assert [gate.find_host(phone="13900001111").person_id for _ in range(3)] == ["p-1"] * 3
        seconds[0] = 86_400.0
        assert gate.find_host(phone="13900001111").person_id == "p-9"
        assert len(peer.received) == 3

    @pytest.mark.parametrize("data", [None, [], {"list": None}, {"list": ["x"]}, {"list": [{"status": 1}]}])
    def test_an_unreadable_answer_is_not_an_unknown_host(self, gate, peer, data):
        peer.says(ok(data))
        with pytest.raises(Retryable) as caught:
            gate.find_host(phone="13900001111")
        assert caught.value.code == "answer_unreadable"


class TestRegister:
    def test_the_body_follows_the_contract(self, gate, peer):
        peer.says(ok({"orderId": "9b13"}))
        assert gate.register(VISIT) == "9b13"
        assert peer.received[0].target == "/artemis/api/visitor/v1/appointment/registration"
        assert peer.received[0].json == {
            "receptionistId": "p-1",
            "visitStartTime": "2025-01-02T09:00:00+08:00",
            "visitEndTime": "2025-01-02T18:00:00+08:00",
            "visitPurpose": "设备检修",
            "personNum": 1,
            "visitorInfo": {"visitorName": "测试甲", "gender": 2, "phoneNo": "13800000000", "plateNo": "闽A12345"},
            "visitorPermissionSet": {
                "privilegeGroupIds": ["group-1", "group-2"],
                "defaultPrivilegeGroupFlag": "0",
            },
        }

    def test_own_groups_and_no_plate(self, gate, peer):
        peer.says(ok({"orderId": "x"}))
        gate.register(replace(VISIT, plate_number="", gender="male", privilege_group_ids=("only",)))
        body = peer.received[0].json
        assert body["visitorInfo"] == {"visitorName": "测试甲", "gender": 1, "phoneNo": "13800000000"}
        assert body["visitorPermissionSet"]["privilegeGroupIds"] == ["only"]

    @pytest.mark.parametrize("data", [None, {}, {"orderId": ""}, {"orderId": None}, {"orderId": ["x"]}, "x"])
    def test_success_without_an_order_id_is_unknown(self, gate, peer, data):
        peer.says(ok(data))
        with pytest.raises(UnknownOutcome) as caught:
            gate.register(VISIT)
        assert caught.value.code == "answer_unreadable"

    @pytest.mark.parametrize("name", ["", "x" * 33, "a/b", "甲|乙", 'a"b'])
    def test_a_name_the_platform_refuses_is_not_sent(self, gate, peer, name):
        with pytest.raises(Refused) as caught:
            gate.register(replace(VISIT, visitor_name=name))
        assert caught.value.code == "gate_request_invalid"
        assert peer.received == []


class TestFindRegistration:
    def _find(self, gate):
        return gate.find_registration(phone="13800000000", host_id="p-1", window=WINDOW)

    def test_found(self, gate, peer):
        peer.says(listed(ROW))
        found = self._find(gate)
        assert (found.order_id, found.appointment_id, found.qr_content) == ("o-1", "a-1", "VQ12345678")
        assert peer.received[0].target == "/artemis/api/visitor/v2/appointment/records"
        assert peer.received[0].json == {
            "phoneNo": "13800000000",
            "visitStartTimeBegin": "2025-01-02T08:59:00+08:00",
            "visitStartTimeEnd": "2025-01-02T09:01:00+08:00",
            "pageNo": 1,
            "pageSize": 100,
        }

    @pytest.mark.parametrize("status", [1, "1", 2, 7, 8])
    def test_living_statuses_and_the_other_list_name(self, gate, peer, status):
        peer.says(listed({**ROW, "visitorStatus": status}, name="rows"))
        assert self._find(gate).order_id == "o-1"

    @pytest.mark.parametrize(
        "other",
        [
            {"visitorStatus": 3},
            {"visitorStatus": "5"},
            {"visitorStatus": 6},
            {"receptionistId": "p-2"},
            {"visitStartTime": "2025-01-02T09:00:01+08:00"},
            {"visitEndTime": "2025-01-02T17:00:00+08:00"},
            {"phoneNo": "13800000001"},
            {"orderId": None},
        ],
    )
    def test_anything_different_is_not_ours(self, gate, peer, other):
        peer.says(listed({**ROW, **other}))
        assert self._find(gate) is None

    def test_a_masked_phone_can_be_ours(self, gate, peer):
        peer.says(listed({**ROW, "phoneNo": "138****0000"}))
        assert self._find(gate).order_id == "o-1"

    def test_every_page_is_read(self, gate, peer):
        other = {**ROW, "visitorStatus": 6}
        peer.says(listed(*[other] * 100, total=201), listed(*[other] * 100, total=201), listed(ROW, total=201))
        assert self._find(gate).order_id == "o-1"
        assert [request.json["pageNo"] for request in peer.received] == [1, 2, 3]

    def test_an_empty_page_ends_the_list_whatever_the_total_says(self, gate, peer):
        peer.says(listed(total=500))
        assert self._find(gate) is None
        assert len(peer.received) == 1

    def test_pages_without_end_are_not_taken_for_nothing_found(self, gate, peer):
        peer.says(*[listed({**ROW, "visitorStatus": 6}, total=10_000)] * 20)
        with pytest.raises(Retryable):
            self._find(gate)

    @pytest.mark.parametrize(
        "answer",
        [
            ok(None),
            ok({"list": [{**ROW, "visitorStatus": 6}]}),
            listed({**ROW, "visitStartTime": "tomorrow"}),
            (502, b""),
            "drop",
        ],
    )
    def test_a_reading_that_failed_is_not_nothing_found(self, gate, peer, answer):
        peer.says(answer)
        with pytest.raises(Retryable):
            self._find(gate)


class TestRights:
    @pytest.mark.parametrize(
        ("statuses", "state"),
        [
            ([], "pending"),
            ([1], "pending"),
            ([0, 1], "pending"),
            ([2, 1], "pending"),
            ([0, 0], "ready"),
            (["0"], "ready"),
            ([0, 2], "failed"),
            ([0, 9], "pending"),
        ],
    )
    def test_state_over_all_devices(self, gate, peer, statuses, state):
        rows = [{"deviceIndexCode": f"d{n}", "deviceName": f"闸机{n}", "status": s} for n, s in enumerate(statuses)]
        peer.says(listed(*rows))
        assert gate.rights("o-1").state == state
        assert peer.received[0].json == {"orderId": "o-1"}

    def test_failed_devices_are_named(self, gate, peer):
        peer.says(
            listed(
                {"deviceIndexCode": "d1", "deviceName": "东门", "status": 0},
                {"deviceIndexCode": "d2", "deviceName": "西门", "status": 2, "errorCode": "0x1"},
            )
        )
        result = gate.rights("o-1")
        assert result.failed_devices == ("西门",)
        assert result == RightsResult((DeviceRight("d1", "东门", "ready"), DeviceRight("d2", "西门", "failed", "0x1")))


class TestQrContent:
    def test_from_the_row_of_this_order(self, gate, peer):
        peer.says(listed({**ROW, "orderId": "o-2", "QRCode": "other"}, ROW))
        assert gate.qr_content("o-1") == "VQ12345678"
        assert peer.received[0].json == {"orderId": "o-1", "pageNo": 1, "pageSize": 100}

    def test_none_yet(self, gate, peer):
        peer.says(listed())
        assert gate.qr_content("o-1") == ""


class TestRevoke:
    def test_signed_out(self, gate, peer):
        peer.says(ok(None))
        gate.revoke("o-1")
        assert [(request.target, request.json) for request in peer.received] == [
            ("/artemis/api/visitor/v1/visitor/out", {"orderId": "o-1"})
        ]

    def test_not_there_is_done(self, gate, peer):
        peer.says((200, {"code": "0x0531f00e", "msg": "not found"}), listed())
        gate.revoke("o-1")
        assert len(peer.received) == 2

    def test_only_an_appointment_is_cancelled(self, gate, peer):
        peer.says((200, {"code": "0x0531f00e", "msg": "not found"}), listed(ROW), ok(None))
        gate.revoke("o-1")
        assert peer.received[2].target == "/artemis/api/visitor/v1/appointment/cancel"
        assert peer.received[2].json == {"appointRecordIds": ["a-1"]}

    def test_an_appointment_that_is_over_is_left_alone(self, gate, peer):
        peer.says((200, {"code": "0x0531f00e", "msg": ""}), listed({**ROW, "visitorStatus": 6}))
        gate.revoke("o-1")
        assert len(peer.received) == 2

    @pytest.mark.parametrize("answer", [(502, b""), "drop", "hang", (200, b"?"), (200, {"code": "0x00052103"})])
    def test_a_lost_answer_is_harmless_to_repeat(self, gate, peer, answer):
        peer.says(answer)
        with pytest.raises(Retryable):
            gate.revoke("o-1")

    def test_another_refusal_is_not_done(self, gate, peer):
        peer.says((200, {"code": "0x02401008", "msg": ""}))
        with pytest.raises(Refused):
            gate.revoke("o-1")


@pytest.mark.parametrize(
    ("shown", "known", "same"),
    [
        ("13900001111", "13900001111", True),
        ("139****1111", "13900001111", True),
        ("13900001111", "139****1111", True),
        ("139****1111", "139****1111", True),
        ("139****1111", "13900002222", False),
        ("13900002222", "139****1111", False),
        ("1390000111", "13900001111", False),
    ],
)
def test_numbers_are_compared_as_far_as_they_are_shown(shown, known, same):
    assert answers.same_number(shown, known) is same
