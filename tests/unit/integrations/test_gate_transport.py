"""What goes over the wire to the gateway, and how every kind of answer is sorted."""

from __future__ import annotations

import logging

import pytest

from chalicelib.integrations.errors import PeerError, Refused, Retryable, UnknownOutcome
from chalicelib.integrations.gate.codes import MEANINGS, Kind
from chalicelib.integrations.gate.port import AlreadyRegistered
from chalicelib.integrations.gate.signature import content_md5, sign
from chalicelib.integrations.gate.transport import Artemis
from chalicelib.integrations.texts import TEXTS

KEY, SECRET = "20210001", "SyntheticSecret0001x"
PATH = "/api/visitor/v1/appointment/registration"
PAYLOAD = {"visitorInfo": {"visitorName": "测试甲", "phoneNo": "13800000000"}, "receptionistId": "a1b2c3"}


def _artemis(peer, **changed) -> Artemis:
    http = peer.http("gate")
    facts = {"base_url": peer.url, "app_key": KEY, "app_secret": SECRET, "http": http, **changed}
    return Artemis(**facts)


def _failure(peer, answer, *, repeatable=False) -> PeerError:
    peer.says(answer)
    with pytest.raises(PeerError) as caught:
        _artemis(peer).call(PATH, PAYLOAD, repeatable=repeatable)
    return caught.value


def test_the_received_bytes_carry_a_valid_signature_over_headers_and_body(peer):
    peer.says((200, {"code": "0", "msg": "success", "data": {"orderId": "9b13"}}))
    assert _artemis(peer).call(PATH, PAYLOAD, repeatable=False) == {"orderId": "9b13"}
    request = peer.received[0]
    assert (request.method, request.target) == ("POST", "/artemis" + PATH)
    assert request.json == PAYLOAD
    assert "测试甲".encode() in request.body
    assert request.headers["accept"] == "*/*"
    assert request.headers["content-md5"] == content_md5(request.body)
    signed = ("accept", "content-md5", "content-type", "x-ca-key", "x-ca-nonce", "x-ca-timestamp")
    expected = sign(SECRET, "POST", request.target, {name: request.headers[name] for name in signed})
    assert request.headers["x-ca-signature"] == expected.value
    assert request.headers["x-ca-signature-headers"] == "x-ca-key,x-ca-nonce,x-ca-timestamp"


def test_every_call_has_a_nonce_of_its_own_and_milliseconds(peer):
    peer.says(*[(200, {"code": "0", "data": None})] * 2)
    for _ in range(2):
        _artemis(peer).call(PATH, {}, repeatable=True)
    nonces = {request.headers["x-ca-nonce"] for request in peer.received}
    assert len(nonces) == 2
    assert all(len(request.headers["x-ca-timestamp"]) == 13 for request in peer.received)


@pytest.mark.parametrize("base", ["", "/", "/artemis", "/artemis/"])
def test_the_prefix_may_stand_in_the_configured_address(peer, base):
    peer.says((200, {"code": "0", "data": 1}))
    _artemis(peer, base_url=peer.url + base).call(PATH, {}, repeatable=True)
    assert peer.received[0].target == "/artemis" + PATH


@pytest.mark.parametrize("code", sorted(MEANINGS))
def test_every_listed_code_is_sorted_and_has_a_text(peer, code):
    meaning = MEANINGS[code]
    registering = _failure(peer, (200, {"code": code, "msg": "…", "data": None}))
    asking = _failure(peer, (200, {"code": code.upper().replace("0X", "0x"), "msg": "…"}), repeatable=True)
    expected = {Kind.FINAL: Refused, Kind.NOT_DONE: Retryable, Kind.MAYBE_DONE: UnknownOutcome}[meaning.kind]
    assert isinstance(registering, expected)
    assert isinstance(asking, Refused if meaning.kind is Kind.FINAL else Retryable)
    assert registering.code == asking.code == meaning.code
    assert registering.peer_code == code and registering.peer == "gate"
    assert TEXTS[meaning.code]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("0x02401003", Refused),
        ("0x02401008", Refused),
        ("0x0240100b", Retryable),
        ("0x00052103", UnknownOutcome),
        ("0x0531f002", Refused),
        ("0x0531401d", AlreadyRegistered),
    ],
)
def test_the_codes_the_design_hangs_on(peer, code, kind):
    assert type(_failure(peer, (200, {"code": code, "msg": "", "data": ["测试甲"]}))) is kind


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"<html>maintenance</html>"),
        (200, b""),
        (200, b'{"code": "0", "data": {"orderId":'),
        (200, b"[1]"),
        (200, {"code": 0, "data": {}}),
        (200, {"msg": "no code"}),
        (502, b"<html>502</html>"),
        (500, b""),
        (503, {"code": "0", "data": {}}),
        (408, b""),
        "drop",
        "hang",
        "half",
    ],
)
def test_an_answer_that_proves_nothing_is_unknown_when_registering(peer, answer):
    assert type(_failure(peer, answer)) is UnknownOutcome
    again = _failure(peer, answer, repeatable=True)
    assert isinstance(again, Retryable) and again.sent is True


@pytest.mark.parametrize("status", [301, 302, 400, 401, 403, 404, 405])
def test_a_wrong_address_is_final(peer, status):
    error = _failure(peer, (status, b"<html></html>"))
    assert isinstance(error, Refused) and (error.code, error.peer_code) == ("wrong_address", f"http_{status}")


def test_too_many_requests_is_retried(peer):
    assert isinstance(_failure(peer, (429, b"")), Retryable)


def test_a_business_refusal_with_a_server_error_status_is_still_a_refusal(peer):
    assert isinstance(_failure(peer, (500, {"code": "0x00072001", "msg": ""})), Refused)


def test_a_wrong_signature_leaks_nothing(peer, caplog, capfd):
    def echo(request):
        parts = [f"{name}:{value}" for name, value in sorted(request.headers.items())]
        return 200, {"code": "0x02401003", "msg": f"AppKey {KEY} invalid signature, server: POST\n" + "\n".join(parts)}

    with caplog.at_level(logging.DEBUG):
        error = _failure(peer, echo)
    signature = peer.received[0].headers["x-ca-signature"]
    shown = f"{error!r}{error}{error.args}{error.message}{caplog.text}{capfd.readouterr()}{_artemis(peer)!r}"
    for secret in (KEY, SECRET, signature, "x-ca-key:", "测试甲", "13800000000"):
        assert secret not in shown
    assert error.code == "gate_credentials_refused"


def test_an_unlisted_code_keeps_its_message_without_our_data(peer):
    message = f"AppKey {KEY}: visitor 测试甲 13800000000 is on list 7 of a1b2c3"
    error = _failure(peer, (200, {"code": "0x0531ffff", "msg": message, "data": None}))
    assert isinstance(error, Refused)
    assert (error.code, error.peer_code) == ("gate_refused", "0x0531ffff")
    assert error.message == "AppKey ***: visitor *** *** is on list 7 of ***"
