"""WeChat Pay's notifications through the endpoints, with the real verifier: 204 only once the fact is stored, everything else
changes nothing, and nobody is called because of what somebody sent us."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bench.aws import recorded
from chalicelib.core import runtime
from chalicelib.core.clock import utc_now
from chalicelib.domains.canteen.topups import certificates, model, steps, store
from chalicelib.domains.canteen.topups.top_up import Status, TopUp
from chalicelib.integrations.http import Http
from chalicelib.integrations.wechat_pay.port import Refund, RefundStatus
from tests.store.test_strangers import stored
from tests.support.client import Answer, Client
from tests.support.clock import FakeClock
from tests.support.environment import DATA, ENVIRONMENT, SECRETS
from tests.support.faults import Fault, injected
from tests.support.top_ups import SMALL, World, happened, now_of, pushes
from tests.support.wechat_pay import OTHER_KEY, certificate, sealed, signed_headers

PAYMENTS, REFUNDS = "/api/pay/payments", "/api/pay/refunds"
SERIAL = ENVIRONMENT["WECHAT_PAY_PUBLIC_KEY_ID"]
_key = load_pem_private_key((DATA / "wechat_pay_platform_key.pem").read_bytes(), None)
assert isinstance(_key, RSAPrivateKey)
PLATFORM: RSAPrivateKey = _key
_numbers = count(1)


@pytest.fixture
def world(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Behind the API, which reads the real clock; whoever calls anybody fails."""

    def nobody(*_: Any, **__: Any) -> Any:
        raise AssertionError("a notification makes us call nobody")

    monkeypatch.setattr(Http, "exchange", nobody)
    certificates.forget()
    yield World(cloud, FakeClock(utc_now()))
    certificates.forget()


@pytest.fixture
def paid(world: World) -> TopUp:
    """Paid at WeChat; we have not been told."""
    top_up = world.ordered()
    world.pay_for(top_up)
    return top_up


def wire_time(instant: datetime) -> str:
    return instant.astimezone().isoformat(timespec="seconds")


def transaction(world: World, top_up: TopUp, **changed: Any) -> dict[str, Any]:
    order = world.pay.orders[top_up.id]
    assert order.paid_at is not None
    return {
        "appid": order.app_id, "mchid": order.merchant_id, "out_trade_no": top_up.id, "transaction_id": order.transaction_id,
        "trade_type": "JSAPI", "trade_state": "SUCCESS", "trade_state_desc": "支付成功", "bank_type": "OTHERS", "attach": "",
        "success_time": wire_time(order.paid_at), "payer": {"openid": top_up.openid},
        "amount": {"total": top_up.amount_fen, "payer_total": top_up.amount_fen, "currency": "CNY", "payer_currency": "CNY"},
    } | changed  # fmt: skip


def envelope(content: dict[str, Any], event: str, kind: str, key: str = SECRETS["wechat_pay/api_v3_key"]) -> str:
    body = {
        "id": f"EV-{next(_numbers)}", "create_time": wire_time(utc_now()), "resource_type": "encrypt-resource",
        "event_type": event, "summary": "支付成功", "resource": {"original_type": kind, **sealed(content, kind, key)},
    }  # fmt: skip
    return json.dumps(body, ensure_ascii=False)


def told_of_payment(world: World, top_up: TopUp, **changed: Any) -> str:
    return envelope(transaction(world, top_up, **changed), "TRANSACTION.SUCCESS", "transaction")


def told_of_refund(refund: Refund, **changed: Any) -> str:
    content = {
        "mchid": ENVIRONMENT["WECHAT_PAY_MERCHANT_ID"], "transaction_id": "4200", "out_trade_no": refund.out_trade_no,
        "refund_id": refund.refund_id, "out_refund_no": refund.out_refund_no, "refund_status": refund.status.value,
        "user_received_account": "支付用户零钱",
        "amount": {"total": SMALL, "refund": SMALL, "payer_total": SMALL, "payer_refund": SMALL},
        **({"success_time": wire_time(refund.settled_at)} if refund.settled_at else {}),
    } | changed  # fmt: skip
    return envelope(content, f"REFUND.{content['refund_status']}", "refund")


