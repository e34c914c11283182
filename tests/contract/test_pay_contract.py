"""The WeChat Pay adapter against the simulated WeChat Pay: orders, refunds, bills, keys, notifications, and its faults."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.texts import TEXTS
from chalicelib.integrations.wechat_pay.client import PayClient
from chalicelib.integrations.wechat_pay.gateway import Gateway
from chalicelib.integrations.wechat_pay.keys import Keyring, Merchant
from chalicelib.integrations.wechat_pay.notifications import NotGenuine, Notification, read_notification
from chalicelib.integrations.wechat_pay.port import Bill, Prepay, RefundOrder, RefundStatus, TradeState
from sandbox.people import APP_ID, PEOPLE
from sandbox.wechat_pay import notices
from sandbox.wechat_pay.merchant import CERTIFICATE_SERIAL, MERCHANT_ID, PUBLIC_KEY_ID
from tests.support.simulators import Simulators

PAYER, OTHER = PEOPLE[0], PEOPLE[1]
SITE = "http://campus.localhost:4566/api/pay"
PAYMENTS, REFUNDS = f"{SITE}/payments", f"{SITE}/refunds"
BEIJING = ZoneInfo("Asia/Shanghai")
NUMBER = "01JPAY0000000000000000000A"
DAY_SECONDS = 86_400.0
FAULTS = [
    ("lost_answer", {}),
    ("down", {}),
    ("http_502", {}),
    ("http_502", {"after_commit": True}),
    ("not_json", {"after_commit": True}),
    ("data_null", {}),
]


class Pay:
    """A merchant's product: its client, its keys, and a hand on WeChat Pay's other side."""

    def __init__(self, sandbox: Simulators) -> None:
        self.sandbox, secrets = sandbox, sandbox.app.secrets
        self.public_key_mode = Keyring(PUBLIC_KEY_ID, secrets.wechat_pay_public_key)
        self.keys = self.public_key_mode
        self.merchant = Merchant(MERCHANT_ID, CERTIFICATE_SERIAL, secrets.wechat_pay_private_key)
        self.api_v3_key = secrets.wechat_pay_api_v3_key

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time() + self.sandbox.offset[0], UTC)

    def client(self, **changed: Any) -> PayClient:
        http = self.sandbox.http("pay")
        gateway = Gateway(self.sandbox.url, self.merchant, lambda: self.keys, http, self.now)
        return PayClient(replace(gateway, **changed), APP_ID, PAYMENTS, REFUNDS, lambda: self.api_v3_key)

    def order(self, number: str = NUMBER, **changed: Any) -> Prepay:
        order = Prepay(
            number, "餐卡充值", 5000, PAYER.openid, self.now().replace(microsecond=0) + timedelta(minutes=15)
        )
        return replace(order, **changed)

    def control(self, path: str, body: Any = None, method: str = "POST") -> Any:
        return self.sandbox.control(method, f"/wechat_pay/{path}", body)

    def knobs(self, **changed: Any) -> None:
        self.control("knobs", changed, "PATCH")

    def fault(self, kind: str, path: str = "*", **more: Any) -> None:
        self.sandbox.fault("wechat_pay", kind, path, **more)

    def pay(self, number: str = NUMBER, **how: Any) -> Any:
        return self.control(f"orders/{number}/pay", how)

    def orders(self) -> list[dict[str, Any]]:
        return list(self.control("orders", method="GET")["items"])

    def refunds(self) -> list[dict[str, Any]]:
        return list(self.control("refunds", method="GET")["items"])

    def told(self, notice: int = -1, tamper: str = "", kind: str = "good") -> tuple[dict[str, str], bytes]:
        """The bytes of a notification, the oldest first, as the simulator sends them now."""
        notifier = self.sandbox.app.wechat_pay.notifier
        body = notices.envelope(notifier.all()[::-1][notice], self.api_v3_key, tamper)
        return notifier._stamp.headers(body, kind), body

    def read(self, headers: dict[str, str], body: bytes) -> Notification:
        return read_notification(self.keys, self.api_v3_key, headers, body, self.now())


@pytest.fixture
def pay(sandbox: Simulators) -> Pay:
    """Noon at the plant, so that no test runs over midnight; refunds wait, notifications are only made."""
    pay = Pay(sandbox)
    now = pay.now().astimezone(BEIJING)
    sandbox.advance(((now + timedelta(days=1)).replace(hour=12, minute=0, second=0) - now).total_seconds())
    pay.knobs(refund_seconds=None, notices={"lost": True, "duplicate": False, "reordered": False})
    return pay


@pytest.fixture
def client(pay: Pay) -> PayClient:
    return pay.client()


def failure(call: Callable[[], object]) -> PeerError:
    with pytest.raises(PeerError) as caught:
        call()
    assert caught.value.code in TEXTS
    assert PAYER.openid not in str(caught.value)
    return caught.value


def refund_of(amount: int = 5000, number: str = f"R{NUMBER}") -> RefundOrder:
    return RefundOrder(number, NUMBER, amount, 5000, "餐卡系统未入账")


def paid(pay: Pay, client: PayClient, number: str = NUMBER) -> None:
    client.prepay(pay.order(number))
    pay.pay(number)


# --- orders


def test_an_order_from_the_first_to_the_last(pay: Pay, client: PayClient) -> None:
    order = pay.order(attach="01JX")
    first = client.prepay(order)
    found = client.find(NUMBER)
    assert found is not None
    assert (found.state, found.transaction_id, found.paid_at) == (TradeState.NOTPAY, None, None)
    assert client.prepay(order), "placed again, unchanged"
    sheet = {"parameters": client.page_parameters(first, pay.now()), "url": "http://campus.localhost:4566/canteen"}
    opened = pay.control("cashier", {**sheet, "openid": PAYER.openid})
    assert "refused" not in opened
    assert pay.control(f"cashier/{opened['id']}", {"outcome": "ok"})["err_msg"] == "get_brand_wcpay_request:ok"
    found = client.find(NUMBER)
    assert found is not None and found.paid_at is not None
    assert (found.state, found.amount_fen, found.openid) == (TradeState.SUCCESS, 5000, PAYER.openid)
    assert (found.app_id, found.merchant_id, found.out_trade_no) == (APP_ID, MERCHANT_ID, NUMBER)
    assert abs(found.paid_at - pay.now()) < timedelta(seconds=30)
    assert found.transaction_id == pay.orders()[0]["transaction_id"]
    for call in (lambda: client.prepay(order), lambda: client.close(NUMBER)):
        refusal = failure(call)
        assert (type(refusal), refusal.code) == (Refused, "pay_order_paid")


def test_a_page_signed_otherwise_opens_no_sheet(pay: Pay, client: PayClient) -> None:
    parameters = client.page_parameters(client.prepay(pay.order()), pay.now())
    for name in ("appId", "timeStamp", "nonceStr", "package"):
        body = {"parameters": {**parameters, name: parameters[name] + "0"}, "url": f"{SITE}/", "openid": PAYER.openid}
        assert "refused" in pay.control("cashier", body)


def test_a_closed_order(pay: Pay, client: PayClient) -> None:
    client.prepay(pay.order())
    client.close(NUMBER)
    client.close(NUMBER)
    found = client.find(NUMBER)
    assert found is not None and found.state is TradeState.CLOSED
    assert failure(lambda: client.prepay(pay.order())).code == "pay_order_closed"


def test_what_was_never_placed(client: PayClient) -> None:
    assert client.find(NUMBER) is None
    assert client.find_refund(f"R{NUMBER}") is None
    assert failure(lambda: client.close(NUMBER)).code == "pay_record_unknown"
    assert failure(lambda: client.refund(refund_of())).code == "pay_record_unknown"


def test_another_order_under_the_same_number(pay: Pay, client: PayClient) -> None:
    order = pay.order()
    client.prepay(order)
    for changed in ({"amount_fen": 5001}, {"description": "饭卡"}, {"openid": OTHER.openid}):
        refusal = failure(lambda changed=changed: client.prepay(replace(order, **changed)))
        assert (type(refusal), refusal.code) == (Refused, "pay_number_used")
    assert [each["amount_fen"] for each in pay.orders()] == [5000]


@pytest.mark.parametrize(
    "wrong",
    [{"amount_fen": 0}, {"description": "字" * 128}, {"attach": "a" * 129}, {"openid": ""}, {"out_trade_no": "A"}],
)
def test_an_order_that_they_do_not_take(pay: Pay, client: PayClient, wrong: dict[str, Any]) -> None:
    assert failure(lambda: client.prepay(replace(pay.order(), **wrong))).code == "pay_request_invalid"
    assert pay.orders() == []


@pytest.mark.parametrize("number", ["01JPAY|x*y-_", "0123456789ABCDEFGHIJKLMNOPQRSTUV"])
def test_every_legal_number_is_signed_as_it_is_sent(pay: Pay, client: PayClient, number: str) -> None:
    client.prepay(pay.order(number))
    client.close(number)
    found = client.find(number)
    assert found is not None and (found.out_trade_no, found.state) == (number, TradeState.CLOSED)


def test_only_the_merchants_own_signature_is_taken(pay: Pay, client: PayClient) -> None:
    stranger = replace(pay.merchant, private_key=pay.sandbox.app.secrets.wechat_pay_platform_private_key)
    for changed in (
        {"merchant": stranger},
        {"merchant": replace(pay.merchant, serial="408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB")},
        {"merchant": replace(pay.merchant, merchant_id="1900007291")},
        {"now": lambda: pay.now() - timedelta(seconds=302)},
        {"now": lambda: pay.now() + timedelta(seconds=302)},
    ):
        refusal = failure(lambda changed=changed: pay.client(**changed).prepay(pay.order()))
        assert (type(refusal), refusal.code) == (Refused, "pay_credentials_refused")
    assert pay.orders() == []


# --- refunds


@pytest.mark.parametrize("result", ["SUCCESS", "ABNORMAL", "CLOSED"])
def test_a_refund_from_the_first_to_the_last(pay: Pay, client: PayClient, result: str) -> None:
    paid(pay, client)
    refund = client.refund(refund_of(3000))
    assert (refund.status, refund.amount_fen, refund.out_trade_no) == (RefundStatus.PROCESSING, 3000, NUMBER)
    assert client.refund(refund_of(3000)).refund_id == refund.refund_id, "the same number refunds once"
    assert len(pay.refunds()) == 1
    pay.control(f"refunds/R{NUMBER}/settle", {"result": result})
    found = client.find_refund(f"R{NUMBER}")
    assert found is not None
    assert (found.status, found.refund_id) == (RefundStatus(result), refund.refund_id)
    assert (found.settled_at is not None) is (result == "SUCCESS")
    order = client.find(NUMBER)
    assert order is not None and order.amount_fen == 5000


def test_a_refund_that_they_do_not_take(pay: Pay, client: PayClient) -> None:
    client.prepay(pay.order())
    codes = [failure(lambda: client.refund(refund_of())).code]
    pay.pay()
    codes.append(failure(lambda: client.refund(refund_of(5001))).code)
    client.refund(refund_of(2000))
    codes.append(failure(lambda: client.refund(refund_of(2001))).code)
    codes.append(failure(lambda: client.refund(refund_of(3001, "R2"))).code)
    assert codes == ["pay_request_invalid"] * 4
    assert [refund["amount_fen"] for refund in pay.refunds()] == [2000]


def test_a_refund_waits_until_the_merchant_has_the_money(pay: Pay, client: PayClient) -> None:
    paid(pay, client)
    pay.knobs(balance_fen=-5000)
    assert failure(lambda: client.refund(refund_of())).code == "pay_balance_insufficient"
    pay.knobs(balance_fen=0)
    assert client.refund(refund_of()).status is RefundStatus.PROCESSING


# --- which answers count


@pytest.mark.parametrize("kind", ["probe", "stale", "unknown_serial", "wrong", "missing"])
def test_an_answer_that_is_not_provably_theirs_is_asked_for_again(pay: Pay, client: PayClient, kind: str) -> None:
    order = pay.order()
    for call in (
        lambda: client.prepay(order),
        lambda: client.find(NUMBER),
        lambda: client.close(NUMBER),
    ):
        pay.knobs(response_signature=kind, response_signature_times=1)
        refusal = failure(call)
        assert (type(refusal), refusal.code) == (Retryable, "pay_answer_not_genuine")
        call()
    assert len(pay.orders()) == 1


def test_answers_without_the_type_of_their_signature(pay: Pay, client: PayClient) -> None:
    pay.knobs(signature_type=False)
    assert client.prepay(pay.order())


# --- public key, certificates, and the change


def test_certificates_are_fetched_verified_by_themselves_and_then_used(pay: Pay, client: PayClient) -> None:
    pay.knobs(mode="certificate")
    pay.keys = Keyring()
    found = client.certificates()
    assert len(found) == 1
    assert failure(lambda: client.prepay(pay.order())).code == "pay_answer_not_genuine"
    pay.keys = Keyring(certificates=found)
    assert client.prepay(pay.order())
    new = pay.control("certificates", {})["serial"]
    later = client.certificates()
    assert {each.serial for each in later} == {found[0].serial, new}
    pay.keys = pay.keys.with_certificates(later)
    for _ in range(4):
        assert client.find(NUMBER) is not None
    pay.control("certificates", {"withdraw": found[0].serial})
    assert client.find(NUMBER) is not None


def test_a_merchant_that_changes_over(pay: Pay, client: PayClient) -> None:
    pay.knobs(mode="both")
    pay.keys = pay.public_key_mode.with_certificates(client.certificates())
    paid(pay, client)
    serials = set()
    for _ in range(4):
        headers, body = pay.told()
        serials.add(headers["Wechatpay-Serial"])
        assert pay.read(headers, body).payment == client.find(NUMBER)
    assert len(serials) == 2, "either key signs what nobody asked for"


def test_a_merchant_with_the_public_key_alone_has_no_certificates(client: PayClient) -> None:
    assert client.certificates() == ()


# --- notifications


def test_notifications_of_a_payment_and_a_refund(pay: Pay, client: PayClient) -> None:
    paid(pay, client)
    told = pay.read(*pay.told())
    assert told.payment == client.find(NUMBER)
    client.refund(refund_of())
    pay.control(f"refunds/R{NUMBER}/settle", {"result": "SUCCESS"})
    after = pay.read(*pay.told())
    assert (after.event, after.payment) == ("REFUND.SUCCESS", None)
    assert after.refund == client.find_refund(f"R{NUMBER}")
    first, second = pay.read(*pay.told(0)), pay.read(*pay.told(0))
    assert (first.id, first.payment) == (second.id, second.payment)
    assert first.nonce != second.nonce


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("probe", "signature"),
        ("stale", "time"),
        ("unknown_serial", "serial"),
        ("wrong", "signature"),
        ("missing", "form"),
    ],
)
def test_a_notification_that_is_not_provably_theirs(pay: Pay, client: PayClient, kind: str, reason: str) -> None:
    paid(pay, client)
    with pytest.raises(NotGenuine) as caught:
        pay.read(*pay.told(kind=kind))
    assert caught.value.reason == reason


def test_a_signed_notification_that_lies(pay: Pay, client: PayClient) -> None:
    """Another key or currency is not believed; the rest is genuine and the domain's affair."""
    paid(pay, client)
    for tamper, reason in (("key", "seal"), ("currency", "form")):
        with pytest.raises(NotGenuine) as caught:
            pay.read(*pay.told(tamper=tamper))
        assert caught.value.reason == reason
    lies = {how: pay.read(*pay.told(tamper=how)).payment for how in ("amount", "merchant", "app", "order")}
    assert lies["amount"] and lies["amount"].amount_fen == 5001
    assert lies["merchant"] and lies["merchant"].merchant_id != MERCHANT_ID
    assert lies["app"] and lies["app"].app_id != APP_ID
    assert lies["order"] and lies["order"].out_trade_no != NUMBER


