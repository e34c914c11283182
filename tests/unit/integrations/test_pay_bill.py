"""The daily bill: fetched in two steps, compared with its digest and with itself; a damaged one is an error, not a crash."""

from __future__ import annotations

import gzip
import hashlib
import random
import tracemalloc
import zlib
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.integrations.errors import PeerError, Refused, Retryable
from chalicelib.integrations.texts import TEXTS
from chalicelib.integrations.wechat_pay import bill_file
from chalicelib.integrations.wechat_pay.bill import BillUnreadable, fen, read_bill
from chalicelib.integrations.wechat_pay.bill_file import Damaged, opened
from chalicelib.integrations.wechat_pay.client import PayClient
from chalicelib.integrations.wechat_pay.port import Bill, BillPayment, BillRefund
from tests.support.wechat_pay import VECTORS, PayWire, pay_client

DAY = date(2026, 11, 25)
HEADER, *_ = VECTORS["bill-all-csv"]["text"].removeprefix("\ufeff").split("\r\n")
COLUMNS = HEADER.split(",")
SUMMARY = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
AT = datetime(2026, 11, 25, 4, 30, 5, tzinfo=UTC)
PAID: dict[str, str] = {
    **dict.fromkeys(COLUMNS, ""), "交易时间": "2026-11-25 12:30:05", "公众账号ID": "wx1", "商户号": "1900007291",
    "微信订单号": "42000", "商户订单号": "01JPAY", "用户标识": "oUser", "交易类型": "JSAPI",
    "交易状态": "SUCCESS", "货币种类": "CNY",
    "应结订单金额": "50.00", "代金券金额": "0.00", "微信退款单号": "0", "商户退款单号": "0", "退款金额": "0.00",
    "充值券退款金额": "0.00", "商品名称": "餐卡充值,午餐`特价", "手续费": "0.30000", "费率": "0.60%", "订单金额": "50.00",
    "申请退款金额": "0.00",
}  # fmt: skip
BACK: dict[str, str] = {
    **PAID, "交易状态": "REFUND", "应结订单金额": "0.00", "订单金额": "0.00", "微信退款单号": "50000", "商户退款单号": "R01JPAY",
    "退款金额": "20.10", "申请退款金额": "20.10", "退款类型": "ORIGINAL", "退款状态": "SUCCESS",
}  # fmt: skip
TOTALS = ["2.0", "50.0", "20.1", "0.0", "0.3", "50.0", "20.1"]


def line(cells: Any) -> str:
    return ",".join(f"`{cell}" for cell in cells)


def text(*rows: dict[str, str], totals: list[str] = TOTALS, columns: list[str] = COLUMNS) -> str:
    lines = [",".join(columns), *(line(row[name] for name in columns) for row in rows), SUMMARY, line(totals)]
    return "\ufeff" + "".join(f"{each}\r\n" for each in lines)


BILL = text(PAID, BACK)


def announced(file: bytes, **changed: Any) -> tuple[int, Any]:
    url = "https://api.mch.weixin.qq.com/v3/billdownload/file?token=a%2Bb&tartype=gzip"
    return 200, {"hash_type": "SHA1", "hash_value": hashlib.sha1(file).hexdigest(), "download_url": url, **changed}


def failure(client: PayClient) -> PeerError:
    with pytest.raises(PeerError) as caught:
        client.bill(DAY)
    assert caught.value.code in TEXTS
    return caught.value


def fetching(*answers: tuple[int, Any]) -> tuple[PayClient, PayWire]:
    return pay_client(*answers)


def test_a_bill_is_fetched_in_two_steps() -> None:
    file = BILL.encode()
    client, wire = fetching(announced(file), (200, gzip.compress(file)))
    payment = BillPayment("42000", "01JPAY", "oUser", AT, 5000)
    refund = BillRefund("50000", "R01JPAY", "42000", "01JPAY", 2010, "SUCCESS", AT)
    assert client.bill(DAY) == Bill(DAY, (payment,), (refund,), 2, 5000, 2010)
    assert [(call["method"], call["url"]) for call in wire.sent] == [
        ("GET", "https://pay.example/v3/bill/tradebill?bill_date=2026-11-25&bill_type=ALL&tar_type=GZIP"),
        ("GET", "https://pay.example/v3/billdownload/file?token=a%2Bb&tartype=gzip"),
    ]
    assert wire.sent[1]["headers"]["Authorization"] != wire.sent[0]["headers"]["Authorization"]
    assert "oUser" not in repr(payment)


