"""WeChat Pay's notifications: content, signature, schedule, and everything that goes wrong with them in life."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.kit.clock import parse_iso
from sandbox.server import create_app
from sandbox.wechat_pay import notifier
from sandbox.wechat_pay.merchant import MERCHANT_ID
from tests.sandbox.callers import VISITOR, ManualClock
from tests.sandbox.pay import NUMBER, REFUNDS, Merchant
from tests.sandbox.receiver import Receiver, wait_until

SCHEDULE = [15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600]


@pytest.fixture
def merchant(tmp_path: Path, clock: ManualClock, receiver: type[Receiver]) -> Iterator[Merchant]:
    app = create_app(tmp_path, clock=clock, product_url=receiver.url)
    with TestClient(app, base_url="http://campus.localhost:9000") as client:
        merchant = Merchant(client, clock, app.secrets)
        merchant.knob(refund_seconds=None)
        yield merchant


def told(merchant: Merchant) -> list[dict[str, Any]]:
    """Notifications, the oldest first."""
    return list(merchant.control("GET", "notifications")["items"][::-1])


def arrived(receiver: type[Receiver], count: int) -> None:
    wait_until(lambda: len(receiver.received) >= count)


def read(merchant: Merchant, receiver: type[Receiver], place: int = -1) -> tuple[dict[str, Any], dict[str, Any]]:
    """The envelope and what is inside; it must be WeChat's."""
    body = receiver.received[place][2]
    assert merchant.is_genuine(receiver.signatures[place], body)
    envelope = json.loads(body)
    return envelope, json.loads(merchant.open(envelope["resource"]))


def test_a_payment_is_told(merchant: Merchant, receiver: type[Receiver]) -> None:
    merchant.prepay(attach="饭卡")
    merchant.pay()
    arrived(receiver, 1)
    assert receiver.received[0][0] == "/api/pay/payments", "the path of notify_url, at the product"
    envelope, content = read(merchant, receiver)
    assert (envelope["event_type"], envelope["resource_type"]) == ("TRANSACTION.SUCCESS", "encrypt-resource")
    assert len(envelope["id"]) == 36 and envelope["create_time"] == "2026-11-23T09:00:00+08:00"
    resource = envelope["resource"]
    assert (resource["original_type"], resource["algorithm"], len(resource["nonce"])) == (
        "transaction",
        "AEAD_AES_256_GCM",
        12,
    )
    assert content == merchant.find()
    assert (content["attach"], content["payer"]) == ("饭卡", {"openid": VISITOR.openid})
    wait_until(lambda: told(merchant)[0]["state"] == "delivered")
    assert receiver.received[0][3] == "application/json"


@pytest.mark.parametrize("result", ["SUCCESS", "ABNORMAL", "CLOSED"])
def test_a_refund_is_told(merchant: Merchant, receiver: type[Receiver], result: str) -> None:
    merchant.paid()
    refund = merchant.good("POST", REFUNDS, merchant.back(refund=2000)).json
    merchant.control("POST", "refunds/R1/settle", {"result": result})
    arrived(receiver, 2)
    wait_until(lambda: any(path == "/api/pay/refunds" for path, *_ in receiver.received))
    place = [path for path, *_ in receiver.received].index("/api/pay/refunds")
    envelope, content = read(merchant, receiver, place)
    assert (envelope["event_type"], envelope["resource"]["original_type"]) == (f"REFUND.{result}", "refund")
    assert content.pop("success_time", None) == ("2026-11-23T09:00:00+08:00" if result == "SUCCESS" else None)
    assert content == {
        "mchid": MERCHANT_ID,
        "transaction_id": refund["transaction_id"],
        "out_trade_no": NUMBER,
        "refund_id": refund["refund_id"],
        "out_refund_no": "R1",
        "refund_status": result,
        "user_received_account": "支付用户零钱",
        "amount": {"total": 5000, "refund": 2000, "payer_total": 5000, "payer_refund": 2000},
    }


