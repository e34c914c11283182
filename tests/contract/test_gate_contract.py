"""The gate adapter against the simulated platform, which verifies our signature on the bytes it receives."""

from __future__ import annotations

import base64
import logging
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.integrations.errors import Refused, Retryable, UnknownOutcome
from chalicelib.integrations.gate.client import CANCEL, PEOPLE, PERSONS, RECORDS, REGISTER, RIGHTS, SIGN_OUT, GateClient
from chalicelib.integrations.gate.port import AlreadyRegistered, GateVisit, Window
from tests.support.photos import portrait
from tests.support.simulators import GROUP, artemis

PREFIX = "/artemis"
WANG_PHONE = "13900001111"


@pytest.fixture
def visit(gate) -> GateVisit:
    start = datetime.now(UTC).replace(microsecond=250_000) + timedelta(minutes=5)
    host = gate.find_host(phone=WANG_PHONE)
    return GateVisit(
        "测试甲",
        "male",
        "13800001111",
        host.person_id,
        Window(start, start + timedelta(hours=4)),
        "设备检修",
        "闽A12345",
    )


def _visits(sandbox):
    return sandbox.control("GET", "/gate/visits")["items"]


def _passes(sandbox, at, device="east-turnstile-1", kind="face", value="phone:13800001111"):
    body = {"credential": {"kind": kind, "value": value}, "device": device, "at": at.isoformat()}
    return sandbox.control("POST", "/gate/pass", body)


