"""iSecure Center's canteen service: how it is read without numbers, and why its refusals decide nothing about money."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from chalicelib.integrations.canteen.isc import IscCanteen, canteen_artemis
from chalicelib.integrations.canteen.isc_cursor import HISTORY, LATE, RANGE, place
from chalicelib.integrations.canteen.port import CardStatus, CounterOnly, Recharge, RowKind
from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.gate.codes import MEANINGS
from chalicelib.integrations.texts import TEXTS
from tests.support.wire import Wire

NOW = datetime(2026, 11, 26, 4, 0, 0, tzinfo=UTC)
PERSON = "p-2d8b5e7041fa4c93"
ORDER = Recharge("01JDEXAMPLE0000000000000T1", PERSON, 5000, NOW, "4200001")
MEAL: dict[str, Any] = {
    "debitTime": "2026-11-25T11:58:12+08:00",
    "preAccount": 15_600,
    "deduction": 1250,
    "balance": 14_350,
}
CARD = {"personId": PERSON, "cardNo": "88011002", "useStatus": 1}
LOST = {**CARD, "useStatus": 2}


def ok(data: Any) -> tuple[int, Any]:
    return 200, {"code": "0", "msg": "success", "data": data}


def refusal(code: str) -> tuple[int, Any]:
    return 200, {"code": code, "msg": "no", "data": None}


def listed(*rows: dict[str, Any], total: int | None = None) -> tuple[int, Any]:
    return ok({"total": len(rows) if total is None else total, "list": list(rows)})


def canteen(*answers: tuple[int, Any]) -> tuple[IscCanteen, Wire]:
    wire = Wire("canteen", list(answers))
    return IscCanteen(
        canteen_artemis("http://isc.example", "20210001", "SyntheticSecret0001x", wire), lambda: NOW
    ), wire  # type: ignore[arg-type]


def sent(wire: Wire) -> list[tuple[str, Any]]:
    return [
        (call["url"].removeprefix("http://isc.example/artemis/api/"), json.loads(call["body"])) for call in wire.sent
    ]


def test_a_top_up_has_one_recharge_id_whenever_it_is_sent() -> None:
    isc, wire = canteen(ok(None), ok(None))
    assert [isc.recharge(ORDER).status for _ in range(2)] == ["credited", "credited"]
    (path, first), (_, second) = sent(wire)
    assert path == "cems/v1/account/recharge" and first == second
    assert {**first, "rechargeId": ""} == {"personId": PERSON, "money": 5000, "accountType": 1, "rechargeId": ""}
    assert re.fullmatch(r"[0-9a-f]{32}", first["rechargeId"])
    assert not (isc.reads_all or isc.can_ask_recharge)
    with pytest.raises(Refused, match="canteen_not_askable"):
        isc.find_recharge(ORDER.serial_no)


@pytest.mark.parametrize("code", [*sorted(MEANINGS), "0x05a10002"])
def test_no_refusal_says_that_a_top_up_was_rejected(code: str) -> None:
    isc, _ = canteen(refusal(code))
    with pytest.raises(PeerError) as error:
        isc.recharge(ORDER)
    assert isinstance(error.value, Refused | Retryable)
    assert error.value.peer == "canteen"
    assert error.value.code in TEXTS and not error.value.code.startswith("gate_")


def test_accounts_are_the_employed_persons_with_this_phone() -> None:
    person = {"personId": PERSON, "personName": "陈建国", "jobNo": "A1002", "phoneNo": "139****2222", "status": 1}
    others = [{**person, "personId": "p-2", "status": -1}, {**person, "personId": "p-3", "phoneNo": "13900002223"}]
    isc, wire = canteen(listed(person, *others), listed(CARD, LOST | {"cardNo": "88000917"}))
    (account,) = isc.accounts_by_phone("13900002222")
    assert (account.account_no, account.staff_no, account.name_masked) == (PERSON, "A1002", "陈**")
    assert [(card.card_no, card.status) for card in account.cards] == [("88011002", "normal"), ("88000917", "lost")]
    assert sent(wire)[1][1] == {"personIds": PERSON, "pageNo": 1, "pageSize": 100}
    assert canteen(listed())[0].accounts_by_phone("13900002222") == ()


def test_one_purse_at_the_time_of_the_answer() -> None:
    balance = canteen(ok({"totalAccount": 15_600}), listed(CARD))[0].balance(PERSON)
    assert (balance.balance_fen, balance.as_of, len(balance.purses), len(balance.cards)) == (15_600, NOW, 1, 1)


@pytest.mark.parametrize(
    "data", [None, {}, {"totalAccount": "15600"}, {"totalAccount": 156.0}, {"totalAccount": True}], ids=str
)
def test_a_balance_that_is_not_believed(data: Any) -> None:
    with pytest.raises(Retryable, match="answer_unreadable"):
        canteen(ok(data))[0].balance(PERSON)


def test_rows_and_their_keys() -> None:
    topped_up = {**MEAL, "transactionType": 1, "deduction": 5000, "preAccount": 14_350, "balance": 19_350}
    other = {**MEAL, "transactionType": 3, "deduction": 1, "preAccount": 19_350, "balance": 19_349}
    isc, _ = canteen(listed(MEAL, topped_up, other), listed(MEAL), listed({**MEAL, "balance": 14_349}))
    place_of_last = (NOW - timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    rows = isc.rows(place_of_last, 10, PERSON).rows
    assert [(row.kind, row.amount_fen, row.balance_after_fen) for row in rows] == [
        (RowKind.CONSUME, -1250, 14_350),
        (RowKind.RECHARGE, 5000, 19_350),
        (RowKind.ADJUST, -1, 19_349),
    ]
    assert re.fullmatch(r"20261125T035812Z-[0-9a-f]{12}", rows[0].key)
    assert isc.rows(place_of_last, 10, PERSON).rows[0].key == rows[0].key
    assert isc.rows(place_of_last, 10, PERSON).rows[0].key != rows[0].key, "another content is another row"


@pytest.mark.parametrize(
    "row",
    [
        {**MEAL, "deduction": -1250},
        {**MEAL, "deduction": 12.5},
        {**MEAL, "balance": None},
        {**MEAL, "preAccount": "15600"},
        {**MEAL, "debitTime": "2026-11-25 11:58:12"},
        {**MEAL, "debitTime": ""},
    ],
    ids=str,
)
def test_rows_that_are_not_believed(row: dict[str, Any]) -> None:
    with pytest.raises(Retryable, match="answer_unreadable"):
        canteen(listed(row))[0].rows("", 10, PERSON)


def test_it_is_read_account_by_account() -> None:
    with pytest.raises(ValueError, match="account by account"):
        canteen()[0].rows("", 10)


def test_the_first_reading_goes_through_the_history_in_ranges() -> None:
    cursor, ranges = "", []
    for _ in range(60):
        at = place(cursor, 100, NOW)
        ranges.append((at.since, at.until))
        cursor, has_more = at.after_page(0, 0, NOW)
        if not has_more:
            break
    assert ranges[0][0] == NOW - HISTORY and ranges[-1][1] == NOW
    assert all(until - since <= RANGE for since, until in ranges)
    assert all(later < until for (_, until), (later, _) in pairwise(ranges)), "no gap"
    again = place(cursor, 100, NOW + timedelta(hours=1))
    assert (again.since, again.until, again.page) == (NOW - LATE, NOW + timedelta(hours=1), 1)


def test_the_pages_of_a_range_keep_their_size() -> None:
    first = place((NOW - timedelta(days=1)).isoformat().replace("+00:00", "Z"), 50, NOW)
    cursor, has_more = first.after_page(50, 120, NOW)
    second = place(cursor, 10, NOW + timedelta(minutes=5))
    assert has_more and (second.page, second.size, second.until) == (2, 50, first.until)
    cursor, has_more = place(second.after_page(50, 120, NOW)[0], 50, NOW).after_page(20, 120, NOW)
    assert not has_more and "/" not in cursor


def test_lost_twice_is_lost_once_and_found_is_for_the_counter() -> None:
    isc, wire = canteen(ok(None), refusal("0x05a20001"), listed(LOST), refusal("0x05a20001"), listed(CARD))
    assert isc.report_loss("88011002", "k", "r") is CardStatus.LOST
    assert sent(wire)[0] == ("cis/v1/card/batch/loss", {"cardList": [{"cardNumber": "88011002"}]})
    assert isc.report_loss("88011002", "k", "r") is CardStatus.LOST, "it was lost before"
    with pytest.raises(Refused, match="canteen_refused"):
        isc.report_loss("88011002", "k", "r")
    for code in ("0x02401008", "0x00072201"):
        with pytest.raises(CounterOnly):
            canteen(refusal(code), listed(LOST))[0].report_found("88011002", "k")
    assert canteen(refusal("0x05a20001"), listed(CARD))[0].report_found("88011002", "k") is CardStatus.NORMAL
    with pytest.raises(Refused, match="canteen_not_found"):
        canteen(refusal("0x00072202"), listed())[0].report_loss("88011002", "k", "r")


def test_more_cards_than_a_page_are_not_half_read() -> None:
    with pytest.raises(Retryable, match="answer_unreadable"):
        canteen(ok({"totalAccount": 1}), listed(CARD, total=101))[0].balance(PERSON)