def signature(
    body: str, at: datetime | None = None, key: RSAPrivateKey = PLATFORM, serial: str = SERIAL
) -> dict[str, str]:
    return signed_headers(body.encode(), at or utc_now(), key, serial)


def tell(path: str, body: str, headers: dict[str, str] | None = None) -> Answer:
    return Client(headers=signature(body) if headers is None else headers).request("POST", path, body=body)


def test_a_payment_is_stored_and_answered_within_its_budget(world: World, paid: TopUp) -> None:
    certificates.keyring()
    with recorded() as calls:
        answer = tell(PAYMENTS, told_of_payment(world, paid))
    assert (answer.status, answer.text) == (204, "")
    assert calls.operations == ("GetItem", "TransactWriteItems", "SendMessage"), "a read, a transaction, a send"
    found = now_of(paid)
    assert found.payment is not None and found.status is Status.PAID
    assert found.payment.transaction_id == world.pay.orders[paid.id].transaction_id
    world.recover()
    world.assert_finished(paid, Status.CREDITED)


FORGED: dict[str, Callable[[str], dict[str, str]]] = {
    "sign probe": lambda body: {**signature(body), "Wechatpay-Signature": "WECHATPAY/SIGNTEST/" + "A" * 300},
    "wrong signature": lambda body: signature(body, key=OTHER_KEY),
    "of another body": lambda body: signature(body + " "),
    "five minutes old": lambda body: signature(body, utc_now() - timedelta(minutes=5)),
    "of the future": lambda body: signature(body, utc_now() + timedelta(minutes=6)),
    "unknown serial": lambda body: signature(body, serial="PUB_KEY_ID_0000000000000000000000000000"),
    "a certificate nobody knows": lambda body: signature(body, serial="5157F09EFDC096DE15EBE81A47057A7232F1B8E1"),
    "no headers": lambda body: {},
}


@pytest.mark.parametrize("forgery", FORGED)
def test_what_is_not_genuine_changes_nothing(world: World, paid: TopUp, forgery: str) -> None:
    body, before = told_of_payment(world, paid), stored()
    answer = tell(PAYMENTS, body, FORGED[forgery](body))
    assert (answer.status, answer.code) == (401, "FAIL")
    assert "signature" not in answer.text and stored() == before, "nobody is told why"


def test_genuine_and_unreadable_is_not_believed(world: World, paid: TopUp) -> None:
    """Well signed, but sealed with another key or no JSON at all."""
    before = stored()
    sealed_otherwise = envelope(transaction(world, paid), "TRANSACTION.SUCCESS", "transaction", "x" * 32)
    for body in (
        sealed_otherwise,
        "{",
        "[]",
        told_of_payment(world, paid, amount={"total": "5000", "currency": "CNY"}),
    ):
        assert tell(PAYMENTS, body).status == 401, body
    assert stored() == before


@pytest.mark.parametrize(
    "lie",
    [
        {"amount": {"total": 1, "payer_total": 1, "currency": "CNY", "payer_currency": "CNY"}},
        {"mchid": "1900000001"},
        {"appid": "wx51b0c8d47e92fa63"},
    ],
    ids=lambda lie: next(iter(lie)),
)
def test_what_is_not_as_we_ordered_it_changes_nothing(world: World, paid: TopUp, lie: dict[str, Any]) -> None:
    before = stored()
    assert tell(PAYMENTS, told_of_payment(world, paid, **lie)).status == 400
    assert stored() == before


def test_another_currency_is_no_payment_of_ours(world: World, paid: TopUp) -> None:
    before = stored()
    yen = {"total": SMALL, "payer_total": SMALL, "currency": "JPY", "payer_currency": "JPY"}
    assert tell(PAYMENTS, told_of_payment(world, paid, amount=yen)).status in (400, 401)
    assert stored() == before