def test_the_file_needs_no_signature_its_address_does() -> None:
    file = BILL.encode()
    client, wire = fetching(announced(file), (200, file))
    exchange = wire.exchange

    def unsigned_file(method: str, url: str, **what: Any) -> Any:
        wire.unsigned = "billdownload" in url
        return exchange(method, url, **what)

    wire.exchange = unsigned_file  # type: ignore[method-assign]
    assert client.bill(DAY).total_count == 2
    client, _ = pay_client(announced(file), unsigned=True)
    assert failure(client).code == "pay_answer_not_genuine"


def test_a_day_without_trade_has_an_empty_bill() -> None:
    for status, code in ((400, "NO_STATEMENT_EXIST"), (404, "NOSTATEMENTEXIST")):
        client, _ = fetching((status, {"code": code, "message": "账单文件不存在"}))
        assert client.bill(DAY) == Bill(DAY, (), (), 0, 0, 0)


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([(400, {"code": "STATEMENT_CREATING"})], "pay_bill_not_ready"),
        ([announced(b"x"), (400, {"code": "INVALID_REQUEST", "message": "链接已过期"})], "pay_bill_link_expired"),
        ([announced(BILL.encode()), (200, gzip.compress(BILL.encode() + b" "))], "pay_bill_damaged"),
        ([announced(BILL.encode()), (200, gzip.compress(BILL.encode())[:-300])], "pay_bill_damaged"),
        ([announced(BILL.encode()), (200, b"\x1f\x8bgarbage")], "pay_bill_damaged"),
        ([announced(BILL.encode()), (200, b"")], "pay_bill_damaged"),
        ([announced(b"x", hash_type="MD5")], "answer_unreadable"),
        ([announced(b"x", download_url=None)], "answer_unreadable"),
        ([announced(b"x"), (500, {"code": "SYSTEM_ERROR"})], "peer_failed"),
    ],
)
def test_what_may_be_better_next_time(answers: list[tuple[int, Any]], code: str) -> None:
    refusal = failure(fetching(*answers)[0])
    assert (type(refusal), refusal.code) == (Retryable, code)


def test_a_bad_day_and_a_contradiction_are_final() -> None:
    refusal = failure(fetching((400, {"code": "INVALID_REQUEST"}))[0])
    assert (type(refusal), refusal.code) == (Refused, "pay_request_invalid")
    wrong = text(PAID, BACK, totals=["3.0", *TOTALS[1:]]).encode()
    refusal = failure(fetching(announced(wrong), (200, gzip.compress(wrong)))[0])
    assert (type(refusal), refusal.code) == (Refused, "pay_bill_unreadable")
    assert "oUser" not in str(refusal)


def test_what_unzips_without_end_is_stopped(monkeypatch) -> None:
    monkeypatch.setattr(bill_file, "MAX_BYTES", 10_000)
    bomb = zlib.compressobj(9, wbits=31)
    packed = bomb.compress(bytes(5_000_000)) + bomb.flush()
    assert len(packed) < 6_000
    tracemalloc.start()
    with pytest.raises(Damaged, match="too large"):
        opened(packed, "0" * 40)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
    with pytest.raises(Damaged, match="too large"):
        opened(bytes(10_001), "0" * 40)


def test_columns_go_by_name() -> None:
    mixed = list(COLUMNS)
    random.Random(7).shuffle(mixed)
    straight = read_bill(DAY, BILL.encode())
    assert read_bill(DAY, text(PAID, BACK, columns=mixed).encode()) == straight
    wider = [*COLUMNS, "退款申请时间"]
    more = {"退款申请时间": "2026-11-25 12:30:05"}
    assert read_bill(DAY, text(PAID | more, BACK | more, columns=wider).encode()) == straight
    assert read_bill(DAY, BILL.removeprefix("\ufeff").replace("\r\n", "\n").encode()) == straight


def test_a_bill_without_rows_and_one_with_a_revoked_order() -> None:
    assert read_bill(DAY, text(totals=["0.0"] * 7).encode()) == Bill(DAY, (), (), 0, 0, 0)
    revoked = {**BACK, "交易状态": "REVOKED"}
    bill = read_bill(DAY, text(PAID, revoked).encode())
    assert (len(bill.payments), len(bill.refunds), bill.total_count) == (1, 0, 2)


