"""What the canteen's adapter sends, and which answers about money it does not believe."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.integrations.canteen.client import CanteenClient, canteen_house
from chalicelib.integrations.canteen.codes import REASONS
from chalicelib.integrations.canteen.port import CardStatus, CounterOnly, Recharge, RechargeStatus
from chalicelib.integrations.errors import Refused, Retryable
from chalicelib.integrations.texts import TEXTS
from tests.support.wire import Wire

ORDER = Recharge("T1", "60011002", 5000, datetime(2026, 11, 26, 3, 40, 9, tzinfo=UTC), "4200001")
CREDITED: dict[str, Any] = {
    "serialNo": "T1", "accountNo": "60011002", "amountFen": 5000, "status": "credited",
    "creditedAt": "2026-11-26T11:40:12+08:00", "balanceAfterFen": 13_750,
}  # fmt: skip
ACCOUNT: dict[str, Any] = {
    "accountNo": "60011002", "staffNo": "A1002", "nameMasked": "陈**", "status": "normal",
    "cards": [{"cardNo": "88011002", "status": "normal"}],
}  # fmt: skip
BALANCE: dict[str, Any] = {
    **ACCOUNT, "balanceFen": 15_600, "asOf": "2026-11-26T12:00:00+08:00",
    "purses": [{"purse": "cash", "balanceFen": 12_600}, {"purse": "subsidy", "balanceFen": 3000}],
}  # fmt: skip
ROW: dict[str, Any] = {
    "seq": 8, "accountNo": "60011002", "kind": "consume", "amountFen": -1250, "balanceAfterFen": 14_350,
    "occurredAt": "2026-11-26T11:58:12+08:00", "postedAt": "2026-11-26T11:58:12+08:00", "merchant": "一食堂", "terminal": "POS-03",
}  # fmt: skip


def client(*answers: Any) -> tuple[CanteenClient, Wire]:
    told = [each if isinstance(each, tuple) else (200, {"code": "OK", "data": each}) for each in answers]
    wire = Wire("canteen", told)
    house = canteen_house("http://canteen.example", "campus-canteen", "SyntheticInternal04", wire)  # type: ignore[arg-type]
    return CanteenClient(replace(house, timestamp=lambda: "1735689600", nonce=lambda: "n0001")), wire


def page(*rows: dict[str, Any], **changes: Any) -> dict[str, Any]:
    following = rows[-1].get("seq", 0) if rows else 7
    return {"items": list(rows), "nextSeq": following, "hasMore": False, "lastSeq": 9} | changes


def without(data: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != name}


def test_what_is_sent() -> None:
    canteen, wire = client({"items": []}, BALANCE, page(), CREDITED, {"serialNo": "T/1", "status": "not_found"})
    canteen.accounts_by_phone("13900002222")
    canteen.balance("60011002")
    canteen.rows("7", 500)
    canteen.recharge(ORDER)
    canteen.find_recharge("T/1")
    assert [
        f"{call['method']} {call['url'].removeprefix('http://canteen.example/canteen/v1')}" for call in wire.sent
    ] == [
        "GET /accounts?phone=13900002222",
        "GET /accounts/60011002",
        "GET /transactions?afterSeq=7&limit=200",
        "POST /recharges",
        "GET /recharges/T%2F1",
    ]
    assert wire.bodies()[3] == {
        "serialNo": "T1", "accountNo": "60011002", "amountFen": 5000, "paidAt": "2026-11-26T11:40:09+08:00",
        "channel": "wechat", "channelTransactionId": "4200001",
    }  # fmt: skip
    assert all(call["repeatable"] for call in wire.sent)


def test_a_repetition_is_the_same_bytes_under_the_same_key() -> None:
    lost = {"cardNo": "88011002", "status": "lost"}
    canteen, wire = client(CREDITED, CREDITED, lost, lost, {"cardNo": "88011002", "status": "normal"})
    canteen.recharge(ORDER)
    canteen.recharge(ORDER)
    for _ in range(2):
        canteen.report_loss("88011002", "canteen:card:88011002~4", "本人挂失")
    canteen.report_found("88011002", "canteen:card:88011002~4")
    sent = [call["body"] for call in wire.sent]
    assert sent[0] == sent[1] and sent[2] == sent[3]
    keys = [body["requestId"] for body in wire.bodies()[2:]]
    assert len(set(keys)) == 2 and all(len(key) == 32 for key in keys)


def test_rows_as_the_contract_shows_them() -> None:
    canteen, _ = client(
        page(ROW, {**ROW, "seq": 9, "kind": "recharge", "amountFen": 5000, "serialNo": "T1"}, hasMore=True, lastSeq=12)
    )
    found = canteen.rows("7", 2)
    assert (found.next_cursor, found.has_more, found.behind) == ("9", True, 3)
    assert [(row.key, row.amount_fen, row.serial_no) for row in found.rows] == [
        ("000000000008", -1250, None),
        ("000000000009", 5000, "T1"),
    ]
    assert found.rows[0].occurred_at == datetime(2026, 11, 26, 3, 58, 12, tzinfo=UTC)
    canteen, _ = client(without(page(), "lastSeq"))
    assert canteen.rows("7", 2).behind is None
    canteen, _ = client(page(ROW))
    assert canteen.rows("7", 2, "60011002").behind is None, "numbers of everybody do not count one account's rows"


@pytest.mark.parametrize(
    "data",
    [
        None,
        {**BALANCE, "accountNo": "60011003"},
        {**BALANCE, "balanceFen": 15_601},
        {**BALANCE, "balanceFen": "15600"},
        {**BALANCE, "balanceFen": 156.0},
        {**BALANCE, "balanceFen": True},
        {**BALANCE, "balanceFen": None},
        {**BALANCE, "purses": []},
        {**BALANCE, "purses": [BALANCE["purses"][0]] * 2, "balanceFen": 25_200},
        {**BALANCE, "purses": [{"purse": "points", "balanceFen": 15_600}]},
        {**BALANCE, "purses": {"cash": 15_600}},
        {**BALANCE, "asOf": "2026-11-26T12:00:00"},
        {**BALANCE, "status": "open"},
        {**BALANCE, "cards": [{"cardNo": "88011002", "status": "stolen"}]},
        without(BALANCE, "cards"),
    ],
    ids=str,
)
def test_a_balance_that_is_not_believed(data: Any) -> None:
    with pytest.raises(Retryable, match="answer_unreadable"):
        client(data)[0].balance("60011002")


def test_a_balance_below_zero_is_one() -> None:
    data = {**BALANCE, "balanceFen": -400, "purses": [{"purse": "cash", "balanceFen": -400}]}
    assert client(data)[0].balance("60011002").balance_fen == -400


@pytest.mark.parametrize(
    "data",
    [
        None,
        page(ROW, ROW),
        page({**ROW, "seq": 9}, {**ROW, "seq": 8}),
        page({**ROW, "seq": 7}),
        page(ROW, nextSeq=9),
        page(nextSeq=9),
        page(hasMore=True),
        page(ROW, hasMore=None),
        page({**ROW, "amountFen": 1250}),
        page({**ROW, "kind": "recharge"}),
        page({**ROW, "kind": "lunch"}),
        page({**ROW, "amountFen": -12.5}),
        page({**ROW, "balanceAfterFen": None}),
        page({**ROW, "postedAt": "soon"}),
        page(without(ROW, "accountNo")),
    ],
    ids=str,
)
def test_rows_that_are_not_believed(data: Any) -> None:
    with pytest.raises(Retryable, match="answer_unreadable"):
        client(data)[0].rows("7", 10)


def test_somebody_elses_rows_and_accounts_twice() -> None:
    with pytest.raises(Retryable, match="answer_unreadable"):
        client(page(ROW))[0].rows("7", 10, "60011003")
    with pytest.raises(Retryable, match="answer_unreadable"):
        client({"items": [ACCOUNT, ACCOUNT]})[0].accounts_by_phone("13900002222")


@pytest.mark.parametrize(
    "data",
    [
        None,
        {**CREDITED, "serialNo": "T2"},
        {**CREDITED, "accountNo": "60011003"},
        {**CREDITED, "amountFen": 50},
        {**CREDITED, "amountFen": "5000"},
        {**CREDITED, "creditedAt": None},
        {**CREDITED, "status": "done"},
        {**CREDITED, "status": "not_found"},
        {**CREDITED, "balanceAfterFen": "13750"},
        without(CREDITED, "status"),
    ],
    ids=str,
)
def test_an_answer_to_a_top_up_that_proves_nothing(data: Any) -> None:
    with pytest.raises(Retryable, match="answer_unreadable"):
        client(data)[0].recharge(ORDER)


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        ((404, {"code": "NOT_FOUND", "message": "no such recharge"}), Refused, "canteen_not_found"),
        ((404, b"<html>nginx</html>"), Refused, "wrong_address"),
        ((200, b"<html>maintenance</html>"), Retryable, "answer_unreadable"),
        ({"status": "not_found"}, Retryable, "answer_unreadable"),
        ({"serialNo": "T2", "status": "not_found"}, Retryable, "answer_unreadable"),
        ((503, {"code": "INTERNAL"}), Retryable, "peer_failed"),
    ],
    ids=str,
)
def test_what_is_never_read_as_there_is_no_such_top_up(answer: Any, error: type[Exception], code: str) -> None:
    """Somebody's money would be paid back although it was credited."""
    with pytest.raises(error, match=code):
        client(answer)[0].find_recharge("T1")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({**CREDITED, "status": "rejected", "reason": "ACCOUNT_CLOSED"}, "canteen_account_closed"),
        ({**CREDITED, "status": "rejected", "reason": "系统升级中"}, "系统升级中"),
        ({**CREDITED, "status": "rejected"}, "canteen_declined"),
        ((422, {"code": "DECLINED", "reason": "BALANCE_LIMIT", "message": "m"}), "canteen_balance_limit"),
        ((422, {"code": "DECLINED", "message": "停止充值"}), "停止充值"),
    ],
    ids=str,
)
def test_why_a_top_up_was_rejected(answer: Any, reason: str) -> None:
    result = client(answer)[0].recharge(ORDER)
    assert (result.status, result.reason) == (RechargeStatus.REJECTED, reason)