def test_an_unknown_order_is_told_again(world: World, paid: TopUp) -> None:
    before = stored()
    assert tell(PAYMENTS, told_of_payment(world, paid, out_trade_no="01KAAAAAAAAAAAAAAAAAAAAAAA")).status == 404
    assert stored() == before


def test_a_second_payment_of_one_order_changes_nothing(world: World, paid: TopUp) -> None:
    assert tell(PAYMENTS, told_of_payment(world, paid)).status == 204
    before = stored()
    assert tell(PAYMENTS, told_of_payment(world, paid, transaction_id="4200009999")).status == 400
    assert stored() == before


def test_the_same_again_and_told_again(world: World, paid: TopUp) -> None:
    """A replay of the very same request; the same event with a fresh signature; an event that is none of ours."""
    body = told_of_payment(world, paid)
    headers = signature(body)
    assert tell(PAYMENTS, body, headers).status == 204
    before = stored()
    assert tell(PAYMENTS, body, headers).status == 204
    assert tell(PAYMENTS, body).status == 204
    assert tell(PAYMENTS, told_of_payment(world, paid)).status == 204
    assert tell(REFUNDS, envelope({}, "PAYSCORE.USER_PAID", "payscore")).status == 204
    assert stored() == before
    assert pushes(paid) == ["topup.credit"]


def test_one_nonce_for_two_payments_loses_none(world: World, paid: TopUp) -> None:
    """Ours cannot vouch for WeChat Pay's nonces: another fact is no copy."""
    other = world.ordered()
    world.pay_for(other)
    first, second = told_of_payment(world, paid), told_of_payment(world, other)
    assert signature(first)["Wechatpay-Nonce"] == signature(second)["Wechatpay-Nonce"]
    assert [tell(PAYMENTS, body).status for body in (first, second)] == [204, 204]
    assert (now_of(paid).status, now_of(other).status) == (Status.PAID, Status.PAID)


def test_two_at_once_are_one_payment(world: World, paid: TopUp) -> None:
    bodies = [told_of_payment(world, paid)] * 2 + [told_of_payment(world, paid)] * 2
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda body: tell(PAYMENTS, body).status, bodies))
    assert answers == [204] * 4
    assert (happened(paid), pushes(paid)) == (["created", "paid"], ["topup.credit"])


def test_late_after_the_close_is_credited(world: World) -> None:
    """WeChat Pay said that it was not paid, and it was closed here; then it tells of the payment."""
    late = world.ordered()
    steps.commit_step(lambda: now_of(late), lambda seen: model.close(seen, world.clock()), world.clock())
    assert store.find_day(late.owner_id, late.created_at).total_fen == 0
    world.pay_for(late)
    assert tell(PAYMENTS, told_of_payment(world, late)).status == 204
    assert store.find_day(late.owner_id, late.created_at).total_fen == SMALL, "it counts again"
    world.recover()
    world.assert_finished(late, Status.CREDITED)
    assert happened(late)[:3] == ["created", "closed", "paid"]


@pytest.fixture
def refunding(world: World) -> TopUp:
    """Rejected by the canteen; WeChat Pay works on the refund."""
    return world.refunding()


def refund_of(world: World, top_up: TopUp, status: RefundStatus) -> Refund:
    settled = utc_now() if status is RefundStatus.SUCCESS else None
    return replace(world.pay.refunds[f"R{top_up.id}"], status=status, settled_at=settled)


def test_a_settled_refund_is_known_before_it_is_asked_about(world: World, refunding: TopUp) -> None:
    settled = refund_of(world, refunding, RefundStatus.SUCCESS)
    body = told_of_refund(settled)
    assert [tell(REFUNDS, body).status for _ in range(2)] == [204, 204]
    assert now_of(refunding).status is Status.REFUNDED
    assert happened(refunding).count("refunded") == 1
    world.pay.settles = RefundStatus.SUCCESS
    world.clock.advance(hours=1)
    world.finish(refunding)
    world.assert_finished(refunding, Status.REFUNDED)


