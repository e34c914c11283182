"""LE's answers read member by member and sorted once; what is sent, to the last member."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.house.client import request_id
from chalicelib.integrations.le import codes
from chalicelib.integrations.le.client import LeClient, le_house
from chalicelib.integrations.le.port import (
    LeDeclined,
    LeDriver,
    LeLine,
    LePerson,
    LeRegistration,
    LeSignature,
    LeStateConflict,
    LeTank,
    LeVehicle,
)
from chalicelib.integrations.texts import TEXTS
from tests.support.wire import Wire

ID_KEY = bytes(range(32))
DAY = date(2027, 5, 1)
AT = datetime(2026, 11, 26, 0, 0, tzinfo=UTC)
DRIVER = LeDriver("d" * 32, "林晓雨", "13800001111", "Q-7", DAY)
REGISTRATION = LeRegistration(
    "01JLE", "pickup", "NAOH32", (LeLine("SO1", "10", 20_000), LeLine("SO2", "10", 10_500)), "闽A12345", DRIVER, AT, AT
)
STATE: dict[str, Any] = {
    "registrationNo": "R1", "externalNo": "01JLE", "type": "pickup", "status": "weighed", "seq": 8,
    "at": "2026-11-26T08:00:00+08:00", "orderNo": "SO1", "lineNo": "10", "productCode": "NAOH32",
    "plannedQty": "30.500", "plateNo": "闽A12345", "trailerPlateNo": None, "arriveFrom": "x", "arriveTo": "x",
    "cardNo": "C0012", "cardReturned": False, "queueNo": "A017", "laneCode": "L2", "tareWeight": "15.000",
    "grossWeight": "45.360", "netWeight": "30.360", "signedQty": None, "issueNo": "I1", "reason": None,
    "history": [{"status": "registered", "seq": 1, "at": "2026-11-26T07:00:00+08:00"}],
}  # fmt: skip
ORDER: dict[str, Any] = {
    "orderNo": "SO1", "type": "pickup", "customer": {"no": "K1", "name": "某公司"}, "status": "open",
    "validFrom": "2026-11-01", "validTo": "2026-11-30",
    "lines": [{"lineNo": "10", "productCode": "SALT", "productName": "工业盐", "hazardous": False, "hazardClass": None,
               "unNo": None, "orderedQty": "30.000", "openQty": "-0.140", "unit": "t"}],
}  # fmt: skip


def client(*answers: tuple[int, Any]) -> tuple[LeClient, Wire]:
    wire = Wire("le", list(answers))
    house = le_house("http://le.example/", "campus", "SyntheticInternal01", wire)  # type: ignore[arg-type]
    house = replace(house, timestamp=lambda: "1735689600", nonce=lambda: "n0001")
    return LeClient(house, "JY01", lambda: ID_KEY), wire


def ok(data: Any) -> tuple[int, Any]:
    return 200, {"code": "OK", "data": data, "requestId": "r"}


def test_a_registration_as_the_contract_shows_it() -> None:
    le, wire = client(ok(STATE))
    state = le.register(REGISTRATION, "le:registration:01JLE~1")
    assert (state.net_kg, state.tare_kg, state.gross_kg, state.signed_kg) == (30_360, 15_000, 45_360, None)
    assert (state.status, state.seq, state.lane_code, state.reason, state.at) == ("weighed", 8, "L2", None, AT)
    assert wire.bodies()[0] == {
        "requestId": request_id("le:registration:01JLE~1"),
        "externalNo": "01JLE", "siteCode": "JY01", "type": "pickup", "orderNo": "SO1", "lineNo": "10",
        "productCode": "NAOH32", "plannedQty": "30.500", "unit": "t",
        "lines": [{"orderNo": "SO1", "lineNo": "10", "plannedQty": "20.000"},
                  {"orderNo": "SO2", "lineNo": "10", "plannedQty": "10.500"}],
        "plateNo": "闽A12345",
        "driver": {"driverNo": "d" * 32, "name": "林晓雨", "phone": "13800001111", "qualificationNo": "Q-7",
                   "qualificationExpiry": "2027-05-01"},
        "arriveFrom": "2026-11-26T08:00:00+08:00", "arriveTo": "2026-11-26T08:00:00+08:00",
    }  # fmt: skip
    assert wire.sent[0]["url"] == "http://le.example/le/v1/registrations"


def test_the_same_intention_has_the_same_request_to_the_letter() -> None:
    le, wire = client(ok(STATE), ok(STATE))
    le.register(REGISTRATION, "k")
    le.register(REGISTRATION, "k")
    assert wire.sent[0] == wire.sent[1]
    assert len(wire.bodies()[0]["requestId"]) == 32


def test_a_single_line_needs_no_lines_and_cancel_and_card_have_keys_of_their_own() -> None:
    le, wire = client(ok(STATE), ok(STATE), ok(STATE))
    le.register(replace(REGISTRATION, lines=REGISTRATION.lines[:1]), "k")
    le.cancel("R1", "queued", "超时", "k")
    le.return_card("R1", "C0012", "cancelled", "k")
    assert "lines" not in wire.bodies()[0]
    assert len({body["requestId"] for body in wire.bodies()}) == 3
    assert wire.sent[2]["url"].endswith("/le/v1/registrations/R1/return-card")


def test_a_path_is_signed_as_it_is_sent() -> None:
    le, wire = client(ok({}))
    tank = LeTank("TG-01", "32.5", DAY, ("NAOH32",))
    le.put_vehicle(LeVehicle("闽A1234挂", "yellow", "trailer", "3501", DAY, ("8",), DAY, 32_000, True, 3, tank))
    assert wire.sent[0]["url"].endswith("/vehicles/%E9%97%BDA1234%E6%8C%82")
    assert wire.bodies()[0] == {
        "plateColor": "yellow", "kind": "trailer", "roadTransportCertNo": "3501", "certExpiry": "2027-05-01",
        "certClasses": ["8"], "inspectionExpiry": "2027-05-01", "approvedLoadT": "32.000", "suspended": True,
        "version": 3, "tank": {"tankNo": "TG-01", "volumeM3": "32.5", "inspectionExpiry": "2027-05-01",
                               "permittedMedia": ["NAOH32"]},
    }  # fmt: skip


def test_an_id_number_is_sealed_anew_each_time_and_bound_to_its_driver() -> None:
    person = LePerson("d" * 32, "林", "13800001111", "both", "350102199003070012", "Q", DAY, ("8",), False, 1)
    assert "350102199003070012" not in repr(person)
    le, wire = client(ok({}), ok({}))
    le.put_person(person)
    le.put_person(person)
    first, second = (base64.b64decode(body["idNo"]) for body in wire.bodies())
    assert first[:12] != second[:12]
    assert AESGCM(ID_KEY).decrypt(first[:12], first[12:], b"d" * 32) == b"350102199003070012"
    assert "licenceClass" not in wire.bodies()[0]


def missing(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        *(missing(STATE, name) for name in ("registrationNo", "status", "seq", "at", "cardReturned", "history")),
        *({**STATE, **wrong} for wrong in (
            {"status": "expired"}, {"seq": -1}, {"seq": True}, {"seq": "8"}, {"at": "2026-11-26T08:00:00"}, {"at": 3},
            {"netWeight": 30.36}, {"netWeight": "30.3601"}, {"netWeight": "-1"}, {"cardReturned": "no"}, {"cardNo": 12},
            {"history": {}}, {"history": [None]}, {"history": [{"status": "registered"}]}, {"plannedQty": "1e3"},
        )),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_registration_is_asked_for_again(data: Any) -> None:
    le, _ = client(ok(data))
    with pytest.raises(Retryable, match="answer_unreadable") as caught:
        le.find("R1")
    assert "闽A12345" not in str(caught.value)


@pytest.mark.parametrize("name", ["items", "nextCursor"])
def test_a_list_without_its_members_is_unreadable(name: str) -> None:
    le, _ = client(ok({"items": [ORDER], "nextCursor": None} | {name: 7}))
    with pytest.raises(Retryable, match=f"answer_unreadable.*{name}"):
        le.orders(["13800001111"])


def test_lists_are_read_to_the_end_but_not_for_ever() -> None:
    more = [ok({"items": [{**ORDER, "orderNo": f"SO{page}"}], "nextCursor": "next"}) for page in range(20)]
    le, wire = client(*more[:2], ok({"items": [], "nextCursor": None}))
    assert [order.order_no for order in le.orders(["13800001111"])] == ["SO0", "SO1"]
    assert wire.sent[1]["url"].endswith("/le/v1/orders?cursor=next&driverPhone=13800001111&limit=200")
    le, wire = client(*more)
    le.orders(["13800001111"])
    assert len(wire.sent) == 10


def test_an_order_that_gave_a_little_more_has_nothing_open() -> None:
    le, _ = client(ok(ORDER))
    order = le.order("SO1")
    assert order is not None
    assert (order.lines[0].open_kg, order.lines[0].hazard_class, order.valid_to) == (0, "", date(2026, 11, 30))


def test_times_of_a_question_are_exact() -> None:
    le, wire = client(ok({"items": [], "nextCursor": None}))
    le.changed_since(datetime(2026, 11, 26, 1, 2, 3, 456_000, tzinfo=UTC), "c")
    assert wire.sent[0]["url"].endswith("?cursor=c&limit=200&updatedAfter=2026-11-26T01%3A02%3A03.456%2B00%3A00")


CONFLICT = {"code": "STATE_CONFLICT", "message": "登记现在是「已进厂」", "reason": "entered"}


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, {"code": "INVALID_ARGUMENT", "message": "x"}, Refused, "le_request_invalid"),
        (401, {"code": "UNAUTHENTICATED", "message": "x"}, Refused, "le_credentials_refused"),
        (403, {"code": "FORBIDDEN", "message": "x"}, Refused, "le_not_authorised"),
        (403, b"<html>", Refused, "le_not_authorised"),
        (404, {"code": "NOT_FOUND", "message": "x"}, Refused, "le_registration_unknown"),
        (409, CONFLICT, LeStateConflict, "le_state_conflict"),
        (409, {"code": "CARD_MISMATCH", "message": "x"}, Refused, "le_card_mismatch"),
        (409, {"code": "IDEMPOTENCY_CONFLICT", "message": "x"}, Refused, "le_key_reused"),
        (409, {"code": "IN_PROGRESS", "message": "x"}, Retryable, "le_in_progress"),
        (422, {"code": "DECLINED", "message": "已满", "reason": "SITE_FULL"}, LeDeclined, "le_declined"),
        (422, {"code": "DECLINED", "message": "已关闭", "reason": "ORDER_CLOSED"}, LeDeclined, "le_order_closed"),
        (429, {"code": "TOO_MANY_REQUESTS", "message": "x"}, Retryable, "peer_busy"),
        (503, b"", Retryable, "peer_failed"),
        (200, {"code": "ERROR"}, Retryable, "answer_unreadable"),
        (418, {"code": "TEAPOT", "message": "tea"}, Refused, "le_refused"),
    ],
    ids=str,
)
def test_answers_are_sorted(status: int, body: Any, kind: type[PeerError], code: str) -> None:
    le, _ = client((status, body))
    with pytest.raises(PeerError) as caught:
        le.return_card("R1", "C0012", "cancelled", "k")
    assert (type(caught.value), caught.value.code) == (kind, code)


def test_a_conflict_tells_the_state_and_a_cancelled_one_is_cancelled() -> None:
    le, _ = client((409, CONFLICT))
    with pytest.raises(LeStateConflict) as caught:
        le.cancel("R1", "queued", "超时", "k")
    assert caught.value.status == "entered"
    le, wire = client((409, {**CONFLICT, "reason": "cancelled"}), ok({**STATE, "status": "cancelled"}))
    assert le.cancel("R1", "queued", "超时", "k").status == "cancelled"
    assert [call["method"] for call in wire.sent] == ["POST", "GET"]


def test_the_sentence_is_for_people_and_the_log_holds_nobody() -> None:
    said = {"code": "DECLINED", "reason": "DRIVER_EXPIRED", "message": "林晓雨 13800001111 证件已过期"}
    le, _ = client((422, said))
    with pytest.raises(LeDeclined) as caught:
        le.register(REGISTRATION, "k")
    assert (caught.value.code, caught.value.sentence) == ("le_driver_expired", "林晓雨 13800001111 证件已过期")
    assert "林晓雨" not in str(caught.value) and "13800001111" not in str(caught.value)


def signed(quantity: str) -> dict[str, Any]:
    return {
        "registrationNo": "R1", "status": "signed", "signedQty": quantity, "deliveredQty": "30.360",
        "difference": "-0.160", "erpDocumentNo": None, "signedAt": "2026-11-26T08:00:00+08:00", "seq": 10,
    }  # fmt: skip


def test_signed_before_is_signed_when_it_was_the_same() -> None:
    signature = LeSignature(30_200, 30_360, True, "残留", "林晓雨", AT, ("01JPHOTO",))
    before = {"code": "ALREADY_SIGNED", "message": "signed before", "data": signed("30.200")}
    le, wire = client((409, before))
    assert le.sign_off("R1", signature, "k").difference_kg == -160
    assert wire.bodies()[0] == {
        "requestId": request_id("k"), "signType": "abnormal", "signedQty": "30.200", "unit": "t", "netWeight": "30.360",
        "differenceReason": "残留", "signer": "林晓雨", "signedAt": "2026-11-26T08:00:00+08:00", "photos": ["01JPHOTO"],
    }  # fmt: skip
    for data in (signed("30.100"), None, {}):
        le, _ = client((409, {**before, "data": data}))
        with pytest.raises(Refused, match="le_signed_otherwise"):
            le.sign_off("R1", signature, "k")


def test_every_code_has_a_text() -> None:
    common = ("state_conflict", "key_reused", "request_invalid", "credentials_refused", "not_authorised")
    for peer in ("park", "le", "mes"):
        for code in (*common, "refused", "in_progress"):
            assert TEXTS[f"{peer}_{code}"]
    ours = {
        *codes.DECLINED.values(),
        "le_declined",
        "le_card_mismatch",
        "le_signed_otherwise",
        "le_registration_unknown",
    }
    assert ours <= set(TEXTS)