def test_a_refund_without_an_address_is_told_where_the_console_says(
    merchant: Merchant, receiver: type[Receiver]
) -> None:
    merchant.paid()
    body = {key: value for key, value in merchant.back(refund=1).items() if key != "notify_url"}
    merchant.good("POST", REFUNDS, body)
    merchant.control("POST", "refunds/R1/settle", {"result": "SUCCESS"})
    merchant.knob(console_notify_url="https://campus.example.com/api/pay/refunds")
    merchant.good("POST", REFUNDS, body | {"out_refund_no": "R2"})
    merchant.control("POST", "refunds/R2/settle", {"result": "SUCCESS"})
    arrived(receiver, 2)
    assert [notice["event"] for notice in told(merchant)] == ["TRANSACTION.SUCCESS", "REFUND.SUCCESS"]
    assert told(merchant)[1]["content"]["out_refund_no"] == "R2"


def test_the_schedule(merchant: Merchant, receiver: type[Receiver], clock: ManualClock) -> None:
    receiver.answers[:] = [500, 302, 201, 404] + [500] * 20
    merchant.paid()
    begun = clock()
    waited: list[float] = []
    while True:
        arrived(receiver, len(waited) + 1)
        wait_until(lambda: len(told(merchant)[0]["attempts"]) == len(waited) + 1)
        notice = told(merchant)[0]
        if notice["state"] == "given_up":
            break
        waited.append(round(parse_iso(notice["due_at"]) - clock()))
        clock.pass_(waited[-1])
    assert waited == SCHEDULE and clock() - begun == 24 * 3600 + 4 * 60
    assert [attempt["status"] for attempt in notice["attempts"]][:4] == [500, 302, 201, 404], "only 200 and 204 will do"
    bodies = [body for _, _, body, _ in receiver.received]
    assert len({json.loads(body)["id"] for body in bodies}) == 1
    assert len({json.loads(body)["resource"]["ciphertext"] for body in bodies}) == 16
    stamps = [signature["Wechatpay-Timestamp"] for signature in receiver.signatures]
    assert stamps == sorted(set(stamps)) and len(stamps) == 16, "each attempt is signed anew"


def test_an_accelerated_clock(merchant: Merchant, receiver: type[Receiver], clock: ManualClock) -> None:
    merchant.knob(clock_speed=60)
    receiver.answers[:] = [500, 204]
    merchant.paid()
    arrived(receiver, 1)
    wait_until(lambda: len(told(merchant)[0]["attempts"]) == 1)
    clock.pass_(0.25)
    arrived(receiver, 2)
    wait_until(lambda: told(merchant)[0]["state"] == "delivered")