# --- bills


def yesterday(pay: Pay) -> date:
    return (pay.now().astimezone(BEIJING) - timedelta(days=1)).date()


def test_a_bill_says_what_happened_that_day(pay: Pay, client: PayClient) -> None:
    numbers = [f"01JPAY000000000000000000{n:02d}" for n in range(3)]
    for at, number in enumerate(numbers):
        client.prepay(pay.order(number, amount_fen=1001 + at))
        pay.pay(number)
    client.refund(RefundOrder("R1", numbers[0], 1, 1001, ""))
    pay.control("refunds/R1/settle", {"result": "SUCCESS"})
    payments = {found.out_trade_no: found for found in map(client.find, numbers) if found is not None}
    refund = client.find_refund("R1")
    assert refund is not None
    pay.sandbox.advance(2 * DAY_SECONDS)
    day = min(found.paid_at for found in payments.values() if found.paid_at).astimezone(BEIJING).date()
    bill = client.bill(day)
    assert {
        row.out_trade_no: (row.transaction_id, row.amount_fen, row.openid, row.paid_at) for row in bill.payments
    } == {
        number: (found.transaction_id, found.amount_fen, PAYER.openid, found.paid_at)
        for number, found in payments.items()
    }
    (row,) = bill.refunds
    assert (row.out_refund_no, row.refund_id, row.out_trade_no, row.amount_fen, row.status) == (
        "R1", refund.refund_id, numbers[0], 1, "SUCCESS",
    )  # fmt: skip
    assert (bill.day, bill.total_count, bill.total_fen, bill.refund_fen) == (day, 4, 3006, 1)


