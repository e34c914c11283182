"""Tencent Cloud SMS: whose requests it takes, what it refuses number by number, what reaches the phone."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.sms.signature import signature
from tests.sandbox.callers import ManualClock, app_of

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "peers.json").read_text())["tencent_tc3"]
HOST = "campus.localhost:9000"
PHONE = "13800001111"
ACCOUNT = {"SmsSdkAppId": "1400987654", "TemplateId": "2004321", "SignName": "东南电化"}
BODY: dict[str, Any] = {**ACCOUNT, "PhoneNumberSet": [f"+86{PHONE}"], "TemplateParamSet": ["123456", "5"]}


class Customer:
    """Signs as contract E2 says; written from it, not taken from the product."""

    def __init__(self, client: TestClient, clock: ManualClock) -> None:
        self.client, self.clock = client, clock
        known = app_of(client).secrets
        self.key = known.sms_secret_id, known.sms_secret_key

    def headers(self, content: bytes, names: str = "content-type;host", **changes: str) -> dict[str, str]:
        """Signed headers; changes are made after signing."""
        timestamp = str(int(self.clock()))
        day = datetime.fromtimestamp(self.clock(), UTC).date().isoformat()
        values = {"content-type": "application/json", "host": HOST, "x-tc-action": "sendsms"}
        lines = [f"{name}:{values[name]}\n" for name in names.split(";")]
        canonical = "\n".join(["POST", "/", "", "".join(lines), names, hashlib.sha256(content).hexdigest()])
        scope = f"{day}/sms/tc3_request"
        text = f"TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = f"TC3{self.key[1]}".encode()
        for part in (*scope.split("/"), text):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        credential = f"TC3-HMAC-SHA256 Credential={self.key[0]}/{scope}, SignedHeaders={names}, Signature={key.hex()}"
        common = {"X-TC-Action": "SendSms", "X-TC-Version": "2021-01-11", "X-TC-Region": "ap-guangzhou"}
        times = {"X-TC-Timestamp": timestamp, "Authorization": credential, "Host": HOST}
        return {"Content-Type": "application/json", **common, **times, **changes}

    def send(self, names: str = "content-type;host", raw: bytes | None = None, **changes: Any) -> dict[str, Any]:
        """`Response` of a call whose body is changed."""
        content = json.dumps({**BODY, **changes}).encode()
        answer = self.client.post("/", content=content if raw is None else raw, headers=self.headers(content, names))
        assert answer.status_code == 200
        return dict(answer.json()["Response"])

    def result(self, **changes: Any) -> str:
        """The code of the first number, or of the call."""
        response = self.send(**changes)
        return str(response["Error"]["Code"] if "Error" in response else response["SendStatusSet"][0]["Code"])

    def with_headers(self, **changes: str) -> str:
        """The code of a call whose headers were changed after signing."""
        content = json.dumps(BODY).encode()
        answer = self.client.post("/", content=content, headers=self.headers(content, **changes))
        return str(answer.json()["Response"].get("Error", {}).get("Code"))

    def knobs(self, **changes: Any) -> None:
        assert self.client.patch("/sandbox/sms/knobs", json=changes).status_code == 200

    def messages(self, phone: str = PHONE) -> list[dict[str, Any]]:
        return list(self.client.get(f"/sandbox/sms/messages?phone={phone}").json()["items"])


@pytest.fixture
def customer(client: TestClient, clock: ManualClock) -> Customer:
    return Customer(client, clock)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_known_answers(vector: dict[str, Any]) -> None:
    day = vector["credential_scope"].partition("/")[0]
    timestamp = str(vector["timestamp"])
    found = signature(vector["secret_key"], day, vector["service"], timestamp, vector["canonical_request"])
    assert found == vector["signature"]


@pytest.mark.parametrize("names", ["content-type;host", "content-type;host;x-tc-action"])
def test_a_message_reaches_the_phone_with_either_set_of_signed_headers(customer: Customer, names: str) -> None:
    response = customer.send(names, SessionContext="abc")
    status = response["SendStatusSet"][0]
    assert (status["Code"], status["PhoneNumber"], status["SessionContext"], status["Fee"]) == (
        *("Ok", f"+86{PHONE}", "abc"),
        1,
    )
    [message] = customer.messages()
    assert message["delivered"] and message["parameters"] == ["123456", "5"] and message["id"] == status["SerialNo"]
    assert message["text"].startswith("【东南电化】您的验证码是123456，5分钟内有效")
    assert customer.messages("13800002222") == []


def test_what_was_not_signed_by_the_customer_just_now_is_refused(customer: Customer, clock: ManualClock) -> None:
    failure, expired = "AuthFailure.SignatureFailure", "AuthFailure.SignatureExpire"
    assert customer.send(raw=json.dumps({**BODY, "SignName": "x"}).encode())["Error"]["Code"] == failure
    assert customer.with_headers(Authorization="") == failure
    assert customer.with_headers(Host="other.example") == failure
    assert customer.with_headers(**{"Content-Type": "application/json; charset=utf-8"}) == failure
    content = json.dumps(BODY).encode()
    good = customer.headers(content)
    stranger = good["Authorization"].replace(customer.key[0], "AKIDother")
    assert customer.with_headers(Authorization=stranger) == "AuthFailure.SecretIdNotFound"
    beijing = good["Authorization"].replace("/2026-11-23/", "/2026-11-24/")
    assert customer.with_headers(Authorization=beijing) == failure, "the date is UTC's, of the timestamp"
    clock.pass_(301)
    late = customer.client.post("/", content=content, headers=good)
    assert late.json()["Response"]["Error"]["Code"] == expired
    assert customer.messages() == []


def test_before_eight_in_the_morning_the_date_is_yesterdays(customer: Customer, clock: ManualClock) -> None:
    clock.pass_(-2 * 3600)
    assert "/2026-11-22/sms/" in customer.headers(b"")["Authorization"]
    assert customer.result() == "Ok"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"X-TC-Action": "SendSmss"}, "InvalidAction"),
        ({"X-TC-Version": "2019-07-11"}, "NoSuchVersion"),
        ({"X-TC-Region": "moon"}, "UnsupportedRegion"),
    ],
    ids=str,
)
def test_headers_it_does_not_serve(customer: Customer, headers: dict[str, str], code: str) -> None:
    assert customer.with_headers(**headers) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"PhoneNumberSet": [PHONE]}, "InvalidParameterValue.IncorrectPhoneNumber"),
        ({"PhoneNumberSet": f"+86{PHONE}"}, "InvalidParameter"),
        ({"PhoneNumberSet": []}, "LimitExceeded.PhoneNumberCountLimit"),
        ({"Extra": "x"}, "UnknownParameter"),
        ({"SmsSdkAppId": "1"}, "UnauthorizedOperation.SmsSdkAppIdVerifyFail"),
        ({"SignName": "别家"}, "FailedOperation.SignatureIncorrectOrUnapproved"),
        ({"TemplateId": "1"}, "FailedOperation.TemplateIncorrectOrUnapproved"),
        ({"TemplateParamSet": ["123456"]}, "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"),
        ({"TemplateParamSet": ["1234567", "5"]}, "InvalidParameterValue.TemplateParameterLengthLimit"),
        ({"TemplateParamSet": ["abc", "5"]}, "InvalidParameterValue.TemplateParameterFormatError"),
    ],
    ids=str,
)
def test_what_was_not_approved_or_has_another_form(customer: Customer, changes: dict[str, Any], code: str) -> None:
    assert customer.result(**changes) == code
    assert customer.messages() == []


def test_missing_parameters_and_other_bodies(customer: Customer) -> None:
    for content, code in ((b"[]", "InvalidParameter"), (b"{", "InvalidParameter"), (b"{}", "MissingParameter")):
        answer = customer.client.post("/", content=content, headers=customer.headers(content))
        assert answer.json()["Response"]["Error"]["Code"] == code


def test_limits_of_a_number(customer: Customer, clock: ManualClock) -> None:
    customer.knobs(thirty_second_limit=1, hour_limit=2, day_limit=3, same_content_day_limit=2)
    other = {"TemplateParamSet": ["654321", "5"]}
    assert [customer.result(), customer.result()] == ["Ok", "LimitExceeded.PhoneNumberThirtySecondLimit"]
    assert customer.result(PhoneNumberSet=["+8613800002222"]) == "Ok", "another number has limits of its own"
    clock.pass_(31)
    assert customer.result() == "Ok"
    clock.pass_(31)
    assert customer.result(**other) == "LimitExceeded.PhoneNumberOneHourLimit"
    clock.pass_(3600)
    assert customer.result() == "LimitExceeded.PhoneNumberSameContentDailyLimit"
    assert customer.result(**other) == "Ok"
    clock.pass_(31)
    assert customer.result(**other) == "LimitExceeded.PhoneNumberDailyLimit"
    clock.pass_(24 * 3600)
    assert customer.result() == "Ok"
    assert len(customer.messages()) == 4


def test_numbers_fail_one_by_one(customer: Customer) -> None:
    customer.knobs(blacklist=[PHONE], packages=1)
    numbers = [f"+86{PHONE}", "+8613800002222", "+8613800003333"]
    statuses = customer.send(PhoneNumberSet=numbers)["SendStatusSet"]
    assert [status["Code"] for status in statuses] == [
        "FailedOperation.PhoneNumberInBlacklist",
        "Ok",
        "FailedOperation.InsufficientBalanceInSmsPackage",
    ]
    log = customer.client.get("/sandbox/sms/calls").json()["items"]
    assert (log[0]["code"], log[0]["status"]) == ("FailedOperation.PhoneNumberInBlacklist", 200)
    assert PHONE not in json.dumps(log)


def test_late_and_lost_messages(customer: Customer, clock: ManualClock) -> None:
    customer.knobs(delivery_seconds=10)
    customer.result()
    assert [message["delivered"] for message in customer.messages()] == [False]
    clock.pass_(10)
    customer.knobs(undelivered=True)
    customer.result()
    assert [message["delivered"] for message in customer.messages()] == [False, True]


def test_the_root_is_still_the_phones_page(client: TestClient) -> None:
    assert "text/html" in client.get("/").headers["content-type"]
