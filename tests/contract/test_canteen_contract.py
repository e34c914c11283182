"""Both canteen adapters against the simulated card system, and the fake that other tests use, against the same expectations."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest

from chalicelib.integrations.canteen.client import CanteenClient, canteen_house
from chalicelib.integrations.canteen.isc import IscCanteen, canteen_artemis
from chalicelib.integrations.canteen.port import (
    AccountStatus,
    CanteenPort,
    CardStatus,
    CounterOnly,
    Recharge,
    RechargeStatus,
    Row,
    RowKind,
)
from chalicelib.integrations.errors import PeerError, Refused, Retryable
from sandbox.canteen.gateway import CLIENT_ID
from sandbox.people import STAFF
from tests.support.fake_canteen import FakeCanteen
from tests.support.simulators import Simulators

DINER, TWO, UNKNOWN = "13900002222", "13600007777", "13812340000"


class Canteen(Protocol):
    """The canteen's people, whichever canteen it is. ``account`` and ``card`` are those of the diner."""

    port: CanteenPort
    account: str
    card: str

    def eat(self, amount_fen: int, days_ago: int = 0) -> None: ...
    def freeze(self) -> None: ...
    def counter_only(self) -> None: ...
    def cancel_card(self) -> None: ...
    def lose_an_answer(self) -> None: ...
    def go_down(self) -> None: ...


@dataclass
class Simulated:
    """An adapter, and the simulator's console."""

    sandbox: Simulators
    port: CanteenPort
    system: str
    account: str
    card: str = "88011002"

    def eat(self, amount_fen: int, days_ago: int = 0) -> None:
        at = datetime.now(UTC) - timedelta(days=days_ago) + timedelta(seconds=self.sandbox.offset[0])
        body = {"amountFen": amount_fen, "occurredAt": at.isoformat(), "offline": days_ago > 0}
        assert self.sandbox.control("POST", f"/canteen/cards/{self.card}/meals", body)["paid"]
        self.sandbox.control("POST", "/canteen/waiting")

    def freeze(self) -> None:
        self.sandbox.control("PATCH", "/canteen/accounts/60011002", {"status": "frozen"})

    def counter_only(self) -> None:
        self.sandbox.control("PATCH", "/canteen/knobs", {"counter_only": True})

    def cancel_card(self) -> None:
        self.sandbox.control("PATCH", f"/canteen/cards/{self.card}", {"status": "cancelled"})

    def lose_an_answer(self) -> None:
        self.sandbox.fault(self.system, "lost_answer")

    def go_down(self) -> None:
        self.sandbox.fault(self.system, "down", times=None)


@dataclass
class Faked:
    """The fake that other tests use."""

    port: FakeCanteen
    account: str = "60011002"
    card: str = "88011002"

    def eat(self, amount_fen: int, days_ago: int = 0) -> None:
        self.port.eat(self.account, amount_fen, datetime.now(UTC) - timedelta(days=days_ago))

    def freeze(self) -> None:
        self.port.set_status(self.account, AccountStatus.FROZEN)

    def counter_only(self) -> None:
        self.port.counter_only = True

    def cancel_card(self) -> None:
        self.port.set_card(self.card, CardStatus.CANCELLED)

    def lose_an_answer(self) -> None:
        self.port.lose_answers = 1

    def go_down(self) -> None:
        self.port.down = True


def house_client(sandbox: Simulators) -> CanteenClient:
    http = sandbox.http("canteen")
    house = canteen_house(sandbox.url, CLIENT_ID, sandbox.app.secrets.canteen_secret, http)
    return CanteenClient(replace(house, timestamp=lambda: str(int(time.time() + sandbox.offset[0]))))


def isc_client(sandbox: Simulators) -> IscCanteen:
    http = sandbox.http("canteen")
    secrets = sandbox.app.secrets
    platform = canteen_artemis(sandbox.url, secrets.gate_app_key, secrets.gate_app_secret, http)
    moved = replace(platform, timestamp=lambda: str(int((time.time() + sandbox.offset[0]) * 1000)))
    return IscCanteen(moved, lambda: datetime.now(UTC) + timedelta(seconds=sandbox.offset[0]))


def fake() -> Faked:
    port = FakeCanteen(lambda: datetime.now(UTC))
    for staff_no, phone, cash, subsidy in (
        ("A1002", DINER, 12_600, 3_000),
        ("A1008", TWO, 8_800, 6_000),
        ("A1009", TWO, 1_500, 0),
    ):
        digits = staff_no[1:]
        port.open_account(f"6001{digits}", phone, cash, subsidy, staff_no=staff_no, card_nos=(f"8801{digits}",))
    return Faked(port)