class TestTheWholeVisit:
    def test_register_rights_pass_and_revoke(self, sandbox, gate, visit):
        inside = visit.window.starts_at + timedelta(minutes=1)
        order_id = gate.register(visit)
        assert gate.rights(order_id).state == "pending"
        assert _passes(sandbox, inside)["open"] is False
        sandbox.advance(5)
        rights = gate.rights(order_id)
        assert rights.state == "ready" and len(rights.devices) == 6
        qr_content = gate.qr_content(order_id)
        assert len(qr_content) == 10
        assert _passes(sandbox, inside, kind="qr", value=qr_content)["open"] is True
        assert _passes(sandbox, inside, device="east-barrier", kind="plate", value="闽A12345")["open"] is True
        assert _passes(sandbox, visit.window.starts_at - timedelta(minutes=2))["open"] is False
        assert _passes(sandbox, visit.window.ends_at + timedelta(minutes=2))["open"] is False
        gate.revoke(order_id)
        assert _passes(sandbox, inside, kind="qr", value=qr_content)["open"] is False
        gate.revoke(order_id)

    def test_an_id_number_opens_by_card_in_the_window(self, sandbox, gate, visit):
        number = "11010519491231002X"
        order_id = gate.register(replace(visit, id_number=number))
        sandbox.advance(5)
        inside = visit.window.starts_at + timedelta(minutes=1)
        row = next(iter(gate._records({"orderId": order_id})))
        assert (row["certificateType"], row["certificateNo"]) == (111, number)
        assert _passes(sandbox, inside, kind="card", value=number)["open"] is True
        assert _passes(sandbox, inside, kind="card", value="350000190003074516")["open"] is False
        assert number not in repr(replace(visit, id_number=number))

    def test_a_face_opens_in_the_window_and_only_this_one(self, sandbox, gate, visit):
        photo, inside = portrait(), visit.window.starts_at + timedelta(minutes=1)
        order_id = gate.register(replace(visit, photo=photo))
        sandbox.advance(5)

        def passes(seed, at, **options):
            shown = base64.b64encode(portrait(seed, **options)).decode()
            return _passes(sandbox, at, value=shown)["open"]

        assert passes(1, inside) and passes(1, inside, size=(300, 400), quality=50), "as a camera sees it"
        assert not passes(2, inside)
        assert not passes(1, visit.window.ends_at + timedelta(minutes=1))
        gate.revoke(order_id)
        assert not passes(1, inside)
        assert "JFIF" not in repr(replace(visit, photo=photo))

    @pytest.mark.parametrize("photo", [portrait(comment=b"sandbox-face-score=74"), b"no picture", portrait() * 60])
    def test_a_bad_face_refuses_the_whole_call(self, sandbox, gate, visit, photo):
        with pytest.raises(Refused) as refusal:
            gate.register(replace(visit, photo=photo))
        assert refusal.value.code == "gate_request_invalid"
        assert gate.find_registration(phone=visit.phone, host_id=visit.host_id, window=visit.window) is None
        assert gate.register(visit)

    def test_the_registration_is_found_by_phone_host_and_window(self, gate, visit):
        order_id = gate.register(visit)
        found = gate.find_registration(phone=visit.phone, host_id=visit.host_id, window=visit.window)
        assert found is not None and found.order_id == order_id and found.live
        later = Window(visit.window.starts_at, visit.window.ends_at + timedelta(minutes=1))
        assert gate.find_registration(phone=visit.phone, host_id=visit.host_id, window=later) is None
        assert gate.find_registration(phone=visit.phone, host_id="p-2d8b5e7041fa4c93", window=visit.window) is None
        assert gate.find_registration(phone="13800002222", host_id=visit.host_id, window=visit.window) is None

    def test_a_revoked_registration_is_no_longer_found(self, gate, visit):
        gate.revoke(gate.register(visit))
        assert gate.find_registration(phone=visit.phone, host_id=visit.host_id, window=visit.window) is None
        gate.register(visit)

    def test_the_same_visit_twice_is_already_registered_and_changes_nothing(self, sandbox, gate, visit):
        order_id = gate.register(visit)
        with pytest.raises(AlreadyRegistered) as caught:
            gate.register(visit)
        assert caught.value.code == "already_registered"
        assert "测试甲" not in f"{caught.value!r}"
        assert [row["order_id"] for row in _visits(sandbox)] == [order_id]

    def test_a_device_that_fails_is_named(self, sandbox, gate, visit):
        sandbox.control("PATCH", "/gate/knobs", {"failing_devices": ["east-turnstile-2"]})
        order_id = gate.register(visit)
        sandbox.advance(5)
        rights = gate.rights(order_id)
        assert (rights.state, rights.failed_devices) == ("failed", ("东门人行通道 2",))

    def test_an_appointment_nobody_registered_is_cancelled(self, sandbox, gate, visit):
        body = gate._registration_body(visit)
        body["visitorInfoList"] = [body.pop("visitorInfo")]
        del body["personNum"]
        artemis(sandbox).call("/api/visitor/v2/appointment", body, repeatable=False)
        order_id = _visits(sandbox)[0]["order_id"]
        gate.revoke(order_id)
        assert [call["code"] for call in sandbox.calls("gate", SIGN_OUT)] == ["0x0531f00e"]
        assert [call["code"] for call in sandbox.calls("gate", CANCEL)] == ["0"]
        assert _visits(sandbox)[0]["is_over"] is True

    def test_many_records_of_one_visitor_are_paged(self, sandbox, gate, visit):
        for _ in range(101):
            gate.revoke(gate.register(visit))
        order_id = gate.register(visit)
        sandbox.control("DELETE", "/gate/calls")
        found = gate.find_registration(phone=visit.phone, host_id=visit.host_id, window=visit.window)
        assert found is not None and found.order_id == order_id
        assert gate.find_registration(phone=visit.phone, host_id="p-1", window=visit.window) is None
        assert len(sandbox.calls("gate", RECORDS)) == 1 + 2


class TestHosts:
    @pytest.mark.parametrize(
        ("phone", "job_number", "name"),
        [(WANG_PHONE, "", "王海峰"), ("", "A1002", "陈建国"), ("13900003333", "A1004", "李娜")],
    )
    def test_found(self, gate, phone, job_number, name):
        assert gate.find_host(phone=phone, job_number=job_number).name == name

    @pytest.mark.parametrize(
        ("phone", "job_number", "code"),
        [
            ("13900003333", "", "host_ambiguous"),
            ("13912345678", "", "host_unknown"),
            ("13900009999", "", "host_unknown"),
            (WANG_PHONE, "A1002", "host_unknown"),
        ],
    )
    def test_refused(self, gate, phone, job_number, code):
        with pytest.raises(Refused) as caught:
            gate.find_host(phone=phone, job_number=job_number)
        assert caught.value.code == code

    def test_asked_once_a_day(self, sandbox, gate):
        for _ in range(3):
            gate.find_host(phone=WANG_PHONE)
        assert len(sandbox.calls("gate", PERSONS)) == 1


