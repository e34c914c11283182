"""Registrations through the API function on locked moto: exact answers, and on refusal nothing changed or sent."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.core import runtime
from chalicelib.core.audit import AuditEntry
from chalicelib.core.clock import site_day, to_text, utc_now
from chalicelib.core.session import Device, Principal, Role
from chalicelib.domains.logistics import wiring
from chalicelib.domains.logistics.orders.model import Order
from chalicelib.domains.logistics.registrations import lists, store
from chalicelib.domains.logistics.registrations.cancelling import cancel
from chalicelib.domains.logistics.registrations.registration import Kind
from chalicelib.domains.logistics.waivers import service as waivers
from tests.store.test_workbook import sheet_of
from tests.support.client import Client, browser_of, make_user, signed_in
from tests.support.environment import EXPORT_BUCKET
from tests.support.fake_mes import FakeMes
from tests.support.registrations import OWNER, claims, counted_kg, held_kg, make_product, pushes, stored
from tests.support.trips import Driver, an_order

pytestmark = pytest.mark.usefixtures("cloud")
OWN = "/api/logistics/registrations"
OFFICE = "/api/office/logistics/registrations"
DAY = timedelta(days=1)
LINE = an_order().lines[0]


@pytest.fixture
def mes(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> FakeMes:
    """A tank farm with 120 t of caustic soda, of which 50 t must stay."""
    fake = FakeMes(utc_now)
    fake.fill("T-301", 120_000)
    monkeypatch.setattr(wiring, "mes", lambda: fake)
    make_product()
    return fake


@pytest.fixture
def driver(mes: FakeMes) -> Driver:
    return Driver().settle_in(utc_now())


@pytest.fixture
def phone(driver: Driver) -> Client:
    make_user("driver")
    return browser_of("USERDRIVER")


def post(phone: Client, driver: Driver, **changed: Any) -> Any:
    return phone.post(OWN, driver.body(utc_now(), **changed))


def assert_nothing_stored() -> None:
    assert (held_kg(), counted_kg(), claims()) == (0, 0, {})
    assert list(store.RegistrationItem.by_kind.query(store.KIND)) == []


def test_a_pickup_is_registered_held_and_told(phone: Client, driver: Driver) -> None:
    made = post(phone, driver)
    assert made.status == 201, made.text
    seen = made.json
    assert (seen["status"], seen["step"], seen["quantity"], seen["le"]) == ("registered", "held", "30.000", "waiting")
    assert (seen["product_name"], seen["customer_name"]) == ("液碱32%", "福州某化工有限公司")
    assert (seen["hold"]["state"], seen["hold"]["quantity"]) == ("open", "30.000")
    assert seen["expires_at"] == seen["hold"]["expires_at"] and seen["warn_at"] < seen["expires_at"]
    assert (seen["can_cancel"], seen["can_change"], seen["can_sign_off"]) == (True, True, False)
    assert [event["text"] for event in seen["events"]] == ["提交登记"]
    assert (held_kg(), counted_kg()) == (30_000, 30_000)
    assert set(claims()) == {driver.tractor, driver.trailer, driver.driver_no, driver.escort_no}
    found = store.find_registration(seen["id"])
    assert found is not None and pushes(found) == [("le.register", "pending")]
    assert phone.get(f"{OWN}/{seen['id']}").json == seen
    assert [item["id"] for item in phone.get(OWN).json["items"]] == [seen["id"]]


def test_the_same_form_twice_makes_one_registration(phone: Client, driver: Driver) -> None:
    now = utc_now()
    first, second = (phone.post(OWN, driver.body(now)) for _ in range(2))
    assert (first.status, second.status, second.json) == (201, 201, first.json)
    edited = phone.post(OWN, driver.body(now, escort_no=None))
    assert (edited.status, edited.code) == (409, "registration_request_reused")
    assert (held_kg(), len(phone.get(OWN).json["items"])) == (30_000, 1)


def test_all_failing_checks_come_at_once_and_nothing_is_stored(phone: Client, driver: Driver) -> None:
    answer = post(phone, driver, escort_no=None, waybill=None, trailer_plate_number="闽C9999挂")
    assert (answer.status, answer.code) == (409, "registration_checks_failed")
    assert [(found["code"], found["subject"]) for found in answer.json["detail"]] == [
        ("trailer_unknown", "闽C9999挂"),
        ("escort_missing", driver.tractor),
        ("waybill_missing", driver.tractor),
    ]
    assert answer.json["message"] == "有 3 项不符合登记条件，请按下面的提示逐项处理后再提交。"
    assert all(found["message"] for found in answer.json["detail"])
    assert_nothing_stored()


def test_what_the_tanks_do_not_hold_is_refused_in_words(phone: Client, driver: Driver, mes: FakeMes) -> None:
    mes.fill("T-301", 79_999)
    answer = post(phone, driver)
    assert (answer.status, answer.code) == (409, "stock_not_enough")
    assert (
        answer.json["message"]
        == "液碱32%余量不足，这次登记不了 30.000 吨。请减少数量或过些时候再试，急需请联系物流室。"
    )
    mes.fill("T-301", 80_000, quality="bad")
    assert post(phone, driver).code == "stock_not_confirmed"
    mes.down = True
    assert post(phone, driver).code == "stock_not_confirmed"
    assert_nothing_stored()
    mes.down = False
    mes.fill("T-301", 80_000)
    assert post(phone, driver).status == 201, "exactly the threshold stays"


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (an_order("X1", status="closed"), "registration_order_closed"),
        (an_order("X1", status="blocked"), "registration_order_closed"),
        (an_order("X1", kind=Kind.DELIVERY), "registration_order_kind_differs"),
        (an_order("X1", valid_to=date(2026, 1, 2)), "registration_order_not_valid"),
        (an_order("X1", valid_from=date(2099, 1, 2)), "registration_order_not_valid"),
        (an_order("X1", lines=(replace(LINE, line_no="20"),)), "registration_order_line_unknown"),
        (an_order("X1", lines=(replace(LINE, open_kg=29_999),)), "registration_quantity_exceeds"),
        (an_order("X1", lines=(replace(LINE, product_code="HCL31"),)), "registration_product_closed"),
        (an_order("X2"), "registration_order_unknown"),
    ],
)
def test_orders_say_what_may_be_registered(phone: Client, driver: Driver, order: Order, code: str) -> None:
    driver.lists(utc_now(), order)
    answer = post(phone, driver, lines=[{"order_no": "X1", "line_no": "10", "quantity": "30.000"}])
    assert (answer.status, answer.code) == (409, code), answer.text
    assert "{" not in answer.json["message"]
    assert_nothing_stored()


def test_one_product_a_truck_and_lines_are_summed(phone: Client, driver: Driver) -> None:
    other = an_order("X2", lines=(replace(LINE, product_code="NAOH50"),))
    driver.lists(utc_now(), an_order(), an_order("X1", lines=(replace(LINE, open_kg=20_000),)), other)
    lines = [{"order_no": number, "line_no": "10", "quantity": "15.000"} for number in (driver.order_no, "X2")]
    assert post(phone, driver, lines=lines).code == "registration_products_mixed"
    twice = [{"order_no": "X1", "line_no": "10", "quantity": "15.000"}] * 2
    assert post(phone, driver, lines=twice).code == "registration_quantity_exceeds"
    lines = [{"order_no": number, "line_no": "10", "quantity": "15.000"} for number in (driver.order_no, "X1")]
    made = post(phone, driver, lines=lines)
    assert (made.status, made.json["quantity"], held_kg()) == (201, "30.000", 30_000)


def test_two_lines_that_fit_alone_do_not_fit_together(phone: Client, driver: Driver, mes: FakeMes) -> None:
    """What each line alone would pass, both together must not: 25 t are free, each line wants 15 t."""
    mes.fill("T-301", 75_000)
    driver.lists(utc_now(), an_order(), an_order("X1"))
    lines = [{"order_no": number, "line_no": "10", "quantity": "15.000"} for number in (driver.order_no, "X1")]
    assert post(phone, driver, lines=lines).code == "stock_not_enough"
    assert_nothing_stored()
    waybill = {**driver.body(utc_now())["waybill"], "quantity": "15.000"}
    assert post(phone, driver, lines=lines[:1], waybill=waybill).status == 201


def test_truck_and_crew_are_registered_once(phone: Client, driver: Driver) -> None:
    post(phone, driver)
    other = Driver(2).settle_in(utc_now())
    second = "request-000000000002"
    busy = post(phone, driver, request_id=second)
    assert (busy.status, busy.code) == (409, "registration_truck_busy")
    assert driver.tractor in busy.json["message"]
    crew = phone.post(OWN, other.body(utc_now(), second, escort_no=driver.escort_no))
    assert (crew.code, crew.json["message"][:3]) == ("registration_crew_busy", "押运1")
    assert (held_kg(), len(phone.get(OWN).json["items"])) == (30_000, 1)


def test_a_truck_whose_time_is_over_is_registered_again_at_once(
    phone: Client, driver: Driver, mes: FakeMes, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = post(phone, driver).json
    mes.fill("T-301", 80_000)
    later = utc_now() + timedelta(hours=4, minutes=1)
    monkeypatch.setattr("chalicelib.core.http.utc_now", lambda: later)
    mes.clock = lambda: later
    again = phone.post(OWN, driver.body(later, "request-000000000002"))
    assert again.status == 201, again.text
    ended = phone.get(f"{OWN}/{first['id']}").json
    assert (ended["status"], ended["step"], ended["hold"]["state"]) == ("expired", None, "expired")
    assert ended["events"][-1]["text"] == "到厂时限已过，已退卡，请重新登记"
    assert (held_kg(), counted_kg(), set(claims().values())) == (30_000, 30_000, {again.json["id"]})


def test_arrival_lies_within_the_limit(phone: Client, driver: Driver) -> None:
    now = utc_now()
    late = post(phone, driver, arrive_to=to_text(now + timedelta(hours=5)))
    assert (late.code, late.json["message"][:8]) == ("registration_arrival_too_late", "到厂时间超出保留")
    past = to_text(now - timedelta(minutes=1))
    assert post(phone, driver, arrive_to=past).code == "registration_time_over"
    assert_nothing_stored()


def test_a_day_has_so_many(phone: Client, driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRATIONS_PER_DAY", "2")
    runtime.settings.cache_clear()
    for number in range(2):
        made = post(phone, driver, request_id=f"request-{number:012d}")
        assert made.status == 201, made.text
        assert phone.post(f"{OWN}/{made.json['id']}/cancel").status == 200
    answer = post(phone, driver, request_id="request-000000000009")
    assert (answer.status, answer.code) == (429, "registration_daily_limit")
    assert (held_kg(), claims()) == (0, {})


def test_an_exception_of_the_office_is_used_once(phone: Client, driver: Driver) -> None:
    staff = Principal("USERCLERK", "黄志强", "", frozenset({Role.LOGISTICS}))
    waivers.add(
        staff, driver.tractor, ("waybill_missing", "overload"), "节假日运单系统停机", utc_now() + DAY, utc_now()
    )
    made = post(phone, driver, waybill=None)
    assert made.status == 201, made.text
    office = signed_in("clerk", "logistics", device=Device.OFFICE)
    assert office.get(f"{OFFICE}/{made.json['id']}").json["waived"] == ["waybill_missing"]
    phone.post(f"{OWN}/{made.json['id']}/cancel")
    again = post(phone, driver, request_id="request-000000000002", waybill=None)
    assert [found["code"] for found in again.json["detail"]] == ["waybill_missing"]
    waivers.add(staff, driver.tractor, ("waybill_missing",), "再次停机，同意放行", utc_now() + DAY, utc_now())
    unknown = post(phone, driver, request_id="request-000000000003", driver_no="f" * 32, waybill=None)
    assert [found["code"] for found in unknown.json["detail"]] == ["driver_unknown", "waybill_missing"]


def test_a_delivery_holds_nothing_but_has_a_limit(phone: Client, driver: Driver, mes: FakeMes) -> None:
    mes.down = True
    driver.lists(utc_now(), an_order("SALT1", kind=Kind.DELIVERY))
    made = post(phone, driver, kind="delivery", lines=[{"order_no": "SALT1", "line_no": "10", "quantity": "30.000"}])
    assert made.status == 201, made.text
    assert (made.json["hold"], made.json["step"], held_kg()) == (None, "registered", 0)
    assert made.json["expires_at"] is not None


def test_changing_moves_the_hold_and_is_checked_anew(phone: Client, driver: Driver, mes: FakeMes) -> None:
    made = post(phone, driver).json
    change = f"{OWN}/{made['id']}/change"
    answer = phone.post(change, changed(driver, made, "50.000"))
    assert answer.code == "registration_checks_failed", "more than the truck may carry"
    less = phone.post(change, changed(driver, made, "20.000"))
    assert (less.status, less.json["quantity"], less.json["le"], held_kg()) == (200, "20.000", "waiting", 20_000)
    assert less.json["expires_at"] == made["expires_at"], "changing is no way to hold for ever"
    assert phone.post(change, changed(driver, made, "20.000")).json == less.json, "sent again"
    stale = phone.post(change, changed(driver, made, "21.000"))
    assert (stale.status, stale.code) == (409, "registration_changed")
    mes.fill("T-301", 71_999)
    more = changed(driver, less.json, "22.000")
    assert phone.post(change, more).code == "stock_not_enough"
    mes.fill("T-301", 72_000)
    assert phone.post(change, more).json["hold"]["quantity"] == "22.000"
    assert (held_kg(), counted_kg()) == (22_000, 22_000)
    found = store.find_registration(made["id"])
    assert found is not None and [kind for kind, _ in pushes(found)] == ["le.register", "le.change", "le.change"]


def changed(driver: Driver, seen: Any, quantity: str) -> dict[str, Any]:
    """The form of a change."""
    return {
        "version": seen["version"],
        "lines": [{"order_no": driver.order_no, "line_no": "10", "quantity": quantity}],
        "waybill": {**driver.body(utc_now())["waybill"], "quantity": quantity},
        "arrive_from": seen["arrive_from"],
        "arrive_to": seen["arrive_to"],
    }


def test_giving_up_frees_everything_once(phone: Client, driver: Driver) -> None:
    made = post(phone, driver).json
    ended = phone.post(f"{OWN}/{made['id']}/cancel")
    assert (ended.status, ended.json["status"], ended.json["hold"]["state"]) == (200, "cancelled", "released")
    assert phone.post(f"{OWN}/{made['id']}/cancel").json == ended.json
    assert (held_kg(), counted_kg(), claims()) == (0, 0, {})
    refused = phone.post(f"{OWN}/{made['id']}/change", changed(driver, ended.json, "10.000"))
    assert (refused.status, refused.code) == (409, "registration_not_changeable")
    assert post(phone, driver, request_id="request-000000000002").status == 201


def test_the_office_releases_with_a_reason_the_driver_reads(phone: Client, driver: Driver) -> None:
    made = post(phone, driver).json
    office = signed_in("clerk", "logistics", device=Device.OFFICE)
    path = f"{OFFICE}/{made['id']}/release"
    assert office.post(path, {"version": 9, "reason": "司机失联"}).code == "registration_changed"
    ended = office.post(path, {"version": 1, "reason": "司机失联"})
    assert (ended.status, ended.json["status"], ended.json["can_release"]) == (200, "released", False)
    assert office.post(path, {"version": 1, "reason": "司机失联"}).json == ended.json
    assert phone.get(f"{OWN}/{made['id']}").json["reason"] == "司机失联"
    assert phone.post(f"{OWN}/{made['id']}/cancel").code == "registration_not_cancellable"
    assert (held_kg(), claims()) == (0, {})
    (entry,) = AuditEntry.query(f"registration:{made['id']}")
    assert (entry.action, entry.actor) == ("registration_released", "USERCLERK")
    assert "司机失联" in entry.after


def test_strangers_and_other_roles_find_nothing(phone: Client, driver: Driver) -> None:
    made = post(phone, driver).json
    stranger = signed_in("stranger")
    path = f"{OWN}/{made['id']}"
    assert [answer.status for answer in (stranger.get(path), stranger.post(f"{path}/cancel"))] == [404, 404]
    assert stranger.post(f"{path}/change", changed(driver, made, "20.000")).status == 404
    assert stranger.get(OWN).json["items"] == []
    theirs = post(stranger, driver)
    assert theirs.code == "registration_order_unknown", "not even whose truck it is"
    Driver(2, "USERSTRANGER").settle_in(utc_now())
    theirs = post(stranger, driver, request_id="request-000000000002")
    assert [found["code"] for found in theirs.json["detail"]][:2] == ["vehicle_unknown", "trailer_unknown"]
    canteen = signed_in("wu", "canteen", device=Device.OFFICE)
    assert canteen.get(f"{OFFICE}/{made['id']}").code == "forbidden"
    assert canteen.get(OFFICE).code == "forbidden"
    found = store.find_registration(made["id"])
    assert found is not None and (found.version, held_kg()) == (1, 30_000)


def test_whoever_was_two_users_has_one_list(phone: Client, driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    made = post(phone, driver).json
    other = Driver(2, "USERSURVIVOR").settle_in(utc_now())
    survivor = Principal("USERSURVIVOR", "吴大勇", "", frozenset(), also_owns=("USERDRIVER",))
    monkeypatch.setattr("chalicelib.core.http._identify", [lambda _: survivor])
    client = browser_of("USERSURVIVOR")
    second = client.post(OWN, other.body(utc_now()))
    assert second.status == 201, second.text
    assert {item["id"] for item in client.get(OWN).json["items"]} == {made["id"], second.json["id"]}
    monkeypatch.setattr(lists, "PAGE_SIZE", 1)
    first = client.get(OWN).json
    rest = client.get(OWN, cursor=first["next_cursor"]).json
    assert [item["id"] for item in (*first["items"], *rest["items"])] == [second.json["id"], made["id"]]
    assert rest["next_cursor"] is None
    assert client.post(f"{OWN}/{made['id']}/cancel").status == 200


def test_the_office_filters_sums_and_pages(phone: Client, driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    now = utc_now()
    for serial in range(1, 8):
        stored(
            serial, now + timedelta(seconds=serial), 1000 * serial, kind=Kind.DELIVERY if serial % 2 else Kind.PICKUP
        )
    given_up = cancel(Principal(OWNER, "", "", frozenset()), f"{3:026d}", now)
    office = signed_in("clerk", "logistics", device=Device.OFFICE)

    def shown(**filters: str) -> list[str]:
        """Quantities over all pages."""
        found, cursor = list[str](), None
        while True:
            page = office.get(OFFICE, **filters, **({"cursor": cursor} if cursor else {})).json
            assert sum(float(item["quantity"]) for item in page["items"]) == float(page["quantity"])
            found += [item["quantity"] for item in page["items"]]
            if (cursor := page["next_cursor"]) is None:
                return found

    assert shown() == [f"{serial}.000" for serial in range(7, 0, -1)]
    assert [item["owner_name"] for item in office.get(OFFICE).json["items"]] == ["driver"] * 7
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)
    assert shown() == [f"{serial}.000" for serial in range(7, 0, -1)]
    monkeypatch.setattr(lists, "EXAMINED_AT_MOST", 3)
    assert shown(kind="pickup") == ["6.000", "4.000", "2.000"]
    assert shown(kind="pickup", status="cancelled") == []
    assert shown(status="cancelled") == ["3.000"]
    assert shown(plate_number="闽a 00005") == ["5.000"]
    assert shown(plate_number="闽A00005", status="cancelled") == []
    assert shown(product_code="HCL31") == []
    today = site_day(now)
    assert len(shown(first=today)) == 7 and shown(last="2020-01-01") == []
    assert office.get(OFFICE, cursor="x").code == "invalid_cursor"
    foreign = office.get(OFFICE).json["next_cursor"]
    assert office.get(OFFICE, status="cancelled", cursor=foreign).code == "invalid_cursor"
    assert phone.get(OWN, cursor=foreign).code == "invalid_cursor"
    assert phone.get(OWN, state="ended").json["items"] == [], "three rows were looked at, and there are more"
    monkeypatch.setattr(lists, "EXAMINED_AT_MOST", 300)
    own = phone.get(OWN, state="ended").json["items"]
    assert [item["id"] for item in own] == [given_up.id]
    assert len(phone.get(OWN, state="open").json["items"]) == 2


def test_what_is_filtered_is_what_the_file_holds(phone: Client, driver: Driver) -> None:
    now = utc_now()
    stored(1, now, 30_000)
    stored(2, now, 31_500, kind=Kind.DELIVERY)
    office = signed_in("clerk", "logistics", device=Device.OFFICE)
    text = fetched(office.get(f"{OFFICE}-export", format="csv", kind="delivery")).decode()
    header, row, *rest = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    shown = dict(zip(header, row, strict=True))
    assert (shown["状态"], shown["类型"], shown["登记数量（吨）"], shown["车牌号"], rest) == (
        "已登记", "送货", "31.500", "闽A00002", [],
    )  # fmt: skip
    book = fetched(office.get(f"{OFFICE}-export"))
    header, *rows = sheet_of(book)
    assert [row[header.index("登记数量（吨）")] for row in rows] == [31.5, 30.0]
    sums = {line[0]: line[1] for line in sheet_of(book, 2)}
    assert (sums["登记数量（吨）"], sums["合计"], sums["已登记"], sums["导出人"]) == (61.5, 2, 2, "clerk")
    (first, _) = AuditEntry.query("registrations:export")
    assert (first.action, first.actor) == ("registrations_exported", "USERCLERK")
    assert "闽A" not in first.after


def fetched(answer: Any) -> bytes:
    """The file that the link of an answer leads to."""
    assert answer.status == 200, answer.text
    key = urlsplit(answer.json["url"]).path.rpartition("/")[2]
    content: bytes = runtime.aws_client("s3").get_object(Bucket=EXPORT_BUCKET, Key=key)["Body"].read()
    return content


def test_the_office_sees_how_le_and_we_stand(phone: Client, driver: Driver) -> None:
    office = signed_in("clerk", "logistics", device=Device.OFFICE)
    place = "/api/office/logistics/le"
    assert office.get(place).json == {"pending": 0, "failed": 0, "oldest_pending_at": None, "polled_at": None}
    post(phone, driver)
    seen = office.get(place).json
    assert (seen["pending"], seen["failed"], seen["oldest_pending_at"] is not None) == (1, 0, True)