def test_a_bill_that_is_not_there(pay: Pay, client: PayClient) -> None:
    day = yesterday(pay)
    pay.knobs(bills_at_once=True)
    assert client.bill(day) == Bill(day, (), (), 0, 0, 0)
    paid(pay, client)
    pay.knobs(bill_link_seconds=-1)
    today = pay.now().astimezone(BEIJING).date()
    late = failure(lambda: client.bill(today))
    assert (type(late), late.code) == (Retryable, "pay_bill_link_expired")
    assert failure(lambda: client.bill(today + timedelta(days=3))).code == "pay_request_invalid"


def test_a_bill_before_ten_is_not_ready(pay: Pay, client: PayClient) -> None:
    at = pay.now().astimezone(BEIJING)
    nine = (at + timedelta(days=1)).replace(hour=9, minute=30)
    pay.sandbox.advance((nine - at).total_seconds())
    early = failure(lambda: client.bill(at.date()))
    assert (type(early), early.code) == (Retryable, "pay_bill_not_ready")


# --- faults at every call


@pytest.mark.parametrize(("kind", "more"), FAULTS, ids=lambda what: str(what))
def test_whatever_breaks_repeating_ends_in_the_same_state(
    pay: Pay, client: PayClient, kind: str, more: dict[str, Any]
) -> None:
    order = pay.order()
    pay.knobs(bills_at_once=True)

    def with_fault(call: Callable[[], Any]) -> Any:
        pay.fault(kind, "/v3/", **more)
        assert type(failure(call)) is Retryable
        pay.control("faults", method="DELETE")
        return call()

    assert with_fault(lambda: client.prepay(order))
    pay.pay()
    found = with_fault(lambda: client.find(NUMBER))
    assert found.state is TradeState.SUCCESS
    refund = with_fault(lambda: client.refund(refund_of(1000)))
    assert with_fault(lambda: client.find_refund(f"R{NUMBER}")) == refund
    day = pay.now().astimezone(BEIJING).date()
    assert with_fault(lambda: client.bill(day)).total_fen == 5000
    assert (len(pay.orders()), [each["amount_fen"] for each in pay.refunds()]) == (1, [1000])
    other = NUMBER[:-1] + "B"
    client.prepay(pay.order(other))
    with_fault(lambda: client.close(other))
    closed = client.find(other)
    assert closed is not None and closed.state is TradeState.CLOSED


