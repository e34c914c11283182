"""The SMS adapter: known answers, what is sent, how each answer is sorted, and what never gets into a message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.integrations.errors import PeerError, Refused, Retryable, UnknownOutcome
from chalicelib.integrations.http import Http
from chalicelib.integrations.sms.client import READ_SECONDS, Sender, SmsClient
from chalicelib.integrations.sms.codes import _FAMILIES, _WHOLE
from chalicelib.integrations.sms.signature import Credentials, authorization
from chalicelib.integrations.texts import TEXTS
from tests.support.wire import Wire
from tests.unit.integrations.conftest import DROP, HALF, HANG, ScriptedPeer

VECTORS = json.loads((Path(__file__).parents[2] / "data" / "peers.json").read_text(encoding="utf-8"))["tencent_tc3"]
PHONE, CODE = "13800000000", "123456"
SENDER = Sender("ap-guangzhou", "1400000000", "测试签名", "100001")
OK = {"Response": {"SendStatusSet": [{"Code": "Ok", "Message": "send success"}], "RequestId": "r"}}


def client(url: str = "https://sms.tencentcloudapi.com", http: Any = None, timestamp: int = 1735689600) -> SmsClient:
    known = VECTORS[2]
    credentials = Credentials(known["secret_id"], known["secret_key"])
    return SmsClient(url, credentials, SENDER, http or Http("sms", read_seconds=0.3), lambda: timestamp)


def failing(code: str, message: str = "no") -> list[dict[str, Any]]:
    """The two places where Tencent puts a failure."""
    status = {"Code": code, "Message": message, "PhoneNumber": f"+86{PHONE}"}
    return [
        {"Response": {"SendStatusSet": [status]}},
        {"Response": {"Error": {"Code": code, "Message": message}, "RequestId": "r"}},
    ]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_known_answers_of_the_signature(vector: dict[str, Any]) -> None:
    credentials = Credentials(vector["secret_id"], vector["secret_key"])
    facts = (vector["service"], vector["host"], vector["content_type"], vector["timestamp"])
    assert authorization(credentials, *facts, vector["payload"].encode()) == vector["authorization"]


def test_the_request_is_byte_for_byte_that_of_the_official_sdk() -> None:
    wire, vector = Wire("sms", [(200, OK)]), VECTORS[2]
    client(http=wire).send_code(PHONE, CODE, 5)
    [sent] = wire.sent
    assert (sent["method"], sent["url"], sent["repeatable"]) == ("POST", "https://sms.tencentcloudapi.com/", False)
    assert sent["body"].decode() == vector["payload"]
    assert sent["headers"] == {
        "Content-Type": "application/json",
        "Host": "sms.tencentcloudapi.com",
        "X-TC-Action": "SendSms",
        "X-TC-Version": "2021-01-11",
        "X-TC-Region": "ap-guangzhou",
        "X-TC-Timestamp": "1735689600",
        "Authorization": vector["authorization"],
    }


@pytest.mark.parametrize(
    ("code", "kind", "ours"),
    [
        ("LimitExceeded.PhoneNumberThirtySecondLimit", Refused, "sms_limited"),
        ("LimitExceeded.PhoneNumberDailyLimit", Refused, "sms_limited"),
        ("LimitExceeded.AppDailyLimit", Refused, "sms_limited"),
        ("FailedOperation.PhoneNumberInBlacklist", Refused, "sms_blocked"),
        ("FailedOperation.InsufficientBalanceInSmsPackage", Refused, "sms_unpaid"),
        ("UnauthorizedOperation.ServiceSuspendDueToArrears", Refused, "sms_unpaid"),
        ("FailedOperation.SignatureIncorrectOrUnapproved", Refused, "sms_not_configured"),
        ("FailedOperation.TemplateIncorrectOrUnapproved", Refused, "sms_not_configured"),
        ("UnauthorizedOperation.RequestIpNotInWhitelist", Refused, "sms_not_configured"),
        ("UnauthorizedOperation.SmsSdkAppIdVerifyFail", Refused, "sms_not_configured"),
        ("InvalidParameterValue.IncorrectPhoneNumber", Refused, "sms_phone_invalid"),
        ("AuthFailure.SignatureExpire", Refused, "sms_credentials_refused"),
        ("FailedOperation.SomethingNew", Refused, "sms_refused"),
        ("RequestLimitExceeded", Retryable, "peer_busy"),
        ("InternalError.Timeout", UnknownOutcome, "peer_failed"),
        ("ok", Refused, "sms_refused"),
    ],
)
def test_each_code_is_sorted_wherever_it_stands(code: str, kind: type[PeerError], ours: str) -> None:
    for body in failing(code):
        with pytest.raises(kind) as raised:
            client(http=Wire("sms", [(200, body)])).send_code(PHONE, CODE, 5)
        assert (type(raised.value), raised.value.code, raised.value.peer_code) == (kind, ours, code)


@pytest.mark.parametrize(
    ("status", "body", "kind", "ours"),
    [
        (200, b"<html>", UnknownOutcome, "answer_unreadable"),
        (200, {"Response": {"RequestId": "r"}}, UnknownOutcome, "answer_unreadable"),
        (200, {"Response": {"SendStatusSet": []}}, UnknownOutcome, "answer_unreadable"),
        (200, {"Response": {"SendStatusSet": [None]}}, UnknownOutcome, "answer_unreadable"),
        (200, [], UnknownOutcome, "answer_unreadable"),
        (502, b"bad gateway", UnknownOutcome, "peer_failed"),
        (429, b"", Retryable, "peer_busy"),
        (404, b"", Refused, "wrong_address"),
        (302, b"", Refused, "wrong_address"),
    ],
    ids=str,
)
def test_other_answers(status: int, body: Any, kind: type[PeerError], ours: str) -> None:
    with pytest.raises(kind) as raised:
        client(http=Wire("sms", [(status, body)])).send_code(PHONE, CODE, 5)
    assert (type(raised.value), raised.value.code) == (kind, ours)


@pytest.mark.parametrize("behaviour", [DROP, HANG, HALF])
def test_a_lost_answer_is_unknown_and_never_sent_again(peer: ScriptedPeer, behaviour: str) -> None:
    peer.says(behaviour, (200, OK))
    with pytest.raises(UnknownOutcome):
        client(peer.url).send_code(PHONE, CODE, 5)
    assert len(peer.received) == 1


def test_nothing_left_when_nobody_listens() -> None:
    with pytest.raises(Retryable) as raised:
        client("http://127.0.0.1:9").send_code(PHONE, CODE, 5)
    assert raised.value.sent is False


def test_a_path_of_the_address_is_not_used(peer: ScriptedPeer) -> None:
    peer.says((200, OK))
    client(f"{peer.url}/somewhere").send_code(PHONE, CODE, 5)
    assert (peer.received[0].target, peer.received[0].headers["host"]) == ("/", peer.url.removeprefix("http://"))


def test_no_message_holds_number_code_or_key() -> None:
    key = VECTORS[2]["secret_key"]
    echo = f"+86{PHONE} {CODE} {key} {VECTORS[2]['secret_id']}"
    for body in (*failing("FailedOperation.X", echo), *failing(f"AuthFailure.{PHONE}", echo)):
        with pytest.raises(Refused) as raised:
            client(http=Wire("sms", [(200, body)])).send_code(PHONE, CODE, 5)
        assert not any(secret in str(raised.value) for secret in (PHONE, CODE, key, VECTORS[2]["secret_id"]))
    assert key not in repr(client())


def test_every_code_has_a_text() -> None:
    ours = {code for _, code in (*_WHOLE.values(), *_FAMILIES.values())} | {"sms_refused"}
    assert ours <= set(TEXTS)


def test_a_person_does_not_wait_longer_than_the_function_lives() -> None:
    assert SmsClient("https://x", Credentials("a", "b"), SENDER).http.read_seconds == READ_SECONDS == 3.0