LOST = [
    ("lost_answer", {}),
    ("http_502", {"after_commit": True}),
    ("not_json", {"after_commit": True}),
    ("data_null", {}),
    ("error_code", {"code": "0x00052103", "after_commit": True}),
]


class TestFaultsOfRegistration:
    @pytest.mark.parametrize(("kind", "more"), LOST, ids=[kind for kind, _ in LOST])
    def test_a_lost_answer_after_the_commit_leaves_exactly_one_visit_to_adopt(self, sandbox, gate, visit, kind, more):
        sandbox.fault("gate", kind, PREFIX + REGISTER, **more)
        with pytest.raises(UnknownOutcome):
            gate.register(visit)
        found = gate.find_registration(phone=visit.phone, host_id=visit.host_id, window=visit.window)
        assert [row["order_id"] for row in _visits(sandbox)] == [found.order_id]

    def test_a_slow_platform_may_commit_after_we_gave_up_so_one_reading_is_not_enough(self, sandbox, gate, visit):
        sandbox.fault("gate", "delay", PREFIX + REGISTER, seconds=4)
        with pytest.raises(UnknownOutcome):
            gate.register(visit)
        readings = []
        for _ in range(100):
            readings.append(gate.find_registration(phone=visit.phone, host_id=visit.host_id, window=visit.window))
            if readings[-1]:
                break
            time.sleep(0.1)
        assert readings[0] is None
        assert [row["order_id"] for row in _visits(sandbox)] == [readings[-1].order_id]

    @pytest.mark.parametrize("kind", ["down", "http_502", "not_json"])
    def test_without_the_commit_it_is_unknown_too_and_nothing_is_found(self, sandbox, gate, visit, kind):
        sandbox.fault("gate", kind, PREFIX + REGISTER)
        with pytest.raises(UnknownOutcome):
            gate.register(visit)
        assert gate.find_registration(phone=visit.phone, host_id=visit.host_id, window=visit.window) is None
        assert _visits(sandbox) == []
        gate.register(visit)
        assert len(_visits(sandbox)) == 1

    def test_a_lost_answer_cannot_be_repeated_into_a_second_visit(self, sandbox, gate, visit):
        sandbox.fault("gate", "lost_answer", PREFIX + REGISTER)
        with pytest.raises(UnknownOutcome):
            gate.register(visit)
        with pytest.raises(AlreadyRegistered):
            gate.register(visit)
        assert len(_visits(sandbox)) == 1

    @pytest.mark.parametrize(
        ("code", "kind"), [("0x0240100b", Retryable), ("0x00052104", Retryable), ("0x00052101", Retryable)]
    )
    def test_what_certainly_was_not_done_is_retried(self, sandbox, gate, visit, code, kind):
        sandbox.fault("gate", "error_code", PREFIX + REGISTER, code=code)
        with pytest.raises(kind):
            gate.register(visit)
        assert _visits(sandbox) == []

    def test_nobody_listening_means_nothing_was_sent(self, sandbox, visit):
        nobody = GateClient(artemis(sandbox, base_url="http://127.0.0.1:9"), (GROUP,))
        with pytest.raises(Retryable) as caught:
            nobody.register(visit)
        assert caught.value.sent is False