@pytest.fixture(params=["house", "isc", "fake"])
def canteen(request: pytest.FixtureRequest) -> Canteen:
    if request.param == "fake":
        return fake()
    sandbox = request.getfixturevalue("sandbox")
    if request.param == "house":
        return Simulated(sandbox, house_client(sandbox), "canteen", "60011002")
    person = next(staff.person_id for staff in STAFF if staff.job_number == "A1002")
    return Simulated(sandbox, isc_client(sandbox), "gate", person)


@pytest.fixture
def client(sandbox: Simulators) -> CanteenClient:
    return house_client(sandbox)


@pytest.fixture
def isc(sandbox: Simulators) -> IscCanteen:
    return isc_client(sandbox)


def order(canteen: Canteen, serial_no: str = "01JDEXAMPLE0000000000000T1", amount_fen: int = 5000) -> Recharge:
    paid_at = datetime(2026, 11, 24, 4, 0, 9, tzinfo=UTC)
    return Recharge(serial_no, canteen.account, amount_fen, paid_at, "4200001234202611240000000001")


def all_rows(canteen: Canteen, cursor: str = "", limit: int = 2) -> tuple[list[Row], str]:
    """Every row of the diner from a cursor on, page by page."""
    found: list[Row] = []
    for _ in range(200):
        page = canteen.port.rows(cursor, limit, canteen.account)
        found += page.rows
        cursor = page.next_cursor
        if not page.has_more:
            return found, cursor
    raise AssertionError("the pages do not end")


def test_accounts_by_phone(canteen: Canteen) -> None:
    one = canteen.port.accounts_by_phone(DINER)
    assert [(each.account_no, each.staff_no, each.name_masked[:1], each.status) for each in one] == [
        (canteen.account, "A1002", "陈", "normal")
    ]
    assert canteen.card in {card.card_no for card in one[0].cards if card.status is CardStatus.NORMAL}
    assert [each.staff_no for each in canteen.port.accounts_by_phone(TWO)] == ["A1008", "A1009"]
    assert canteen.port.accounts_by_phone(UNKNOWN) == ()


def test_a_balance_is_the_sum_of_its_purses(canteen: Canteen) -> None:
    before = canteen.port.balance(canteen.account)
    assert (before.balance_fen, sum(purse.balance_fen for purse in before.purses)) == (15_600, 15_600)
    canteen.eat(1250)
    after = canteen.port.balance(canteen.account)
    assert (after.account_no, after.balance_fen, after.status) == (canteen.account, 14_350, AccountStatus.NORMAL)
    assert after.as_of >= before.as_of
    with pytest.raises(Refused, match="canteen_not_found"):
        canteen.port.balance("nobody")


def test_a_top_up_is_credited_once_however_often_it_is_sent(canteen: Canteen) -> None:
    first = canteen.port.recharge(order(canteen))
    assert first.status is RechargeStatus.CREDITED and first.credited_at is not None
    assert canteen.port.recharge(order(canteen)).status is RechargeStatus.CREDITED
    assert canteen.port.balance(canteen.account).balance_fen == 20_600
    with pytest.raises(Refused, match=r"canteen_key_reused|canteen_refused"):
        canteen.port.recharge(order(canteen, amount_fen=5001))


def test_a_lost_answer_is_found_out_without_crediting_twice(canteen: Canteen) -> None:
    canteen.lose_an_answer()
    with pytest.raises(Retryable, match="answer_lost") as lost:
        canteen.port.recharge(order(canteen))
    assert lost.value.sent
    if canteen.port.can_ask_recharge:
        assert canteen.port.find_recharge("never").status is RechargeStatus.NOT_FOUND
        assert canteen.port.find_recharge(order(canteen).serial_no).status is RechargeStatus.CREDITED
    else:
        with pytest.raises(Refused, match="canteen_not_askable"):
            canteen.port.find_recharge(order(canteen).serial_no)
    assert canteen.port.recharge(order(canteen)).status is RechargeStatus.CREDITED
    assert canteen.port.balance(canteen.account).balance_fen == 20_600