def test_an_answer_that_comes_too_late(pay: Pay, client: PayClient) -> None:
    order = pay.order()
    pay.fault("delay", "/v3/", seconds=4, after_commit=True)
    late = failure(lambda: client.prepay(order))
    assert (type(late), late.code) == (Retryable, "answer_lost")
    assert client.prepay(order)
    assert len(pay.orders()) == 1


@pytest.mark.parametrize(
    ("code", "kind", "ours"),
    [("SYSTEM_ERROR", Retryable, "peer_failed"), ("FREQUENCY_LIMITED", Retryable, "peer_busy"),
     ("NOT_ENOUGH", Refused, "pay_balance_insufficient"), ("NO_AUTH", Refused, "pay_not_authorised"),
     ("USER_ACCOUNT_ABNORMAL", Refused, "pay_user_account_abnormal")],
)  # fmt: skip
def test_a_refusal_switched_on_by_hand(
    pay: Pay, client: PayClient, code: str, kind: type[PeerError], ours: str
) -> None:
    paid(pay, client)
    pay.fault("error_code", "/v3/refund", code=code)
    refusal = failure(lambda: client.refund(refund_of()))
    assert (type(refusal), refusal.code, refusal.peer_code) == (kind, ours, code)
    assert pay.refunds() == []
    assert client.refund(refund_of()).status is RefundStatus.PROCESSING