def test_an_answer_after_five_seconds_is_none(
    merchant: Merchant, receiver: type[Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert notifier.TIMEOUT == 5
    monkeypatch.setattr(notifier, "TIMEOUT", 0.5)
    quick = receiver.reply

    def slow(self: Receiver, status: int, body: bytes) -> None:
        time.sleep(2)
        quick(self, status, body)

    monkeypatch.setattr(receiver, "reply", slow)
    merchant.paid()
    wait_until(lambda: bool(told(merchant)[0]["attempts"]))
    notice = told(merchant)[0]
    assert (notice["attempts"][0]["status"], notice["state"]) == (0, "pending")
    time.sleep(2)  # The receiver finishes before it is closed.


def test_lost_and_doubled(merchant: Merchant, receiver: type[Receiver]) -> None:
    merchant.knob(notices={"lost": True, "duplicate": False, "reordered": False})
    merchant.paid()
    merchant.knob(notices={"lost": False, "duplicate": True, "reordered": False})
    merchant.paid("ORDER00002")
    arrived(receiver, 2)
    wait_until(lambda: told(merchant)[1]["state"] == "delivered")
    assert told(merchant)[0]["state"] == "lost" and told(merchant)[0]["attempts"] == []
    contents = [read(merchant, receiver, place)[1]["out_trade_no"] for place in (0, 1)]
    assert contents == ["ORDER00002", "ORDER00002"] and len(receiver.received) == 2
    assert merchant.find()["trade_state"] == "SUCCESS", "what is lost can be asked for"


def test_the_refund_before_the_payment(merchant: Merchant, receiver: type[Receiver]) -> None:
    merchant.knob(notices={"lost": False, "duplicate": False, "reordered": True})
    merchant.paid()
    merchant.good("POST", REFUNDS, merchant.back())
    assert told(merchant)[0]["state"] == "held"
    merchant.control("POST", "refunds/R1/settle", {"result": "SUCCESS"})
    arrived(receiver, 2)
    assert [path for path, *_ in receiver.received] == ["/api/pay/refunds", "/api/pay/payments"]


@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        ("amount", lambda content: content["amount"]["total"] == 5001),
        ("currency", lambda content: content["amount"]["currency"] == "USD"),
        ("merchant", lambda content: content["mchid"] == "1900000109"),
        ("app", lambda content: content["appid"] == "wx0000000000000000"),
        ("order", lambda content: content["out_trade_no"].startswith("UNKNOWN")),
    ],
)
def test_a_lie_under_a_good_signature(merchant: Merchant, receiver: type[Receiver], tamper: str, says: Any) -> None:
    merchant.paid()
    arrived(receiver, 1)
    receiver.answers[:] = [400]
    number = told(merchant)[0]["id"]
    assert merchant.control("POST", f"notifications/{number}/send", {"tamper": tamper}) == {"status": 400}
    assert says(read(merchant, receiver)[1])
    merchant.knob(notice_tamper=tamper)
    merchant.paid("ORDER00002")
    arrived(receiver, 3)
    assert says(read(merchant, receiver)[1])


def test_a_foreign_key_a_replay_and_wrong_signatures(
    merchant: Merchant, receiver: type[Receiver], clock: ManualClock
) -> None:
    merchant.paid()
    arrived(receiver, 1)
    path = f"notifications/{told(merchant)[0]['id']}"
    merchant.control("POST", f"{path}/replay")
    assert receiver.received[0] == receiver.received[1] and receiver.signatures[0] == receiver.signatures[1]
    merchant.control("POST", f"{path}/send", {"tamper": "key"})
    with pytest.raises(Exception, match=r"^$"):  # InvalidTag says nothing
        read(merchant, receiver)
    for kind in ("probe", "stale", "unknown_serial", "wrong", "missing"):
        merchant.control("POST", f"{path}/send", {"signature": kind})
        assert not merchant.is_genuine(receiver.signatures[-1], receiver.received[-1][2]), kind
    assert merchant.client.post(f"/sandbox/wechat_pay/{path}/send", json={"tamper": "x"}).status_code == 400


def test_after_a_probe_the_genuine_one_follows(
    merchant: Merchant, receiver: type[Receiver], clock: ManualClock
) -> None:
    merchant.knob(notice_signature="probe", notice_signature_times=1)
    receiver.answers[:] = [401]
    merchant.paid()
    arrived(receiver, 1)
    assert receiver.signatures[0]["Wechatpay-Signature"].startswith("WECHATPAY/SIGNTEST/")
    wait_until(lambda: len(told(merchant)[0]["attempts"]) == 1)
    clock.pass_(15)
    arrived(receiver, 2)
    assert read(merchant, receiver)[1]["out_trade_no"] == NUMBER


def test_unsent_ones_survive_a_restart(tmp_path: Path, clock: ManualClock, receiver: type[Receiver]) -> None:
    receiver.answers[:] = [503]
    secrets = None
    for round_ in (1, 2):
        app = create_app(tmp_path, clock=clock, product_url=receiver.url, secrets=secrets)
        secrets = app.secrets
        with TestClient(app, base_url="http://campus.localhost:9000") as client:
            merchant = Merchant(client, clock, app.secrets)
            if round_ == 1:
                merchant.paid()
            arrived(receiver, round_)
            wait_until(lambda m=merchant, n=round_: len(told(m)[0]["attempts"]) == n)  # type: ignore[misc]
        clock.pass_(15)
    assert len(receiver.received) == 2