class TestFaultsOfEverythingElse:
    @pytest.mark.parametrize("kind", ["down", "lost_answer", "http_502", "not_json", "delay"])
    def test_is_retryable(self, sandbox, gate, visit, kind):
        order_id = gate.register(visit)
        more = {"seconds": 2.5} if kind == "delay" else {}
        calls = {
            PERSONS: lambda: gate.find_host(job_number="A1002"),
            RECORDS: lambda: gate.find_registration(phone=visit.phone, host_id=visit.host_id, window=visit.window),
            RIGHTS: lambda: gate.rights(order_id),
            SIGN_OUT: lambda: gate.revoke(order_id),
        }
        for path, call in calls.items():
            sandbox.fault("gate", kind, PREFIX + path, **more)
            with pytest.raises(Retryable) as caught:
                call()
            assert caught.value.sent is True

    @pytest.mark.parametrize("path", [PERSONS, RECORDS, RIGHTS])
    def test_null_data_is_never_taken_for_an_empty_list(self, sandbox, gate, visit, path):
        order_id = gate.register(visit)
        calls = {
            PERSONS: lambda: gate.find_host(job_number="A1002"),
            RECORDS: lambda: gate.find_registration(phone=visit.phone, host_id=visit.host_id, window=visit.window),
            RIGHTS: lambda: gate.rights(order_id),
        }
        sandbox.fault("gate", "data_null", PREFIX + path)
        with pytest.raises(Retryable, match="answer_unreadable"):
            calls[path]()

    def test_a_lost_answer_of_revoking_is_repeated_without_harm(self, sandbox, gate, visit):
        order_id = gate.register(visit)
        sandbox.fault("gate", "lost_answer", PREFIX + SIGN_OUT)
        with pytest.raises(Retryable):
            gate.revoke(order_id)
        gate.revoke(order_id)
        assert [row["status_word"] for row in _visits(sandbox)] == ["已签离"]


class TestConfiguration:
    def test_a_wrong_secret_is_refused_and_the_servers_echo_goes_nowhere(self, sandbox, visit, caplog, capfd):
        key = sandbox.app.secrets.gate_app_key
        gate = GateClient(artemis(sandbox, app_secret="wrong-secret-of-ours"), (GROUP,))
        with caplog.at_level(logging.DEBUG), pytest.raises(Refused) as caught:
            gate.register(visit)
        error = caught.value
        assert (error.code, error.peer_code) == ("gate_credentials_refused", "0x02401003")
        shown = f"{error!r}{error}{error.message}{caplog.text}{capfd.readouterr()}"
        for leak in (key, "wrong-secret-of-ours", "x-ca-", "application/json", "测试甲", "13800001111"):
            assert leak not in shown
        assert _visits(sandbox) == []

    def test_the_platform_does_echo_key_and_string_to_sign(self, sandbox, monkeypatch):
        """The test above is worth something only as long as this holds."""
        seen = []
        original = type(artemis(sandbox))._refusal
        monkeypatch.setattr(
            "chalicelib.integrations.gate.transport.Artemis._refusal",
            lambda self, code, message, *rest: seen.append(message) or original(self, code, message, *rest),
        )
        with pytest.raises(Refused):
            artemis(sandbox, app_secret="wrong").call(PERSONS, {}, repeatable=True)
        assert sandbox.app.secrets.gate_app_key in seen[0] and "x-ca-nonce:" in seen[0]

    def test_an_unknown_key(self, sandbox):
        with pytest.raises(Refused, match="gate_credentials_refused"):
            artemis(sandbox, app_key="4711").call(PERSONS, {}, repeatable=True)

    def test_an_interface_that_was_not_granted(self, sandbox, gate, visit):
        sandbox.control("PATCH", "/gate/knobs", {"unauthorised_paths": [PREFIX + REGISTER]})
        with pytest.raises(Refused, match="gate_not_authorised"):
            gate.register(visit)

    def test_a_privilege_group_that_does_not_exist_or_is_not_ours(self, gate, visit):
        with pytest.raises(Refused, match="gate_resource_missing"):
            gate.register(replace(visit, privilege_group_ids=("no-such-group",)))
        with pytest.raises(Refused, match="gate_not_authorised"):
            gate.register(replace(visit, privilege_group_ids=("visitor-production",)))

    def test_a_repeated_nonce_is_refused_so_ours_must_differ(self, sandbox):
        fixed = artemis(sandbox, nonce=lambda: "always-the-same")
        body = {"paramName": "jobNo", "paramValue": ["A1001"]}
        fixed.call(PERSONS, body, repeatable=True)
        with pytest.raises(Refused, match="gate_credentials_refused"):
            fixed.call(PERSONS, body, repeatable=True)

    def test_a_clock_that_is_wrong_by_an_hour(self, sandbox, gate, visit):
        sandbox.advance(3600)
        wrong = GateClient(artemis(sandbox, timestamp=lambda: "1735689600000"), (GROUP,))
        with pytest.raises(Refused, match="gate_credentials_refused"):
            wrong.register(visit)


