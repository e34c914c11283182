"""The SMS adapter against the simulated Tencent Cloud, and the fake that other tests use against the same expectations."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import pytest

from chalicelib.integrations.errors import PeerError, Refused, Retryable, UnknownOutcome
from chalicelib.integrations.sms.client import Sender, SmsClient
from chalicelib.integrations.sms.port import SmsPort
from chalicelib.integrations.sms.signature import Credentials
from sandbox.sms.office import APP_ID, SIGN_NAME, TEMPLATE_ID
from tests.support.fake_sms import FakeSms
from tests.support.simulators import Simulators

PHONE = "13800001111"


class Carrier(Protocol):
    """Whoever brings the messages."""

    port: SmsPort

    def codes(self) -> list[str]: ...

    def stop(self) -> None: ...


@dataclass
class Real:
    """The adapter, and the simulator's phone."""

    sandbox: Simulators
    port: SmsPort

    def codes(self) -> list[str]:
        items = self.sandbox.control("GET", f"/sms/messages?phone={PHONE}")["items"]
        return [message["parameters"][0] for message in items[::-1]]

    def stop(self) -> None:
        self.port = replace(self.port, base_url="http://127.0.0.1:9")


@dataclass
class Fake:
    """The fake that other tests use."""

    port: FakeSms

    def codes(self) -> list[str]:
        return self.port.codes(PHONE)

    def stop(self) -> None:
        self.port.down = True


@pytest.fixture
def client(sandbox: Simulators) -> SmsClient:
    credentials = Credentials(sandbox.app.secrets.sms_secret_id, sandbox.app.secrets.sms_secret_key)
    sender = Sender("ap-guangzhou", APP_ID, SIGN_NAME, TEMPLATE_ID)
    http = sandbox.http("sms")
    return SmsClient(sandbox.url, credentials, sender, http, lambda: int(time.time() + sandbox.offset[0]))


@pytest.fixture(params=["real", "fake"])
def carrier(request: pytest.FixtureRequest) -> Carrier:
    if request.param == "fake":
        return Fake(FakeSms())
    return Real(request.getfixturevalue("sandbox"), request.getfixturevalue("client"))


def test_a_code_reaches_the_phone(carrier: Carrier) -> None:
    carrier.port.send_code(PHONE, "012345", 5)
    carrier.port.send_code(PHONE, "543210", 5)
    assert carrier.codes() == ["012345", "543210"]


def test_nothing_was_sent_when_it_cannot_be_reached(carrier: Carrier) -> None:
    carrier.stop()
    with pytest.raises(Retryable) as raised:
        carrier.port.send_code(PHONE, "012345", 5)
    assert raised.value.sent is False
    assert carrier.codes() == []


@pytest.mark.parametrize(
    ("fault", "kind", "code", "arrives"),
    [
        ({"kind": "down"}, UnknownOutcome, "answer_lost", False),
        ({"kind": "lost_answer"}, UnknownOutcome, "answer_lost", True),
        ({"kind": "http_502"}, UnknownOutcome, "peer_failed", False),
        ({"kind": "http_502", "after_commit": True}, UnknownOutcome, "peer_failed", True),
        ({"kind": "not_json"}, UnknownOutcome, "answer_unreadable", False),
        ({"kind": "delay", "seconds": 2.5, "after_commit": True}, UnknownOutcome, "answer_lost", True),
        ({"kind": "error_code", "code": "RequestLimitExceeded"}, Retryable, "peer_busy", False),
        ({"kind": "error_code", "code": "InternalError.Timeout"}, UnknownOutcome, "peer_failed", False),
    ],
    ids=str,
)
def test_faults(
    sandbox: Simulators, client: SmsClient, fault: dict[str, Any], kind: type[PeerError], code: str, arrives: bool
) -> None:
    sandbox.fault("sms", **fault)
    with pytest.raises(kind, match=code) as raised:
        client.send_code(PHONE, "012345", 5)
    assert type(raised.value) is kind
    assert bool(Real(sandbox, client).codes()) is arrives


@pytest.mark.parametrize(
    ("knobs", "code"),
    [
        ({"thirty_second_limit": 0}, "sms_limited"),
        ({"hour_limit": 0}, "sms_limited"),
        ({"day_limit": 0}, "sms_limited"),
        ({"blacklist": [PHONE]}, "sms_blocked"),
        ({"packages": 0}, "sms_unpaid"),
        ({"approved": False}, "sms_not_configured"),
        ({"number_code": "FailedOperation.ContainSensitiveWord"}, "sms_not_configured"),
    ],
    ids=str,
)
def test_an_answer_without_an_error_is_not_enough(
    sandbox: Simulators, client: SmsClient, knobs: dict[str, Any], code: str
) -> None:
    sandbox.control("PATCH", "/sms/knobs", knobs)
    with pytest.raises(Refused, match=code):
        client.send_code(PHONE, "012345", 5)
    assert Real(sandbox, client).codes() == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (lambda sms: replace(sms, credentials=Credentials("AKIDother", "x")), "sms_credentials_refused"),
        (lambda sms: replace(sms, credentials=replace(sms.credentials, secret_key="x")), "sms_credentials_refused"),
        (lambda sms: replace(sms, timestamp=lambda: int(time.time()) - 400), "sms_credentials_refused"),
        (lambda sms: replace(sms, sender=replace(sms.sender, app_id="1")), "sms_not_configured"),
        (lambda sms: replace(sms, sender=replace(sms.sender, template_id="1")), "sms_not_configured"),
        (lambda sms: replace(sms, sender=replace(sms.sender, region="moon")), "sms_not_configured"),
    ],
    ids=["key", "secret", "clock", "application", "template", "region"],
)
def test_a_wrong_setting(client: SmsClient, wrong: Callable[[SmsClient], SmsClient], code: str) -> None:
    with pytest.raises(Refused, match=code):
        wrong(client).send_code(PHONE, "012345", 5)