def test_a_frozen_account_takes_no_money(canteen: Canteen) -> None:
    """Where the canteen cannot be asked again, a refusal is left to people."""
    canteen.freeze()
    if canteen.port.can_ask_recharge:
        result = canteen.port.recharge(order(canteen))
        assert (result.status, result.reason) == (RechargeStatus.REJECTED, "canteen_account_frozen")
        assert canteen.port.find_recharge(order(canteen).serial_no) == result
    else:
        with pytest.raises(Refused, match="canteen_refused"):
            canteen.port.recharge(order(canteen))
    assert canteen.port.balance(canteen.account).balance_fen == 15_600


def test_rows_come_page_by_page_and_late_ones_afterwards(canteen: Canteen) -> None:
    for amount in (600, 1250, 1000):
        canteen.eat(amount)
    canteen.port.recharge(order(canteen))
    rows, cursor = all_rows(canteen)
    assert [(row.kind, row.amount_fen) for row in rows if row.kind is RowKind.CONSUME] == [
        (RowKind.CONSUME, amount) for amount in (-600, -1250, -1000)
    ]
    assert [row.amount_fen for row in rows if row.kind is RowKind.RECHARGE] == [5000]
    assert {row.balance_after_fen for row in rows} == {15_000, 13_750, 12_750, 17_750}
    assert len({row.key for row in rows}) == 4
    canteen.eat(800, days_ago=2)
    late, _ = all_rows(canteen, cursor)
    new = [row for row in late if row.key not in {known.key for known in rows}]
    assert [(row.amount_fen, row.account_no) for row in new] == [(-800, canteen.account)]
    assert timedelta(days=1.9) < datetime.now(UTC) - new[0].occurred_at < timedelta(days=2.1)
    again, _ = all_rows(canteen, limit=200)
    assert {row.key for row in again} == {row.key for row in [*rows, *new]}, "the same rows have the same keys"


def test_a_card_is_lost_at_once_and_twice_is_once(canteen: Canteen) -> None:
    for number in ("r1", "r1", "r2"):
        assert canteen.port.report_loss(canteen.card, number, "本人挂失") is CardStatus.LOST
    assert _cards(canteen)[canteen.card] is CardStatus.LOST
    for _ in range(2):
        assert canteen.port.report_found(canteen.card, "r3") is CardStatus.NORMAL
    assert _cards(canteen)[canteen.card] is CardStatus.NORMAL
    with pytest.raises(Refused, match="canteen_not_found"):
        canteen.port.report_loss("nothing", "r4", "本人挂失")


def test_found_again_only_at_the_counter(canteen: Canteen) -> None:
    canteen.port.report_loss(canteen.card, "r1", "本人挂失")
    canteen.counter_only()
    with pytest.raises(CounterOnly, match="canteen_counter_only"):
        canteen.port.report_found(canteen.card, "r2")
    assert _cards(canteen)[canteen.card] is CardStatus.LOST


def test_a_cancelled_card_is_no_loss_any_more(canteen: Canteen) -> None:
    canteen.cancel_card()
    if canteen.port.can_ask_recharge:
        assert canteen.port.report_loss(canteen.card, "r1", "本人挂失") is CardStatus.CANCELLED
        with pytest.raises(Refused, match="canteen_card_cancelled"):
            canteen.port.report_found(canteen.card, "r2")


def test_down(canteen: Canteen) -> None:
    canteen.go_down()
    calls: list[Callable[[], Any]] = [
        lambda: canteen.port.accounts_by_phone(DINER),
        lambda: canteen.port.balance(canteen.account),
        lambda: canteen.port.rows("", 10, canteen.account),
        lambda: canteen.port.recharge(order(canteen)),
        lambda: canteen.port.report_loss(canteen.card, "r1", "本人挂失"),
    ]
    for each in calls:
        with pytest.raises(Retryable):
            each()


def _cards(canteen: Canteen) -> dict[str, CardStatus]:
    return {card.card_no: card.status for card in canteen.port.balance(canteen.account).cards}


# What only the proposed contract has.


@pytest.mark.parametrize("fails", ["", "ACCOUNT_CLOSED"])
def test_processing_ends_by_itself(sandbox: Simulators, client: CanteenClient, fails: str) -> None:
    sandbox.control("PATCH", "/canteen/knobs", {"crediting_seconds": 30, "crediting_fails": fails})
    canteen = Simulated(sandbox, client, "canteen", "60011002")
    assert client.recharge(order(canteen)).status is RechargeStatus.PROCESSING
    assert client.find_recharge(order(canteen).serial_no).status is RechargeStatus.PROCESSING
    sandbox.advance(31)
    ended = client.find_recharge(order(canteen).serial_no)
    assert ended.status is (RechargeStatus.REJECTED if fails else RechargeStatus.CREDITED)
    assert ended.reason == ("canteen_account_closed" if fails else "")
    assert client.balance("60011002").balance_fen == (15_600 if fails else 20_600)
    assert client.recharge(order(canteen)).status is RechargeStatus.PROCESSING, "the first answer, whatever came of it"