class TestTimes:
    def test_a_window_that_is_over(self, gate, visit):
        past = Window(visit.window.starts_at - timedelta(days=2), visit.window.ends_at - timedelta(days=2))
        with pytest.raises(Refused) as caught:
            gate.register(replace(visit, window=past))
        assert (caught.value.code, caught.value.peer_code) == ("end_not_in_future", "0x0531f002")

    def test_an_end_before_the_start(self, gate, visit):
        back = Window(visit.window.ends_at, visit.window.starts_at)
        with pytest.raises(Refused, match="end_not_after_start"):
            gate.register(replace(visit, window=back))


class TestLookingForSomebody:
    def test_by_phone_several_people_may_answer(self, gate):
        found = gate.find_people(phone="13900003333")
        assert {(one.name, one.job_number, one.department) for one in found} == {
            ("王芳", "A1003", "物资采购部"),
            ("李娜", "A1004", "物资采购部"),
        }

    def test_by_the_whole_name_and_no_part_of_it(self, gate):
        (found,) = gate.find_people(name="王海峰")
        assert (found.phone, found.job_number, found.department) == (WANG_PHONE, "A1001", "生产技术部")
        assert gate.find_people(name="王海") == ()

    def test_whoever_has_left_is_not_found(self, gate):
        assert gate.find_people(name="赵已离") == ()
        assert gate.find_people(phone="13900009999") == ()

    def test_who_was_found_is_asked_for_once_a_day_who_was_not_each_time(self, sandbox):
        seconds = [0.0]
        client = GateClient(artemis(sandbox), (GROUP,), seconds=lambda: seconds[0])
        for _ in range(2):
            client.find_people(name="王海峰")
            client.find_people(name="无此人")
        assert len(sandbox.calls("gate", PEOPLE)) == 3
        seconds[0] = 86_400.0
        client.find_people(name="王海峰")
        assert len(sandbox.calls("gate", PEOPLE)) == 4

    def test_a_slow_or_missing_platform_is_an_error_to_repeat(self, sandbox, gate):
        sandbox.fault("gate", "delay", PREFIX, seconds=2.5)
        with pytest.raises(Retryable):
            gate.find_people(name="王海峰")
        sandbox.fault("gate", "down", PREFIX)
        with pytest.raises(Retryable):
            gate.find_people(phone=WANG_PHONE)

    def test_the_simulated_list_is_strict(self, sandbox):
        def code(**body):
            with pytest.raises(Refused) as refused:
                artemis(sandbox).call(PEOPLE, body, repeatable=True)
            return refused.value.peer_code

        wanted = {"key": "personName", "operator": 0, "values": ["王海峰"]}
        assert code(expressions=[wanted]) == "0x00072001", "paging is required"
        page = {"pageNo": 1, "pageSize": 10}
        assert code(**page, expressions=[{**wanted, "operator": 9}]) == "0x00072002"
        assert code(**page, expressions=[{**wanted, "values": "王海峰"}]) == "0x00072003"
        assert code(**page, expressions=[{**wanted, "key": "salary"}]) == "0x00072002"
        assert code(pageNo=1, pageSize=1001) == "0x00072002"
        everybody = artemis(sandbox).call(PEOPLE, page, repeatable=True)
        assert any(row["status"] < 0 for row in everybody["list"]), (
            "the deleted are listed, the adapter leaves them out"
        )
