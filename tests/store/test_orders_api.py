"""Orders through the API function: whose they are, what stands in their way, and what is left when LE does not answer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chalicelib.core import runtime
from chalicelib.core.clock import utc_now
from chalicelib.core.table import Transaction, find_many
from chalicelib.domains.logistics.archive.service import site_date
from chalicelib.domains.logistics.orders import service, store
from chalicelib.domains.logistics.orders.model import Listing, names_phone
from tests.support.archive import OTHER_ID_NUMBER, save_person
from tests.support.arrivals import merged
from tests.support.client import Client, browser_of, signed_in
from tests.support.fake_le import FakeLe, an_order

ORDERS = "/api/logistics/orders"
PHONE, OTHER_PHONE, STRANGER = "13800000000", "13800000001", "13800000009"


@pytest.fixture
def le(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> FakeLe:
    fake = FakeLe(utc_now)
    monkeypatch.setattr("chalicelib.domains.logistics.orders.api.le", lambda: fake)
    fake.file_order(an_order("SO1"), PHONE)
    fake.file_order(an_order("SO2"), PHONE, OTHER_PHONE)
    fake.file_order(an_order("SO3"), STRANGER)
    return fake


@pytest.fixture
def driver(le: FakeLe) -> Client:
    client = signed_in("lin")
    assert save_person(client, phone=PHONE).status == 200
    return client


def numbers(client: Client) -> list[str]:
    return [order["order_no"] for order in client.get(ORDERS).json["items"]]


def test_orders_are_those_that_name_a_driver_of_mine(driver: Client, le: FakeLe) -> None:
    answer = driver.get(ORDERS).json
    assert [order["order_no"] for order in answer["items"]] == ["SO1", "SO2"]
    assert answer["stale"] is False
    assert answer["items"][0] == {
        "order_no": "SO1", "kind": "pickup", "customer_name": "福州某化工有限公司", "status": "open",
        "valid_from": "2020-01-01", "valid_to": "2099-12-31", "can_register": True, "problem": None,
        "lines": [{"line_no": "10", "product_code": "NAOH32", "product_name": "液碱 32%", "hazardous": True,
                   "ordered": "100.000", "open": "100.000"}],
    }  # fmt: skip
    escort = {"phone": STRANGER, "id_number": OTHER_ID_NUMBER, "licence_class": "", "licence_expiry": None}
    assert save_person(driver, role="escort", **escort).status == 200
    assert numbers(driver) == ["SO1", "SO2"], "an escort's phone is no driver's"


def test_whoever_keeps_no_driver_asks_nobody(le: FakeLe) -> None:
    answer = signed_in("nobody").get(ORDERS).json
    assert (answer["items"], answer["stale"], le.calls) == ([], False, [])


def test_when_le_does_not_answer_its_last_word_is_told_with_its_time(driver: Client, le: FakeLe) -> None:
    first = driver.get(ORDERS).json
    le.down = True
    again = driver.get(ORDERS).json
    assert again == {**first, "stale": True}
    stranger = signed_in("wang")
    assert save_person(stranger, name="测试丙", phone=STRANGER, id_number=OTHER_ID_NUMBER).status == 200
    refused = stranger.get(ORDERS)
    assert (refused.status, refused.code) == (503, "orders_unavailable")
    assert "物流室" in refused.json["message"]


def test_an_order_taken_away_is_gone_with_the_next_look(driver: Client, le: FakeLe) -> None:
    driver.get(ORDERS)
    le.phones["SO2"] = {OTHER_PHONE}
    assert numbers(driver) == ["SO1"]
    listing = store.find_listing(["USERLIN"])
    assert listing is not None and not names_phone(listing, "SO2", [service.digest_of(PHONE)])
    le.down = True
    assert numbers(driver) == ["SO1"], "though the shared copy is still there"
    assert set(store.find_orders(["SO1", "SO2", "SO0"])) == {"SO1", "SO2"}


def test_what_registering_reads_comes_in_one_call_and_names_phones_by_digest(driver: Client) -> None:
    driver.get(ORDERS)
    found = find_many(store.keys(["USERLIN"], ["SO1", "SO3"]))
    listing = store.listing_in(found)
    assert list(store.orders_in(found)) == ["SO1"] and listing is not None
    assert names_phone(listing, "SO1", [service.digest_of(PHONE)])
    assert not names_phone(listing, "SO1", [service.digest_of(OTHER_PHONE), PHONE])
    assert not names_phone(listing, "SO3", [service.digest_of(STRANGER), service.digest_of(PHONE)])


def test_copies_hold_no_phone_and_go_after_a_week(driver: Client) -> None:
    driver.get(ORDERS)
    scanned = runtime.aws_client("dynamodb").scan(TableName=runtime.settings().tables["logistics"])["Items"]
    copies = [item for item in scanned if item["sk"]["S"] in ("ORDER", "ORDERS")]
    assert len(copies) == 3 and PHONE not in json.dumps(copies)
    due = utc_now() + timedelta(days=7)
    assert all(abs(int(item["expires_at"]["N"]) - due.timestamp()) < 60 for item in copies)


def test_a_merged_user_sees_what_the_absorbed_one_was_told(le: FakeLe) -> None:
    user, absorbed = merged()
    browser = browser_of(user.id)
    assert save_person(browser, phone=PHONE).status == 200
    told, now = le.orders([PHONE]), utc_now()
    transaction = Transaction()
    listing = Listing(now, service.named_digests(told))
    store.add_told(transaction, absorbed, map(service.order_of, told), listing)
    transaction.commit()
    le.down = True
    assert numbers(browser) == ["SO1", "SO2"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"status": "closed"}, "已关闭"),
        ({"status": "blocked"}, "已冻结"),
        ({"valid_to": -1}, "已过期"),
        ({"valid_to": 0}, None),
        ({"valid_from": 1}, None),
        ({"valid_from": 2}, "最早在前一天登记"),
        ({"lines": (replace(an_order().lines[0], open_kg=0),)}, "已全部登记"),
        ({"status": "partly", "kind": "delivery"}, None),
    ],
    ids=str,
)
def test_what_stands_in_the_way(driver: Client, le: FakeLe, changed: dict[str, Any], words: str | None) -> None:
    today = site_date(utc_now())
    days = {name: today + timedelta(days=value) for name, value in changed.items() if name.startswith("valid")}
    le.file_order(an_order("SO1", **{**changed, **days}), PHONE)
    le.file_order(an_order("SO2", valid_to=date(2099, 12, 31)), PHONE)
    items = {order["order_no"]: order for order in driver.get(ORDERS).json["items"]}
    assert items["SO1"]["can_register"] is (words is None)
    assert (words or "") in (items["SO1"]["problem"] or "")
    assert list(items) == (["SO1", "SO2"] if words is None else ["SO2", "SO1"]), "what can be registered comes first"