def test_everybodys_rows_and_how_many_are_still_to_come(sandbox: Simulators, client: CanteenClient) -> None:
    last = sandbox.control("POST", "/canteen/rows/generate", {"rows": 450, "months": 3})["lastSeq"]
    page = client.rows("", 1000)
    assert (len(page.rows), page.has_more, page.behind, page.next_cursor) == (200, True, last - 200, "200")
    assert len({row.account_no for row in page.rows}) > 3
    rest = client.rows("200", 200)
    assert rest.rows[0].key == "000000000201"
    end = client.rows(str(last), 200)
    assert (end.rows, end.has_more, end.behind, end.next_cursor) == ((), False, 0, str(last))
    sandbox.control("PATCH", "/canteen/knobs", {"bare_rows": True})
    bare = client.rows("", 200)
    assert bare.behind is None
    assert {(row.staff_no, row.name_masked, row.serial_no) for row in bare.rows} == {(None, None, None)}


def test_a_row_of_a_top_up_names_it(sandbox: Simulators, client: CanteenClient) -> None:
    client.recharge(order(Simulated(sandbox, client, "canteen", "60011002")))
    row = client.rows("", 10).rows[-1]
    assert (row.kind, row.serial_no, row.staff_no, row.name_masked) == (
        RowKind.RECHARGE, "01JDEXAMPLE0000000000000T1", "A1002", "陈**"[:3],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        ({"kind": "http_502"}, Retryable, "peer_failed"),
        ({"kind": "not_json"}, Retryable, "answer_unreadable"),
        ({"kind": "data_null"}, Retryable, "answer_unreadable"),
        ({"kind": "delay", "seconds": 2.5}, Retryable, "answer_lost"),
        ({"kind": "error_code", "code": "FORBIDDEN"}, Refused, "canteen_not_authorised"),
        ({"kind": "error_code", "code": "TOO_MANY_REQUESTS"}, Retryable, "peer_busy"),
        ({"kind": "error_code", "code": "IN_PROGRESS"}, Retryable, "canteen_in_progress"),
        ({"kind": "error_code", "code": "NOT_FOUND"}, Refused, "canteen_not_found"),
    ],
    ids=str,
)
def test_faults(
    sandbox: Simulators, client: CanteenClient, fault: dict[str, Any], kind: type[PeerError], code: str
) -> None:
    """Of asking what became of a top-up: nothing but the contract's own word may be read as "it never came"."""
    sandbox.fault("canteen", path="/canteen/v1/recharges", **fault)
    with pytest.raises(kind, match=code):
        client.find_recharge("01JDEXAMPLE0000000000000T1")


def test_a_business_refusal_of_a_top_up_is_a_rejection(sandbox: Simulators, client: CanteenClient) -> None:
    sandbox.fault("canteen", "error_code", code="BALANCE_LIMIT")
    canteen = Simulated(sandbox, client, "canteen", "60011002")
    result = client.recharge(order(canteen))
    assert (result.status, result.reason) == (RechargeStatus.REJECTED, "canteen_balance_limit")
    assert client.find_recharge(order(canteen).serial_no).status is RechargeStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"secret": "other"}, "canteen_credentials_refused"), ({"base_url": "http://127.0.0.1:9"}, "peer_unreachable")],
    ids=["secret", "address"],
)
def test_a_wrong_setting(client: CanteenClient, changed: dict[str, str], code: str) -> None:
    with pytest.raises(PeerError, match=code):
        replace(client, house=replace(client.house, **changed)).balance("60011002")


# What only iSecure Center has.


def test_months_of_meals_are_read_range_by_range(sandbox: Simulators, isc: IscCanteen) -> None:
    sandbox.control("POST", "/canteen/rows/generate", {"rows": 300, "months": 4, "accountNos": ["60011002"]})
    person = next(staff.person_id for staff in STAFF if staff.job_number == "A1002")
    canteen = Simulated(sandbox, isc, "gate", person)
    rows, cursor = all_rows(canteen, limit=50)
    assert len({row.key for row in rows}) == 300
    again, _ = all_rows(canteen, cursor, limit=50)
    assert 10 < len(again) < 60, "a week, not everything"
    assert {row.key for row in again} <= {row.key for row in rows}