def test_trades_of_other_systems_of_the_merchant_may_lack_their_numbers() -> None:
    bill = read_bill(DAY, text(PAID | {"商户订单号": ""}, BACK | {"商户退款单号": "0"}).encode())
    assert (bill.payments[0].out_trade_no, bill.refunds[0].out_refund_no) == ("", "0")


def test_the_summary_is_printed_as_floats() -> None:
    rows = [PAID | {"应结订单金额": "0.10", "订单金额": "0.10"}, PAID | {"应结订单金额": "0.20", "订单金额": "0.20"}]
    totals = ["2.0", "0.30000000000000004", "0.0", "0.0", "0.0", "0.30000000000000004", "0.0"]
    assert read_bill(DAY, text(*rows, totals=totals).encode()).total_fen == 30
    large = PAID | {"应结订单金额": "12345678.90", "订单金额": "12345678.90"}
    totals = ["1.0", "1.23456789E7", "0.0", "0.0", "0.0", "1.23456789E7", "0.0"]
    assert read_bill(DAY, text(large, totals=totals).encode()).total_fen == 1_234_567_890


@pytest.mark.parametrize(
    "file",
    [
        "", "\ufeff", "\r\n", "garbage", "<html></html>", HEADER, f"{HEADER}\r\n{SUMMARY}\r\n", BILL.replace("`", ""),
        text(PAID), text(PAID, BACK, BACK), BILL.replace("微信订单号", "订单号"), BILL.replace("交易状态", "状态"),
        BILL.replace("订单总金额,申请", "总金额,申请"), BILL.replace(SUMMARY, ""),
        *(text(PAID | wrong, BACK) for wrong in (
            {"交易状态": "PAID"}, {"货币种类": "USD"}, {"订单金额": "50.001"}, {"订单金额": "-50.00"}, {"订单金额": "５０.00"},
            {"订单金额": "49.99"}, {"应结订单金额": "49.99"}, {"订单金额": "1E9"}, {"订单金额": "1_0"}, {"订单金额": "NaN"},
            {"订单金额": "9" * 40}, {"订单金额": "1E99"}, {"交易时间": "2026-11-25"}, {"交易时间": "25.11.2026 12:30:05"},
            {"交易时间": "2026-11-25T12:30:05Z"}, {"交易时间": "2026-13-25 12:30:05"}, {"微信订单号": ""}, {"微信订单号": "0"},
            {"商品名称": "a,`b"}, {"商品名称": "a\r\nb"},
        )),
        *(text(PAID, BACK | wrong) for wrong in (
            {"申请退款金额": "20.11"}, {"退款金额": "20.11"}, {"微信退款单号": "0"}, {"微信订单号": ""},
        )),
        *(text(PAID, BACK, totals=[*TOTALS[:at], wrong, *TOTALS[at + 1:]]) for at, wrong in (
            (0, "1.0"), (0, "2.5"), (0, ""), (0, "x"), (1, "50.01"), (2, "0.0"), (5, "50.005"), (5, "1E99"), (6, "20.09"),
        )),
        text(PAID, BACK, totals=TOTALS[:-1]), text(PAID, BACK, totals=[*TOTALS, "0"]),
    ],
    ids=lambda file: f"{zlib.crc32(file.encode()):08x}",
)  # fmt: skip
def test_a_bill_in_another_form_or_that_contradicts_itself_is_not_read(file: str) -> None:
    with pytest.raises(BillUnreadable) as caught:
        read_bill(DAY, file.encode())
    assert "oUser" not in str(caught.value)


def test_another_encoding_is_not_read() -> None:
    with pytest.raises(BillUnreadable, match="UTF-8"):
        read_bill(DAY, BILL.encode("gb18030"))


@settings(max_examples=200)
@given(st.one_of(st.binary(), st.text().map(lambda said: (HEADER + "\r\n" + said).encode())))
def test_any_file_is_answered_with_a_bill_or_the_error(file: bytes) -> None:
    with pytest.raises(BillUnreadable):
        read_bill(DAY, file)


@given(st.integers(0, 10**12))
def test_amounts_are_read_without_floats(amount: int) -> None:
    assert fen(f"{amount // 100}.{amount % 100:02d}") == amount
    assert fen("") == 0


@pytest.mark.parametrize("at", range(0, len(BILL.encode()), 97))
def test_a_bill_that_was_cut_is_not_read(at: int) -> None:
    with pytest.raises(BillUnreadable):
        read_bill(DAY, BILL.encode()[:at])