def test_processing_has_neither_time_nor_balance() -> None:
    result = client({"serialNo": "T1", "status": "processing", "balanceAfterFen": 1})[0].find_recharge("T1")
    assert (result.status, result.credited_at, result.balance_after_fen) == (RechargeStatus.PROCESSING, None, None)


def test_cards() -> None:
    canteen, _ = client(
        {"cardNo": "88011002", "status": "cancelled"},
        (403, {"code": "COUNTER_ONLY", "message": "到柜台"}),
        (422, {"code": "DECLINED", "reason": "CARD_CANCELLED"}),
        (404, {"code": "NOT_FOUND", "message": "card 88011002 of 13900002222"}),
    )
    assert canteen.report_loss("88011002", "k", "本人挂失") is CardStatus.CANCELLED
    with pytest.raises(CounterOnly, match="canteen_counter_only"):
        canteen.report_found("88011002", "k")
    with pytest.raises(Refused, match="canteen_card_cancelled"):
        canteen.report_found("88011002", "k")
    with pytest.raises(Refused, match="canteen_not_found") as unknown:
        canteen.report_found("88011002", "k")
    assert "13900002222" not in str(unknown.value) and "88011002" not in str(unknown.value)


@pytest.mark.parametrize(
    "data",
    [
        {"cardNo": "88011002", "status": "normal"},
        {"cardNo": "88011003", "status": "lost"},
        {"cardNo": "88011002"},
        None,
    ],
    ids=str,
)
def test_a_loss_that_is_not_confirmed(data: Any) -> None:
    with pytest.raises(Retryable, match="answer_unreadable"):
        client(data)[0].report_loss("88011002", "k", "本人挂失")


def test_every_code_has_a_text() -> None:
    house = (
        "credentials_refused",
        "not_authorised",
        "request_invalid",
        "state_conflict",
        "key_reused",
        "in_progress",
        "refused",
    )
    own = ("canteen_not_found", "canteen_counter_only", "canteen_declined", "canteen_not_askable")
    assert {*(f"canteen_{code}" for code in house), *own, *REASONS.values()} <= set(TEXTS)