@pytest.mark.parametrize("status", [RefundStatus.ABNORMAL, RefundStatus.CLOSED])
def test_a_refund_that_is_not_settled_is_left_to_the_question(
    world: World, refunding: TopUp, status: RefundStatus
) -> None:
    before = stored()
    assert tell(REFUNDS, told_of_refund(refund_of(world, refunding, status))).status == 204
    assert stored() == before


def test_a_refund_that_is_not_as_we_asked_for_it(world: World, refunding: TopUp) -> None:
    settled, before = refund_of(world, refunding, RefundStatus.SUCCESS), stored()
    wrong = {"amount": {"total": SMALL, "refund": 1, "payer_total": SMALL, "payer_refund": 1}}
    assert tell(REFUNDS, told_of_refund(settled, **wrong)).status == 400
    assert tell(REFUNDS, told_of_refund(replace(settled, out_refund_no="console-1"))).status == 400
    assert tell(REFUNDS, told_of_refund(replace(settled, out_trade_no="01KAAAAAAAAAAAAAAAAAAAAAAA"))).status == 404
    assert stored() == before


def test_the_database_is_down_and_it_is_told_again(world: World, paid: TopUp, monkeypatch: pytest.MonkeyPatch) -> None:
    body = told_of_payment(world, paid)
    certificates.keyring()
    with injected(Fault(1), world.pay, monkeypatch):
        assert tell(PAYMENTS, body).status == 503
    assert now_of(paid).status is Status.CREATED
    with injected(Fault(2, "after"), world.pay, monkeypatch):
        assert tell(PAYMENTS, body).status == 503, "stored, but nobody knows: told again"
    assert tell(PAYMENTS, body).status == 204
    assert (happened(paid), pushes(paid)) == (["created", "paid"], ["topup.credit"])


def test_the_way_of_a_notification_loads_no_http_client() -> None:
    """Its 5 s must also do for a cold start."""
    script = (
        "import sys; from chalicelib.domains.canteen.topups import certificates, notifying, paying, pay_api; "
        "from chalicelib.integrations.wechat_pay import notifications, sealed; print('requests' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# Keys: while a merchant changes over from certificates to the public key either may sign.


def test_certificates_verify_beside_the_public_key_until_they_end(world: World, paid: TopUp) -> None:
    now = utc_now()
    old, ending = certificate("5A01", begins=now), certificate("5A02", OTHER_KEY, days=1, begins=now)
    assert certificates.refresh(
        lambda: (replace(old, pem=certificate("5A01", PLATFORM, begins=now).pem), ending), utc_now
    ) == {"certificates": 2}
    assert certificates.keyring().knows(SERIAL) and certificates.keyring().knows("5A01")
    body = told_of_payment(world, paid)
    assert tell(PAYMENTS, body, signature(body, serial="5A01")).status == 204, (
        "WeChat Pay still signs with a certificate"
    )
    assert tell(PAYMENTS, body).status == 204, "and with its public key"
    assert certificates.refresh(lambda: (), utc_now) == {"certificates": 2}, (
        "it has none any more: these end by themselves"
    )
    assert certificates.refresh(lambda: (), lambda: now + timedelta(days=2)) == {"certificates": 1}
    assert not certificates.keyring().knows("5A02")


def test_without_a_public_key_certificates_alone_verify(
    world: World, paid: TopUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WECHAT_PAY_PUBLIC_KEY_ID", "")
    runtime.settings.cache_clear()
    body = told_of_payment(world, paid)
    assert tell(PAYMENTS, body).status == 401
    certificates.refresh(lambda: (certificate("5A01", PLATFORM, begins=utc_now()),), utc_now)
    assert tell(PAYMENTS, body, signature(body, serial="5A01")).status == 204


def test_the_table_is_looked_into_once_in_five_minutes(world: World) -> None:
    clock = FakeClock(utc_now())
    with recorded() as calls:
        for _ in range(5):
            certificates.keyring(clock)
            clock.advance(seconds=59)
        certificates.keyring(clock)
    assert calls.operations == ("GetItem",)
    clock.advance(seconds=6)
    with recorded() as calls:
        certificates.keyring(clock)
    assert calls.operations == ("GetItem",)
